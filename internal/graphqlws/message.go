package graphqlws

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/99designs/gqlgen/graphql"
)

// message is one from a client, checked against the protocol.
type message struct {
	kind   string
	id     string                     // of subscribe and complete
	object json.RawMessage            // the payload of ping: an object, or nil
	fields map[string]json.RawMessage // the payload of connection_init and subscribe
}

// The types of messages.
const (
	kindInit      = "connection_init"
	kindAck       = "connection_ack"
	kindPing      = "ping"
	kindPong      = "pong"
	kindSubscribe = "subscribe"
	kindNext      = "next"
	kindError     = "error"
	kindComplete  = "complete"
)

// parse reads a message. Its error says what is wrong with it, in a few words and without the
// message's own. Names are taken to the letter, as JSON has them and encoding/json does not.
func parse(b []byte) (message, error) {
	var m message
	var given map[string]json.RawMessage
	if err := json.Unmarshal(b, &given); err != nil || given == nil {
		return m, errors.New("not a JSON object")
	}
	if !text(given["type"], &m.kind) {
		return m, errors.New("no type")
	}
	payload := given["payload"]
	switch m.kind {
	case kindInit, kindPing, kindPong:
		if isNull(payload) {
			return m, nil
		}
		if !object(payload, &m.fields) {
			return m, errors.New("the payload is not an object")
		}
		m.object = payload
	case kindSubscribe:
		if !text(given["id"], &m.id) || m.id == "" {
			return m, errors.New("no id")
		}
		if !object(payload, &m.fields) {
			return m, errors.New("the payload is not an object")
		}
	case kindComplete:
		if !text(given["id"], &m.id) || m.id == "" {
			return m, errors.New("no id")
		}
	default:
		return m, errors.New("a type that a client does not send")
	}
	return m, nil
}

// params are what a subscribe message asks for. Numbers stay as they are written.
func (m message) params() (*graphql.RawParams, error) {
	p := &graphql.RawParams{}
	if !text(m.fields["query"], &p.Query) {
		return nil, errors.New("the query is not a string")
	}
	if v := m.fields["operationName"]; !isNull(v) && !text(v, &p.OperationName) {
		return nil, errors.New("the operationName is not a string")
	}
	for name, into := range map[string]*map[string]any{"variables": &p.Variables, "extensions": &p.Extensions} {
		v := m.fields[name]
		if isNull(v) {
			continue
		}
		d := json.NewDecoder(bytes.NewReader(v))
		d.UseNumber()
		if v[0] != '{' || d.Decode(into) != nil {
			return nil, errors.New("the " + name + " are not an object")
		}
	}
	return p, nil
}

// authorization is the client's entry of that name, in whatever case; false if there is none. What is
// not a string is given as "".
func (m message) authorization() (value string, given bool) {
	for name, v := range m.fields {
		if strings.EqualFold(name, "authorization") && !isNull(v) {
			if !text(v, &value) {
				value = ""
			}
			return value, true
		}
	}
	return "", false
}

// isNull says whether a value is null or not there.
func isNull(v json.RawMessage) bool { return len(v) == 0 || v[0] == 'n' }

func text(v json.RawMessage, into *string) bool {
	return len(v) > 0 && v[0] == '"' && json.Unmarshal(v, into) == nil
}

func object(v json.RawMessage, into *map[string]json.RawMessage) bool {
	return len(v) > 0 && v[0] == '{' && json.Unmarshal(v, into) == nil
}

// quoted is a text as JSON.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // no string is refused
	}
	return string(b)
}

// small makes a text frame of a short message.
func small(parts ...string) []byte {
	b := make([]byte, headerRoom, 128)
	for _, p := range parts {
		b = append(b, p...)
	}
	return framed(b)
}
