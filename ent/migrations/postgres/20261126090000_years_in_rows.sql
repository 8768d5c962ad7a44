-- A row of kept sums has the sums of its years, and its identifier is a digest of its key. They are counted anew while the hub serves.
-- +goose Up
DROP TABLE "funding_rollups";
CREATE TABLE "funding_rollups" ("id" uuid NOT NULL, "scope" character varying NOT NULL, "party" character varying NOT NULL DEFAULT '', "dimension" character varying NOT NULL, "code" character varying NOT NULL DEFAULT '', "reason" character varying NOT NULL DEFAULT '', "type_code" character varying NOT NULL, "currency" character varying NOT NULL DEFAULT '', "period" character varying NOT NULL DEFAULT '', "rate_year" character varying NOT NULL DEFAULT '', "internal" boolean NOT NULL, "denominator" bigint NOT NULL, "years" text NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "dimension_known" CHECK (dimension IN ('NOTHING', 'COUNTRY', 'SECTOR', 'CATEGORY', 'PROVIDER', 'RECEIVER', 'PROGRAMME', 'AGREEMENT')), CONSTRAINT "scope_known" CHECK (scope IN ('PUBLIC', 'ALL'))) WITH (fillfactor = 50);
CREATE INDEX "fundingrollup_scope_party_dimension_code_type_code" ON "funding_rollups" ("scope", "party", "dimension", "code", "type_code");
UPDATE "activities" SET "funding_counted" = false;
