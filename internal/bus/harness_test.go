package bus_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"acs-aec.org/hub/internal/bus"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/seal"
	"acs-aec.org/hub/internal/store"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// network makes nodes: join of one deployment, other of another one on the same
// server, nil where there can be none. cut breaks the connections of all nodes.
type network struct {
	join, other func(t testing.TB) *bus.Bus
	cut         func(t testing.TB)
}

var networks = map[string]func(t testing.TB) *network{"local": local, "postgres": onPostgres, "nats": onNATS}

func each(t *testing.T, test func(t *testing.T, n *network)) {
	t.Helper()
	eachKind(t, func(t *testing.T, open func(t testing.TB) *network) {
		t.Helper()
		test(t, open(t))
	})
}

func eachKind(t *testing.T, test func(t *testing.T, open func(t testing.TB) *network)) {
	t.Helper()
	for name, open := range networks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

// ending closes a bus with the test.
func ending(t testing.TB, b *bus.Bus, err error) *bus.Bus {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func local(testing.TB) *network {
	e := &bus.Exchange{}
	return &network{join: func(t testing.TB) *bus.Bus {
		t.Helper()
		return ending(t, e.Join(), nil)
	}}
}

func onPostgres(t testing.TB) *network {
	t.Helper()
	address := dbtest.EmptyPostgres(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	name := q.Get("search_path") // of this test alone
	q.Set("application_name", name)
	u.RawQuery = q.Encode()
	db := dbtest.Open(t, u.String(), store.Options{})
	on := func(key []byte) func(t testing.TB) *bus.Bus {
		return func(t testing.TB) *bus.Bus {
			t.Helper()
			b, err := bus.Postgres(u.String(), db.SQL(), key, discard)
			return ending(t, b, err)
		}
	}
	return &network{join: on(seal.NewKey()), other: on(seal.NewKey()), cut: func(t testing.TB) {
		t.Helper()
		var n int
		err := db.SQL().QueryRowContext(t.Context(),
			`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1`, name+" listener").Scan(&n)
		if err != nil || n == 0 {
			t.Fatalf("%d connections are cut, %v", n, err)
		}
	}}
}

func onNATS(t testing.TB) *network {
	t.Helper()
	s := serveNATS(t, -1)
	on := func(key []byte) func(t testing.TB) *bus.Bus {
		return func(t testing.TB) *bus.Bus {
			t.Helper()
			b, err := bus.NATS(s.ClientURL(), key, discard)
			return ending(t, b, err)
		}
	}
	port := s.Addr().(*net.TCPAddr).Port
	return &network{join: on(seal.NewKey()), other: on(seal.NewKey()), cut: func(t testing.TB) {
		t.Helper()
		s.Shutdown()
		s.WaitForShutdown()
		s = serveNATS(t, port)
	}}
}

func serveNATS(t testing.TB, port int) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(patience) {
		t.Fatal("the NATS server does not start")
	}
	return s
}

var discard = slog.New(slog.DiscardHandler)

// signals is a channel that remembers one call.
type signals chan struct{}

func (s signals) call() {
	select {
	case s <- struct{}{}:
	default:
	}
}

// comes waits for something that must come.
func comes[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatalf("%s does not come", what)
		panic("not reached")
	}
}

// meet returns once each node hears each other.
func meet(t testing.TB, nodes ...*bus.Bus) {
	t.Helper()
	for i, to := range nodes {
		for j, from := range nodes {
			if i == j {
				continue
			}
			heard := make(signals, 1)
			topic := fmt.Sprintf("hello.%d.%d", i, j)
			stop := to.Subscribe(topic, func([]byte) { heard.call() })
			again := time.NewTicker(20 * time.Millisecond)
			for met, late := false, time.After(patience); !met; {
				publish(t, from, topic, "")
				select {
				case <-heard:
					met = true
				case <-again.C:
				case <-late:
					t.Fatalf("node %d does not hear node %d: %v, %v", i, j, to.Err(), from.Err())
				}
			}
			again.Stop()
			stop()
		}
	}
}

func publish(t testing.TB, b *bus.Bus, topic, payload string) {
	t.Helper()
	if err := b.Publish(topic, []byte(payload)); err != nil {
		t.Error(err)
	}
}

// notes are what a node writes into its log.
type notes struct {
	mu   sync.Mutex // protects text
	text bytes.Buffer
	news signals
}

func newNotes() (*notes, *slog.Logger) {
	n := &notes{news: make(signals, 1)}
	return n, slog.New(slog.NewTextHandler(n, nil))
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	defer n.news.call()
	return n.text.Write(p)
}

func (n *notes) lines() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Split(strings.TrimSuffix(n.text.String(), "\n"), "\n")
}

// relay passes connections on to a server, from an address where nobody listened
// before it is opened.
type relay struct{ address, to string }

func newRelay(t *testing.T, to string) *relay {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return &relay{l.Addr().String(), to}
}

func (r *relay) open(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	t.Cleanup(func() {
		cancel()
		_ = l.Close()
		running.Wait()
	})
	running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { r.pass(ctx, c) })
		}
	})
}

// pass copies both ways until one side ends; with no server it answers nothing.
func (r *relay) pass(ctx context.Context, c net.Conn) {
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	if r.to == "" {
		_, _ = io.Copy(io.Discard, c)
		return
	}
	to, err := (&net.Dialer{}).DialContext(ctx, "tcp", r.to)
	if err != nil {
		return
	}
	defer to.Close()
	defer context.AfterFunc(ctx, func() { _ = to.Close() })()
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(to, c); _ = to.Close() })
	both.Go(func() { _, _ = io.Copy(c, to); _ = c.Close() })
	both.Wait()
}
