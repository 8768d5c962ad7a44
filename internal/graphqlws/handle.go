package graphqlws

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"unicode/utf8"

	"github.com/gorilla/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/surrogate"
	"acs-aec.org/hub/internal/viewer"
)

// handle does what a message asks. Only the reader calls it. Operations run in goroutines of their own.
func (s *socket) handle(kind int, b []byte) {
	defer s.survive()
	in := s.t.metrics.in
	if c, bad := s.unreadable(kind, b); bad {
		in["invalid"].Inc()
		s.close(c)
		return
	}
	m, err := parse(b)
	if err != nil {
		in["invalid"].Inc()
		s.close(malformed(err.Error()))
		return
	}
	in[m.kind].Inc()
	switch m.kind {
	case kindInit:
		s.initialise(m)
	case kindPing:
		if m.object == nil {
			s.tell(kindPong, small(`{"type":"pong"}`))
		} else {
			s.tell(kindPong, small(`{"type":"pong","payload":`, string(m.object), `}`))
		}
	case kindPong: // a sign of life that nobody waits for
	case kindSubscribe:
		s.subscribe(m)
	case kindComplete:
		s.complete(m.id)
	}
}

// unreadable refuses what is no text.
func (s *socket) unreadable(kind int, b []byte) (closure, bool) {
	switch {
	case len(b) > s.t.c.MessageLimit:
		return closeLarge, true
	case kind != websocket.TextMessage:
		return malformed("not a text"), true
	case !utf8.Valid(b):
		return closeEncoding, true
	}
	return closure{}, false
}

// initialise answers connection_init.
func (s *socket) initialise(m message) {
	s.mu.Lock()
	if s.phase != opened {
		s.shut(closeInitTwice)
		s.mu.Unlock()
		return
	}
	s.phase = initialising
	s.mu.Unlock()

	ctx, v := s.ctx, viewer.From(s.ctx)
	if authorization, ok := m.authorization(); ok {
		var err error
		if v, err = s.bearer(ctx, authorization); err != nil {
			s.refuse(err, closeToken)
			return
		}
		ctx = viewer.With(ctx, v)
		if v.Language != "" {
			ctx = i18n.With(ctx, v.Language)
		}
	}
	var link Link
	if s.t.c.Engine != nil {
		var err error
		if link, err = s.t.c.Engine.Attach(ctx, v, s.cut); err != nil {
			s.refuse(err, closeRevoked)
			return
		}
	}
	s.mu.Lock()
	if s.released { // closed meanwhile
		s.mu.Unlock()
		if link != nil {
			link.Close()
		}
		return
	}
	s.ctx, s.viewer, s.link, s.phase = ctx, v, link, ready
	s.tellLocked(kindAck, small(`{"type":"connection_ack"}`))
	if !s.closing {
		every := s.t.c.PingEvery
		s.t.wheel.move(s, every/2+rand.N(every/2)) // so that those who came together are not pinged together
	}
	s.mu.Unlock()
}

// bearer finds whose token it is.
func (s *socket) bearer(ctx context.Context, authorization string) (*viewer.Viewer, error) {
	scheme, token, _ := strings.Cut(authorization, " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" || len(token) > 4096 {
		return nil, apperr.ErrSignIn
	}
	v, err := s.t.c.Authenticate(ctx, token)
	if err == nil && !v.SignedIn() {
		err = apperr.ErrSignIn
	}
	return v, err
}

// refuse closes after a connection_init that can't be granted; unauthenticated is for those whose
// credentials are no good.
func (s *socket) refuse(err error, unauthenticated closure) {
	switch apperr.CodeOf(err) {
	case apperr.Unauthenticated, apperr.Forbidden, apperr.NotFound:
		s.close(unauthenticated)
	case apperr.RateLimited:
		s.close(closeConnections)
	case apperr.Internal:
		_ = s.t.c.Recover(s.ctx, err) // it has been logged
		s.close(closeBusy)
	default:
		s.close(closeBusy)
	}
}

// subscribe begins an operation, of whatever kind.
func (s *socket) subscribe(m message) {
	p, err := m.params()
	if err != nil {
		s.close(malformed(err.Error()))
		return
	}
	id := quoted(m.id)
	halved := surrogate.Lone(m.fields["query"]) || surrogate.Lone(m.fields["variables"])
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closing, s.leaving: // whoever is sent away asks again elsewhere
	case s.phase != ready:
		s.shut(closeAuthorised)
	case s.find(id) != nil:
		s.shut(taken(m.id))
	case len(m.id) > longestID:
		s.tellLocked(kindError, s.errorFrame(id, errID))
	case halved:
		s.tellLocked(kindError, s.errorFrame(id, surrogate.ErrLone))
	case s.busy >= s.t.c.Operations:
		s.tellLocked(kindError, s.errorFrame(id, tooMany(s.t.c.Operations)))
	default:
		o := &operation{s: s, id: id, runs: true}
		s.ops = append(s.ops, o)
		s.busy++
		s.asked++
		s.t.began()
		go o.run(p)
	}
}

// complete ends an operation because the client says so.
func (s *socket) complete(id string) {
	s.mu.Lock()
	o := s.find(quoted(id))
	if o == nil { // it has ended by itself meanwhile, or never was
		s.mu.Unlock()
		return
	}
	o.end()
	stream, cancel := o.stream, o.cancel
	s.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	if stream != nil {
		stream.Close()
	}
}

// find is the operation with this id, quoted; nil if there is none. MUST be called with mu held.
func (s *socket) find(id string) *operation {
	for _, o := range s.ops {
		if o.id == id {
			return o
		}
	}
	return nil
}

// errorFrame is an error message with a refusal, as the executor presents it.
func (s *socket) errorFrame(id string, refusal *apperr.Error) []byte {
	return errorFrame(id, s.exec.DispatchError(s.ctx, gqlerror.List{gqlerror.Wrap(refusal)}).Errors)
}

func errorFrame(id string, errs gqlerror.List) []byte {
	told, err := json.Marshal(errs)
	if err != nil {
		told = []byte(`[{"message":"Something went wrong."}]`) // extensions that are no JSON
	}
	return small(`{"id":`, id, `,"type":"error","payload":`, string(told), `}`)
}
