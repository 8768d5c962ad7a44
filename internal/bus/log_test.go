package bus_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/bus"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/store"
)

// TestManyAppendsAreFewWakeUps lets one node append a thousand times, while
// another follows the log by wake-ups alone, without polling.
func TestManyAppendsAreFewWakeUps(t *testing.T) {
	t.Parallel()
	const appends, writers = 1000, 10
	eachKind(t, func(t *testing.T, open func(t testing.TB) *network) {
		dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
			n := open(t) // not that of the other world
			here, there := n.join(t), n.join(t)
			meet(t, here, there)
			w.Log.OnAppend(here.Wake)
			far, err := eventlog.New(w.DB.Client, w.Key, w.Now, w.NewID)
			if err != nil {
				t.Fatal(err)
			}
			var wakes atomic.Int64
			there.OnWake(func() {
				wakes.Add(1)
				far.Wake()
			})

			read := make(chan int64)
			go func() {
				defer close(read)
				var at eventlog.Position
				for at.Seq < appends {
					woken := far.Woken()
					entries, known, err := far.Tail(t.Context(), at, appends)
					if err != nil || !known {
						t.Errorf("the tail: known: %v, %v", known, err)
						return
					}
					if len(entries) > 0 {
						last := entries[len(entries)-1]
						at = eventlog.Position{Seq: last.Seq, Tag: last.ID}
						continue
					}
					select {
					case <-woken:
					case <-t.Context().Done():
						return
					}
				}
				read <- at.Seq
			}()

			began := time.Now()
			var writing sync.WaitGroup
			for range writers {
				writing.Go(func() {
					for range appends / writers {
						err := store.InTx(w.System(), w.DB, func(ctx context.Context, _ *ent.Client) error {
							return w.Log.Append(ctx, eventlog.Event{Kind: "Fact", Subject: w.Donor, Public: true})
						})
						if err != nil {
							t.Error(err)
						}
					}
				})
			}
			writing.Wait()
			if got := comes(t, "the last event", read); got != appends {
				t.Errorf("read up to %d of %d", got, appends)
			}
			took := time.Since(began)
			// One in five milliseconds at most, and those that say that a node is there.
			if most := int64(took/(5*time.Millisecond)) + 5; wakes.Load() > most {
				t.Errorf("%d wake-ups for %d events in %v", wakes.Load(), appends, took)
			}
			t.Logf("%d wake-ups for %d events in %v", wakes.Load(), appends, took)
		})
	})
}

// TestABurstIsOneWakeUp calls Wake a great many times at once.
func TestABurstIsOneWakeUp(t *testing.T) {
	t.Parallel()
	e := &bus.Exchange{}
	here, there := ending(t, e.Join(), nil), ending(t, e.Join(), nil)
	var wakes atomic.Int64
	there.OnWake(func() { wakes.Add(1) })
	began := time.Now()
	for range 100_000 {
		here.Wake()
	}
	meet(t, here, there)
	took := time.Since(began)
	if most := int64(took/(5*time.Millisecond)) + 2; wakes.Load() < 1 || wakes.Load() > most {
		t.Errorf("%d wake-ups in %v", wakes.Load(), took)
	}
}

// BenchmarkAppend shows that waking others costs those who write nothing that can
// be measured: 16 writers on PostgreSQL, with and without other nodes.
func BenchmarkAppend(b *testing.B) {
	for _, name := range []string{"alone", "local", "postgres", "nats"} {
		b.Run(name, func(b *testing.B) {
			w := dbtest.NewWorld(b, dbtest.Postgres(b))
			if open, ok := networks[name]; ok {
				n := open(b)
				here, there := n.join(b), n.join(b)
				meet(b, here, there)
				w.Log.OnAppend(here.Wake)
			}
			b.SetParallelism(8) // for each of two processors, as a rule
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					err := store.InTx(w.System(), w.DB, func(ctx context.Context, _ *ent.Client) error {
						return w.Log.Append(ctx, eventlog.Event{Kind: "Fact", Subject: w.Donor, Public: true})
					})
					if err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
