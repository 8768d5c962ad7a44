package webhook

import (
	"context"
	"crypto/rand"
	"log/slog"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/outbound"
	"acs-aec.org/hub/internal/viewer"
)

// Accounts is what the reader asks of the accounts: account.Service.
type Accounts interface {
	// Load is the viewer that a person is today; NOT_FOUND for one without access.
	Load(ctx context.Context, person uuid.UUID) (*viewer.Viewer, error)
}

// Poster sends: outbound.Client.
type Poster interface {
	Post(ctx context.Context, url string, headers map[string]string, body []byte) (outbound.Outcome, error)
}

// Options is what a Reader works with. Zero values stand for their defaults.
type Options struct {
	Service  *Service
	Accounts Accounts
	Poster   Poster
	Logger   *slog.Logger // default: slog.Default()

	Workers int             // how many requests at a time, and as many again to receivers that are slow or fail; default 8
	Poll    time.Duration   // between looks without a wake-up; default 1 s
	Sent    func(id string) // called between an answer and its record; for tests
}

// Reader sends what the log tells to the webhooks. Each node has one; of a
// webhook, one node sends.
type Reader struct {
	o    Options
	s    *Service
	node string

	quick, slow chan struct{} // semaphores
	done        chan struct{} // a turn has ended: there may be more
	lately      *lru.Cache[uuid.UUID, look]
	sluggish    *lru.Cache[uuid.UUID, struct{}]
	metrics     metrics

	mu      sync.Mutex         // guards running
	running map[uuid.UUID]bool // whether there may be more for it than its turn has seen
	turns   sync.WaitGroup

	at      eventlog.Position // where the log stood at the last round; of Run alone
	counted time.Time         // when the gauges were read; of Run alone
}

// look is how far the log was searched for a webhook in vain.
type look struct {
	upTo eventlog.Position
	at   time.Time // when a position was written last
}

// NewReader makes a reader. It sends once Run runs.
func NewReader(o Options) *Reader {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Workers == 0 {
		o.Workers = 8
	}
	if o.Poll == 0 {
		o.Poll = time.Second
	}
	if o.Sent == nil {
		o.Sent = func(string) {}
	}
	return &Reader{
		o: o, s: o.Service, node: rand.Text(), quick: make(chan struct{}, o.Workers), slow: make(chan struct{}, o.Workers),
		done: make(chan struct{}, 1), lately: cache[look](), sluggish: cache[struct{}](), metrics: newMetrics(), running: map[uuid.UUID]bool{},
	}
}

func cache[V any]() *lru.Cache[uuid.UUID, V] {
	c, err := lru.New[uuid.UUID, V](4096)
	if err != nil {
		panic(err) // of a size that is not positive
	}
	return c
}

// breath is the time between two rounds: many commits are one round.
const breath = 20 * time.Millisecond

// Run sends until ctx is done. What is on its way then is waited for and recorded,
// and the leases are given back. What fails, such as a database that is away, is
// tried again.
func (r *Reader) Run(ctx context.Context) {
	poll := time.NewTicker(r.o.Poll)
	defer poll.Stop()
	failing := false
	for {
		woken := r.s.Log.Woken()
		err := r.round(ctx)
		if failed := err != nil; failed != failing && ctx.Err() == nil {
			if failing = failed; failing {
				r.o.Logger.LogAttrs(ctx, slog.LevelWarn, "what webhooks have to send can't be read: trying again", slog.String("cause", err.Error()))
			} else {
				r.o.Logger.LogAttrs(ctx, slog.LevelInfo, "what webhooks have to send can be read again")
			}
		}
		done := r.done
		if err != nil {
			woken, done = nil, nil // neither mends what fails: wait for the poll
		}
		select {
		case <-woken:
		case <-done:
		case <-poll.C:
			continue
		case <-ctx.Done():
		}
		pause := time.NewTimer(breath)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			r.turns.Wait()
			if err := r.release(context.WithoutCancel(ctx)); err != nil {
				r.o.Logger.LogAttrs(ctx, slog.LevelWarn, "leases of webhooks stay until they expire", slog.String("cause", err.Error()))
			}
			return
		}
	}
}

// round begins the turns of the webhooks that are due, as far as there is room.
func (r *Reader) round(ctx context.Context) error {
	head, err := r.s.Log.Head(ctx)
	if err != nil {
		return err
	}
	if err := r.notice(ctx, head); err != nil {
		return err
	}
	if err := r.count(ctx); err != nil {
		return err
	}
	due, err := r.due(ctx, head.Seq, r.s.Time())
	if err != nil {
		return err
	}
	for _, w := range due {
		lane := r.quick
		if w.Failures > 0 || r.sluggish.Contains(w.ID) {
			lane = r.slow
		}
		r.begin(ctx, w.ID, lane)
	}
	return nil
}

// notice finds out whether the log is still the one that was followed. After a
// restored copy it is not: then every webhook owes its receiver a StreamReset.
func (r *Reader) notice(ctx context.Context, head eventlog.Position) error {
	if head == r.at {
		return nil
	}
	if r.at != (eventlog.Position{}) {
		known, _, err := r.s.Log.Known(ctx, r.at)
		if err != nil {
			return err
		}
		if !known {
			r.o.Logger.LogAttrs(ctx, slog.LevelWarn, "the event log is not the one that was followed: webhooks tell a reset")
			r.lately.Purge()
			if err := r.s.Restored(ctx); err != nil {
				return err
			}
		}
	}
	r.at = head
	return nil
}

// begin begins a webhook's turn, unless it has one or the lane is full.
func (r *Reader) begin(ctx context.Context, u uuid.UUID, lane chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, has := r.running[u]; has {
		r.running[u] = true
		return
	}
	if ctx.Err() != nil {
		return
	}
	select {
	case lane <- struct{}{}:
	default:
		return // the turn that ends makes room, and a round
	}
	r.running[u] = false
	r.turns.Go(func() {
		more, err := r.turn(ctx, u)
		if err != nil && ctx.Err() == nil {
			r.o.Logger.LogAttrs(ctx, slog.LevelWarn, "a webhook could not be served: trying again", slog.String("webhook", u.String()), slog.String("cause", err.Error()))
		}
		full := len(lane) == cap(lane)
		<-lane
		r.mu.Lock()
		more = more || r.running[u]
		delete(r.running, u)
		r.mu.Unlock()
		if err == nil && (more || full) {
			select {
			case r.done <- struct{}{}:
			default:
			}
		}
	})
}

// lot is a number between 0 and 1 for the back-off.
func lot() float64 { return mathrand.Float64() } //nolint:gosec // spreads the load
