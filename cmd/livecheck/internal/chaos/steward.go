package chaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/api"
)

// errand is something that the steward is asked to do.
type errand string

// The errands: each takes a right away, or gives it back if it was taken.
const (
	seatOfA2  errand = "seat of a2"
	seatOfB2  errand = "seat of b2"
	accessP1  errand = "access of p1"
	accessOfA errand = "access of body A"
	session   errand = "session"
	token     errand = "token"
	closing   errand = "closing"
)

// steward changes rights, one change after the other. It is nobody's listener.
type steward struct {
	w     *world
	d     *Deployment
	b     *book
	r     *rand.Rand
	api   *api.Client
	seats map[string]string // by person, the seat that can be ended
	out   map[string]bool   // by discussion and party: the access is taken
	count int

	work chan errand
	note func(string)
}

func newSteward(w *world, d *Deployment, b *book, r *rand.Rand, note func(string)) *steward {
	s := &steward{
		w: w, d: d, b: b, r: r, api: api.New(5 * time.Second), seats: map[string]string{}, out: map[string]bool{},
		work: make(chan errand, 1000), note: note,
	}
	for _, seat := range w.seats {
		s.seats[seat.person] = seat.id
	}
	return s
}

// run does errands until there are no more, or the context ends.
func (s *steward) run(ctx context.Context) error {
	for {
		select {
		case e, more := <-s.work:
			if !more {
				return nil
			}
			if err := s.do(ctx, e); err != nil {
				return fmt.Errorf("steward: %s: %w", e, err)
			}
			s.count++
			s.note("steward: " + string(e))
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *steward) do(ctx context.Context, e errand) error {
	switch e {
	case seatOfA2:
		return s.seat(ctx, s.w.people["a2"].id, s.w.bodyA)
	case seatOfB2:
		return s.seat(ctx, s.w.people["b2"].id, s.w.bodyB)
	case accessP1:
		return s.access(ctx, s.w.threads[2].id, s.w.people["p1"].id)
	case accessOfA:
		return s.access(ctx, s.w.threads[3].id, s.w.bodyA)
	case session:
		return s.endSession(ctx, s.w.people[loses])
	case token:
		return s.revokeToken(ctx)
	case closing:
		return s.closeAndReopen(ctx)
	}
	return fmt.Errorf("no such errand")
}

// insist asks until the answer is definite: nil, or a refusal that is one.
func (s *steward) insist(ctx context.Context, query string, variables map[string]any, out any) error {
	for {
		err := s.api.Do(ctx, s.d.any(s.r), s.w.auditor.now().Credential, query, variables, out)
		if err == nil || api.Definite(err) || ctx.Err() != nil {
			return err
		}
		pause(ctx, 100*time.Millisecond)
	}
}

func (s *steward) seat(ctx context.Context, person, body string) error {
	id := s.seats[person]
	c := change{asked: time.Now()}
	if id != "" {
		if err := s.endSeat(ctx, id); err != nil {
			return err
		}
		c.done = time.Now()
		s.b.mu.Lock()
		s.b.taken[id] = c
		s.b.mu.Unlock()
		s.seats[person] = ""
		return nil
	}
	key := fmt.Sprintf("seat%d%s", s.count, s.w.tag)
	for {
		given, err := assign(ctx, s.api, s.d.any(s.r), s.w.auditor, person, body, key)
		if err == nil {
			c.done = time.Now()
			s.b.mu.Lock()
			s.b.seats[given.id], s.b.given[given.id] = given, c
			s.b.mu.Unlock()
			s.seats[person] = given.id
			return nil
		}
		if api.Definite(err) || ctx.Err() != nil {
			return err
		}
		pause(ctx, 100*time.Millisecond)
	}
}

func (s *steward) endSeat(ctx context.Context, id string) error {
	for {
		var now struct {
			Node *struct {
				Revision int
				Current  bool
			}
		}
		err := s.insist(ctx, `query($id: ID!) { node(id: $id) { ... on Seat { revision current } } }`, map[string]any{"id": id}, &now)
		if err != nil {
			return err
		}
		if now.Node == nil || !now.Node.Current {
			return nil
		}
		err = s.insist(ctx, `mutation($in: EndSeatInput!) { endSeat(input: $in) { eventIds } }`, map[string]any{"in": map[string]any{"id": id, "expectedRevision": now.Node.Revision}}, nil)
		if api.Code(err) != "CONFLICT" {
			return err
		}
	}
}

// state is what the steward must know of a discussion to change it.
type state struct {
	Revision int
	Status   string
	Audience []struct{ Body, Person *struct{ ID string } }
}

func (s state) has(u string) bool {
	for _, a := range s.Audience {
		if a.Body != nil && a.Body.ID == u || a.Person != nil && a.Person.ID == u {
			return true
		}
	}
	return false
}

func (s *steward) look(ctx context.Context, thread string) (state, error) {
	var out struct{ Thread *state }
	err := s.insist(ctx, `query($id: ID!) { thread(id: $id) { revision status audience { body { id } person { id } } } }`, map[string]any{"id": thread}, &out)
	if err == nil && out.Thread == nil {
		err = errors.New("the auditor does not see the discussion")
	}
	if err != nil {
		return state{}, err
	}
	return *out.Thread, nil
}

func (s *steward) access(ctx context.Context, thread, who string) error {
	key := thread + who
	taken := s.out[key]
	c := change{subject: thread, who: who, asked: time.Now()}
	for {
		now, err := s.look(ctx, thread)
		if err != nil {
			return err
		}
		if now.has(who) == taken { // done
			c.done = time.Now()
			s.out[key] = !taken
			s.b.mu.Lock()
			defer s.b.mu.Unlock()
			if taken {
				s.b.granted[thread] = append(s.b.granted[thread], c)
			} else {
				s.b.ended[thread] = append(s.b.ended[thread], c)
			}
			return nil
		}
		in := map[string]any{"threadId": thread, "expectedRevision": now.Revision}
		query := `mutation($in: EndAccessInput!) { endAccess(input: $in) { eventIds } }`
		if taken {
			in["to"], query = party(who), `mutation($in: GrantAccessInput!) { grantAccess(input: $in) { eventIds } }`
		} else {
			in["of"] = party(who)
		}
		err = s.insist(ctx, query, map[string]any{"in": in}, nil)
		if err != nil && api.Code(err) != "CONFLICT" && api.Code(err) != "ALREADY_EXISTS" {
			return err
		}
	}
}

// closeAndReopen closes a discussion and opens it again at once: posts between
// are refused.
func (s *steward) closeAndReopen(ctx context.Context) error {
	thread := s.w.threads[1].id
	for _, want := range []string{"CLOSED", "OPEN"} {
		for {
			now, err := s.look(ctx, thread)
			if err != nil {
				return err
			}
			if now.Status == want {
				break
			}
			in := map[string]any{"id": thread, "expectedRevision": now.Revision, "reason": "livecheck"}
			query := `mutation($in: CloseThreadInput!) { closeThread(input: $in) { eventIds } }`
			if want == "OPEN" {
				query = `mutation($in: ReopenThreadInput!) { reopenThread(input: $in) { eventIds } }`
			}
			if err := s.insist(ctx, query, map[string]any{"in": in}, nil); err != nil && api.Code(err) != "CONFLICT" {
				return err
			}
		}
	}
	return nil
}
