package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/internal/server"
	"acs-aec.org/hub/internal/viewer"
)

// upgrading is a transport that takes the connection over, as a websocket does.
type upgrading struct{}

func (upgrading) Supports(r *http.Request) bool { return r.Header.Get("Upgrade") == "test" }

func (upgrading) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	go func() { // after the handler's return
		defer conn.Close()
		ctx := context.WithoutCancel(r.Context())
		if viewer.JarFrom(ctx).Open() {
			return
		}
		viewer.JarFrom(ctx).SetSession("nowhere to go", time.Time{})
		op, errs := exec.CreateOperationContext(ctx, &graphql.RawParams{Query: "{ who }"})
		if errs != nil {
			return
		}
		next, ctx := exec.DispatchOperation(ctx, op)
		_, _ = fmt.Fprintf(conn, "%s", next(ctx).Data)
	}()
}

// dial opens a socket and writes to it.
func (w *world) dial(text string) net.Conn {
	w.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(w.t.Context(), "tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		w.t.Fatal(err)
	}
	return conn
}

func TestTransportsComeFirst(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *server.Config) { c.Transports = []graphql.Transport{upgrading{}} })
	conn := w.dial("GET /graphql HTTP/1.1\r\nHost: hub\r\nConnection: Upgrade\r\nUpgrade: test\r\nCookie: hub_session=good\r\n\r\n")
	got, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(got), ana.String()) {
		t.Errorf("%v %s", err, got)
	}
	foreign := w.dial("GET /graphql HTTP/1.1\r\nHost: hub\r\nConnection: Upgrade\r\nUpgrade: test\r\nCookie: hub_session=good\r\nOrigin: https://evil.example\r\n\r\n")
	r, err := http.ReadResponse(bufio.NewReader(foreign), nil)
	if err != nil || r.StatusCode != http.StatusForbidden {
		t.Errorf("from a foreign page: %v %v", err, r)
	}
	r.Body.Close()
	if r := w.post("{ hello }"); r.StatusCode != http.StatusOK {
		t.Errorf("the others still answer: %d", r.StatusCode)
	}
}

func TestABodyThatDoesNotCome(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *server.Config) { c.BodyTime = 10 * time.Millisecond })
	conn := w.dial("POST /graphql HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	r, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusRequestTimeout || !strings.Contains(string(text), `"code":"UNAVAILABLE"`) {
		t.Errorf("%v %d %s", err, r.StatusCode, text)
	}
}

// The answer to a long question is not lost because its body was read long ago.
func TestATimeForReadingEndsWithTheBody(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *server.Config) { c.BodyTime, c.KeepAlive = 200*time.Millisecond, 50*time.Millisecond })
	conn := w.dial("POST /graphql HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: 45\r\n\r\n" +
		`{"query":"subscription { waits }","more": ""}`)
	<-w.schema.Waiting
	lines := bufio.NewReader(conn)
	for signs := 0; signs < 8; { // signs of life until the time for reading is over
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if line == ":\n" {
			signs++
		}
	}
	close(w.schema.GoOn)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("cut off: %v", err)
		}
		if strings.HasPrefix(line, "event: complete") {
			return
		}
	}
}
