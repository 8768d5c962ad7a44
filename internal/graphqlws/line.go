package graphqlws

import (
	"net"
	"sync"
	"syscall"
	"time"
)

// line writes to a connection without ever blocking. What the system does not take at once waits, and
// a goroutine writes it for as long as there is something; that goroutine ends the connection if the
// other side does not take it in time.
type line struct {
	net.Conn
	raw    syscall.RawConn // nil: nothing can be tried without blocking
	within time.Duration   // the time in which the oldest byte must be taken
	now    func() time.Time
	room   func() // called without mu when nothing waits any more

	mu      sync.Mutex // guards what follows, and what the embedding type says
	queue   []byte     // what waits, after what the writer is writing
	since   time.Time  // when the first byte of the queue came
	waiting int        // bytes of the queue and of what the writer is writing
	writing bool       // there is a writer
	broken  bool       // nothing can be written any more
	last    bool       // a close frame was put: nothing may follow
}

// use makes a connection the line's own.
func (l *line) use(conn net.Conn, sendBuffer int) {
	l.Conn = conn
	if c, ok := conn.(interface{ SetWriteBuffer(int) error }); ok {
		// What a client does not read fills this before anybody notices.
		_ = c.SetWriteBuffer(sendBuffer) // an unwilling system keeps its own size
	}
	if c, ok := conn.(syscall.Conn); ok && canTry {
		l.raw, _ = c.SyscallConn() // nil where it fails, and then the writer does it all
	}
}

// Write is for gorilla/websocket: the answer to the handshake, and the close frames after a violation
// of RFC 6455. b is one of those, whole.
func (l *line) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken || l.last {
		return 0, net.ErrClosed
	}
	l.put(b)
	l.last = len(b) > 0 && b[0] == frameClose
	return len(b), nil
}

// SetWriteDeadline does nothing: the writer has a time of its own.
func (l *line) SetWriteDeadline(time.Time) error { return nil }

// put sends whole frames, which are copied if they have to wait. MUST be called with mu held.
func (l *line) put(b []byte) {
	if l.broken || l.last {
		return
	}
	if !l.writing {
		n, err := 0, error(nil)
		if l.raw != nil {
			n, err = try(l.raw, b)
		}
		if err != nil {
			l.destroy()
			return
		}
		if b = b[n:]; len(b) == 0 {
			return
		}
	}
	if len(l.queue) == 0 {
		l.since = l.now()
	}
	l.queue = append(l.queue, b...)
	l.waiting += len(b)
	if !l.writing {
		l.writing = true
		go l.write()
	}
}

// write writes until nothing waits, and then says so.
func (l *line) write() {
	for l.writeQueue() {
	}
	l.room()
}

// writeQueue writes what waits. It returns false when there is nothing more, and no writer.
func (l *line) writeQueue() bool {
	l.mu.Lock()
	b, until := l.queue, l.since.Add(l.within)
	l.queue = nil
	l.mu.Unlock()
	_ = l.Conn.SetWriteDeadline(until) // a closed connection says so again below
	_, err := l.Conn.Write(b)
	_ = l.Conn.SetWriteDeadline(time.Time{}) // or try would fail when it has passed
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting -= len(b)
	if err != nil {
		l.destroy()
	}
	l.writing = len(l.queue) > 0
	return l.writing
}

// destroy ends the connection at once: the reader hears of it. MUST be called with mu held.
func (l *line) destroy() {
	l.broken = true
	l.queue = nil
	_ = l.Close() // there is nothing to do about it
}
