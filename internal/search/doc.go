// Package search finds messages and discussions by their words.
//
// Words are made alike for texts and questions, and in Go, so that both databases
// find the same: letters and digits in a row, without accents and capitals, and of
// them what the forms of a word have in common in the text's language. The
// databases only say which documents hold which of these stems.
//
//	             Message, Thread …                  Parse
//	text ─────────────────────────▶ document   question ─▶ alternatives
//	        same transaction                  │            one a language
//	                                          ▼
//	   rights, filters, words ─▶ the newest hits, ranked in Go ─▶ then the others by age
//
// A document is a row of what can be found of one thing: of a message its text,
// its official translations as they are now and the names of its attachments, of a discussion its titles and the
// names of its subject. A stem begins with a letter for its language, so that a
// question is asked in all three at once and a word of one language never stands
// for one of another. Facets are words that no text has: they narrow a search
// inside of the index.
//
// A document comes when its thing is written, changes with it, and goes with its
// text:
//
//	posted, opened ──▶ found ──▶ withdrawn: the document is deleted
//	                   ▲   │
//	                   └───┘ edited, official translation given or taken back,
//	                         subject renamed
//
// What a database held before it had documents, or held under other rules for words
// (indexVersion), is indexed from the newest to the oldest in small transactions
// (Rebuild); Since says how far that has come.
//
// Invariants:
//   - A document is written in the transaction that writes its thing, under the lock
//     of the discussion. Rebuild takes the same lock.
//   - Only what everybody in the discussion may read now is in a document: no draft,
//     no earlier text. The names of a subject, which not everybody may read, have
//     letters of their own, and count only for who may.
//   - Rights are part of every statement. No rank depends on what somebody else
//     sees.
//   - A search reads windowOfNames and windowOfMessages documents at most, and one
//     page.
package search
