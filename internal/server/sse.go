package server

import (
	"bytes"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/viewer"
)

// The parts of an event stream, as graphql-sse describes it for distinct connections: "next" for each
// answer, "complete" at the end. A stream that the server cuts has no "complete", so that the client
// comes back.
var (
	signOfLife = []byte(":\n\n")
	completed  = []byte("event: complete\ndata:\n\n")
)

// eventOf is an answer as an event.
func eventOf(body []byte) []byte {
	b := make([]byte, 0, len(body)+32)
	b = append(b, "event: next\ndata: "...)
	for line := range bytes.Lines(body) { // a line break within the data would end it
		if b[len(b)-1] == '\n' {
			b = append(b, "data: "...)
		}
		b = append(b, line...)
	}
	return append(b, "\n\n"...)
}

// subscribe answers a subscription. It returns when the stream has ended.
func (s *Server) subscribe(ctx context.Context, w http.ResponseWriter, r *http.Request, op *graphql.OperationContext) {
	if s.c.Live == nil {
		s.refuse(w, r, http.StatusNotImplemented, errNoLive)
		return
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	link, err := s.c.Live.Attach(ctx, viewer.From(ctx), func(live.Reason) { end() })
	if err != nil {
		status := http.StatusServiceUnavailable
		switch apperr.CodeOf(err) {
		case apperr.RateLimited:
			w.Header().Set("Retry-After", "10")
			status = http.StatusTooManyRequests
		case apperr.Internal:
			status = http.StatusInternalServerError
		}
		s.refuse(w, r, status, err)
		return
	}
	defer link.Close()
	s.metrics.streams.Inc()
	defer s.metrics.streams.Dec()
	narrow(ctx, 32<<10)
	e := s.events(w, end)
	out := &outlet{wake: make(chan struct{}, 1)}
	stream, errs := link.Open(ctx, s.exec, op, out)
	if errs != nil {
		out.Fail(errs)
	}
	signs := time.NewTicker(s.c.KeepAlive)
	defer signs.Stop()
	for {
		select {
		case <-ctx.Done(): // the client has gone, or does not read, or the engine has cut it
			return
		case <-s.draining.Done():
			return
		case <-signs.C:
			e.send(signOfLife)
		case <-out.wake:
			event, refused, over := out.take()
			if event != nil {
				e.send(event)
			}
			if over {
				e.send(completed)
				return
			}
			if refused {
				stream.Drained()
			}
		}
	}
}

// outlet is where the engine leaves the answers of an event stream. One waits while the one before is
// written.
type outlet struct {
	wake chan struct{} // there is something to take

	mu      sync.Mutex // guards what follows
	event   []byte
	refused bool
	over    bool
}

var _ live.Outlet = (*outlet)(nil)

// Next takes an answer, unless one waits already.
func (o *outlet) Next(a *live.Answer, cursor, previous string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.event != nil {
		o.refused = true
		return false
	}
	o.event = eventOf(a.AppendTo(make([]byte, 0, a.Size()), cursor, previous))
	o.rouse()
	return true
}

// Complete ends the stream.
func (o *outlet) Complete() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.over = true
	o.rouse()
}

// Fail ends the stream with errors: an answer without data.
func (o *outlet) Fail(errs gqlerror.List) {
	body, err := live.Encode(&graphql.Response{Errors: errs})
	o.mu.Lock()
	defer o.mu.Unlock()
	if err == nil {
		o.event = append(o.event, eventOf(body)...)
	}
	o.over = true
	o.rouse()
}

// rouse MUST be called with mu held.
func (o *outlet) rouse() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// take empties the outlet. refused says that the stream wants to know.
func (o *outlet) take() (event []byte, refused, over bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	event, refused = o.event, o.refused
	o.event, o.refused = nil, false
	return event, refused, o.over
}

// single answers what has one answer, on an event stream.
func (s *Server) single(ctx context.Context, w http.ResponseWriter, ask func(context.Context) *graphql.Response) {
	s.metrics.streams.Inc()
	defer s.metrics.streams.Dec()
	ctx, cut := context.WithCancel(ctx)
	defer cut()
	e := s.events(w, cut)
	stop := sync.OnceFunc(e.keepAlive(s.c.KeepAlive))
	defer stop()
	r := ask(ctx)
	stop() // nothing comes after the end
	if r != nil {
		body, err := live.Encode(r)
		if err != nil {
			panic(err) // extensions that are no JSON: the exchange answers for it
		}
		e.send(eventOf(body))
	}
	if ctx.Err() == nil {
		e.send(completed)
	}
}

// events writes to a stream. Whoever does not read in time is cut off.
type events struct {
	door   *http.ResponseController
	within time.Duration
	cut    func()

	mu sync.Mutex // guards what follows
	w  http.ResponseWriter
}

// events begins an event stream.
func (s *Server) events(w http.ResponseWriter, cut func()) *events {
	h := w.Header()
	h.Set("Content-Type", typeStream+"; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // nginx would wait for more
	e := &events{w: w, door: http.NewResponseController(w), within: s.c.EventTime, cut: cut}
	e.send(signOfLife)
	return e
}

func (e *events) send(event []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_ = e.door.SetWriteDeadline(time.Now().Add(e.within)) // not all writers have one
	_, err := e.w.Write(event)
	if err == nil {
		err = e.door.Flush()
	}
	if err != nil {
		e.cut()
	}
}

// keepAlive sends signs of life until it is stopped, and finds out that nobody listens any more.
func (e *events) keepAlive(every time.Duration) (stop func()) {
	ticker := time.NewTicker(every)
	done, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				e.send(signOfLife)
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(done)
		<-gone // the writer is not ours after the handler's return
	}
}
