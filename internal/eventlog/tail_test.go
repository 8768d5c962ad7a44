package eventlog_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
)

func at(w *dbtest.World, t testing.TB, seq int64) eventlog.Position {
	t.Helper()
	if seq == 0 {
		return eventlog.Position{}
	}
	return eventlog.Position{Seq: seq, Tag: whole(t, w)[seq-1].ID}
}

// TestTheTailReadsOn whoever asks, from every position, in every size.
func TestTheTailReadsOn(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		th := opened(t, w, w.Committee, w.Donor, w.SpecialCommittee) // what happens here is for few
		tell(t, w, within(th, 1), fact(w, 2), within(th, 3), fact(w, 4))
		all := idsOf(whole(t, w))
		for _, ctx := range []context.Context{t.Context(), w.As(t, w.Nobody)} {
			for after := range len(all) + 1 {
				for limit := 1; limit <= len(all)+1; limit++ {
					got, known, err := w.Log.Tail(ctx, at(w, t, int64(after)), limit)
					want := all[after:min(after+limit, len(all))]
					if err != nil || !known || !slices.Equal(idsOf(got), want) {
						t.Fatalf("%d after %d: %d events, known: %v, %v", limit, after, len(got), known, err)
					}
				}
			}
		}
		if _, _, err := w.Log.Tail(t.Context(), eventlog.Position{}, 0); err == nil {
			t.Error("a tail of nothing is no mistake")
		}
	})
}

func TestTheTailKnowsItsPosition(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		if got, known, err := w.Log.Tail(t.Context(), eventlog.Position{}, 10); err != nil || !known || len(got) > 0 {
			t.Errorf("of an empty log: %d events, known: %v, %v", len(got), known, err)
		}
		tell(t, w, facts(w, 5)...)
		last := at(w, t, 5)
		for name, p := range map[string]eventlog.Position{
			"beyond the head":    {Seq: 6, Tag: last.Tag},
			"another tag":        {Seq: 4, Tag: last.Tag},
			"negative":           {Seq: -1, Tag: last.Tag},
			"a tag at the start": {Seq: 0, Tag: last.Tag},
		} {
			if got, known, err := w.Log.Tail(t.Context(), p, 10); err != nil || known || got != nil {
				t.Errorf("%s: %d events, known: %v, %v", name, len(got), known, err)
			}
			if known, _, err := w.Log.Known(t.Context(), p); err != nil || known {
				t.Errorf("%s: known: %v, %v", name, known, err)
			}
		}
		if known, when, err := w.Log.Known(t.Context(), last); err != nil || !known || !when.Equal(w.Time()) {
			t.Errorf("the last: known: %v, of %v, %v", known, when, err)
		}
		if known, when, err := w.Log.Known(t.Context(), eventlog.Position{}); err != nil || !known || !when.IsZero() {
			t.Errorf("the beginning: known: %v, of %v, %v", known, when, err)
		}
	})
}

// TestTheTailRefusesAGap shows that a log with a hole is not read past it.
func TestTheTailRefusesAGap(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		tell(t, w, facts(w, 5)...)
		first := at(w, t, 1)
		run(t, w, `DELETE FROM log_entries WHERE seq = 3`)
		if got, _, err := w.Log.Tail(t.Context(), first, 1); err != nil || len(got) != 1 {
			t.Errorf("before the gap: %d events, %v", len(got), err)
		}
		for _, after := range []eventlog.Position{{}, first} {
			if got, _, err := w.Log.Tail(t.Context(), after, 10); err == nil {
				t.Errorf("after %d: %d events", after.Seq, len(got))
			}
		}
	})
}

// TestPages are of the scope, in the range, under the viewer's rights.
func TestPages(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		th := opened(t, w, w.Committee, w.Donor, w.SpecialCommittee)
		tell(t, w, within(th, 1), fact(w, 2), within(th, 3), fact(w, 4))
		all := whole(t, w)
		for _, c := range []struct {
			name        string
			after, upTo int64
			limit       int
			want        []uuid.UUID
		}{
			{"all", 0, 5, 10, []uuid.UUID{all[0].ID, all[1].ID, all[3].ID}},
			{"after one", 1, 5, 10, []uuid.UUID{all[1].ID, all[3].ID}},
			{"up to one", 0, 2, 10, []uuid.UUID{all[0].ID, all[1].ID}},
			{"few", 0, 5, 1, []uuid.UUID{all[0].ID}},
		} {
			got, err := w.Log.Page(w.As(t, w.Committee), eventlog.Scope{Thread: &th}, c.after, c.upTo, c.limit)
			if err != nil || !slices.Equal(idsOf(got), c.want) {
				t.Errorf("%s: %d events, %v", c.name, len(got), err)
			}
		}
		if got, err := w.Log.Page(w.As(t, w.Partner), eventlog.Scope{Thread: &th}, 0, 5, 10); err != nil || len(got) > 0 {
			t.Errorf("an outsider reads %d events, %v", len(got), err)
		}
		if got, err := w.Log.Page(t.Context(), eventlog.Scope{}, 0, 5, 10); err == nil {
			t.Errorf("without a viewer: %d events", len(got))
		}
	})
}

// TestAPersonsScopeIsTheirOwn shows who reads what concerns one person.
func TestAPersonsScopeIsTheirOwn(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		of := func(p *uuid.UUID) uuid.UUID {
			return tell(t, w, eventlog.Event{Kind: "SessionEnded", Subject: *p, Person: p, Personal: true})[0]
		}
		mine, theirs := of(&w.Partner.Person), of(&w.Chair.Person)
		tell(t, w, fact(w, 1))
		for p, want := range map[*uuid.UUID]uuid.UUID{&w.Partner.Person: mine, &w.Chair.Person: theirs} {
			scope := eventlog.Scope{Person: p}
			for name, v := range w.Viewers() {
				if v.Person == *p {
					sees(t, w, v, scope, []uuid.UUID{want})
				} else if err := w.Log.Visible(w.As(t, v), scope); apperr.CodeOf(err) != apperr.NotFound {
					t.Errorf("%s sees the scope: %v", name, err)
				}
			}
		}
	})
}
