package live_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/person"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

// ending is a way in which somebody loses the right to a discussion.
type ending int

const (
	seatEnded ending = iota
	seatLapsed
	accessEnded
	personDisabled
	endings
)

// guest is somebody who takes part and will not any more.
type guest struct {
	*viewer.Viewer
	seat uuid.UUID
	how  ending

	mu    sync.Mutex // guards what follows
	heard []*listener
}

// TestNothingComesAfterTheEndOfARight runs many races of an end of a right with
// posting, reconnecting to another node and reading again from the beginning.
func TestNothingComesAfterTheEndOfARight(t *testing.T) {
	t.Parallel()
	const rounds, guests = 50, 20 // a thousand races
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		nodes := []*node{start(t, w), start(t, w)}
		rng := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // the same every time
		n := rounds
		if testing.Short() {
			n = 5
		}
		for round := range n {
			race(t, w, nodes, rng, round, guests)
			if t.Failed() {
				return
			}
		}
	})
}

func race(t *testing.T, w *dbtest.World, nodes []*node, rng *rand.Rand, round, guests int) {
	t.Helper()
	all := make([]*guest, guests)
	for i := range all {
		all[i] = &guest{how: ending(rng.IntN(int(endings)))}
	}
	welcome(t, w, all, round)
	audience := []uuid.UUID{w.SpecialCommittee, w.SecretariatBody}
	for _, g := range all {
		if g.how == accessEnded {
			audience = append(audience, g.Person)
		}
	}
	th := opened(t, w, w.Secretariat, audience...)
	for _, n := range nodes {
		n.knows(t, w.Chair, th)
	}
	witnesses := []*listener{nodes[0].subscribe(t, w.Chair, threadFeed, in(th)), nodes[1].subscribe(t, w.Chair, threadFeed, in(th))}
	for i, g := range all {
		g.listen(t, nodes[i%2], in(th))
	}

	var racing sync.WaitGroup
	racing.Go(func() { post(t, w, w.Chair, th, 20) })
	racing.Go(func() {
		for _, g := range all {
			g.end(t, w, th)
		}
	})
	lapse := time.Duration(rng.IntN(30)) * time.Millisecond
	racing.Go(func() {
		<-time.After(lapse) // somewhere in the race
		w.Clock.Add(24 * time.Hour)
	})
	for i, g := range all {
		from := w.Log.Cursor(eventlog.Position{})
		racing.Go(func() {
			g.again(t, nodes[(i+1)%2], in(th), g.cursor(from)) // on the other node
			g.again(t, nodes[i%2], in(th), from)               // and all of it
		})
	}
	racing.Wait()
	post(t, w, w.Chair, th, 1) // whoever hears this hears too much
	for _, l := range witnesses {
		l.until("the last message", func() bool { n := numbers(l.got); return len(n) > 0 && n[len(n)-1] == 21 })
		l.link.Close()
	}
	ends := endsOf(t, w, th, all)
	for _, g := range all {
		g.check(t, w, ends[g.Person])
	}
}

// welcome makes people with the seats that they will lose.
func welcome(t *testing.T, w *dbtest.World, all []*guest, round int) {
	t.Helper()
	today := date.Of(w.Now())
	w.Write(t, func(ctx context.Context, tx *ent.Client) error {
		for i, g := range all {
			g.Viewer = &viewer.Viewer{Person: w.NewID(id.Person)}
			name := fmt.Sprintf("Guest %d of %d", i, round)
			if err := tx.Person.Create().SetID(g.Person).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetName(name).
				SetNameKey(i18n.Fold(name)).SetEmail(id.Format(g.Person) + "@test.invalid").Exec(ctx); err != nil {
				return err
			}
			if g.how == accessEnded {
				continue
			}
			g.seat = w.NewID(id.Seat)
			c := tx.Seat.Create().SetID(g.seat).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(w.SpecialCommittee).
				SetRole(seat.RoleMember).SetPersonID(g.Person)
			if g.how == seatLapsed {
				c.SetValidTo(today)
			}
			if err := c.Exec(ctx); err != nil {
				return err
			}
			g.Seats = []viewer.Seat{{ID: g.seat, Body: w.SpecialCommittee, BodyKind: viewer.SpecialCommittee, Role: "MEMBER"}}
		}
		return nil
	})
}

// end takes the right away, unless the clock does.
func (g *guest) end(t *testing.T, w *dbtest.World, th uuid.UUID) {
	var err error
	switch g.how {
	case seatEnded:
		_, _, err = body.New(w.Runner).EndSeat(w.As(t, w.Secretariat), g.seat, 1, nil)
	case accessEnded:
		_, _, err = thread.New(w.Runner).End(w.As(t, w.Secretariat), th, revision(t, w, th), party(g.Person))
	case personDisabled:
		_, _, err = person.New(w.Runner).Disable(w.As(t, w.Secretariat), g.Person, 1)
	}
	if err != nil {
		t.Errorf("ending %d: %v", g.how, err)
	}
}

// listen opens a stream, if the right is still there.
func (g *guest) listen(t *testing.T, n *node, in vars) {
	link, l := n.connect(t, g.Viewer)
	errs := n.open(t, link, g.Viewer, l, threadFeed, in)
	if errs != nil {
		if code := fmt.Sprint(errs[0].Extensions["code"]); code != "NOT_FOUND" {
			t.Errorf("refused with %s", code)
		}
		link.Close()
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.heard = append(g.heard, l)
}

func (g *guest) again(t *testing.T, n *node, in vars, cursor string) {
	g.mu.Lock()
	var old *listener
	if len(g.heard) > 0 {
		old = g.heard[len(g.heard)-1]
	}
	g.mu.Unlock()
	if old != nil {
		old.link.Close()
	}
	g.listen(t, n, in.after(cursor))
}

// cursor is the last one that came, or another.
func (g *guest) cursor(other string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, l := range g.heard {
		l.mu.Lock()
		if len(l.got) > 0 {
			other = l.got[len(l.got)-1].Cursor
		}
		l.mu.Unlock()
	}
	return other
}

// endsOf are the numbers of the events with which rights ended, or after which.
func endsOf(t *testing.T, w *dbtest.World, th uuid.UUID, all []*guest) map[uuid.UUID]int64 {
	t.Helper()
	entries, err := w.DB.Client.LogEntry.Query().All(w.System())
	if err != nil {
		t.Fatal(err)
	}
	midnight := viewer.Day(w.Now()).Add(4 * time.Hour) // in Port of Spain
	out := map[uuid.UUID]int64{}
	note := func(p uuid.UUID, seq int64) {
		if old, ok := out[p]; !ok || seq < old {
			out[p] = seq
		}
	}
	for _, e := range entries {
		for _, g := range all {
			switch {
			case g.how == seatLapsed && e.ThreadID != nil && *e.ThreadID == th && !e.CommittedAt.Before(midnight):
				note(g.Person, e.Seq)
			case g.how == accessEnded && e.Kind == "AccessEnded" && *e.ThreadID == th && namesPerson(t, e, g.Person),
				g.how == seatEnded && e.Kind == "SeatEnded" && e.SubjectID == g.seat,
				g.how == personDisabled && e.Kind == "PersonDisabled" && e.SubjectID == g.Person:
				note(g.Person, e.Seq)
			}
		}
	}
	return out
}

func namesPerson(t *testing.T, e *ent.LogEntry, p uuid.UUID) bool {
	t.Helper()
	f, err := eventlog.DecodeFacts(e.Facts)
	if err != nil {
		t.Fatal(err)
	}
	return f.From == id.Format(p)
}

// check looks for what should not have come.
func (g *guest) check(t *testing.T, w *dbtest.World, end int64) {
	t.Helper()
	if end == 0 {
		t.Fatalf("ending %d did not happen", g.how)
	}
	for _, l := range g.heard {
		l.link.Close()
		l.mu.Lock()
		for i, e := range l.got {
			p, err := w.Log.Open(e.Cursor)
			if err != nil {
				t.Fatal(err)
			}
			if e.Event.Typename == "AccessEnded" && i == len(l.got)-1 && l.complete {
				continue // the one that says so
			}
			if p.Seq >= end {
				t.Errorf("ending %d at %d: event %d comes (%s)", g.how, end, p.Seq, e.raw)
			}
		}
		l.mu.Unlock()
	}
}

// TestARevokedTokenCutsItsConnections on every node, and a good one does not.
func TestARevokedTokenCutsItsConnections(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		nodes := []*node{start(t, w), start(t, w)}
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		accounts := account.New(w.Runner)
		signIn := func(life time.Duration) (*viewer.Viewer, uuid.UUID) {
			secret, row, err := accounts.CreateToken(w.As(t, w.Committee), w.Committee.Person, "test", life)
			if err != nil {
				t.Fatal(err)
			}
			v, err := accounts.Authenticate(t.Context(), secret, "")
			if err != nil {
				t.Fatal(err)
			}
			return v, row.ID
		}
		bad, token := signIn(time.Hour)
		good, _ := signIn(time.Hour)
		var cut []*listener
		for _, n := range nodes {
			cut = append(cut, n.subscribe(t, bad, threadFeed, in(th)))
		}
		stays := nodes[0].subscribe(t, good, threadFeed, in(th))
		if err := accounts.RevokeToken(w.As(t, w.Committee), token); err != nil {
			t.Fatal(err)
		}
		post(t, w, w.Chair, th, 1)
		for _, l := range cut {
			if why := l.wasCut(); why != live.Revoked {
				t.Errorf("cut: %v", why)
			}
		}
		stays.until("the message", func() bool { return len(numbers(l0(stays))) == 1 })
		for _, l := range cut {
			if n := numbers(l0(l)); len(n) > 0 {
				t.Errorf("after the revocation came: %v", n)
			}
		}
		// One that is over is over at once, also for a connection that begins.
		if link, err := nodes[1].Attach(t.Context(), bad, func(live.Reason) {}); err == nil {
			if errs := nodes[1].open(t, link, bad, &listener{tb: t, news: make(chan struct{})}, threadFeed, in(th)); errs == nil {
				t.Error("a stream with a revoked token")
			}
			link.Close()
		}
	})
}

// l0 is what a listener got. Its lock is held, or nothing comes any more.
func l0(l *listener) []envelope { return l.got }

// TestAConnectionEndsWithItsSession by the clock, unless the session lives on.
func TestAConnectionEndsWithItsSession(t *testing.T) {
	t.Parallel()
	w := dbtest.NewWorld(t, dbtest.SQLite(t))
	n := start(t, w, func(o *live.Options) { o.CheckpointEvery = 600 * time.Millisecond })
	accounts := account.New(w.Runner)
	secret, _, err := accounts.CreateToken(w.As(t, w.Committee), w.Committee.Person, "test", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	v, err := accounts.Authenticate(t.Context(), secret, "")
	if err != nil {
		t.Fatal(err)
	}
	l := n.subscribe(t, v, threadFeed, everything)
	w.Clock.Add(time.Hour)
	if why := l.wasCut(); why != live.Revoked {
		t.Errorf("cut: %v", why)
	}
}

var identifiers = regexp.MustCompile(`"(evt|msg|thr|thd|per|org|bod)_[0-9a-z]+"`)

// TestHiddenTrafficLeavesNoTrace runs the same twice, once with a closed
// discussion beside, and compares what an outsider gets.
func TestHiddenTrafficLeavesNoTrace(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		quiet := outsider(t, w, false)
		address := dbtest.SQLite
		if w.DB.Path == "" {
			address = dbtest.Postgres
		}
		busy := outsider(t, dbtest.NewWorld(t, address(t)), true)
		if !slices.Equal(quiet, busy) {
			t.Errorf("an outsider can tell the two apart:\n%v\n%v", quiet, busy)
		}
	})
}

// outsider is what somebody gets who takes part in one discussion, masked.
func outsider(t *testing.T, w *dbtest.World, hidden bool) []string {
	t.Helper()
	n := start(t, w)
	open := opened(t, w, w.Chair, w.SpecialCommittee, w.Donor)
	closed := opened(t, w, w.Bureau, w.BureauBody)
	n.knows(t, w.Partner, open)
	n.knows(t, w.Bureau, closed)
	scoped, all := n.subscribe(t, w.Partner, threadFeed, in(open)), n.subscribe(t, w.Partner, threadFeed, everything)
	for i := range 10 {
		if hidden {
			post(t, w, w.Bureau, closed, i%4)
		}
		if _, _, err := thread.New(w.Runner).Post(w.As(t, w.Chair), thread.Posting{Thread: open, Body: fmt.Sprintf("text %d", i), Language: i18n.EN}, nil); err != nil {
			t.Fatal(err)
		}
	}
	var out []string
	for _, l := range []*listener{scoped, all} {
		got := l.envelopes(10)
		chained(t, "", got)
		for _, e := range got {
			out = append(out, identifiers.ReplaceAllString(mask(e), "ID"))
		}
		if len(got) != 10 {
			t.Errorf("%d envelopes", len(got))
		}
	}
	return out
}
