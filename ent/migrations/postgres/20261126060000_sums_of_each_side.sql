-- Sums that are kept tell who gave from who received, and those for who sees everything are what is added to the public ones. They are counted anew while the hub serves.
-- +goose Up
TRUNCATE "funding_rollups";
ALTER TABLE "funding_rollups" SET (fillfactor = 50);
UPDATE "activities" SET "funding_counted" = false;
