package graphqlws_test

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"acs-aec.org/hub/internal/graphqlws"
)

// The protocol, sentence by sentence: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md.
//
//	> sends, < expects, x expects a close; sync expects that nothing else has come;
//	waiting waits until a field waits, go lets it go on; hello is an acknowledged connection.
func TestProtocol(t *testing.T) {
	t.Parallel()
	const hello = "\n> {\"type\":\"connection_init\"}\n< {\"type\":\"connection_ack\"}\n"
	for sentence, script := range map[string]string{
		// Communication
		"all messages contain the type field":                        hello + `> {"id":"1"}` + "\nx 4400",
		"the type is a string":                                       hello + `> {"type":1}` + "\nx 4400",
		"messages are JSON objects":                                  hello + `> []` + "\nx 4400",
		"a message is JSON":                                          hello + `> {"type":` + "\nx 4400",
		"a message is not null":                                      hello + `> null` + "\nx 4400",
		"names are case-sensitive":                                   hello + `> {"TYPE":"ping"}` + "\nx 4400",
		"types are case-sensitive":                                   hello + `> {"type":"Ping"}` + "\nx 4400",
		"fields that nobody knows are ignored":                       hello + `> {"type":"ping","more":1}` + "\n" + `< {"type":"pong"}`,
		"messages of operations contain an id":                       hello + `> {"type":"subscribe","payload":{"query":"{ hello }"}}` + "\nx 4400",
		"the id is a string":                                         hello + `> {"id":1,"type":"subscribe","payload":{"query":"{ hello }"}}` + "\nx 4400",
		"the id is not empty":                                        hello + `> {"id":"","type":"subscribe","payload":{"query":"{ hello }"}}` + "\nx 4400",
		"complete contains an id":                                    hello + `> {"type":"complete"}` + "\nx 4400",
		"a subscribe has a payload":                                  hello + `> {"id":"1","type":"subscribe"}` + "\nx 4400",
		"its payload has a query":                                    hello + `> {"id":"1","type":"subscribe","payload":{}}` + "\nx 4400",
		"the query is a string":                                      hello + `> {"id":"1","type":"subscribe","payload":{"query":null}}` + "\nx 4400",
		"variables are an object":                                    hello + `> {"id":"1","type":"subscribe","payload":{"query":"{ hello }","variables":[]}}` + "\nx 4400",
		"extensions are an object":                                   hello + `> {"id":"1","type":"subscribe","payload":{"query":"{ hello }","extensions":"no"}}` + "\nx 4400",
		"an operationName is a string":                               hello + `> {"id":"1","type":"subscribe","payload":{"query":"{ hello }","operationName":1}}` + "\nx 4400",
		"a ping's payload is an object":                              hello + `> {"type":"ping","payload":"no"}` + "\nx 4400",
		"a pong's payload is an object":                              hello + `> {"type":"pong","payload":[]}` + "\nx 4400",
		"an init's payload is an object":                             `> {"type":"connection_init","payload":1}` + "\nx 4400",
		"the client does not send connection_ack":                    hello + `> {"type":"connection_ack"}` + "\nx 4400",
		"the client does not send next":                              hello + `> {"id":"1","type":"next","payload":{}}` + "\nx 4400",
		"the client does not send error":                             hello + `> {"id":"1","type":"error","payload":[]}` + "\nx 4400",
		"the old protocol's messages are not known":                  hello + `> {"id":"1","type":"start","payload":{"query":"{ hello }"}}` + "\nx 4400",
		"a format which is not specified closes before init as well": `> hello` + "\nx 4400",
		"optional fields may be null": hello +
			`> {"id":"1","type":"subscribe","payload":{"query":"{ hello }","operationName":null,"variables":null,"extensions":null}}` + `
			< {"id":"1","type":"next","payload":{"data":{"hello":"hello world"}}}
			< {"id":"1","type":"complete"}`,

		// ConnectionInit
		"init is acknowledged":                        `> {"type":"connection_init"}` + "\n" + `< {"type":"connection_ack"}`,
		"its payload may be null":                     `> {"type":"connection_init","payload":null}` + "\n" + `< {"type":"connection_ack"}`,
		"its payload may be anything of the client's": `> {"type":"connection_init","payload":{"a":{"b":[1]}}}` + "\n" + `< {"type":"connection_ack"}`,
		"more than one init closes":                   hello + `> {"type":"connection_init"}` + "\nx 4429 Too many initialisation requests",
		"more than one at once closes": `> {"type":"connection_init"}
			> {"type":"connection_init"}
			< {"type":"connection_ack"}
			x 4429 Too many initialisation requests`,
		"a connection that is rejected is closed": `> {"type":"connection_init","payload":{"authorization":"Bearer bad"}}` + "\nx 4403 Forbidden",

		// Ping, Pong
		"a ping is answered":                  hello + `> {"type":"ping"}` + "\n" + `< {"type":"pong"}`,
		"before init as well":                 `> {"type":"ping"}` + "\n" + `< {"type":"pong"}`,
		"with its payload":                    hello + `> {"type":"ping","payload":{"a":[1,{"b":"c"}]}}` + "\n" + `< {"type":"pong","payload":{"a":[1,{"b":"c"}]}}`,
		"a payload of null is none":           hello + `> {"type":"ping","payload":null}` + "\n" + `< {"type":"pong"}`,
		"a pong may be sent without any ping": hello + `> {"type":"pong","payload":{"a":1}}` + "\nsync",

		// Subscribe
		"an id that is active closes, whatever the operation": hello + `> {"id":"1","type":"subscribe","payload":{"query":"{ waits }"}}
			waiting
			> {"id":"1","type":"subscribe","payload":{"query":"subscription { count(to: 1) }"}}
			x 4409 Subscriber for 1 already exists`,
		"an id that a subscription has closes": hello + `> {"id":"a b","type":"subscribe","payload":{"query":"subscription { waits }"}}
			waiting
			> {"id":"a b","type":"subscribe","payload":{"query":"{ hello }"}}
			x 4409 Subscriber for a b already exists`,
		"an id is free after the client's complete": hello + `> {"id":"1","type":"subscribe","payload":{"query":"subscription { waits }"}}
			waiting
			> {"id":"1","type":"complete"}
			> {"id":"1","type":"subscribe","payload":{"query":"subscription { count(to: 1) }"}}
			< {"id":"1","type":"next","payload":{"data":{"count":1}}}
			< {"id":"1","type":"complete"}
			go
			sync`,
		"an id is free after the hub's complete": hello + `> {"id":"1","type":"subscribe","payload":{"query":"subscription { count(to: 0) }"}}
			< {"id":"1","type":"complete"}
			> {"id":"1","type":"subscribe","payload":{"query":"subscription { count(to: 1) }"}}
			< {"id":"1","type":"next","payload":{"data":{"count":1}}}
			< {"id":"1","type":"complete"}`,
		"an id is free after an error": hello + `> {"id":"1","type":"subscribe","payload":{"query":"{ none }"}}
			< {"id":"1","type":"error","payload":"INVALID_INPUT"}
			> {"id":"1","type":"subscribe","payload":{"query":"subscription { count(to: 1) }"}}
			< {"id":"1","type":"next","payload":{"data":{"count":1}}}
			< {"id":"1","type":"complete"}`,
		"no operation before init": `> {"id":"1","type":"subscribe","payload":{"query":"{ hello }"}}` + "\nx 4401 Unauthorized",
		"no mutation before init":  `> {"id":"1","type":"subscribe","payload":{"query":"mutation { note(input: {text: \"x\"}) }"}}` + "\nx 4401 Unauthorized",

		// Next, Error, Complete
		"all results, and then complete": hello + `> {"id":"1","type":"subscribe","payload":{"query":"subscription { count(to: 3) }"}}
			< {"id":"1","type":"next","payload":{"data":{"count":1}}}
			< {"id":"1","type":"next","payload":{"data":{"count":2}}}
			< {"id":"1","type":"next","payload":{"data":{"count":3}}}
			< {"id":"1","type":"complete"}
			sync`,
		"an error ends the operation before it starts, without complete": hello + `> {"id":"1","type":"subscribe","payload":{"query":"{"}}
			< {"id":"1","type":"error","payload":"INVALID_INPUT"}
			sync`,
		"an error ends a subscription that does not begin, without complete": hello + `> {"id":"1","type":"subscribe","payload":{"query":"subscription { count(to: -1) }"}}
			< {"id":"1","type":"error","payload":"INTERNAL"}
			sync`,
		"errors of fields come with the result": hello + `> {"id":"1","type":"subscribe","payload":{"query":"{ hello fails }"}}
			< {"id":"1","type":"next","payload":{"data":{"hello":"hello world","fails":null},"errors":"INTERNAL"}}
			< {"id":"1","type":"complete"}`,
		"half of a character is an error": hello + `> {"id":"1","type":"subscribe","payload":{"query":"query ($n: String) { hello(name: $n) }","variables":{"n":"\ud83d"}}}
			< {"id":"1","type":"error","payload":"INVALID_INPUT"}
			> {"id":"2","type":"subscribe","payload":{"query":"{ hello(name: \"\\ud83d\") }"}}
			< {"id":"2","type":"error","payload":"INVALID_INPUT"}
			> {"id":"3","type":"subscribe","payload":{"query":"{ hello(name: \"\\ud83d\\ude00\") }"}}
			< {"id":"3","type":"next","payload":{"data":{"hello":"hello 😀"}}}
			< {"id":"3","type":"complete"}
			sync`,
		"an unknown operation is an error": hello + `> {"id":"1","type":"subscribe","payload":{"query":"query A { hello }","operationName":"B"}}
			< {"id":"1","type":"error","payload":"INVALID_INPUT"}
			sync`,
		"the client's complete stops a subscription, and nothing follows": hello + `> {"id":"1","type":"subscribe","payload":{"query":"subscription { waits }"}}
			waiting
			> {"id":"1","type":"complete"}
			sync
			go
			sync`,
		"the client's complete before a single result": hello + `> {"id":"1","type":"subscribe","payload":{"query":"{ waits }"}}
			waiting
			> {"id":"1","type":"complete"}
			sync
			go
			sync`,
		"complete for what is complete is ignored": hello + `> {"id":"1","type":"subscribe","payload":{"query":"{ hello }"}}
			< {"id":"1","type":"next","payload":{"data":{"hello":"hello world"}}}
			< {"id":"1","type":"complete"}
			> {"id":"1","type":"complete"}
			sync`,
		"complete for what never was is ignored": hello + `> {"id":"never","type":"complete"}` + "\nsync",
		"complete before init is ignored":        `> {"id":"never","type":"complete"}` + "\nsync",

		// Examples
		"several operations are interleaved": hello + `> {"id":"1","type":"subscribe","payload":{"query":"{ waits }"}}
			waiting
			> {"id":"2","type":"subscribe","payload":{"query":"subscription { count(to: 1) }"}}
			< {"id":"2","type":"next","payload":{"data":{"count":1}}}
			< {"id":"2","type":"complete"}
			go
			< {"id":"1","type":"next","payload":{"data":{"waits":"waited"}}}
			< {"id":"1","type":"complete"}`,
		"a mutation": hello + `> {"id":"1","type":"subscribe","payload":{"query":"mutation($t: String!) { note(input: {text: $t}) }","variables":{"t":"x"}}}
			< {"id":"1","type":"next","payload":{"data":{"note":"x"}}}
			< {"id":"1","type":"complete"}`,
		"an id that is hard to write": hello + `> {"id":"\u0022\\<é\u0000","type":"subscribe","payload":{"query":"subscription { count(to: 1) }"}}
			< {"id":"\u0022\\<é\u0000","type":"next","payload":{"data":{"count":1}}}
			< {"id":"\u0022\\<é\u0000","type":"complete"}`,
		"a panic is an error of its field": hello + `> {"id":"1","type":"subscribe","payload":{"query":"{ panics }"}}
			< {"id":"1","type":"next","payload":{"data":null,"errors":"INTERNAL"}}
			< {"id":"1","type":"complete"}
			sync`,
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			c := w.dial()
			for line := range strings.Lines(script) {
				play(w, c, strings.TrimSpace(line))
			}
		})
	}
}

func play(w *world, c *client, line string) {
	w.t.Helper()
	what, rest, _ := strings.Cut(line, " ")
	switch what {
	case "":
	case ">":
		c.send(rest)
	case "<":
		c.want(rest)
	case "x":
		number, text, _ := strings.Cut(rest, " ")
		code, err := strconv.Atoi(number)
		if err != nil {
			w.t.Fatal(err)
		}
		c.wantClose(code, text)
	case "sync":
		c.nothing()
	case "waiting":
		<-w.schema.Waiting
	case "go":
		close(w.schema.GoOn)
	default:
		w.t.Fatalf("what is %q?", line)
	}
}

func TestSubprotocols(t *testing.T) {
	t.Parallel()
	for name, offered := range map[string][]string{"none": {}, "the old one": {"graphql-ws"}, "another": {"mqtt", "graphql"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start(t).dial(offered...).wantClose(4406, "Subprotocol not acceptable")
		})
	}
	w := start(t)
	c := w.dial("graphql-ws", "graphql-transport-ws")
	if c.conn.Subprotocol() != "graphql-transport-ws" {
		t.Errorf("among others: %q", c.conn.Subprotocol())
	}
	c.send(`{"type":"connection_init"}`)
	c.want(`{"type":"connection_ack"}`)
}

func TestConnectionInitialisationTimeout(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *graphqlws.Config) { c.InitTime = 50 * time.Millisecond })
	w.dial().wantClose(4408, "Connection initialisation timeout")
	if e := <-w.ended; e.Code != 4408 || e.ByClient {
		t.Errorf("%+v", e)
	}
	c := w.dial() // a ping does not count
	c.send(`{"type":"ping"}`)
	c.want(`{"type":"pong"}`)
	c.wantClose(4408, "")
}

func TestTheClientClosesNormally(t *testing.T) {
	t.Parallel()
	w := start(t)
	c := w.ready()
	c.send(`{"id":"1","type":"subscribe","payload":{"query":"subscription { waits }"}}`)
	<-w.schema.Waiting
	err := c.conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, "bye"))
	if err != nil {
		t.Fatal(err)
	}
	c.wantClose(websocket.CloseNormalClosure, "")
	if e := <-w.ended; e.Code != 1000 || !e.ByClient || e.Operations != 1 {
		t.Errorf("%+v", e)
	}
	if n := w.engine.Links(); n != 0 {
		t.Errorf("%d links are left", n)
	}
}

// What is no message of the protocol at all.
func TestUnreadableMessages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind int
		data []byte
		code int
	}{
		"binary":      {websocket.BinaryMessage, []byte(`{"type":"ping"}`), 4400},
		"not UTF-8":   {websocket.TextMessage, []byte("{\"type\":\"ping\",\"payload\":{\"a\":\"\xff\"}}"), 1007},
		"too large":   {websocket.TextMessage, bytes.Repeat([]byte(" "), 64<<10+1), 1009},
		"much larger": {websocket.TextMessage, bytes.Repeat([]byte(" "), 3<<20), 1009},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			cl := w.ready()
			if err := cl.conn.WriteMessage(c.kind, c.data); err != nil {
				t.Fatal(err)
			}
			cl.wantClose(c.code, "")
		})
	}
	w := start(t)
	c := w.ready()
	c.send(`{"type":"ping"` + strings.Repeat(" ", 64<<10-15) + "}")
	c.want(`{"type":"pong"}`) // as large as may be
}

func TestHandshakesThatAreRefused(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *graphqlws.Config) {
		c.Origin = func(r *http.Request) bool { return r.Header.Get("Origin") != "https://evil.example" }
	})
	for name, c := range map[string]struct {
		header http.Header
		status int
	}{
		"a foreign page":    {http.Header{"Origin": {"https://evil.example"}}, http.StatusForbidden},
		"an old version":    {http.Header{"Sec-Websocket-Version": {"8"}}, http.StatusBadRequest},
		"no key worth that": {http.Header{"Sec-Websocket-Key": {"short"}}, http.StatusBadRequest},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http"+strings.TrimPrefix(w.url, "ws"), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{
			"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="},
		}
		for k, v := range c.header {
			r.Header[k] = v
		}
		got, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		got.Body.Close()
		if got.StatusCode != c.status {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
	}
}
