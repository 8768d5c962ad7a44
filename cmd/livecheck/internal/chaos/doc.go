// Package chaos makes a world in a deployment, lets writers write and listeners
// listen through lines that break, kills what can be killed, and hands what it
// saw to package history.
//
// The seed decides who is there, who listens to what and how, what each writer
// does in which order, and which fault comes when. When which of them meet is
// decided by the machine.
//
// Invariants:
//   - All changes of rights go through one steward, one after the other, so that
//     the log's order of them is known.
//   - Writers and the steward never give up what they began: what came of it is
//     known in the end.
package chaos
