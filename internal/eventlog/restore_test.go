package eventlog_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/store"
)

// keeper copies a database and brings the copy back.
type keeper interface {
	copy(tb testing.TB, w *dbtest.World)
	// restore gives the world as it is after the copy came back.
	restore(tb testing.TB, w *dbtest.World) *dbtest.World
}

// TestARestoreIsNoticed copies the database, writes 50 events, restores the
// copy and writes 80: the numbers of the 50 were given twice.
func TestARestoreIsNoticed(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		w := dbtest.NewWorld(t, address)
		var k keeper = &rows{}
		if strings.HasPrefix(address, "sqlite:") {
			k = &file{address: address, path: filepath.Join(t.TempDir(), "copy.db")}
		}
		tell(t, w, facts(w, 20)...)
		old := follow(t, w, w.Secretariat)
		old.all(t)
		inCopy := old.after
		k.copy(t, w)
		var stale []string
		for range 50 {
			tell(t, w, facts(w, 1)...)
			old.all(t)
			stale = append(stale, old.after)
		}

		w = k.restore(t, w)
		// A position beyond the head.
		reset(t, w, stale[0], 20)
		reset(t, w, stale[49], 20)
		var fresh []string
		for range 80 {
			tell(t, w, facts(w, 1)...)
		}
		// Positions of numbers that were given again.
		for _, cursor := range stale {
			fresh = append(fresh, reset(t, w, cursor, 100))
		}
		// What came before the copy is known still.
		f := follow(t, w, w.Secretariat)
		f.after = inCopy
		if got := f.all(t); !slices.Equal(got, idsOf(whole(t, w))[20:]) {
			t.Errorf("after the copy: %d events", len(got))
		}
		// The way on from a reset.
		more := tell(t, w, facts(w, 3)...)
		f = follow(t, w, w.Secretariat)
		f.after = fresh[len(fresh)-1]
		if got := f.all(t); !slices.Equal(got, more) {
			t.Errorf("after the reset: %v, want %v", got, more)
		}
	})
}

// reset checks that reading on from the cursor gives one reset and nothing else,
// and gives its position.
func reset(tb testing.TB, w *dbtest.World, after string, events int) string {
	tb.Helper()
	p, err := w.Log.Read(w.As(tb, w.Secretariat), eventlog.Scope{}, after, 100)
	if err != nil {
		tb.Fatal(err)
	}
	if len(p.Envelopes) != 1 || p.Envelopes[0].Reset == nil || p.Envelopes[0].Entry != nil || !p.AtHead ||
		p.Next != p.Envelopes[0].Cursor || p.Envelopes[0].PreviousCursor != nil {
		tb.Fatalf("%d envelopes, at the head: %v; want one reset", len(p.Envelopes), p.AtHead)
	}
	if n := len(whole(tb, w)); n != events {
		tb.Fatalf("the log has %d events, want %d", n, events)
	}
	return p.Next
}

// file is an embedded database and its copy.
type file struct{ address, path string }

func (f *file) copy(tb testing.TB, _ *dbtest.World) {
	tb.Helper()
	if err := store.Backup(tb.Context(), f.address, f.path); err != nil {
		tb.Fatal(err)
	}
}

func (f *file) restore(tb testing.TB, w *dbtest.World) *dbtest.World {
	tb.Helper()
	if err := w.DB.Close(); err != nil {
		tb.Fatal(err)
	}
	if _, err := store.Restore(tb.Context(), f.address, f.path, w.Clock.Now()); err != nil {
		tb.Fatal(err)
	}
	runner, err := command.Open(tb.Context(), dbtest.Open(tb, f.address, store.Options{}), w.Clock.Now)
	if err != nil {
		tb.Fatal(err)
	}
	again := *w
	again.Runner = runner
	return &again
}

// rows are the rows of the log, and their copies beside them. What a dump of
// PostgreSQL brings back is told elsewhere: here the log must notice.
type rows struct{}

func (*rows) copy(tb testing.TB, w *dbtest.World) {
	tb.Helper()
	run(tb, w, `CREATE TABLE kept AS SELECT * FROM log_entries`, `CREATE TABLE kept_head AS SELECT * FROM log_head`)
}

func (*rows) restore(tb testing.TB, w *dbtest.World) *dbtest.World {
	tb.Helper()
	run(tb, w, `DELETE FROM log_entries`, `INSERT INTO log_entries SELECT * FROM kept`,
		`UPDATE log_head SET seq = (SELECT seq FROM kept_head)`)
	return w
}

func run(tb testing.TB, w *dbtest.World, statements ...string) {
	tb.Helper()
	for _, s := range statements {
		if _, err := w.DB.SQL().ExecContext(tb.Context(), s); err != nil {
			tb.Fatalf("%s: %v", s, err)
		}
	}
}
