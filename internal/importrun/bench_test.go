package importrun_test

import (
	"fmt"
	"io"
	"path/filepath"
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
// transactions each, with the kind of money at the transaction, two budgets, a
// document and a result.
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

func loan(n int) string {
	var b strings.Builder
	head, _, _ := strings.Cut(plan(n, "Loan"), "<transaction")
	b.WriteString(head)
	for y := range 2 {
		fmt.Fprintf(&b, `<budget type="1"><period-start iso-date="202%d-01-01"/><period-end iso-date="202%d-12-31"/><value value-date="202%d-01-01">%d</value></budget>`, y, y, y, 1000*n)
	}
	for t := range 50 {
		fmt.Fprintf(&b, `<transaction ref="T-%d-%d"><transaction-type code="3"/><transaction-date iso-date="2020-%02d-%02d"/><value value-date="2020-02-01">%d.25</value>
<description><narrative>Disbursement</narrative></description><provider-org ref="XM-TEST" type="40"><narrative>Test Bank</narrative></provider-org>
<receiver-org ref="XM-PART-%d" type="10"><narrative>Ministry</narrative></receiver-org><flow-type code="10"/><finance-type code="421"/></transaction>
`, n, t, t%12+1, t%28+1, 1000+t, n%3)
	}
	b.WriteString(`<document-link url="http://example.org/d" format="text/html"><title><narrative>Report</narrative></title><category code="A08"/></document-link>
<result type="1"><title><narrative>Roads</narrative></title><indicator measure="1"><title><narrative>Kilometres</narrative></title>
<baseline year="2019" value="0"/><period><period-start iso-date="2020-01-01"/><period-end iso-date="2020-12-31"/><target value="8"/></period></indicator></result>
</iati-activity>`)
	return b.String()
}

// BenchmarkTransactions imports a hundred thousand of them and says how many that
// makes a minute.
func BenchmarkTransactions(b *testing.B) {
	const loans = 2000
	for kind, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				w := dbtest.NewWorld(b, address(b))
				s := importrun.New(w.Runner)
				b.StartTimer()
				if run, err := s.Import(w.System(), heavy(loans), nil); err != nil || run.Transactions != 50*loans {
					b.Fatal(run, err)
				}
			}
			b.ReportMetric(float64(50*loans*b.N)/b.Elapsed().Minutes(), "transactions/min")
		})
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
