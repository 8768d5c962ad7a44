-- What the log has told of the time of seats and posts, and the log by person.
-- +goose Up
CREATE INDEX "logentry_person_id_seq" ON "log_entries" ("person_id", "seq");
ALTER TABLE "seats" ADD CONSTRAINT "phase_known" CHECK (phase IN ('TO_COME', 'IN_FORCE', 'OVER')), ADD COLUMN "phase" character varying NOT NULL DEFAULT 'IN_FORCE';
CREATE INDEX "seat_phase_valid_from" ON "seats" ("phase", "valid_from");
CREATE INDEX "seat_phase_valid_to" ON "seats" ("phase", "valid_to");
ALTER TABLE "staff_posts" ADD CONSTRAINT "phase_known" CHECK (phase IN ('TO_COME', 'IN_FORCE', 'OVER')), ADD COLUMN "phase" character varying NOT NULL DEFAULT 'IN_FORCE';
CREATE INDEX "staffpost_phase_valid_from" ON "staff_posts" ("phase", "valid_from");
CREATE INDEX "staffpost_phase_valid_to" ON "staff_posts" ("phase", "valid_to");
UPDATE "seats" SET "phase" = CASE WHEN "valid_to" < (now() AT TIME ZONE 'UTC' - interval '4 hours')::date::text THEN 'OVER' WHEN "valid_from" > (now() AT TIME ZONE 'UTC' - interval '4 hours')::date::text THEN 'TO_COME' ELSE 'IN_FORCE' END;
UPDATE "staff_posts" SET "phase" = CASE WHEN "valid_to" < (now() AT TIME ZONE 'UTC' - interval '4 hours')::date::text THEN 'OVER' WHEN "valid_from" > (now() AT TIME ZONE 'UTC' - interval '4 hours')::date::text THEN 'TO_COME' ELSE 'IN_FORCE' END;
