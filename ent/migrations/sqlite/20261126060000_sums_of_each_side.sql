-- Sums that are kept tell who gave from who received, and those for who sees everything are what is added to the public ones. They are counted anew while the hub serves.
-- +goose Up
DELETE FROM `funding_rollups`;
UPDATE `activities` SET `funding_counted` = false;
