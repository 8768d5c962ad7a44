-- What can be found of messages, discussions and attachments: their words, and an index of them.
-- +goose Up
CREATE TABLE `search_documents` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `source_id` uuid NOT NULL, `kind` text NOT NULL, `thread_id` uuid NOT NULL, `message_id` uuid NULL, `number` integer NULL, `author_id` uuid NULL, `subject_id` uuid NULL, `words` text NOT NULL, CONSTRAINT `kind_known` CHECK (kind IN ('MESSAGE', 'THREAD', 'ATTACHMENT')), CONSTRAINT `of_a_message` CHECK (kind = 'THREAD' AND message_id IS NULL AND number IS NULL OR kind <> 'THREAD' AND message_id IS NOT NULL AND number IS NOT NULL));
CREATE UNIQUE INDEX `search_documents_source_id_key` ON `search_documents` (`source_id`);
CREATE INDEX `searchdocument_message_id` ON `search_documents` (`message_id`);
CREATE INDEX `searchdocument_subject_id` ON `search_documents` (`subject_id`);
-- The index of the words. It follows the documents by triggers, and forgets for good what is deleted.
CREATE VIRTUAL TABLE `search_words` USING fts5 (`words`, content = 'search_documents', content_rowid = 'id', tokenize = 'ascii', detail = 'none', columnsize = 0);
INSERT INTO `search_words` (`search_words`, `rank`) VALUES ('secure-delete', 1);
-- +goose StatementBegin
CREATE TRIGGER `search_words_insert` AFTER INSERT ON `search_documents` BEGIN
  INSERT INTO `search_words` (`rowid`, `words`) VALUES (new.`id`, new.`words`);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER `search_words_update` AFTER UPDATE OF `words` ON `search_documents` BEGIN
  INSERT INTO `search_words` (`search_words`, `rowid`, `words`) VALUES ('delete', old.`id`, old.`words`);
  INSERT INTO `search_words` (`rowid`, `words`) VALUES (new.`id`, new.`words`);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER `search_words_delete` AFTER DELETE ON `search_documents` BEGIN
  INSERT INTO `search_words` (`search_words`, `rowid`, `words`) VALUES ('delete', old.`id`, old.`words`);
END;
-- +goose StatementEnd
-- A database without discussions has nothing to index.
INSERT INTO `settings` (`id`, `value`) SELECT 'search', CAST('{"version":1,"done":true}' AS BLOB) WHERE NOT EXISTS (SELECT 1 FROM `threads`);
