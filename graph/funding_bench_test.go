package graph_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/fundingtest"
)

// summary asks for a summary with its totals, as a table of a page has it.
const summary = `query($by: [FundingDimension!]!, $currency: CurrencyCode) { fundingSummary(groupBy: $by, currency: $currency) {
	rows { keys { code name } count amounts { measure amount share } } totals { measure amount } } }`

// orNone is nil for none.
func orNone(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// BenchmarkFunding measures what clients ask of money, one request each, in databases
// of several numbers of transactions, in turns in one run: a partner's dashboard with
// its twelve tiles, for the partner and for the Secretariat, and a summary by two
// dimensions. It reports the medians, and those of the larger databases in parts of
// those of the smallest.
//
//	HUB_BENCH_SIZES="1000 1000000" go test ./graph -run '^$' -bench Funding -benchtime 1x
//
// HUB_BENCH_ONLY restricts it to questions by a regular expression of their names.
func BenchmarkFunding(b *testing.B) {
	const rounds = 20
	only := regexp.MustCompile(os.Getenv("HUB_BENCH_ONLY"))
	list := os.Getenv("HUB_BENCH_SIZES")
	if list == "" {
		list = "1000 100000"
	}
	sizes := strings.Fields(list)
	dashboard := `query($id: ID!) { node(id: $id) { ... on Organisation { dashboard { ` + board + ` } } } }`
	asks := map[string]func(w *world){
		"tiles-of-a-partner":       func(w *world) { w.ask(b, w.Partner, dashboard, vars{"id": fundingtest.Donor()}).ok() },
		"tiles-as-the-secretariat": func(w *world) { w.ask(b, w.Secretariat, dashboard, vars{"id": fundingtest.Donor()}).ok() },
	}
	for _, d := range []string{"RECIPIENT_COUNTRY", "SECTOR", "PROVIDER", "PROGRAMME", "AGREEMENT"} {
		for _, beside := range []string{"YEAR", "TRANSACTION_TYPE", "CURRENCY"} {
			currency := "USD"
			if beside == "CURRENCY" {
				currency = ""
			}
			asks[strings.ToLower(d+"×"+beside)] = func(w *world) {
				w.ask(b, w.Secretariat, summary, vars{"by": []string{d, beside}, "currency": orNone(currency)}).ok()
			}
		}
	}
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			address := dbtest.SQLite
			if kind == "postgres" {
				address = dbtest.Postgres
			}
			worlds := make([]*world, len(sizes))
			for i, size := range sizes {
				n, err := strconv.Atoi(size)
				if err != nil {
					b.Fatal(err)
				}
				w := dbtest.NewWorld(b, address(b))
				fundingtest.Fill(b, w, n)
				worlds[i] = newWorld(b, w)
			}
			b.ResetTimer()
			for what, ask := range asks {
				if !only.MatchString(what) {
					continue
				}
				times := make([][]time.Duration, len(sizes))
				for range rounds {
					for i, w := range worlds {
						start := time.Now()
						ask(w)
						times[i] = append(times[i], time.Since(start))
					}
				}
				for i, size := range sizes {
					slices.Sort(times[i])
					b.ReportMetric(float64(times[i][rounds/2].Microseconds())/1000, fmt.Sprint(what, "-", size, "-ms"))
					if i > 0 {
						b.ReportMetric(float64(times[i][rounds/2])/float64(times[0][rounds/2]), fmt.Sprint(what, "-", size, "-ratio"))
					}
				}
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}
