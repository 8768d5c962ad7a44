package eventlog_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/store"
)

func TestWhatIsNotCommittedIsNotTold(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		th := opened(t, w, w.Committee, w.Donor, w.SpecialCommittee)
		for name, fn := range map[string]func(ctx context.Context) error{
			"an error": func(context.Context) error { return errRefused },
			"a part's error": func(ctx context.Context) error {
				return store.InTx(ctx, w.DB, func(context.Context, *ent.Client) error { return errRefused })
			},
			"a part's error, forgotten": func(ctx context.Context) error {
				_ = store.InTx(ctx, w.DB, func(context.Context, *ent.Client) error { return errRefused })
				return nil
			},
			"an error before the commit": func(ctx context.Context) error {
				store.BeforeCommit(ctx, func(context.Context, *ent.Client) error { return errRefused })
				return nil
			},
		} {
			woken := w.Log.Woken()
			_, err := try(w.System(), w, func(ctx context.Context) error {
				if err := w.Log.Append(ctx, within(th, 1)); err != nil {
					return err
				}
				return fn(ctx)
			})
			if !errors.Is(err, errRefused) {
				t.Errorf("%s: %v", name, err)
			}
			select {
			case <-woken:
				t.Errorf("%s wakes the readers", name)
			default:
			}
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic is lost")
				}
			}()
			_, _ = try(w.System(), w, func(ctx context.Context) error {
				if err := w.Log.Append(ctx, within(th, 1)); err != nil {
					return err
				}
				panic("in a command")
			})
		}()
		if entries := whole(t, w); len(entries) != 1 {
			t.Errorf("the log has %d events", len(entries))
		}
		chained(t, w, th)
		// Nothing is left behind: the next number is the next one.
		woken := w.Log.Woken()
		tell(t, w, fact(w, 1))
		<-woken
		if entries := whole(t, w); len(entries) != 2 {
			t.Errorf("the log has %d events", len(entries))
		}
	})
}

func TestAppendNeedsATransactionThatIsNotNumbered(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		if err := w.Log.Append(w.System(), fact(w, 1)); err == nil {
			t.Error("an event outside of a transaction")
		}
		_, err := try(w.System(), w, func(ctx context.Context) error {
			store.BeforeCommit(ctx, func(ctx context.Context, _ *ent.Client) error { return w.Log.Append(ctx, fact(w, 2)) })
			return w.Log.Append(ctx, fact(w, 1))
		})
		if err == nil || len(whole(t, w)) > 0 {
			t.Errorf("%v, and %d events", err, len(whole(t, w)))
		}
	})
}

func TestTheActorIsWhoAsked(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		if _, err := try(w.As(t, w.Partner), w, func(ctx context.Context) error { return w.Log.Append(ctx, fact(w, 1)) }); err != nil {
			t.Fatal(err)
		}
		tell(t, w, fact(w, 2))
		if e := whole(t, w); e[0].ActorID == nil || *e[0].ActorID != w.Partner.Person || e[1].ActorID != nil {
			t.Errorf("the actors are %v, %v", e[0].ActorID, e[1].ActorID)
		}
	})
}

// TestManyEventsOfOneTransaction stay together, in the order in which they were
// told.
func TestManyEventsOfOneTransaction(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		ids := tell(t, w, facts(w, 333)...)
		if got := idsOf(whole(t, w)); !slices.Equal(got, ids) {
			t.Errorf("%d events of %d, or another order", len(got), len(ids))
		}
		sees(t, w, w.Nobody, eventlog.Scope{}, ids)
	})
}

func TestTheChainNoticesEveryChange(t *testing.T) {
	t.Parallel()
	var a, b uuid.UUID
	b[0] = 1
	chains := [][]byte{
		eventlog.Chain(nil, a, "Kind", []byte("facts")),
		eventlog.Chain([]byte{1}, a, "Kind", []byte("facts")),
		eventlog.Chain(nil, b, "Kind", []byte("facts")),
		eventlog.Chain(nil, a, "Kinf", []byte("acts")),
		eventlog.Chain(nil, a, "Kindf", []byte("acts")),
		eventlog.Chain(nil, a, "Kind", []byte("fact")),
		eventlog.Chain(nil, a, "Kind", nil),
	}
	for i := range chains {
		for j := range i {
			if bytes.Equal(chains[i], chains[j]) {
				t.Errorf("%d and %d have the same chain", i, j)
			}
		}
	}
}

// step is a part of a random program: it tells an event, runs parts in a
// transaction, or fails.
type step struct {
	tells   int // the number of the event, 0 for none
	parts   []step
	nested  bool
	fails   bool
	forgets bool // whoever runs the parts hides their failure
	hooks   bool // fails before the commit
}

func program(depth int, number *int) *rapid.Generator[step] {
	return rapid.Custom(func(t *rapid.T) step {
		switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
		case kind == 0:
			return step{fails: true}
		case kind == 1 && rapid.Bool().Draw(t, "hook"):
			return step{hooks: true}
		case kind >= 7 && depth > 0:
			s := step{nested: true, forgets: rapid.Bool().Draw(t, "forgets")}
			for range rapid.IntRange(0, 3).Draw(t, "parts") {
				s.parts = append(s.parts, program(depth-1, number).Draw(t, "part"))
			}
			return s
		}
		*number++
		return step{tells: *number}
	})
}

// model is what a program should do: the events it tells in order, whether
// something failed that its caller learns of, and whether it can't be committed.
func (s step) model() (tells []int, fails, doomed bool) {
	switch {
	case s.fails:
		return nil, true, true
	case s.hooks:
		return nil, false, true
	case !s.nested:
		return []int{s.tells}, false, false
	}
	for _, p := range s.parts {
		told, failed, lost := p.model()
		tells, doomed = append(tells, told...), doomed || lost
		if failed {
			return tells, !s.forgets, true
		}
	}
	return tells, false, doomed
}

func (s step) run(ctx context.Context, w *dbtest.World) error {
	switch {
	case s.fails:
		return errRefused
	case s.hooks:
		store.BeforeCommit(ctx, func(context.Context, *ent.Client) error { return errRefused })
		return nil
	case !s.nested:
		return w.Log.Append(ctx, fact(w, s.tells))
	}
	err := store.InTx(ctx, w.DB, func(ctx context.Context, _ *ent.Client) error {
		for _, p := range s.parts {
			if err := p.run(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
	if s.forgets {
		return nil
	}
	return err
}

// TestProgramsTellWhatTheModelTells runs random programs of nested commands.
func TestProgramsTellWhatTheModelTells(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		f := follow(t, w, w.Nobody)
		rapid.Check(t, func(t *rapid.T) {
			number := 0
			s := step{nested: true}
			for range rapid.IntRange(1, 5).Draw(t, "parts") {
				s.parts = append(s.parts, program(3, &number).Draw(t, "part"))
			}
			want, fails, doomed := s.model()
			if fails || doomed {
				want = nil
			}
			before := len(f.got)
			ids, err := try(w.System(), w, func(ctx context.Context) error { return s.run(ctx, w) })
			if (err != nil) != (fails || doomed) || err != nil && !errors.Is(err, errRefused) {
				t.Fatalf("the program ends with %v, the model with %v", err, fails || doomed)
			}
			got := f.all(t)[before:]
			if !slices.Equal(got, ids) || len(got) != len(want) {
				t.Fatalf("read %v, told %v, want %d", got, ids, len(want))
			}
			for i, u := range got {
				e, err := w.DB.Client.LogEntry.Get(w.System(), u)
				if err != nil {
					t.Fatal(err)
				}
				if told, err := eventlog.DecodeFacts(e.Facts); err != nil || told.Number != want[i] {
					t.Fatalf("event %d is %s, want %d: %v", i, e.Facts, want[i], err)
				}
			}
		})
		whole(t, w)
	})
}
