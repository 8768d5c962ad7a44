package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"acs-aec.org/hub/cmd/livecheck/internal/api"
)

// frame is a message of graphql-transport-ws.
type frame struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// listenSocket subscribes over a websocket and follows it to its end. A session
// is asked first who it is: one that has ended is nobody, which is no error.
func (l *listener) listenSocket(ctx context.Context, base string, who signedIn, after string) (ending, string) {
	ctx, cancel := l.lifetime(ctx)
	defer cancel()
	c, end, why := dialSocket(ctx, l, base, who)
	if c == nil {
		return end, why
	}
	stop := context.AfterFunc(ctx, func() { _ = c.NetConn().Close() })
	defer stop()
	defer c.Close()
	if who.Session != "" {
		if end, why := l.whoAmI(c); why != "" {
			return end, why
		}
	}
	l.began(who, after)
	subscribe, err := json.Marshal(map[string]any{"query": l.subscription(), "variables": map[string]any{"in": l.scope, "after": after}})
	if err != nil {
		return misused, err.Error()
	}
	if err := c.WriteJSON(frame{ID: "events", Type: "subscribe", Payload: subscribe}); err != nil {
		return broken, "line"
	}
	for {
		f, err := readFrame(c)
		if err != nil {
			if ctx.Err() != nil {
				return broken, "own"
			}
			return l.closed(err)
		}
		switch f.Type {
		case "next":
			if end, why, over := l.take(f.Payload); over {
				return end, why
			}
			l.dawdle(ctx)
		case "error":
			return judge(refusalOf(f.Payload))
		case "complete":
			return notFound, "complete"
		}
	}
}

// dialSocket connects and greets. Without a socket, it says why.
func dialSocket(ctx context.Context, l *listener, base string, who signedIn) (*websocket.Conn, ending, string) {
	d := websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}, HandshakeTimeout: 5 * time.Second, NetDialContext: l.dialer()}
	h := http.Header{}
	greeting := frame{Type: "connection_init"}
	if who.Bearer != "" && l.r.IntN(2) == 0 {
		greeting.Payload, _ = json.Marshal(map[string]string{"authorization": "Bearer " + who.Bearer}) // of strings: it can't fail
	} else {
		who.Set(h)
	}
	c, resp, err := d.DialContext(ctx, "ws"+strings.TrimPrefix(base, "http")+"/graphql", h)
	if resp != nil {
		_ = resp.Body.Close()
	}
	if err != nil {
		if resp != nil && resp.StatusCode == http.StatusUnauthorized {
			return nil, denied, "401"
		}
		if resp != nil && resp.StatusCode != http.StatusSwitchingProtocols {
			return nil, broken, resp.Status
		}
		return nil, broken, "line"
	}
	c.SetReadLimit(1 << 20)
	heard := func(string) error { return c.SetReadDeadline(time.Now().Add(silence)) }
	answer := c.PingHandler()
	c.SetPingHandler(func(s string) error { _ = heard(s); return answer(s) })
	_ = heard("")
	f := frame{}
	if err = c.WriteJSON(greeting); err == nil {
		f, err = readFrame(c)
	}
	if err == nil && f.Type != "connection_ack" {
		err = fmt.Errorf("greeted with %s", f.Type)
	}
	if err != nil {
		end, why := l.closed(err)
		_ = c.Close()
		return nil, end, why
	}
	return c, 0, ""
}

// whoAmI asks over the socket; without a why, the person is signed in.
func (l *listener) whoAmI(c *websocket.Conn) (ending, string) {
	question := json.RawMessage(`{"query": "{ viewer { person { id } } }"}`)
	if err := c.WriteJSON(frame{ID: "who", Type: "subscribe", Payload: question}); err != nil {
		return broken, "line"
	}
	for known := false; ; {
		f, err := readFrame(c)
		switch {
		case err != nil:
			return l.closed(err)
		case f.Type == "error":
			return judge(refusalOf(f.Payload))
		case f.Type == "complete" && known:
			return 0, ""
		case f.Type == "complete":
			return denied, "signed out"
		case f.Type == "next":
			var a struct {
				Data   struct{ Viewer *struct{} }
				Errors api.Errors
			}
			if err := json.Unmarshal(f.Payload, &a); err != nil {
				return misused, "not an answer: " + err.Error()
			}
			if err := a.Errors.Refusal(0); err != nil { // it could not be found out
				return judge(err)
			}
			known = a.Data.Viewer != nil
		}
	}
}

// readFrame reads the next message that is no sign of life.
func readFrame(c *websocket.Conn) (f frame, err error) {
	for {
		f = frame{}
		if err = c.ReadJSON(&f); err != nil {
			return f, err
		}
		_ = c.SetReadDeadline(time.Now().Add(silence))
		switch f.Type {
		case "pong":
		case "ping":
			if err := c.WriteJSON(frame{Type: "pong"}); err != nil {
				return f, err
			}
		default:
			return f, nil
		}
	}
}

func refusalOf(payload json.RawMessage) error {
	var errs api.Errors
	if err := json.Unmarshal(payload, &errs); err != nil || len(errs) == 0 {
		return &api.Refusal{Code: "MALFORMED", Message: string(payload)}
	}
	return errs.Refusal(0)
}

// closed says what the end of a socket means. Codes after which the usual client
// never comes back may not be sent to one that did nothing wrong.
func (l *listener) closed(err error) (ending, string) {
	var c *websocket.CloseError
	if !errors.As(err, &c) || c.Code == websocket.CloseAbnormalClosure {
		return broken, "line"
	}
	why := fmt.Sprintf("close %d", c.Code)
	switch c.Code {
	case 4401, 4403:
		return denied, why
	case websocket.CloseNormalClosure, websocket.CloseProtocolError, websocket.CloseInternalServerErr:
		return misused, why + " " + c.Text
	}
	return broken, why
}
