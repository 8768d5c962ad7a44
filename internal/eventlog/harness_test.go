package eventlog_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// opened opens a discussion on a subject among the people of a body.
func opened(tb testing.TB, w *dbtest.World, v *viewer.Viewer, subject, body uuid.UUID) uuid.UUID {
	tb.Helper()
	title := "Discussion"
	t, _, err := thread.New(w.Runner).Open(w.As(tb, v),
		thread.Opening{Subject: subject, Title: &i18n.TextInput{En: &title}, Audience: []thread.Party{{Body: &body}}}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return t.ID
}

// tell tells events in one transaction and gives their ids.
func tell(tb testing.TB, w *dbtest.World, events ...eventlog.Event) []uuid.UUID {
	tb.Helper()
	ids, err := try(w.System(), w, func(ctx context.Context) error {
		for _, e := range events {
			if err := w.Log.Append(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return ids
}

// try runs a transaction and gives the ids of what it told.
func try(ctx context.Context, w *dbtest.World, fn func(ctx context.Context) error) ([]uuid.UUID, error) {
	var told *eventlog.Told
	err := store.InTx(viewer.Command(ctx), w.DB, func(ctx context.Context, _ *ent.Client) (err error) {
		if told, err = w.Log.Told(ctx); err != nil {
			return err
		}
		return fn(ctx)
	})
	if err != nil {
		return nil, err
	}
	return told.IDs, nil
}

// fact is an event that everybody may see.
func fact(w *dbtest.World, n int) eventlog.Event {
	return eventlog.Event{Kind: "Fact", Subject: w.Donor, Public: true, Facts: eventlog.Facts{Number: n}}
}

func facts(w *dbtest.World, n int) []eventlog.Event {
	out := make([]eventlog.Event, n)
	for i := range out {
		out[i] = fact(w, i)
	}
	return out
}

// within is an event of a discussion.
func within(th uuid.UUID, n int) eventlog.Event {
	return eventlog.Event{Kind: "Within", Subject: th, Thread: &th, Facts: eventlog.Facts{Number: n}}
}

// whole is the whole log in order.
func whole(tb testing.TB, w *dbtest.World) []*ent.LogEntry {
	tb.Helper()
	entries, err := w.DB.Client.LogEntry.Query().Order(logentry.BySeq()).All(w.System())
	if err != nil {
		tb.Fatal(err)
	}
	for i, e := range entries {
		if e.Seq != int64(i+1) {
			tb.Fatalf("event %d has the number %d", i+1, e.Seq)
		}
	}
	return entries
}

func idsOf(entries []*ent.LogEntry) []uuid.UUID {
	out := make([]uuid.UUID, len(entries))
	for i, e := range entries {
		out[i] = e.ID
	}
	return out
}

// follower reads the log page by page as a viewer.
type follower struct {
	ctx   context.Context
	log   *eventlog.Log
	scope eventlog.Scope
	after string
	size  int
	got   []uuid.UUID
}

func follow(tb testing.TB, w *dbtest.World, v *viewer.Viewer) *follower {
	tb.Helper()
	return &follower{ctx: w.As(tb, v), log: w.Log, size: 100}
}

// complainer is a test, or a run of a property.
type complainer interface {
	Helper()
	Errorf(format string, args ...any)
}

// page reads one page, checks that it continues where the last one ended, and
// says whether it reached the head.
func (f *follower) page(tb complainer) bool {
	tb.Helper()
	p, err := f.log.Read(f.ctx, f.scope, f.after, f.size)
	if err != nil {
		tb.Errorf("read: %v", err)
		return true
	}
	at := f.after
	for _, e := range p.Envelopes {
		if e.Reset != nil {
			tb.Errorf("a reset after %d events", len(f.got))
			return true
		}
		if e.ID != e.Entry.ID || (e.PreviousCursor == nil) != (at == "") || e.PreviousCursor != nil && *e.PreviousCursor != at {
			tb.Errorf("event %d does not continue the one before", len(f.got))
		}
		f.got = append(f.got, e.ID)
		at = e.Cursor
	}
	if len(p.Envelopes) > f.size || len(p.Envelopes) < f.size && !p.AtHead {
		tb.Errorf("a page of %d has %d, at the head: %v", f.size, len(p.Envelopes), p.AtHead)
	}
	f.after = p.Next
	return p.AtHead
}

// all reads on to the head and gives what it has read so far.
func (f *follower) all(tb complainer) []uuid.UUID {
	tb.Helper()
	for !f.page(tb) {
	}
	return f.got
}

// sees checks that the viewer can read exactly these events, in this order,
// whatever the size of a page.
func sees(tb testing.TB, w *dbtest.World, v *viewer.Viewer, scope eventlog.Scope, want []uuid.UUID) {
	tb.Helper()
	for _, size := range []int{1, 3, 100} {
		f := follow(tb, w, v)
		f.size, f.scope = size, scope
		if got := f.all(tb); !slices.Equal(got, want) {
			tb.Errorf("in pages of %d: %d events, want %d", size, len(got), len(want))
		}
	}
}
