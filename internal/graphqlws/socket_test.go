package graphqlws_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/internal/graphqlws"
	"acs-aec.org/hub/internal/live"
)

func (c *client) subscribe(id, query string) {
	c.t.Helper()
	c.send(fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":{"query":%q}}`, id, query))
}

func TestWhoIsAsking(t *testing.T) {
	t.Parallel()
	cookie := http.Header{"Cookie": {"session=good"}}
	for name, c := range map[string]struct {
		header  http.Header
		payload string
		code    int  // of the close; 0: it is acknowledged
		person  bool // somebody is asking
	}{
		"nobody":                      {payload: `{}`},
		"a cookie":                    {cookie, `{}`, 0, true},
		"a token":                     {nil, `{"authorization":"Bearer good"}`, 0, true},
		"in any case":                 {nil, `{"AuthoriZation":"bEARER good"}`, 0, true},
		"a bad token":                 {nil, `{"authorization":"Bearer bad"}`, 4403, false},
		"a bad token beside a cookie": {cookie, `{"authorization":"Bearer bad"}`, 4403, false},
		"another scheme":              {nil, `{"authorization":"Basic good"}`, 4403, false},
		"no token":                    {nil, `{"authorization":"Bearer "}`, 4403, false},
		"no text":                     {nil, `{"authorization":1}`, 4403, false},
		"null":                        {cookie, `{"authorization":null}`, 0, true},
		"a huge token":                {nil, `{"authorization":"Bearer ` + strings.Repeat("x", 5000) + `"}`, 4403, false},
		"who can't be looked up now":  {nil, `{"authorization":"Bearer later"}`, 1013, false},
		"a failure of our own":        {nil, `{"authorization":"Bearer broken"}`, 1013, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			w := start(t, sitting(d))
			cl := w.dialWith(c.header)
			cl.send(`{"type":"connection_init","payload":` + c.payload + `}`)
			if c.code != 0 {
				cl.wantClose(c.code, "")
				if len(d.links) != 0 {
					t.Error("it was let in")
				}
				return
			}
			cl.want(`{"type":"connection_ack"}`)
			if l := <-d.links; l.viewer.SignedIn() != c.person {
				t.Errorf("%v", l.viewer)
			}
			cl.subscribe("1", "{ who }")
			m, err := cl.next()
			if err != nil || strings.Contains(fmt.Sprint(m), ana.String()) != c.person {
				t.Errorf("%v %v", m, err)
			}
		})
	}
}

func TestCutByTheEngine(t *testing.T) {
	t.Parallel()
	for why, code := range map[live.Reason]int{live.Revoked: 4403, live.Lagging: 1013} {
		d := newDesk()
		w := start(t, sitting(d))
		c := w.ready()
		l := <-d.links
		c.subscribe("1", "subscription { waits }")
		s := <-d.streams
		l.cut(why)
		if !s.out.Next(live.Whole([]byte(`{}`)), "", "") {
			t.Error("an answer after the cut asks to be given again")
		}
		<-l.closed
		c.wantClose(code, "")
	}
}

// No more connections of the person is a reason to come back later.
func TestTooManyConnections(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.engine.Most = 1
	w.ready()
	c := w.dial()
	c.send(`{"type":"connection_init"}`)
	c.wantClose(1013, "Too many connections")
}

func TestTooManySockets(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *graphqlws.Config) { c.Sockets = 1 })
	c := w.ready()
	_, r, err := dialer.DialContext(t.Context(), w.url, nil)
	if err == nil || r.StatusCode != http.StatusServiceUnavailable {
		t.Fatal(err, r)
	}
	r.Body.Close()
	c.conn.Close()
	<-w.ended // and there is room again, as soon as that is counted
	for {
		conn, r, err := dialer.DialContext(t.Context(), w.url, nil)
		if err == nil {
			conn.Close()
			return
		}
		if r == nil || r.StatusCode != http.StatusServiceUnavailable {
			t.Fatal(err)
		}
		r.Body.Close()
	}
}

func TestTooManyOperations(t *testing.T) {
	t.Parallel()
	d := newDesk()
	w := start(t, sitting(d), func(c *graphqlws.Config) { c.Operations = 2 })
	c := w.ready()
	c.subscribe("1", "subscription { waits }")
	c.subscribe("2", "{ waits }")
	<-d.streams
	<-w.schema.Waiting
	c.subscribe("3", "{ hello }")
	c.want(`{"id":"3","type":"error","payload":"RATE_LIMITED"}`)
	c.nothing()
	// What the client completes makes room, when it has ended.
	c.send(`{"id":"1","type":"complete"}`)
	c.subscribe("3", "{ hello }")
	c.want(`{"id":"3","type":"next","payload":{"data":{"hello":"hello world"}}}`)
	c.want(`{"id":"3","type":"complete"}`)
	c.subscribe(strings.Repeat("x", 257), "{ hello }")
	m, err := c.next()
	if err != nil || m["payload"] != "INVALID_INPUT" {
		t.Errorf("an endless id: %v %v", m, err)
	}
}

// A mutation goes on to its end, whoever has left; and keeps its place meanwhile.
func TestAMutationIsFinished(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *graphqlws.Config) { c.Operations = 1 })
	c := w.ready()
	c.subscribe("1", "mutation { lasts }")
	<-w.schema.Waiting
	c.send(`{"id":"1","type":"complete"}`)
	c.subscribe("1", "{ hello }")
	c.want(`{"id":"1","type":"error","payload":"RATE_LIMITED"}`)
	c.conn.Close()
	<-w.ended
	w.transport.Drain()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.transport.Wait(ctx); err == nil {
		t.Error("nobody waits for the mutation")
	}
	close(w.schema.GoOn)
	if got := <-w.schema.Lasted; got != nil {
		t.Errorf("it was cancelled: %v", got)
	}
	if err := w.transport.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAQueryEndsWithItsSocket(t *testing.T) {
	t.Parallel()
	w := start(t)
	c := w.ready()
	c.subscribe("1", "{ waits }")
	<-w.schema.Waiting
	c.conn.Close()
	<-w.ended
	w.transport.Drain()
	if err := w.transport.Wait(t.Context()); err != nil { // which it does only if the query has ended
		t.Error(err)
	}
}

// An engine that says everything at the wrong moment.
func TestAnEngineThatSaysTooMuch(t *testing.T) {
	t.Parallel()
	d := newDesk()
	w := start(t, sitting(d))
	c := w.ready()
	one := live.Whole([]byte(`{"data":{"waits":1}}`))
	d.open = func(s *deskStream) gqlerror.List { // before Open returns
		s.out.Next(one, "", "")
		s.out.Complete()
		return nil
	}
	c.subscribe("1", "subscription { waits }")
	c.want(`{"id":"1","type":"next","payload":{"data":{"waits":1}}}`)
	c.want(`{"id":"1","type":"complete"}`)
	s := <-d.streams
	<-s.closed // for it has ended
	d.open = nil
	c.subscribe("1", "subscription { waits }")
	again := <-d.streams
	s.out.Next(one, "", "") // late words of the first
	s.out.Complete()
	s.out.Fail(gqlerror.List{gqlerror.Errorf("late")})
	c.nothing()
	again.out.Next(live.Whole([]byte(`{"data":{"waits":2}}`)), "", "")
	c.want(`{"id":"1","type":"next","payload":{"data":{"waits":2}}}`)
	again.out.Fail(gqlerror.List{{Message: "lost", Extensions: map[string]any{"code": "NOT_FOUND"}}})
	again.out.Complete()
	again.out.Next(one, "", "")
	c.want(`{"id":"1","type":"error","payload":"NOT_FOUND"}`)
	c.nothing()
	d.open = func(*deskStream) gqlerror.List { panic("an engine's fault") }
	c.subscribe("1", "subscription { waits }")
	c.want(`{"id":"1","type":"error","payload":"INTERNAL"}`)
	c.nothing()
}

func TestDrain(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *graphqlws.Config) { c.DrainTime = 20 * time.Millisecond })
	idle, busy := w.ready(), w.ready()
	busy.subscribe("1", "{ waits }")
	<-w.schema.Waiting
	w.transport.Drain()
	idle.wantClose(1012, "This node restarts")
	_, r, err := dialer.DialContext(t.Context(), w.url, nil)
	if err == nil || r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("who comes now: %v", err)
	}
	r.Body.Close()
	close(w.schema.GoOn)
	busy.want(`{"id":"1","type":"next","payload":{"data":{"waits":"waited"}}}`)
	busy.want(`{"id":"1","type":"complete"}`)
	busy.wantClose(1012, "")
	if err := w.transport.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWhoDoesNotLeave(t *testing.T) {
	t.Parallel()
	w := start(t)
	c := w.ready()
	c.subscribe("1", "{ waits }")
	<-w.schema.Waiting
	w.transport.Drain()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := w.transport.Wait(ctx); err == nil {
		t.Error("it has not ended")
	}
	if e := <-w.ended; e.Code != 1006 {
		t.Errorf("%+v", e)
	}
	if err := w.transport.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	w := start(t)
	c := w.ready()
	c.subscribe("1", "subscription { count(to: 2) }")
	for range 3 {
		if _, err := c.next(); err != nil {
			t.Fatal(err)
		}
	}
	c.send("no message")
	c.wantClose(4400, "")
	c.conn.Close()
	<-w.ended
	w.transport.Drain()
	if err := w.transport.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	all, err := w.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range all {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			got[name] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	for name, want := range map[string]float64{
		"hub_websockets": 0, "hub_websocket_operations": 0, "hub_websocket_closes_total hub 4400": 1,
		"hub_websocket_messages_in_total subscribe": 1, "hub_websocket_messages_in_total invalid": 1,
		"hub_websocket_messages_out_total next": 2, "hub_websocket_messages_out_total complete": 1,
	} {
		if v, ok := got[name]; !ok || v != want {
			t.Errorf("%s: %v, not %v", name, v, want)
		}
	}
}
