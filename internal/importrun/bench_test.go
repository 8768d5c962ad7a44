package importrun_test

import (
	"fmt"
	"io"
	"path/filepath"
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
