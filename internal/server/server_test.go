package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/graphqlws"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/server"
	"acs-aec.org/hub/internal/server/schematest"
	"acs-aec.org/hub/internal/viewer"
)

var ana = uuid.MustParse("018f0000-0000-7000-8000-000000000001")

// world is a server on a real socket, with what it wrote to its log.
type world struct {
	t      *testing.T
	url    string
	schema *schematest.Schema
	engine *schematest.Engine
	server *server.Server
	log    *buffer
}

// buffer is a bytes.Buffer for many.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// authenticate knows one token, one session, and one credential that can't be looked up now.
func authenticate(_ context.Context, c server.Credentials) (*viewer.Viewer, error) {
	switch c {
	case server.Credentials{Bearer: "good"}, server.Credentials{Session: "good"}:
		return &viewer.Viewer{Person: ana}, nil
	case server.Credentials{Bearer: "spanish"}:
		return &viewer.Viewer{Person: ana, Language: i18n.ES}, nil
	case server.Credentials{Session: "later"}, server.Credentials{Bearer: "later"}:
		return nil, apperr.ErrUnavailable
	}
	return nil, apperr.ErrSignIn
}

func start(t *testing.T, change ...func(*server.Config)) *world {
	t.Helper()
	w := &world{t: t, schema: schematest.New(), engine: &schematest.Engine{}, log: &buffer{}}
	c := server.Config{
		Schema: w.schema, Introspection: true, Authenticate: authenticate, Live: graphqlws.Adapt(w.engine.Attach),
		Log:            slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		AllowedOrigins: []string{"https://app.example.org"},
	}
	for _, f := range change {
		f(&c)
	}
	s, err := server.New(c)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	w.url, w.server = srv.URL, s
	return w
}

// reply is an answer that was read.
type reply struct {
	*http.Response
	body string
}

// code is the code of the first error.
func (r reply) code() string {
	var told struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	if json.Unmarshal([]byte(r.body), &told) != nil || len(told.Errors) == 0 {
		return ""
	}
	return told.Errors[0].Extensions.Code
}

// send asks with headers in pairs; an empty value leaves a header out.
func (w *world) send(method, path, body string, headers ...string) reply {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return reply{got, string(text)}
}

// post asks a question as JSON.
func (w *world) post(query string, headers ...string) reply {
	w.t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.send(http.MethodPost, "/graphql", string(body), append([]string{"Content-Type", "application/json"}, headers...)...)
}

func TestHealth(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	w := start(t, func(c *server.Config) {
		c.Ready = func(context.Context) error {
			if broken.Load() {
				return apperr.ErrUnavailable
			}
			return nil
		}
	})
	if r := w.send(http.MethodGet, "/healthz", ""); r.StatusCode != http.StatusOK {
		t.Errorf("healthz: %d", r.StatusCode)
	}
	if r := w.send(http.MethodGet, "/readyz", ""); r.StatusCode != http.StatusOK {
		t.Errorf("readyz: %d", r.StatusCode)
	}
	broken.Store(true)
	r := w.send(http.MethodGet, "/readyz", "")
	if r.StatusCode != http.StatusServiceUnavailable || r.body != "{\"status\":\"unavailable\"}\n" || r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("readyz: %d %s", r.StatusCode, r.body)
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/schema.graphql"} {
		if r := w.send(http.MethodPost, path, ""); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("POST %s: %d, Allow %q", path, r.StatusCode, r.Header.Get("Allow"))
		}
	}
}

func TestTheSchemaAsText(t *testing.T) {
	t.Parallel()
	w := start(t)
	r := w.send(http.MethodGet, "/schema.graphql", "")
	if r.StatusCode != http.StatusOK || !strings.Contains(r.body, "type Query {") {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
	again := w.send(http.MethodGet, "/schema.graphql", "", "If-None-Match", r.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("with its ETag: %d", again.StatusCode)
	}
}

func TestMetricsHaveADoor(t *testing.T) {
	t.Parallel()
	proxied := []string{"X-Forwarded-For", "203.0.113.9"}
	for name, c := range map[string]struct {
		config  func(*server.Config)
		headers []string
		open    bool
	}{
		"this machine":            {nil, nil, true},
		"a proxy on this machine": {nil, proxied, false},
		"the token":               {func(c *server.Config) { c.MetricsToken = "tok" }, append(proxied, "Authorization", "Bearer tok"), true},
		"another token":           {func(c *server.Config) { c.MetricsToken = "tok" }, append(proxied, "Authorization", "Bearer other"), false},
		"no token is set":         {nil, append(proxied, "Authorization", "Bearer "), false},
		"public":                  {func(c *server.Config) { c.MetricsPublic = true }, proxied, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, func(s *server.Config) {
				if c.config != nil {
					c.config(s)
				}
			})
			w.post("{ hello }")
			w.post("{ fails }")
			w.post("{ nothing }")
			r := w.send(http.MethodGet, "/metrics", "", c.headers...)
			if (r.StatusCode == http.StatusOK) != c.open {
				t.Fatalf("%d", r.StatusCode)
			}
			if !c.open {
				return
			}
			for _, want := range []string{
				`hub_graphql_operations_total{kind="query",outcome="ok"} 1`, `hub_graphql_operations_total{kind="query",outcome="errors"} 1`,
				`hub_graphql_operations_total{kind="unknown",outcome="refused"} 1`,
				`hub_graphql_errors_total{code="INTERNAL"} 1`, `hub_graphql_errors_total{code="INVALID_INPUT"} 1`,
				`hub_http_requests_total{method="POST",route="/graphql",status="200"} 3`, `hub_graphql_operation_seconds_count{kind="query"} 2`,
			} {
				if !strings.Contains(r.body, want) {
					t.Errorf("%s is missing", want)
				}
			}
		})
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	w := start(t)
	for given, kept := range map[string]bool{
		"": false, "0123-abcd_X.y": true, "short": false, "with space in it": false, strings.Repeat("x", 65): false, `quote"quote`: false,
	} {
		r := w.post("{ fails }", "X-Request-Id", given)
		id := r.Header.Get("X-Request-Id")
		if (id == given) != kept || len(id) < 8 {
			t.Errorf("%q: %q", given, id)
		}
		if !strings.Contains(r.body, `"requestId":"`+id+`"`) || !strings.Contains(w.log.String(), id) {
			t.Errorf("%s is not told: %s", id, r.body)
		}
	}
}

func TestTheLogTellsNoSecrets(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.send(http.MethodGet, "/graphql?query=%7Bhello(name:%22private%22)%7D", "", "Authorization", "Bearer private")
	w.post(`{ hello(name: "private") }`, "Cookie", "hub_session=private")
	w.post(`{ hello(name: "private" }`)
	w.send(http.MethodPost, "/graphql", `{"query": "private`, "Content-Type", "application/json")
	w.send(http.MethodGet, "/private", "")
	if text := w.log.String(); strings.Contains(text, "private") || strings.Count(text, "msg=request") != 5 {
		t.Error(text)
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *server.Config) { c.SecureCookies = true })
	for _, path := range []string{"/graphql", "/healthz", "/nothing"} {
		r := w.send(http.MethodGet, path, "")
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000",
		} {
			if r.Header.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, r.Header.Get(name))
			}
		}
		if !strings.HasPrefix(r.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %s", path, r.Header.Get("Content-Security-Policy"))
		}
	}
}

func TestTheFrontGetsTheRest(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *server.Config) {
		c.Front = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "front "+r.URL.Path) })
		c.More = map[string]http.Handler{
			"/iati/activities.xml": http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret cause") }),
		}
	})
	if r := w.send(http.MethodGet, "/graphiql", ""); r.body != "front /graphiql" {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
	r := w.send(http.MethodGet, "/iati/activities.xml", "")
	if r.StatusCode != http.StatusInternalServerError || r.code() != "INTERNAL" || strings.Contains(r.body, "secret") {
		t.Errorf("a panic: %d %s", r.StatusCode, r.body)
	}
	if !strings.Contains(w.log.String(), "secret cause") {
		t.Error("the panic is not in the log")
	}
}

func TestAConfigurationThatMakesNoSense(t *testing.T) {
	t.Parallel()
	if _, err := server.New(server.Config{}); err == nil {
		t.Error("no schema")
	}
	for _, origin := range []string{"*", "app.example.org", "https://app.example.org/", "https://", "null"} {
		if _, err := server.New(server.Config{Schema: schematest.New(), AllowedOrigins: []string{origin}}); err == nil {
			t.Errorf("%q is taken", origin)
		}
	}
}

// serving is a server that Serve runs.
func serving(t *testing.T, change ...func(*server.Config)) (w *world, end func() error) {
	t.Helper()
	w = &world{t: t, schema: schematest.New(), engine: &schematest.Engine{}, log: &buffer{}}
	c := server.Config{Schema: w.schema, Live: graphqlws.Adapt(w.engine.Attach), Log: slog.New(slog.NewTextHandler(w.log, nil))}
	for _, f := range change {
		f(&c)
	}
	s, err := server.New(c)
	if err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.url, w.server = "http://"+l.Addr().String(), s
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	return w, func() error { cancel(); return <-done }
}

func TestWhatRunsIsFinished(t *testing.T) {
	t.Parallel()
	drained := make(chan struct{})
	w, end := serving(t, func(c *server.Config) { c.OnDrain = func() { close(drained) } })
	answers := make(chan reply, 2)
	go func() { answers <- w.post("{ waits }") }()
	<-w.schema.Waiting
	go func() { answers <- w.post("subscription { waits }", "Accept", "text/event-stream") }()
	<-w.schema.Waiting
	ended := make(chan error, 1)
	go func() { ended <- end() }()
	<-drained
	if r := <-answers; strings.Contains(r.body, "complete") || r.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" {
		t.Errorf("the stream was not cut: %s", r.body) // and it ends before the query does
	}
	close(w.schema.GoOn)
	if r := <-answers; !strings.Contains(r.body, `"waits":"waited"`) {
		t.Errorf("the query was not finished: %s", r.body)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestTheEndIsAnnounced(t *testing.T) {
	t.Parallel()
	w, end := serving(t, func(c *server.Config) { c.DrainDelay = time.Hour })
	if r := w.send(http.MethodGet, "/readyz", ""); r.StatusCode != http.StatusOK {
		t.Errorf("before: %d", r.StatusCode)
	}
	go func() { _ = end() }()
	for { // until the server has seen its context end
		if r := w.send(http.MethodGet, "/readyz", ""); r.StatusCode == http.StatusServiceUnavailable && r.body == "{\"status\":\"draining\"}\n" {
			break
		}
	}
	if r := w.send(http.MethodGet, "/healthz", ""); r.StatusCode != http.StatusOK {
		t.Errorf("it answers meanwhile: %d", r.StatusCode)
	}
}

func TestWhatDoesNotEndIsCutOff(t *testing.T) {
	t.Parallel()
	w, end := serving(t, func(c *server.Config) { c.ShutdownTime = time.Millisecond })
	go func() {
		r, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, w.url+"/graphql?query=%7Bwaits%7D", nil)
		if err != nil {
			return
		}
		if got, err := http.DefaultTransport.RoundTrip(r); err == nil {
			got.Body.Close()
		}
	}()
	<-w.schema.Waiting
	if err := end(); err == nil {
		t.Error("nothing is said of the request that was cut off")
	}
}
