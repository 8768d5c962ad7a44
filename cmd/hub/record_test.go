package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/record"
	"acs-aec.org/hub/internal/thread"
)

// TestARecordIsCheckedWithoutADatabase exports a discussion, and checks the file
// with the key that the hub prints.
func TestARecordIsCheckedWithoutADatabase(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		w := dbtest.NewWorld(t, address)
		title := "Minutes"
		threads := thread.New(w.Runner)
		th, _, err := threads.Open(w.As(t, w.Committee), thread.Opening{
			Subject: w.Donor, Title: &i18n.TextInput{En: &title}, Audience: []thread.Party{{Body: &w.SpecialCommittee}},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := threads.Post(w.As(t, w.Chair), thread.Posting{Thread: th.ID, Body: "agreed", Language: i18n.EN}, nil); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		file, key := filepath.Join(dir, "minutes.zip"), filepath.Join(dir, "key.pem")
		at := []string{"--database", address, "--data", dir}
		fine(t, append([]string{"export", "record", id.Format(th.ID), file}, at...)...)
		if s := hub(t, append([]string{"export", "record", id.Format(th.ID), file}, at...)...); s.code != exitFailed {
			t.Errorf("a file that is there is written over: %+v", s)
		}
		missing := filepath.Join(dir, "none.zip")
		if s := hub(t, append([]string{"export", "record", id.Format(w.NewID(id.Thread)), missing}, at...)...); s.code != exitFailed {
			t.Errorf("no such discussion: %+v", s)
		}
		if _, err := os.Stat(missing); !os.IsNotExist(err) {
			t.Error("a record of nothing was left behind")
		}
		pem := fine(t, append([]string{"key"}, at...)...).out
		if err := os.WriteFile(key, []byte(pem), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, k := range []string{key, strings.Join(strings.Split(pem, "\n")[1:2], "")} {
			if s := fine(t, "verify", file, "--key", k); !strings.Contains(s.out, `"Minutes", 1 messages, 2 events`) {
				t.Errorf("%+v", s)
			}
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		content[len(content)/2] ^= 1
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if s := hub(t, "verify", file, "--key", key); s.code != exitFailed || s.out != "" {
			t.Errorf("a changed record: %+v", s)
		}
		if s := hub(t, "verify", file, "--key", "nonsense"); s.code != exitUsage {
			t.Errorf("no key: %+v", s)
		}
	})
}

// TestARecordIsFetched asks a hub that serves for a record and fetches it.
func TestARecordIsFetched(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		w := dbtest.NewWorld(t, address)
		title := "Minutes"
		th, _, err := thread.New(w.Runner).Open(w.As(t, w.Secretariat), thread.Opening{
			Subject: w.Donor, Title: &i18n.TextInput{En: &title}, Audience: []thread.Party{{Body: &w.SecretariatBody}},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		at := []string{"--database", address, "--data", t.TempDir()}
		email := w.DB.Client.Person.GetX(w.System(), w.Secretariat.Person).Email
		token := strings.TrimSpace(fine(t, append([]string{"token", "create", "--person", email}, at...)...).out)
		key, err := record.ParseKey(fine(t, append([]string{"key"}, at...)...).out)
		if err != nil {
			t.Fatal(err)
		}
		base, end := begin(t, append([]string{"serve", "--listen", "127.0.0.1:0"}, at...)...)
		defer end()
		ask := func(method, url string, body io.Reader, token string) (int, []byte) {
			r, err := http.NewRequestWithContext(t.Context(), method, base+url, body)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			if token != "" {
				r.Header.Set("Authorization", "Bearer "+token)
			}
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			content, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			return resp.StatusCode, content
		}
		query, err := json.Marshal(map[string]any{
			"query":     `mutation($id: ID!) { makeRecord(input: { threadId: $id }) { url } }`,
			"variables": map[string]any{"id": id.Format(th.ID)},
		})
		if err != nil {
			t.Fatal(err)
		}
		_, raw := ask(http.MethodPost, "/graphql", bytes.NewReader(query), token)
		var answer struct {
			Data struct{ MakeRecord struct{ URL string } }
		}
		if err := json.Unmarshal(raw, &answer); err != nil || answer.Data.MakeRecord.URL == "" {
			t.Fatalf("%v: %s", err, raw)
		}
		url := answer.Data.MakeRecord.URL
		if status, _ := ask(http.MethodGet, url, nil, ""); status != http.StatusNotFound {
			t.Errorf("nobody gets %d", status)
		}
		if status, _ := ask(http.MethodGet, url+"x", nil, token); status != http.StatusNotFound {
			t.Errorf("a broken link gives %d", status)
		}
		status, file := ask(http.MethodGet, url, nil, token)
		if status != http.StatusOK {
			t.Fatalf("%d: %s", status, file)
		}
		m, err := record.Verify(bytes.NewReader(file), int64(len(file)), key)
		if err != nil || m.Title != "Minutes" || m.Events != 2 {
			t.Errorf("%+v, %v", m, err)
		}
	})
}
