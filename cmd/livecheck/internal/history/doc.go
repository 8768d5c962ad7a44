// Package history judges what a deployment did: it compares the log with what
// was acknowledged to writers and with what each listener recorded. It opens no
// connection and reads no clock.
//
// What must hold:
//
//   - What was acknowledged is in the log, once for each key, and in the order of
//     time: who was answered before another began stands before it.
//   - The log is dense: its rows count from 1, its pages chain, and the messages
//     of each discussion count from 1.
//   - A listener gets the log filtered by its scope and rights, in the order of
//     the log, nothing twice on a stream and nothing that the log does not hold.
//   - The cursors of a stream chain: each envelope names the one before it.
//   - Nothing comes that lies behind the end of a right or of a session.
//
// Rights are judged when an envelope is delivered, and an admission brings the
// history with it. So an entry is required of a listener whose right held when it
// happened and never ended; allowed where the right ended later, or began later
// and the envelope came after that; and forbidden else. What came within a right
// that ended later leaves no hole before it.
package history
