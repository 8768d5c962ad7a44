package graphqlws_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/graphqlws"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/server/query"
	"acs-aec.org/hub/internal/server/schematest"
	"acs-aec.org/hub/internal/viewer"
)

var ana = uuid.MustParse("018f0000-0000-7000-8000-000000000001")

// world is a transport behind a real socket.
type world struct {
	t         testing.TB
	url       string
	schema    *schematest.Schema
	engine    *schematest.Engine
	transport *graphqlws.Transport
	exec      *query.Executor
	metrics   *prometheus.Registry
	ended     chan graphqlws.End
}

func start(t testing.TB, change ...func(*graphqlws.Config)) *world {
	t.Helper()
	w := &world{
		t: t, schema: schematest.New(), engine: &schematest.Engine{},
		metrics: prometheus.NewRegistry(), ended: make(chan graphqlws.End, 100),
	}
	w.exec = query.New(query.Options{Schema: w.schema, Present: present, Recover: recovered})
	c := graphqlws.Config{
		Engine:  graphqlws.Adapt(w.engine.Attach),
		Context: requestContext, Authenticate: authenticate, Metrics: w.metrics, Recover: recovered,
		Ended: func(_ context.Context, e graphqlws.End) { w.ended <- e },
	}
	for _, f := range change {
		f(&c)
	}
	w.transport = graphqlws.New(c)
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !w.transport.Supports(r) {
			http.Error(rw, "no websocket", http.StatusTeapot)
			return
		}
		w.transport.Do(rw, r, w.exec)
	}))
	t.Cleanup(srv.Close)
	w.url = "ws" + strings.TrimPrefix(srv.URL, "http")
	return w
}

// present tells the code of an error alone.
func present(_ context.Context, err error) *gqlerror.Error {
	code := apperr.CodeOf(err)
	var located *gqlerror.Error
	if code == apperr.Internal && errors.As(err, &located) && located.Err == nil {
		code = apperr.InvalidInput // what gqlparser found
	}
	return &gqlerror.Error{Message: "told", Extensions: map[string]any{"code": code}}
}

func recovered(context.Context, any) error { return apperr.ErrInternal }

func requestContext(r *http.Request) context.Context {
	v := viewer.Nobody()
	if c, err := r.Cookie("session"); err == nil && c.Value == "good" {
		v = &viewer.Viewer{Person: ana}
	}
	return viewer.WithUserAgent(viewer.With(context.Background(), v), r.UserAgent())
}

func authenticate(_ context.Context, token string) (*viewer.Viewer, error) {
	switch token {
	case "good":
		return &viewer.Viewer{Person: ana}, nil
	case "spanish":
		return &viewer.Viewer{Person: ana, Language: i18n.ES}, nil
	case "later":
		return nil, apperr.ErrUnavailable
	case "broken":
		return nil, errors.New("a cause")
	}
	return nil, apperr.ErrSignIn
}

var dialer = &websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}}

// client is the other end of a socket.
type client struct {
	t    testing.TB
	conn *websocket.Conn
	w    *world
}

func (w *world) dial(protocols ...string) *client {
	w.t.Helper()
	return w.dialWith(http.Header{}, protocols...)
}

func (w *world) dialWith(h http.Header, protocols ...string) *client {
	w.t.Helper()
	if protocols == nil {
		protocols = []string{"graphql-transport-ws"}
	}
	conn, r, err := (&websocket.Dialer{Subprotocols: protocols}).DialContext(w.t.Context(), w.url, h) //nolint:bodyclose // a websocket has none
	if err != nil {
		w.t.Fatal(err, r)
	}
	w.t.Cleanup(func() { conn.Close() })
	return &client{w.t, conn, w}
}

// ready is a client whose connection is acknowledged.
func (w *world) ready() *client {
	w.t.Helper()
	c := w.dial()
	c.send(`{"type":"connection_init"}`)
	c.want(`{"type":"connection_ack"}`)
	return c
}

func (c *client) send(text string) {
	c.t.Helper()
	if err := c.conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

// code is the code of the first of errors.
func code(errs []any) any { return errs[0].(map[string]any)["extensions"].(map[string]any)["code"] }

// next is the next message, without extensions; of errors, the code.
func (c *client) next() (map[string]any, error) {
	if err := c.conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return nil, err
	}
	_, b, err := c.conn.ReadMessage()
	if err != nil {
		return nil, err
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("%w: %s", err, b)
	}
	if p, ok := m["payload"].(map[string]any); ok && m["type"] == "next" {
		delete(p, "extensions")
		if errs, ok := p["errors"].([]any); ok {
			p["errors"] = code(errs)
		}
	}
	if errs, ok := m["payload"].([]any); ok {
		m["payload"] = code(errs)
	}
	return m, nil
}

func (c *client) want(text string) {
	c.t.Helper()
	var want map[string]any
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		c.t.Fatal(err)
	}
	got, err := c.next()
	if err != nil {
		c.t.Fatalf("%v instead of %s", err, text)
	}
	if !reflect.DeepEqual(got, want) {
		c.t.Fatalf("%v instead of %s", got, text)
	}
}

// nothing says that the hub has sent nothing that was not read.
func (c *client) nothing() {
	c.t.Helper()
	c.send(`{"type":"ping","payload":{"is":"nothing"}}`)
	c.want(`{"type":"pong","payload":{"is":"nothing"}}`)
}

func (c *client) wantClose(code int, text string) {
	c.t.Helper()
	m, err := c.next()
	var said *websocket.CloseError
	if !errors.As(err, &said) || said.Code != code || !strings.HasPrefix(said.Text, text) {
		c.t.Fatalf("%v %v instead of close %d %s", m, err, code, text)
	}
}
