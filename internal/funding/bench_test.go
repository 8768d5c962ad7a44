package funding_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/dashboard"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/fundingtest"
)

// sizes are the numbers of transactions: HUB_BENCH_SIZES names others.
func sizes(b *testing.B) []int {
	b.Helper()
	list := os.Getenv("HUB_BENCH_SIZES")
	if list == "" {
		list = "1000 100000"
	}
	var out []int
	for _, s := range strings.Fields(list) {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

// asked is what is measured.
type asked struct {
	name    string
	queries []funding.Query
	by      func(b *testing.B, w *dbtest.World) // instead of queries
}

// keptQuestions are answered from sums that are kept.
func keptQuestions() []asked {
	out := []asked{{name: "tiles", queries: partnerTiles(fundingtest.Donor())}}
	for _, d := range []funding.Dimension{funding.Country, funding.SectorOf, funding.Provider, funding.Programme, funding.Agreement} {
		for _, beside := range []funding.Dimension{funding.Year, funding.TransactionType, funding.Currency} {
			q := funding.Query{GroupBy: []funding.Dimension{d, beside}, Currency: "USD"}
			if beside == funding.Currency {
				q.Currency = ""
			}
			out = append(out, asked{name: fmt.Sprint(strings.ToLower(string(d)), "×", strings.ToLower(string(beside))), queries: []funding.Query{q}})
		}
	}
	return out
}

// partnerTiles are the twelve of a partner's dashboard.
func partnerTiles(party uuid.UUID) []funding.Query {
	var out []funding.Query
	for _, t := range dashboard.ForOrganisation(&ent.Organisation{ID: party, Status: "ACTIVE", Kinds: []string{"DONOR"}}).Tiles {
		out = append(out, t.Query)
	}
	return out
}

// scanned are added up, the second by hand.
func scanned() []asked {
	return []asked{
		{name: "country×status", queries: []funding.Query{{GroupBy: []funding.Dimension{funding.Country, funding.Status}, Currency: "USD"}}},
		{name: "country×status-by-hand", by: byHand},
		{name: "provider×sector", queries: []funding.Query{{GroupBy: []funding.Dimension{funding.Provider, funding.SectorOf}, Currency: "USD"}}},
	}
}

// byHand is what somebody would write for country and status.
func byHand(b *testing.B, w *dbtest.World) {
	b.Helper()
	rows, err := w.DB.SQL().QueryContext(b.Context(), `SELECT COALESCE(f.code, '-'), a.status_code, t.type_code, t.value_currency, SUBSTR(COALESCE(t.value_date, t.date), 1, 4),
		SUM(t.value_micro / 1000000 * f.numerator / f.denominator), COUNT(*)
		FROM transactions t JOIN activities a ON a.id = t.activity_id LEFT JOIN funding_shares f ON f.owner_id = t.activity_id AND f.axis = 'PLACE' AND f.vocabulary = ''
		WHERE a.origin = 'IMPORTED' OR a.published GROUP BY 1, 2, 3, 4, 5`)
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for rows.Next() {
		n++
	}
	if err := rows.Err(); err != nil || n == 0 {
		b.Fatal(n, err)
	}
	_ = rows.Close()
}

// BenchmarkKept measures sums that are kept, in databases of several sizes, in turns in
// one run, and reports the medians, and those of the larger databases in parts of those
// of the smallest.
//
//	HUB_BENCH_SIZES="1000 1000000" go test ./internal/funding -run '^$' -bench Kept -benchtime 1x -timeout 1h
//
// HUB_BENCH_ONLY restricts it to questions by a regular expression of their names.
func BenchmarkKept(b *testing.B) { measure(b, keptQuestions(), 20) }

// BenchmarkScans measures likewise what is added up, beside a statement by hand.
func BenchmarkScans(b *testing.B) { measure(b, scanned(), 5) }

func measure(b *testing.B, questions []asked, rounds int) {
	b.Helper()
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			address := dbtest.SQLite
			if kind == "postgres" {
				address = dbtest.Postgres
			}
			sizes := sizes(b)
			worlds, sums := make([]*dbtest.World, len(sizes)), make([]*funding.Service, len(sizes))
			for i, n := range sizes {
				worlds[i] = dbtest.NewWorld(b, address(b))
				start := time.Now()
				fundingtest.Fill(b, worlds[i], n)
				b.Logf("%d transactions filled in %v, kept sums: %d", n, time.Since(start).Round(time.Millisecond), worlds[i].DB.Client.FundingRollup.Query().CountX(worlds[i].System()))
				sums[i] = funding.New(worlds[i].Runner)
				sums[i].Limit = time.Hour
			}
			b.ResetTimer()
			only := regexp.MustCompile(os.Getenv("HUB_BENCH_ONLY"))
			for _, a := range questions {
				if !only.MatchString(a.name) {
					continue
				}
				times := make([][]time.Duration, len(sizes))
				for range rounds {
					for i, w := range worlds {
						start := time.Now()
						if a.by != nil {
							a.by(b, w)
						}
						for _, q := range a.queries {
							if _, err := sums[i].Summarise(w.As(b, w.Secretariat), q); err != nil {
								b.Fatal(err)
							}
						}
						times[i] = append(times[i], time.Since(start))
					}
				}
				for i, n := range sizes {
					slices.Sort(times[i])
					b.ReportMetric(float64(times[i][rounds/2].Microseconds())/1000, fmt.Sprint(a.name, "-", n, "-ms"))
					if i > 0 {
						b.ReportMetric(float64(times[i][rounds/2])/float64(times[0][rounds/2]), fmt.Sprint(a.name, "-", n, "-ratio"))
					}
				}
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}
