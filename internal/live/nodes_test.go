package live_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"acs-aec.org/hub/internal/bus"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/store"
)

// process is a node with a log of its own over a database, as a process has it.
func process(t *testing.T, w *dbtest.World, address string, b *bus.Bus) *node {
	t.Helper()
	db := dbtest.Open(t, address, store.Options{})
	r, err := command.Open(context.Background(), db, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	own := *w
	own.Runner = r
	t.Cleanup(b.OnWake(r.Log.Wake))
	r.Log.OnAppend(b.Wake)
	return start(t, &own, withBus(b), func(o *live.Options) { o.Poll = wait }) // woken, or never
}

func TestNodesHearEachOther(t *testing.T) {
	t.Parallel()
	address := dbtest.Postgres(t)
	w := dbtest.NewWorld(t, address)
	var between bus.Exchange
	a, b := process(t, w, address, between.Join()), process(t, w, address, between.Join())
	th := opened(t, a.w, w.Chair, w.SpecialCommittee)
	begin := w.Log.Cursor(eventlog.Position{})
	first, second := a.subscribe(t, w.Committee, threadFeed, in(th).after(begin)), b.subscribe(t, w.Committee, threadFeed, in(th).after(begin))
	for range 10 {
		post(t, a.w, w.Chair, th, 1)
		post(t, b.w, w.Chair, th, 1)
	}
	for _, l := range []*listener{first, second} {
		if got := l.envelopes(21); !slices.Equal(numbers(got), count(1, 20)) {
			t.Errorf("came: %v", numbers(got))
		}
	}
	// A node that ends: its clients go on at the other one.
	cursor := first.envelopes(21)[20].Cursor
	first.link.Close()
	a.stop()
	post(t, a.w, w.Chair, th, 3)
	if got := b.subscribe(t, w.Committee, threadFeed, in(th).after(cursor)).envelopes(3); !slices.Equal(numbers(got), count(21, 23)) {
		t.Errorf("at the other node came: %v", numbers(got))
	}
}

// TestWithoutWakeUpsThePollFindsEverything.
func TestWithoutWakeUpsThePollFindsEverything(t *testing.T) {
	t.Parallel()
	address := dbtest.Postgres(t)
	w := dbtest.NewWorld(t, address)
	db := dbtest.Open(t, address, store.Options{})
	r, err := command.Open(context.Background(), db, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	deaf := *w
	deaf.Runner = r
	n := start(t, &deaf, func(o *live.Options) { o.Poll = 10 * time.Millisecond })
	th := opened(t, w, w.Chair, w.SpecialCommittee)
	l := n.subscribe(t, w.Committee, threadFeed, in(th).after(w.Log.Cursor(eventlog.Position{})))
	post(t, w, w.Chair, th, 5)
	if got := l.envelopes(6); !slices.Equal(numbers(got), count(1, 5)) {
		t.Errorf("came: %v", numbers(got))
	}
}

// TestARestoredCopyIsAReset takes events away beneath a node, as a restored copy
// does.
func TestARestoredCopyIsAReset(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		n.knows(t, w.Committee, th)
		l := n.subscribe(t, w.Committee, threadFeed, in(th))
		post(t, w, w.Chair, th, 5)
		l.envelopes(5)
		for _, statement := range []string{
			`DELETE FROM log_entries WHERE seq > (SELECT max(seq) - 3 FROM log_entries)`,
			`UPDATE log_head SET seq = seq - 3`,
		} {
			if _, err := w.DB.SQL().ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		l.until("a reset", func() bool { return l.got[len(l.got)-1].Event.Typename == "StreamReset" })
		post(t, w, w.Chair, th, 5) // more than were lost: numbers alone would not tell
		l.until("what came then", func() bool { return len(numbers(l.got)) == 10 })
		chained(t, "", l.envelopes(11))
	})
}
