package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/server"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// BenchmarkThread asks for a thread with 50 messages, their authors and the
// authors' organisations, over HTTP: "hub" through the API, "floor" from a
// handler written for this one question, with one SQL join and encoding/json,
// "client" from a handler that has the answer already: what asking itself costs.
// Compare cpu-µs/op of the two in one run:
//
//	go test ./internal/server -run '^$' -bench Thread -benchtime 3s
func BenchmarkThread(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(300)) // as hub serve does, for all three alike
	for name, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			w := dbtest.NewWorld(b, address(b))
			thread, who := discussion(b, w)
			b.Run("client", func(b *testing.B) { measure(b, same(w.DB, thread, who), "GET", nil) })
			b.Run("floor", func(b *testing.B) { measure(b, floor(w.DB, thread, who), "GET", nil) })
			b.Run("hub", func(b *testing.B) {
				r, err := graph.New(w.Runner)
				if err != nil {
					b.Fatal(err)
				}
				s, err := server.New(server.Config{
					Schema: graph.Schema(r), Log: quiet,
					Authenticate: func(context.Context, server.Credentials) (*viewer.Viewer, error) { return who, nil },
				})
				if err != nil {
					b.Fatal(err)
				}
				body, err := json.Marshal(map[string]any{
					"query": `query($t: ID!) { thread(id: $t) { id title messages(first: 50) { nodes {
						id number body createdAt author { id name organisation { id name } } } } } }`,
					"variables": map[string]any{"t": id.Format(thread)},
				})
				if err != nil {
					b.Fatal(err)
				}
				measure(b, s.Handler(), "POST", body)
			})
		})
	}
}

// discussion is a thread with 50 messages by ten people of five organisations.
func discussion(tb testing.TB, w *dbtest.World) (uuid.UUID, *viewer.Viewer) {
	tb.Helper()
	thread := w.NewID(id.Thread)
	var people []*viewer.Viewer
	for i := range 5 {
		o := w.AddOrganisation(tb, fmt.Sprintf("Organisation %d", i))
		people = append(people, w.AddPerson(tb, fmt.Sprintf("Person %d", 2*i), o), w.AddPerson(tb, fmt.Sprintf("Person %d", 2*i+1), o))
	}
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		err := tx.Thread.Create().SetID(thread).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(w.SpecialCommittee).
			SetTitleText(i18n.Text{EN: "Sandy Shorelines", Authentic: i18n.EN}).SetLastNumber(50).SetLastMessageAt(w.Time()).Exec(ctx)
		if err != nil {
			return err
		}
		err = tx.ThreadAudience.Create().SetID(w.NewID(id.Audience)).SetCreatedAt(w.Time()).SetThreadID(thread).SetBodyID(w.SpecialCommittee).Exec(ctx)
		for i := 0; i < 50 && err == nil; i++ {
			err = tx.Message.Create().SetID(w.NewID(id.Message)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetThreadID(thread).
				SetNumber(i + 1).SetAuthorID(people[i%10].Person).SetLanguage(i18n.ES).
				SetBody("La línea de costa retrocede en varios tramos; proponemos **medir** de nuevo en marzo.").Exec(ctx)
		}
		return err
	})
	return thread, w.Committee
}

// floor answers the same question by one join.
func floor(db *store.DB, thread uuid.UUID, who *viewer.Viewer) http.Handler {
	const question = `SELECT t.title_en, m.id, m.number, m.body, m.created_at, p.id, p.name, o.id, o.name_en
		FROM threads t JOIN messages m ON m.thread_id = t.id JOIN persons p ON p.id = m.author_id LEFT JOIN organisations o ON o.id = p.organisation_id
		WHERE t.id = $1 AND EXISTS (SELECT 1 FROM thread_audiences a WHERE a.thread_id = t.id AND a.ended_at IS NULL AND a.body_id = $2)
		ORDER BY m.number LIMIT 50`
	type organisation struct{ ID, Name string }
	type person struct {
		ID, Name     string
		Organisation *organisation
	}
	type message struct {
		ID        string
		Number    int
		Body      string
		CreatedAt time.Time
		Author    person
	}
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rows, err := db.SQL().QueryContext(r.Context(), question, thread, who.Seats[0].Body)
		if err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
			return
		}
		defer rows.Close()
		var out struct {
			ID, Title string
			Messages  []message
		}
		out.ID = id.Format(thread)
		for rows.Next() {
			var m message
			var mid, pid uuid.UUID
			var oid *uuid.UUID
			var oname *string
			if err := rows.Scan(&out.Title, &mid, &m.Number, &m.Body, &m.CreatedAt, &pid, &m.Author.Name, &oid, &oname); err != nil {
				http.Error(rw, err.Error(), http.StatusInternalServerError)
				return
			}
			m.ID, m.Author.ID = id.Format(mid), id.Format(pid)
			if oid != nil {
				m.Author.Organisation = &organisation{id.Format(*oid), *oname}
			}
			out.Messages = append(out.Messages, m)
		}
		if err := rows.Err(); err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
			return
		}
		rw.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(rw).Encode(out)
	})
}

// same answers with what the floor answered once.
func same(db *store.DB, thread uuid.UUID, who *viewer.Viewer) http.Handler {
	var once sync.Once
	var answer []byte
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		once.Do(func() {
			rec := httptest.NewRecorder()
			floor(db, thread, who).ServeHTTP(rec, r)
			answer = rec.Body.Bytes()
		})
		_, _ = rw.Write(answer)
	})
}

// measure asks over a socket and reports the processor time of this process for
// one question; the client's share is the same for both.
func measure(b *testing.B, h http.Handler, method string, body []byte) {
	b.Helper()
	s := httptest.NewServer(h)
	defer s.Close()
	ask := func() int {
		req, err := http.NewRequestWithContext(b.Context(), method, s.URL+"/graphql", bytes.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer hub_x")
		resp, err := s.Client().Do(req)
		if err != nil {
			b.Fatal(err)
		}
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK || bytes.Count(answer, []byte("costa")) != 50 {
			b.Fatalf("%d %v: %.500s", resp.StatusCode, err, answer)
		}
		return len(answer)
	}
	b.SetBytes(int64(ask()))
	before := processor(b)
	b.ResetTimer()
	for b.Loop() {
		ask()
	}
	b.ReportMetric(float64((processor(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
}

func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
