package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/nats-io/nats.go"
)

// natsLimit is how long one attempt to reach a NATS server may take. The first one
// is waited for, and so is one that is under way when the bus is closed.
const natsLimit = 2 * time.Second

// NATS is a node's bus over a NATS server. It goes on trying where the server
// can't be reached, and says so in the log; an error is an address that is none.
func NATS(address string, key []byte, log *slog.Logger) (*Bus, error) {
	name, err := channel(key)
	if err != nil {
		return nil, err
	}
	b := newBus(log)
	p := &overNATS{bus: b, subject: "hub." + name, listening: make(chan struct{}), closed: make(chan struct{})}
	p.conn, err = nats.Connect(address,
		nats.Name("hub "+b.node), nats.NoEcho(), nats.Timeout(natsLimit),
		nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.IgnoreAuthErrorAbort(),
		nats.ReconnectWait(4*shortestRest), nats.ReconnectJitter(shortestRest, shortestRest),
		nats.ReconnectBufSize(-1), // what can't be said in time is not said later
		nats.PingInterval(5*time.Second), nats.MaxPingsOutstanding(2), nats.FlusherTimeout(sendLimit),
		nats.ConnectHandler(p.connected), nats.ReconnectHandler(p.connected),
		nats.DisconnectErrHandler(p.disconnected), nats.ReconnectErrHandler(p.disconnected),
		nats.ErrorHandler(p.complained), nats.ClosedHandler(func(*nats.Conn) { close(p.closed) }),
	)
	var unreadable *url.Error
	if errors.As(err, &unreadable) { // which repeats what may hold a password
		err = errors.New("the address can't be read")
	}
	if err != nil {
		return nil, fmt.Errorf("bus: a NATS server is named nats://HOST:PORT: %w", err)
	}
	// Where there is no connection yet, the server is asked once there is.
	_, err = p.conn.Subscribe(p.subject, func(m *nats.Msg) { b.receive(string(m.Data)) })
	close(p.listening)
	b.run(p)
	if err != nil {
		b.Close()
		return nil, fmt.Errorf("bus: listen to NATS: %w", err)
	}
	return b, nil
}

// overNATS is the way over NATS.
type overNATS struct {
	bus       *Bus
	conn      *nats.Conn
	subject   string
	listening chan struct{} // closed once the server was asked for what comes
	closed    chan struct{} // closed once the connection is over for good
}

func (p *overNATS) send(_ context.Context, frames []string) error {
	for _, f := range frames {
		if err := p.conn.Publish(p.subject, []byte(f)); err != nil {
			return err
		}
	}
	return nil
}

// connected is told by the client, the first time too.
func (p *overNATS) connected(c *nats.Conn) {
	<-p.listening
	if err := c.FlushTimeout(connectLimit); err != nil { // the answer shows that the server listens for us
		return // the connection is gone again: the client says so, too
	}
	p.bus.restored()
}

// disconnected is told by the client, also of each attempt that failed.
func (p *overNATS) disconnected(_ *nats.Conn, err error) {
	if err == nil {
		err = errors.New("the connection was closed")
	}
	p.bus.lost(err)
}

// complained is told what the server or the client has to complain about.
func (p *overNATS) complained(_ *nats.Conn, _ *nats.Subscription, err error) {
	if errors.Is(err, nats.ErrSlowConsumer) {
		p.bus.woken() // something was dropped
		return
	}
	p.bus.lost(err)
}

func (p *overNATS) close() {
	p.conn.Close()
	<-p.closed
}
