// Package meeting keeps the meetings of bodies.
//
//	convene ──▶ PLANNED ── open ──▶ OPEN ── close ──▶ CLOSED
//	               │
//	               └── cancel ──▶ CANCELLED
//
// Invariants:
//   - A meeting belongs to one body for good; a reference belongs to one meeting
//     of the body.
//   - It ends after it begins, within 31 days. Both are moments; the zone of the
//     place says which hours people there see on the clock.
//   - What is closed or cancelled does not change.
//
// The Secretariat, and who leads the body, convene and change meetings. The
// Secretariat and those who hold a seat or post in the body see them; one that is
// open to observers is seen by everybody, its link by those who are signed in. An
// event is public if the meeting is open to observers once the event has happened.
//
// The rules are our own design: none of them is a rule of the ACS.
package meeting
