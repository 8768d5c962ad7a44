// Package country keeps countries, the groups among which posts of the ACS
// rotate, and who belongs to the ACS as what, from when until when.
//
//	membership:  record ──▶ holds from one day to another, both included ── edit its last day ──▶ past
//
// Invariants:
//   - A country's code and a group's code are unique; a country's never changes.
//   - A country or an organisation is one thing to the ACS at a time: periods of
//     its memberships do not overlap, checked under the lock of its row. Dates
//     known to the month or the year count with all the days that they may mean,
//     missing ones are open.
//   - All of it is public; the Secretariat alone changes it.
//
// Memberships are dated because sources differ by year. Days are those of Port
// of Spain.
package country
