package live

import (
	"context"
	"runtime"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/personal"
	"acs-aec.org/hub/internal/viewer"
)

// group is the streams of one document, one set of variables and one language.
// While it has something to tell, one goroutine tells it to those that are live;
// what concerns one person alone, each takes by itself (own.go).
type group struct {
	e        *Engine
	key      groupKey
	scope    eventlog.Scope
	op       operation
	sharable bool // by the schema
	newest   bool // an answer tells how things stand now
	size     int  // its streams, live or not; guarded by Engine.mu

	mu      sync.Mutex        // guards what follows
	at      eventlog.Position // the live streams have all of the scope up to here
	log     int64             // the generation of the log that at is of
	running bool
	dues    uint64 // buckets whose checkpoints are due
	live    []*Stream
	wakes   int64            // how often it was woken for rows of its person
	heeded  int64            // of them, those after which its streams have looked
	version personal.Version // of the rows that the streams had that became live last

	answers answers
}

// join puts a stream into its group, which may be new.
func (e *Engine) join(s *Stream, scope eventlog.Scope, exec graphql.GraphExecutor, op *graphql.OperationContext) {
	own := uuid.Nil
	if scope.Person != nil {
		own = *scope.Person
	}
	key := keyFor(s.ctx, op, own)
	e.mu.Lock()
	defer e.mu.Unlock()
	g := e.groups[key]
	if g == nil {
		g = &group{
			e: e, key: key, scope: scope, log: e.generation.Load(), at: e.ring.last(), op: operation{s.ctx, exec, op},
			sharable: scope.Person == nil && sharable(op.Operation), newest: newest(op.Operation.SelectionSet),
		}
		e.groups[key] = g
		k := keyOf(scope)
		if e.scopes[k] == nil {
			e.scopes[k] = map[*group]struct{}{}
		}
		e.scopes[k][g] = struct{}{}
	}
	g.size++
	s.group = g
}

// part takes a stream out of its group.
func (e *Engine) part(s *Stream) {
	g := s.group
	g.mu.Lock()
	g.drop(s)
	g.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	if g.size--; g.size > 0 {
		return
	}
	delete(e.groups, g.key)
	k := keyOf(g.scope)
	delete(e.scopes[k], g)
	if len(e.scopes[k]) == 0 {
		delete(e.scopes, k)
	}
}

// drop takes a stream from the live ones. g.mu is held.
func (g *group) drop(s *Stream) {
	if s.idx < 0 {
		return
	}
	last := len(g.live) - 1
	g.live[s.idx], g.live[last].idx = g.live[last], s.idx
	g.live[last] = nil
	g.live = g.live[:last]
	s.idx = -1
}

// wake says that there may be something to tell.
func (g *group) wake() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.start()
}

// due says that the checkpoints of a bucket are due.
func (g *group) due(bucket int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.live) > 0 {
		g.dues |= 1 << bucket
		g.start()
	}
}

// start lets the group run. g.mu is held.
func (g *group) start() {
	if !g.running {
		g.running = true
		go g.run()
	}
}

// run tells what there is to tell.
func (g *group) run() {
	var members []*Stream
	for {
		g.mu.Lock()
		ev, upTo, ok := g.e.ring.next(g.at.Seq, g.scope)
		alone := g.own() && (ev != nil || g.wakes != g.heeded) // each stream takes it by itself
		if alone || !ok {
			g.scatter()
			ev, upTo, g.heeded = nil, g.e.ring.last(), g.wakes
		}
		if ev == nil {
			g.at = upTo
		}
		at, log, dues := g.at, g.log, g.dues
		g.dues = 0
		if ev == nil && dues == 0 {
			g.running = false
			g.mu.Unlock()
			return
		}
		members = append(members[:0], g.live...)
		g.mu.Unlock()
		if dues != 0 {
			g.checkpoint(at, log, dues, members)
		}
		if ev != nil {
			g.tell(ev, members)
			g.mu.Lock()
			if g.log == log { // else it goes on from the head of another log
				g.at = ev.position()
			}
			g.mu.Unlock()
		}
	}
}

// demote lets every live stream go on by itself from where the group is.
func (g *group) demote() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.scatter()
	g.log, g.at = g.e.generation.Load(), g.e.ring.last()
}

// scatter is demote while g.mu is held.
func (g *group) scatter() {
	for _, s := range g.live {
		s.idx = -1
		s.scattered(g.at)
	}
	clear(g.live)
	g.live = g.live[:0]
}

// tell gives an event to those of the streams that may see it.
func (g *group) tell(ev *event, members []*Stream) {
	circle, err := g.e.circle(g.op.ctx, ev)
	if err != nil {
		g.apart(members, ev)
		return
	}
	day := g.e.today()
	first := -1
	for i, s := range members {
		if circle.admit(s.link.who.on(day)) {
			first = i
			break
		}
	}
	if first < 0 {
		return
	}
	a, individual, err := g.shared(ev)
	if err != nil {
		g.apart(members, ev)
		return
	}
	cursor := ev.sealed(g.e.log)
	day = g.e.today() // it may have become another while the answer was made
	g.spread(members[first:], individual, func(s *Stream) (full bool) {
		if !circle.admit(s.link.who.on(day)) {
			return false
		}
		mine := a
		if individual {
			own, err := g.alone(ev, s)
			if err != nil {
				s.later(ev)
				return true
			}
			if !circle.admits(s) {
				return false
			}
			mine = own
		}
		return s.offer(ev, mine, cursor)
	})
}

// apart lets each of the streams take an event by itself.
func (g *group) apart(members []*Stream, ev *event) {
	for _, s := range members {
		s.later(ev)
	}
	g.tidy(members)
}

// spread calls f for each of the streams, several at a time, and takes those that
// are not live any more out.
func (g *group) spread(members []*Stream, slow bool, f func(*Stream) (full bool)) {
	workers := 1
	switch {
	case slow:
		workers = min(4, len(members))
	case len(members) >= 256:
		workers = runtime.GOMAXPROCS(0)
	}
	full := make([][]*Stream, workers)
	work := func(w int) {
		for i := w * len(members) / workers; i < (w+1)*len(members)/workers; i++ {
			if f(members[i]) {
				full[w] = append(full[w], members[i])
			}
		}
	}
	var others sync.WaitGroup
	for w := 1; w < workers; w++ {
		others.Go(func() { work(w) })
	}
	work(0)
	others.Wait()
	for _, some := range full {
		g.tidy(some)
	}
}

// tidy takes those of the streams out that are not live any more.
func (g *group) tidy(streams []*Stream) {
	if len(streams) == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, s := range streams {
		s.mu.Lock()
		gone := s.state != live
		s.mu.Unlock()
		if gone {
			g.drop(s)
		}
	}
}

// checkpoint moves the positions of those streams on whose time has come,
// whatever happened.
func (g *group) checkpoint(at eventlog.Position, log int64, dues uint64, members []*Stream) {
	due := members[:0:0]
	for _, s := range members {
		if dues&(1<<s.bucket) != 0 {
			due = append(due, s)
		}
	}
	if len(due) == 0 {
		return
	}
	env := eventlog.CheckpointAt(g.e.o.NewID(id.Event), g.e.o.Now())
	everybody := viewer.ForAudience(uuid.Nil, 0)
	a, err := g.e.tell(&g.op, everybody, &env)
	individual := err == nil && everybody.Audience().Individual()
	if err != nil {
		return // the next one comes in a minute
	}
	cursor := g.e.log.Cursor(at)
	g.spread(due, individual, func(s *Stream) bool {
		mine := a
		if individual {
			own, err := g.e.notice(s, env)
			if err != nil {
				return false
			}
			mine = own
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.state != live || s.ending || s.generation != log || s.pos.Seq > at.Seq {
			return false
		}
		s.reached(at)
		to := cursor
		if g.own() {
			to = s.seal(at)
		}
		return !s.give(mine, to)
	})
}

// tell makes the answer that tells an envelope without an entry to a viewer.
func (e *Engine) tell(op *operation, v *viewer.Viewer, env *eventlog.Envelope) (*Answer, error) {
	env.Cursor, env.PreviousCursor = e.slots.cursor, &e.slots.previous
	r, err := e.execute(op, v, &delivery{envelope: env})
	if err != nil {
		return nil, err
	}
	return e.answer(r)
}

// notice is tell for one stream.
func (e *Engine) notice(s *Stream, env eventlog.Envelope) (*Answer, error) {
	return e.tell(&operation{s.ctx, s.group.op.exec, s.group.op.op}, s.link.viewer(), &env)
}

// page reads older events of a stream's scope from the database, few streams at a
// time. Streams of one thread share what they read.
func (e *Engine) page(s *Stream) ([]*event, eventlog.Position, error) {
	const size = 256
	scope, after, upTo, generation := s.group.scope, s.pos.Seq, e.ring.last(), s.generation
	v := s.link.viewer()
	name := ""
	if scope.Thread != nil {
		v = viewer.ForAudience(*scope.Thread, 0) // all events: who sees which is decided at delivery
		name = pageName(*scope.Thread, after, upTo.Seq, generation)
	}
	read := func() (any, error) {
		e.reading <- struct{}{}
		defer func() { <-e.reading }()
		ctx, cancel := context.WithTimeout(asking(s.ctx, v), executionTime)
		defer cancel()
		entries, err := e.log.Page(ctx, scope, after, upTo.Seq, size)
		if err != nil {
			return nil, err
		}
		tabling, err := access.TablingOf(ctx, e.o.Client, entries)
		if err != nil {
			return nil, err
		}
		events := make([]*event, len(entries))
		for i, entry := range entries {
			events[i] = &event{entry: entry, tabling: tabling[entry.ID], generation: generation}
		}
		e.metrics.pages.Add(1)
		return events, nil
	}
	var found any
	var err error
	if name == "" {
		found, err = read()
	} else {
		found, err, _ = e.pages.Do(name, read)
	}
	if err != nil {
		return nil, eventlog.Position{}, err
	}
	events, _ := found.([]*event)
	if len(events) == size {
		upTo = events[size-1].position()
	}
	return events, upTo, nil
}
