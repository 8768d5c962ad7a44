package eventlog

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/seal"
	"acs-aec.org/hub/internal/viewer"
)

// Log appends to the log and reads it.
type Log struct {
	client *ent.Client
	sealer *seal.Sealer
	now    func() time.Time
	newID  func(id.Kind) uuid.UUID

	mu       sync.Mutex    // protects what follows
	woken    chan struct{} // closed at the next wake-up
	onAppend func()        // nil for none

	published atomic.Pointer[Position] // of what is about to be committed; for a planted fault alone
}

// New makes a log over a database. key is the deployment's key.
func New(client *ent.Client, key []byte, now func() time.Time, newID func(id.Kind) uuid.UUID) (*Log, error) {
	s, err := seal.New(key, "event log position")
	if err != nil {
		return nil, err
	}
	return &Log{client: client, sealer: s, now: now, newID: newID, woken: make(chan struct{})}, nil
}

// Woken returns a channel that is closed when something may have been appended.
// A wake-up can be lost: poll beneath it.
func (l *Log) Woken() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.woken
}

// Wake wakes those who wait for Woken: another node may have appended.
func (l *Log) Wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.woken)
	l.woken = make(chan struct{})
}

// OnAppend has f called after each commit that appended something, to tell the
// other nodes. f must not wait. There is one such f.
func (l *Log) OnAppend(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.onAppend = f
}

// appended wakes those who wait here, then lets the other nodes know.
func (l *Log) appended() {
	l.Wake()
	l.mu.Lock()
	f := l.onAppend
	l.mu.Unlock()
	if f != nil {
		f()
	}
}

// Position is a place in the log: after the event with this number and tag. The
// zero Position is before the first event.
type Position struct {
	Seq int64
	Tag uuid.UUID
}

const positionSize = 8 + 16

// Cursor seals a position: all cursors have the same length, and two of the same
// position are not the same.
func (l *Log) Cursor(p Position) string {
	var raw [positionSize]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(p.Seq)) //nolint:gosec // numbers are positive
	copy(raw[8:], p.Tag[:])
	return l.sealer.Seal(raw[:])
}

var msgCursor = i18n.Message{
	EN: "This is not a position in the event log.", ES: "Esto no es una posición del registro de eventos.",
	FR: "Ce n'est pas une position du journal des événements.",
}

// cursorLength is the length of every cursor.
var cursorLength = len((&Log{sealer: must(seal.New(make([]byte, 32), ""))}).Cursor(Position{}))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// ErrUnknown says that a cursor was made by another deployment: what came before
// it is not known here.
var ErrUnknown = errors.New("eventlog: not a cursor of this deployment")

// Open reads a cursor. What does not even look like one is an INVALID_INPUT for
// "after"; one that was sealed by another deployment is ErrUnknown.
func (l *Log) Open(cursor string) (Position, error) {
	if len(cursor) != cursorLength {
		return Position{}, apperr.Invalid("after", msgCursor)
	}
	raw, err := l.sealer.Open(cursor)
	if err != nil || len(raw) != positionSize {
		return Position{}, ErrUnknown
	}
	p := Position{Seq: int64(binary.BigEndian.Uint64(raw[:8]))} //nolint:gosec // sealed by Cursor
	copy(p.Tag[:], raw[8:])
	return p, nil
}

// Head is the position after the last event.
func (l *Log) Head(ctx context.Context) (Position, error) {
	if p := l.published.Load(); publishBeforeCommit && p != nil {
		return *p, nil
	}
	ctx = viewer.With(ctx, viewer.System())
	e, err := l.client.LogEntry.Query().Order(ent.Desc(logentry.FieldSeq)).Select(logentry.FieldSeq).First(ctx)
	if ent.IsNotFound(err) {
		return Position{}, nil
	}
	if err != nil {
		return Position{}, fmt.Errorf("eventlog: read the head: %w", err)
	}
	return Position{Seq: e.Seq, Tag: e.ID}, nil
}

// Known says whether the position is one of this log, and when its event was
// committed; the position before the first event has no time.
func (l *Log) Known(ctx context.Context, p Position) (bool, time.Time, error) {
	if p.Seq == 0 {
		return p.Tag == uuid.Nil, time.Time{}, nil
	}
	e, err := l.client.LogEntry.Query().Where(logentry.Seq(p.Seq), logentry.ID(p.Tag)).
		Select(logentry.FieldCommittedAt).Only(viewer.With(ctx, viewer.System()))
	if ent.IsNotFound(err) {
		return false, time.Time{}, nil
	}
	if err != nil {
		return false, time.Time{}, fmt.Errorf("eventlog: look for a position: %w", err)
	}
	return true, e.CommittedAt, nil
}

// awaitLimit bounds how long Await waits.
const awaitLimit = 5 * time.Second

// Await returns once the log has come as far as the cursor. It returns
// INVALID_INPUT for a cursor that is not of this log, and UNAVAILABLE if the log
// does not come so far within a few seconds.
func (l *Log) Await(ctx context.Context, cursor string) error {
	p, err := l.Open(cursor)
	if err != nil {
		return apperr.Invalid("awaitCursor", msgCursor)
	}
	ctx, cancel := context.WithTimeout(ctx, awaitLimit)
	defer cancel()
	poll := time.NewTicker(100 * time.Millisecond)
	defer poll.Stop()
	for {
		woken := l.Woken()
		head, err := l.Head(ctx)
		if err != nil {
			return err
		}
		if head.Seq >= p.Seq {
			known, _, err := l.Known(ctx, p)
			if err == nil && !known {
				err = apperr.Invalid("awaitCursor", msgCursor)
			}
			return err
		}
		select {
		case <-woken:
		case <-poll.C:
		case <-ctx.Done():
			return apperr.ErrUnavailable.Because(ctx.Err())
		}
	}
}
