package graphqlws

import (
	"sync"
	"time"
)

// wheel looks after all sockets of a transport in one goroutine: each has a place in one of its slots,
// and is looked at when its time comes. The goroutine runs while there are sockets.
type wheel struct {
	every time.Duration // between two slots

	mu    sync.Mutex // guards what follows, and the seats of all sockets; taken after a socket's own
	slots [64]*socket
	at    uint64 // how many slots have passed
	size  int
	turns bool
}

// seat is a socket's place in the wheel.
type seat struct {
	before, after *socket // in the same slot
	due           uint64  // the turn at which it is looked at
	seated        bool
}

// turnsOf is how many turns a time takes, at least.
func (w *wheel) turnsOf(d time.Duration) uint64 { return uint64((d+w.every-1)/w.every) + 1 }

// add gives a socket a place.
func (w *wheel) add(s *socket, after time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s.seated = true
	w.link(s, after)
	w.size++
	if !w.turns {
		w.turns = true
		go w.turn()
	}
}

// move has a socket looked at after that time, and not before. It does nothing for one without a place.
func (w *wheel) move(s *socket, after time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s.seated {
		w.unlink(s)
		w.link(s, after)
	}
}

// remove takes a socket's place away.
func (w *wheel) remove(s *socket) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s.seated {
		w.unlink(s)
		s.seated = false
		w.size--
	}
}

// all are the sockets that have a place.
func (w *wheel) all() []*socket {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]*socket, 0, w.size)
	for _, s := range w.slots {
		for ; s != nil; s = s.after {
			out = append(out, s)
		}
	}
	return out
}

// link MUST be called with mu held.
func (w *wheel) link(s *socket, after time.Duration) {
	s.due = w.at + w.turnsOf(after)
	head := &w.slots[s.due%uint64(len(w.slots))]
	s.before, s.after = nil, *head
	if *head != nil {
		(*head).before = s
	}
	*head = s
}

// unlink MUST be called with mu held.
func (w *wheel) unlink(s *socket) {
	if s.before != nil {
		s.before.after = s.after
	} else {
		w.slots[s.due%uint64(len(w.slots))] = s.after
	}
	if s.after != nil {
		s.after.before = s.before
	}
	s.before, s.after = nil, nil
}

// turn turns the wheel until it is empty. A late tick makes up for those that were left out.
func (w *wheel) turn() {
	ticker := time.NewTicker(w.every)
	defer ticker.Stop()
	last := <-ticker.C
	var due []*socket
	for now := last; ; now = <-ticker.C {
		for ; !last.After(now); last = last.Add(w.every) {
			var goOn bool
			if due, goOn = w.next(due[:0]); !goOn {
				return
			}
			for _, s := range due {
				s.beat()
			}
			clear(due)
		}
	}
}

// next turns on by one slot and collects whose time has come. It returns false when the wheel is empty
// and turns no more.
func (w *wheel) next(due []*socket) ([]*socket, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.size == 0 {
		w.turns = false
		return nil, false
	}
	w.at++
	for s := w.slots[w.at%uint64(len(w.slots))]; s != nil; s = s.after {
		if s.due <= w.at {
			due = append(due, s)
		}
	}
	return due, true
}
