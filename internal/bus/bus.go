package bus

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
)

// MaxMessage is how many bytes a message may have.
const MaxMessage = 1024

// Bus is a node's end of the way between the nodes.
type Bus struct {
	node string // tells this node's frames from those of others
	log  *slog.Logger
	way  way

	due    chan struct{} // holds one signal if there is something to send
	ending context.Context
	end    context.CancelFunc
	ended  chan struct{} // closed once the sender has ended

	mu        sync.Mutex // protects what follows
	closed    bool
	wake      bool     // a wake-up is due
	queue     []string // frames of messages that are due
	listeners map[string][]*listener
	wakes     []*listener
	cut       error // why the way does not work; nil if it does
	reported  bool  // that was said in the log
}

// way takes frames to the other nodes. What comes from them it hands to
// Bus.receive, and says with Bus.lost and Bus.restored whether it works.
type way interface {
	// send passes frames on. It may be called by one goroutine only.
	send(ctx context.Context, frames []string) error
	// close ends the way, and returns when nothing of it runs any more.
	close()
}

type listener struct{ f func(payload []byte) }

var errConnecting = errors.New("bus: the connection is not there yet")

// newBus makes a bus without a way. run gives it one.
func newBus(log *slog.Logger) *Bus {
	var name [8]byte
	if _, err := rand.Read(name[:]); err != nil {
		panic("bus: no randomness: " + err.Error())
	}
	b := &Bus{
		node: hex.EncodeToString(name[:]), log: log, due: make(chan struct{}, 1),
		ended: make(chan struct{}), listeners: map[string][]*listener{}, cut: errConnecting,
	}
	b.ending, b.end = context.WithCancel(context.Background())
	return b
}

func (b *Bus) run(w way) *Bus {
	b.way = w
	go b.sender()
	return b
}

// Wake tells the other nodes that the log has grown. It never waits.
func (b *Bus) Wake() {
	b.mu.Lock()
	b.wake = true
	b.mu.Unlock()
	b.signal()
}

// OnWake calls f whenever another node says that the log has grown, and when
// that may have been missed. f must not wait. stop ends it.
func (b *Bus) OnWake(f func()) (stop func()) {
	l := &listener{func([]byte) { f() }}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wakes = append(slices.Clip(b.wakes), l)
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.wakes = without(b.wakes, l)
	}
}

// Publish gives a message to all who listen to the topic: on this node before it
// returns, on others soon, if at all. It fails for a topic that is no word and
// for a message that is too long.
func (b *Bus) Publish(topic string, payload []byte) error {
	if err := fits(topic, payload); err != nil {
		return err
	}
	b.deliver(topic, payload)
	b.enqueue(messageFrame(b.node, topic, payload), false)
	return nil
}

// Send is Publish for the other nodes alone, of a message that says once what it
// says twice: while it waits to be sent, it is not taken again.
func (b *Bus) Send(topic string, payload []byte) error {
	if err := fits(topic, payload); err != nil {
		return err
	}
	b.enqueue(messageFrame(b.node, topic, payload), true)
	return nil
}

func fits(topic string, payload []byte) error {
	if topic == "" || strings.ContainsFunc(topic, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("bus: the topic %q is no word of ASCII letters, digits and signs", topic)
	}
	if len(payload) > MaxMessage {
		return fmt.Errorf("bus: a message of %d bytes on %s: send identifiers, %d bytes at most", len(payload), topic, MaxMessage)
	}
	return nil
}

func (b *Bus) enqueue(frame string, once bool) {
	b.mu.Lock()
	if len(b.queue) < queueLimit && (!once || !slices.Contains(b.queue, frame)) {
		b.queue = append(b.queue, frame)
	}
	b.mu.Unlock()
	b.signal()
}

// Subscribe calls f with every message on the topic. f must not wait, may be
// called by several goroutines at once, and must not keep or change the payload.
// stop ends it; a call may be under way still.
func (b *Bus) Subscribe(topic string, f func(payload []byte)) (stop func()) {
	l := &listener{f}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listeners[topic] = append(slices.Clip(b.listeners[topic]), l)
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if rest := without(b.listeners[topic], l); len(rest) > 0 {
			b.listeners[topic] = rest
		} else {
			delete(b.listeners, topic)
		}
	}
}

// without is a copy without l: deliver may be reading the list.
func without(list []*listener, l *listener) []*listener {
	return slices.DeleteFunc(slices.Clone(list), func(other *listener) bool { return other == l })
}

// Err is nil while the way works, as far as this node knows, otherwise it says
// why not.
func (b *Bus) Err() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.cut
}

// Close ends the bus. It may be called again.
func (b *Bus) Close() {
	b.mu.Lock()
	first := !b.closed
	b.closed = true
	b.mu.Unlock()
	if first {
		b.end()
		b.way.close()
	}
	<-b.ended
}

// receive takes a frame from the way. The node's own are an echo.
func (b *Bus) receive(raw string) {
	f, ok := parseFrame(raw)
	switch {
	case !ok || f.node == b.node:
	case f.topic == "":
		b.woken()
	default:
		b.deliver(f.topic, f.payload)
	}
}

func (b *Bus) deliver(topic string, payload []byte) {
	b.mu.Lock()
	list := b.listeners[topic]
	b.mu.Unlock()
	for _, l := range list {
		l.f(payload)
	}
}

func (b *Bus) woken() {
	b.mu.Lock()
	list := b.wakes
	b.mu.Unlock()
	for _, l := range list {
		l.f(nil)
	}
}

// restored is told by the way when frames come through, the first time too. What
// was said before may have been lost, in either direction.
func (b *Bus) restored() {
	b.mu.Lock()
	again := b.reported
	b.cut, b.reported = nil, false
	b.mu.Unlock()
	if again {
		b.log.LogAttrs(b.ending, slog.LevelInfo, "the nodes wake each other again")
	}
	b.woken()
	b.Wake()
}

// lost is told by the way when frames do not come through, and may be told it
// often.
func (b *Bus) lost(err error) {
	b.mu.Lock()
	known := b.reported || b.closed
	b.cut, b.reported = err, true
	b.mu.Unlock()
	if !known {
		b.log.LogAttrs(b.ending, slog.LevelWarn, "the nodes do not wake each other: until they do again, news comes by polling", slog.String("cause", err.Error()))
	}
}

// channel names the channel of a deployment, within what the hub uses of a server.
func channel(key []byte) (string, error) {
	name, err := hkdf.Key(sha256.New, key, nil, "bus channel", 12)
	if err != nil {
		return "", fmt.Errorf("bus: name the channel: %w", err)
	}
	return hex.EncodeToString(name), nil
}
