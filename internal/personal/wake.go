package personal

import (
	"slices"

	"github.com/google/uuid"
)

type listener struct{ f func(person uuid.UUID) }

// Topic is the topic on which nodes tell each other whose own has changed.
const Topic = "personal"

// perMessage is how many persons a message between nodes names.
const perMessage = 60

// Listen calls f with each person of whose own something may have changed, on
// this node or on another. f must not wait. stop ends it; a call may be under way
// still.
func (c *Counters) Listen(f func(person uuid.UUID)) (stop func()) {
	l := &listener{f}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listeners = append(slices.Clip(c.listeners), l)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.listeners = slices.DeleteFunc(slices.Clone(c.listeners), func(other *listener) bool { return other == l })
	}
}

// OnChange has f called after each commit that changed something, to tell the
// other nodes, which hand what they get to Heard. f must not wait. There is one
// such f.
func (c *Counters) OnChange(f func(message []byte)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onChange = f
}

// Heard takes a message of another node. What is none is passed over.
func (c *Counters) Heard(message []byte) {
	for some := range slices.Chunk(message, 16) {
		if person, err := uuid.FromBytes(some); err == nil {
			c.tell(person)
		}
	}
}

// changed tells those who listen here, then the other nodes.
func (c *Counters) changed(persons map[uuid.UUID]struct{}) {
	c.mu.Lock()
	f := c.onChange
	c.mu.Unlock()
	message := make([]byte, 0, 16*min(len(persons), perMessage))
	for p := range persons {
		c.tell(p)
		if message = append(message, p[:]...); len(message) == 16*perMessage && f != nil {
			f(message)
			message = nil
		}
	}
	if len(message) > 0 && f != nil {
		f(message)
	}
}

func (c *Counters) tell(person uuid.UUID) {
	c.mu.Lock()
	list := c.listeners
	c.mu.Unlock()
	for _, l := range list {
		l.f(person)
	}
}
