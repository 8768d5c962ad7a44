// Package logreader reads the log for what works in the background: each such
// reader has a name and a position, which moves in the transaction that writes
// what the events caused.
//
// Invariants:
//   - What an event causes is written once, whatever dies when: the effects and
//     the position are of one transaction.
//   - One node at a time moves a reader on. Another finds nothing to do meanwhile.
//   - A position that the log does not know, as after a restored copy, is noticed:
//     the reader goes on from the head, and causes nothing twice.
package logreader

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/logreader"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Reader reads the log under a name.
type Reader struct {
	Name string
	DB   *store.DB
	Log  *eventlog.Log
	// Batch is how many events it looks at in one go.
	Batch int
}

// Step is what became of a try to go on.
type Step int

// The steps.
const (
	// Idle: there is nothing after the position, or another node is at work.
	Idle Step = iota
	// Moved: the position has moved on.
	Moved
	// Reset: the position was not known; it is the log's head now.
	Reset
)

// Plan looks at events before the transaction and says how many of them, from the
// first on, it has dealt with (one at least), and what to write for these. A nil
// write writes nothing.
type Plan func(ctx context.Context, entries []*ent.LogEntry) (n int, write func(ctx context.Context, tx *ent.Client) error, err error)

// errOvertaken says that another node has moved the reader on meanwhile.
var errOvertaken = errors.New("logreader: overtaken")

// Next goes on by one batch at most. The reader begins at the head of the log the
// first time, unless a migration has said where.
func (r *Reader) Next(ctx context.Context, plan Plan) (Step, error) {
	ctx = viewer.With(ctx, viewer.System())
	at, err := r.position(ctx)
	if err != nil {
		return Idle, err
	}
	entries, known, err := r.Log.Tail(ctx, at, r.Batch)
	if err != nil {
		return Idle, err
	}
	if known && len(entries) == 0 {
		return Idle, nil
	}
	step, to := Moved, eventlog.Position{}
	var write func(ctx context.Context, tx *ent.Client) error
	if known {
		n := 0
		if n, write, err = plan(ctx, entries); err != nil {
			return Idle, err
		}
		last := entries[n-1]
		to = eventlog.Position{Seq: last.Seq, Tag: last.ID}
	} else {
		step = Reset
		if to, err = r.Log.Head(ctx); err != nil {
			return Idle, err
		}
	}
	err = store.InTx(ctx, r.DB, func(ctx context.Context, tx *ent.Client) error {
		now, err := tx.LogReader.Query().Where(logreader.ID(r.Name), lockedOrNone).Only(ctx)
		if ent.IsNotFound(err) || err == nil && positionOf(now) != at {
			return errOvertaken
		}
		if err != nil {
			return fmt.Errorf("logreader: lock the position: %w", err)
		}
		if write != nil {
			if err := write(ctx, tx); err != nil {
				return err
			}
		}
		return now.Update().SetSeq(to.Seq).SetNillableTag(tagOf(to)).Exec(ctx)
	})
	if errors.Is(err, errOvertaken) {
		return Idle, nil
	}
	if err != nil {
		return Idle, err
	}
	return step, nil
}

// position reads how far the reader has come, and makes it known at first.
func (r *Reader) position(ctx context.Context) (eventlog.Position, error) {
	row, err := r.DB.Client.LogReader.Get(ctx, r.Name)
	if err == nil {
		return positionOf(row), nil
	}
	if !ent.IsNotFound(err) {
		return eventlog.Position{}, fmt.Errorf("logreader: read the position: %w", err)
	}
	head, err := r.Log.Head(ctx)
	if err != nil {
		return head, err
	}
	err = store.InTx(ctx, r.DB, func(ctx context.Context, tx *ent.Client) error {
		err := tx.LogReader.Create().SetID(r.Name).SetSeq(head.Seq).SetNillableTag(tagOf(head)).
			OnConflict(sql.ConflictColumns(logreader.FieldID), sql.DoNothing()).Exec(ctx)
		if errors.Is(err, stdsql.ErrNoRows) { // another node was first
			return nil
		}
		return err
	})
	if err != nil {
		return head, fmt.Errorf("logreader: begin: %w", err)
	}
	row, err = r.DB.Client.LogReader.Get(ctx, r.Name)
	if err != nil {
		return head, fmt.Errorf("logreader: read the position: %w", err)
	}
	return positionOf(row), nil
}

func positionOf(row *ent.LogReader) eventlog.Position {
	p := eventlog.Position{Seq: row.Seq}
	if row.Tag != nil {
		p.Tag = *row.Tag
	}
	return p
}

func tagOf(p eventlog.Position) *uuid.UUID {
	if p.Seq == 0 {
		return nil
	}
	return &p.Tag
}

// lockedOrNone locks the row of a query, and does not find it while another
// transaction holds it.
func lockedOrNone(s *sql.Selector) {
	if s.Dialect() == dialect.Postgres {
		s.ForUpdate(sql.WithLockAction(sql.SkipLocked))
	}
}
