package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"acs-aec.org/hub/cmd/livecheck/internal/api"
	"acs-aec.org/hub/cmd/livecheck/internal/chaos"
	"acs-aec.org/hub/cmd/livecheck/internal/host"
)

// TestARealCase plays a case with six people in three languages over the API of
// hubs in processes of their own, and compares what came to every screen with what
// the commands said that they told: a discussion opened to two bodies, a partner
// admitted without the history and removed again, what the partner wrote held and
// released, a request for information answered, a message withdrawn, and one member
// away who gets exactly what was missed.
func TestARealCase(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			if database == "postgres" {
				requirePostgres(t)
			}
			of := target{Database: database, Nodes: 2, Hub: hub(t, "")}
			d, end, err := of.deploy(t.Context(), func(string) {})
			if err != nil {
				t.Fatal(err)
			}
			defer end()
			playCase(t, newPlay(t, d))
		})
	}
}

// play is a deployment with people.
type play struct {
	t       *testing.T
	d       *chaos.Deployment
	api     *api.Client
	steward api.Credential
	people  map[string]*actor
	// told are the events of the discussion in order, each with who may see it.
	told []toldEvent
}

type actor struct {
	name, id string
	who      api.Credential
}

type toldEvent struct {
	id    string
	to    []string // nil: everybody who takes part
	later bool     // not for who was admitted without the history
}

func newPlay(t *testing.T, d *chaos.Deployment) *play {
	t.Helper()
	return &play{t: t, d: d, api: api.New(20 * time.Second), steward: api.Credential{Bearer: d.Token}, people: map[string]*actor{}}
}

// ask asks some node, and reads the answer as JSON.
func (s *play) ask(who api.Credential, query string, in map[string]any) map[string]any {
	s.t.Helper()
	var out map[string]any
	base := s.d.URLs[len(query)%len(s.d.URLs)] // any node will do
	if err := s.api.Do(s.t.Context(), base, who, query, in, &out); err != nil {
		s.t.Fatalf("%v\n%s", err, query)
	}
	return out
}

func at(v any, path string) any {
	for _, step := range strings.Split(path, ".") {
		m, _ := v.(map[string]any)
		v = m[step]
	}
	return v
}

func text(v any, path string) string { s, _ := at(v, path).(string); return s }

// does runs a mutation and notes the events that it told.
func (s *play) does(name, mutation, input, answer string, in map[string]any, to ...string) map[string]any {
	s.t.Helper()
	q := fmt.Sprintf(`mutation($in: %s!) { %s(input: $in) { eventIds %s } }`, input, mutation, answer)
	out := s.ask(s.people[name].who, q, map[string]any{"in": in})
	payload, _ := out[mutation].(map[string]any)
	ids, _ := payload["eventIds"].([]any)
	for _, u := range ids {
		s.told = append(s.told, toldEvent{id: u.(string), to: to})
	}
	return payload
}

func (s *play) person(name, language string, organisation any) {
	s.t.Helper()
	email := name + "@example.org"
	out := s.ask(s.steward, `mutation($in: CreatePersonInput!) { createPerson(input: $in) { person { id } } }`, map[string]any{"in": map[string]any{
		"email": email, "name": name, "language": language, "organisationId": organisation,
	}})
	token, err := host.Command(s.t.Context(), s.d.Hub, "token", "create", "--person", email, "--database="+s.d.Database)
	if err != nil {
		s.t.Fatal(err)
	}
	s.people[name] = &actor{name, text(out, "createPerson.person.id"), api.Credential{Bearer: token}}
}

func (s *play) body(code string) string {
	s.t.Helper()
	out := s.ask(s.steward, `mutation($in: CreateBodyInput!) { createBody(input: $in) { body { id } } }`, map[string]any{"in": map[string]any{
		"code": code, "kind": "SPECIAL_COMMITTEE", "name": map[string]any{"en": "Committee " + code},
	}})
	return text(out, "createBody.body.id")
}

func (s *play) seat(name, body, role string) {
	s.t.Helper()
	s.ask(s.steward, `mutation($in: AssignSeatInput!) { assignSeat(input: $in) { seat { id } } }`, map[string]any{"in": map[string]any{
		"bodyId": body, "personId": s.people[name].id, "role": role, "from": "2026-01-01",
	}})
}

// position is where the log stands for somebody.
func (s *play) position(name string) string {
	s.t.Helper()
	return text(s.ask(s.people[name].who, `{ eventPosition }`, nil), "eventPosition")
}

// screen is what came to somebody's screen.
type screen struct {
	play  *play
	conn  *websocket.Conn
	ids   []string
	last  string // the cursor
	texts []string
	ended bool
}

const caseEvents = `subscription($in: EventScope!, $after: EventCursor) { events(in: $in, after: $after) { id cursor previousCursor event { __typename
	... on MessagePosted { message { number body fr: body(in: "fr") } } ... on MessageWithdrawn { message { number body } } } } }`

// listens opens a screen on the discussion, from a position.
func (s *play) listens(name, thread, after string) *screen {
	s.t.Helper()
	c := &screen{play: s, last: after}
	c.connect(s.people[name].who, thread)
	return c
}

func (c *screen) connect(who api.Credential, thread string) {
	t := c.play.t
	t.Helper()
	d := websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}, HandshakeTimeout: 10 * time.Second}
	h := http.Header{}
	who.Set(h)
	urls := c.play.d.URLs
	conn, resp, err := d.DialContext(t.Context(), "ws"+strings.TrimPrefix(urls[len(c.ids)%len(urls)], "http")+"/graphql", h)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	c.conn = conn
	for _, m := range []map[string]any{
		{"type": "connection_init"},
		{"id": "1", "type": "subscribe", "payload": map[string]any{"query": caseEvents, "variables": map[string]any{"in": map[string]any{"threadId": thread}, "after": c.last}}},
	} {
		if err := conn.WriteJSON(m); err != nil {
			t.Fatal(err)
		}
	}
}

// until reads until an event has come, or the end for "".
func (c *screen) until(ctx context.Context, id string) error {
	stop := context.AfterFunc(ctx, func() { _ = c.conn.Close() })
	defer stop()
	for id == "" || !slices.Contains(c.ids, id) {
		var m struct {
			Type    string
			Payload json.RawMessage
		}
		if err := c.conn.ReadJSON(&m); err != nil {
			return fmt.Errorf("after %d events: %w", len(c.ids), err)
		}
		switch m.Type {
		case "ping":
			if err := c.conn.WriteJSON(map[string]any{"type": "pong"}); err != nil {
				return err
			}
		case "complete":
			c.ended = true
			if id == "" {
				return nil
			}
			return errors.New("the stream came to its end")
		case "error":
			return fmt.Errorf("refused: %s", m.Payload)
		case "next":
			if err := c.take(m.Payload); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *screen) take(payload json.RawMessage) error {
	var out map[string]any
	if err := json.Unmarshal(payload, &out); err != nil {
		return err
	}
	e := at(out, "data.events")
	if e == nil {
		return fmt.Errorf("no event: %s", payload)
	}
	if previous := text(e, "previousCursor"); previous != c.last {
		return fmt.Errorf("a hole: after %s, not after %s", previous, c.last)
	}
	c.last = text(e, "cursor")
	if text(e, "event.__typename") != "Checkpoint" {
		c.ids, c.texts = append(c.ids, text(e, "id")), append(c.texts, string(payload))
	}
	return nil
}

// seen are the events from one on that somebody must have got.
func (s *play) seen(name string, from, to int, history bool) []string {
	var out []string
	for _, e := range s.told[from:to] {
		if (e.to == nil || slices.Contains(e.to, name)) && (history || !e.later) {
			out = append(out, e.id)
		}
	}
	return out
}

// cast makes the people, the bodies and the discussion.
func (s *play) cast() (thread, donor string) {
	s.t.Helper()
	donor = text(s.ask(s.steward, `mutation($in: CreateOrganisationInput!) { createOrganisation(input: $in) { organisation { id } } }`,
		map[string]any{"in": map[string]any{"name": map[string]any{"en": "A donor"}, "kinds": []string{"DONOR"}}}), "createOrganisation.organisation.id")
	one, two := s.body("CASE-A"), s.body("CASE-B")
	for name, language := range map[string]string{"ana": "es", "ben": "en", "claire": "fr", "diego": "es", "frank": "fr"} {
		s.person(name, language, nil)
	}
	s.person("emma", "en", donor)
	s.seat("ben", one, "CHAIR")
	s.seat("claire", one, "MEMBER")
	s.seat("diego", two, "MEMBER")
	s.seat("frank", two, "MEMBER")
	bodies := s.ask(s.steward, `{ bodies(filter: {kind: SECRETARIAT}, first: 1) { nodes { id } } }`, nil)
	secretariat := text(at(bodies, "bodies.nodes").([]any)[0], "id")
	s.ask(s.steward, `mutation($in: AssignStaffPostInput!) { assignStaffPost(input: $in) { staffPost { id } } }`, map[string]any{"in": map[string]any{
		"bodyId": secretariat, "personId": s.people["ana"].id, "title": map[string]any{"en": "Officer"}, "from": "2026-01-01",
	}})
	p := s.does("ana", "openThread", "OpenThreadInput", "thread { id }", map[string]any{
		"subjectId": donor, "title": map[string]any{"es": "Playas", "en": "Beaches"}, "holdsPartnerPosts": true,
		"audience": []any{map[string]any{"bodyId": one}, map[string]any{"bodyId": two}, map[string]any{"bodyId": secretariat}},
	})
	return text(p, "thread.id"), donor
}

func (s *play) posts(name, thread, body, language string, more ...any) (id string) {
	s.t.Helper()
	in := map[string]any{"threadId": thread, "body": body, "language": language}
	for i := 0; i < len(more); i += 2 {
		in[more[i].(string)] = more[i+1]
	}
	return text(s.does(name, "postMessage", "PostMessageInput", "message { id }", in), "message.id")
}

func playCase(t *testing.T, s *play) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	last := func() string { return s.told[len(s.told)-1].id }
	thread, donor := s.cast()
	screens := map[string]*screen{}
	for _, name := range []string{"ana", "ben", "claire", "diego", "frank"} {
		screens[name] = s.listens(name, thread, s.position(name))
	}
	start := len(s.told)

	first := s.posts("ben", thread, "Which beaches come first?", "en")
	s.posts("claire", thread, "Celles de la **Jamaïque**.", "fr", "replyToId", first)
	secret := s.posts("diego", thread, "un número para nosotros: 4711", "es")
	must(screens["frank"].until(ctx, last()))
	must(screens["frank"].conn.Close()) // away
	away := len(s.told)

	// The partner comes, without the history.
	emma := s.position("emma")
	s.does("ana", "grantAccess", "GrantAccessInput", "", map[string]any{
		"threadId": thread, "expectedRevision": 1, "to": map[string]any{"organisationId": donor}, "history": "FROM_ADMISSION",
	})
	admitted := len(s.told) - 1
	screens["emma"] = s.listens("emma", thread, emma)
	held := s.does("emma", "postMessage", "PostMessageInput", "message { id } held { id }",
		map[string]any{"threadId": thread, "body": "We can fund six.", "language": "en"}, "ana", "emma")
	if text(held, "message.id") != "" || text(held, "held.id") == "" {
		t.Fatalf("what the partner wrote is not held: %v", held)
	}
	s.does("ana", "releasePost", "ReleasePostInput", "", map[string]any{"id": text(held, "held.id"), "expectedRevision": 1})

	// A request for information to the partner, answered.
	request := s.does("ana", "draftInformationRequest", "DraftInformationRequestInput", "request { id }", map[string]any{
		"threadId": thread, "bodyId": s.secretariat(), "addressee": map[string]any{"organisationId": donor}, "question": "¿Cuánto por playa?", "language": "es", //nolint:misspell // Spanish
		"due": "2099-01-01",
	})
	s.does("ana", "dispatchInformationRequest", "DispatchInformationRequestInput", "", map[string]any{"id": text(request, "request.id"), "expectedRevision": 1})
	s.does("emma", "answerInformationRequest", "AnswerInformationRequestInput", "", map[string]any{
		"id": text(request, "request.id"), "answer": "300,000 each", "language": "en",
	})

	// A message of before is withdrawn: the partner hears nothing of it.
	s.does("diego", "withdrawMessage", "WithdrawMessageInput", "", map[string]any{"id": secret, "expectedRevision": 1, "reason": "por error"})
	s.told[len(s.told)-1].later = true
	s.posts("claire", thread, "Merci.", "fr")

	// The partner goes, having seen that: what one has not got by then, one gets no more.
	must(screens["emma"].until(ctx, last()))
	s.does("ana", "endAccess", "EndAccessInput", "", map[string]any{"threadId": thread, "expectedRevision": 2, "of": map[string]any{"organisationId": donor}})
	gone := len(s.told) - 1
	s.posts("ben", thread, "Among us again.", "en")
	must(screens["emma"].until(ctx, ""))

	screens["frank"].connect(s.people["frank"].who, thread)
	for _, name := range []string{"ana", "ben", "claire", "diego", "frank"} {
		must(screens[name].until(ctx, last()))
		if got, want := screens[name].ids, s.seen(name, start, len(s.told), true); !slices.Equal(got, want) {
			t.Errorf("%s saw\n%v, want\n%v", name, got, want)
		}
	}
	if got, want := len(screens["frank"].ids)-len(s.seen("frank", start, away, true)), len(s.seen("frank", away, len(s.told), true)); got != want {
		t.Errorf("frank caught up on %d events, want %d", got, want)
	}
	for _, e := range screens["frank"].texts[away-start:] {
		if strings.Contains(e, "4711") {
			t.Errorf("a withdrawn text came back: %s", e)
		}
	}
	e := screens["emma"]
	want := s.seen("emma", admitted, gone, false)
	if got := e.ids[:len(e.ids)-1]; !slices.Equal(got, want) || !strings.Contains(e.texts[len(e.texts)-1], "AccessEnded") {
		t.Errorf("emma saw\n%v, want\n%v and her end", e.texts, want)
	}
	for _, text := range e.texts {
		if strings.Contains(text, "beaches come first") || strings.Contains(text, "4711") || strings.Contains(text, "Among us") {
			t.Errorf("emma saw what was not for her: %s", text)
		}
	}
	err := s.api.Do(ctx, s.d.URLs[0], s.people["emma"].who, `query($t: ID!) { eventLog(in: { threadId: $t }) { atHead } }`, map[string]any{"t": thread}, nil)
	if api.Code(err) != "NOT_FOUND" {
		t.Errorf("the log of the discussion, for who was removed: %v", err)
	}
	hits := s.ask(s.people["emma"].who, `{ search(text: "fund") { nodes { __typename } } }`, nil)
	if found, _ := at(hits, "search.nodes").([]any); len(found) > 0 {
		t.Errorf("who was removed finds %v", found)
	}
}

// secretariat is the Secretariat's body.
func (s *play) secretariat() string {
	bodies := s.ask(s.steward, `{ bodies(filter: {kind: SECRETARIAT}, first: 1) { nodes { id } } }`, nil)
	return text(at(bodies, "bodies.nodes").([]any)[0], "id")
}
