// Package person keeps the people who take part, and whether they have access.
//
//	ACTIVE ── disable ──▶ DISABLED      sessions, tokens and links end at once
//	       ◀── enable ───
//
// Invariants:
//   - An address belongs to one person.
//   - Nobody takes their own access away, and somebody with a post in the
//     Secretariat always keeps it.
//
// What people may do follows from their seats and posts (package body), never
// from the person. The rules are our own design.
package person
