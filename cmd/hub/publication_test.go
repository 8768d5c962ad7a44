package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/iati/sample"
)

// TestThePortfolioGoesOutAndIn takes a file as the ACS's own, exports it, and takes
// it back in another database.
func TestThePortfolioGoesOutAndIn(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		dir := t.TempDir()
		in, first, second := filepath.Join(dir, "portfolio.xml"), filepath.Join(dir, "first.xml"), filepath.Join(dir, "second.xml")
		if err := os.WriteFile(in, []byte(sample.Full), 0o600); err != nil {
			t.Fatal(err)
		}
		db, other, ref := "--database="+address, "--database=sqlite:"+filepath.Join(dir, "other.db"), "--iati-organisation-ref=XM-ACS"
		// Under another identifier it is not the ACS's own.
		if s := fine(t, "import", "iati", "--own", in, db); !strings.HasSuffix(s.out, "1 critical, 0 errors, 0 warnings, 1 left out\n") {
			t.Errorf("as another's: %q", s.out)
		}
		if s := hub(t, "export", "iati", "--out", first, db, ref); s.code != 1 || s.out != "" || !strings.Contains(s.err, "no activity to publish") {
			t.Errorf("nothing: %+v", s)
		}
		if _, err := os.Stat(first); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a file of nothing is there: %v", err)
		}
		if s := hub(t, "export", "iati", db, ref); s.code != 1 || s.out != "" {
			t.Errorf("nothing to the standard output: %+v", s)
		}
		if s := fine(t, "import", "iati", "--own", in, db, ref); !strings.Contains(s.out, "1 new") {
			t.Errorf("in: %q", s.out)
		}
		if s := fine(t, "export", "iati", "--out", first, db, ref); s.out != first+": 1 activities\n" || s.err != "" {
			t.Errorf("out: %+v", s)
		}
		fine(t, "migrate", "up", other)
		fine(t, "import", "iati", "--own", first, other, ref)
		fine(t, "export", "iati", "--out", second, other, ref)
		a, err := os.ReadFile(first)
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(second)
		if err != nil {
			t.Fatal(err)
		}
		if string(a) != string(b) || !strings.Contains(string(a), "<iati-identifier>XM-ACS-FULL-1</iati-identifier>") {
			t.Errorf("first\n%s\nsecond\n%s", a, b)
		}
		if s := fine(t, "export", "iati", db, ref); s.out != string(a) {
			t.Error("the standard output has something else")
		}
	})
}

// TestCheckWarnsOfThePlaceholder shows that the identifier of nobody is seen.
func TestCheckWarnsOfThePlaceholder(t *testing.T) {
	t.Parallel()
	db := "--database=sqlite:" + filepath.Join(t.TempDir(), "hub.db")
	fine(t, "migrate", "up", db)
	if s := hub(t, "check", db); !strings.Contains(s.out, "ok     publication   0 activities, reported by XI-IATI-ACSDEMO; WARNING: that identifier is a placeholder") {
		t.Errorf("%s", s.out)
	}
	if s := hub(t, "check", db, "--iati-organisation-ref=XM-ACS"); !strings.Contains(s.out, "reported by XM-ACS\n") {
		t.Errorf("%s", s.out)
	}
}

// TestErrorsRefuseOverTheCommandLine shows the setting of what errors do.
func TestErrorsRefuseOverTheCommandLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "wrong.xml")
	if err := os.WriteFile(file, []byte(strings.Replace(sample.Full, `<sector vocabulary="1" code="43060" percentage="60"/>`, "", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	db := "--database=sqlite:" + filepath.Join(dir, "hub.db")
	fine(t, "migrate", "up", db)
	if s := fine(t, "import", "iati", "--on-error=refuse", file, db); !strings.Contains(s.out, ": 0 activities (0 new,") || !strings.HasSuffix(s.out, ", 1 left out\n") {
		t.Errorf("refused: %q", s.out)
	}
	if s := fine(t, "import", "iati", file, db); !strings.Contains(s.out, ": 1 activities (1 new,") {
		t.Errorf("taken: %q", s.out)
	}
}

// TestWhatIsNoActivityFileSaysWhatItIs gives files of other forms to the commands.
func TestWhatIsNoActivityFileSaysWhatItIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := "--database=sqlite:" + filepath.Join(dir, "hub.db")
	fine(t, "migrate", "up", db)
	for content, says := range map[string]string{
		"\x1f\x8b\x08\x00": "is packed", "<!DOCTYPE html><p>": "web page", `{"a": 1}`: "JSON", "a,b\n1,2\n": "table (CSV)", sample.Full: "IATI XML",
	} {
		file := filepath.Join(dir, "given")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if content != sample.Full {
			if s := hub(t, "import", "iati", file, db); s.code != 1 || !strings.Contains(s.err, says) || strings.Contains(s.err, "line 0") {
				t.Errorf("%q: %+v", content, s)
			}
		}
		if strings.HasPrefix(content, "a,b") {
			continue
		}
		if s := hub(t, "import", "table", "--as", "transactions", file, db); s.code != 1 || !strings.Contains(s.err, says) {
			t.Errorf("%q as a table: %+v", content, s)
		}
	}
}
