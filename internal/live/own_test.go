package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/ent/generated/ent/threadreading"
	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/bus"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/personal"
	"acs-aec.org/hub/internal/reading"
	"acs-aec.org/hub/internal/store"
	threads "acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

const ownFeed = `subscription($after: EventCursor) { viewerEvents(after: $after) { id cursor previousCursor committedAt event {
	__typename
	... on ReadingChanged { thread { id } reading { upTo ranges { from to } unread firstUnread attention } }
	... on SeatAssigned { seat { id } } } } }`

// long is a discussion of the special committee with so many messages, told by no event.
func long(tb testing.TB, w *dbtest.World, messages int) uuid.UUID {
	tb.Helper()
	th := opened(tb, w, w.Chair, w.SpecialCommittee)
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		return tx.Thread.Update().Where(thread.ID(th)).SetLastNumber(messages).Exec(ctx)
	})
	return th
}

func mark(tb testing.TB, w *dbtest.World, v *viewer.Viewer, th uuid.UUID, upTo int) {
	tb.Helper()
	if _, _, err := reading.New(w.Runner).MarkRead(w.As(tb, v), th, reading.Reading{UpTo: &upTo}); err != nil {
		tb.Fatal(err)
	}
}

func attend(tb testing.TB, w *dbtest.World, v *viewer.Viewer, th uuid.UUID, how threadreading.Attention) {
	tb.Helper()
	if _, _, err := reading.New(w.Runner).Attend(w.As(tb, v), th, how); err != nil {
		tb.Fatal(err)
	}
}

// own is what an envelope tells of a reading: "thread: mark, unread, attention".
func own(tb testing.TB, e envelope) string {
	tb.Helper()
	var r struct {
		Data struct {
			ViewerEvents struct {
				Event struct {
					Thread  *struct{ ID string }
					Reading *struct {
						UpTo, Unread int
						Attention    string
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(e.raw), &r); err != nil {
		tb.Fatal(err)
	}
	ev := r.Data.ViewerEvents.Event
	if ev.Reading == nil || ev.Thread == nil {
		return e.Event.Typename
	}
	return told(ev.Thread.ID, ev.Reading.UpTo, ev.Reading.Unread, ev.Reading.Attention)
}

func told(th string, upTo, unread int, how string) string {
	return fmt.Sprintf("%s: %d, %d, %s", th, upTo, unread, how)
}

// all are the envelopes by what they tell, in order.
func all(tb testing.TB, got []envelope) []string {
	tb.Helper()
	out := make([]string, len(got))
	for i, e := range got {
		out[i] = own(tb, e)
	}
	return out
}

// TestDevicesOfAPersonAgree shows that each hears what another did, and nobody else does.
func TestDevicesOfAPersonAgree(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := long(t, w, 9)
		n.knows(t, w.Committee, th)
		phone, desk, other := n.subscribe(t, w.Committee, ownFeed, nil), n.subscribe(t, w.Committee, ownFeed, nil), n.subscribe(t, w.Chair, ownFeed, nil)
		for i, do := range []func(){
			func() { mark(t, w, w.Committee, th, 3) },
			func() { mark(t, w, w.Committee, th, 8) },
			func() { attend(t, w, w.Committee, th, threadreading.AttentionMuted) },
			func() { post(t, w, w.Committee, th, 1) },
		} {
			mark(t, w, w.Committee, th, 2) // changes nothing but the first time
			do()
			for _, l := range []*listener{phone, desk} {
				l.until(fmt.Sprint("change ", i), func() bool { return len(l.got) > 0 && own(t, l.got[len(l.got)-1]) == all4(th)[i] })
			}
		}
		for _, l := range []*listener{phone, desk} {
			chained(t, "", l.envelopes(1))
		}
		mark(t, w, w.Chair, th, 10)
		if got := all(t, other.envelopes(1)); got[0] != told(id.Format(th), 10, 0, "DEFAULT") {
			t.Errorf("another person got %v", got)
		}
	})
}

func all4(th uuid.UUID) []string {
	name := id.Format(th)
	return []string{told(name, 3, 6, "DEFAULT"), told(name, 8, 1, "DEFAULT"), told(name, 8, 1, "MUTED"), told(name, 8, 1, "MUTED")}
}

// TestOneIsCaughtUpExactly with the latest state of what changed meanwhile, each
// once, in the same order on every node and after a restart.
func TestOneIsCaughtUpExactly(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		a, b, c := long(t, w, 50), long(t, w, 50), long(t, w, 50)
		n.knows(t, w.Committee, c)
		l := n.subscribe(t, w.Committee, ownFeed, nil)
		mark(t, w, w.Committee, a, 1)
		first := l.envelopes(1)[0]
		l.link.Close()
		for i := 2; i <= 20; i++ {
			mark(t, w, w.Committee, b, i)
			mark(t, w, w.Committee, a, i)
		}
		give(t, w, w.Committee)
		mark(t, w, w.Committee, c, 5)
		attend(t, w, w.Committee, b, threadreading.AttentionFollowing)
		want := []string{
			"SeatAssigned", told(id.Format(a), 20, 30, "DEFAULT"), told(id.Format(c), 5, 45, "DEFAULT"), told(id.Format(b), 20, 30, "FOLLOWING"),
		}
		n.stop()
		n = start(t, w)
		other := start(t, w)
		var before []envelope
		for i, at := range []*node{n, other, n} {
			l := at.subscribe(t, w.Committee, ownFeed, vars{"after": first.Cursor})
			got := l.envelopes(4)
			if !slices.Equal(all(t, got), want) {
				t.Errorf("%d: %v, want %v", i, all(t, got), want)
			}
			chained(t, first.Cursor, got)
			for j, e := range before {
				if e.ID != got[j].ID {
					t.Errorf("%d: envelope %d has another identifier than before", i, j)
				}
			}
			before = got
			// From the middle, what is left.
			for j := range got[:3] {
				rest := other.subscribe(t, w.Committee, ownFeed, vars{"after": got[j].Cursor})
				if left := rest.envelopes(3 - j); !slices.Equal(all(t, left), want[j+1:]) {
					t.Errorf("after %d: %v", j, all(t, left))
				}
				rest.link.Close()
			}
			l.link.Close()
		}
	})
}

func give(tb testing.TB, w *dbtest.World, v *viewer.Viewer) {
	tb.Helper()
	_, _, err := body.New(w.Runner).AssignSeat(w.As(tb, w.Secretariat), body.AssignInput{Body: w.OtherCommittee, Role: "MEMBER", Person: &v.Person}, nil)
	if err != nil {
		tb.Fatal(err)
	}
}

// TestManyRowsComeByPages to one who was away for long.
func TestManyRowsComeByPages(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		const discussions = 230
		cursor := w.Personal.Cursor(w.Committee.Person, personal.Place{})
		var want []string
		for i := range discussions {
			th := long(t, w, i+1)
			mark(t, w, w.Committee, th, i+1)
			want = append(want, told(id.Format(th), i+1, 0, "DEFAULT"))
		}
		n.knows(t, w.Committee, opened(t, w, w.Chair, w.SpecialCommittee))
		l := n.subscribe(t, w.Committee, ownFeed, vars{"after": cursor})
		got := l.envelopes(discussions)
		if !slices.Equal(all(t, got), want) {
			t.Errorf("%d came, not what and as it was read", len(got))
		}
		chained(t, cursor, got)
	})
}

// TestASlowDeviceGetsTheLatestState of what changed many times.
func TestASlowDeviceGetsTheLatestState(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th, other := long(t, w, 40), long(t, w, 40)
		n.knows(t, w.Committee, other)
		slow, quick := n.subscribe(t, w.Committee, ownFeed, nil), n.subscribe(t, w.Committee, ownFeed, nil)
		slow.fill(true)
		for i := 1; i <= 30; i++ {
			mark(t, w, w.Committee, th, i)
		}
		mark(t, w, w.Committee, other, 1)
		quick.until("the last", func() bool {
			return len(quick.got) > 0 && own(t, quick.got[len(quick.got)-1]) == told(id.Format(other), 1, 39, "DEFAULT")
		})
		slow.until("the refusal", func() bool { return slow.refused })
		slow.fill(false)
		got := slow.envelopes(2)
		chained(t, "", got)
		if want := []string{told(id.Format(th), 30, 10, "DEFAULT"), told(id.Format(other), 1, 39, "DEFAULT")}; !slices.Equal(all(t, got), want) {
			t.Errorf("%v, want %v", all(t, got), want)
		}
	})
}

// TestAReadingOfALostDiscussionIsNotTold, and one of a new admission is.
func TestAReadingOfALostDiscussionIsNotTold(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := opened(t, w, w.Chair, w.SpecialCommittee, w.BureauBody)
		post(t, w, w.Chair, th, 3)
		kept := long(t, w, 5)
		s := threads.New(w.Runner)
		if _, _, err := s.Grant(w.As(t, w.Chair), kept, 1, threads.Party{Body: &w.BureauBody}, threads.Full); err != nil {
			t.Fatal(err)
		}
		n.knows(t, w.Bureau, kept)
		begin := w.Personal.Cursor(w.Bureau.Person, personal.Place{})
		mark(t, w, w.Bureau, th, 2)
		mark(t, w, w.Bureau, kept, 1)
		if got := n.subscribe(t, w.Bureau, ownFeed, vars{"after": begin}).envelopes(2); own(t, got[0]) != told(id.Format(th), 2, 1, "DEFAULT") {
			t.Errorf("as long as it is open: %v", all(t, got))
		}
		if _, _, err := s.End(w.As(t, w.Chair), th, revision(t, w, th), threads.Party{Body: &w.BureauBody}); err != nil {
			t.Fatal(err)
		}
		n.knows(t, w.Committee, th)
		l := n.subscribe(t, w.Bureau, ownFeed, vars{"after": begin})
		if got := l.envelopes(1); own(t, got[0]) != told(id.Format(kept), 1, 4, "DEFAULT") {
			t.Errorf("after its end: %v", all(t, got))
		}
		// What is read at once after a new admission comes, however far the node has come with it.
		if _, _, err := s.Grant(w.As(t, w.Chair), th, revision(t, w, th), threads.Party{Body: &w.BureauBody}, threads.Full); err != nil {
			t.Fatal(err)
		}
		mark(t, w, w.Bureau, th, 3)
		if got := l.envelopes(2); own(t, got[1]) != told(id.Format(th), 3, 0, "DEFAULT") {
			t.Errorf("with a new admission: %v", all(t, got))
		}
	})
}

// TestAPlaceThatIsNotKnown is a reset, or refused, never silence.
func TestAPlaceThatIsNotKnown(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := long(t, w, 30)
		mark(t, w, w.Committee, th, 1)
		n.knows(t, w.Committee, th)
		now, err := w.Personal.Now(t.Context(), w.Committee.Person)
		if err != nil {
			t.Fatal(err)
		}
		type change = func(*personal.Place)
		for name, change := range map[string]change{
			"a version beyond": func(p *personal.Place) { p.Version.Number++ },
			"another tag":      func(p *personal.Place) { p.Version.Tag++ },
			"another log":      func(p *personal.Place) { p.Log.Tag = w.Donor },
			"a log beyond":     func(p *personal.Place) { p.Log.Seq += 100 },
			"of the log alone": nil,
		} {
			cursor := w.Log.Cursor(now.Log)
			if change != nil {
				p := now
				change(&p)
				cursor = w.Personal.Cursor(w.Committee.Person, p)
			}
			l := n.subscribe(t, w.Committee, ownFeed, vars{"after": cursor})
			if got := l.envelopes(1); own(t, got[0]) != "StreamReset" || *got[0].PreviousCursor != cursor {
				t.Errorf("%s: %s", name, got[0].raw)
			}
			attend(t, w, w.Committee, th, threadreading.AttentionMuted)
			attend(t, w, w.Committee, th, threadreading.AttentionDefault)
			l.until("what comes after "+name, func() bool {
				return own(t, l.got[len(l.got)-1]) == told(id.Format(th), 1, 29, "DEFAULT")
			})
			chained(t, cursor, l.envelopes(2))
			l.link.Close()
			if now, err = w.Personal.Now(t.Context(), w.Committee.Person); err != nil {
				t.Fatal(err)
			}
		}
		for name, cursor := range map[string]string{
			"somebody else's": w.Personal.Cursor(w.Chair.Person, now),
			"forged":          "forged",
			"no letters":      `"} { }`,
		} {
			if code := n.refused(t, w.Committee, ownFeed, vars{"after": cursor}); code != "INVALID_INPUT" {
				t.Errorf("%s: %q", name, code)
			}
		}
	})
}

// TestARestoredCopyBeneathDevices takes marks away beneath a node.
func TestARestoredCopyBeneathDevices(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := long(t, w, 30)
		mark(t, w, w.Committee, th, 1)
		n.knows(t, w.Committee, th)
		l := n.subscribe(t, w.Committee, ownFeed, nil)
		for i := 2; i <= 4; i++ {
			mark(t, w, w.Committee, th, i)
		}
		l.until("the last mark", func() bool {
			return len(l.got) > 0 && own(t, l.got[len(l.got)-1]) == told(id.Format(th), 4, 26, "DEFAULT")
		})
		for _, statement := range []string{
			`UPDATE person_counters SET version = 1`, `UPDATE thread_readings SET version = 1, up_to = 1`,
		} {
			if _, err := w.DB.SQL().ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		l.until("a reset", func() bool { return l.got[len(l.got)-1].Event.Typename == "StreamReset" })
		mark(t, w, w.Committee, th, 2)
		l.until("what comes then", func() bool { return own(t, l.got[len(l.got)-1]) == told(id.Format(th), 2, 28, "DEFAULT") })
		chained(t, "", l.envelopes(3))
	})
}

// TestAllNodesWakeAPersonsDevices by the bus, or else by looking now and then.
func TestAllNodesWakeAPersonsDevices(t *testing.T) {
	t.Parallel()
	address := dbtest.Postgres(t)
	w := dbtest.NewWorld(t, address)
	var between bus.Exchange
	here, there := between.Join(), between.Join()
	connect := func(b *bus.Bus, r *command.Runner) {
		t.Cleanup(b.Subscribe(personal.Topic, r.Personal.Heard))
		r.Personal.OnChange(func(m []byte) {
			if err := b.Send(personal.Topic, m); err != nil {
				t.Error(err)
			}
		})
	}
	a, b := process(t, w, address, here), process(t, w, address, there)
	connect(here, a.w.Runner)
	connect(there, b.w.Runner)
	r, err := command.Open(context.Background(), dbtest.Open(t, address, store.Options{}), w.Now)
	if err != nil {
		t.Fatal(err)
	}
	alone := *w
	alone.Runner = r // hears nobody
	deaf := start(t, &alone, func(o *live.Options) { o.Poll = 10 * time.Millisecond })
	th := long(t, a.w, 30)
	var listeners []*listener
	for _, n := range []*node{a, b, deaf} {
		listeners = append(listeners, n.subscribe(t, w.Committee, ownFeed, nil))
	}
	for i, at := range []*node{a, b, a, b} {
		mark(t, at.w, w.Committee, th, i+1)
		for j, l := range listeners {
			l.until(fmt.Sprintf("mark %d at %d", i+1, j), func() bool {
				return len(l.got) > 0 && own(t, l.got[len(l.got)-1]) == told(id.Format(th), i+1, 29-i, "DEFAULT")
			})
		}
	}
	for _, l := range listeners {
		chained(t, "", l.envelopes(4))
	}
}

// TestCheckpointsMoveAPersonsPlaceOn.
func TestCheckpointsMoveAPersonsPlaceOn(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w, func(o *live.Options) { o.CheckpointEvery = 300 * time.Millisecond })
		th := long(t, w, 30)
		l := n.subscribe(t, w.Committee, ownFeed, nil)
		mark(t, w, w.Committee, th, 1)
		post(t, w, w.Chair, th, 3)
		l.until("a checkpoint after the mark", func() bool {
			return len(l.got) > 1 && l.got[len(l.got)-1].Event.Typename == "Checkpoint" &&
				slices.ContainsFunc(l.got, func(e envelope) bool { return e.Event.Typename == "ReadingChanged" })
		})
		l.link.Close()
		got := l.envelopes(2)
		chained(t, "", got)
		again := n.subscribe(t, w.Committee, ownFeed, vars{"after": got[len(got)-1].Cursor})
		mark(t, w, w.Committee, th, 9)
		again.until("the next mark", func() bool {
			return slices.ContainsFunc(again.got, func(e envelope) bool { return e.Event.Typename == "ReadingChanged" })
		})
		for _, e := range again.envelopes(1) {
			if e.Event.Typename == "ReadingChanged" && own(t, e) != told(id.Format(th), 9, 24, "DEFAULT") {
				t.Errorf("after the checkpoint: %s", own(t, e))
			}
		}
	})
}
