package graph_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/logreader"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/notification"
)

// BenchmarkTelling measures what it costs to tell of a message, and to look into an
// inbox and mark in it, with 1,000 messages in the discussion and as many
// notifications in the inbox, and with 500,000, in turns in one run; it reports the
// larger one's times in parts of the smaller one's.
//
//	go test ./graph -run '^$' -bench Telling
func BenchmarkTelling(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			sizes := []int{1_000, 500_000}
			worlds, threads := make([]*world, len(sizes)), make([]uuid.UUID, len(sizes))
			for i, n := range sizes {
				worlds[i] = newWorld(b, dbtest.NewWorld(b, address(b)))
				threads[i] = worlds[i].opened(b, worlds[i].Committee, worlds[i].Donor, ofBody(worlds[i].SpecialCommittee))
				worlds[i].notify(b)
				worlds[i].fill(b, threads[i], n)
				worlds[i].fillInbox(b)
			}
			b.ResetTimer()
			const rounds = 100
			steps := []string{"tell", "inbox", "see"}
			times := map[string][][]time.Duration{}
			for _, what := range steps {
				times[what] = make([][]time.Duration, len(sizes))
			}
			for range rounds {
				for i, w := range worlds {
					w.posted(b, w.Chair, threads[i], "text")
					do := map[string]func(){
						"tell": func() { w.notify(b) },
						"inbox": func() {
							w.ask(b, w.Committee, `{ viewer { unseenNotifications notifications(first: 20) { nodes { kind message { body } } } } }`, nil).ok()
						},
						"see": func() { w.ask(b, w.Committee, markSeen, vars{"in": vars{"threadId": threads[i]}}).ok() },
					}
					for _, what := range steps { // in this order
						start := time.Now()
						do[what]()
						times[what][i] = append(times[what][i], time.Since(start))
					}
				}
			}
			for _, what := range steps {
				at := func(i, percent int) float64 {
					slices.Sort(times[what][i])
					return float64(times[what][i][rounds*percent/100].Microseconds())
				}
				b.ReportMetric(at(0, 50), what+"-p50-µs")
				b.ReportMetric(at(1, 50)/at(0, 50), what+"-p50-ratio")
				b.ReportMetric(at(1, 95)/at(0, 95), what+"-p95-ratio")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// fillInbox tells the committee's member of all messages that there are, as seen,
// and lets the reader go on from the log's head.
func (w *world) fillInbox(tb testing.TB) {
	tb.Helper()
	name := "('01930000-0000-7000-80%02x-' || lpad(to_hex(seq), 12, '0'))::uuid"
	if w.DB.Dialect == dialect.SQLite {
		name = "printf('01930000-0000-7000-80%02x-%%012x', seq)"
	}
	statement := fmt.Sprintf(`INSERT INTO notifications (id, created_at, changed_at, seen_at, kind, person_id, event_id, thread_id, message_id, actor_id, version)
		SELECT %s, committed_at, committed_at, committed_at, 'MESSAGE', '%s', id, thread_id, subject_id, actor_id, seq + 1000 FROM log_entries WHERE kind = 'MessagePosted'`,
		fmt.Sprintf(name, id.Notification), w.Committee.Person)
	if _, err := w.DB.SQL().ExecContext(tb.Context(), statement); err != nil {
		tb.Fatal(err)
	}
	head, err := w.Log.Head(w.System())
	if err != nil {
		tb.Fatal(err)
	}
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		versions, err := w.Personal.Next(ctx, tx, w.Committee.Person)
		if err != nil {
			return err
		}
		err = tx.PersonCounter.UpdateOneID(w.Committee.Person).SetVersion(versions[0] + head.Seq + 1000).Exec(ctx)
		if err != nil {
			return err
		}
		return tx.LogReader.Update().Where(logreader.ID(notification.ReaderName)).SetSeq(head.Seq).SetTag(head.Tag).Exec(ctx)
	})
	if w.DB.Dialect == dialect.Postgres {
		if _, err := w.DB.SQL().ExecContext(tb.Context(), "VACUUM ANALYZE"); err != nil { //nolint:misspell // the word of the databases
			tb.Fatal(err)
		}
	}
}
