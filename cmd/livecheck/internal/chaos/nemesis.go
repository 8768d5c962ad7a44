package chaos

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	_ "github.com/lib/pq" // the driver
)

// fault is one thing that goes wrong, at a time after the start.
type fault struct {
	at   time.Duration
	kind string
	node int           // which one, or its line
	last time.Duration // how long, where it lasts
}

func (f fault) String() string {
	return fmt.Sprintf("%7.2fs %s, node %d, %d ms", f.at.Seconds(), f.kind, f.node+1, f.last.Milliseconds())
}

// kindOf is a kind of fault with how often it comes among the others.
type kindOf struct {
	name   string
	weight int
	needs  func(d *Deployment) bool
}

func always(*Deployment) bool         { return true }
func killable(d *Deployment) bool     { return len(d.Nodes) > 0 }
func postgres(d *Deployment) bool     { return d.Nodes != nil && isPostgres(d.Database) }
func ownPostgres(d *Deployment) bool  { return d.Postgres != nil }
func withNATS(d *Deployment) bool     { return d.NATS != nil }
func withCommands(d *Deployment) bool { return d.Hub != "" }

var kinds = []kindOf{
	{"cut", 10, always},
	{"lose the clients", 6, always},
	{"lose the hub", 4, always},
	{"stall", 8, always},
	{"crawl", 6, always},
	{"kill", 9, killable},
	{"drain", 4, killable},
	{"kill the database", 4, ownPostgres},
	{"end the listener", 5, postgres},
	{"end all connections", 3, postgres},
	{"kill NATS", 4, withNATS},
	{"stall NATS", 4, withNATS},
	{string(seatOfA2), 7, always},
	{string(seatOfB2), 5, always},
	{string(accessP1), 7, always},
	{string(accessOfA), 4, always},
	{string(session), 5, always},
	{string(token), 5, withCommands},
	{string(closing), 2, always},
}

// plan decides which faults come when. It depends on the seed and on what the
// deployment has.
func plan(r *rand.Rand, d *Deployment, duration time.Duration) (out []fault) {
	sum := 0
	var may []kindOf
	for _, k := range kinds {
		if k.needs(d) {
			may = append(may, k)
			sum += k.weight
		}
	}
	for at := between(r, 300*time.Millisecond, time.Second); at < duration; at += between(r, 100*time.Millisecond, 900*time.Millisecond) {
		n := r.IntN(sum)
		for _, k := range may {
			if n -= k.weight; n < 0 {
				out = append(out, fault{at, k.name, r.IntN(len(d.URLs)), between(r, 200*time.Millisecond, 3*time.Second)})
				break
			}
		}
	}
	return out
}

// nemesis makes the faults happen.
type nemesis struct {
	d       *Deployment
	steward *steward
	note    func(string)
	counts  map[string]int

	mu    sync.Mutex // protects failed
	fault error
	wait  sync.WaitGroup
	busy  []sync.Mutex // one a node: held while it is down
	db    sync.Mutex   // held while the database is down
	nats  sync.Mutex   // held while NATS is down
}

// run makes the faults happen in turn, and returns when all is well again: lines
// heal, nodes run. It fails if something does not start again.
func (n *nemesis) run(ctx context.Context, faults []fault) error {
	n.busy = make([]sync.Mutex, len(n.d.URLs))
	began := time.Now()
	for _, f := range faults {
		pause(ctx, f.at-time.Since(began))
		if ctx.Err() != nil {
			break
		}
		n.counts[f.kind]++
		n.note(f.String())
		n.make(ctx, f)
	}
	n.wait.Wait()
	for _, l := range n.d.lines {
		l.Heal()
		l.Cut() // half-open ones too: what was lost is found out elsewhere
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.fault
}

// beside does something beside the faults that follow.
func (n *nemesis) beside(do func() error) {
	n.wait.Go(func() {
		if err := do(); err != nil {
			n.mu.Lock()
			defer n.mu.Unlock()
			if n.fault == nil {
				n.fault = err
			}
		}
	})
}

func (n *nemesis) make(ctx context.Context, f fault) {
	if f.node < len(n.d.lines) {
		l := n.d.lines[f.node]
		switch f.kind {
		case "cut":
			l.Cut()
		case "lose the clients":
			l.LoseClients()
		case "lose the hub":
			l.LoseHub()
		case "stall":
			l.Stall()
			n.beside(func() error { pause(ctx, f.last); l.Heal(); return nil })
		case "crawl":
			l.Crawl(20 * time.Millisecond)
			n.beside(func() error { pause(ctx, f.last); l.Heal(); return nil })
		}
	}
	switch f.kind {
	case "kill", "drain":
		n.beside(func() error { return n.restart(ctx, f) })
	case "kill the database":
		n.beside(func() error { return n.killDatabase(ctx, f) })
	case "kill NATS":
		n.beside(func() error { return n.killNATS(ctx, f) })
	case "stall NATS":
		n.d.NATSLine.Stall()
		n.beside(func() error { pause(ctx, f.last); n.d.NATSLine.Heal(); return nil })
	case "end the listener":
		n.terminate(ctx, `query ILIKE 'listen%'`)
	case "end all connections":
		n.terminate(ctx, `true`)
	case string(seatOfA2), string(seatOfB2), string(accessP1), string(accessOfA), string(session), string(token), string(closing):
		n.steward.work <- errand(f.kind)
	}
}

// restart ends a node and starts it again a little later. One that is down
// already stays as it is.
func (n *nemesis) restart(ctx context.Context, f fault) error {
	if !n.busy[f.node].TryLock() {
		return nil
	}
	defer n.busy[f.node].Unlock()
	node := n.d.Nodes[f.node]
	if f.kind == "kill" {
		node.Kill()
	} else {
		node.Drain(10 * time.Second)
	}
	pause(ctx, f.last/3)
	if ctx.Err() != nil {
		return nil
	}
	return node.Start(ctx)
}

func (n *nemesis) killDatabase(ctx context.Context, f fault) error {
	if !n.db.TryLock() {
		return nil
	}
	defer n.db.Unlock()
	n.d.Postgres.Kill()
	pause(ctx, f.last/4)
	if ctx.Err() != nil {
		return nil
	}
	return n.d.Postgres.Start(ctx)
}

func (n *nemesis) killNATS(ctx context.Context, f fault) error {
	if !n.nats.TryLock() {
		return nil
	}
	defer n.nats.Unlock()
	n.d.NATS.Kill()
	pause(ctx, f.last/2)
	return n.d.NATS.Start()
}

// terminate ends connections of the hub to PostgreSQL. If the database is down,
// there are none.
func (n *nemesis) terminate(ctx context.Context, which string) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	db, err := sql.Open("postgres", n.d.Database)
	if err != nil {
		return
	}
	defer db.Close()
	_, _ = db.ExecContext(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid() AND `+which) // the database may be down
}
