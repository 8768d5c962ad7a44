-- What is a person's own and no event of the log is numbered by person.
-- +goose Up
CREATE TABLE `person_counters` (`id` uuid NOT NULL, `version` integer NOT NULL, `tag` integer NOT NULL, PRIMARY KEY (`id`));
