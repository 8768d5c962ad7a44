package importrun_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	entrun "acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/filestore"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/organisation"
)

// keeping is a service with a place for files, that looks for work often.
func keeping(t *testing.T, w *dbtest.World) *importrun.Service {
	t.Helper()
	s := service(w)
	s.Files = filestore.Folder(filepath.Join(t.TempDir(), "files"))
	s.SetLook(5*time.Millisecond, 20)
	return s
}

// another is a node of its own over the same database and files.
func another(w *dbtest.World, s *importrun.Service) *importrun.Service {
	o := service(w)
	o.Files = s.Files
	o.SetLook(5*time.Millisecond, 20)
	return o
}

// works lets a node work until the test ends or stop is called, which waits for it.
func works(t *testing.T, s *importrun.Service) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.Work(ctx) })
	stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	t.Cleanup(stop)
	return stop
}

func uploaded(t *testing.T, w *dbtest.World, s *importrun.Service, name, xml string) *ent.ImportFile {
	t.Helper()
	f, _, err := s.Upload(w.As(t, w.Secretariat), importrun.Uploading{Name: name, Content: strings.NewReader(xml)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// rests waits until nothing goes on with a run any more.
func rests(t *testing.T, w *dbtest.World, run uuid.UUID) *ent.ImportRun {
	t.Helper()
	limit, look := time.After(5*time.Minute), time.NewTicker(5*time.Millisecond)
	defer look.Stop()
	for {
		r := w.DB.Client.ImportRun.GetX(w.System(), run)
		if importrun.Rests(r.Status) && r.Work == entrun.WorkNone {
			return r
		}
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("the run does not come to rest: %+v", r)
		}
	}
}

// begun checks and begins to apply a file, and gives the run.
func begun(t *testing.T, w *dbtest.World, s *importrun.Service, f *ent.ImportFile) uuid.UUID {
	t.Helper()
	ctx := w.As(t, w.Secretariat)
	run, _, err := s.RequestCheck(ctx, importrun.Checking{File: f.ID}, nil)
	if err != nil {
		t.Fatal(err)
	}
	run = rests(t, w, run.ID)
	if _, _, err = s.RequestApply(ctx, run.ID, run.Revision, nil); err != nil {
		t.Fatal(run, err)
	}
	return run.ID
}

// TestManyNodesShareTheWork: each run is done once, whoever does it.
func TestManyNodesShareTheWork(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		first := keeping(t, w)
		for _, s := range []*importrun.Service{first, another(w, first), another(w, first)} {
			s.SetLook(5*time.Millisecond, 2000) // nobody dies here, however slow the machine is
			works(t, s)
		}
		var ids []uuid.UUID
		for n := range 4 {
			var of []string
			for i := range 250 {
				of = append(of, strings.ReplaceAll(plan(i, "Plan"), "XM-TEST-", fmt.Sprintf("XM-TEST-%d-", n)))
			}
			ids = append(ids, begun(t, w, first, uploaded(t, w, first, fmt.Sprint("file", n), file(of...))))
		}
		for _, u := range ids {
			if r := rests(t, w, u); r.Status != entrun.StatusApplied || r.Created != 250 || r.Unchanged != 0 {
				t.Error(r)
			}
		}
		got := kinds(w.Told(t))
		if got["ActivityImported"] != 1000 || got["ImportChecked"] != 4 || got["ImportApplied"] != 4 {
			t.Errorf("told %v", got)
		}
	})
}

// TestAnotherNodeGoesOn lets a node die at each step of a check and of an apply, as
// one that is killed: it says nothing any more, and holds what it held. Another one
// finishes the run, as one would whom nothing stopped; and the first, should it only
// have slept, does no harm.
func TestAnotherNodeGoesOn(t *testing.T) {
	t.Parallel()
	xml := file(plans(300)...)
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		w := dbtest.NewWorld(t, address)
		s := keeping(t, w)
		works(t, s)
		rests(t, w, begun(t, w, s, uploaded(t, w, s, "tests", xml)))
		want, log := state(t, w), kinds(w.Told(t))
		for _, step := range []string{"stage", "apply", "vanish"} {
			kind := dbtest.SQLite
			if strings.HasPrefix(address, "postgres") {
				kind = dbtest.Postgres
			}
			w := dbtest.NewWorld(t, kind(t))
			dies := keeping(t, w)
			again := another(w, dies)
			hangs, wakes := make(chan struct{}), make(chan struct{})
			n := 0
			dies.At(func(_ context.Context, at string) error {
				if at == step || step == "vanish" && at == "before commit" {
					if n++; n == 2 {
						close(hangs)
						<-wakes
					}
				}
				return nil
			})
			stop := works(t, dies)
			run, _, err := again.RequestCheck(w.As(t, w.Secretariat), importrun.Checking{File: uploaded(t, w, dies, "tests", xml).ID}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if step == "apply" {
				run = rests(t, w, run.ID)
				if _, _, err := again.RequestApply(w.As(t, w.Secretariat), run.ID, run.Revision, nil); err != nil {
					t.Fatal(err)
				}
			}
			if step != "vanish" { // within a transaction nobody can go on before it ends
				<-hangs
				works(t, again)
			} else {
				<-hangs
				close(wakes)
			}
			run = rests(t, w, run.ID)
			if run.Status == entrun.StatusChecked {
				if _, _, err := again.RequestApply(w.As(t, w.Secretariat), run.ID, run.Revision, nil); err != nil {
					t.Fatal(err)
				}
				run = rests(t, w, run.ID)
			}
			if got := state(t, w); got != want {
				t.Errorf("%s: the state is another:\n%s", step, difference(got, want))
			}
			if step != "vanish" {
				close(wakes)
			}
			stop()
			if got := kinds(w.Told(t)); !maps.Equal(got, log) {
				t.Errorf("%s: told %v, want %v", step, got, log)
			}
			if after := w.DB.Client.ImportRun.GetX(w.System(), run.ID); after.Status != entrun.StatusApplied || after.Created != 300 {
				t.Errorf("%s: %v", step, after)
			}
		}
	})
}

// TestAStoppedNodeGivesBack: what it was doing, another one goes on with at once.
func TestAStoppedNodeGivesBack(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := keeping(t, w)
		s.SetLook(5*time.Millisecond, 1<<30) // nobody is ever taken for dead
		next := another(w, s)
		next.SetLook(5*time.Millisecond, 1<<30)
		ctx, cancel := context.WithCancel(context.Background())
		steps := 0
		s.At(func(_ context.Context, at string) error {
			if at == "apply" {
				if steps++; steps == 2 {
					cancel()
				}
			}
			return nil
		})
		ended := make(chan struct{})
		go func() { s.Work(ctx); close(ended) }()
		u := begun(t, w, s, uploaded(t, w, s, "tests", file(plans(600)...)))
		<-ended
		if r := w.DB.Client.ImportRun.GetX(w.System(), u); r.Work != entrun.WorkWaiting || r.Status != entrun.StatusApplying || r.AppliedTo == 0 {
			t.Fatal(r)
		}
		works(t, next)
		if r := rests(t, w, u); r.Status != entrun.StatusApplied || r.Created != 600 {
			t.Error(r)
		}
	})
}

// TestCancel ends a run in each of its statuses.
func TestCancel(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := keeping(t, w)
		ctx := w.As(t, w.Secretariat)
		xml := file(plans(600)...)
		f := uploaded(t, w, s, "tests", xml)
		for _, when := range []string{"stage", "apply"} {
			reached, goesOn := make(chan struct{}), make(chan struct{})
			n := 0
			s.At(func(_ context.Context, at string) error {
				if at == when {
					if n++; n == 2 {
						close(reached)
						<-goesOn
					}
				}
				return nil
			})
			stop := works(t, s)
			run, _, err := s.RequestCheck(ctx, importrun.Checking{File: f.ID}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if when == "apply" {
				run = rests(t, w, run.ID)
				if _, _, err := s.RequestApply(ctx, run.ID, run.Revision, nil); err != nil {
					t.Fatal(err)
				}
			}
			<-reached
			before := len(w.Told(t))
			r, _, err := s.Cancel(ctx, run.ID)
			if err != nil || r.Status != entrun.StatusCancelled {
				t.Fatal(r, err)
			}
			applied := w.DB.Client.Activity.Query().CountX(w.System())
			close(goesOn)
			r = rests(t, w, run.ID)
			if got := w.DB.Client.Activity.Query().CountX(w.System()); got != applied || r.Created != applied {
				t.Errorf("%s: %d activities, %d when it was cancelled, the run says %d", when, got, applied, r.Created)
			}
			if got := w.Told(t)[before:]; !slices.Equal(got, []string{"ImportCancelled"}) {
				t.Errorf("%s: told %v", when, got)
			}
			if n := w.DB.Client.StagedItem.Query().Where(stageditem.RunID(run.ID), stageditem.OutcomeIsNil()).CountX(w.System()); n != 0 {
				t.Errorf("%s: %d are staged still", when, n)
			}
			if again, _, err := s.Cancel(ctx, run.ID); err != nil || again.Revision != r.Revision {
				t.Errorf("%s: cancelled again: %v %v", when, again, err)
			}
			stop()
		}
		// The same file again finds what was applied, and goes on.
		s.At(func(context.Context, string) error { return nil })
		works(t, s)
		r := rests(t, w, begun(t, w, s, f))
		if r.Unchanged == 0 || r.Unchanged+r.Created != 600 || r.Vanished != 0 {
			t.Error(importrun.Summary("tests", r))
		}
		if _, _, err := s.Cancel(ctx, r.ID); apperr.CodeOf(err) != apperr.Conflict {
			t.Error(err)
		}
	})
}

// TestAFileThatIsGone refuses the check of it.
func TestAFileThatIsGone(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := keeping(t, w)
		f := uploaded(t, w, s, "tests", file(plans(1)...))
		run, _, err := s.RequestCheck(w.As(t, w.Secretariat), importrun.Checking{File: f.ID}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Files.Delete(t.Context(), f.FileKey); err != nil {
			t.Fatal(err)
		}
		works(t, s)
		if r := rests(t, w, run.ID); r.Status != entrun.StatusRefused || !strings.Contains(r.RefusalEn, "not kept") {
			t.Error(r)
		}
		w.Clock.Add(importrun.FileLife + time.Second)
		if _, _, err := s.RequestCheck(w.As(t, w.Secretariat), importrun.Checking{File: f.ID}, nil); apperr.CodeOf(err) != apperr.Conflict {
			t.Error(err)
		}
	})
}

// TestFilesAreFew keeps the youngest, and what is being checked.
func TestFilesAreFew(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := keeping(t, w)
		var all []*ent.ImportFile
		for n := range importrun.FilesKept {
			all = append(all, uploaded(t, w, s, fmt.Sprint(n), file(plan(n, "Plan"))))
		}
		if _, _, err := s.RequestCheck(w.As(t, w.Secretariat), importrun.Checking{File: all[0].ID}, nil); err != nil {
			t.Fatal(err)
		}
		if again := uploaded(t, w, s, "1.xml", file(plan(1, "Plan"))); again.ID != all[1].ID {
			t.Error("the same file is another upload")
		}
		uploaded(t, w, s, "more", file(plan(99, "Plan")))
		for n, f := range all {
			f = w.DB.Client.ImportFile.GetX(w.System(), f.ID)
			if s.Kept(f) != (n != 1) {
				t.Errorf("file %d: kept %v", n, s.Kept(f))
			}
		}
	})
}

// failing is a file that ends with an error.
type failing struct{ io.Reader }

func (f failing) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// TestWhatDoesNotArriveIsNotKept leaves neither rows nor files.
func TestWhatDoesNotArriveIsNotKept(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := keeping(t, w)
		s.Limit = 2000
		for name, c := range map[string]io.Reader{
			"cut": failing{strings.NewReader(file())}, "too large": strings.NewReader(file(plans(3)...)), "no XML": strings.NewReader("hello"),
		} {
			_, _, err := s.Upload(w.As(t, w.Secretariat), importrun.Uploading{Name: name, Content: c}, nil)
			if apperr.CodeOf(err) != apperr.InvalidInput {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := w.DB.Client.StoredFile.Query().CountX(w.System()) + w.DB.Client.ImportFile.Query().CountX(w.System()); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		if err := s.Files.Each(t.Context(), func(key string) error { return errors.New(key) }); err != nil {
			t.Error("a file is left:", err)
		}
	})
}

// TestDatasetsAreImportedByOneAtATime refuses what would be a second import of a
// dataset, before a node has begun with the first, and changes nothing.
func TestDatasetsAreImportedByOneAtATime(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx, data := keeping(t, w), w.As(t, w.Secretariat), "data"
		one, two := uploaded(t, w, s, "one", file(plans(1)...)), uploaded(t, w, s, "two", file(plans(2)...))
		check := func(f *ent.ImportFile, own bool) (*ent.ImportRun, error) {
			run, _, err := s.RequestCheck(ctx, importrun.Checking{File: f.ID, Dataset: &data, Own: own}, nil)
			return run, err
		}
		first, err := check(one, false)
		if err != nil || first.Status != entrun.StatusChecking || first.Work != entrun.WorkWaiting {
			t.Fatal(first, err)
		}
		if again, err := check(one, false); err != nil || again.ID != first.ID {
			t.Error(again, err)
		}
		for _, c := range []struct {
			file *ent.ImportFile
			own  bool
		}{{two, false}, {one, true}} {
			if run, err := check(c.file, c.own); apperr.CodeOf(err) != apperr.Conflict {
				t.Errorf("%v: %v %v", c, run, err)
			}
		}
		stop := works(t, s)
		first = rests(t, w, first.ID)
		second, err := check(two, false)
		if err != nil {
			t.Fatal(err)
		}
		second = rests(t, w, second.ID)
		stop()
		// Two were checked: who is applied first bars the other.
		if _, _, err := s.RequestApply(ctx, second.ID, second.Revision, nil); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.RequestApply(ctx, first.ID, first.Revision, nil); apperr.CodeOf(err) != apperr.Conflict {
			t.Error(err)
		}
		if run, err := check(one, false); apperr.CodeOf(err) != apperr.Conflict {
			t.Error(run, err)
		}
		if n := w.DB.Client.ImportRun.Query().CountX(w.System()); n != 2 {
			t.Errorf("%d runs", n)
		}
	})
}

// TestACommandThatStoppedIsGoneOnWith: what was begun on the machine and stands still
// is applied to its end over the API, and not while it may still move.
func TestACommandThatStoppedIsGoneOnWith(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := keeping(t, w), w.As(t, w.Secretariat)
		byCommand := service(w)
		at, _ := stopAt("apply", 2)
		byCommand.At(at)
		if _, err := byCommand.Import(ctx, content("tests", file(plans(300)...)), nil); !errors.Is(err, errStop) {
			t.Fatal(err)
		}
		run := w.DB.Client.ImportRun.Query().OnlyX(w.System())
		if _, _, err := s.RequestApply(ctx, run.ID, run.Revision, nil); apperr.CodeOf(err) != apperr.Conflict || s.MayApply(w.Secretariat, run) {
			t.Error("a run that may move:", err)
		}
		w.Clock.Add(2 * time.Minute)
		if !s.MayApply(w.Secretariat, run) || s.MayApply(w.Council, run) {
			t.Error("who may go on with it is another")
		}
		if _, _, err := s.RequestApply(ctx, run.ID, run.Revision, nil); err != nil {
			t.Fatal(err)
		}
		works(t, s)
		if r := rests(t, w, run.ID); r.Status != entrun.StatusApplied || r.Created != 300 {
			t.Error(r)
		}
	})
}

// TestWorkIsPolite: as soon as others write, steps are short.
func TestWorkIsPolite(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		steps := func(name string, others bool) (n int) {
			s := service(w)
			s.At(func(_ context.Context, at string) error {
				if at == "apply" {
					if n++; others && n <= 2 {
						if _, _, err := organisation.New(w.Runner).Create(w.As(t, w.Secretariat), organisation.CreateInput{
							Name: &i18n.TextInput{En: &[]string{fmt.Sprint("Other ", name, n)}[0]}, Kinds: []string{"DONOR"},
						}, nil); err != nil {
							t.Error(err)
						}
					}
				}
				return nil
			})
			var of []string
			for i := range 300 {
				of = append(of, strings.ReplaceAll(plan(i, "Plan"), "XM-TEST-", "XM-"+name+"-"))
			}
			if run, err := s.Import(w.As(t, w.Secretariat), content(name, file(of...)), nil); err != nil || run.Created != 300 {
				t.Fatal(run, err)
			}
			return n
		}
		alone, beside := steps("A", false), steps("B", true)
		if beside < 2*alone {
			t.Errorf("%d steps alone, %d beside others", alone, beside)
		}
	})
}
