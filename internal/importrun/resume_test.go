package importrun_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	entrun "acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/importrun"
)

// kinds counts events by kind.
func kinds(all []string) map[string]int {
	out := map[string]int{}
	for _, k := range all {
		out[k]++
	}
	return out
}

// TestStoppedAnywhere stops an import at each step, before it, within it and
// before its commit, and runs it again each time: the end is that of an import
// that nothing stopped.
func TestStoppedAnywhere(t *testing.T) {
	t.Parallel()
	xml := file(plans(300)...)
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := service(w), w.As(t, w.Secretariat)
		if _, err := s.Import(ctx, content("tests", xml), nil); err != nil {
			t.Fatal(err)
		}
		want, log := state(t, w), kinds(w.Told(t))
		for _, step := range []string{"stage", "before commit", "apply", "half applied"} {
			t.Run(step, func(t *testing.T) {
				address := dbtest.SQLite
				if strings.Contains(t.Name(), "postgres") {
					address = dbtest.Postgres
				}
				w := dbtest.NewWorld(t, address(t))
				ctx := w.As(t, w.Secretariat)
				stops := 0
				for n := 1; ; n++ {
					s := service(w) // another process
					s.SetPatience(time.Millisecond)
					at, reached := stopAt(step, n)
					s.At(at)
					run, err := s.Import(ctx, content("tests", xml), nil)
					if err == nil {
						if reached() || run.Status != entrun.StatusApplied {
							t.Errorf("stop %d was lost: %+v", n, run)
						}
						break
					}
					stops++
					if !errors.Is(err, errStop) {
						t.Fatal(err)
					}
				}
				if got := state(t, w); got != want {
					t.Errorf("after %d stops the state is another:\n%s", stops, difference(got, want))
				}
				if got := kinds(w.Told(t)); !maps.Equal(got, log) {
					t.Errorf("after %d stops told %v, want %v", stops, got, log)
				}
				if stops < 3 {
					t.Errorf("only %d stops", stops)
				}
			})
		}
	})
}

// difference shows the first line that differs.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d: got %q, want %q", i, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// TestOnlyOneImportsADataset stops an import in the midst, as a process that
// hangs, and lets another one come.
func TestOnlyOneImportsADataset(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		ctx := w.As(t, w.Secretariat)
		for _, step := range []string{"stage", "apply"} {
			xml := file(plans(250)...)
			hangs, goesOn, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
			first := service(w)
			once := false
			first.At(func(_ context.Context, at string) error {
				if at == step && !once {
					once = true
					close(hangs)
					<-goesOn
				}
				return nil
			})
			go func() {
				_, err := first.Import(ctx, content(step, xml), nil)
				ended <- err
			}()
			<-hangs

			// One that hangs is taken over, and finds that out.
			run, err := service(w).Import(ctx, content(step, xml), nil)
			if err != nil || run.Status != entrun.StatusApplied || run.Activities != 250 {
				t.Fatal(step, run, err)
			}
			close(goesOn)
			if err := <-ended; apperr.CodeOf(err) != apperr.Conflict {
				t.Errorf("%s: the first ended with %v", step, err)
			}
			if n := w.DB.Client.ImportRun.Query().Where(entrun.DatasetName(step)).CountX(w.System()); n != 1 {
				t.Errorf("%s: %d runs", step, n)
			}
			again, err := service(w).Import(ctx, content(step, xml), nil)
			if err != nil || again.Unchanged != 250 {
				t.Error(step, again, err)
			}
		}
	})
}

// TestLivingImportIsLeftAlone lets a second import come while the first one works.
func TestLivingImportIsLeftAlone(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		ctx := w.As(t, w.Secretariat)
		for _, step := range []string{"stage", "apply"} {
			watched, works, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
			first, second := service(w), service(w)
			n := 0
			first.At(func(_ context.Context, at string) error {
				if at != step {
					return nil
				}
				if n++; n == 2 { // the second is let in, and has begun to watch
					close(works)
					<-watched
				}
				return nil
			})
			second.SetPatience(time.Hour)
			second.At(func(_ context.Context, at string) error {
				if at == "watching" {
					close(watched)
				}
				return nil
			})
			go func() {
				_, err := first.Import(ctx, content(step, file(plans(400)...)), nil)
				ended <- err
			}()
			<-works
			_, err := second.Import(ctx, content(step, file(plans(401)...)), nil)
			if apperr.CodeOf(err) != apperr.Conflict {
				t.Errorf("%s: the second ended with %v", step, err)
			}
			if err := <-ended; err != nil {
				t.Error(step, err)
			}
		}
	})
}

// TestInterruptedRunsOfOtherFiles come to their end when a newer file comes.
func TestInterruptedRunsOfOtherFiles(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		ctx := w.As(t, w.Secretariat)
		stop := func(xml, step string, n int) {
			t.Helper()
			s := service(w)
			at, _ := stopAt(step, n)
			s.At(at)
			if _, err := s.Import(ctx, content("tests", xml), nil); !errors.Is(err, errStop) {
				t.Fatal(err)
			}
		}
		stop(file(plans(300)...), "apply", 2)
		stop(file(plans(301)...), "stage", 2)
		run, err := service(w).Import(ctx, content("tests", file(append(plans(1), plan(999, "New"))...)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if run.Unchanged != 1 || run.Created != 1 {
			t.Error(importrun.Summary("tests", run))
		}
		var got []string
		for _, r := range w.DB.Client.ImportRun.Query().Order(entrun.ByID()).AllX(w.System()) {
			got = append(got, fmt.Sprintln(r.Status, r.Activities, r.Created))
		}
		if want := []string{"APPLIED 300 300\n", "REFUSED 0 0\n", "APPLIED 2 1\n"}; !slices.Equal(got, want) {
			t.Errorf("the runs are %v", got)
		}
	})
}

// TestOthersWriteMeanwhile writes between all steps of an import, and within none.
func TestOthersWriteMeanwhile(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := service(w)
		steps := 0
		s.At(func(_ context.Context, at string) error {
			if at == "stage" || at == "apply" {
				steps++
				w.AddOrganisation(t, fmt.Sprintf("Organisation %d", steps))
			}
			return nil
		})
		var seen []string
		run, err := s.Import(w.As(t, w.Secretariat), content("tests", file(plans(450)...)), func(p importrun.Progress) {
			if p.Done > p.Total || p.Total == 0 {
				t.Errorf("%+v", p)
			}
			if len(seen) == 0 || seen[len(seen)-1] != string(p.Status) {
				seen = append(seen, string(p.Status))
			}
		})
		if err != nil || run.Created != 450 {
			t.Fatal(run, err)
		}
		if steps < 8 || !slices.Equal(seen, []string{"CHECKING", "APPLYING"}) {
			t.Errorf("%d steps, %v", steps, seen)
		}
	})
}

// TestWithdrawnContext ends an import whose caller has gone; it can go on later.
func TestWithdrawnContext(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		xml := file(plans(450)...)
		s := service(w)
		ctx, cancel := context.WithCancel(w.As(t, w.Secretariat))
		n := 0
		s.At(func(_ context.Context, at string) error {
			if at == "half applied" {
				if n++; n == 2 {
					cancel()
				}
			}
			return nil
		})
		if _, err := s.Import(ctx, content("tests", xml), nil); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		run, err := service(w).Import(w.As(t, w.Secretariat), content("tests", xml), nil)
		if err != nil || run.Created != 450 || run.Unchanged != 0 {
			t.Error(run, err)
		}
	})
}

// TestStatementsDoNotDependOnRows counts what a step asks of the database.
func TestStatementsDoNotDependOnRows(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		cost := func(name string, xml string) int64 {
			s := service(w)
			run, err := s.Check(w.System(), content(name, xml), nil)
			if err != nil {
				t.Fatal(err)
			}
			before := w.Statements.Load()
			if run, err = s.Apply(w.System(), run.ID, nil); err != nil || run.Created == 0 {
				t.Fatal(run, err)
			}
			return w.Statements.Load() - before
		}
		few := cost("few", file(plan(0, "A"), plan(1, "B")))
		one := plan(2, "C")
		money := one[strings.Index(one, "<transaction "):strings.Index(one, "</iati-activity>")]
		many := cost("many", file(strings.Replace(one, money, strings.Repeat(money, 60), 1), plan(3, "D"), plan(4, "E"), plan(5, "F")))
		if many > few {
			t.Errorf("%d statements for few rows, %d for many", few, many)
		}
	})
}
