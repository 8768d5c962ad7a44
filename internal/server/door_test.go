package server_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/internal/server"
)

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
