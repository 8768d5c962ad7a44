package importrun_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/importrun"
)

// endless is a file of so many activities that is written while it is read.
func endless(n int) importrun.Source {
	return importrun.Source{Name: fmt.Sprint("many", n), Open: func() (io.ReadCloser, error) {
		r, w := io.Pipe()
		go func() {
			_, err := io.WriteString(w, `<iati-activities version="2.03">`)
			for i := 0; i < n && err == nil; i++ {
				_, err = io.WriteString(w, plan(i, "Plan"))
			}
			if err == nil {
				_, err = io.WriteString(w, `</iati-activities>`)
			}
			w.CloseWithError(err)
		}()
		return r, nil
	}}
}

// heavy is a file of n activities as development banks publish them: fifty
// transactions each, over twenty years, of the types of loans, ten sectors with
// percentages, the kind of money at the transaction, two budgets, a document and a
// result.
func heavy(n int) importrun.Source {
	return importrun.Source{Name: fmt.Sprint("heavy", n), Open: func() (io.ReadCloser, error) {
		r, w := io.Pipe()
		go func() {
			_, err := io.WriteString(w, `<iati-activities version="2.03">`)
			for i := 0; i < n && err == nil; i++ {
				_, err = io.WriteString(w, loan(i))
			}
			if err == nil {
				_, err = io.WriteString(w, `</iati-activities>`)
			}
			w.CloseWithError(err)
		}()
		return r, nil
	}}
}

var loanSectors = strings.Fields("11110 11220 12110 12220 12261 13020 14010 14021 14030 15110 15112 15130 16010 16020 21010 21020 22010 23110 23210 24010 25010 31110 31120 32130 41010 43030 43040 43060")

func loan(n int) string {
	var b strings.Builder
	head, _, _ := strings.Cut(plan(n, "Loan"), "<sector")
	b.WriteString(head)
	for i := range 10 {
		fmt.Fprintf(&b, `<sector vocabulary="1" code="%s" percentage="%d"/>`, loanSectors[(n*7+i*3)%len(loanSectors)], 1+i*2)
	}
	for y := range 2 {
		fmt.Fprintf(&b, `<budget type="1"><period-start iso-date="202%d-01-01"/><period-end iso-date="202%d-12-31"/><value value-date="202%d-01-01">%d</value></budget>`, y, y, y, 1000*n)
	}
	for t := range 50 {
		day := fmt.Sprintf("%d-%02d-%02d", 2003+t*2/5, t%12+1, t%28+1)
		fmt.Fprintf(&b, `<transaction ref="T-%d-%d"><transaction-type code="%s"/><transaction-date iso-date="%s"/><value value-date="%s">%d.25</value>
<description><narrative>Disbursement</narrative></description><provider-org ref="XM-TEST" type="40"><narrative>Test Bank</narrative></provider-org>
<receiver-org ref="XM-PART-%d" type="10"><narrative>Ministry</narrative></receiver-org><flow-type code="10"/><finance-type code="421"/></transaction>
`, n, t, []string{"2", "3", "3", "5", "6"}[t%5], day, day, 1000+t, n%3)
	}
	b.WriteString(`<document-link url="http://example.org/d" format="text/html"><title><narrative>Report</narrative></title><category code="A08"/></document-link>
<result type="1"><title><narrative>Roads</narrative></title><indicator measure="1"><title><narrative>Kilometres</narrative></title>
<baseline year="2019" value="0"/><period><period-start iso-date="2020-01-01"/><period-end iso-date="2020-12-31"/><target value="8"/></period></indicator></result>
</iati-activity>`)
	return b.String()
}

// repeated is a real file again and again, each time with identifiers of its own,
// until it has so many transactions.
func repeated(b *testing.B, path string, transactions int) importrun.Source {
	b.Helper()
	raw, err := os.ReadFile(path) //nolint:gosec // a file of the reference data
	if err != nil {
		b.Fatal(err)
	}
	text := string(raw)
	from, to := strings.Index(text, "<iati-activity "), strings.LastIndex(text, "</iati-activities>")
	copies := transactions / strings.Count(text, "<transaction-type ")
	return importrun.Source{Name: fmt.Sprint(filepath.Base(path), copies), Open: func() (io.ReadCloser, error) {
		r, w := io.Pipe()
		go func() {
			_, err := io.WriteString(w, text[:from])
			for i := 0; i < copies && err == nil; i++ {
				_, err = io.WriteString(w, strings.ReplaceAll(text[from:to], "</iati-identifier>", fmt.Sprintf("-%d</iati-identifier>", i)))
			}
			if err == nil {
				_, err = io.WriteString(w, text[to:])
			}
			w.CloseWithError(err)
		}()
		return r, nil
	}}
}

// sizes are the numbers of transactions: HUB_BENCH_SIZES names others.
func sizes(b *testing.B) []int {
	b.Helper()
	list := os.Getenv("HUB_BENCH_SIZES")
	if list == "" {
		list = "100000"
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

// BenchmarkTransactions imports many and says how many that makes a minute, and the
// most that was ever in use of the heap, rubbish included.
func BenchmarkTransactions(b *testing.B) {
	for kind, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		for _, n := range sizes(b) {
			for name, source := range map[string]func(b *testing.B) importrun.Source{
				"loans": func(*testing.B) importrun.Source { return heavy(n / 50) },
				"worldbank-sv": func(b *testing.B) importrun.Source {
					return repeated(b, filepath.Join(reference(b), "iati", "worldbank-sv.xml"), n)
				},
			} {
				b.Run(fmt.Sprint(kind, "/", name, "/", n), func(b *testing.B) {
					file, done, most := source(b), 0, uint64(0)
					var m runtime.MemStats
					for b.Loop() {
						b.StopTimer()
						w := dbtest.NewWorld(b, address(b))
						s := importrun.New(w.Runner)
						b.StartTimer()
						run, err := s.Import(w.System(), file, func(importrun.Progress) {
							runtime.ReadMemStats(&m)
							most = max(most, m.HeapInuse)
						})
						if err != nil {
							b.Fatal(err)
						}
						if run.Transactions < n*95/100 {
							b.Fatal(run, err)
						}
						done += run.Transactions
					}
					b.ReportMetric(float64(done)/b.Elapsed().Minutes(), "transactions/min")
					b.ReportMetric(float64(most)/(1<<20), "MiB-heap")
				})
			}
		}
	}
}

func BenchmarkImport(b *testing.B) {
	dir := reference(b)
	for name, source := range map[string]importrun.Source{
		"caf-acs":      importrun.File(filepath.Join(dir, "iati", "caf-acs.xml")),
		"worldbank-sv": importrun.File(filepath.Join(dir, "iati", "worldbank-sv.xml")),
		"10000":        endless(10_000),
	} {
		for kind, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
			b.Run(name+"/"+kind, func(b *testing.B) {
				for b.Loop() {
					b.StopTimer()
					w := dbtest.NewWorld(b, address(b))
					s := importrun.New(w.Runner)
					b.StartTimer()
					if run, err := s.Import(w.System(), source, nil); err != nil || run.Created == 0 {
						b.Fatal(run, err)
					}
				}
			})
		}
	}
}
