package graphqlws_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"acs-aec.org/hub/internal/graphqlws"
	"acs-aec.org/hub/internal/live"
)

// clientOf names, in the environment of a second process, the server to which it is the client.
const clientOf = "HUB_BENCH_CLIENT_OF"

func TestMain(m *testing.M) {
	if url := os.Getenv(clientOf); url != "" {
		if err := beClients(url, os.Args[len(os.Args)-1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// beClients opens so many sockets, says a line when all have subscribed, and one each time all have got
// another message.
func beClients(url, number string) error {
	n, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	var got atomic.Int64
	failed := make(chan error, n)
	var up sync.WaitGroup
	for range n {
		up.Add(1)
		conn, r, err := dialer.DialContext(context.Background(), url, nil) //nolint:bodyclose // a websocket has none
		if err != nil {
			return fmt.Errorf("%w %v", err, r)
		}
		go func() {
			for i := 0; ; i++ {
				_, b, err := conn.ReadMessage()
				if err != nil {
					failed <- err
					return
				}
				if strings.Contains(string(b), "ack") {
					up.Done()
				} else if got.Add(1)%int64(n) == 0 {
					fmt.Println("all")
				}
			}
		}()
		for _, text := range []string{`{"type":"connection_init"}`, `{"id":"1","type":"subscribe","payload":{"query":"subscription { waits }"}}`} {
			if err := conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
				return err
			}
		}
	}
	up.Wait()
	fmt.Println("up")
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // until the benchmark ends
		failed <- nil
	}()
	return <-failed
}

// clients starts the second process, and returns a function that waits for its next line.
func clients(b *testing.B, url string, n int) func() {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^$", strconv.Itoa(n))
	cmd.Env = append(os.Environ(), clientOf+"="+url)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { in.Close(); _ = cmd.Wait() })
	lines := bufio.NewReader(out)
	return func() {
		if _, err := lines.ReadString('\n'); err != nil {
			b.Fatal(err)
		}
	}
}

func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resident is what the process has in memory.
func resident(b *testing.B) int {
	b.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Skip(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		b.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// rest is memory and goroutines when nothing happens.
func rest(b *testing.B) (bytes, goroutines int) {
	b.Helper()
	debug.FreeOSMemory()
	debug.FreeOSMemory()
	return resident(b), runtime.NumGoroutine()
}

// BenchmarkFanout gives one answer to all sockets: "floor" by a bare loop over prepared messages of
// gorilla/websocket, "hub" by this package. The clients are another process. Compare µs/delivery in one
// run:
//
//	go test ./internal/graphqlws -run '^$' -bench Fanout -benchtime 100x
func BenchmarkFanout(b *testing.B) {
	sockets := 2000
	if n, err := strconv.Atoi(os.Getenv("SOCKETS")); err == nil {
		sockets = n
	}
	answer := []byte(`{"data":{"waits":{"id":"ev_0123456789abcdef0123456789","message":{"id":"msg_0123456789abcdef","number":17,"body":"` +
		strings.Repeat("La línea de costa retrocede. ", 8) + `","author":{"name":"Ana Pérez","organisation":{"name":"Secretariat"}}}}}}`)
	b.Run("floor", func(b *testing.B) {
		conns := make(chan *websocket.Conn, sockets)
		up := websocket.Upgrader{Subprotocols: []string{"graphql-transport-ws"}}
		url := serve(b, func(rw http.ResponseWriter, r *http.Request) {
			conn, err := up.Upgrade(rw, r, nil)
			if err != nil {
				return
			}
			_ = conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"connection_ack"}`))
			conns <- conn
			for {
				if _, _, err := conn.ReadMessage(); err != nil {
					return
				}
			}
		})
		measure(b, url, sockets, func() func() {
			var all []*websocket.Conn
			for range sockets {
				all = append(all, <-conns)
			}
			return func() {
				m, err := websocket.NewPreparedMessage(websocket.TextMessage, append(append([]byte(`{"id":"1","type":"next","payload":`), answer...), '}'))
				if err != nil {
					b.Fatal(err)
				}
				for _, c := range all {
					if err := c.WritePreparedMessage(m); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	})
	b.Run("hub", func(b *testing.B) {
		d := &desk{links: make(chan *deskLink, sockets), streams: make(chan *deskStream, sockets)}
		w := start(b, sitting(d), func(c *graphqlws.Config) { c.Ended = nil })
		url := serve(b, func(rw http.ResponseWriter, r *http.Request) { w.transport.Do(rw, r, w.exec) })
		measure(b, url, sockets, func() func() {
			var all []*deskStream
			for range sockets {
				all = append(all, <-d.streams)
				<-d.links
			}
			return func() {
				a := live.Whole(answer)
				for _, s := range all {
					for !s.out.Next(a, "", "") {
						<-s.drained
					}
				}
			}
		})
	})
}

// serve serves websockets alone.
func serve(b *testing.B, h http.HandlerFunc) string {
	b.Helper()
	l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.Serve(l) }()
	b.Cleanup(func() { _ = s.Close() })
	return "ws://" + l.Addr().String()
}

// measure connects the clients, and has each round given to all of them.
func measure(b *testing.B, url string, sockets int, begin func() func()) {
	b.Helper()
	before, goroutines := rest(b)
	next := clients(b, url, sockets)
	next()
	round := begin()
	after, now := rest(b)
	round()
	next()
	used := processor(b)
	b.ResetTimer()
	for range b.N {
		round()
		next()
	}
	b.StopTimer()
	b.ReportMetric(float64(after-before)/1024/float64(sockets), "KiB/socket")
	b.ReportMetric(float64(now-goroutines)/float64(sockets), "goroutines/socket")
	b.ReportMetric(float64((processor(b)-used).Nanoseconds())/1e3/float64(b.N)/float64(sockets), "µs/delivery")
}
