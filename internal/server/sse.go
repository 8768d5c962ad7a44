package server

import (
	"bytes"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// dispatch begins an operation, as graphql.GraphExecutor does.
type dispatch func(context.Context) (graphql.ResponseHandler, context.Context)

// stream sends answers as events, as graphql-sse describes for distinct connections: "next" for each,
// "complete" at the end. A stream that the server cuts has no "complete", so that the client comes back.
func (s *Server) stream(ctx context.Context, w http.ResponseWriter, begin dispatch) {
	h := w.Header()
	h.Set("Content-Type", typeStream+"; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // nginx would wait for more
	s.metrics.streams.Inc()
	defer s.metrics.streams.Dec()
	ctx, cut := context.WithCancel(ctx)
	defer cut()
	e := &events{w: w, door: http.NewResponseController(w), within: s.c.WriteTime, cut: cut}
	e.send([]byte(":\n\n"))
	stop := sync.OnceFunc(e.keepAlive(s.c.KeepAlive))
	defer stop()
	next, asking := begin(ctx) // asking ends with a query's answer
	for {
		r := next(asking)
		if r == nil {
			stop() // nothing comes after the end
			if ctx.Err() == nil {
				e.send([]byte("event: complete\ndata:\n\n"))
			}
			return
		}
		body, err := encode(r)
		if err != nil {
			panic(err)
		}
		// A line break within the data would end it.
		body = bytes.ReplaceAll(body, []byte("\n"), []byte("\ndata: "))
		e.send([]byte("event: next\ndata: "), body, []byte("\n\n"))
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

func (e *events) send(parts ...[]byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_ = e.door.SetWriteDeadline(time.Now().Add(e.within)) // not all writers have one
	_, err := e.w.Write(bytes.Join(parts, nil))
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
				e.send([]byte(":\n\n"))
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(done)
		<-gone // the writer is not ours after the handler's return
	}
}
