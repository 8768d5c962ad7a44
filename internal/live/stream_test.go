package live_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/seal"
	"acs-aec.org/hub/internal/thread"
)

func TestAStreamBeginsNow(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		post(t, w, w.Chair, th, 3)
		n.knows(t, w.Committee, th)
		l := n.subscribe(t, w.Committee, threadFeed, in(th))
		post(t, w, w.Chair, th, 2)
		got := l.envelopes(2)
		if !slices.Equal(numbers(got), []int{4, 5}) {
			t.Errorf("came: %v", numbers(got))
		}
		chained(t, "", got)
	})
}

func TestAStreamGoesOnAfterACursor(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		// A ring of four events: most of it comes from the database.
		n := start(t, w, func(o *live.Options) { o.Ring = 4 })
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		post(t, w, w.Chair, th, 40)
		first := n.subscribe(t, w.Committee, threadFeed, in(th).after(w.Log.Cursor(eventlog.Position{})))
		got := first.envelopes(41) // with ThreadOpened
		if !slices.Equal(numbers(got), count(1, 40)) {
			t.Fatalf("came: %v", numbers(got))
		}
		chained(t, *got[0].PreviousCursor, got)
		for _, i := range []int{0, 20, 37, 38, 40} {
			l := n.subscribe(t, w.Committee, threadFeed, in(th).after(got[i].Cursor))
			rest := l.envelopes(40 - i)
			if !slices.Equal(numbers(rest), count(i+1, 40)) {
				t.Errorf("after %d came: %v", i, numbers(rest))
			}
			chained(t, got[i].Cursor, rest)
			l.link.Close()
		}
		post(t, w, w.Chair, th, 1)
		if all := first.envelopes(42); numbers(all)[40] != 41 {
			t.Errorf("live came: %v", numbers(all))
		}
		// Another node, and another viewer with the cursor.
		other := start(t, w)
		l := other.subscribe(t, w.Chair, threadFeed, in(th).after(got[40].Cursor))
		if rest := l.envelopes(1); numbers(rest)[0] != 41 {
			t.Errorf("on another node came: %v", numbers(rest))
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		for name, c := range map[string]struct {
			code string
			text string
			in   vars
		}{
			"a thread that one does not see": {"NOT_FOUND", threadFeed, in(th)},
			"one that is not there":          {"NOT_FOUND", threadFeed, in(w.NewID(id.Thread))},
			"no cursor":                      {"INVALID_INPUT", threadFeed, everything.after("forged")},
			"nobody's own":                   {"UNAUTHENTICATED", `subscription { viewerEvents { id } }`, nil},
			"who is in a hidden thread":      {"NOT_FOUND", `subscription($t: ID!) { threadActivity(threadId: $t) { present { name } } }`, vars{"t": in(th)["in"].(map[string]any)["threadId"]}},
			"a meeting that is not there":    {"NOT_FOUND", threadFeed, vars{"in": map[string]any{"meetingId": id.Format(w.NewID(id.Meeting))}}},
		} {
			if code := n.refused(t, w.Nobody, c.text, c.in); code != c.code {
				t.Errorf("%s: %q, want %s", name, code, c.code)
			}
		}
	})
}

func TestAnUnknownPositionIsAReset(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		post(t, w, w.Chair, th, 2)
		n.knows(t, w.Committee, th)
		other, err := eventlog.New(w.DB.Client, seal.NewKey(), w.Now, w.NewID)
		if err != nil {
			t.Fatal(err)
		}
		for name, cursor := range map[string]string{
			"of another deployment": other.Cursor(eventlog.Position{Seq: 2, Tag: w.Donor}),
			"with another tag":      w.Log.Cursor(eventlog.Position{Seq: 2, Tag: w.Donor}),
			"beyond the head":       w.Log.Cursor(eventlog.Position{Seq: 200, Tag: w.Donor}),
		} {
			l := n.subscribe(t, w.Committee, threadFeed, in(th).after(cursor))
			got := l.envelopes(1)
			if got[0].Event.Typename != "StreamReset" || *got[0].PreviousCursor != cursor {
				t.Errorf("%s: %s", name, got[0].raw)
			}
			post(t, w, w.Chair, th, 1)
			got = l.envelopes(2)
			if got[1].Event.Typename != "MessagePosted" {
				t.Errorf("%s: then %s", name, got[1].raw)
			}
			chained(t, cursor, got)
			l.link.Close()
		}
		// One that is too old.
		old := n.subscribe(t, w.Committee, threadFeed, in(th).after(w.Log.Cursor(eventlog.Position{})))
		cursor := old.envelopes(1)[0].Cursor
		w.Clock.Add(91 * 24 * time.Hour)
		fresh := start(t, w, func(o *live.Options) { o.Ring = 2 })
		l := fresh.subscribe(t, w.Committee, threadFeed, in(th).after(cursor))
		if got := l.envelopes(1); got[0].Event.Typename != "StreamReset" {
			t.Errorf("after 91 days: %s", got[0].raw)
		}
	})
}

func TestAScopeThatIsLost(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := opened(t, w, w.Chair, w.SpecialCommittee, w.Donor)
		n.knows(t, w.Committee, th)
		l := n.subscribe(t, w.Partner, threadFeed, in(th))
		stays := n.subscribe(t, w.Committee, threadFeed, in(th))
		post(t, w, w.Chair, th, 1)
		l.envelopes(1)
		if _, _, err := thread.New(w.Runner).End(w.As(t, w.Chair), th, revision(t, w, th), party(w.Donor)); err != nil {
			t.Fatal(err)
		}
		post(t, w, w.Chair, th, 1)
		l.ended()
		got := l.envelopes(2)
		if len(got) != 2 || got[1].Event.Typename != "AccessEnded" {
			t.Errorf("came: %d, the last %s", len(got), got[len(got)-1].raw)
		}
		chained(t, "", got)
		if all := stays.envelopes(3); all[1].Event.Typename != "AccessEnded" || all[2].Event.Typename != "MessagePosted" {
			t.Errorf("who stays gets %v", all)
		}
		if code := n.refused(t, w.Partner, threadFeed, in(th).after(got[1].Cursor)); code != "NOT_FOUND" {
			t.Errorf("then: %s", code)
		}
	})
}

func TestASlowClientGetsEverythingLater(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		n.knows(t, w.Committee, th)
		slow, quick := n.subscribe(t, w.Committee, threadFeed, in(th)), n.subscribe(t, w.Committee, threadFeed, in(th))
		post(t, w, w.Chair, th, 1)
		slow.envelopes(1)
		slow.fill(true)
		post(t, w, w.Chair, th, 30)
		quick.envelopes(31)
		slow.until("a refusal", func() bool { return slow.refused })
		slow.fill(false)
		got := slow.envelopes(31)
		if !slices.Equal(numbers(got), count(1, 31)) {
			t.Errorf("came: %v", numbers(got))
		}
		chained(t, "", got)
		post(t, w, w.Chair, th, 1)
		slow.envelopes(32)
	})
}

func TestAClientThatStaysTooFarBehindIsCut(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w, func(o *live.Options) { o.Ring = 8 })
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		n.knows(t, w.Committee, th)
		slow, quick := n.subscribe(t, w.Committee, threadFeed, in(th)), n.subscribe(t, w.Committee, threadFeed, in(th))
		post(t, w, w.Chair, th, 1)
		last := slow.envelopes(1)[0].Cursor
		slow.fill(true)
		post(t, w, w.Chair, th, 30)
		quick.envelopes(31)
		slow.fill(false)
		if why := slow.wasCut(); why != live.Lagging {
			t.Errorf("cut: %v", why)
		}
		slow.link.Close()
		again := n.subscribe(t, w.Committee, threadFeed, in(th).after(last))
		if got := again.envelopes(30); !slices.Equal(numbers(got), count(2, 31)) {
			t.Errorf("came: %v", numbers(got))
		}
	})
}

func TestASlowClientCatchesUpOnWhatIsOlderThanTheRing(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w, func(o *live.Options) { o.Ring = 8 })
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		first := n.subscribe(t, w.Committee, threadFeed, in(th).after(w.Log.Cursor(eventlog.Position{})))
		from := first.envelopes(1)[0].Cursor
		post(t, w, w.Chair, th, 30)
		first.envelopes(31)
		link, l := n.connect(t, w.Committee)
		l.fill(true)
		if errs := n.open(t, link, w.Committee, l, threadFeed, in(th).after(from)); errs != nil {
			t.Fatal(errs)
		}
		l.until("a refusal", func() bool { return l.refused })
		l.fill(false)
		if got := l.envelopes(30); !slices.Equal(numbers(got), count(1, 30)) {
			t.Errorf("came: %v", numbers(got))
		}
	})
}

func TestCheckpointsComeWhateverHappens(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w, func(o *live.Options) { o.CheckpointEvery = 600 * time.Millisecond })
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		other := opened(t, w, w.Bureau, w.BureauBody)
		n.knows(t, w.Committee, th)
		l := n.subscribe(t, w.Committee, threadFeed, in(th))
		got := l.envelopes(2)
		post(t, w, w.Bureau, other, 5)
		got = l.envelopes(len(got) + 2)
		for _, e := range got {
			if e.Event.Typename != "Checkpoint" {
				t.Errorf("came: %s", e.raw)
			}
		}
		chained(t, "", got)
		post(t, w, w.Chair, th, 1)
		l.until("the message", func() bool { return len(numbers(l.got)) == 1 })
		chained(t, "", l.envelopes(1))
		// From a checkpoint one goes on as from an event.
		again := n.subscribe(t, w.Committee, threadFeed, in(th).after(got[1].Cursor))
		again.until("the message", func() bool { return len(numbers(again.got)) == 1 })
	})
}

func TestWithdrawnTextsDoNotComeBack(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		n.knows(t, w.Committee, th)
		l := n.subscribe(t, w.Committee, threadFeed, in(th))
		m := post(t, w, w.Chair, th, 1)
		first := l.envelopes(1)
		if first[0].Event.Message.Body == nil {
			t.Fatalf("came: %s", first[0].raw)
		}
		if _, _, err := thread.New(w.Runner).Withdraw(w.As(t, w.Chair), m, 1, nil); err != nil {
			t.Fatal(err)
		}
		l.envelopes(2)
		again := n.subscribe(t, w.Committee, threadFeed, in(th).after(w.Log.Cursor(eventlog.Position{})))
		for _, e := range again.envelopes(3) {
			if strings.Contains(e.raw, *first[0].Event.Message.Body) {
				t.Errorf("the text comes back: %s", e.raw)
			}
		}
	})
}
