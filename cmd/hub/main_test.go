package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/iati/sample"
	"acs-aec.org/hub/internal/store"
)

// said is what a command said.
type said struct {
	code     int
	out, err string
}

func hub(t *testing.T, args ...string) said {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, terminal{out: &out, err: &errs, now: time.Now})
	return said{code, out.String(), errs.String()}
}

// fine is what a command said that must succeed.
func fine(t *testing.T, args ...string) said {
	t.Helper()
	s := hub(t, args...)
	if s.code != exitOK {
		t.Fatalf("hub %s: exit %d: %s%s", strings.Join(args, " "), s.code, s.out, s.err)
	}
	return s
}

func TestWrongUseIsOneSentenceAndExit2(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, args := range [][]string{
		{"--nonsense"},
		{"nonsense"},
		{"serve", "--listen"},
		{"serve", "--listen", "nowhere", "--data", dir},
		{"check", "--log", "loud"},
		{"migrate", "status", "--database", "mysql://x"},
		{"person", "create"},
		{"token", "create", "--person", "a@b.org", "--days", "0", "--data", dir},
		{"token", "revoke", "nonsense", "--data", dir},
		{"import", "iati"},
		{"serve", "--origin", "not-an-origin", "--data", dir, "--listen", "127.0.0.1:0"},
	} {
		s := hub(t, args...)
		if s.code != exitUsage || s.out != "" || strings.Count(s.err, "\n") != 1 || !strings.HasPrefix(s.err, "hub: ") {
			t.Errorf("hub %s: exit %d, %q, %q", strings.Join(args, " "), s.code, s.out, s.err)
		}
	}
}

func TestWhatFailsIsOneSentenceAndExit1(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := filepath.Join(dir, "rubbish.db")
	if err := os.WriteFile(secret, bytes.Repeat([]byte("rubbish "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"serve", "--database", "postgres://hub:geheim@127.0.0.1:1/hub?sslmode=disable"},
		{"serve", "--database", "sqlite:" + secret},
		{"person", "reset", "nobody@b.org", "--data", dir},
		{"token", "list", "--person", "nobody@b.org", "--data", dir},
		{"restore", filepath.Join(dir, "missing"), "--data", dir},
		{"restore", secret, "--data", dir},
		{"backup", filepath.Join(dir, "no", "such", "folder", "copy"), "--data", dir},
		{"person", "create", "nonsense", "Somebody", "--data", dir},
		{"import", "iati", filepath.Join(dir, "missing.xml"), "--data", dir},
	} {
		s := hub(t, args...)
		if s.code != exitFailed || s.out != "" || strings.Count(s.err, "\n") != 1 || strings.Contains(s.err, "geheim") || strings.Contains(s.err, "goroutine") {
			t.Errorf("hub %s: exit %d, %q, %q", strings.Join(args, " "), s.code, s.out, s.err)
		}
	}
}

func TestAFullDiskIsOneSentence(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("stage: %w", &fs.PathError{Op: "write", Path: "/tmp/x", Err: syscall.ENOSPC})
	if s := sentence(err); !strings.HasPrefix(s, "The disk is full") || strings.Contains(s, "no space") {
		t.Error(s)
	}
}

func TestHelpTeaches(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--help"}, {}, {"serve", "--help"}, {"import", "iati", "--help"}} {
		s := hub(t, args...)
		if s.code != exitOK || !strings.Contains(s.out, "Usage: hub") || !strings.Contains(s.out, "HUB_") {
			t.Errorf("hub %s: exit %d: %s%s", strings.Join(args, " "), s.code, s.out, s.err)
		}
	}
}

func TestPeopleAndTokens(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		db := "--database=" + address
		s := fine(t, "person", "create", "ana@b.org", "Ana", "--secretariat", db)
		if !strings.HasPrefix(s.out, "http://127.0.0.1:8080/#set-password=") || strings.Count(s.out, "\n") != 1 {
			t.Errorf("the link: %q", s.out)
		}
		if s := hub(t, "person", "create", "ana@b.org", "Ana", db); s.code != exitFailed {
			t.Errorf("the same address twice: %+v", s)
		}
		token := strings.TrimSpace(fine(t, "token", "create", "--person", "ana@b.org", db).out)
		if !strings.HasPrefix(token, "hub_") || strings.ContainsAny(token, " \n") {
			t.Errorf("the token: %q", token)
		}
		listed := fine(t, "token", "list", "--person", "ana@b.org", db).out
		u, _, _ := strings.Cut(listed, " ")
		fine(t, "token", "revoke", u, db)
		if s := fine(t, "token", "list", "--person", "ana@b.org", db); s.out != "" {
			t.Errorf("after revoking: %q", s.out)
		}
		fine(t, "person", "create", "ben@b.org", "Ben", db)
		fine(t, "person", "disable", "ben@b.org", db)
		if s := hub(t, "person", "disable", "ben@b.org", db); s.code != exitFailed {
			t.Errorf("disabled twice: %+v", s)
		}
		fine(t, "check", db)
	})
}

// A hub that nobody can let others into is noticed, in time.
func TestCheckLooksForTheSecretariat(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		db := "--database=" + address
		fine(t, "person", "create", "ben@b.org", "Ben", db)
		if s := fine(t, "check", db); !strings.Contains(s.out, "nobody yet") {
			t.Errorf("before the first: %s", s.out)
		}
		fine(t, "person", "create", "ana@b.org", "Ana", "--secretariat", db)
		if s := fine(t, "check", db); !strings.Contains(s.out, "until further notice") {
			t.Errorf("with one: %s", s.out)
		}
		end := func(day date.Date) {
			t.Helper()
			o, err := store.Open(t.Context(), address, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer o.Close()
			err = store.InTx(system(t.Context()), o, func(ctx context.Context, tx *ent.Client) error {
				return tx.StaffPost.Update().SetValidFrom("2020-01-01").SetValidTo(day).Exec(ctx)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		end("2999-12-31")
		if s := fine(t, "check", db); !strings.Contains(s.out, "nobody holds a post on 3000-01-01") {
			t.Errorf("with an end: %s", s.out)
		}
		end("2020-12-31")
		if s := hub(t, "check", db); s.code != exitFailed || !strings.Contains(s.out, "WRONG  Secretariat") {
			t.Errorf("without one: exit %d: %s", s.code, s.out)
		}
	})
}

func TestImportASample(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "sandy-shorelines.xml")
	if err := os.WriteFile(file, []byte(sample.SandyShorelines()), 0o600); err != nil {
		t.Fatal(err)
	}
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		db := "--database=" + address
		if s := fine(t, "import", "iati", file, db); !strings.HasPrefix(s.out, file+": 1 activities (1 new, 0 updated, 0 unchanged), ") {
			t.Errorf("first: %q", s.out)
		}
		if s := fine(t, "import", "iati", file, db); !strings.HasPrefix(s.out, file+": 1 activities (0 new, 0 updated, 1 unchanged), ") {
			t.Errorf("second: %q", s.out)
		}
	})
}

func TestMigrationsOverTheCommandLine(t *testing.T) {
	t.Parallel()
	test := func(t *testing.T, address string, embedded bool) {
		db := "--database=" + address
		if s := fine(t, "migrate", "status", db); !strings.HasPrefix(s.out, "missing") {
			t.Errorf("before: %q", s.out)
		}
		if s := hub(t, "token", "list", "--person", "x@b.org", db); !embedded && !strings.Contains(s.err, "hub migrate up") {
			t.Errorf("a database that lacks migrations: %+v", s)
		}
		fine(t, "migrate", "up", db)
		if s := fine(t, "migrate", "status", db); !strings.HasPrefix(s.out, "applied") {
			t.Errorf("after: %q", s.out)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "sqlite:"+filepath.Join(t.TempDir(), "hub.db"), true)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, dbtest.EmptyPostgres(t), false)
	})
}

// written tells a channel the first line that is written.
type written struct {
	bytes.Buffer
	line chan string
}

func (w *written) Write(p []byte) (int, error) {
	n, err := w.Buffer.Write(p)
	if line, _, found := strings.Cut(w.String(), "\n"); found && w.line != nil {
		w.line <- line
		w.line = nil
	}
	return n, err
}

// begin runs a serving command until the test ends, and gives its address.
func begin(t *testing.T, args ...string) (address string, end func() said) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	line := make(chan string, 1)
	out, errs := &written{line: line}, &bytes.Buffer{}
	done := make(chan said, 1)
	go func() {
		code := run(ctx, args, terminal{out: out, err: errs, now: time.Now})
		done <- said{code, out.String(), errs.String()}
	}()
	t.Cleanup(stop)
	select {
	case l := <-line:
		url, ok := strings.CutPrefix(l, "ready ")
		if !ok {
			t.Fatalf("the first line: %q", l)
		}
		return url, func() said { stop(); return <-done }
	case s := <-done:
		stop()
		t.Fatalf("hub %s: exit %d: %s", strings.Join(args, " "), s.code, s.err)
		return "", nil
	}
}

func TestServeAndAnOccupiedPort(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	url, end := begin(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	s := hub(t, "serve", "--data", t.TempDir(), "--listen", strings.TrimPrefix(url, "http://"))
	if s.code != exitFailed || !strings.Contains(s.err, "in use") {
		t.Errorf("an occupied port: %+v", s)
	}
	file := filepath.Join(dir, "copy")
	fine(t, "backup", file, "--data", dir)
	if s := hub(t, "restore", file, "--data", dir); s.code != exitFailed || !strings.Contains(s.err, "in use") {
		t.Errorf("restore while it serves: %+v", s)
	}
	if s := end(); s.code != exitOK || s.out != "ready "+url+"\n" {
		t.Errorf("the end: %+v", s)
	}
	fine(t, "restore", file, "--data", dir)
	fine(t, "check", "--data", dir)
}

func TestDemoIsThereAgainTheSecondTime(t *testing.T) {
	t.Parallel()
	test := func(t *testing.T, db string) {
		var accounts string
		for range 2 {
			url, end := begin(t, "demo", "--listen", "127.0.0.1:0", db)
			s := end()
			if s.code != exitOK || s.out != "ready "+url+"\n" {
				t.Errorf("the end: %+v", s)
			}
			var lines []string
			for line := range strings.Lines(s.err) {
				if strings.HasPrefix(line, "account ") {
					lines = append(lines, line)
					if len(strings.Fields(line)) != 4 {
						t.Errorf("an account: %q", line)
					}
				}
			}
			got := strings.Join(lines, "")
			if len(lines) < 8 || accounts != "" && got != accounts {
				t.Errorf("the accounts: %q, before %q", got, accounts)
			}
			accounts = got
		}
		if s := hub(t, "serve", "--listen", "0.0.0.0:0", db); s.code != exitFailed || !strings.Contains(s.err, "passwords are public") {
			t.Errorf("the demonstration for everybody: %+v", s)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "--data="+t.TempDir())
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, "--database="+dbtest.EmptyPostgres(t))
	})
}

func TestDemoLeavesOtherDataAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fine(t, "person", "create", "ana@b.org", "Ana", "--data", dir)
	if s := hub(t, "demo", "--data", dir, "--listen", "127.0.0.1:0"); s.code != exitFailed || s.out != "" || strings.Count(s.err, "\n") != 1 {
		t.Errorf("%+v", s)
	}
}
