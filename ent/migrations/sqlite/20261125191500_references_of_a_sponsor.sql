-- A reference is unique among the proposals of its sponsor, who may see them all.
-- +goose Up
DROP INDEX `proposals_reference_key`;
CREATE UNIQUE INDEX `proposal_sponsor_id_reference` ON `proposals` (`sponsor_id`, `reference`);
CREATE INDEX `proposal_reference_id` ON `proposals` (`reference`, `id`);
