package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// floor is the least a server can do: one prepared frame to every socket.
type floor struct {
	up websocket.Upgrader

	mu    sync.Mutex // protects conns
	conns map[*websocket.Conn]struct{}
}

// ServeFloor serves until the context ends. It says "ready URL" when it listens.
// GET / opens a socket; POST /?size=N&at=T sends N bytes that name the time T to
// all of them.
func ServeFloor(ctx context.Context, out io.Writer) error {
	debug.SetGCPercent(300) // as the hub
	l, err := listenAnywhere(ctx)
	if err != nil {
		return err
	}
	f := &floor{
		conns: map[*websocket.Conn]struct{}{},
		up: websocket.Upgrader{
			ReadBufferSize: 512, WriteBufferSize: 512, WriteBufferPool: &sync.Pool{}, Subprotocols: []string{protocol},
			CheckOrigin: func(*http.Request) bool { return true },
		},
	}
	srv := &http.Server{Handler: f, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = srv.Close() })
	if _, err := fmt.Fprintf(out, "ready http://%s\n", l.Addr()); err != nil {
		return err
	}
	if err := srv.Serve(l); ctx.Err() == nil {
		return err
	}
	return nil
}

func (f *floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		size, err := strconv.Atoi(r.URL.Query().Get("size"))
		if err != nil || size < 40 || size > 1<<20 {
			http.Error(w, "size", http.StatusBadRequest)
			return
		}
		f.tell(size, r.URL.Query().Get("at"))
		return
	}
	c, err := f.up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	f.mu.Lock()
	f.conns[c] = struct{}{}
	f.mu.Unlock()
	go f.read(c) // the handler returns, and its buffers go
}

func (f *floor) read(c *websocket.Conn) {
	for {
		if _, _, err := c.NextReader(); err != nil {
			f.mu.Lock()
			delete(f.conns, c)
			f.mu.Unlock()
			_ = c.Close()
			return
		}
	}
}

// tell sends one prepared frame to all, each processor to its share.
func (f *floor) tell(size int, at string) {
	text := `{"type":"next","sent ` + at + `":"`
	text += strings.Repeat("x", max(0, size-len(text)-2)) + `"}`
	frame, err := websocket.NewPreparedMessage(websocket.TextMessage, []byte(text))
	if err != nil {
		return
	}
	f.mu.Lock()
	all := make([]*websocket.Conn, 0, len(f.conns))
	for c := range f.conns {
		all = append(all, c)
	}
	f.mu.Unlock()
	var workers sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	for i := range n {
		workers.Go(func() {
			for _, c := range all[i*len(all)/n : (i+1)*len(all)/n] {
				_ = c.SetWriteDeadline(time.Now().Add(5 * time.Second))
				_ = c.WritePreparedMessage(frame) // the reader finds out what is wrong
			}
		})
	}
	workers.Wait()
}
