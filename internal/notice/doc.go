// Package notice is what one can do with official notices of a body to named
// seats, and the register of their delivery, opening and acknowledgement.
//
//	draft         dispatch              void
//	──────▶ DRAFT ────────▶ DISPATCHED ──────▶ VOID
//	        │  ▲│
//	discard ▼  └┘ edit
//
// A notice is addressed to seats, not to persons: whoever holds an addressed seat
// sees it, and who gives the seat up sees it no more. The register says which
// person it was at the time:
//
//	dispatch ──▶ DELIVERED   the holder at the dispatch, once a seat; a vacant seat has none
//	open     ──▶ OPENED      once a person and seat
//	acknowledge ▶ ACKNOWLEDGED once a seat, whoever holds it then
//
// Invariants:
//   - Whoever writes to a notice or its register holds the lock of its row.
//   - A dispatched notice does not change: neither its text nor its addressees. A
//     void one keeps its reference and its register.
//   - Entries of the register are never changed or removed; the policy denies it to
//     everybody. Reading marks have nothing to do with them, and no query enters
//     anything.
//   - Drafts are for those who may issue for the body: the Secretariat, and who
//     leads it. The log tells of them to nobody else.
//   - The log tells each addressed seat by an event of its own, at most 60 a notice:
//     who may see it follows from the entry alone.
//
// The rules are our own design: none of them is a rule of the ACS.
package notice
