-- A row of kept sums has the sums of its years, and its identifier is a digest of its key. They are counted anew while the hub serves.
-- +goose Up
DROP TABLE `funding_rollups`;
CREATE TABLE `funding_rollups` (`id` uuid NOT NULL, `scope` text NOT NULL, `party` text NOT NULL DEFAULT (''), `dimension` text NOT NULL, `code` text NOT NULL DEFAULT (''), `reason` text NOT NULL DEFAULT (''), `type_code` text NOT NULL, `currency` text NOT NULL DEFAULT (''), `period` text NOT NULL DEFAULT (''), `rate_year` text NOT NULL DEFAULT (''), `internal` bool NOT NULL, `denominator` integer NOT NULL, `years` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `dimension_known` CHECK (dimension IN ('NOTHING', 'COUNTRY', 'SECTOR', 'CATEGORY', 'PROVIDER', 'RECEIVER', 'PROGRAMME', 'AGREEMENT')), CONSTRAINT `scope_known` CHECK (scope IN ('PUBLIC', 'ALL')));
CREATE INDEX `fundingrollup_scope_party_dimension_code_type_code` ON `funding_rollups` (`scope`, `party`, `dimension`, `code`, `type_code`);
UPDATE `activities` SET `funding_counted` = false;
