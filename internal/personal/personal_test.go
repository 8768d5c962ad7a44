package personal_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/personal"
	"acs-aec.org/hub/internal/store"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func next(tb testing.TB, w *dbtest.World, persons ...uuid.UUID) []int64 {
	tb.Helper()
	var got []int64
	w.Write(tb, func(ctx context.Context, tx *ent.Client) (err error) {
		got, err = w.Personal.Next(ctx, tx, persons...)
		return err
	})
	return got
}

func TestVersionsAreDense(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		a, b := w.Chair.Person, w.Bureau.Person
		for i, c := range []struct {
			persons []uuid.UUID
			want    []int64
		}{
			{[]uuid.UUID{a}, []int64{1}},
			{[]uuid.UUID{b, a}, []int64{1, 2}},
			{[]uuid.UUID{a, b, a, a}, []int64{3, 2, 4, 5}},
			{nil, nil},
			{[]uuid.UUID{b}, []int64{3}},
		} {
			if got := next(t, w, c.persons...); !slices.Equal(got, c.want) {
				t.Errorf("%d: %v, want %v", i, got, c.want)
			}
		}
		refused := errors.New("refused")
		err := store.InTx(w.System(), w.DB, func(ctx context.Context, tx *ent.Client) error {
			if _, err := w.Personal.Next(ctx, tx, a); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) {
			t.Error(err)
		}
		if got := next(t, w, a); got[0] != 6 {
			t.Errorf("after a change that was taken back: %d, want 6", got[0])
		}
		if _, err := w.Personal.Next(w.System(), w.DB.Client, a); err == nil {
			t.Error("a version outside of a transaction")
		}
	})
}

// TestNoVersionIsGivenTwice also when many take them at once, in any order of persons.
func TestNoVersionIsGivenTwice(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		persons := []uuid.UUID{w.Chair.Person, w.Bureau.Person, w.Council.Person}
		const writers, times = 4, 8
		got := make([][][]int64, writers)
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				mine := slices.Concat(persons[i%3:], persons[:i%3])
				for range times {
					var versions []int64
					err := store.InTx(w.System(), w.DB, func(ctx context.Context, tx *ent.Client) (err error) {
						versions, err = w.Personal.Next(ctx, tx, mine...)
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
					for j, v := range versions { // as persons are
						got[i] = append(got[i], []int64{int64((i + j) % 3), v})
					}
				}
			})
		}
		all.Wait()
		seen := map[[2]int64]bool{}
		for _, list := range got {
			for _, g := range list {
				seen[[2]int64{g[0], g[1]}] = true
			}
		}
		for p := range int64(3) {
			for v := range int64(writers * times) {
				if !seen[[2]int64{p, v + 1}] {
					t.Errorf("nobody got version %d of person %d", v+1, p)
				}
			}
		}
	})
}

func TestWhoListensIsWoken(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		there, err := command.Open(t.Context(), w.DB, w.Now) // another node
		if err != nil {
			t.Fatal(err)
		}
		w.Personal.OnChange(there.Personal.Heard)
		var here, elsewhere []uuid.UUID
		stop := w.Personal.Listen(func(p uuid.UUID) { here = append(here, p) })
		there.Personal.Listen(func(p uuid.UUID) { elsewhere = append(elsewhere, p) })
		a, b := w.Chair.Person, w.Bureau.Person
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			for _, p := range []uuid.UUID{a, b, a} {
				if _, err := w.Personal.Next(ctx, tx, p); err != nil {
					return err
				}
			}
			if len(here)+len(elsewhere) > 0 {
				t.Error("somebody is woken before the commit")
			}
			return nil
		})
		for _, got := range [][]uuid.UUID{here, elsewhere} {
			if len(got) != 2 || !slices.Contains(got, a) || !slices.Contains(got, b) {
				t.Errorf("%d wake-ups, want one for each person", len(got))
			}
		}
		stop()
		next(t, w, a)
		if len(here) != 2 || len(elsewhere) != 3 {
			t.Errorf("after the end: %d and %d wake-ups", len(here), len(elsewhere))
		}
		there.Personal.Heard([]byte("too short"))
		many := make([]uuid.UUID, 130)
		for i := range many {
			many[i] = w.NewID(id.Person)
		}
		elsewhere = nil
		next(t, w, many...)
		if len(elsewhere) != len(many) {
			t.Errorf("%d of %d persons in messages to other nodes", len(elsewhere), len(many))
		}
	})
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		me, other := w.Chair.Person, w.Bureau.Person
		next(t, w, me, me)
		now, err := w.Personal.Now(t.Context(), me)
		if err != nil || now.Version.Number != 2 || now.Version.Tag == 0 {
			t.Fatal(now, err)
		}
		now.Log = eventlog.Position{Seq: 7, Tag: w.NewID(id.Event)}
		cursor := w.Personal.Cursor(me, now)
		if got, err := w.Personal.Open(me, cursor); err != nil || got != now {
			t.Errorf("%v, %v, want %v", got, err, now)
		}
		if c := w.Personal.Cursor(other, personal.Place{}); len(c) != len(cursor) {
			t.Errorf("cursors of %d and %d letters", len(c), len(cursor))
		}
		foreign, err := personal.New(w.DB.Client, w.Log, make([]byte, 32))
		if err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			cursor string
			code   apperr.Code // "": ErrUnknown
		}{
			"somebody else's":        {w.Personal.Cursor(other, now), apperr.InvalidInput},
			"no cursor":              {"forged", apperr.InvalidInput},
			"nothing":                {"", apperr.InvalidInput},
			"of another deployment":  {foreign.Cursor(me, now), ""},
			"of the log alone":       {w.Log.Cursor(now.Log), ""},
			"with a letter changed":  {cursor[:20] + flipped(cursor[20]) + cursor[21:], ""},
			"as long as one, but no": {string(make([]byte, len(cursor))), ""},
		} {
			_, err := w.Personal.Open(me, c.cursor)
			if c.code == "" && !errors.Is(err, personal.ErrUnknown) || c.code != "" && apperr.CodeOf(err) != c.code {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func flipped(b byte) string {
	if b == 'A' {
		return "B"
	}
	return "A"
}

func TestAVersionThatIsNotKnownIsNoticed(t *testing.T) {
	t.Parallel()
	now := personal.Version{Number: 5, Tag: 9}
	for before, want := range map[personal.Version]bool{
		{}: true, {Number: 4}: true, {Number: 4, Tag: 1}: true, {Number: 5}: true, {Number: 5, Tag: 9}: true,
		{Number: 5, Tag: 8}: false, {Number: 6}: false, {Number: 6, Tag: 9}: false,
	} {
		if now.Follows(before) != want {
			t.Errorf("%v: %v", before, !want)
		}
	}
}

// TestChangesComeInOrder of several kinds of rows, page after page, and none is left out.
func TestChangesComeInOrder(t *testing.T) {
	t.Parallel()
	source := func(has func(v int64) bool) personal.Source {
		return func(_ context.Context, _ uuid.UUID, after, upTo int64, limit int) ([]personal.Row, error) {
			var rows []personal.Row
			for v := after + 1; v <= upTo && len(rows) < limit; v++ {
				if has(v) {
					rows = append(rows, personal.Row{Version: v})
				}
			}
			return rows, nil
		}
	}
	sources := []personal.Source{
		source(func(v int64) bool { return v%3 == 1 }), source(func(v int64) bool { return v%3 == 2 && v > 400 }),
	}
	end := personal.Version{Number: 1000, Tag: 4}
	var got []int64
	at := personal.Version{}
	for pages := 0; at != end; pages++ {
		if pages > 10 {
			t.Fatal("no end")
		}
		rows, upTo, err := personal.Changes(t.Context(), sources, uuid.Nil, at, end)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if r.Version <= at.Number || r.Version > upTo.Number {
				t.Errorf("version %d in a page from %d to %d", r.Version, at.Number, upTo.Number)
			}
			got = append(got, r.Version)
		}
		at = upTo
	}
	var want []int64
	for v := int64(1); v <= end.Number; v++ {
		if v%3 == 1 || v%3 == 2 && v > 400 {
			want = append(want, v)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d rows, want %d", len(got), len(want))
	}
}

func TestAStateHasOneIdentifier(t *testing.T) {
	t.Parallel()
	row := personal.Row{ID: id.New(id.Reading, dbtest.Start), Version: 3, ChangedAt: dbtest.Start}
	later := row
	later.Version++
	later.ChangedAt = later.ChangedAt.Add(time.Second)
	if again := row; again.Event() != row.Event() || row.Event() == later.Event() || id.KindOf(row.Event()) != id.Event {
		t.Error(row.Event(), later.Event())
	}
	if u, err := id.Parse(id.Format(row.Event())); err != nil || u != row.Event() {
		t.Error(err)
	}
}
