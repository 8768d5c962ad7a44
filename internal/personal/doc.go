// Package personal numbers the changes of what is a person's own and no event of
// the log, and lets whoever listens as that person know of them: how far they have
// read, what they are told.
//
// Each person has a counter. A row that is a person's own carries the number of
// its last change, its version; so what a device has missed are the rows with a
// version above the one that it knows, each once, in its latest state:
//
//	        change                 change
//	row 3 ─────────▶ row 4, and so on: one row, its latest version
//	                   │ commit
//	                   ▼
//	whoever listens as the person is woken, and reads the rows above its version
//
// Invariants:
//
//   - Who writes a row of a person has taken its version with Next before, in the
//     same transaction: Next holds the person's counter until that ends, so the rows
//     of a person are written by one transaction after the other, and a reader that
//     has seen a version has missed no row below it. Read the row after Next.
//   - Counters come after threads and numbering rows and before the head of the log.
//     Next takes those of several persons in the order of their identifiers.
//   - Every version is carried by a row, or was carried by one until a later change.
//   - A wake-up can be lost; whoever listens polls beneath.
//   - A Place is sealed for one person. One that a restored copy does not know is
//     announced as a reset, never answered with silence: its version is above the
//     counter's, or the same with another tag. (A copy that has gone on past that
//     version before the client comes back is noticed by the place in the log, if
//     that went on too.)
package personal
