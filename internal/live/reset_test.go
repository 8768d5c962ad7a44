package live_test

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/viewer"
)

// meanwhile is a listener in whose hands something happens: do runs while it is
// given its answer of that number.
type meanwhile struct {
	*listener
	number int
	do     func()
}

func (m *meanwhile) Next(a *live.Answer, cursor, previous string) bool {
	if m.number--; m.number == 0 {
		m.do()
	}
	return m.listener.Next(a, cursor, previous)
}

// TestNothingOfALostLogComesAfterTheReset takes events away while a stream reads
// older ones from the database.
func TestNothingOfALostLogComesAfterTheReset(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w, func(o *live.Options) { o.Ring = 4 })
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		post(t, w, w.Chair, th, 30)
		n.knows(t, w.Committee, th)
		witness := n.subscribe(t, w.Committee, threadFeed, in(th))
		link, l := n.connect(t, w.Committee)
		out := &meanwhile{listener: l, number: 3, do: func() {
			for _, statement := range []string{
				`DELETE FROM log_entries WHERE seq > (SELECT max(seq) - 3 FROM log_entries)`,
				`UPDATE log_head SET seq = seq - 3`,
			} {
				if _, err := w.DB.SQL().ExecContext(t.Context(), statement); err != nil {
					t.Error(err)
				}
			}
			witness.envelopes(1)
		}}
		from := w.Log.Cursor(eventlog.Position{})
		ctx := graphql.StartOperationTrace(i18n.With(viewer.With(context.WithoutCancel(t.Context()), w.Committee), i18n.EN))
		op, errs := n.exec.CreateOperationContext(ctx, &graphql.RawParams{Query: threadFeed, Variables: in(th).after(from)})
		if errs != nil {
			t.Fatal(errs)
		}
		if _, errs := link.Open(graphql.WithOperationContext(ctx, op), n.exec, op, out); errs != nil {
			t.Fatal(errs)
		}
		l.envelopes(4)
		post(t, w, w.Chair, th, 6)
		got := l.envelopes(10)
		chained(t, from, got)
		if got[3].Event.Typename != "StreamReset" {
			t.Errorf("the fourth is %s", got[3].raw)
		}
		if came := numbers(got[4:]); len(came) != 6 || came[0] != 31 || came[5] != 36 {
			t.Errorf("after the reset came: %v", came)
		}
	})
}
