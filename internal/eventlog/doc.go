// Package eventlog is the one log of a deployment: audit trail, feed of every
// durable subscription and queue of every background reader in one.
//
// Invariants:
//   - Append only collects. The outermost transaction numbers and inserts its
//     events once, immediately before it commits. Numbers are dense and in the
//     order of commits: a reader that has seen number n has missed nothing
//     before it.
//   - The log's head is the last lock that a transaction takes. Threads come
//     before it.
//   - An entry holds ids and facts, never texts, so what is withdrawn cannot
//     come back by replay. Entries are never changed or removed.
//   - A position is a number and a tag, the entry's own random id. A position
//     whose tag is not found is announced as a reset, never answered with
//     silence: a restored copy is noticed.
//   - Readers are woken after the commit, those of other nodes by what OnAppend
//     registered. A wake-up can be lost; whoever waits polls beneath.
//   - Each thread keeps the head of a hash chain over its events in its row.
package eventlog
