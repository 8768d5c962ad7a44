package chaos

import (
	"context"
	"sync"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/api"
)

// person is somebody in the world.
type person struct {
	name, id, email, password string
	secretariat               bool

	mu      sync.Mutex // protects what follows
	current signedIn
	changed chan struct{} // closed at the next change of current
}

// signedIn is a credential with the name by which the history knows it; without
// a name, the person is not signed in at the moment.
type signedIn struct {
	name string
	api.Credential
}

func newPerson(name string) *person { return &person{name: name, changed: make(chan struct{})} }

// sign makes the credential the person's own.
func (p *person) sign(s signedIn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.current = s
	close(p.changed)
	p.changed = make(chan struct{})
}

// now is the credential at the moment.
func (p *person) now() signedIn {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.current
}

// again is after how long a refused credential is tried once more: it may have
// been refused by mistake.
const again = 3 * time.Second

// credential waits until the person is signed in with something else than the
// refused one, or until that may be tried again.
func (p *person) credential(ctx context.Context, refused string) (signedIn, error) {
	patience := time.NewTimer(again)
	defer patience.Stop()
	for {
		p.mu.Lock()
		s, changed := p.current, p.changed
		p.mu.Unlock()
		if s.name != "" && s.name != refused {
			return s, nil
		}
		select {
		case <-changed:
		case <-patience.C:
			refused = ""
		case <-ctx.Done():
			return signedIn{}, ctx.Err()
		}
	}
}
