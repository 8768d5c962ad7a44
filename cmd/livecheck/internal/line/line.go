package line

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// Line is a proxy before one address.
type Line struct {
	to     string
	listen net.Listener
	done   sync.WaitGroup

	mu       sync.Mutex // protects what follows
	pairs    map[*pair]struct{}
	closed   bool
	stalled  chan struct{} // closed when what is swallowed may go on; nil: nothing is
	crawl    time.Duration // before each piece; 0: none
	accepted int
}

// pair is a connection with both its ends.
type pair struct {
	near, far *net.TCPConn
	deaf      bool // nothing travels any more, one end is closed
}

// Open stands before the address.
func Open(ctx context.Context, to string) (*Line, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	out := &Line{to: to, listen: l, pairs: map[*pair]struct{}{}}
	out.done.Go(func() { out.accept(ctx) })
	return out, nil
}

// Address is where to connect to.
func (l *Line) Address() string { return l.listen.Addr().String() }

// Accepted is how many connections there were.
func (l *Line) Accepted() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.accepted
}

// Close cuts everything and ends. It returns when nothing of the line runs.
func (l *Line) Close() error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	err := l.listen.Close()
	l.Heal()
	l.Cut()
	l.done.Wait()
	return err
}

func (l *Line) accept(ctx context.Context) {
	for {
		c, err := l.listen.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue
		}
		l.done.Go(func() { l.carry(ctx, c.(*net.TCPConn)) })
	}
}

func (l *Line) carry(ctx context.Context, near *net.TCPConn) {
	c, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", l.to)
	if err != nil {
		reset(near) // as if nobody listened
		return
	}
	p := &pair{near: near, far: c.(*net.TCPConn)}
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		reset(near)
		reset(p.far)
		return
	}
	l.accepted++
	l.pairs[p] = struct{}{}
	l.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { l.copy(p, p.far, p.near) })
	both.Go(func() { l.copy(p, p.near, p.far) })
	both.Wait()
	l.mu.Lock()
	delete(l.pairs, p)
	l.mu.Unlock()
	_ = p.near.Close()
	_ = p.far.Close()
}

// copy carries one direction until it ends, then hands the end on.
func (l *Line) copy(p *pair, to, from *net.TCPConn) {
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 && !l.pass(p) {
			continue // it is swallowed for good
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				_ = from.CloseRead()
				return
			}
		}
		if err != nil {
			l.mu.Lock()
			deaf := p.deaf
			l.mu.Unlock()
			switch {
			case deaf: // the other end is left to find out by itself
			case errors.Is(err, io.EOF):
				_ = to.CloseWrite()
			default:
				reset(to)
			}
			return
		}
	}
}

// pass waits as long as the line stalls or crawls, and says whether the bytes may
// go on.
func (l *Line) pass(p *pair) bool {
	for {
		l.mu.Lock()
		stalled, crawl, deaf := l.stalled, l.crawl, p.deaf
		l.mu.Unlock()
		switch {
		case deaf:
			return false
		case stalled != nil:
			<-stalled
			continue
		case crawl > 0:
			time.Sleep(crawl) // slowness is what is asked for
		}
		return true
	}
}

// reset closes a connection as a machine does that is gone.
func reset(c *net.TCPConn) {
	_ = c.SetLinger(0)
	_ = c.Close()
}
