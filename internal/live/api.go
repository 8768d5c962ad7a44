package live

import (
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/internal/eventlog"
)

// Outlet is where the answers of one stream go: an operation of a socket, or an
// event stream over HTTP. Its methods never block, and may be called by any
// goroutine, one at a time for each stream.
type Outlet interface {
	// Next gives the client an answer, with the stream's own cursors in its slots.
	// False means that what came before has not been written yet: nothing was
	// taken, and Stream.Drained must be called once there is room. The parts of the
	// answer belong to the engine: copy what outlives the call.
	Next(a *Answer, cursor, previous string) bool
	// Complete says that the stream has come to its end. It is the last call. It
	// may not be refused: it takes its place behind what is waiting.
	Complete()
	// Fail says that the stream ends with errors. It is the last call.
	Fail(errs gqlerror.List)
}

// Reason is why the engine cuts a connection.
type Reason int

// The reasons.
const (
	// Revoked: the session or token ended or expired, or the person has no access
	// any more. Sign in again. (4403)
	Revoked Reason = iota
	// Lagging: the client reads too slowly. Come back with the last cursor. (1013)
	Lagging
)

// Answer is an encoded GraphQL response, shared by all streams that get it: a
// JSON object with "data" and perhaps "errors". It has slots in which each
// stream's own cursors go.
type Answer struct {
	parts [][]byte   // what is between the slots; one more than slots
	slots []slotKind // in their order
	lost  bool       // it tells errors instead of the event: its cursor is not in it
}

type slotKind uint8

const (
	slotCursor   slotKind = iota // the position after this event
	slotPrevious                 // where the search for it began; null for ""
)

// AppendTo appends the answer to b with the cursors in their slots, and returns
// the extended slice.
func (a *Answer) AppendTo(b []byte, cursor, previous string) []byte {
	for i, kind := range a.slots {
		b = append(b, a.parts[i]...)
		value := cursor
		if kind == slotPrevious {
			value = previous
		}
		if value == "" {
			b = append(b, "null"...)
			continue
		}
		b = append(b, '"')
		b = append(b, value...)
		b = append(b, '"')
	}
	return append(b, a.parts[len(a.parts)-1]...)
}

// Size is how many bytes AppendTo appends at most.
func (a *Answer) Size() int {
	n := 0
	for _, p := range a.parts {
		n += len(p)
	}
	return n + len(a.slots)*128
}

// ViewerEnvelope is an event that concerns one person alone, or the latest state of
// a row that is the person's own.
type ViewerEnvelope struct {
	eventlog.Envelope
	Row any // the Value of a personal.Row; nil for an event of the log
}

// Activity is who is in a discussion at a moment: persons by their identifiers.
type Activity struct{ Present, Typing []uuid.UUID }
