package graphqlws_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"acs-aec.org/hub/internal/graphqlws"
	"acs-aec.org/hub/internal/live"
)

// large is an answer with a number, of 8 KiB.
func large(i int) *live.Answer {
	return live.Whole(fmt.Appendf(nil, `{"data":{"waits":%d},"x":%q}`, i, strings.Repeat("x", 8<<10)))
}

// flood gives answers, numbered from the given one, until there is no room, and returns the number of
// the one that was not taken.
func (s *deskStream) flood(t *testing.T, from int) int {
	t.Helper()
	for i := from; i < from+10_000; i++ {
		if !s.out.Next(large(i), "", "") {
			return i
		}
	}
	t.Fatal("all of it was taken")
	return 0
}

// quick is a world that loses patience soon.
func quick(c *graphqlws.Config) {
	c.PingEvery, c.PongTime, c.WriteTime, c.CloseTime = 100*time.Millisecond, 100*time.Millisecond, 100*time.Millisecond, 100*time.Millisecond
}

// settled waits until there are no more goroutines than before.
func settled(t *testing.T, base int) {
	t.Helper()
	for until := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > base; runtime.Gosched() {
		if time.Now().After(until) {
			b := make([]byte, 1<<20)
			t.Fatalf("%d goroutines instead of %d:\n%s", runtime.NumGoroutine(), base, b[:runtime.Stack(b, true)])
		}
	}
}

// Not parallel: it counts goroutines.
func TestAClientThatReadsNothing(t *testing.T) {
	d := newDesk()
	w := start(t, sitting(d), func(c *graphqlws.Config) { c.WriteTime = time.Second })
	base := runtime.NumGoroutine()
	stuck := w.ready()
	link := <-d.links
	stuck.subscribe("1", "subscription { waits }")
	s := <-d.streams
	reader := w.ready()
	reader.subscribe("1", "subscription { waits }")
	other := <-d.streams
	s.flood(t, 0)
	go func() { // the system may take more, some time
		for {
			select {
			case <-s.drained:
				for n := 0; n < 10_000 && s.out.Next(large(n), "", ""); n++ {
				}
			case <-link.closed:
				return
			}
		}
	}()
	other.out.Next(large(1), "", "")
	m, err := reader.next()
	if err != nil || fmt.Sprint(m["payload"].(map[string]any)["data"]) != "map[waits:1]" {
		t.Fatal(m, err)
	}
	if len(w.ended) > 0 {
		t.Error("the other client waited until the stuck one was gone")
	}
	if e := <-w.ended; e.Code != 1006 || !e.ByClient {
		t.Errorf("%+v", e)
	}
	<-link.closed
	if !s.out.Next(large(1), "", "") {
		t.Error("an answer for somebody who has gone asks to be given again")
	}
	reader.conn.Close()
	<-w.ended
	settled(t, base)
}

// Not parallel: it counts goroutines.
func TestAClientThatAnswersPingsAndThenStops(t *testing.T) {
	w := start(t, quick)
	base := runtime.NumGoroutine()
	c := w.ready()
	pinged := make(chan struct{})
	n := 0
	c.conn.SetPingHandler(func(string) error {
		if n++; n == 3 {
			close(pinged)
		}
		return c.conn.WriteControl(websocket.PongMessage, nil, time.Now().Add(time.Second))
	})
	stop := make(chan struct{})
	go func() {
		defer close(stop)
		_, _, _ = c.conn.ReadMessage() // until the deadline below
	}()
	<-pinged
	if len(w.ended) != 0 {
		t.Error("it was closed although it answers")
	}
	if err := c.conn.SetReadDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	<-stop
	if e := <-w.ended; e.Code != 1006 || e.Lasted < 300*time.Millisecond {
		t.Errorf("%+v", e)
	}
	settled(t, base)
}

// A client that is slow gets everything in its order, when it reads.
func TestASlowClientLosesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk()
	w := start(t, sitting(d), func(c *graphqlws.Config) { c.WriteTime = time.Minute })
	c := w.ready()
	c.subscribe("1", "subscription { waits }")
	c.subscribe("2", "subscription { waits }")
	s, second := <-d.streams, <-d.streams
	left := s.flood(t, 0)
	if second.out.Next(large(0), "", "") {
		t.Error("there is room for another stream")
	}
	c.send(`{"type":"ping"}`) // waits its turn
	c.subscribe("q", "{ hello }")
	for i := range left {
		wantNumber(t, c, i)
	}
	<-s.drained
	<-second.drained
	if !s.out.Next(large(left), "", "") {
		t.Error("there is no room after Drained")
	}
	var pong, hello, done, last bool
	for !pong || !hello || !done || !last {
		m, err := c.next()
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case m["type"] == "pong":
			pong = true
		case m["type"] == "next" && m["id"] == "q":
			hello = true
		case m["type"] == "complete" && m["id"] == "q" && hello:
			done = true
		case m["type"] == "next" && m["id"] != "q":
			last = true
		default:
			t.Fatal(m)
		}
	}
	c.nothing()
}

func wantNumber(t *testing.T, c *client, i int) {
	t.Helper()
	m, err := c.next()
	if err != nil || fmt.Sprint(m["payload"].(map[string]any)["data"]) != fmt.Sprintf("map[waits:%d]", i) {
		t.Fatal(i, m, err)
	}
}

// Short answers that nobody reads are bounded.
func TestAClientThatOnlyAsks(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *graphqlws.Config) { c.CloseTime = 100 * time.Millisecond })
	c := w.ready()
	ping := `{"type":"ping","payload":{"x":"` + strings.Repeat("x", 60<<10) + `"}}`
	go func() {
		for c.conn.WriteMessage(websocket.TextMessage, []byte(ping)) == nil {
			continue
		}
	}()
	if e := <-w.ended; e.Code != 1013 || e.ByClient {
		t.Errorf("%+v", e)
	}
}

// Someone who never sends the rest of a message.
func TestHalfAMessage(t *testing.T) {
	t.Parallel()
	w := start(t, quick)
	c := w.ready()
	if _, err := c.conn.NetConn().Write([]byte{0x81, 0x80 | 126, 0xff, 0xff, 1, 2, 3, 4, 'x'}); err != nil {
		t.Fatal(err)
	}
	if e := <-w.ended; e.Code != 1006 {
		t.Errorf("%+v", e)
	}
}

// The engine is asked and answers while the socket closes from all sides.
func TestClosingFromAllSides(t *testing.T) {
	t.Parallel()
	for i := range 21 {
		d := newDesk()
		w := start(t, sitting(d), func(c *graphqlws.Config) { c.CloseTime = time.Millisecond })
		c := w.ready()
		l := <-d.links
		for id := range 4 {
			c.subscribe(fmt.Sprint(id), "subscription { waits }")
		}
		var streams []*deskStream
		for range 4 {
			streams = append(streams, <-d.streams)
		}
		for _, s := range streams {
			go func() {
				for n := range 50 {
					s.out.Next(large(n), "", "")
				}
				s.out.Complete()
			}()
		}
		go l.cut(live.Lagging)
		go w.transport.Drain()
		switch i % 3 {
		case 0:
			go c.conn.Close()
		case 1:
			c.send(`{"type":"complete","id":"1"}`)
		}
		<-l.closed
		<-w.ended
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		if err := w.transport.Wait(ctx); err != nil {
			t.Error(err)
		}
		cancel()
	}
}
