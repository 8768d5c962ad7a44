// Package webhook lets outside systems follow the log: each event that a webhook
// is for is sent to its address, signed, one after the other.
//
//	                 pause, access lost, failing for days
//	create ▶ ACTIVE ─────────────────────────────────────▶ PAUSED
//	           │    ◀─────────────────────────────────────   │
//	           │                    resume                   │
//	           └── end, 410 Gone ──▶ ENDED ◀── end ──────────┘
//
// What becomes of an event:
//
//	         2xx
//	next ───────────────────────────────────────▶ DELIVERED
//	  │ else        2xx                               ▲
//	  └────▶ WAITING ─────────────────────────────────┤ tried again by hand
//	         │  ▲ │ after a day of attempts           │
//	         └──┘ └────────────────────▶ DEAD ────────┘
//	  back-off  └ skipped by hand, or no right to it any more ▶ SKIPPED
//
// Invariants:
//   - The payload holds identifiers and facts, as the log does, never texts: the
//     receiver asks the API, with a token of its own.
//   - Whether the owner may see an event is asked when it is sent, with the rights
//     of that moment and on each attempt: by the query that reads it. What the
//     owner may not see is passed over and leaves no trace.
//   - Of a webhook the next event is sent once the one before was delivered, given
//     up or skipped. Its position moves in the transaction that records that.
//   - At least once: what was sent and not recorded is sent again, under the same
//     identifier. So is what is tried again.
//   - No transaction is open while something is sent. A node sends for a webhook
//     as long as it holds its lease; it records only what follows from the
//     position that it read.
//   - Writing an event costs nothing for webhooks: the reader follows the log, and
//     finds what is due by one look at the indexes of the scopes.
//   - A position that the log does not know, as after a restored copy, is told to
//     the receiver as a StreamReset; it goes on from the head.
//   - Secrets are told once. They are kept sealed with the deployment's key.
package webhook
