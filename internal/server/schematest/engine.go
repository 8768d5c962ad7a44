package schematest

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/viewer"
)

// Engine answers subscriptions by executing each by itself, without a log.
type Engine struct {
	Most int // connections at a time; 0: any number

	mu  sync.Mutex // guards what follows
	cut map[*Link]func(live.Reason)
}

// Link is a connection.
type Link struct {
	e *Engine

	mu      sync.Mutex // guards what follows
	streams []*Stream
	closed  bool
}

// Stream is a subscription.
type Stream struct {
	out     live.Outlet
	cancel  context.CancelFunc
	drained chan struct{}

	mu     sync.Mutex // guards what follows; held while the outlet is told something
	closed bool
}

// Attach takes a connection.
func (e *Engine) Attach(_ context.Context, _ *viewer.Viewer, cut func(live.Reason)) (*Link, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.Most > 0 && len(e.cut) >= e.Most {
		return nil, apperr.New(apperr.RateLimited, apperr.ErrUnavailable.Text)
	}
	l := &Link{e: e}
	if e.cut == nil {
		e.cut = map[*Link]func(live.Reason){}
	}
	e.cut[l] = cut
	return l, nil
}

// Links is how many connections there are.
func (e *Engine) Links() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.cut)
}

// Cut cuts all connections.
func (e *Engine) Cut(why live.Reason) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, cut := range e.cut {
		cut(why)
	}
}

// Close ends the connection and its streams.
func (l *Link) Close() {
	l.e.mu.Lock()
	delete(l.e.cut, l)
	l.e.mu.Unlock()
	l.mu.Lock()
	l.closed = true
	streams := l.streams
	l.streams = nil
	l.mu.Unlock()
	for _, s := range streams {
		s.Close()
	}
}

// Open begins a subscription.
func (l *Link) Open(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, out live.Outlet) (*Stream, gqlerror.List) {
	ctx, cancel := context.WithCancel(ctx)
	s := &Stream{out: out, cancel: cancel, drained: make(chan struct{}, 1)}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		cancel()
		return nil, exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(apperr.ErrUnavailable)}).Errors
	}
	l.streams = append(l.streams, s)
	next, ctx := exec.DispatchOperation(ctx, op)
	go s.run(ctx, next)
	return s, nil
}

func (s *Stream) run(ctx context.Context, next graphql.ResponseHandler) {
	for {
		r := next(ctx)
		switch {
		case r == nil:
			s.tell(s.out.Complete)
			return
		case len(r.Data) == 0:
			s.tell(func() { s.out.Fail(r.Errors) })
			return
		}
		body, err := live.Encode(r)
		if err != nil {
			panic(err)
		}
		for taken := false; !taken; {
			s.tell(func() { taken = s.out.Next(live.Whole(body), "", "") })
			if !taken {
				select {
				case <-s.drained:
				case <-ctx.Done():
					return
				}
			}
			taken = taken || ctx.Err() != nil
		}
	}
}

func (s *Stream) tell(what func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		what()
	}
}

// Drained says that there is room again.
func (s *Stream) Drained() {
	select {
	case s.drained <- struct{}{}:
	default:
	}
}

// Close ends the stream: nothing comes after it.
func (s *Stream) Close() {
	s.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}
