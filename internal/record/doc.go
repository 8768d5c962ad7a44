// Package record makes the record of a discussion: one file that holds all of it,
// is signed by the deployment, and can be read and checked with nothing else.
//
//	index.html       to read: no script, nothing from elsewhere
//	thread.json      the discussion, its subject, its audience through time
//	messages.jsonl   a message a line: texts, earlier texts, translations, quotes …
//	formal.jsonl     the requests for information that were made in it
//	events.jsonl     what the event log tells of it, in order, with its hash chain
//	attachments/…    the files
//	manifest.json    each of these with its size and SHA-256, the chain's head
//	manifest.sig     the Ed25519 signature of manifest.json, in base64
//	key.pem          the public key, to be compared with one from elsewhere
//
// Invariants:
//   - A record is of one moment: the chain of the events before what was read is
//     the chain after it, or it is read anew.
//   - What the manifest does not name is not of the record: Verify refuses files
//     that are missing, changed, or one too many.
//   - The events are all of the discussion's, from the first: whoever has no right
//     to some of them can't make a record.
//   - Each text that stands has the digest that its event told when it was written.
//     Withdrawn texts are nowhere in it.
package record
