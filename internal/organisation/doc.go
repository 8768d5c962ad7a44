// Package organisation keeps the donors, partners, agencies and other
// organisations with which the ACS works.
//
//	create ──▶ ACTIVE ── merge into another ──▶ MERGED
//
// Invariants:
//   - An identifier (IATI organisation identifier) belongs to one entry.
//   - A merged entry stays readable, points to an active one and never changes
//     again. So pointers end in an active entry and there is no circle.
//   - What referred to a merged entry refers to the one that stays, from the
//     moment of the merger on. Two things stay behind, as history: memberships of
//     the ACS for a time in which the other entry has one too, and admissions to
//     discussions to which the other was admitted too, which end.
//   - New references go to active entries only: see Named.
//
// All of it is public; the Secretariat alone changes it. That a merged entry does
// not come back is our own design.
package organisation
