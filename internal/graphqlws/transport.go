package graphqlws

import (
	"bufio"
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/gorilla/websocket"
)

// subprotocol is the one that is spoken.
const subprotocol = "graphql-transport-ws"

// Transport opens sockets, and ends them. It is safe for concurrent use.
type Transport struct {
	c        Config
	upgrader websocket.Upgrader
	wheel    wheel
	metrics  *metrics

	mu         sync.Mutex // guards what follows; taken after a socket's own
	sockets    int
	operations int // of them, and of those that have ended
	draining   bool
	still      chan struct{} // closed when there is neither; nil: nobody waits for that
}

var _ graphql.Transport = (*Transport)(nil)

// New makes a transport.
func New(c Config) *Transport {
	c = c.withDefaults()
	t := &Transport{c: c, metrics: newMetrics(c.Metrics)}
	t.wheel.every = min(max(min(c.InitTime, c.PingEvery, c.PongTime, c.CloseTime)/20, time.Millisecond), 250*time.Millisecond)
	t.upgrader = websocket.Upgrader{
		ReadBufferSize:  256, // longer messages are read past it
		WriteBufferPool: &sync.Pool{},
		Subprotocols:    []string{subprotocol},
		CheckOrigin:     c.Origin,
		Error:           t.notUpgraded,
	}
	return t
}

// Supports says whether a request asks for a websocket.
func (t *Transport) Supports(r *http.Request) bool { return websocket.IsWebSocketUpgrade(r) }

// Do makes a socket of the request. It returns at once: what it took over lives on without the request.
func (t *Transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	if !t.enter() {
		w.Header().Set("Retry-After", "1")
		t.c.Refuse(w, r, http.StatusServiceUnavailable, errFull)
		return
	}
	s := &socket{t: t, exec: exec, began: t.c.Now()}
	s.within, s.now, s.room = t.c.WriteTime, t.c.Now, s.roomAgain
	headers := http.Header{}
	for _, name := range []string{"X-Request-Id", "Set-Cookie"} { // of all that was meant for an answer
		if v := w.Header()[name]; v != nil {
			headers[name] = v
		}
	}
	ws, err := t.upgrader.Upgrade(hijacker{w, s, t.c.SendBuffer}, r, headers)
	if err != nil {
		t.leave()
		return
	}
	s.ws = ws
	s.ctx, s.cancel = context.WithCancel(t.c.Context(r))
	ws.SetPingHandler(s.onPing)
	ws.SetPongHandler(s.onPong)
	ws.SetCloseHandler(s.onClose)
	t.metrics.sockets.Inc()
	t.wheel.add(s, t.c.InitTime)
	switch {
	case ws.Subprotocol() == "":
		s.close(closeProtocol)
	case t.isDraining():
		s.close(closeRestart)
	}
	go s.read()
}

// notUpgraded answers a request that can't become a socket.
func (t *Transport) notUpgraded(w http.ResponseWriter, r *http.Request, status int, reason error) {
	w.Header().Set("Sec-Websocket-Version", "13")
	err := errHandshake
	if status == http.StatusForbidden {
		err = errOrigin
	}
	t.c.Refuse(w, r, status, err.Because(reason))
}

// hijacker has gorilla/websocket write through the socket's line.
type hijacker struct {
	http.ResponseWriter
	s          *socket
	sendBuffer int
}

func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.s.use(conn, h.sendBuffer)
	return &h.s.line, rw, nil
}

// Drain sends all clients away, one after another, and takes no new ones. It returns at once.
func (t *Transport) Drain() {
	t.mu.Lock()
	already := t.draining
	t.draining = true
	t.mu.Unlock()
	if already {
		return
	}
	sockets := t.wheel.all()
	rand.Shuffle(len(sockets), func(i, j int) { sockets[i], sockets[j] = sockets[j], sockets[i] })
	go func() {
		const steps = 50
		ticker := time.NewTicker(max(t.c.DrainTime/steps, time.Millisecond))
		defer ticker.Stop()
		for some := (len(sockets) + steps - 1) / steps; len(sockets) > 0; {
			for _, s := range sockets[:min(some, len(sockets))] {
				s.leave()
			}
			sockets = sockets[min(some, len(sockets)):]
			if len(sockets) > 0 {
				<-ticker.C
			}
		}
	}()
}

// Wait waits, after Drain, until there are no sockets and no operations any more. When ctx is done it
// ends the sockets that are left, and returns an error.
func (t *Transport) Wait(ctx context.Context) error {
	t.mu.Lock()
	if t.still == nil {
		t.still = make(chan struct{})
		t.hush()
	}
	still := t.still
	t.mu.Unlock()
	select {
	case <-still:
		return nil
	case <-ctx.Done():
	}
	for _, s := range t.wheel.all() {
		s.mu.Lock()
		s.destroy()
		s.mu.Unlock()
	}
	return errors.New("graphqlws: not all sockets were finished in time")
}

// enter makes room for a socket. It returns false if there is none.
func (t *Transport) enter() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.draining || t.sockets >= t.c.Sockets {
		return false
	}
	t.sockets++
	return true
}

// leave gives the room of a socket back.
func (t *Transport) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sockets--
	t.hush()
}

func (t *Transport) isDraining() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.draining
}

// forget is for a socket that has ended.
func (t *Transport) forget(s *socket, e End) {
	t.wheel.remove(s)
	t.metrics.sockets.Dec()
	t.metrics.closed(e)
	t.c.Ended(s.ctx, e)
	t.leave()
}

// began counts an operation.
func (t *Transport) began() {
	t.metrics.operations.Inc()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.operations++
}

// ended is for an operation of which nothing is left.
func (t *Transport) ended() {
	t.metrics.operations.Dec()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.operations--
	t.hush()
}

// hush tells whoever waits for it that nothing is left. MUST be called with mu held.
func (t *Transport) hush() {
	if t.still == nil || t.sockets > 0 || t.operations > 0 {
		return
	}
	select {
	case <-t.still:
	default:
		close(t.still)
	}
}
