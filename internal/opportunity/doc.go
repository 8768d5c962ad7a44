// Package opportunity keeps funding opportunities: calls and windows of donors,
// and how far the ACS takes each.
//
//	IDENTIFIED ── screen ──▶ SCREENED ── shortlist ──▶ SHORTLISTED ── pursue ──▶ PURSUED ── win ──▶ WON
//	 ▲  │                      │                         │                        │ └─────── lose ──▶ LOST
//	 │  └───── dismiss ────────┴──────── dismiss ────────┴──────── dismiss ───────┴──▶ DISMISSED
//	 │
//	 └── reopen ── CLOSED ◀── the last day passed before it was pursued
//
// Invariants:
//   - An identifier of a source belongs to one opportunity.
//   - The last day on which one may apply closes it by itself, from the beginning
//     of the next day in Port of Spain: its status says so at once, and the log
//     tells it once (PassTime). What is pursued by then is not closed: the donor
//     decides.
//   - What was closed comes back only if that day was put off.
//   - It rests on an agreement that is signed or in force when it is named, or on
//     none.
//   - Amounts are exact, not below zero, in one currency; the minimum is not above
//     the maximum. It does not close before it opens.
//
// The Secretariat alone writes. Those who hold a seat or post see everything. The
// people of the donor see what the donor offers, but not how far the ACS has taken
// it and why: neither status nor reason nor revision, nor events. Nobody else sees
// anything. The life and these rules are our own design.
package opportunity
