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
// Invariants:
//   - Whoever writes to a discussion holds the lock of its row. So the numbers of
//     its messages run from 1 without gaps, and nothing is written to a closed
//     discussion or by someone whose access has ended.
//   - A discussion always has an audience, of 50 at most.
//   - A message's earlier texts are kept until it is withdrawn; then all of its
//     texts are erased from the database. The log never held them: it holds their
//     digests.
//
// The rules are our own design: none of them is a rule of the ACS.
package thread
