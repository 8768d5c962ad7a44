package server_test

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/server"
)

// socket opens a websocket with headers in pairs.
func (w *world) socket(headers ...string) (*websocket.Conn, *http.Response, error) {
	w.t.Helper()
	h := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	d := websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}}
	conn, r, err := d.DialContext(w.t.Context(), "ws"+strings.TrimPrefix(w.url, "http")+"/graphql", h)
	if err == nil {
		w.t.Cleanup(func() { conn.Close() })
	}
	return conn, r, err
}

// talk opens a websocket, says what there is to say, and returns so many messages of the hub, a line
// each; the last one may be a close.
func (w *world) talk(answers int, say []string, headers ...string) string {
	w.t.Helper()
	conn, _, err := w.socket(headers...) //nolint:bodyclose // a websocket has none
	if err != nil {
		w.t.Fatal(err)
	}
	for _, text := range say {
		if err := conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			w.t.Fatal(err)
		}
	}
	var all []string
	for range answers {
		_, b, err := conn.ReadMessage()
		if err != nil {
			all = append(all, err.Error())
			break
		}
		all = append(all, string(b))
	}
	return strings.Join(all, "\n")
}

const hello = `{"type":"connection_init"}`

func asking(query string) string {
	return `{"id":"1","type":"subscribe","payload":{"query":"` + query + `"}}`
}

func TestWhoIsAskingOverAWebsocket(t *testing.T) {
	t.Parallel()
	const spanish = `{"type":"connection_init","payload":{"Authorization":"Bearer spanish"}}`
	for name, c := range map[string]struct {
		init    string
		query   string
		headers []string
		want    string
	}{
		"nobody":                 {hello, "{ who }", nil, "nobody from 127.0.0.1 with Go-http-client"},
		"by cookie":              {hello, "{ who }", []string{"Cookie", "hub_session=good"}, ana.String()},
		"by header":              {hello, "{ who }", []string{"Authorization", "Bearer good"}, ana.String()},
		"by connection_init":     {spanish, "{ who }", nil, ana.String()},
		"the person's language":  {spanish, "{ language }", []string{"Accept-Language", "fr"}, `"es`},
		"the browser's language": {hello, "{ language }", []string{"Accept-Language", "fr"}, `"fr`},
		"an old cookie":          {hello, "{ who }", []string{"Cookie", "hub_session=old"}, "nobody from"},
		"a token before a cookie": {
			`{"type":"connection_init","payload":{"authorization":"Bearer bad"}}`, "{ who }", []string{"Cookie", "hub_session=good"}, "close 4403",
		},
		"from a page that is allowed": {hello, "{ who }", []string{"Cookie", "hub_session=good", "Origin", "https://app.example.org"}, ana.String()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			got := w.talk(3, []string{c.init, asking(c.query)}, append(c.headers, "User-Agent", "Go-http-client")...)
			if !strings.Contains(got, c.want) {
				t.Errorf("%s\nnot %s", got, c.want)
			}
		})
	}
}

func TestWebsocketsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := start(t)
	for name, c := range map[string]struct {
		headers []string
		status  int
		code    string
	}{
		"a foreign page with a session": {[]string{"Origin", "https://evil.example", "Cookie", "hub_session=good"}, 403, "FORBIDDEN"},
		"a foreign page without one":    {[]string{"Origin", "https://evil.example"}, 403, "FORBIDDEN"},
		"a page of no origin":           {[]string{"Origin", "null"}, 403, "FORBIDDEN"},
		"a bad token":                   {[]string{"Authorization", "Bearer bad"}, 401, "UNAUTHENTICATED"},
	} {
		_, r, err := w.socket(c.headers...)
		if !errors.Is(err, websocket.ErrBadHandshake) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		body := make([]byte, 1000)
		n, _ := r.Body.Read(body)
		if r.StatusCode != c.status || !strings.Contains(string(body[:n]), `"code":"`+c.code+`"`) {
			t.Errorf("%s: %d %s", name, r.StatusCode, body[:n])
		}
		r.Body.Close()
	}
}

// Nobody signs in where no cookie can be set, and an operation changes who is asking for no other.
func TestNobodySignsInWithoutACookie(t *testing.T) {
	t.Parallel()
	w := start(t)
	got := w.talk(2, []string{hello, asking("mutation { signIn }")}, "Cookie", "hub_session=good")
	if !strings.Contains(got, `"signIn":null`) || !strings.Contains(got, "send this as an HTTP request") || !strings.Contains(got, "INVALID_INPUT") {
		t.Errorf("over a websocket: %s", got)
	}
	r := w.post("mutation { signIn }", "Accept", asStream)
	if !strings.Contains(r.body, `"signIn":null`) || !strings.Contains(r.body, "INVALID_INPUT") || r.Header.Get("Set-Cookie") != "" {
		t.Errorf("on an event stream: %s", r.body)
	}
	if r := w.post("mutation { signIn }"); !strings.Contains(r.body, `"signIn":"in"`) || r.Header.Get("Set-Cookie") == "" {
		t.Errorf("by a plain request: %s", r.body)
	}
}

// A session that has ended is taken away from the browser when it opens a websocket, too.
func TestCookiesOfTheHandshake(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, r, err := w.socket("Cookie", "hub_session=old") //nolint:bodyclose // a websocket has none
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Header.Get("Set-Cookie"); !strings.HasPrefix(got, "hub_session=;") || r.Header.Get("X-Request-Id") == "" {
		t.Errorf("%v", r.Header)
	}
}

func TestTheLogOfAWebsocket(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.talk(4, []string{
		`{"type":"connection_init","payload":{"authorization":"Bearer good"}}`,
		asking(`mutation { note(input: {text: \"hushhush\"}) }`), `{"secret":"hushhush"}`,
	}, "Cookie", "hub_session=good")
	for !strings.Contains(w.log.String(), "msg=websocket") { // until the socket has ended
		r := w.send(http.MethodGet, "/healthz", "")
		if r.StatusCode != http.StatusOK {
			t.Fatal(r.body)
		}
	}
	log := w.log.String()
	if !strings.Contains(log, "code=4400 by=hub operations=1") || !strings.Contains(log, "status=101") {
		t.Error(log)
	}
	for _, secret := range []string{"hushhush", "Bearer", "good"} {
		if strings.Contains(log, secret) {
			t.Errorf("%s is in the log: %s", secret, log)
		}
	}
}

func TestWebsocketsAreSentAwayAtTheEnd(t *testing.T) {
	t.Parallel()
	drained := make(chan struct{})
	w, end := serving(t, func(c *server.Config) {
		c.Sockets.DrainTime = time.Millisecond
		c.OnDrain = func() { close(drained) }
	})
	conn, _, err := w.socket() //nolint:bodyclose // a websocket has none
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{hello, asking("{ waits }")} {
		if err := conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	<-w.schema.Waiting
	ended := make(chan error, 1)
	go func() { ended <- end() }()
	<-drained
	close(w.schema.GoOn)
	for _, want := range []string{"connection_ack", `"waits":"waited"`, `"complete"`, "close 1012"} {
		_, b, err := conn.ReadMessage()
		if err != nil {
			b = []byte(err.Error())
		}
		if !strings.Contains(string(b), want) {
			t.Errorf("%s instead of %s", b, want)
		}
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A stream that the engine cuts has no end that a client would take for its own.
func TestEventStreamsThatAreCut(t *testing.T) {
	t.Parallel()
	for _, why := range []live.Reason{live.Revoked, live.Lagging} {
		w := start(t)
		got := make(chan reply, 1)
		go func() { got <- w.post("subscription { waits }", "Accept", asStream) }()
		<-w.schema.Waiting
		w.engine.Cut(why)
		if r := <-got; r.StatusCode != http.StatusOK || strings.Contains(r.body, "complete") {
			t.Errorf("%v: %d %s", why, r.StatusCode, r.body)
		}
		if n := w.engine.Links(); n != 0 {
			t.Errorf("%d links are left", n)
		}
	}
}

func TestTooManyEventStreams(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.engine.Most = 1
	got := make(chan reply, 1)
	go func() { got <- w.post("subscription { waits }", "Accept", asStream) }()
	<-w.schema.Waiting
	r := w.post("subscription { waits }", "Accept", asStream)
	if r.StatusCode != http.StatusTooManyRequests || r.code() != "RATE_LIMITED" || r.Header.Get("Retry-After") == "" {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
	if got := w.talk(1, []string{hello}); !strings.Contains(got, "close 1013") {
		t.Errorf("websockets count as well: %s", got)
	}
	w.engine.Cut(live.Lagging)
	<-got
}

// Not even an event stream waits for who does not read.
func TestAnEventStreamThatNobodyReads(t *testing.T) {
	t.Parallel()
	w, end := serving(t, func(c *server.Config) { c.EventTime = 20 * time.Millisecond })
	body := `{"query":"subscription { count(to: 100000000) }"}`
	w.dial("POST /graphql HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: " +
		strconv.Itoa(len(body)) + "\r\n\r\n" + body)
	for w.engine.Links() == 0 { // until it has come
		w.send(http.MethodGet, "/healthz", "")
	}
	for w.engine.Links() > 0 { // until it is gone
		w.send(http.MethodGet, "/healthz", "")
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}
