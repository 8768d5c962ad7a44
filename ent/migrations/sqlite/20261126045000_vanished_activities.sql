-- +goose Up
CREATE INDEX `activity_vanished_at` ON `activities` (`vanished_at`) WHERE vanished_at IS NOT NULL;
