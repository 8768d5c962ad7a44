package live

import (
	"context"
	"sync"
	"time"

	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/personal"
	"acs-aec.org/hub/internal/viewer"
)

// state is where a durable stream is in its life:
//
//	catching ──at the head──▶ live ──its outlet is full──▶ blocked ──drained──▶ catching
//	    └───────────────────────┴──────closed, or its scope was lost──▶ ended
//
// While it is catching, a goroutine of its own takes one event after the other.
// While it is live, its group does. While it is blocked, nobody does.
type state uint8

const (
	catching state = iota
	live
	blocked
	ended
)

// Stream is a subscription: a position in the log, for durable ones, and in what is
// the person's own.
type Stream struct {
	link  *Link
	group *group // nil for streams that are not durable
	seat  seat   // nil for durable streams
	out   Outlet
	ctx   context.Context //nolint:containedctx // of the client's request: its language

	idx    int   // in group.live, -1: not there; guarded by group.mu
	bucket uint8 // when its checkpoints come

	mu         sync.Mutex // guards what follows, and the order of what out gets; taken after group.mu
	state      state
	slow       bool  // its outlet was full while it was live, and it has not caught up since
	ending     bool  // its scope was lost: one AccessEnded, and the end
	generation int64 // of the log, as far as the client knows
	// pos is after the last event that the stream is done with; its tag is known of
	// what concerns one person alone. A live stream may be further, as far as its group.
	pos eventlog.Position
	// version is that of the last row that the stream is done with, and wakes how
	// often its group had been woken for rows when it last looked; of what concerns
	// one person alone.
	version personal.Version
	wakes   int64
	// last is the cursor that the client has; "" before the first.
	last string
}

// Drained says that the outlet has room again, after Next returned false.
func (s *Stream) Drained() {
	if s.seat != nil {
		s.seat.drained(s)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == blocked {
		s.state = catching
		go s.catchUp()
	}
}

// Close ends the stream: nothing comes after it returns. It may be called twice.
func (s *Stream) Close() {
	s.mu.Lock()
	over := s.state == ended
	s.state = ended
	s.mu.Unlock()
	if !over {
		s.leave()
	}
}

func (s *Stream) leave() {
	if s.seat != nil {
		s.seat.leave(s)
	}
	if s.group != nil {
		s.link.e.part(s)
	}
	s.link.forget(s)
}

// resume lets the stream go on from where it is.
func (s *Stream) resume() {
	if s.generation == s.link.e.generation.Load() && s.join() {
		return
	}
	go s.catchUp()
}

// join makes the stream live if it has caught up.
func (s *Stream) join() bool {
	g, e := s.group, s.link.e
	g.mu.Lock()
	defer g.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == ended {
		return true
	}
	ev, upTo, ok := e.ring.next(s.pos.Seq, g.scope)
	if s.ending || ev != nil || !ok || s.generation != e.generation.Load() || g.own() && s.wakes != g.wakes {
		return false
	}
	s.reached(upTo)
	s.state, s.slow = live, false
	if s.idx < 0 {
		s.idx = len(g.live)
		g.live = append(g.live, s)
	}
	if g.own() {
		g.settle(s.version)
	}
	return true
}

// batchOf are events of the database that a stream has still to look at.
type batchOf struct {
	events     []*event
	upTo       eventlog.Position // and there is none of its scope up to here
	generation int64             // of the log
}

// catchUp takes one event after the other until the stream is live, blocked or
// ended.
func (s *Stream) catchUp() {
	e := s.link.e
	var older batchOf
	var rows rowsOf
	var failing time.Time
	s.lookAgain()
	for {
		going, err := s.anew()
		if err == nil && going {
			// Half of the patience for what may mend itself; then the client is told of it.
			going, err = s.step(&older, &rows, !failing.IsZero() && e.o.Now().Sub(failing) > e.o.Patience/2)
		}
		switch {
		case err == nil && !going:
			return
		case err == nil:
			failing = time.Time{}
			continue
		}
		now := e.o.Now()
		if failing.IsZero() {
			failing = now
		}
		if now.Sub(failing) > e.o.Patience {
			s.link.end(Lagging)
			return
		}
		older, rows = batchOf{}, rowsOf{}
		s.lookAgain()
		time.Sleep(min(max(now.Sub(failing), 100*time.Millisecond), 3*time.Second))
	}
}

// anew tells the client that its position is not known, if that is so. going is
// false where the stream is not catching any more.
func (s *Stream) anew() (going bool, err error) {
	e := s.link.e
	generation := e.generation.Load()
	if s.generation == generation {
		return true, nil
	}
	head := e.ring.last()
	version, err := s.versionNow()
	if err != nil {
		return true, err
	}
	a, err := e.notice(s, eventlog.Reset(e.o.NewID(id.Event), e.o.Now()))
	if err != nil {
		return true, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.version
	s.version = version
	switch {
	case s.state != catching:
		return false, nil
	case s.ending: // which is the next thing to say
		return true, nil
	case !s.give(a, s.seal(head)):
		s.version = before
		return false, nil
	}
	s.pos, s.generation = head, generation
	return true, nil
}

// give hands an answer to the outlet, or blocks the stream. s.mu is held.
func (s *Stream) give(a *Answer, cursor string) bool {
	if s.out.Next(a, cursor, s.last) {
		if !a.lost {
			s.last = cursor
		}
		return true
	}
	if dropOldest {
		return true
	}
	s.slow = s.slow || s.state == live // one that still catches up may take its time
	s.state = blocked
	return false
}

// step does the next thing there is to do. going is false where the stream is not
// catching any more.
func (s *Stream) step(older *batchOf, rows *rowsOf, lastTry bool) (going bool, err error) {
	s.mu.Lock()
	state, ending := s.state, s.ending
	s.mu.Unlock()
	switch {
	case state != catching:
		return false, nil
	case ending:
		return false, s.finish()
	}
	ev, err := s.next(older)
	if ev == nil && err == nil {
		ev, err = s.nextRow(rows)
	}
	if err != nil {
		return true, err
	}
	if ev == nil {
		return !s.join(), nil
	}
	return s.take(ev, lastTry)
}

// next is the next event of the scope, from the ring or from the database; nil
// where there is none.
func (s *Stream) next(older *batchOf) (*event, error) {
	e := s.link.e
	if older.generation != s.generation {
		*older = batchOf{}
	}
	if len(older.events) > 0 {
		ev := older.events[0]
		older.events = older.events[1:]
		return ev, nil
	}
	s.done(older.upTo)
	ev, upTo, ok := e.ring.next(s.pos.Seq, s.group.scope)
	switch {
	case ok && ev == nil:
		if naiveCursor {
			time.Sleep(5 * time.Millisecond) // as long as it takes to look elsewhere
			upTo = e.ring.last()
		}
		s.done(upTo)
		return nil, nil
	case ok:
		return ev, nil
	case s.slow: // it was live, and fell out of the ring because it is not read
		s.link.end(Lagging)
		return nil, nil
	}
	events, end, err := e.page(s)
	if err != nil {
		return nil, err
	}
	if e.generation.Load() != s.generation {
		return nil, nil // it may be of either log
	}
	*older = batchOf{events, end, s.generation}
	return s.next(older)
}

// done notes that the stream is done with everything up to a position.
func (s *Stream) done(p eventlog.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reached(p)
}

// reached is done while s.mu is held.
func (s *Stream) reached(p eventlog.Position) {
	if p.Seq > s.pos.Seq {
		s.pos = p
	}
}

// passed notes that the stream is done with an event. s.mu is held.
func (s *Stream) passed(ev *event) {
	if ev.row != nil {
		s.version = ev.version()
		return
	}
	s.reached(ev.position())
}

// take delivers an event to a stream that is catching up.
func (s *Stream) take(ev *event, lastTry bool) (going bool, err error) {
	e := s.link.e
	circle, err := e.circle(s.ctx, ev)
	if err != nil {
		return true, err
	}
	if !circle.admits(s) {
		if ev.row != nil { // the database says otherwise: this node has not come so far
			return true, errBehind
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.passed(ev)
		return true, nil
	}
	a, err := s.group.answer(ev, s, lastTry)
	if err != nil {
		return true, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != catching {
		return false, nil
	}
	if s.ending || s.generation != ev.generation { // there is something else to say first
		return true, nil
	}
	if circle.admits(s) && !s.give(a, s.after(ev)) {
		return false, nil
	}
	s.passed(ev)
	return true, nil
}

// offer gives a live stream the answer that tells an event. full says that its
// outlet had no room: it is not live any more.
func (s *Stream) offer(ev *event, a *Answer, cursor string) (full bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != live || s.ending || s.generation != ev.generation || ev.entry.Seq <= s.pos.Seq || s.give(a, cursor) {
		return false
	}
	s.pos = ev.before()
	return true
}

// scattered lets a stream that was live go on by itself after a position.
func (s *Stream) scattered(p eventlog.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == live {
		s.reached(p)
		s.state = catching
		go s.catchUp()
	}
}

// later makes a live stream that did not get an event take it by itself.
func (s *Stream) later(ev *event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == live && s.generation == ev.generation && ev.entry.Seq > s.pos.Seq {
		s.state, s.pos = catching, ev.before()
		go s.catchUp()
	}
}

// recheck ends the stream if its person may not see its scope any more.
func (s *Stream) recheck(ctx context.Context) error {
	e := s.link.e
	seen, err := e.sees(ctx, s.link, s.scope())
	seen = seen && (s.seat == nil || s.seat.admits(s.link.viewer()))
	if err != nil || seen {
		return err
	}
	if s.seat != nil {
		s.complete()
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending || s.state == ended {
		return nil
	}
	s.ending = true
	if s.state == live {
		s.state = catching
		go s.catchUp()
	}
	return nil
}

// scope is where the stream listens.
func (s *Stream) scope() eventlog.Scope {
	if s.seat != nil {
		return s.seat.scope()
	}
	return s.group.scope
}

// finish says that the scope was lost, and ends the stream.
func (s *Stream) finish() error {
	e := s.link.e
	a, err := e.notice(s, eventlog.Ended(e.o.NewID(id.Event), e.o.Now()))
	if err != nil {
		return err
	}
	s.mu.Lock()
	if s.state != catching || !s.give(a, s.seal(e.ring.last())) {
		s.mu.Unlock()
		return nil
	}
	s.out.Complete()
	s.state = ended
	s.mu.Unlock()
	s.leave()
	return nil
}

// circle is who may see an event now.
type circle struct {
	ev *event
	of *audience // nil for an event outside of threads
	e  *Engine
}

func (e *Engine) circle(ctx context.Context, ev *event) (*circle, error) {
	c := &circle{ev: ev, e: e}
	if thread := ev.thread(); thread != nil {
		of, err := e.rights.audience(ctx, *thread)
		if err != nil {
			return nil, err
		}
		c.of = of
	}
	return c, nil
}

// admits says whether the stream's person may see the event, with the rights and
// by the clock of now.
func (c *circle) admits(s *Stream) bool { return c.admit(s.link.viewer()) }

func (c *circle) admit(v *viewer.Viewer) bool {
	if ignoreRevocation {
		return true
	}
	var parties access.Parties
	if c.of != nil {
		parties = *c.of.parties.Load()
	}
	if c.ev.row != nil { // the person's own: it was read as the person
		return v.SignedIn() && (c.of == nil || parties.Admits(v))
	}
	return access.Sees(v, c.ev.entry, parties, c.ev.tabling)
}
