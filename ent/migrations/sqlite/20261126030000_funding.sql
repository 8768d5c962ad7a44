-- What an activity belongs to and what transactions name as their counterparts are references; shares as exact parts for sums.
-- +goose Up
CREATE TABLE `funding_shares` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `owner_id` uuid NOT NULL, `axis` text NOT NULL, `vocabulary` text NOT NULL DEFAULT (''), `code` text NOT NULL, `region` text NOT NULL DEFAULT (''), `numerator` integer NOT NULL, `denominator` integer NOT NULL, `leads` bool NOT NULL, `leads_code` bool NOT NULL, `leads_region` bool NOT NULL, `reason` text NOT NULL DEFAULT (''), CONSTRAINT `axis_known` CHECK (axis IN ('PLACE', 'SECTOR', 'CATEGORY', 'GOAL')));
CREATE UNIQUE INDEX `fundingshare_owner_id_axis_vocabulary_code_region` ON `funding_shares` (`owner_id`, `axis`, `vocabulary`, `code`, `region`);
CREATE INDEX `fundingshare_axis_code_vocabulary` ON `funding_shares` (`axis`, `code`, `vocabulary`);
ALTER TABLE `activities` ADD COLUMN `funding_counted` bool NOT NULL DEFAULT false;
ALTER TABLE `activities` ADD COLUMN `agreement_id` uuid NULL CONSTRAINT `activities_agreements_activities` REFERENCES `agreements` (`id`) ON DELETE SET NULL;
ALTER TABLE `transactions` ADD COLUMN `provider_key` text NOT NULL DEFAULT '';
ALTER TABLE `transactions` ADD COLUMN `receiver_key` text NOT NULL DEFAULT '';
ALTER TABLE `transactions` ADD COLUMN `own_places` bool NOT NULL DEFAULT false;
ALTER TABLE `transactions` ADD COLUMN `own_sectors` bool NOT NULL DEFAULT false;
ALTER TABLE `transactions` ADD COLUMN `provider_activity_id` uuid NULL CONSTRAINT `transactions_activities_provider_activity` REFERENCES `activities` (`id`) ON DELETE SET NULL;
ALTER TABLE `transactions` ADD COLUMN `receiver_activity_id` uuid NULL CONSTRAINT `transactions_activities_receiver_activity` REFERENCES `activities` (`id`) ON DELETE SET NULL;
UPDATE `transactions` SET `provider_activity_id` = (SELECT a.`id` FROM `activities` a WHERE a.`iati_identifier` = `provider_activity_ref`) WHERE `provider_activity_ref` <> '';
UPDATE `transactions` SET `receiver_activity_id` = (SELECT a.`id` FROM `activities` a WHERE a.`iati_identifier` = `receiver_activity_ref`) WHERE `receiver_activity_ref` <> '';
CREATE INDEX `activity_agreement_id` ON `activities` (`agreement_id`);
CREATE INDEX `activity_funding_counted` ON `activities` (`funding_counted`) WHERE NOT funding_counted;
UPDATE `transactions` SET `provider_key` = CASE WHEN `provider_id` IS NOT NULL THEN CAST(`provider_id` AS TEXT) WHEN `provider_ref` <> '' THEN 'ref:' || SUBSTR(`provider_ref`, 1, 400) WHEN `provider_name` <> '' THEN 'name:' || SUBSTR(`provider_name`, 1, 400) ELSE CASE WHEN `type_code` IN ('2', '3', '4', '7', '8', '10', '12') THEN (SELECT CASE WHEN a.`reporting_id` IS NOT NULL THEN CAST(a.`reporting_id` AS TEXT) WHEN a.`reporting_ref` <> '' THEN 'ref:' || SUBSTR(a.`reporting_ref`, 1, 400) WHEN a.`reporting_name` <> '' THEN 'name:' || SUBSTR(a.`reporting_name`, 1, 400) ELSE '' END FROM `activities` a WHERE a.`id` = `activity_id`) ELSE '' END END;
UPDATE `transactions` SET `receiver_key` = CASE WHEN `receiver_id` IS NOT NULL THEN CAST(`receiver_id` AS TEXT) WHEN `receiver_ref` <> '' THEN 'ref:' || SUBSTR(`receiver_ref`, 1, 400) WHEN `receiver_name` <> '' THEN 'name:' || SUBSTR(`receiver_name`, 1, 400) ELSE CASE WHEN `type_code` IN ('1', '9', '11', '13') THEN (SELECT CASE WHEN a.`reporting_id` IS NOT NULL THEN CAST(a.`reporting_id` AS TEXT) WHEN a.`reporting_ref` <> '' THEN 'ref:' || SUBSTR(a.`reporting_ref`, 1, 400) WHEN a.`reporting_name` <> '' THEN 'name:' || SUBSTR(a.`reporting_name`, 1, 400) ELSE '' END FROM `activities` a WHERE a.`id` = `activity_id`) ELSE '' END END;
CREATE INDEX `transaction_provider_key` ON `transactions` (`provider_key`);
CREATE INDEX `transaction_receiver_key` ON `transactions` (`receiver_key`);
CREATE INDEX `transaction_provider_activity_ref` ON `transactions` (`provider_activity_ref`);
CREATE INDEX `transaction_receiver_activity_ref` ON `transactions` (`receiver_activity_ref`);
CREATE INDEX `transaction_provider_activity_id` ON `transactions` (`provider_activity_id`) WHERE provider_activity_id IS NOT NULL;
CREATE INDEX `transaction_receiver_activity_id` ON `transactions` (`receiver_activity_id`) WHERE receiver_activity_id IS NOT NULL;
