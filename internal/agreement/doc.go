// Package agreement keeps the cooperation agreements of the ACS.
//
//	DRAFT ── negotiate ──▶ NEGOTIATING ── sign ──▶ SIGNED ── bring into force ──▶ IN_FORCE ── expire ──▶ EXPIRED
//	  │                         │                    │                              │
//	  └────── terminate ────────┴──── terminate ─────┴────────── terminate ─────────┴──▶ TERMINATED
//
// A signed agreement that never came into force can only be terminated.
//
// Invariants:
//   - A number belongs to one agreement.
//   - 1 to 50 parties, each once, in the order of the document; once it is
//     signed they stay as they are.
//   - A period does not end before it begins, and nothing was signed in the
//     future: dates known to the month or the year are given the benefit of the
//     doubt. Days are those of Port of Spain.
//   - What was signed is public for ever, a draft is not: an event is public if
//     the agreement is once the event has happened.
//
// The Secretariat alone writes. The life follows the practice of the ACS; who may
// see what, and that a terminated agreement does not come back, is our own design.
package agreement
