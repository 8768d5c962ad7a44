package host

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// NATS is a NATS server within this process, always on the same address. It
// keeps nothing: what ends it ends all its connections.
type NATS struct {
	port int

	mu      sync.Mutex // protects running
	running *server.Server
}

// NewNATS makes a server and starts it.
func NewNATS(ctx context.Context) (*NATS, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	n := &NATS{port: port}
	return n, n.Start()
}

// Address is where it listens.
func (n *NATS) Address() string { return fmt.Sprintf("127.0.0.1:%d", n.port) }

// Start starts the server unless it runs.
func (n *NATS) Start() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running != nil {
		return nil
	}
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: n.port, NoSigs: true, NoLog: true})
	if err != nil {
		return err
	}
	go s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		s.Shutdown()
		return errors.New("the NATS server is not ready in time")
	}
	n.running = s
	return nil
}

// Kill ends the server and all connections to it.
func (n *NATS) Kill() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running != nil {
		n.running.Shutdown()
		n.running.WaitForShutdown()
		n.running = nil
	}
}
