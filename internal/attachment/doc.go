// Package attachment is what one can do with the files of discussions.
//
// A file is uploaded for a discussion and belongs to its uploader alone until a
// message takes it. From then on it is open to who may see the message, and goes
// with it:
//
//	upload            post             withdraw the message
//	───────▶ PENDING ──────▶ ATTACHED ─────────▶ ERASED
//	            │ │
//	            │ └ the scanner finds something ──▶ REFUSED ─┐
//	            ▼ discard, or 24 hours                       ▼
//	          gone                                         gone
//
// A draft takes files as well: they stay PENDING with it, however long, are seen by
// who sees the draft, and become the message's when it does. They go when it is given
// up.
//
// The content lies in a store of files (internal/filestore) under a random key. Its
// way through that store is a life of its own, and a row (StoredFile) says at each
// moment what is there, so that nothing lies there unknown:
//
//	begin            keep              doom
//	─────▶ lease of ─────▶ in use ───────────▶ due ──▶ erased, and the row goes
//	       two hours ─────────────────────────▶ ▲
//	          │              a cut upload, or a killed process
//	          └─────────────────────────────────┘
//
// Invariants:
//   - Nothing is written to the store whose key is not in the database, with a time
//     at which it is erased unless an attachment has taken it by then. So what a cut
//     upload or a killed process leaves is erased without looking through the store.
//   - A row that has no such time belongs to exactly one attachment. Keys are never
//     shared: what is withdrawn is really erased, whoever else sent the same file.
//   - Content is erased after the commit that says so, by Work, and again until it
//     is gone; its attachment was not open to anybody since the commit.
//   - An attachment in a message was found clean, or uploaded while there was no
//     scanner. While the scanner is away files wait: they are neither posted nor
//     downloaded.
//   - What a file is, is found by looking at it (internal/filetype). One that is
//     something else than its name or its sender says is refused and not kept.
//   - Uploads use memory by the piece, never by the file, whatever its size.
//   - A person has at most 20 files that are in no message, those on their way
//     included; a message takes 10.
//   - The log holds the digest of a posted file with its message, never its name.
//
// Locks are taken in this order: discussion, attachments by id, stored files; the
// person's row, alone, when an upload begins.
package attachment
