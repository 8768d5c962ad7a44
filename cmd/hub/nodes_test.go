package main

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/store"
)

func natsServer(t *testing.T) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("the NATS server does not start")
	}
	return s.ClientURL()
}

// TestAServingNodeWakesTheOthers writes on a node that serves, and waits for the
// wake-up on another.
func TestAServingNodeWakesTheOthers(t *testing.T) {
	t.Parallel()
	test := func(t *testing.T, address, nats string) {
		args := []string{"--database=" + address}
		if nats != "" {
			args = append(args, "--nats="+nats)
		}
		fine(t, append(args, "person", "create", "ana@b.org", "Ana", "--secretariat")...)
		token := strings.TrimSpace(fine(t, append(args, "token", "create", "--person", "ana@b.org")...).out)

		db := dbtest.Open(t, address, store.Options{})
		runner, err := command.Open(t.Context(), db, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		here := &opened{Runner: runner, database: address, nats: nats}
		nodes, err := here.nodes(slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer nodes.Close()
		greeted := make(chan struct{}, 1)
		defer nodes.OnWake(func() {
			select {
			case greeted <- struct{}{}:
			default:
			}
		})()
		woken := func(what string) {
			t.Helper()
			select {
			case <-greeted:
			case <-time.After(20 * time.Second):
				t.Fatalf("%s: no wake-up, %v", what, nodes.Err())
			}
		}
		woken("the connection is there")
		url, end := begin(t, append(args, "serve", "--listen", "127.0.0.1:0", "--files=file://"+t.TempDir())...)
		woken("the other node is there")

		reader := here.Log.Woken()
		body := `{"query":"mutation { createBody(input: { code: \"X\", name: { en: \"X\" }, kind: OTHER }) { body { id } } }"}`
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/graphql", strings.NewReader(body))
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
		if answer, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(answer), `"id"`) {
			t.Fatalf("the answer: %s, %v", answer, err)
		}
		woken("the other node has written")
		select {
		case <-reader:
		case <-time.After(20 * time.Second):
			t.Error("the readers of the log sleep on")
		}
		if s := fine(t, append(args, "check")...); !strings.Contains(s.out, "hear each other") {
			t.Errorf("the check: %s", s.out)
		}
		if s := end(); s.code != exitOK || strings.Contains(s.err, "WARN") {
			t.Errorf("the end: %+v", s)
		}
	}
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, dbtest.Postgres(t), "")
	})
	t.Run("nats", func(t *testing.T) {
		t.Parallel()
		test(t, dbtest.Postgres(t), natsServer(t))
	})
}

// TestServingWithoutTheWayBetweenNodes shows that a node does not need it.
func TestServingWithoutTheWayBetweenNodes(t *testing.T) {
	t.Parallel()
	nowhere := "--nats=nats://hub:geheim@127.0.0.1:1"
	dir := "--data=" + t.TempDir()
	url, end := begin(t, "serve", "--listen", "127.0.0.1:0", dir, nowhere)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/readyz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("ready: %s", res.Status)
	}
	if s := end(); s.code != exitOK || strings.Count(s.err, `"level":"WARN"`) != 1 || strings.Contains(s.err, "geheim") {
		t.Errorf("the end: %+v", s)
	}
	if s := hub(t, "check", dir, nowhere); s.code != exitFailed || !strings.Contains(s.out, "WRONG  nodes") || strings.Contains(s.out, "geheim") {
		t.Errorf("the check: %+v", s)
	}
	if s := fine(t, "check", dir); !strings.Contains(s.out, "ok     nodes") {
		t.Errorf("the check of one node: %s", s.out)
	}
	if s := hub(t, "serve", "--listen", "127.0.0.1:0", dir, "--nats=nats://hub:geheim@%zz"); s.code != exitUsage || strings.Contains(s.err, "geheim") {
		t.Errorf("an address that is none: %+v", s)
	}
}
