package bus

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/lib/pq"
)

const (
	// connectLimit is how long one attempt to reach a server may take.
	connectLimit = 5 * time.Second
	// A broken connection is made anew after the shortest rest at first, then
	// after ever longer ones.
	shortestRest = 50 * time.Millisecond
	longestRest  = time.Second
)

// Postgres is a node's bus over LISTEN/NOTIFY of the deployment's database: it
// listens on a connection of its own and speaks over the pool. It goes on trying
// where the database can't be reached, and says so in the log; an error is an
// address that is none.
func Postgres(address string, pool *sql.DB, key []byte, log *slog.Logger) (*Bus, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("bus: the database is named postgres://USER@HOST/NAME")
	}
	q := u.Query()
	if name := q.Get("application_name"); name != "" {
		q.Set("application_name", name+" listener")
	} else {
		q.Set("application_name", "hub listener")
	}
	q.Set("connect_timeout", fmt.Sprint(int(connectLimit/time.Second)))
	u.RawQuery = q.Encode()
	name, err := channel(key)
	if err != nil {
		return nil, err
	}
	b := newBus(log)
	p := &notify{bus: b, pool: pool, channel: "hub_" + name, dialer: newDialer()}
	p.listener = pq.NewDialListener(p.dialer, u.String(), shortestRest, longestRest, p.changed)
	p.running.Go(p.listen)
	p.running.Go(p.read)
	return b.run(p), nil
}

// notify is the way over PostgreSQL.
type notify struct {
	bus      *Bus
	pool     *sql.DB
	channel  string
	dialer   *dialer
	listener *pq.Listener
	running  sync.WaitGroup
}

// send speaks outside of every transaction of the hub's own: a NOTIFY takes a
// lock that all commits wait for.
func (p *notify) send(ctx context.Context, frames []string) error {
	_, err := p.pool.ExecContext(ctx, `SELECT pg_notify($1, frame) FROM unnest($2::text[]) AS frame`, p.channel, pq.Array(frames))
	return err
}

// listen asks the server to pass on what the channel carries. The listener asks
// again by itself after each connection.
func (p *notify) listen() {
	for {
		err := p.listener.Listen(p.channel) // waits for the connection
		if err == nil {
			p.bus.restored()
			return
		}
		if errors.Is(err, net.ErrClosed) {
			return
		}
		p.bus.lost(err) // the server refuses, as one that is read-only does
		pause := time.NewTimer(longestRest)
		select {
		case <-pause.C:
		case <-p.bus.ending.Done():
			pause.Stop()
			return
		}
	}
}

// read passes on what comes, until the listener has ended.
func (p *notify) read() {
	for n := range p.listener.Notify {
		if n != nil {
			p.bus.receive(n.Extra)
		} else { // connected anew
			p.bus.restored()
		}
	}
}

// changed is told by the listener what happens to its connection.
func (p *notify) changed(event pq.ListenerEventType, err error) {
	if event == pq.ListenerEventDisconnected || event == pq.ListenerEventConnectionAttemptFailed {
		p.bus.lost(err)
	}
}

// close cuts the connection first: what waits for an answer of the server would
// keep the listener's lock.
func (p *notify) close() {
	p.dialer.close()
	_ = p.listener.Close() // it was not closed before
	p.running.Wait()
}

// dialer makes the listener's connections, and cuts them when the bus ends.
type dialer struct {
	net    net.Dialer
	ending context.Context
	end    context.CancelFunc

	mu      sync.Mutex // protects current
	current net.Conn
}

func newDialer() *dialer {
	d := &dialer{net: net.Dialer{
		// A server that is gone without a word is noticed by its silence.
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 5 * time.Second, Count: 3},
	}}
	d.ending, d.end = context.WithCancel(context.Background())
	return d
}

// Dial makes a connection.
func (d *dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(d.ending, network, address)
}

// DialTimeout makes a connection in time.
func (d *dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(d.ending, timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// DialContext makes a connection until ctx is done or the bus ends.
func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(d.ending, cancel)() //nolint:contextcheck // both end it
	c, err := d.net.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ending.Err() != nil {
		return nil, errors.Join(net.ErrClosed, c.Close())
	}
	d.current = c
	return c, nil
}

// close cuts the connection and lets no other be made.
func (d *dialer) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.end()
	if d.current != nil {
		_ = d.current.Close() // it may be closed already
	}
}
