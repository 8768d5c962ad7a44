package chaos

import (
	"context"
	"fmt"
	"strings"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/api"
	"acs-aec.org/hub/cmd/livecheck/internal/host"
)

// ends writes down that a credential ended.
func (s *steward) ends(p *person, was signedIn, asked time.Time) {
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	s.b.sessions[p.id] = append(s.b.sessions[p.id], change{who: was.name, asked: asked, done: time.Now()})
}

// endSession signs the person out from elsewhere, and in again a little later.
func (s *steward) endSession(ctx context.Context, p *person) error {
	was, asked := p.now(), time.Now()
	for {
		err := s.api.Do(ctx, s.d.any(s.r), was.Credential, `mutation { signOut { ended } }`, nil, nil)
		if err == nil {
			break
		}
		if api.Definite(err) || ctx.Err() != nil {
			return err
		}
		pause(ctx, 100*time.Millisecond)
	}
	s.ends(p, was, asked)
	p.sign(signedIn{})
	pause(ctx, between(s.r, 50*time.Millisecond, 500*time.Millisecond))
	for {
		c, err := s.api.DoForSession(ctx, s.d.any(s.r), `mutation($in: SignInInput!) { signIn(input: $in) { viewer { person { id } } } }`,
			map[string]any{"in": map[string]any{"email": p.email, "password": p.password}})
		if err == nil {
			p.sign(signedIn{fmt.Sprintf("%s %d", p.name, s.count+2), c})
			return nil
		}
		if api.Definite(err) || ctx.Err() != nil {
			return err
		}
		pause(ctx, 200*time.Millisecond)
	}
}

// revokeToken revokes the token of the person who has one, by the hub's own
// command, and makes a new one.
func (s *steward) revokeToken(ctx context.Context) error {
	p := s.w.people[tokens]
	if p == nil {
		return nil
	}
	was, asked := p.now(), time.Now()
	ended := map[string]bool{} // more than one, if making one was tried twice
	for {
		list, err := s.command(ctx, "token", "list", "--person", p.email)
		if err != nil {
			return err
		}
		id, _, _ := strings.Cut(list, " ")
		if id == "" {
			break
		}
		ended[id] = true
		_, _ = host.Command(ctx, s.d.Hub, "token", "revoke", id, "--database="+s.d.Database) // the list tells
	}
	for range len(ended) - 1 {
		s.ends(p, signedIn{name: "unused"}, asked)
	}
	s.ends(p, was, asked)
	p.sign(signedIn{})
	for {
		t, err := newToken(ctx, s.d, p)
		if err == nil {
			p.sign(signedIn{fmt.Sprintf("token %d", s.count+2), t})
			return nil
		}
		if ctx.Err() != nil {
			return err
		}
		pause(ctx, 200*time.Millisecond)
	}
}

// command runs a command of the hub until it succeeds: the database may be down.
func (s *steward) command(ctx context.Context, args ...string) (string, error) {
	for {
		out, err := host.Command(ctx, s.d.Hub, append(args, "--database="+s.d.Database)...)
		if err == nil || ctx.Err() != nil {
			return out, err
		}
		pause(ctx, 200*time.Millisecond)
	}
}

// newToken makes a token for a person by the hub's own command.
func newToken(ctx context.Context, d *Deployment, p *person) (api.Credential, error) {
	out, err := host.Command(ctx, d.Hub, "token", "create", "--person", p.email, "--database="+d.Database)
	return api.Credential{Bearer: out}, err
}
