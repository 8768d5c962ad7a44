package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const protocol = "graphql-transport-ws"

func listenAnywhere(ctx context.Context) (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
}

// CrowdOptions say what a crowd does. Its token comes first on its input.
type CrowdOptions struct {
	URL     string // of the socket
	Sockets int
	Query   string // the subscription; empty for the floor, which needs none
	Thread  string
}

// crowd holds the clients' sockets.
type crowd struct {
	o     CrowdOptions
	token string

	delivered atomic.Int64
	target    atomic.Int64
	last      atomic.Int64 // when the target was reached, in nanoseconds of the clock
	size      atomic.Int64 // of a frame
	broken    atomic.Int64

	mu    sync.Mutex // protects what follows
	conns []*websocket.Conn
	late  []time.Duration // from post to screen, of frames that name a time
}

// Crowd opens the sockets, says "ready", and answers what it reads: "expect N"
// sets how many more frames there will be in all; "wait" waits for them and says
// "got N LAST SIZE BROKEN"; "late" says how late frames were.
func Crowd(ctx context.Context, o CrowdOptions, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	if !lines.Scan() {
		return errors.New("the token comes first")
	}
	c := &crowd{o: o, token: lines.Text()}
	if err := c.open(ctx); err != nil {
		return err
	}
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	say("ready")
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "expect":
			n, err := strconv.ParseInt(rest, 10, 64)
			if err != nil {
				return err
			}
			c.last.Store(0)
			c.target.Store(c.delivered.Load() + n)
			say("ok")
		case "wait":
			c.wait(ctx)
			say("got %d %d %d %d", c.delivered.Load(), c.last.Load(), c.size.Load(), c.broken.Load())
		case "late":
			say("%s", c.lateness())
		}
	}
	for _, w := range c.conns {
		if t, ok := w.NetConn().(*net.TCPConn); ok {
			_ = t.SetLinger(0) // no port waits for a farewell
		}
		_ = w.Close()
	}
	return lines.Err()
}

// open opens all sockets, some at a time.
func (c *crowd) open(ctx context.Context) error {
	next := make(chan int)
	failed := make(chan error, 32)
	var all sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range 32 {
		all.Go(func() {
			for i := range next {
				if err := c.one(ctx, i); err != nil {
					failed <- fmt.Errorf("socket %d: %w", i+1, err)
					cancel()
					return
				}
			}
		})
	}
	for i := range c.o.Sockets {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	all.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return ctx.Err()
	}
}

// perAddress is how many sockets one source address makes: its ports run short
// before the files do.
const perAddress = 15_000

func (c *crowd) one(ctx context.Context, i int) error {
	from := net.IPv4(127, 0, 0, byte(1+i/perAddress))
	d := websocket.Dialer{
		Subprotocols: []string{protocol}, HandshakeTimeout: 60 * time.Second, ReadBufferSize: 1024, WriteBufferSize: 512, WriteBufferPool: pool,
		NetDialContext: (&net.Dialer{LocalAddr: &net.TCPAddr{IP: from}}).DialContext,
	}
	h := http.Header{}
	if c.token != "" {
		h.Set("Authorization", "Bearer "+c.token)
	}
	w, resp, err := d.DialContext(ctx, c.o.URL, h)
	if err != nil {
		if resp != nil {
			err = fmt.Errorf("%w: %s", err, resp.Status)
		}
		return err
	}
	_ = resp.Body.Close()
	if c.o.Query != "" {
		if err := c.subscribe(w); err != nil {
			return errors.Join(err, w.Close())
		}
	}
	c.mu.Lock()
	c.conns = append(c.conns, w)
	c.mu.Unlock()
	go c.read(w)
	return nil
}

var pool = &sync.Pool{}

func (c *crowd) subscribe(w *websocket.Conn) error {
	if err := w.WriteMessage(websocket.TextMessage, []byte(`{"type":"connection_init"}`)); err != nil {
		return err
	}
	_, greeting, err := w.ReadMessage()
	if err != nil {
		return err
	}
	if !bytes.Contains(greeting, []byte("connection_ack")) {
		return fmt.Errorf("greeted with %s", greeting)
	}
	payload, err := json.Marshal(map[string]any{"id": "1", "type": "subscribe", "payload": map[string]any{
		"query": c.o.Query, "variables": map[string]any{"thread": c.o.Thread},
	}})
	if err != nil {
		return err
	}
	return w.WriteMessage(websocket.TextMessage, payload)
}

var (
	nextMark = []byte(`"type":"next"`)
	sentMark = []byte(`sent `)
)

func (c *crowd) read(w *websocket.Conn) {
	var buffer bytes.Buffer
	for {
		_, r, err := w.NextReader()
		if err == nil {
			buffer.Reset()
			_, err = buffer.ReadFrom(r)
		}
		if err != nil {
			c.broken.Add(1)
			return
		}
		b := buffer.Bytes()
		if !bytes.Contains(b[:min(len(b), 80)], nextMark) || bytes.Contains(b, []byte(`"Checkpoint"`)) {
			continue
		}
		c.took(b)
	}
}

func (c *crowd) took(b []byte) {
	n := c.delivered.Add(1)
	if n == c.target.Load() {
		c.last.Store(time.Now().UnixNano())
	}
	c.size.Store(int64(len(b)))
	i := bytes.Index(b, sentMark)
	if i < 0 {
		return
	}
	digits := b[i+len(sentMark):]
	end := bytes.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
	sent, err := strconv.ParseInt(string(digits[:max(end, 0)]), 10, 64)
	if err != nil || sent == 0 {
		return
	}
	late := time.Since(time.Unix(0, sent))
	c.mu.Lock()
	c.late = append(c.late, late)
	c.mu.Unlock()
}

func (c *crowd) wait(ctx context.Context) {
	deadline := time.Now().Add(60 * time.Second)
	for c.delivered.Load() < c.target.Load() && time.Now().Before(deadline) && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
}

// lateness is the median, the 99th percentile, the greatest, and of how many.
func (c *crowd) lateness() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	slices.Sort(c.late)
	at := func(p int) time.Duration {
		if len(c.late) == 0 {
			return 0
		}
		return c.late[min(len(c.late)*p/100, len(c.late)-1)]
	}
	out := fmt.Sprintf("%d %d %d %d", at(50), at(99), at(100), len(c.late))
	c.late = nil
	return out
}
