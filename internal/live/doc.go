// Package live delivers what the event log tells, to everybody who listens,
// once on their screen and in order.
//
// One tailer a node reads the log and keeps the latest events in a ring. A
// subscription is a Stream: a position, not a queue. It takes the next events
// from the ring, or from the database where they are older; resume and live are
// the same loop. Streams of the same document and variables are a group, whose
// answers are executed and encoded once.
//
// What concerns one person alone comes from the log and from rows that are the
// person's own: such a stream stands at a place in both (own.go).
//
// Invariants:
//
//   - The tailer applies what an event changes of rights before any stream sees a
//     later event. What is delivered was checked with the rights of that moment
//     and with the clock, on replay too.
//   - Nothing is skipped: an Outlet that can't take an answer now gets it later,
//     or its connection is cut with a reason after which clients come back.
//   - Nothing here reads as the hub itself. A group's answer is executed as the
//     audience (viewer.Audience): what it can't tell for all members alike is
//     executed for each of them.
package live
