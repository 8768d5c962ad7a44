-- What is a person's own and no event of the log is numbered by person.
-- +goose Up
CREATE TABLE "person_counters" ("id" uuid NOT NULL, "version" bigint NOT NULL, "tag" bigint NOT NULL, PRIMARY KEY ("id"));
-- Each change of a person updates one row: its new versions find room beside it.
ALTER TABLE "person_counters" SET (fillfactor = 70);
