// Package command runs commands: one transaction each, with the idempotency key
// claimed first, the events told last, and a receipt that names them.
//
// A command reads: lock – check – write – tell. The caller's service holds the
// rules; this package holds what every command shares.
package command

import (
	"context"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/personal"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Runner is what services run their commands with.
type Runner struct {
	DB    *store.DB
	Log   *eventlog.Log
	Now   func() time.Time
	NewID func(id.Kind) uuid.UUID
	// Personal numbers the changes of what is a person's own and no event of the log.
	Personal *personal.Counters
	// Key is the deployment's key: what clients carry and hand back is sealed with it.
	Key []byte
}

// Time is the present moment as it is stored: UTC, microseconds.
func (r *Runner) Time() time.Time { return r.Now().UTC().Truncate(time.Microsecond) }

// Receipt is what a command told.
type Receipt struct {
	// Cursor is the position after the command's last event; of the head, if it
	// told none.
	Cursor string
	// EventIDs are the command's events in order.
	EventIDs []uuid.UUID
}

// Entity is a row that a transaction read.
type Entity[T any] interface {
	comparable
	Unwrap() T
}

// Do runs a command. fn locks, checks, writes and tells; it may run again after
// a deadlock, so it has no other effects. The entity comes back ready for use
// outside of the transaction. Inside of another command it is a part of that
// one: the entity is still the transaction's, and the receipt is empty.
func Do[T Entity[T]](ctx context.Context, r *Runner, fn func(ctx context.Context, tx *ent.Client) (T, error)) (T, Receipt, error) {
	var none, out T
	var told *eventlog.Told
	if store.InTransaction(ctx) { // a part of another command, which gives the receipt
		err := store.InTx(viewer.Command(ctx), r.DB, func(ctx context.Context, tx *ent.Client) (err error) {
			out, err = fn(ctx, tx)
			return err
		})
		return out, Receipt{EventIDs: []uuid.UUID{}}, err
	}
	err := store.InTx(viewer.Command(ctx), r.DB, func(ctx context.Context, tx *ent.Client) (err error) {
		if told, err = r.Log.Told(ctx); err != nil {
			return err
		}
		out, err = fn(ctx, tx)
		return err
	})
	if err != nil {
		return none, Receipt{}, err
	}
	if out != none {
		out = out.Unwrap()
	}
	rec, err := r.receipt(ctx, told.IDs, told.Last)
	return out, rec, err
}

func (r *Runner) receipt(ctx context.Context, ids []uuid.UUID, last eventlog.Position) (Receipt, error) {
	if len(ids) == 0 {
		head, err := r.Log.Head(ctx)
		if err != nil {
			return Receipt{}, err
		}
		return Receipt{Cursor: r.Log.Cursor(head), EventIDs: []uuid.UUID{}}, nil
	}
	return Receipt{Cursor: r.Log.Cursor(last), EventIDs: ids}, nil
}
