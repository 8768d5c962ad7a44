-- Regions of vocabularies other than the DAC's are another breakdown of the money that countries share. Where there are any, all is counted anew while the hub serves.
-- +goose Up
DELETE FROM "funding_rollups" WHERE EXISTS (SELECT 1 FROM "allocations" WHERE "dimension" = 'REGION' AND "vocabulary" NOT IN ('', '1'));
UPDATE "activities" SET "funding_counted" = false WHERE EXISTS (SELECT 1 FROM "allocations" WHERE "dimension" = 'REGION' AND "vocabulary" NOT IN ('', '1'));
