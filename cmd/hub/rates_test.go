package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/dbtest"
)

func TestImportRates(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		t.Helper()
		dir := t.TempDir()
		write := func(name, content string) string {
			file := filepath.Join(dir, name)
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			return file
		}
		good := write("rates.csv", "date,currency,lcu_per_usd\n2020-12-31,XCD,2.7\n2020-12-31,EUR,0.88\n2020-12-31,ZZZ,1\n")
		db := "--database=" + address
		fine(t, "migrate", "up", db)
		for _, step := range []struct{ file, more, want string }{
			{good, "--dry-run", "rates.csv: 3 rates (3 new, 0 changed, 0 unchanged), 0 errors, 1 warnings"},
			{good, "--source=IMF", "rates.csv: 3 rates (3 new, 0 changed, 0 unchanged), 0 errors, 1 warnings"},
			{good, "--source=IMF", "rates.csv: 3 rates (0 new, 0 changed, 3 unchanged), 0 errors, 1 warnings"},
			{write("again.csv", "year,currency,usd_per_unit\n2020,EUR,1.2\n"), "--source=IMF", "again.csv: 1 rates (0 new, 1 changed, 0 unchanged), 0 errors, 0 warnings"},
		} {
			s := fine(t, "import", "rates", step.file, "--source=IMF", step.more, db)
			if strings.TrimSpace(s.out) != filepath.Join(dir, step.want) {
				t.Errorf("%s %s: %q, want %q", step.file, step.more, s.out, step.want)
			}
			if step.file == good && s.err != good+", line 4: WARNING: The code ZZZ is not in the list Currency. The rate is kept.\n" {
				t.Errorf("%q", s.err)
			}
		}
		s := hub(t, "import", "rates", write("bad.csv", "year,currency,usd_per_unit\n2020,EUR,1.3\n2020,XCD,none\n"), "--source=IMF", db)
		if s.code != 1 || s.out != filepath.Join(dir, "bad.csv")+": 1 rates (0 new, 1 changed, 0 unchanged), 1 errors, 0 warnings\n" ||
			!strings.Contains(s.err, "bad.csv, line 3: ERROR: “none” is not a rate") || !strings.Contains(s.err, "nothing of it was taken") {
			t.Errorf("%+v", s)
		}
		if s := hub(t, "import", "rates", good, db); s.code != 2 {
			t.Errorf("without a source: %+v", s)
		}
	})
}
