package graphqlws

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/gorilla/websocket"

	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/viewer"
)

// socket is a client's connection. At rest it is one goroutine, which reads.
type socket struct {
	line
	seat // guarded by the wheel

	t      *Transport
	ws     *websocket.Conn
	exec   graphql.GraphExecutor
	ctx    context.Context // of all operations but mutations; done when the socket closes
	cancel context.CancelFunc
	viewer *viewer.Viewer // set by connection_init, before any operation
	began  time.Time

	handling atomic.Bool // the reader is at work and can't see a pong

	// Guarded by line.mu:
	phase    phase
	closing  bool // nothing is told of operations any more
	released bool
	pinged   bool // a pong is due
	leaving  bool // it closes when what runs is finished
	byClient bool
	code     int
	link     Link         // nil before connection_init, and where there is no engine
	ops      []*operation // that have not ended, for the client
	busy     int          // operations that have not ended, for the client or in themselves
	running  int          // queries and mutations of those
	asked    int
	roomy    chan struct{} // closed when nothing waits any more; nil: nobody waits for that
}

// phase is how far a socket has come.
type phase uint8

const (
	opened phase = iota
	initialising
	ready
)

// read reads messages for as long as the socket lives. Handling one takes a deep stack, which the
// goroutine would keep: so that it may rest on a small one, a fresh goroutine reads on.
func (s *socket) read() {
	for {
		kind, r, err := s.ws.NextReader()
		if err != nil {
			s.end(err)
			return
		}
		if s.deaf() {
			continue // and the message is thrown away
		}
		b := buffers.Get().(*[]byte)
		*b, err = readTo((*b)[:0], r, s.t.c.MessageLimit)
		if err != nil {
			release(b)
			s.end(err)
			return
		}
		s.handling.Store(true)
		s.handle(kind, *b)
		s.handling.Store(false)
		release(b)
		go s.read()
		return
	}
}

// readTo reads a message, or its beginning if it has more than limit bytes.
func readTo(b []byte, r io.Reader, limit int) ([]byte, error) {
	for len(b) <= limit {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
	return b, nil
}

// deaf says whether the socket is closing.
func (s *socket) deaf() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

// tell sends a short message. A client that lets too many of them wait is closed.
func (s *socket) tell(kind string, frame []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tellLocked(kind, frame)
}

// tellLocked MUST be called with mu held.
func (s *socket) tellLocked(kind string, frame []byte) {
	switch {
	case s.closing:
	case s.writing && s.waiting+len(frame) > s.t.c.QueueLimit:
		s.shut(closeSlow)
	default:
		s.put(frame)
		if c := s.t.metrics.out[kind]; c != nil {
			c.Inc()
		}
	}
}

// close closes the socket. It does not block.
func (s *socket) close(c closure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shut(c)
}

// shut closes the socket: the close frame goes behind what waits, and the client gets a moment to
// answer it. MUST be called with mu held.
func (s *socket) shut(c closure) {
	if s.closing {
		return
	}
	s.closing, s.code = true, c.code
	s.put(closing(c.code, c.text))
	s.last = true
	s.t.wheel.move(s, s.t.c.CloseTime)
	go s.release() // the engine may be holding locks of its own
}

// release lets go of what the socket holds. It may be called again.
func (s *socket) release() {
	s.mu.Lock()
	if s.released {
		s.mu.Unlock()
		return
	}
	s.released = true
	for len(s.ops) > 0 {
		s.ops[0].end()
	}
	link, roomy := s.link, s.roomy
	s.roomy = nil
	s.mu.Unlock()
	s.cancel()
	if roomy != nil {
		close(roomy)
	}
	if link != nil {
		link.Close()
	}
}

// cut is how the engine closes a socket.
func (s *socket) cut(why live.Reason) { s.close(cutBy(why)) }

// leave closes the socket as soon as its queries and mutations are finished.
func (s *socket) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaving = true
	if s.running == 0 {
		s.shut(closeRestart)
	}
}

// end is the last thing that happens to a socket. Only its reader calls it.
func (s *socket) end(err error) {
	var said *websocket.CloseError
	answered := errors.As(err, &said) && said.Code != websocket.CloseAbnormalClosure
	s.mu.Lock()
	linger := s.last && !s.broken && !answered
	if !s.closing {
		s.closing, s.code, s.byClient = true, websocket.CloseAbnormalClosure, true
		if s.last { // gorilla/websocket has closed after a violation of RFC 6455
			s.code, s.byClient = websocket.CloseProtocolError, false
			s.t.wheel.move(s, s.t.c.CloseTime)
		}
	}
	s.mu.Unlock()
	s.release()
	if linger {
		s.linger()
	}
	s.mu.Lock()
	s.destroy()
	e := End{Code: s.code, ByClient: s.byClient, Operations: s.asked, Lasted: s.now().Sub(s.began)}
	s.mu.Unlock()
	s.t.forget(s, e)
}

// linger reads until the client has closed, or the wheel has: a connection that is closed with unread
// bytes is reset, and the client would not see the close frame.
func (s *socket) linger() {
	b := buffers.Get().(*[]byte)
	defer release(b)
	for {
		if _, err := s.Read((*b)[:cap(*b)]); err != nil {
			return
		}
	}
}

// beat is called by the wheel when the socket's time has come.
func (s *socket) beat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &s.t.c
	switch {
	case s.closing: // and the client did not answer
		s.destroy()
		s.t.wheel.move(s, c.CloseTime)
	case s.phase == opened:
		s.shut(closeInitTime)
	case s.pinged && !s.handling.Load():
		s.destroy()
		s.t.wheel.move(s, c.CloseTime)
	case s.pinged, s.writing: // look again soon; what waits has a time of its own
		s.t.wheel.move(s, c.PingEvery/8)
	default:
		s.put(pingFrame)
		s.pinged = true
		s.t.wheel.move(s, c.PongTime)
	}
}

var pingFrame = control(framePing, "")

// onPing answers a ping of RFC 6455.
func (s *socket) onPing(payload string) error {
	s.tell("", control(framePong, payload))
	return nil
}

// onPong notes that the client lives and reads.
func (s *socket) onPong(string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pinged && !s.closing {
		s.pinged = false
		s.t.wheel.move(s, s.t.c.PingEvery)
	}
	return nil
}

// onClose answers the client's close with the same code, unless the hub has closed first.
func (s *socket) onClose(code int, _ string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return nil
	}
	s.closing, s.byClient, s.code = true, true, code
	if code == websocket.CloseNoStatusReceived {
		s.put(control(frameClose, ""))
	} else {
		s.put(closing(code, ""))
	}
	s.last = true
	return nil
}

// roomAgain is called when the client has taken all that waited.
func (s *socket) roomAgain() {
	s.mu.Lock()
	if s.writing { // again
		s.mu.Unlock()
		return
	}
	var drained []Stream
	for _, o := range s.ops {
		if !o.waiting {
			continue
		}
		o.waiting = false
		if o.stream == nil {
			o.drained = true
			continue
		}
		drained = append(drained, o.stream)
	}
	roomy := s.roomy
	s.roomy = nil
	s.mu.Unlock()
	if roomy != nil {
		close(roomy)
	}
	defer s.survive()
	for _, st := range drained {
		st.Drained()
	}
}

// survive keeps a panic from ending the process, and closes the socket instead.
func (s *socket) survive() {
	if p := recover(); p != nil {
		_ = s.t.c.Recover(s.ctx, p) // it has been logged
		s.close(closeBusy)
	}
}
