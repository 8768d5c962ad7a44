package live

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/viewer"
)

// Accounts is what the engine asks of the accounts: account.Service.
type Accounts interface {
	// Rights reads what persons may do; who has no access is left out.
	Rights(ctx context.Context, persons []uuid.UUID) (map[uuid.UUID]*account.Rights, error)
	// Live says which sessions and tokens are good, and until when.
	Live(ctx context.Context, credentials []uuid.UUID) (map[uuid.UUID]time.Time, error)
}

// who is a person with connections to this node, or nobody.
type who struct {
	person uuid.UUID // uuid.Nil: nobody

	loading sync.Mutex // held while the rights are read: the later reading wins
	loaded  atomic.Bool
	rights  atomic.Pointer[account.Rights] // nil: no access, or nobody
	today   atomic.Pointer[asOf]

	links map[*Link]struct{} // guarded by rights.mu
}

// asOf is who a person is on a day.
type asOf struct {
	rights *account.Rights
	day    date.Date
	viewer *viewer.Viewer
}

// on is the viewer that the person is on that day.
func (w *who) on(day date.Date) *viewer.Viewer {
	r := w.rights.Load()
	if r == nil {
		return nobody
	}
	if a := w.today.Load(); a != nil && a.rights == r && a.day == day {
		return a.viewer
	}
	a := &asOf{rights: r, day: day, viewer: r.On(day)}
	w.today.Store(a)
	return a.viewer
}

var nobody = viewer.Nobody()

// audience is who takes part in a thread.
type audience struct {
	thread  uuid.UUID
	loading sync.Mutex // held while it is read: the later reading wins
	parties atomic.Pointer[access.Parties]
}

// rights holds what deliveries are checked with. The tailer changes it before
// any stream sees a later event.
type rights struct {
	client   *ent.Client
	accounts Accounts

	mu      sync.Mutex // guards persons and the links of each
	persons map[uuid.UUID]*who

	threads *lru.Cache[uuid.UUID, *audience]
}

func newRights(client *ent.Client, accounts Accounts) *rights {
	threads, err := lru.New[uuid.UUID, *audience](4096)
	if err != nil {
		panic(err) // of a size that is not positive
	}
	return &rights{client: client, accounts: accounts, persons: map[uuid.UUID]*who{}, threads: threads}
}

// enter registers a connection of a person, and reads the person's rights if
// this is the first. full says how many connections there may be.
func (r *rights) enter(ctx context.Context, l *Link, person uuid.UUID, full func(links map[*Link]struct{}) bool) (*who, error) {
	r.mu.Lock()
	w := r.persons[person]
	if w == nil {
		w = &who{person: person, links: map[*Link]struct{}{}}
		r.persons[person] = w
	}
	if full(w.links) {
		r.mu.Unlock()
		return nil, errCrowded
	}
	w.links[l] = struct{}{}
	r.mu.Unlock()
	if w.loaded.Load() {
		return w, nil
	}
	if err := r.load(ctx, w); err != nil {
		r.leave(l, w)
		return nil, err
	}
	return w, nil
}

// leave forgets a connection.
func (r *rights) leave(l *Link, w *who) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(w.links, l)
	if len(w.links) == 0 && r.persons[w.person] == w {
		delete(r.persons, w.person)
	}
}

// load reads the rights of a person.
func (r *rights) load(ctx context.Context, w *who) error {
	w.loading.Lock()
	defer w.loading.Unlock()
	if w.person == uuid.Nil {
		w.loaded.Store(true)
		return nil
	}
	found, err := r.accounts.Rights(ctx, []uuid.UUID{w.person})
	if err != nil {
		return fmt.Errorf("live: read rights: %w", err)
	}
	w.rights.Store(found[w.person])
	w.loaded.Store(true)
	return nil
}

// all are the persons with connections that the test admits.
func (r *rights) all(test func(*who) bool) []*who {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []*who
	for _, w := range r.persons {
		if test(w) {
			out = append(out, w)
		}
	}
	return out
}

// linksOf are the connections of the persons.
func (r *rights) linksOf(persons []*who) []*Link {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []*Link
	for _, w := range persons {
		for l := range w.links {
			out = append(out, l)
		}
	}
	return out
}

// reload reads the rights of persons again.
func (r *rights) reload(ctx context.Context, persons []*who) error {
	for some := range slices.Chunk(persons, 200) {
		if err := r.reloadSome(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

func (r *rights) reloadSome(ctx context.Context, persons []*who) error {
	ids := make([]uuid.UUID, 0, len(persons))
	for _, w := range persons {
		if w.person == uuid.Nil {
			continue
		}
		w.loading.Lock() // nobody else holds two of them
		defer w.loading.Unlock()
		ids = append(ids, w.person)
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := r.accounts.Rights(ctx, ids)
	if err != nil {
		return fmt.Errorf("live: read rights: %w", err)
	}
	for _, w := range persons {
		if w.person != uuid.Nil {
			w.rights.Store(found[w.person])
			w.loaded.Store(true)
		}
	}
	return nil
}

// holds says whether the person has the seat or post, in force or not.
func (w *who) holds(seat uuid.UUID) bool {
	have := w.rights.Load()
	return have != nil && slices.ContainsFunc(have.Held, func(h account.Held) bool { return h.ID == seat })
}

// audience is who takes part in a thread now, from memory where this node has
// asked before.
func (r *rights) audience(ctx context.Context, thread uuid.UUID) (*audience, error) {
	a, found := r.threads.Get(thread)
	if !found {
		fresh := &audience{thread: thread}
		if a, found, _ = r.threads.PeekOrAdd(thread, fresh); !found {
			a = fresh
		}
	}
	if a.parties.Load() != nil {
		return a, nil
	}
	return a, r.read(ctx, a, false)
}

// changed reads who takes part in a thread again, if this node knows the thread.
func (r *rights) changed(ctx context.Context, thread uuid.UUID) error {
	a, found := r.threads.Peek(thread)
	if !found {
		return nil
	}
	return r.read(ctx, a, true)
}

func (r *rights) read(ctx context.Context, a *audience, again bool) error {
	a.loading.Lock()
	defer a.loading.Unlock()
	if a.parties.Load() != nil && !again {
		return nil
	}
	p, err := access.PartiesOf(ctx, r.client, a.thread)
	if err != nil {
		return err
	}
	a.parties.Store(&p)
	return nil
}

// forget makes everything be read again.
func (r *rights) forget(ctx context.Context) error {
	r.threads.Purge()
	return r.reload(ctx, r.all(func(*who) bool { return true }))
}
