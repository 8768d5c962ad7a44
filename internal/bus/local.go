package bus

import (
	"context"
	"log/slog"
	"slices"
	"sync"
)

// Exchange connects nodes that live in one process. The zero Exchange is ready.
type Exchange struct {
	mu    sync.Mutex // protects nodes
	nodes []*Bus
}

// Alone is the bus of a node that has no others.
func Alone() *Bus { return new(Exchange).Join() }

// Join adds a node.
func (e *Exchange) Join() *Bus {
	b := newBus(slog.New(slog.DiscardHandler))
	b.cut = nil
	e.mu.Lock()
	e.nodes = append(slices.Clip(e.nodes), b)
	e.mu.Unlock()
	return b.run(&port{e, b})
}

// port is a node's place at an exchange.
type port struct {
	exchange *Exchange
	bus      *Bus
}

func (p *port) send(_ context.Context, frames []string) error {
	p.exchange.mu.Lock()
	nodes := p.exchange.nodes
	p.exchange.mu.Unlock()
	for _, n := range nodes {
		if n == p.bus {
			continue
		}
		for _, f := range frames {
			n.receive(f)
		}
	}
	return nil
}

func (p *port) close() {
	p.exchange.mu.Lock()
	defer p.exchange.mu.Unlock()
	p.exchange.nodes = slices.DeleteFunc(slices.Clone(p.exchange.nodes), func(b *Bus) bool { return b == p.bus })
}
