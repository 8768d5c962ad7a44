package live_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/bus"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

const activityFeed = `subscription($t: ID!) { threadActivity(threadId: $t) { present { name } typing { name } } }`

func of(th uuid.UUID) vars { return vars{"t": id.Format(th)} }

// room is the latest that a listener was told of who is in a discussion.
func (l *listener) room() string {
	if len(l.raw) == 0 {
		return ""
	}
	var r struct {
		Data struct {
			ThreadActivity struct{ Present, Typing []struct{ Name string } }
		}
	}
	if err := json.Unmarshal([]byte(l.raw[len(l.raw)-1]), &r); err != nil {
		return err.Error()
	}
	names := func(list []struct{ Name string }) []string {
		out := []string{}
		for _, p := range list {
			out = append(out, p.Name)
		}
		slices.Sort(out)
		return out
	}
	return fmt.Sprint(names(r.Data.ThreadActivity.Present), names(r.Data.ThreadActivity.Typing))
}

func (l *listener) seesRoom(want string) {
	l.tb.Helper()
	l.until("the room "+want, func() bool { return l.room() == want })
}

func TestWhoIsHereAndWriting(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		var between bus.Exchange
		quick := func(o *live.Options) { o.CheckpointEvery = 600 * time.Millisecond }
		a, b := start(t, w, withBus(between.Join()), quick), start(t, w, withBus(between.Join()), quick)
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		a.knows(t, w.Chair, th)
		b.knows(t, w.Chair, th)
		first := a.subscribe(t, w.Chair, activityFeed, of(th))
		first.seesRoom("[Chair] []")
		second := b.subscribe(t, w.Committee, activityFeed, of(th))
		for _, l := range []*listener{first, second} {
			l.seesRoom("[Chair Committee] []")
		}
		b.Typing(th, w.Committee.Person, true)
		for _, l := range []*listener{first, second} {
			l.seesRoom("[Chair Committee] [Committee]")
		}
		// It lasts a few seconds, by the clock.
		w.Clock.Add(7 * time.Second)
		for _, l := range []*listener{first, second} {
			l.seesRoom("[Chair Committee] []")
		}
		second.link.Close()
		first.seesRoom("[Chair] []")
		// One who is not of the audience is shown to nobody, and told nothing.
		if code := a.refused(t, w.Bureau, activityFeed, of(th)); code != "NOT_FOUND" {
			t.Errorf("an outsider: %s", code)
		}
		if _, _, err := thread.New(w.Runner).Close(w.As(t, w.Chair), th, revision(t, w, th), nil); err != nil {
			t.Fatal(err)
		}
		first.ended()
		a.subscribe(t, w.Chair, activityFeed, of(th)).ended()
	})
}

// TestReportTyping is for who may post, and keeps nothing.
func TestReportTyping(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		n.knows(t, w.Chair, th)
		l := n.subscribe(t, w.Chair, activityFeed, of(th))
		const report = `mutation($t: ID!, $is: Boolean!) { reportTyping(input: {threadId: $t, typing: $is}) { thread { number } } }`
		told := len(w.Told(t))
		if code := n.ask(t, w.Committee, report, vars{"t": id.Format(th), "is": true}); code != "" {
			t.Error(code)
		}
		l.seesRoom("[Chair] [Committee]")
		if code := n.ask(t, w.Committee, report, vars{"t": id.Format(th), "is": false}); code != "" {
			t.Error(code)
		}
		l.seesRoom("[Chair] []")
		for v, want := range map[*viewer.Viewer]string{w.Nobody: "UNAUTHENTICATED", w.Bureau: "NOT_FOUND"} {
			if code := n.ask(t, v, report, vars{"t": id.Format(th), "is": true}); code != want {
				t.Errorf("%s, want %s", code, want)
			}
		}
		if now := len(w.Told(t)); now != told {
			t.Errorf("%d events were told", now-told)
		}
	})
}

// TestAFloodOfTypingIsNotPassedOn to other nodes, and leaves others' signs alone.
func TestAFloodOfTypingIsNotPassedOn(t *testing.T) {
	t.Parallel()
	w := dbtest.NewWorld(t, dbtest.SQLite(t))
	var between bus.Exchange
	n := start(t, w, withBus(between.Join()))
	signs := make(chan []byte, 1000)
	t.Cleanup(between.Join().Subscribe("activity", func(b []byte) { signs <- slices.Clone(b) }))
	th := opened(t, w, w.Chair, w.SpecialCommittee)
	for i := range 500 {
		n.Typing(th, w.Committee.Person, i%2 == 0)
	}
	n.Typing(th, w.Chair.Person, true)
	for i := 1; ; i++ {
		select {
		case b := <-signs:
			if strings.Contains(string(b), w.Chair.Person.String()) {
				if i > 6 {
					t.Errorf("%d signs of one person", i-1)
				}
				return
			}
		case <-time.After(wait):
			t.Fatal("the other's sign does not come")
		}
	}
}

// TestViewerEvents are one's own, and nobody else's.
func TestViewerEvents(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		const feed = `subscription($after: EventCursor) { viewerEvents(after: $after) { id cursor previousCursor event {
			__typename ... on SeatAssigned { seat { role } } ... on SessionEnded { person { name } } } } }`
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		n.knows(t, w.Committee, th)
		mine, other := n.subscribe(t, w.Committee, feed, nil), n.subscribe(t, w.Bureau, feed, nil)
		give := func(p uuid.UUID) {
			if _, _, err := body.New(w.Runner).AssignSeat(w.As(t, w.Secretariat),
				body.AssignInput{Body: w.OtherCommittee, Role: "MEMBER", Person: &p}, nil); err != nil {
				t.Fatal(err)
			}
		}
		post(t, w, w.Chair, th, 2)
		give(w.Committee.Person)
		accounts := account.New(w.Runner)
		_, token, err := accounts.CreateToken(w.As(t, w.Committee), w.Committee.Person, "test", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if err := accounts.RevokeToken(w.As(t, w.Committee), token.ID); err != nil {
			t.Fatal(err)
		}
		give(w.Bureau.Person)
		got := mine.envelopes(2)
		if got[0].Event.Typename != "SeatAssigned" || got[1].Event.Typename != "SessionEnded" {
			t.Errorf("came: %v", got)
		}
		chained(t, "", got)
		if theirs := other.envelopes(1); theirs[0].Event.Typename != "SeatAssigned" || theirs[0].ID == got[0].ID {
			t.Errorf("the other got %v", theirs)
		}
		again := n.subscribe(t, w.Committee, feed, vars{"after": got[0].Cursor})
		if rest := again.envelopes(1); rest[0].ID != got[1].ID {
			t.Errorf("after the first came: %v", rest)
		}
	})
}
