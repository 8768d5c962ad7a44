// Package store opens the database, embedded SQLite or PostgreSQL, and runs
// transactions on it. The same ent code works on both.
//
// Invariants:
//   - A command has one transaction, begun and ended by InTx. An InTx within it
//     joins it, and what fails inside cannot be committed outside.
//   - What BeforeCommit registers runs last before the commit, what AfterCommit
//     registers only once the commit has succeeded.
//   - SQLite has one writing connection, whose transactions begin IMMEDIATE, and
//     several reading ones. PostgreSQL locks rows: Locked is the same call on both.
//   - Locks are taken in this order: idempotency key, subjects by id, rows that
//     number (threads, references), the head of the log.
//   - Migrations are files that are only ever added to, one folder a dialect. A
//     database that is newer than the binary is not touched.
package store
