// Package body keeps the bodies of the ACS, the seats in them and the posts in
// the Secretariat. What people may do follows from these seats and posts.
//
//	body:  ACTIVE ── dissolve ──▶ DISSOLVED   (once no seat or post is in force or to come)
//	seat:  assign ──▶ in force from one day to another, both included ── end ──▶ past
//
// Invariants, each checked under the lock of the body's row:
//   - On any day a body has at most one chair, one rapporteur, two vice-chairs.
//   - On any day a state has at most one seat with a vote in a body.
//   - On any day the Executive Bureau has at most five members.
//   - A clerk has no vote. The Secretariat has posts, all other bodies seats.
//   - A body is not its own parent, at whatever distance.
//
// Rights follow from the days and the clock alone. The log tells once when a first
// day has come and when a last day has passed (PassTime); a row's phase is what it
// has told so far, and is written with what tells it.
//
// Days are those of Port of Spain. That two vice-chairs may sit at once follows
// the board of the Ministerial Council; the other rules are our own design.
package body
