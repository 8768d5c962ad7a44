package live

import (
	"crypto/rand"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/singleflight"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/bus"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/personal"
)

// Options is what an Engine works with. Zero values stand for their defaults.
type Options struct {
	Log      *eventlog.Log
	Client   *ent.Client
	Accounts Accounts
	Personal *personal.Counters
	Sources  []personal.Source // the rows that are a person's own: graph.Personal
	Now      func() time.Time
	NewID    func(id.Kind) uuid.UUID
	Bus      *bus.Bus     // to the other nodes; nil: there are none
	Logger   *slog.Logger // default: slog.Default()

	Ring             int           // events kept in memory; default 8,192
	Poll             time.Duration // between looks at the log without a wake-up; default 500 ms
	CheckpointEvery  time.Duration // for each stream; default 60 s
	LinksPerPerson   int           // connections of a person at a time; default 8
	LinksPerStranger int           // connections from one address without a person; default 32
	Patience         time.Duration // how long the database may fail a stream; default 30 s

	Figures      Figures       // compares dashboards; nil: nobody can watch one
	FiguresEvery time.Duration // between two comparisons of a dashboard; default 3 s

	ProgressEvery time.Duration // between two looks at an import that somebody follows; default 500 ms
}

// resumable is how far back a stream may begin.
const resumable = 90 * 24 * time.Hour

// buckets is in how many parts the time between checkpoints is cut: a stream's
// own part is drawn by lot.
const buckets = 60

// Engine delivers what the log tells to the streams of this node.
type Engine struct {
	o      Options
	log    *eventlog.Log
	rights *rights
	ring   *ring

	ready chan struct{}     // closed when the position is known
	at    eventlog.Position // of the tailer alone
	day   date.Date         // of the tailer alone

	// epoch counts what may have changed answers that were made before: anything but
	// a new message.
	epoch atomic.Int64
	// generation counts how often the past was lost.
	generation atomic.Int64

	mu     sync.Mutex // guards what follows
	groups map[groupKey]*group
	scopes map[scopeKey]map[*group]struct{}
	looked map[uuid.UUID]bool // of many persons, those whose version was looked up this time round

	reading  chan struct{} // semaphore: catching up from the database
	running  chan struct{} // semaphore: executing operations
	pages    singleflight.Group
	slots    slotTexts
	activity *activities
	boards   *boards
	// followers are told how far imports have come.
	followers *followers
	metrics   metrics
}

// Compare gives the engine what compares dashboards. It must be called before Run.
func (e *Engine) Compare(f Figures) { e.o.Figures = f }

// New makes an engine. It delivers once Run runs.
func New(o Options) *Engine {
	orElse(&o.Ring, 8192)
	orElse(&o.Poll, 500*time.Millisecond)
	orElse(&o.CheckpointEvery, time.Minute)
	orElse(&o.LinksPerPerson, 8)
	orElse(&o.LinksPerStranger, 32)
	orElse(&o.Patience, 30*time.Second)
	orElse(&o.FiguresEvery, 3*time.Second)
	orElse(&o.ProgressEvery, 500*time.Millisecond)
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	e := &Engine{
		o: o, log: o.Log, rights: newRights(o.Client, o.Accounts), ring: newRing(o.Ring), ready: make(chan struct{}),
		groups: map[groupKey]*group{}, scopes: map[scopeKey]map[*group]struct{}{}, looked: map[uuid.UUID]bool{},
		reading: make(chan struct{}, 4), running: make(chan struct{}, 8),
		slots: slotTexts{cursor: rand.Text() + rand.Text(), previous: rand.Text() + rand.Text()},
	}
	e.activity = newActivities(e, rand.Text())
	e.boards = &boards{e: e, all: map[boardKey]*board{}}
	e.followers = &followers{e: e, all: map[uuid.UUID]*followed{}}
	return e
}

func orElse[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// today is the day in Port of Spain, with which the days of seats are compared.
func (e *Engine) today() date.Date { return date.Of(e.o.Now()) }

// scopeKey names a scope in the router.
type scopeKey struct {
	kind byte
	id   uuid.UUID
}

func keyOf(s eventlog.Scope) scopeKey {
	switch {
	case s.Thread != nil:
		return scopeKey{'t', *s.Thread}
	case s.Proposal != nil:
		return scopeKey{'p', *s.Proposal}
	case s.Body != nil:
		return scopeKey{'b', *s.Body}
	case s.Meeting != nil:
		return scopeKey{'m', *s.Meeting}
	case s.Person != nil:
		return scopeKey{'i', *s.Person}
	}
	return scopeKey{}
}

// publish gives an event to the streams whose scope it is in.
func (e *Engine) publish(ev *event) {
	if ev.entry.Kind != "MessagePosted" {
		e.epoch.Add(1)
	}
	e.ring.add(ev)
	e.boards.note(ev.entry.Kind)
	e.followers.note(ev.entry)
	keys := [6]scopeKey{}
	n := 1 // the first is everything
	for kind, u := range map[byte]*uuid.UUID{
		't': ev.entry.ThreadID, 'p': ev.entry.ProposalID, 'b': ev.entry.BodyID, 'm': ev.entry.MeetingID, 'i': ev.entry.PersonID,
	} {
		if u != nil {
			keys[n] = scopeKey{kind, *u}
			n++
		}
	}
	e.mu.Lock()
	var groups []*group
	for _, k := range keys[:n] {
		for g := range e.scopes[k] {
			groups = append(groups, g)
		}
	}
	e.mu.Unlock()
	for _, g := range groups {
		g.wake()
	}
}

// each calls f for every group there is.
func (e *Engine) each(f func(*group)) {
	e.mu.Lock()
	all := make([]*group, 0, len(e.groups))
	for _, g := range e.groups {
		all = append(all, g)
	}
	e.mu.Unlock()
	for _, g := range all {
		f(g)
	}
}
