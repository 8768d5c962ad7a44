-- How far persons have read discussions, and how they follow them.
-- +goose Up
CREATE TABLE `thread_readings` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `up_to` integer NOT NULL DEFAULT (0), `ranges` json NOT NULL, `attention` text NOT NULL DEFAULT ('DEFAULT'), `version` integer NOT NULL, `updated_at` datetime NOT NULL, `person_id` uuid NOT NULL, `thread_id` uuid NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `thread_readings_persons_person` FOREIGN KEY (`person_id`) REFERENCES `persons` (`id`) ON DELETE NO ACTION, CONSTRAINT `thread_readings_threads_thread` FOREIGN KEY (`thread_id`) REFERENCES `threads` (`id`) ON DELETE NO ACTION, CONSTRAINT `attention_known` CHECK (attention IN ('DEFAULT', 'FOLLOWING', 'MUTED')));
CREATE UNIQUE INDEX `threadreading_person_id_thread_id` ON `thread_readings` (`person_id`, `thread_id`);
CREATE UNIQUE INDEX `threadreading_person_id_version` ON `thread_readings` (`person_id`, `version`);
CREATE INDEX `threadreading_thread_id_attention` ON `thread_readings` (`thread_id`, `attention`);
