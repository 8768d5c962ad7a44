// Package thread is what one can do with discussions and their messages.
//
// A discussion is about one subject among one audience: bodies with all who hold
// a seat or post in them today, persons, organisations with their people. Who is
// not of the audience does not learn that the discussion exists, whatever else
// that person may do.
//
//	        close
//	OPEN  ────────▶  CLOSED
//	      ◀────────
//	        reopen
//
// A message is written, changed by its author while the discussion is open, and
// withdrawn once, by its author or by the Secretariat, for good:
//
//	        edit
//	       ┌────┐
//	       ▼    │  withdraw
//	posted ─────┘ ─────────▶ withdrawn
//
// Its author's text prevails, in the language that it was written in. Who may post
// may propose translations into the two others; the Secretariat makes one of a
// language official, and readers of that language are given it as long as the
// message is not changed. They live here and not in a room of their own, since
// they are written under the lock of the discussion and go with their message:
//
//	propose         make official
//	───────▶ DRAFT ◀─────────────▶ OFFICIAL
//	           │      withdraw
//	           ▼ withdraw, or with the message
//	       WITHDRAWN
//
// Invariants:
//   - Whoever writes to a discussion holds the lock of its row. So the numbers of
//     its messages run from 1 without gaps, and nothing is written to a closed
//     discussion or by someone whose access has ended.
//   - A discussion always has an audience, of 50 at most.
//   - A message's earlier texts are kept until it is withdrawn; then all of its
//     texts are erased from the database, those of its translations too, and its
//     attachments. The log never held them: it holds their digests.
//   - A message has at most one official translation a language, whichever of its
//     texts that translates, and 20 translations that stand.
//   - A translation says which revision of the message it translates. One of an
//     earlier revision is outdated: it is not given as the message's text, and does
//     not become official. An official one does not change.
//
// The rules are our own design: none of them is a rule of the ACS.
package thread
