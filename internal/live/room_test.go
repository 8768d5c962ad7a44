package live_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/viewer"
)

// follow opens a subscription whose answers go to an outlet of the test's own.
func (n *node) follow(tb testing.TB, link *live.Link, v *viewer.Viewer, out live.Outlet, text string, in vars) {
	tb.Helper()
	ctx := graphql.StartOperationTrace(i18n.With(viewer.With(context.WithoutCancel(tb.Context()), v), i18n.EN))
	op, errs := n.exec.CreateOperationContext(ctx, &graphql.RawParams{Query: text, Variables: in})
	if errs != nil {
		tb.Fatal(errs)
	}
	if _, errs := link.Open(graphql.WithOperationContext(ctx, op), n.exec, op, out); errs != nil {
		tb.Fatal(errs)
	}
}

// soon waits until something is so, or no longer.
func (l *listener) soon(limit <-chan struct{}, test func() bool) {
	for {
		l.mu.Lock()
		ok, news := test(), l.news
		l.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-news:
		case <-limit:
			return
		}
	}
}

// TestARoomIsToldInOrder holds one who is told up, while there is already
// something else to tell.
func TestARoomIsToldInOrder(t *testing.T) {
	t.Parallel()
	w := dbtest.NewWorld(t, dbtest.SQLite(t))
	n := start(t, w)
	th := opened(t, w, w.Chair, w.SpecialCommittee)
	n.knows(t, w.Chair, th)
	var others []*listener
	for range 6 {
		others = append(others, n.subscribe(t, w.Chair, activityFeed, of(th)))
	}
	link, l := n.connect(t, w.Committee)
	held, goOn := make(chan struct{}), make(chan struct{})
	out := &meanwhile{listener: l, number: 2, do: func() { close(held); <-goOn }}
	n.follow(t, link, w.Committee, out, activityFeed, of(th))
	for _, o := range append(others, l) {
		o.seesRoom("[Chair Committee] []")
	}
	n.Typing(th, w.Committee.Person, true)
	<-held
	n.Typing(th, w.Committee.Person, false)
	n.Typing(th, w.Chair.Person, true)
	early, cancel := context.WithTimeout(t.Context(), time.Second) // for whoever might be told meanwhile
	defer cancel()
	for _, o := range others {
		o.soon(early.Done(), func() bool { return o.room() == "[Chair Committee] [Chair]" })
	}
	close(goOn)
	n.Typing(th, w.Bureau.Person, true)
	for _, o := range append(others, l) {
		o.until("the last", func() bool { return strings.Contains(o.room(), "Bureau") })
		over := false
		o.mu.Lock()
		for _, raw := range o.raw {
			_, typing, _ := strings.Cut(raw, `"typing"`)
			now := strings.Contains(typing, `"Chair"`)
			if over && !now {
				t.Errorf("older news come after newer: %v", o.raw)
				break
			}
			over = now
		}
		o.mu.Unlock()
	}
}

// TestWhoHasGoneIsNotInTheRoom ends a connection at each moment of its entering at
// which the engine looks at the clock.
func TestWhoHasGoneIsNotInTheRoom(t *testing.T) {
	t.Parallel()
	w := dbtest.NewWorld(t, dbtest.SQLite(t))
	var look atomic.Pointer[func()]
	n := start(t, w, func(o *live.Options) {
		o.Now = func() time.Time {
			if f := look.Load(); f != nil {
				(*f)()
			}
			return w.Now()
		}
	})
	th := opened(t, w, w.Chair, w.SpecialCommittee)
	n.knows(t, w.Chair, th)
	witness := n.subscribe(t, w.Chair, activityFeed, of(th))
	for moment := int64(1); ; moment++ {
		link, l := n.connect(t, w.Committee)
		var looks atomic.Int64
		gone := make(chan struct{})
		hook := func() {
			if looks.Add(1) != moment {
				return
			}
			go func() { link.Close(); close(gone) }()
			select {
			case <-gone:
			case <-time.After(50 * time.Millisecond): // whoever looks has a lock that is needed
			}
		}
		look.Store(&hook)
		_ = n.open(t, link, w.Committee, l, activityFeed, of(th)) // it may be refused by then
		look.Store(nil)
		if looks.Load() < moment {
			link.Close()
			break
		}
		<-gone
	}
	last, l := n.connect(t, w.Committee)
	if errs := n.open(t, last, w.Committee, l, activityFeed, of(th)); errs != nil {
		t.Fatal(errs)
	}
	witness.seesRoom("[Chair Committee] []")
	last.Close()
	witness.seesRoom("[Chair] []")
}
