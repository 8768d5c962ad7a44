package eventlog_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

const (
	writers = 16
	rounds  = 20
)

var errRefused = errors.New("the command is refused")

// TestFollowersMissNothing lets 16 writers run composed commands, some of which
// fail, while followers read on from cursor to cursor.
func TestFollowersMissNothing(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		ours := opened(t, w, w.Committee, w.Donor, w.SpecialCommittee)
		theirs := opened(t, w, w.Bureau, w.Donor, w.BureauBody)

		var mu sync.Mutex // protects committed
		committed := idsOf(whole(t, w))
		var writing sync.WaitGroup
		for n := range writers {
			writing.Go(func() {
				rng := rand.New(rand.NewPCG(uint64(n), 2)) //nolint:gosec // the same every time
				for i := range rounds {
					ids, err := try(w.System(), w, func(ctx context.Context) error {
						return work(ctx, w, rng, n*rounds+i, []uuid.UUID{ours, theirs})
					})
					if err != nil && !errors.Is(err, errRefused) {
						t.Errorf("writer %d: %v", n, err)
					}
					mu.Lock()
					committed = append(committed, ids...)
					mu.Unlock()
				}
			})
		}

		done := make(chan struct{})
		var reading sync.WaitGroup
		followers := map[string]*follower{}
		for i, name := range []string{"committee", "bureau", "secretariat", "stranger", "nobody"} {
			f := follow(t, w, w.Viewers()[name])
			f.size = 1 + 7*i
			followers[name] = f
			reading.Go(func() {
				for {
					woken := w.Log.Woken()
					if !f.page(t) {
						continue
					}
					select {
					case <-woken:
					case <-done:
						f.all(t)
						return
					}
				}
			})
		}
		writing.Wait()
		close(done)
		reading.Wait()

		entries := whole(t, w)
		slices.SortFunc(committed, compare)
		if all := idsOf(entries); !slices.Equal(slices.SortedFunc(slices.Values(all), compare), committed) {
			t.Errorf("%d events are in the log, %d were committed", len(all), len(committed))
		}
		for name, may := range map[string]func(e *ent.LogEntry) bool{
			"committee":   func(e *ent.LogEntry) bool { return e.Public || e.ThreadID != nil && *e.ThreadID == ours },
			"bureau":      func(e *ent.LogEntry) bool { return e.Public || e.ThreadID != nil && *e.ThreadID == theirs },
			"secretariat": func(e *ent.LogEntry) bool { return e.ThreadID == nil },
			"stranger":    func(e *ent.LogEntry) bool { return e.Public },
			"nobody":      func(e *ent.LogEntry) bool { return e.Public },
		} {
			var want []uuid.UUID
			for _, e := range entries {
				if may(e) {
					want = append(want, e.ID)
				}
			}
			if got := followers[name].got; len(want) == 0 || !slices.Equal(got, want) {
				t.Errorf("%s has read %d events of %d", name, len(got), len(want))
			}
		}
		chained(t, w, ours)
		chained(t, w, theirs)
	})
}

func compare(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }

// work is a command of several parts. Some of them fail.
func work(ctx context.Context, w *dbtest.World, rng *rand.Rand, n int, threads []uuid.UUID) error {
	for range 1 + rng.IntN(3) {
		e := fact(w, n)
		switch rng.IntN(4) {
		case 0:
			e = within(threads[0], n)
		case 1:
			e = within(threads[1], n)
		case 2:
			e.Public = false
		}
		if err := w.Log.Append(ctx, e); err != nil {
			return err
		}
	}
	switch rng.IntN(6) {
	case 0:
		return errRefused
	case 1: // a part fails, and the whole forgets to say so
		_ = store.InTx(ctx, w.DB, func(context.Context, *ent.Client) error { return errRefused })
		return nil
	case 2:
		store.BeforeCommit(ctx, func(context.Context, *ent.Client) error { return errRefused })
		return nil
	case 3, 4:
		return store.InTx(ctx, w.DB, func(ctx context.Context, _ *ent.Client) error { return work(ctx, w, rng, n, threads) })
	}
	return nil
}

// chained checks that the head of a discussion's chain follows from its events.
func chained(tb testing.TB, w *dbtest.World, th uuid.UUID) {
	tb.Helper()
	var chain []byte
	n := 0
	for _, e := range whole(tb, w) {
		if e.ThreadID != nil && *e.ThreadID == th {
			chain = eventlog.Chain(chain, e.ID, e.Kind, e.Facts)
			n++
		}
	}
	row, err := w.DB.Client.Thread.Get(w.System(), th)
	if err != nil {
		tb.Fatal(err)
	}
	if n == 0 || !bytes.Equal(row.Chain, chain) {
		tb.Errorf("the chain of %d events does not lead to the discussion's head", n)
	}
}

// feed is a way to tell events and to read them on from where one was.
type feed interface {
	// hold begins a transaction that tells the event and lets it wait. It
	// returns when the event is told; commit ends the transaction.
	hold(tb testing.TB, n int) (commit func())
	// read gives the events since the last call.
	read(tb testing.TB) []int
}

// lost lets transactions begin one after another and commit the other way
// round, reads on after each commit, and gives the events that were never read.
func lost(tb testing.TB, f feed) []int {
	tb.Helper()
	const n = 8
	commits := make([]func(), n)
	for i := range commits {
		commits[i] = f.hold(tb, i)
	}
	seen := map[int]int{}
	for _, commit := range slices.Backward(commits) {
		commit()
		for _, e := range f.read(tb) {
			seen[e]++
		}
	}
	var out []int
	for i := range n {
		if seen[i] > 1 {
			tb.Errorf("event %d was read %d times", i, seen[i])
		}
		if seen[i] == 0 {
			out = append(out, i)
		}
	}
	return out
}

// TestOrderOfCommits shows on PostgreSQL, where transactions run side by side,
// that the log loses nothing where numbers taken at insertion lose. SQLite has
// one writer, so there is no other order.
func TestOrderOfCommits(t *testing.T) {
	t.Parallel()
	t.Run("log", func(t *testing.T) {
		t.Parallel()
		w := dbtest.NewWorld(t, dbtest.Postgres(t))
		if out := lost(t, &numberedLate{w: w, f: follow(t, w, w.Nobody)}); out != nil {
			t.Errorf("lost %v", out)
		}
	})
	// The guard of this test: it must find fault with the naive way.
	t.Run("bigserial", func(t *testing.T) {
		t.Parallel()
		db := dbtest.Open(t, dbtest.EmptyPostgres(t), store.Options{})
		if _, err := db.SQL().ExecContext(t.Context(), `CREATE TABLE naive (id bigserial PRIMARY KEY, n int NOT NULL)`); err != nil {
			t.Fatal(err)
		}
		if out := lost(t, &numberedAtOnce{db: db.SQL()}); !slices.Equal(out, []int{0, 1, 2, 3, 4, 5, 6}) {
			t.Errorf("the naive reader lost %v: this test would not notice a loss", out)
		}
	})
}

// numberedLate is the log.
type numberedLate struct {
	w *dbtest.World
	f *follower
}

func (l *numberedLate) hold(tb testing.TB, n int) func() {
	tb.Helper()
	told, release, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- store.InTx(viewer.Command(l.w.System()), l.w.DB, func(ctx context.Context, _ *ent.Client) error {
			err := l.w.Log.Append(ctx, fact(l.w, n))
			close(told)
			<-release
			return err
		})
	}()
	<-told
	return func() {
		close(release)
		if err := <-done; err != nil {
			tb.Error(err)
		}
	}
}

func (l *numberedLate) read(tb testing.TB) []int {
	tb.Helper()
	before := len(l.f.got)
	var out []int
	for _, u := range l.f.all(tb)[before:] {
		e, err := l.w.DB.Client.LogEntry.Get(l.w.System(), u)
		if err != nil {
			tb.Fatal(err)
		}
		f, err := eventlog.DecodeFacts(e.Facts)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, f.Number)
	}
	return out
}

// numberedAtOnce is a table whose numbers are taken at insertion, and a reader
// that remembers the greatest one.
type numberedAtOnce struct {
	db     *sql.DB
	cursor int64
}

func (l *numberedAtOnce) hold(tb testing.TB, n int) func() {
	tb.Helper()
	tx, err := l.db.BeginTx(tb.Context(), nil)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := tx.ExecContext(tb.Context(), `INSERT INTO naive (n) VALUES ($1)`, n); err != nil {
		tb.Fatal(errors.Join(err, tx.Rollback()))
	}
	return func() {
		if err := tx.Commit(); err != nil {
			tb.Error(err)
		}
	}
}

func (l *numberedAtOnce) read(tb testing.TB) []int {
	tb.Helper()
	rows, err := l.db.QueryContext(tb.Context(), `SELECT id, n FROM naive WHERE id > $1 ORDER BY id`, l.cursor)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	var out []int
	for rows.Next() {
		var n int
		if err := rows.Scan(&l.cursor, &n); err != nil {
			tb.Fatal(err)
		}
		out = append(out, n)
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(fmt.Errorf("read on: %w", err))
	}
	return out
}
