-- What the log has told of the time of seats and posts, and the log by person.
-- +goose Up
CREATE INDEX `logentry_person_id_seq` ON `log_entries` (`person_id`, `seq`);
CREATE TABLE `new_seats` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `role` text NOT NULL, `valid_from` varchar NULL, `valid_to` varchar NULL, `votes` bool NOT NULL DEFAULT (true), `phase` text NOT NULL DEFAULT ('IN_FORCE'), `body_id` uuid NOT NULL, `person_id` uuid NULL, `country_id` uuid NULL, `organisation_id` uuid NULL, PRIMARY KEY (`id`), CONSTRAINT `seats_bodies_seats` FOREIGN KEY (`body_id`) REFERENCES `bodies` (`id`) ON DELETE NO ACTION, CONSTRAINT `seats_persons_seats` FOREIGN KEY (`person_id`) REFERENCES `persons` (`id`) ON DELETE SET NULL, CONSTRAINT `seats_countries_country` FOREIGN KEY (`country_id`) REFERENCES `countries` (`id`) ON DELETE SET NULL, CONSTRAINT `seats_organisations_organisation` FOREIGN KEY (`organisation_id`) REFERENCES `organisations` (`id`) ON DELETE SET NULL, CONSTRAINT `for_one` CHECK (country_id IS NULL OR organisation_id IS NULL), CONSTRAINT `phase_known` CHECK (phase IN ('TO_COME', 'IN_FORCE', 'OVER')), CONSTRAINT `role_known` CHECK (role IN ('CHAIR', 'VICE_CHAIR', 'RAPPORTEUR', 'MEMBER', 'CLERK')), CONSTRAINT `valid_from_first` CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to));
INSERT INTO `new_seats` (`id`, `created_at`, `updated_at`, `revision`, `role`, `valid_from`, `valid_to`, `votes`, `body_id`, `person_id`, `country_id`, `organisation_id`) SELECT `id`, `created_at`, `updated_at`, `revision`, `role`, `valid_from`, `valid_to`, `votes`, `body_id`, `person_id`, `country_id`, `organisation_id` FROM `seats`;
DROP TABLE `seats`;
ALTER TABLE `new_seats` RENAME TO `seats`;
CREATE INDEX `seat_body_id_id` ON `seats` (`body_id`, `id`);
CREATE INDEX `seat_person_id` ON `seats` (`person_id`);
CREATE INDEX `seat_phase_valid_from` ON `seats` (`phase`, `valid_from`);
CREATE INDEX `seat_phase_valid_to` ON `seats` (`phase`, `valid_to`);
CREATE TABLE `new_staff_posts` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `valid_from` varchar NULL, `valid_to` varchar NULL, `phase` text NOT NULL DEFAULT ('IN_FORCE'), `title_en` text NOT NULL DEFAULT (''), `title_es` text NOT NULL DEFAULT (''), `title_fr` text NOT NULL DEFAULT (''), `title_language` text NOT NULL DEFAULT ('en'), `title_origins` json NULL, `body_id` uuid NOT NULL, `person_id` uuid NULL, PRIMARY KEY (`id`), CONSTRAINT `staff_posts_bodies_posts` FOREIGN KEY (`body_id`) REFERENCES `bodies` (`id`) ON DELETE NO ACTION, CONSTRAINT `staff_posts_persons_posts` FOREIGN KEY (`person_id`) REFERENCES `persons` (`id`) ON DELETE SET NULL, CONSTRAINT `phase_known` CHECK (phase IN ('TO_COME', 'IN_FORCE', 'OVER')), CONSTRAINT `valid_from_first` CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to));
INSERT INTO `new_staff_posts` (`id`, `created_at`, `updated_at`, `revision`, `valid_from`, `valid_to`, `title_en`, `title_es`, `title_fr`, `title_language`, `title_origins`, `body_id`, `person_id`) SELECT `id`, `created_at`, `updated_at`, `revision`, `valid_from`, `valid_to`, `title_en`, `title_es`, `title_fr`, `title_language`, `title_origins`, `body_id`, `person_id` FROM `staff_posts`;
DROP TABLE `staff_posts`;
ALTER TABLE `new_staff_posts` RENAME TO `staff_posts`;
CREATE INDEX `staffpost_body_id_id` ON `staff_posts` (`body_id`, `id`);
CREATE INDEX `staffpost_person_id` ON `staff_posts` (`person_id`);
CREATE INDEX `staffpost_phase_valid_from` ON `staff_posts` (`phase`, `valid_from`);
CREATE INDEX `staffpost_phase_valid_to` ON `staff_posts` (`phase`, `valid_to`);
UPDATE `seats` SET `phase` = CASE WHEN `valid_to` < date('now', '-4 hours') THEN 'OVER' WHEN `valid_from` > date('now', '-4 hours') THEN 'TO_COME' ELSE 'IN_FORCE' END;
UPDATE `staff_posts` SET `phase` = CASE WHEN `valid_to` < date('now', '-4 hours') THEN 'OVER' WHEN `valid_from` > date('now', '-4 hours') THEN 'TO_COME' ELSE 'IN_FORCE' END;
