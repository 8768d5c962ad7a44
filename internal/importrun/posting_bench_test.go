package importrun_test

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"testing"
	"time"

	entrun "acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/filestore"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/thread"
)

// BenchmarkPosting measures how long it takes to post a message while nothing else
// happens, while a large file is checked, and while it is applied, one after the other
// in one run, on databases that write through to the disk, which needs a machine that
// does nothing else. It reports the 99th
// percentiles of the latter in parts of the first, and how many transactions a minute
// came in meanwhile.
//
//	go test ./internal/importrun -run '^$' -bench Posting -benchtime 1x
func BenchmarkPosting(b *testing.B) {
	const loans = 300
	for kind, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				name := address(b)
				w := dbtest.NewWorld(b, name)
				db, err := store.Open(b.Context(), name, store.Options{})
				if err != nil {
					b.Fatal(err)
				}
				defer db.Close()
				r, err := command.Open(b.Context(), db, time.Now)
				if err != nil {
					b.Fatal(err)
				}
				s := importrun.New(r)
				s.Files = filestore.Folder(filepath.Join(b.TempDir(), "files"))
				ctx, cancel := context.WithCancel(w.As(b, w.Secretariat))
				defer cancel()
				go s.Work(ctx)

				threads, title := thread.New(r), "Discussion"
				as := w.As(b, w.Chair)
				th, _, err := threads.Open(as, thread.Opening{Subject: w.Donor, Title: &i18n.TextInput{En: &title}, Audience: []thread.Party{{Body: &w.SpecialCommittee}}}, nil)
				if err != nil {
					b.Fatal(err)
				}
				// posts posts every few milliseconds, as many do, as long as goes says.
				posts := func(goes func(n int) bool) (took []time.Duration) {
					pace := time.NewTicker(5 * time.Millisecond)
					defer pace.Stop()
					for n := 0; goes(n); n++ {
						<-pace.C
						start := time.Now()
						if _, _, err := threads.Post(as, thread.Posting{Thread: th.ID, Body: "text", Language: i18n.EN}, nil); err != nil {
							b.Fatal(err)
						}
						took = append(took, time.Since(start))
					}
					return took
				}
				p99 := func(took []time.Duration) float64 {
					slices.Sort(took)
					return float64(took[len(took)*99/100].Microseconds())
				}
				content, err := heavy(loans).Open()
				if err != nil {
					b.Fatal(err)
				}
				f, _, err := s.Upload(w.As(b, w.Secretariat), importrun.Uploading{Name: "heavy", Content: io.Reader(content)}, nil)
				if err != nil {
					b.Fatal(err)
				}
				posts(func(n int) bool { return n < 200 }) // warm
				idle := posts(func(n int) bool { return n < 600 })
				until := func(status entrun.Status) func(int) bool {
					return func(n int) bool {
						if n%20 != 0 {
							return true
						}
						run := db.Client.ImportRun.Query().OnlyX(w.System())
						if run.Status == entrun.StatusRefused {
							b.Fatal(run)
						}
						return run.Status != status
					}
				}
				run, _, err := s.RequestCheck(w.As(b, w.Secretariat), importrun.Checking{File: f.ID}, nil)
				if err != nil {
					b.Fatal(err)
				}
				check := posts(until(entrun.StatusChecked))
				run = db.Client.ImportRun.GetX(w.System(), run.ID)
				if _, _, err := s.RequestApply(w.As(b, w.Secretariat), run.ID, run.Revision, nil); err != nil {
					b.Fatal(err)
				}
				began := time.Now()
				apply := posts(until(entrun.StatusApplied))
				rate := float64(50*loans) / time.Since(began).Minutes()
				idle = append(idle, posts(func(n int) bool { return n < 600 })...) // before and after
				b.ReportMetric(p99(idle), "idle-p99-µs")
				b.ReportMetric(float64(idle[len(idle)/2].Microseconds()), "idle-p50-µs")
				b.ReportMetric(p99(check)/p99(idle), "check-p99-ratio")
				b.ReportMetric(p99(apply)/p99(idle), "apply-p99-ratio")
				b.ReportMetric(float64(apply[len(apply)/2])/float64(idle[len(idle)/2]), "apply-p50-ratio")
				b.ReportMetric(float64(len(apply)), "posts")
				b.ReportMetric(rate, "transactions/min")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}
