package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/iati/sample"
	"acs-aec.org/hub/internal/store"
)

// asHub makes the test's own binary be the hub.
const asHub = "HUB_TEST_AS_HUB"

func TestMain(m *testing.M) {
	if os.Getenv(asHub) != "" {
		main()
	}
	dbtest.Main(m)
}

// many is a file of n activities, all like the sample but for their identifiers.
func many(t *testing.T, n int) string {
	t.Helper()
	head, rest, ok := strings.Cut(sample.SandyShorelines(), "<iati-activity ")
	activity, tail, ok2 := strings.Cut(rest, "</iati-activity>")
	if !ok || !ok2 {
		t.Fatal("the sample has another form")
	}
	var b strings.Builder
	b.WriteString(head)
	for i := range n {
		b.WriteString("<iati-activity " + strings.Replace(activity, "-SAMPLE-0001<", fmt.Sprintf("-SAMPLE-%06d<", i), 1) + "</iati-activity>\n")
	}
	b.WriteString(tail)
	file := filepath.Join(t.TempDir(), "many.xml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestAKilledImportIsFinishedByRunningItAgain kills the process, not a call.
func TestAKilledImportIsFinishedByRunningItAgain(t *testing.T) {
	t.Parallel()
	const n = 600
	file := many(t, n)
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		db := dbtest.Open(t, address, store.Options{})
		for what, far := range map[string]func() bool{
			"while it checks":  func() bool { return count(t, db.Client.StagedItem.Query().Count) > 0 },
			"while it applies": func() bool { return count(t, db.Client.Activity.Query().Count) > 0 },
		} {
			process := exec.CommandContext(t.Context(), os.Args[0], "import", "iati", file, "--database="+address)
			process.Env = append(os.Environ(), asHub+"=1")
			if err := process.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() { _ = process.Wait(); close(ended) }()
			tick := time.NewTicker(2 * time.Millisecond)
			for done := false; !done && !far(); {
				select {
				case <-tick.C:
				case <-ended:
					done = true // too quick to be killed: what follows holds all the same
				}
			}
			tick.Stop()
			if err := process.Process.Kill(); err != nil && !strings.Contains(err.Error(), "finished") {
				t.Error(what, err)
			}
			<-ended
		}
		s := fine(t, "import", "iati", file, "--database="+address)
		if !strings.Contains(s.out, fmt.Sprintf(": %d activities (%d new, 0 updated, 0 unchanged)", n, n)) {
			t.Errorf("the rest: %q", s.out)
		}
		if got := count(t, db.Client.Activity.Query().Count); got != n {
			t.Errorf("%d activities, want %d", got, n)
		}
		told, err := db.Client.LogEntry.Query().Select("kind").Strings(system(t.Context()))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(strings.Join(told, " "), "ActivityImported"); got != n {
			t.Errorf("%d events, want one for each of %d activities", got, n)
		}
	})
}

func count(t *testing.T, query func(context.Context) (int, error)) int {
	t.Helper()
	n, err := query(system(t.Context()))
	if err != nil && !ent.IsNotFound(err) {
		t.Fatal(err)
	}
	return n
}
