// Package notification tells persons what concerns them: in their inbox, by mail
// at once or once a day, and takes their answers by mail.
//
//	event log ──▶ Reader ──▶ inbox item ─┬─▶ viewerEvents
//	              (position)             └─▶ outbox mail ──▶ Postman ──▶ mail server
//	                                                                        │
//	discussion ◀── postMessage, as that person ◀── Receiver ◀── LMTP ◀──────┘
//
// A mail in the outbox:
//
//	          claim            accepted
//	WAITING ─────────▶ leased ──────────▶ SENT
//	  ▲                  │ │ nothing to tell (any more)
//	  │ refused for now, │ ├──────────────▶ SKIPPED
//	  └──────────────────┘ │ refused for good, or for days
//	    the lease ran out  └──────────────▶ FAILED
//
// Invariants:
//   - A person is told of an event once, whatever the number of reasons: of the one
//     that concerns them most. Nobody is told of what they did themselves.
//   - Inbox item and outbox mail are of one transaction with the reader's position.
//   - Whoever may not see an event is not told of it; who may not see it any more
//     finds the item gone, and gets no mail.
//   - A mail holds no text until it is sent: then it is made with the rights, the
//     wishes and the texts of that moment. What was seen meanwhile is not mailed.
//   - A mail is sent again only if the node died between the server's acceptance
//     and the record of it (or the server's answer was lost), and then under the
//     same Message-ID.
//   - Of confidential and closed discussions a mail tells neither title nor text.
//   - The work of an event depends on whom it concerns, not on how much was written.
//
// Who is told what, and the defaults, are our own design:
//
//	MENTION        who is mentioned by a message, from the start or since an edit, takes part and sees it; once a message;
//	               in a discussion that they muted only by name
//	REPLY          the author of the message that is answered, unless they muted the discussion
//	MESSAGE        who follows the discussion, or opened it or wrote in it and has not muted it; by default in the digest
//	ACCESS         the audience of a new discussion, and who is admitted to one
//	HELD_POST      the Secretariat that takes part; RETURNED_POST, RELEASED_POST its author
//	NOTICE         who holds an addressed seat
//	REQUEST        to whom a request for information goes: it was dispatched, voided, or more time was decided on
//	ANSWER         who drafted or dispatched a request: it was answered, or more time was asked for
//	DUE            those of both when a request is overdue; who holds a seat that has not acknowledged a notice in time
//	DECISION       the body that sponsors a proposal, when it is decided on
//	ASSIGNMENT     who is given a seat or post
package notification
