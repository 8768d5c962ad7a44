// Package thread is what one can do with discussions and their messages.
//
// A discussion is about one subject among one audience: bodies with all who hold
// a seat or post in them today, seats with who holds them today, persons,
// organisations with their people. Who is not of the audience does not learn that
// the discussion exists, whatever else that person may do. Who is admitted without
// the history sees no message that stood by then, nor what happens to it later;
// who takes part in several ways sees what the widest of them gives.
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
// What is not a message yet is a draft: its author's alone, or, in a discussion
// that holds what partners write, waiting for the Secretariat. It has no number,
// and takes the next one when it becomes a message:
//
//	save                post
//	────▶ DRAFT ─────────────────────────▶ RELEASED
//	      ▲  │ post, where it is held         ▲
//	 save │  ▼              release           │
//	      │ HELD ─────────────────────────────┘
//	      │  ▲ │ return
//	      │  │ ▼ post
//	     RETURNED          and from each: discard ──▶ DISCARDED
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
//   - A discussion always has an audience, of 50 at most. Each admission is an
//     interval of its own: what somebody saw in an earlier one does not count.
//   - The events of a message carry its number, so that the log hides from somebody
//     what happens to messages that they do not see. What is held is told to its
//     author and those of the Secretariat who take part.
//   - Where what somebody writes is held, nothing of theirs that others see changes
//     without the Secretariat: neither messages nor translations are edited.
//   - A message's earlier texts are kept until it is withdrawn; then all of its
//     texts are erased from the database, those of its translations and what
//     others quote of it too, and its attachments, mentions and reactions go. The
//     log never held them: it holds their digests. A draft's text goes when it
//     becomes a message, whose text it is then, or is discarded.
//   - What waits for the Secretariat waits with its attachments, which go with it.
//   - Answers are one level deep: an answer to an answer is one to the first message.
//   - What is quoted stands, word for word, in the revision that is named.
//   - A mention gives nobody access, and names nobody who takes no part. Whom it
//     reaches follows from the seats and admissions of the moment in which one asks.
//   - A person reacts to a message at most once in each way. Reactions are no votes.
//   - A message has at most one official translation a language, whichever of its
//     texts that translates, and 20 translations that stand.
//   - A translation says which revision of the message it translates. One of an
//     earlier revision is outdated: it is not given as the message's text, and does
//     not become official. An official one does not change.
//
// The rules are our own design: none of them is a rule of the ACS.
package thread
