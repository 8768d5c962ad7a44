package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/filestore"
	"acs-aec.org/hub/internal/store"
)

// serveToBeKilled starts a hub in a process of its own.
func serveToBeKilled(t *testing.T, args ...string) (url string, kill func()) {
	t.Helper()
	process := exec.CommandContext(t.Context(), os.Args[0], append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...) //nolint:gosec // the test's own binary
	process.Env = append(os.Environ(), asHub+"=1")
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if err != nil || !ok {
		t.Fatalf("%v: %q", err, line)
	}
	return url, func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	}
}

// TestAKilledNodesImportIsFinished kills the process that checks, and then the one
// that applies, what was asked for over the API. Nobody asks again: the next node goes
// on with it.
func TestAKilledNodesImportIsFinished(t *testing.T) {
	t.Parallel()
	const n = 400 // some steps
	file := many(t, n)
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		db := dbtest.Open(t, address, store.Options{})
		args := []string{"--database=" + address, "--files=" + filestore.FolderAddress(filepath.Join(t.TempDir(), "files"))}
		fine(t, append([]string{"person", "create", "ana@b.org", "Ana", "--secretariat"}, args...)...)
		token := strings.TrimSpace(fine(t, append([]string{"token", "create", "--person", "ana@b.org"}, args...)...).out)
		url, kill := serveToBeKilled(t, args...)
		send := func(path, kind string, body io.Reader, into any) {
			t.Helper()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+path, body)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+token)
			r.Header.Set("Content-Type", kind)
			r.Header.Set("Graphql-Preflight", "1")
			got, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer got.Body.Close()
			raw, err := io.ReadAll(got.Body)
			if err != nil || json.Unmarshal(raw, into) != nil || strings.Contains(string(raw), `"errors"`) {
				t.Fatalf("%v: %s", err, raw)
			}
		}
		ask := func(query string, into any) {
			t.Helper()
			raw, err := json.Marshal(map[string]string{"query": query})
			if err != nil {
				t.Fatal(err)
			}
			send("/graphql", "application/json", strings.NewReader(string(raw)), into)
		}
		content, err := os.Open(file) //nolint:gosec // the test's own file
		if err != nil {
			t.Fatal(err)
		}
		defer content.Close()
		var up struct {
			Data struct {
				UploadImportFile struct{ ImportFile struct{ ID string } }
			}
		}
		send("/imports?name=many.xml", "application/xml", content, &up)
		var begun struct {
			Data struct {
				CheckImport struct{ Run struct{ ID string } }
			}
		}
		ask(fmt.Sprintf(`mutation { checkImport(input: { fileId: %q }) { run { id } } }`, up.Data.UploadImportFile.ImportFile.ID), &begun)
		run := begun.Data.CheckImport.Run.ID
		until := func(what string, test func() bool) {
			t.Helper()
			limit, look := time.After(5*time.Minute), time.NewTicker(5*time.Millisecond)
			defer look.Stop()
			for !test() {
				select {
				case <-look.C:
				case <-limit:
					t.Fatalf("%s did not come", what)
				}
			}
		}
		status := func() (s string, revision int) {
			var a struct {
				Data struct {
					Node struct {
						Status   string
						Revision int
					}
				}
			}
			ask(fmt.Sprintf(`{ node(id: %q) { ... on ImportRun { status revision } } }`, run), &a)
			return a.Data.Node.Status, a.Data.Node.Revision
		}
		is := func(want string) func() bool {
			return func() bool { s, _ := status(); return s == want }
		}
		until("staging", func() bool { return count(t, db.Client.StagedItem.Query().Count) > 0 })
		kill()
		url, kill = serveToBeKilled(t, args...)
		until("the check", is("CHECKED"))
		_, revision := status()
		var applied any
		ask(fmt.Sprintf(`mutation { applyImport(input: { runId: %q, expectedRevision: %d }) { run { id } } }`, run, revision), &applied)
		until("activities", func() bool { return count(t, db.Client.Activity.Query().Count) > 0 })
		kill()
		if got := count(t, db.Client.Activity.Query().Count); got == n {
			t.Log("too quick to be killed: what follows holds all the same")
		}
		url, kill = serveToBeKilled(t, args...)
		defer kill()
		until("the end", is("APPLIED"))
		if got := count(t, db.Client.Activity.Query().Count); got != n {
			t.Errorf("%d activities, want %d", got, n)
		}
		told, err := db.Client.LogEntry.Query().Select("kind").Strings(system(t.Context()))
		if err != nil {
			t.Fatal(err)
		}
		all := strings.Join(told, " ")
		if a, b, c := strings.Count(all, "ActivityImported"), strings.Count(all, "ImportChecked"), strings.Count(all, "ImportApplied"); a != n || b != 1 || c != 1 {
			t.Errorf("%d, %d and %d events, want one for each of %d activities, and one of each end", a, b, c, n)
		}
	})
}
