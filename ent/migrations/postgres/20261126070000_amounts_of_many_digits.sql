-- +goose Up
CREATE INDEX "transaction_without_millionths" ON "transactions" ("activity_id") WHERE value_micro IS NULL;
