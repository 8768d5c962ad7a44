package chaos

import (
	"context"
	"fmt"
	"strings"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/api"
)

// thread is a discussion of the world.
type thread struct {
	id, subject string
	audience    []string // who took part when it was opened: identifiers of bodies and persons
}

// seat is a seat that somebody was given.
type seat struct{ id, person, body string }

// world is who is there and what there is to talk in.
type world struct {
	api       *api.Client
	base      string // where the world is made
	tag       string // in every name, so that worlds do not meet in one deployment
	auditor   *person
	secretary *person // sees everything but discussions
	people    map[string]*person
	writers   []*person
	bodyA     string
	bodyB     string
	bodyC     string // nobody talks in it: its seats make people known to each other
	threads   []thread
	seats     []seat // those from the beginning
}

// stay are those whose rights in the first four discussions never end: besides
// the writers, one whose sessions end and one whose tokens do.
const (
	loses  = "session" // signs in with a password
	tokens = "token"   // has a token
)

func (w *world) ask(ctx context.Context, who *person, query string, variables map[string]any, out any) error {
	return w.api.Do(ctx, w.base, who.now().Credential, query, variables, out)
}

// makeWorld fills the deployment through its API.
func makeWorld(ctx context.Context, d *Deployment, tag string, writers int) (*world, error) {
	w := &world{api: api.New(20 * time.Second), base: d.direct(), tag: tag, people: map[string]*person{}}
	w.auditor = newPerson("auditor")
	w.auditor.secretariat = true
	w.auditor.sign(signedIn{"auditor", api.Credential{Bearer: d.Token}})
	var me struct {
		Viewer *struct{ Person struct{ ID string } }
		Bodies struct{ Nodes []struct{ ID string } }
	}
	err := w.ask(ctx, w.auditor, `{ viewer { person { id } } bodies(filter: {kind: SECRETARIAT}, first: 1) { nodes { id } } }`, nil, &me)
	if err != nil {
		return nil, err
	}
	if me.Viewer == nil || len(me.Bodies.Nodes) == 0 {
		return nil, fmt.Errorf("the token must belong to a person of the Secretariat")
	}
	w.auditor.id = me.Viewer.Person.ID
	if w.bodyA, err = w.addBody(ctx, "A"); err != nil {
		return nil, err
	}
	if w.bodyB, err = w.addBody(ctx, "B"); err != nil {
		return nil, err
	}
	if w.bodyC, err = w.addBody(ctx, "C"); err != nil {
		return nil, err
	}
	if err := w.addPeople(ctx, d, writers); err != nil {
		return nil, err
	}
	if err := w.employ(ctx, me.Bodies.Nodes[0].ID); err != nil {
		return nil, err
	}
	return w, w.openThreads(ctx)
}

func (w *world) addBody(ctx context.Context, name string) (string, error) {
	var out struct {
		CreateBody struct{ Body struct{ ID string } }
	}
	err := w.ask(ctx, w.auditor, `mutation($in: CreateBodyInput!) { createBody(input: $in) { body { id } } }`, map[string]any{"in": map[string]any{
		"code": "LC" + w.tag + name, "kind": "OTHER", "name": map[string]any{"en": "Livecheck " + w.tag + " " + name},
	}}, &out)
	return out.CreateBody.Body.ID, err
}

// addPeople makes everybody, signs them in, and gives seats.
func (w *world) addPeople(ctx context.Context, d *Deployment, writers int) error {
	names := []string{"a1", "a2", "b1", "b2", "p1", "p2", "outsider", "secretary", loses}
	if d.Hub != "" {
		names = append(names, tokens)
	}
	for i := range writers {
		names = append(names, fmt.Sprintf("writer%d", i+1))
	}
	for _, name := range names {
		p, err := w.addPerson(ctx, d, name)
		if err != nil {
			return fmt.Errorf("add %s: %w", name, err)
		}
		w.people[name] = p
		var seats []string
		switch {
		case name == "a1" || name == "a2":
			seats = []string{w.bodyA}
		case name == "b1" || name == "b2":
			seats = []string{w.bodyB}
		case name == loses || name == tokens:
			seats = []string{w.bodyC}
		case strings.HasPrefix(name, "writer"):
			w.writers = append(w.writers, p)
			seats = []string{w.bodyA, w.bodyB}
		}
		for _, body := range seats {
			s, err := assign(ctx, w.api, w.base, w.auditor, p.id, body, "first"+name+body[len(body)-8:])
			if err != nil {
				return fmt.Errorf("give %s a seat: %w", name, err)
			}
			w.seats = append(w.seats, s)
		}
	}
	w.secretary = w.people["secretary"]
	w.secretary.secretariat = true
	return nil
}

const createPerson = `mutation($in: CreatePersonInput!) { createPerson(input: $in) { passwordSecret person { id } } }`

func (w *world) addPerson(ctx context.Context, d *Deployment, name string) (*person, error) {
	p := newPerson(name)
	p.email = fmt.Sprintf("livecheck-%s-%s@example.org", w.tag, name)
	p.password = "livecheck " + w.tag + " " + name
	var out struct {
		CreatePerson struct {
			PasswordSecret string
			Person         struct{ ID string }
		}
	}
	err := w.ask(ctx, w.auditor, createPerson, map[string]any{"in": map[string]any{"email": p.email, "name": "Livecheck " + name}}, &out)
	if err != nil {
		return nil, err
	}
	p.id = out.CreatePerson.Person.ID
	if name == tokens {
		t, err := newToken(ctx, d, p)
		p.sign(signedIn{"token 1", t})
		return p, err
	}
	session, err := w.api.DoForSession(ctx, w.base, `mutation($in: SetPasswordInput!) { setPassword(input: $in) { viewer { person { id } } } }`,
		map[string]any{"in": map[string]any{"secret": out.CreatePerson.PasswordSecret, "password": p.password}})
	p.sign(signedIn{name + " 1", session})
	return p, err
}

// employ gives the secretary a post.
func (w *world) employ(ctx context.Context, secretariat string) error {
	return w.ask(ctx, w.auditor, `mutation($in: AssignStaffPostInput!) { assignStaffPost(input: $in) { staffPost { id } } }`, map[string]any{"in": map[string]any{
		"bodyId": secretariat, "personId": w.secretary.id, "title": map[string]any{"en": "Officer"}, "from": "2026-01-01",
	}}, nil)
}

// always are those who take part in every discussion.
func (w *world) always() []string {
	out := []string{w.auditor.id, w.people[loses].id}
	if p := w.people[tokens]; p != nil {
		out = append(out, p.id)
	}
	for _, p := range w.writers {
		out = append(out, p.id)
	}
	return out
}

func (w *world) openThreads(ctx context.Context) error {
	for i, t := range []thread{
		{subject: w.bodyA, audience: []string{w.bodyA}},
		{subject: w.bodyB, audience: []string{w.bodyB}},
		{subject: w.bodyA, audience: []string{w.people["p1"].id, w.people["p2"].id}},
		{subject: w.bodyB, audience: []string{w.bodyA, w.bodyB}},
	} {
		t.audience = append(t.audience, w.always()...)
		id, _, err := openThread(ctx, w.api, w.base, w.auditor.now().Credential, t, fmt.Sprintf("thread%d%s", i, w.tag))
		if err != nil {
			return fmt.Errorf("open a discussion: %w", err)
		}
		t.id = id
		w.threads = append(w.threads, t)
	}
	return nil
}

// openThread opens a discussion and returns its identifier and the events.
func openThread(ctx context.Context, c *api.Client, base string, who api.Credential, t thread, key string) (id string, events []string, err error) {
	audience := make([]map[string]any, len(t.audience))
	for i, u := range t.audience {
		audience[i] = party(u)
	}
	var out struct {
		OpenThread struct {
			Thread   struct{ ID string }
			EventIDs []string
		}
	}
	err = c.Do(ctx, base, who, `mutation($in: OpenThreadInput!) { openThread(input: $in) { eventIds thread { id } } }`, map[string]any{"in": map[string]any{
		"subjectId": t.subject, "title": map[string]any{"en": "Livecheck " + key}, "audience": audience, "idempotencyKey": key,
	}}, &out)
	return out.OpenThread.Thread.ID, out.OpenThread.EventIDs, err
}

// party names who takes part by the kind that an identifier tells.
func party(u string) map[string]any {
	if strings.HasPrefix(u, "per_") {
		return map[string]any{"personId": u}
	}
	return map[string]any{"bodyId": u}
}

// assign gives a seat. The first day lies in the past, so that it can be ended at
// once.
func assign(ctx context.Context, c *api.Client, base string, who *person, person, body, key string) (seat, error) {
	var out struct {
		AssignSeat struct{ Seat struct{ ID string } }
	}
	err := c.Do(ctx, base, who.now().Credential, `mutation($in: AssignSeatInput!) { assignSeat(input: $in) { seat { id } } }`, map[string]any{"in": map[string]any{
		"bodyId": body, "personId": person, "role": "MEMBER", "from": "2026-01-01", "idempotencyKey": key,
	}}, &out)
	return seat{out.AssignSeat.Seat.ID, person, body}, err
}
