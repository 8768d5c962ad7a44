// Package bus carries wake-ups and small passing messages between the nodes of a
// deployment.
//
// A wake-up says that the event log has grown, and nothing else: whoever is woken
// reads the log. A message is a few identifiers that matter for a moment, such as
// who is typing. The way between the nodes is one process, PostgreSQL's
// LISTEN/NOTIFY or NATS; a Bus behaves alike on all.
//
// Invariants:
//   - Everything may be lost, and nothing depends on it: the log is polled
//     beneath. A lost wake-up costs time, never an event.
//   - Wake never waits and is called after the commit. However often it is
//     called, the other nodes hear of it once in a few milliseconds.
//   - Whenever the way has been broken and works again, every node that was cut
//     off is woken: something may have been missed.
//   - A node hears its own messages at once, and never as an echo.
//   - Two deployments on one server do not hear each other: the name of their
//     channel follows from the deployment's key.
//   - After Close nothing of it runs.
package bus
