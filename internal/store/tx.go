package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
)

// txState is a transaction under way. Only the goroutine that runs it may touch
// it.
type txState struct {
	db     *DB
	tx     *ent.Client
	raw    *observedTx
	values map[any]any
	before []func(context.Context, *ent.Client) error
	after  []func()
	failed error // what went wrong inside: it can't be committed any more
}

type txKey struct{}

func stateOf(ctx context.Context) *txState {
	s, _ := ctx.Value(txKey{}).(*txState)
	return s
}

var errNoTx = errors.New("store: no transaction is under way")

// ErrOtherDatabase says that a transaction on one database was begun inside one
// on another.
var ErrOtherDatabase = errors.New("store: a transaction on another database is under way")

// attempts is how often a transaction runs that others keep in its way.
const attempts = 6

// InTx runs fn in a transaction and commits it, or rolls it back if fn or
// anything registered with BeforeCommit fails. Inside a transaction it joins
// that one. fn may run several times, when others stand in its way (deadlock,
// serialisation, a busy file): it must have no effect but on the database.
// A full disk is ErrFull.
func InTx(ctx context.Context, db *DB, fn func(ctx context.Context, tx *ent.Client) error) error {
	if s := stateOf(ctx); s != nil {
		if s.db != db {
			return ErrOtherDatabase
		}
		err := fn(ctx, s.tx)
		if err != nil && s.failed == nil {
			s.failed = err
		}
		return err
	}
	for n := 1; ; n++ {
		err := once(ctx, db, fn)
		if err == nil || n == attempts || !passing(err) {
			return Told(err)
		}
		pause := time.NewTimer(time.Duration(n*n)*2*time.Millisecond + rand.N(5*time.Millisecond)) //nolint:gosec // spreads the load
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return errors.Join(err, ctx.Err())
		}
	}
}

func once(ctx context.Context, db *DB, fn func(ctx context.Context, tx *ent.Client) error) (err error) {
	s := &txState{db: db, values: map[any]any{}}
	ctx = context.WithValue(ctx, txKey{}, s)
	tx, err := db.Client.Tx(ctx)
	if err != nil {
		return fmt.Errorf("store: begin: %w", err)
	}
	s.tx = tx.Client()
	done := false
	defer func() {
		if !done { // fn failed or panicked
			if rollback := tx.Rollback(); rollback != nil && err != nil {
				err = errors.Join(err, fmt.Errorf("store: roll back: %w", rollback))
			}
		}
	}()
	if err := fn(ctx, s.tx); err != nil {
		return err
	}
	for i := 0; i < len(s.before) && s.failed == nil; i++ { // one may register another
		if err := s.before[i](ctx, s.tx); err != nil {
			return err
		}
	}
	if s.failed != nil {
		return s.failed
	}
	done = true
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store: commit: %w", err)
	}
	for _, f := range s.after {
		f()
	}
	return nil
}

// InTransaction says whether a transaction is under way in the context.
func InTransaction(ctx context.Context) bool { return stateOf(ctx) != nil }

// TxValue is a value that lives as long as the transaction of the context; make
// makes it when it is first asked for.
func TxValue(ctx context.Context, key any, make func() any) (any, error) {
	s := stateOf(ctx)
	if s == nil {
		return nil, errNoTx
	}
	v, ok := s.values[key]
	if !ok {
		v = make()
		s.values[key] = v
	}
	return v, nil
}

// BeforeCommit registers what runs last before the transaction of the context
// commits, in the order of registration. It does nothing outside of one.
func BeforeCommit(ctx context.Context, f func(ctx context.Context, tx *ent.Client) error) {
	if s := stateOf(ctx); s != nil {
		s.before = append(s.before, f)
	}
}

// AfterCommit registers what runs once the transaction of the context has
// committed. It does nothing outside of one.
func AfterCommit(ctx context.Context, f func()) {
	if s := stateOf(ctx); s != nil {
		s.after = append(s.after, f)
	}
}

// Locked locks the rows of a query until the transaction ends. SQLite, which
// refuses FOR UPDATE, has only one writer, whose transaction has begun already.
func Locked(tx *ent.Client) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if s.Dialect() == dialect.Postgres {
			s.ForUpdate()
		}
	}
}
