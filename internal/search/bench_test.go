package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/searchdocument"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// BenchmarkSearch measures what a page of hits costs, and what a post costs, beside
// 1,000 messages and many, which HUB_BENCH_MESSAGES says (50,000 without it), in a
// thread for each 500 of them. "all" is asked by a member of all threads, "few" by
// one of two.
//
//	HUB_BENCH_MESSAGES=500000 go test ./internal/search -run '^$' -bench Search -benchtime 200x -timeout 60m
func BenchmarkSearch(b *testing.B) {
	many := 50_000
	if n, err := strconv.Atoi(os.Getenv("HUB_BENCH_MESSAGES")); err == nil {
		many = n
	}
	for name, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		for _, n := range []int{1000, many} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				w := dbtest.NewWorld(b, address(b))
				last := fill(b, w, n)
				b.Run("post", func(b *testing.B) { post(b, w, last) })
				s, err := search.New(w.Runner)
				if err != nil {
					b.Fatal(err)
				}
				for _, q := range []struct{ name, text string }{
					{"common", "wa"},
					{"two", "wa wb"},
					{"row", `"wa wb"`},
					{"middle", "w2s w2t"},
					{"rare", "wm81"},
					{"rare+common", "wa wm81"},
					{"never together", "wa wb wm81 wm82"},
				} {
					for who, v := range map[string]*viewer.Viewer{"all": w.Chair, "few": w.Partner} {
						for _, order := range []search.Order{search.Relevance, search.Newest} {
							b.Run(q.name+"/"+who+"/"+string(order), func(b *testing.B) {
								for b.Loop() {
									ctx := i18n.With(viewer.With(context.Background(), v), i18n.EN)
									r, err := s.Search(ctx, q.text, search.Filter{}, order, page.Args{}, 20)
									if err != nil {
										b.Fatal(err)
									}
									if _, err := r.Nodes(ctx); err != nil {
										b.Fatal(err)
									}
								}
							})
						}
					}
				}
			})
		}
	}
}

// post measures a post of 60 words; its slowest in a hundred is told beside.
func post(b *testing.B, w *dbtest.World, in uuid.UUID) {
	b.Helper()
	g := newWriter(7)
	s := thread.New(w.Runner)
	ctx := w.As(b, w.Chair)
	var took []time.Duration
	for b.Loop() {
		text := g.text(60)
		start := time.Now()
		if _, _, err := s.Post(ctx, thread.Posting{Thread: in, Body: text, Language: i18n.EN}, nil); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// writer writes texts whose words are as unevenly spread as people's.
type writer struct {
	*rand.Rand
	words *rand.Zipf
}

func newWriter(seed uint64) *writer {
	r := rand.New(rand.NewPCG(seed, 2))
	return &writer{r, rand.NewZipf(r, 1.1, 5, 30_000)}
}

func (g *writer) text(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = "w" + strconv.FormatUint(g.words.Uint64()+10, 36)
	}
	return strings.Join(words, " ")
}

// fill writes threads with n messages and is the last thread.
func fill(b *testing.B, w *dbtest.World, n int) uuid.UUID {
	b.Helper()
	const inThread, atOnce = 500, 500
	g := newWriter(1)
	var in uuid.UUID
	for at := 0; at < n; at += atOnce {
		w.Write(b, func(ctx context.Context, tx *ent.Client) error {
			if at%inThread == 0 {
				var err error
				if in, err = open(ctx, w, tx, at/inThread); err != nil {
					return err
				}
			}
			messages := make([]*ent.MessageCreate, atOnce)
			documents := make([]*ent.SearchDocumentCreate, atOnce)
			for i := range atOnce {
				m := &ent.Message{
					ID: w.NewID(id.Message), CreatedAt: dbtest.Start.Add(time.Duration(at+i-n) * time.Second), ThreadID: in, Number: at%inThread + i + 1,
					AuthorID: w.Chair.Person, Language: i18n.EN, Body: g.text(60),
				}
				messages[i] = tx.Message.Create().SetID(m.ID).SetCreatedAt(m.CreatedAt).SetUpdatedAt(m.CreatedAt).SetThreadID(in).
					SetNumber(m.Number).SetAuthorID(m.AuthorID).SetLanguage(m.Language).SetBody(m.Body)
				place, words := search.WordsOf(m)
				documents[i] = tx.SearchDocument.Create().SetID(place).SetSourceID(m.ID).SetKind(searchdocument.KindMessage).
					SetThreadID(in).SetMessageID(m.ID).SetNumber(m.Number).SetAuthorID(m.AuthorID).SetWords(words)
			}
			if err := tx.Message.CreateBulk(messages...).Exec(ctx); err != nil {
				return err
			}
			if err := tx.SearchDocument.CreateBulk(documents...).Exec(ctx); err != nil {
				return err
			}
			return tx.Thread.UpdateOneID(in).SetLastNumber(at%inThread + atOnce).Exec(ctx)
		})
	}
	if w.DB.Path == "" { // as PostgreSQL does by itself after a while
		if _, err := w.DB.SQL().ExecContext(b.Context(), "ANALYZE"); err != nil { //nolint:misspell // the word of the databases
			b.Fatal(err)
		}
	}
	return in
}

// open writes a thread of the committee, and in two cases of the donor.
func open(ctx context.Context, w *dbtest.World, tx *ent.Client, which int) (uuid.UUID, error) {
	u := w.NewID(id.Thread)
	t, err := tx.Thread.Create().SetID(u).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(w.SpecialCommittee).
		SetTitleText(i18n.Text{EN: fmt.Sprintf("Thread %d", which), Authentic: i18n.EN}).Save(ctx)
	if err != nil {
		return u, err
	}
	audience := []*ent.ThreadAudienceCreate{
		tx.ThreadAudience.Create().SetID(w.NewID(id.Audience)).SetCreatedAt(w.Time()).SetThreadID(u).SetBodyID(w.SpecialCommittee),
	}
	if which == 0 || which == 1 {
		audience = append(audience,
			tx.ThreadAudience.Create().SetID(w.NewID(id.Audience)).SetCreatedAt(w.Time()).SetThreadID(u).SetOrganisationID(w.Donor))
	}
	if err := tx.ThreadAudience.CreateBulk(audience...).Exec(ctx); err != nil {
		return u, err
	}
	return u, search.Opened(ctx, tx, t)
}
