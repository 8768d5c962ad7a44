package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/graphqlws"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/server"
	"acs-aec.org/hub/internal/viewer"
)

// The whole way of the news, on both databases: a message is posted over one websocket and read over
// another and on an event stream; a client that was away goes on where it was.
func TestNewsOverWebsocketsAndEventStreams(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, dw *dbtest.World) {
		thread, who := discussion(t, dw)
		ctx, stop := context.WithCancel(t.Context())
		engine := live.New(live.Options{Log: dw.Log, Client: dw.DB.Client, Accounts: account.New(dw.Runner), Personal: dw.Personal, Sources: graph.Personal(dw.Runner), Now: dw.Now, NewID: dw.NewID, Logger: quiet})
		done := make(chan struct{})
		go func() { engine.Run(ctx); close(done) }()
		t.Cleanup(func() { stop(); <-done })
		resolver, err := graph.New(dw.Runner)
		if err != nil {
			t.Fatal(err)
		}
		s, err := server.New(server.Config{
			Schema: graph.Schema(resolver.WithLive(engine)), Live: graphqlws.Adapt(engine.Attach), Log: quiet,
			Authenticate: func(context.Context, server.Credentials) (*viewer.Viewer, error) { v := *who; return &v, nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		srv := httptest.NewServer(s.Handler())
		t.Cleanup(srv.Close)
		w := &world{t: t, url: srv.URL, server: s}

		news := func(after string) string {
			q := `subscription { events(in: {threadId: "` + id.Format(thread) + `"}` + after + `) { cursor previousCursor event { ... on MessagePosted { message { number body author { name } } } } } }`
			b, err := json.Marshal(map[string]any{"id": "news", "type": "subscribe", "payload": map[string]any{"query": q}})
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		post := func(body string) string {
			b, err := json.Marshal(map[string]any{"id": "post", "type": "subscribe", "payload": map[string]any{
				"query":     `mutation($t: ID!, $b: Markdown!) { postMessage(input: {threadId: $t, body: $b, language: "en"}) { message { number } } }`,
				"variables": map[string]any{"t": id.Format(thread), "b": body},
			}})
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		position := w.talk(3, []string{hello, asking("{ eventPosition }")}, "Authorization", "Bearer x")
		_, cursor, _ := strings.Cut(position, `"eventPosition":"`)
		cursor, _, _ = strings.Cut(cursor, `"`)
		after := `, after: "` + cursor + `"`

		if got := w.talk(3, []string{hello, post("the first")}, "Authorization", "Bearer x"); !strings.Contains(got, `"number":51`) {
			t.Fatal(got)
		}
		resumed := w.talk(2, []string{hello, news(after)}, "Authorization", "Bearer x")
		if !strings.Contains(resumed, `"body":"the first"`) || !strings.Contains(resumed, `"previousCursor":"`+cursor+`"`) {
			t.Errorf("resumed: %s", resumed)
		}
		both := w.talk(5, []string{hello, news(after), post("the second")}, "Authorization", "Bearer x")
		if !strings.Contains(both, `"body":"the first"`) || !strings.Contains(both, `"body":"the second"`) {
			t.Errorf("resumed, and then live: %s", both)
		}
		if got := w.talk(2, []string{hello, strings.Replace(news(after), id.Format(thread), id.Format(dw.NewID(id.Thread)), 1)}, "Authorization", "Bearer x"); !strings.Contains(got, `"type":"error"`) || !strings.Contains(got, "NOT_FOUND") {
			t.Errorf("a discussion that is not there: %s", got)
		}

		lines := eventStream(t, w, fmt.Sprintf(`subscription { events(in: {threadId: %q}, after: %q) { event { ... on MessagePosted { message { body } } } } }`, id.Format(thread), cursor))
		for _, want := range []string{"the first", "the second"} {
			if got := lines(); !strings.Contains(got, want) {
				t.Errorf("on an event stream: %s instead of %s", got, want)
			}
		}
	})
}

// eventStream opens one, and returns a function that waits for its next data.
func eventStream(t *testing.T, w *world, query string) func() string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/graphql", strings.NewReader(ask(query)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", asJSON)
	r.Header.Set("Accept", asStream)
	r.Header.Set("Authorization", "Bearer x")
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { got.Body.Close() })
	lines := bufio.NewReader(got.Body)
	return func() string {
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(line, "data: {") {
				return line
			}
		}
	}
}
