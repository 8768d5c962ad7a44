// Package reference numbers what bodies dispatch: SN/2026/014 is the fourteenth
// that the body with the code SN dispatched in 2026.
//
// A series belongs to a body and a year of Port of Spain; notices and requests for
// information share it.
//
// Invariants:
//   - A number is taken in the transaction that dispatches: one that is rolled back
//     takes none, so a series has no gaps.
//   - A number is never given twice. What is declared void keeps its reference.
//   - The row of the series is locked after everything else that the transaction
//     locks, but for the counters of persons and the log's head: who dispatches
//     waits for who has dispatched, and for nobody else.
package reference
