package funding_test

import (
	"fmt"
	"testing"
	"time"

	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/fundingtest"
)

// BenchmarkBudgets measures a summary of budgets of activities that stand below one
// another in four levels, beside the time of the smallest database.
//
//	HUB_BENCH_SIZES="10000 100000" go test ./internal/funding -run '^$' -bench Budgets -benchtime 1x
func BenchmarkBudgets(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			address := dbtest.SQLite
			if kind == "postgres" {
				address = dbtest.Postgres
			}
			var first time.Duration
			for _, n := range sizes(b) {
				w := dbtest.NewWorld(b, address(b))
				fundingtest.Fill(b, w, n)
				fundingtest.Budgets(b, w, n)
				s := funding.New(w.Runner)
				s.Limit = time.Hour
				q := funding.Query{Currency: "USD", Measures: []funding.Measure{funding.Budget}, GroupBy: []funding.Dimension{funding.Year}}
				var took time.Duration
				for range 3 {
					start := time.Now()
					sum, err := s.Summarise(w.As(b, w.Secretariat), q)
					if err != nil || sum.Count == 0 || sum.Excluded.Count == 0 {
						b.Fatal(sum, err)
					}
					if d := time.Since(start); took == 0 || d < took {
						took = d
					}
				}
				b.ReportMetric(float64(took.Microseconds())/1000, fmt.Sprint(n, "-ms"))
				if first == 0 {
					first = took
				} else {
					b.ReportMetric(float64(took)/float64(first), fmt.Sprint(n, "-ratio"))
				}
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}
