package iati

import (
	"context"
	"io"
	"time"
)

// Reader reads activity files. Its zero value is ready, but then nothing lies in
// the future.
type Reader struct {
	// Now is the present time, for the rules about the future; the zero time
	// switches them off.
	Now time.Time
	// Seen says whether an identifier came before in this file, and from now on it
	// did. Without it the reader remembers them itself.
	Seen func(ctx context.Context, identifier string) (bool, error)
}

// Checked is one activity with what was found in it.
type Checked struct {
	// Activity is nil where it cannot be kept, and for issues of the file itself.
	Activity *Activity
	// Issues come in the order of their lines.
	Issues []Issue
}

// File is what a file says of itself.
type File struct {
	Version string
	// Activities is how many there were, the impossible ones included.
	Activities int
}

// Handler takes one activity after the other. An error ends the reading.
type Handler func(ctx context.Context, c Checked) error

// Read reads a file and hands its activities over in their order. It returns a
// *Refusal if the file is refused, the handler's error as it is, ctx's error, or
// that of r; File then holds what was known so far.
func (rd Reader) Read(ctx context.Context, r io.Reader, handle Handler) (File, error) {
	return File{}, nil
}
