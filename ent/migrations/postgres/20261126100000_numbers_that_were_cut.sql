-- Numbers of more than forty characters were cut, and are kept whole from now on. Those that may have been cut say so, and are read as no number.
-- +goose Up
UPDATE "transactions" SET "value_published" = "value_published" || '…' WHERE value_micro IS NULL AND LENGTH("value_published") = 40;
UPDATE "budgets" SET "value_published" = "value_published" || '…' WHERE value_micro IS NULL AND LENGTH("value_published") = 40;
