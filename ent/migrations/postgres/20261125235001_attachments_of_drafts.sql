-- Files in drafts and held posts.
-- +goose Up
ALTER TABLE "attachments" ADD COLUMN "draft_id" uuid NULL, ADD CONSTRAINT "draft_is_pending" CHECK (draft_id IS NULL OR status = 'PENDING' AND message_id IS NULL), ADD CONSTRAINT "attachments_message_drafts_draft" FOREIGN KEY ("draft_id") REFERENCES "message_drafts" ("id") ON DELETE SET NULL;
CREATE INDEX "attachment_draft_id_position" ON "attachments" ("draft_id", "position");
