package bus_test

import (
	"context"
	"errors"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"acs-aec.org/hub/internal/bus"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/store"
)

func TestNodesWakeEachOther(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *network) {
		a, b, c := n.join(t), n.join(t), n.join(t)
		woken := map[*bus.Bus]signals{}
		for _, node := range []*bus.Bus{a, b, c} {
			woken[node] = make(signals, 1)
			node.OnWake(woken[node].call)
		}
		meet(t, a, b, c)
		for _, from := range []*bus.Bus{a, b, c, a} {
			for _, s := range woken { // what came before
				select {
				case <-s:
				default:
				}
			}
			from.Wake()
			for node, s := range woken {
				if node != from {
					comes(t, "the wake-up", s)
				}
			}
		}
	})
}

// TestANodeDoesNotWakeItself shows that an echo is no news.
func TestANodeDoesNotWakeItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *network) {
		a, b := n.join(t), n.join(t)
		meet(t, a, b)
		answered, asked := make(signals, 1), make(signals, 1)
		a.Subscribe("answer", func([]byte) { answered.call() })
		b.Subscribe("question", func([]byte) { publish(t, b, "answer", "") })
		b.OnWake(asked.call)
		var echoes atomic.Int32
		a.OnWake(func() { echoes.Add(1) })
		for range 5 {
			a.Wake()
			comes(t, "the wake-up", asked)
			publish(t, a, "question", "")
			comes(t, "the answer", answered) // an echo would have come before it
		}
		if echoes.Load() >= 5 { // the other node says now and then that it is there; an echo of each would be five
			t.Errorf("%d wake-ups of its own", echoes.Load())
		}
	})
}

// TestWhatIsForOthersAlone is not heard here, and not said twice while it waits.
func TestWhatIsForOthersAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *network) {
		a, b := n.join(t), n.join(t)
		meet(t, a, b)
		mine, theirs := make(chan string, 1000), make(chan string, 1000)
		a.Subscribe("changed", func(p []byte) { mine <- string(p) })
		b.Subscribe("changed", func(p []byte) { theirs <- string(p) })
		const times = 500
		for range times {
			for _, who := range []string{"1", "2"} {
				if err := a.Send("changed", []byte(who)); err != nil {
					t.Fatal(err)
				}
			}
		}
		publish(t, a, "changed", "end")
		heard := map[string]int{}
		for heard["end"] == 0 {
			heard[comes(t, "the message", theirs)]++
		}
		if heard["1"] == 0 || heard["2"] == 0 || heard["1"]+heard["2"] >= times {
			t.Errorf("there: %v", heard)
		}
		if len(mine) != 1 { // the end
			t.Errorf("%d are heard here", len(mine))
		}
		if a.Send("two words", nil) == nil || a.Send("changed", make([]byte, bus.MaxMessage+1)) == nil {
			t.Error("what is no message is sent")
		}
	})
}

func TestMessages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *network) {
		a, b := n.join(t), n.join(t)
		meet(t, a, b)
		mine, theirs, end := make(chan string, 10), make(chan string, 10), make(chan string, 10)
		into := func(c chan string) func([]byte) { return func(p []byte) { c <- string(p) } }
		stop := a.Subscribe("thread.1", into(mine))
		b.Subscribe("thread.1", into(theirs))
		b.Subscribe("thread.2", into(theirs))
		a.Subscribe("end", into(end))

		long := strings.Repeat("é", bus.MaxMessage/2)
		for _, text := range []string{`{"typing":"per_1"}`, "", "one\ntwo \x00\xff", long} {
			publish(t, a, "thread.1", text)
			select {
			case got := <-mine:
				if got != text {
					t.Errorf("here: %q, want %q", got, text)
				}
			default:
				t.Error("here it does not come at once")
			}
			if got := comes(t, "the message", theirs); got != text {
				t.Errorf("there: %q, want %q", got, text)
			}
		}
		publish(t, a, "thread.3", "nobody listens")
		publish(t, b, "end", "b") // what a said came back before this
		comes(t, "the end", end)
		if len(mine) > 0 || len(theirs) > 0 {
			t.Errorf("%d are heard again here, %d there", len(mine), len(theirs))
		}
		stop()
		publish(t, a, "thread.1", "later")
		if comes(t, "the message", theirs) != "later" || len(mine) > 0 {
			t.Error("who has stopped hears on")
		}

		for _, topic := range []string{"", "two words", "línea", "a\nb"} {
			if a.Publish(topic, nil) == nil {
				t.Errorf("%q is a topic", topic)
			}
		}
		if a.Publish("thread.1", []byte(long+"!")) == nil {
			t.Error("a message that is too long")
		}
	})
}

func TestDeploymentsDoNotHearEachOther(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *network) {
		if n.other == nil {
			t.Skip("in one process there is one deployment")
		}
		a, b, x, y := n.join(t), n.join(t), n.other(t), n.other(t)
		meet(t, a, b)
		meet(t, x, y)
		var strange atomic.Int32
		for _, node := range []*bus.Bus{x, y} {
			node.Subscribe("thread.1", func([]byte) { strange.Add(1) })
		}
		heard := make(signals, 1)
		b.Subscribe("thread.1", func([]byte) { heard.call() })
		publish(t, a, "thread.1", "ours")
		comes(t, "the message", heard)
		meet(t, x, y, x) // whatever else the server has to say comes first
		if strange.Load() > 0 {
			t.Error("another deployment hears it")
		}
	})
}

// TestACutHealsWithAWakeUp breaks the connections of all nodes, several times.
func TestACutHealsWithAWakeUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *network) {
		if n.cut == nil {
			t.Skip("in one process there is nothing to cut")
		}
		a, b := n.join(t), n.join(t)
		for range 3 {
			meet(t, a, b)
			woken := make(signals, 1)
			stop := b.OnWake(woken.call)
			n.cut(t)
			a.Wake() // may be lost
			comes(t, "the wake-up after the cut", woken)
			stop()
			meet(t, a, b)
			stop = b.OnWake(woken.call)
			a.Wake()
			comes(t, "the wake-up", woken)
			stop()
		}
	})
}

// TestAServerThatComesLate lets nodes begin where nobody answers.
func TestAServerThatComesLate(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T, address func(*url.URL) *relay) (*relay, func() (*bus.Bus, error), *notes){
		"postgres": func(t *testing.T, via func(*url.URL) *relay) (*relay, func() (*bus.Bus, error), *notes) {
			t.Helper()
			u, err := url.Parse(dbtest.EmptyPostgres(t))
			if err != nil {
				t.Fatal(err)
			}
			db := dbtest.Open(t, u.String(), store.Options{})
			r := via(u)
			u.Host = r.address
			n, log := newNotes()
			return r, func() (*bus.Bus, error) { return bus.Postgres(u.String(), db.SQL(), make([]byte, 32), log) }, n
		},
		"nats": func(t *testing.T, via func(*url.URL) *relay) (*relay, func() (*bus.Bus, error), *notes) {
			t.Helper()
			u, err := url.Parse(serveNATS(t, -1).ClientURL())
			if err != nil {
				t.Fatal(err)
			}
			r := via(u)
			n, log := newNotes()
			return r, func() (*bus.Bus, error) { return bus.NATS("nats://"+r.address, make([]byte, 32), log) }, n
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, join, log := open(t, func(u *url.URL) *relay { return newRelay(t, u.Host) })
			b, err := join()
			b = ending(t, b, err)
			comes(t, "the warning", log.news)
			woken := make(signals, 1)
			b.OnWake(woken.call)
			b.Wake() // for nobody yet
			if b.Err() == nil {
				t.Error("the node believes that all is well")
			}
			r.open(t)
			comes(t, "the wake-up", woken)
			other, err := join()
			meet(t, b, ending(t, other, err))
			if b.Err() != nil {
				t.Errorf("all is well, but the node says %v", b.Err())
			}
			lines := log.lines()
			if len(lines) < 2 || !strings.Contains(lines[0], "level=WARN") || !strings.Contains(lines[1], "again") {
				t.Errorf("the log says %q", lines)
			}
		})
	}
}

// TestCloseWaitsForNobody closes nodes whose server is silent, or is not there.
func TestCloseWaitsForNobody(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t, dbtest.EmptyPostgres(t), store.Options{})
	for _, silent := range []bool{true, false} {
		r := newRelay(t, "")
		if silent {
			r.open(t)
		}
		for name, join := range map[string]func() (*bus.Bus, error){
			"postgres": func() (*bus.Bus, error) {
				return bus.Postgres("postgres://hub@"+r.address+"/hub?sslmode=disable", db.SQL(), make([]byte, 32), discard)
			},
			"nats": func() (*bus.Bus, error) {
				return bus.NATS("nats://"+r.address, make([]byte, 32), discard)
			},
		} {
			b, err := join()
			if err != nil {
				t.Fatal(err)
			}
			closed := make(chan struct{})
			go func() {
				b.Close()
				b.Close() // again
				close(closed)
			}()
			select {
			case <-closed:
			case <-time.After(4 * time.Second): // less than PostgreSQL is given for an answer
				t.Errorf("%s, silent %v: closing takes long", name, silent)
			}
		}
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	t.Parallel()
	if _, err := bus.NATS("nats://hub:geheim@%zz", make([]byte, 32), discard); err == nil || strings.Contains(err.Error(), "geheim") {
		t.Errorf("a NATS server of no address: %v", err)
	}
	if _, err := bus.Postgres("postgres://hub:geheim@%zz", nil, make([]byte, 32), discard); err == nil || strings.Contains(err.Error(), "geheim") {
		t.Errorf("a database of no address: %v", err)
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *network) {
		var woken atomic.Int32
		by := n.join(t)
		meet(t, by, n.join(t))
		by.OnWake(func() { woken.Add(1) })
		if err := bus.Probe(t.Context(), func() (*bus.Bus, error) { return n.join(t), nil }); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := bus.Probe(ctx, func() (*bus.Bus, error) { return bus.Alone(), nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("nodes apart: %v", err)
	}
}

// TestCloseLeavesNothing runs before the tests that run side by side.
func TestCloseLeavesNothing(t *testing.T) { //nolint:paralleltest // it counts goroutines
	for name, open := range networks {
		t.Run(name, func(t *testing.T) {
			n := open(t)
			nodes := []*bus.Bus{n.join(t), n.join(t)}
			meet(t, nodes...)
			for _, b := range nodes {
				b.Wake()
				b.Close()
				publish(t, b, "after", "the end") // harmless
				b.Wake()
			}
			var left string
			tick := time.NewTicker(10 * time.Millisecond)
			defer tick.Stop()
			for late := time.After(patience); ; {
				if left = running(); left == "" {
					return
				}
				select {
				case <-tick.C:
				case <-late:
					t.Fatalf("these run still:\n%s", left)
				}
			}
		})
	}
}

// running are the stacks of the goroutines that a bus has begun.
func running() string {
	buf := make([]byte, 1<<20)
	var out []string
	for _, stack := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		for _, of := range []string{"internal/bus.", "pq.(*Listener", "nats.go.("} {
			if strings.Contains(stack, of) {
				out = append(out, stack)
				break
			}
		}
	}
	return strings.Join(out, "\n\n")
}

func BenchmarkWake(b *testing.B) {
	e := &bus.Exchange{}
	speaking, listening := e.Join(), e.Join()
	defer speaking.Close()
	defer listening.Close()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			speaking.Wake()
		}
	})
}
