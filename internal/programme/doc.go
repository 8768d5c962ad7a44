// Package programme keeps the programmes of the ACS: projects under a priority
// area, an objective, an envelope and a period.
//
//	DRAFT ── adopt ──▶ ADOPTED ── start ──▶ RUNNING ── close ──▶ CLOSED
//
// Invariants:
//   - A code belongs to one programme and never changes.
//   - An envelope is exact and not below zero; it may be unknown, never partial.
//   - A programme does not end before it begins.
//   - A draft is for those who hold a seat or post, what was adopted for
//     everybody: an event is public if the programme is once the event has
//     happened.
//
// The Secretariat alone writes. The life, and who may see what, is our own design.
package programme
