package graph_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/id"
)

// BenchmarkSize measures what posting, reading and looking through one's discussions
// costs in a database with 1,000 messages in one discussion and in one with 500,000,
// each with its event of the log, an attachment and what search finds it by, in turns
// in one run; it reports the larger one's times in parts of the smaller one's.
//
//	go test ./graph -run '^$' -bench Size
func BenchmarkSize(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			sizes := []int{1_000, 500_000}
			worlds, threads := make([]*world, len(sizes)), make([]uuid.UUID, len(sizes))
			for i, n := range sizes {
				worlds[i] = newWorld(b, dbtest.NewWorld(b, address(b)))
				threads[i] = worlds[i].opened(b, worlds[i].Chair, worlds[i].Donor, ofBody(worlds[i].SpecialCommittee))
				worlds[i].fill(b, threads[i], n)
			}
			b.ResetTimer()
			const rounds = 300
			files := make(map[*world][]uuid.UUID)
			for i, w := range worlds {
				files[w] = w.uploaded(b, w.Chair.Person, threads[i], rounds)
			}
			for what, do := range map[string]func(w *world, th uuid.UUID, last int){
				"post": func(w *world, th uuid.UUID, _ int) { w.posted(b, w.Chair, th, "text") },
				"post+file": func(w *world, th uuid.UUID, _ int) {
					u := files[w][0]
					files[w] = files[w][1:]
					w.ask(b, w.Chair, postMessage, with(th, u)).ok()
				},
				"mark": func(w *world, th uuid.UUID, last int) {
					w.ask(b, w.Committee, markRead, vars{"in": vars{"threadId": th, "upTo": last}}).ok()
				},
				"unread": func(w *world, th uuid.UUID, _ int) { w.reads(b, w.Committee, th) },
				"inbox": func(w *world, _ uuid.UUID, _ int) {
					w.ask(b, w.Committee, `{ viewer { unreadThreads } threads(filter: {unread: true}) { nodes { title viewerReading { unread } } } }`, nil).ok()
				},
				"latest50": func(w *world, th uuid.UUID, _ int) {
					w.ask(b, w.Committee, `query($id: ID!) { thread(id: $id) { messages(last: 50) { nodes { number body } } } }`, vars{"id": th}).ok()
				},
			} {
				times := make([][]time.Duration, len(sizes))
				for round := range rounds {
					for i, w := range worlds {
						w.Clock.Add(time.Millisecond) // what is found is ordered by time
						start := time.Now()
						do(w, threads[i], sizes[i]-rounds+round+1)
						times[i] = append(times[i], time.Since(start))
					}
				}
				at := func(i, percent int) float64 {
					slices.Sort(times[i])
					return float64(times[i][rounds*percent/100].Microseconds())
				}
				b.ReportMetric(at(0, 50), what+"-p50-µs")
				b.ReportMetric(at(1, 50)/at(0, 50), what+"-p50-ratio")
				b.ReportMetric(at(0, 99), what+"-p99-µs")
				b.ReportMetric(at(1, 99)/at(0, 99), what+"-p99-ratio")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// uploaded are files of a person that are in no message yet.
func (w *world) uploaded(tb testing.TB, by, th uuid.UUID, n int) []uuid.UUID {
	tb.Helper()
	out := make([]uuid.UUID, n)
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		for i := range out {
			out[i] = w.NewID(id.Attachment)
			err := tx.Attachment.Create().SetID(out[i]).SetCreatedAt(w.Time()).SetThreadID(th).SetUploadedByID(by).SetName("report.txt").
				SetNameKey("report.txt").SetMediaType("text/plain").SetSize(3).SetSha256(make([]byte, 32)).SetFileKey(id.Format(out[i])).
				SetScan(attachment.ScanClean).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out
}

// fill gives a discussion so many messages in all, each with its event, a file and
// what search finds it by, as copies of one that was posted.
func (w *world) fill(tb testing.TB, th uuid.UUID, n int) {
	tb.Helper()
	w.ask(tb, w.Chair, postMessage, vars{"in": vars{
		"threadId": th, "language": "en", "attachmentIds": w.uploaded(tb, w.Chair.Person, th, 1), "body": "Text of a message as people write it, which is longer than a few words and shorter than a page.",
	}}).ok()
	head, err := w.Log.Head(w.System())
	if err != nil {
		tb.Fatal(err)
	}
	series, name := "SELECT generate_series(2, %d) AS n", "('01930000-0000-7000-80%02x-' || lpad(to_hex(n), 12, '0'))::uuid"
	if w.DB.Dialect == dialect.SQLite {
		series = "WITH RECURSIVE s(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s"
		name = "printf('01930000-0000-7000-80%02x-%%012x', n)"
	}
	message, event, file := fmt.Sprintf(name, id.Message), fmt.Sprintf(name, id.Event), fmt.Sprintf(name, id.Attachment)
	for _, c := range []struct {
		table, where string
		set          map[string]string
	}{
		{"messages", "number = 1", map[string]string{"id": message, "number": "n"}},
		{"log_entries", fmt.Sprintf("seq = %d", head.Seq), map[string]string{"id": event, "subject_id": message, "seq": fmt.Sprintf("n + %d", head.Seq-1)}},
		{"attachments", "message_id IS NOT NULL", map[string]string{"id": file, "message_id": message}},
		{"search_documents", "kind = 'MESSAGE'", map[string]string{"id": "t.id - n * CAST(1048576 AS bigint)", "source_id": message, "message_id": message, "number": "n"}},
	} {
		table, where, set := c.table, c.where, c.set
		rows, err := w.DB.SQL().QueryContext(tb.Context(), "SELECT * FROM "+table+" LIMIT 1")
		if err != nil {
			tb.Fatal(err)
		}
		columns, err := rows.Columns()
		if err == nil {
			err = rows.Close()
		}
		if err == nil {
			err = rows.Err()
		}
		if err != nil {
			tb.Fatal(err)
		}
		columns = slices.DeleteFunc(columns, func(c string) bool { return c == "stems" }) // which PostgreSQL derives
		values := make([]string, len(columns))
		for i, c := range columns {
			if values[i] = "t." + c; set[c] != "" {
				values[i] = set[c]
			}
		}
		statement := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM (%s) AS s, (SELECT * FROM %s WHERE %s) AS t",
			table, strings.Join(columns, ", "), strings.Join(values, ", "), fmt.Sprintf(series, n), table, where)
		if _, err := w.DB.SQL().ExecContext(tb.Context(), statement); err != nil {
			tb.Fatal(err)
		}
	}
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		if err := tx.LogHead.UpdateOneID(1).SetSeq(head.Seq + int64(n) - 1).Exec(ctx); err != nil {
			return err
		}
		return tx.Thread.Update().Where(thread.ID(th)).SetLastNumber(n).Exec(ctx)
	})
	if w.DB.Dialect == dialect.Postgres {
		if _, err := w.DB.SQL().ExecContext(tb.Context(), "VACUUM ANALYZE"); err != nil { //nolint:misspell // the word of the databases
			tb.Fatal(err)
		}
	}
}
