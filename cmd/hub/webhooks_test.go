package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestServingTellsWebhooks goes the whole way: a hub that serves, a program that
// makes a webhook over the API, an outside system that is told, and a copy that is
// restored.
func TestServingTellsWebhooks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data := "--data=" + filepath.Join(dir, "data")
	fine(t, "person", "create", "ana@b.org", "Ana", "--secretariat", data)
	token := strings.TrimSpace(fine(t, "token", "create", "--person", "ana@b.org", data).out)
	got := make(chan string, 100)
	outside := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var in struct{ ID, Kind string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.Header.Get("webhook-id") != in.ID || r.Header.Get("webhook-signature") == "" {
			t.Errorf("%v: %v", err, r.Header)
		}
		got <- in.Kind
	}))
	defer outside.Close()
	comes := func(want string) {
		t.Helper()
		select {
		case kind := <-got:
			if kind != want {
				t.Fatalf("%s comes, want %s", kind, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("no %s comes", want)
		}
	}
	ask := func(address, query string) string {
		t.Helper()
		body, err := json.Marshal(map[string]any{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/graphql", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	create := `mutation { createWebhook(input: {name: "Register", url: "` + outside.URL + `/hook", in: {everything: true}}) { webhook { id } secret } }`

	// Without the network opened, its address can't be given.
	address, end := begin(t, "serve", data, "--listen", "127.0.0.1:0")
	if s := ask(address, create); !strings.Contains(s, "INVALID_INPUT") {
		t.Errorf("a private address is taken: %s", s)
	}
	end()

	address, end = begin(t, "serve", data, "--listen", "127.0.0.1:0", "--webhook-allow", "127.0.0.0/8")
	var made struct {
		Data struct {
			CreateWebhook struct{ Webhook struct{ ID string } }
		}
	}
	if s := ask(address, create); json.Unmarshal([]byte(s), &made) != nil || made.Data.CreateWebhook.Webhook.ID == "" {
		t.Fatalf("no webhook is made: %s", s)
	}
	comes("WebhookCreated")
	ask(address, `mutation { sendTestDelivery(input: {id: "`+made.Data.CreateWebhook.Webhook.ID+`"}) { delivery { id } } }`)
	comes("WebhookTest")
	res, err := http.Get(address + "/metrics") //nolint:noctx // of this machine
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if raw, err := io.ReadAll(res.Body); err != nil || !bytes.Contains(raw, []byte("hub_webhook_dead_letters 0")) {
		t.Errorf("the metrics: %v, %s", err, raw)
	}
	copied := filepath.Join(dir, "copy.db")
	fine(t, "backup", copied, data)
	end()
	if s := fine(t, "check", data); !strings.Contains(s.out, "1 active, 0 of them failing, 0 paused, 0 dead letters") {
		t.Errorf("check says %s", s.out)
	}

	// A copy that is put in its place is told before anything else.
	fine(t, "restore", copied, data)
	_, end = begin(t, "serve", data, "--listen", "127.0.0.1:0", "--webhook-allow", "127.0.0.0/8")
	comes("StreamReset")
	end()
}
