package chaos

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/api"
)

// silence is after how long without a sign of life a listener gives its stream
// up: the hub sends one every 12 s at least.
const silence = 20 * time.Second

// listenSSE follows an event stream to its end.
func (l *listener) listenSSE(ctx context.Context, base string, who signedIn, after string) (ending, string) {
	ctx, cancel := l.lifetime(ctx)
	defer cancel()
	r, err := api.Request(ctx, base, who.Credential, l.subscription(), map[string]any{"in": l.scope, "after": after})
	if err != nil {
		return misused, err.Error()
	}
	r.Header.Set("Accept", "text/event-stream")
	transport := &http.Transport{DisableKeepAlives: true, DialContext: l.dialer(), ResponseHeaderTimeout: silence}
	defer transport.CloseIdleConnections()
	l.began(who, after)
	resp, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return broken, "line"
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusUnauthorized {
		return denied, "401"
	}
	if resp.StatusCode != http.StatusOK {
		return broken, resp.Status
	}
	alive := time.AfterFunc(silence, cancel)
	defer alive.Stop()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(make([]byte, 0, 4096), 1<<20)
	var event string
	var data bytes.Buffer
	for lines.Scan() {
		alive.Reset(silence)
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "event:"):
			event = strings.TrimSpace(line[6:])
		case strings.HasPrefix(line, "data:"):
			data.WriteString(strings.TrimSpace(line[5:]))
		case line == "" && event == "complete":
			return notFound, "complete" // the scope is lost, or the hub is ending
		case line == "" && event == "next":
			if end, why, over := l.take(data.Bytes()); over {
				return end, why
			}
			l.dawdle(ctx)
			event = ""
			data.Reset()
		}
	}
	if ctx.Err() != nil {
		return broken, "own"
	}
	return broken, "line"
}

// take takes in an answer; over says that the stream is over with it.
func (l *listener) take(payload []byte) (end ending, why string, over bool) {
	var a struct {
		Data   *struct{ Events *envelope }
		Errors api.Errors
	}
	if err := json.Unmarshal(payload, &a); err != nil {
		return misused, "not an answer: " + err.Error(), true
	}
	if a.Data != nil && a.Data.Events != nil {
		l.got(a.Data.Events)
	}
	if err := a.Errors.Refusal(0); err != nil && (a.Data == nil || a.Data.Events == nil) {
		end, why = judge(err)
		return end, why, true
	}
	return broken, "", false
}

// dialer connects; a sleepy listener with little room for what it does not read.
func (l *listener) dialer() func(ctx context.Context, network, address string) (net.Conn, error) {
	d := &net.Dialer{Timeout: 5 * time.Second}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := d.DialContext(ctx, network, address)
		if err == nil && l.pace == sleepy && !l.awake.Load() {
			err = c.(*net.TCPConn).SetReadBuffer(4096)
		}
		return c, err
	}
}
