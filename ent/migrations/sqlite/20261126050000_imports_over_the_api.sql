-- +goose Up
CREATE TABLE `import_files` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `name` text NOT NULL, `version` text NOT NULL, `size` integer NOT NULL, `sha256` blob NOT NULL, `file_key` text NOT NULL, `kept_until` datetime NOT NULL, `uploaded_by_id` uuid NULL, PRIMARY KEY (`id`), CONSTRAINT `import_files_persons_uploaded_by` FOREIGN KEY (`uploaded_by_id`) REFERENCES `persons` (`id`) ON DELETE SET NULL);
CREATE INDEX `importfile_kept_until` ON `import_files` (`kept_until`);
ALTER TABLE `import_runs` ADD COLUMN `work` text NOT NULL DEFAULT 'NONE' CONSTRAINT `work_known` CHECK (work IN ('NONE', 'WAITING', 'TAKEN'));
ALTER TABLE `import_runs` ADD COLUMN `read_to` integer NOT NULL DEFAULT 0;
ALTER TABLE `import_runs` ADD COLUMN `staged` integer NOT NULL DEFAULT 0;
ALTER TABLE `import_runs` ADD COLUMN `plan_created` integer NULL;
ALTER TABLE `import_runs` ADD COLUMN `plan_updated` integer NULL;
ALTER TABLE `import_runs` ADD COLUMN `plan_unchanged` integer NULL;
ALTER TABLE `import_runs` ADD COLUMN `plan_vanished` integer NULL;
ALTER TABLE `import_runs` ADD COLUMN `checked_at` datetime NULL;
ALTER TABLE `import_runs` ADD COLUMN `applied_by_id` uuid NULL CONSTRAINT `import_runs_persons_applied_by` REFERENCES `persons` (`id`) ON DELETE SET NULL;
ALTER TABLE `import_runs` ADD COLUMN `file_id` uuid NULL CONSTRAINT `import_runs_import_files_file` REFERENCES `import_files` (`id`) ON DELETE SET NULL;
-- Runs can be cancelled. A CHECK can't be altered, and a table to which others refer can't be made anew in a transaction with foreign
-- keys: so the text of the CHECK is written where SQLite keeps it, as its manual describes for constraints. No row is touched, and the
-- indexes that follow make every connection read the tables anew.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'status IN (''CHECKING'', ''CHECKED'', ''APPLYING'', ''APPLIED'', ''REFUSED'')', 'status IN (''CHECKING'', ''CHECKED'', ''APPLYING'', ''APPLIED'', ''REFUSED'', ''CANCELLED'')') WHERE type = 'table' AND name = 'import_runs';
PRAGMA writable_schema = RESET;
CREATE INDEX `importrun_file_id` ON `import_runs` (`file_id`);
CREATE INDEX `importrun_work` ON `import_runs` (`work`);
-- Runs of before that wait to be applied: how much of their file is staged.
UPDATE `import_runs` SET `staged` = (SELECT count(*) FROM `staged_items` WHERE `staged_items`.`run_id` = `import_runs`.`id`) WHERE `status` IN ('CHECKED', 'APPLYING');
