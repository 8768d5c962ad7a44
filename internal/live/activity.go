package live

import (
	"encoding/json"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/viewer"
)

// Who is in a thread, and who is writing there. Nothing of it is kept, all of it
// may be lost: nodes tell one another over the bus, and what is not said again in
// time is not so any more.

const (
	typingFor    = 6 * time.Second
	presentFor   = 30 * time.Second // of people on other nodes
	announceEach = 10 * time.Second
	// pause is the least time between two answers of a room.
	pause = 250 * time.Millisecond
	// shown is how many people an answer names.
	shown = 100
	// saidMost is how often a person's typing is passed on between two turns.
	saidMost = 5
	topic    = "activity"
)

// sign is what nodes tell one another.
type sign struct {
	Node   string    `json:"n"`
	Thread uuid.UUID `json:"t"`
	Person uuid.UUID `json:"p,omitzero"`
	Kind   string    `json:"k"` // here, gone, typing, still, ask
}

// activities are the rooms in which somebody listens on this node.
type activities struct {
	e    *Engine
	node string
	// closings counts the threads that were closed or made confidential, so that who enters a room
	// notices that it may have been this one.
	closings atomic.Int64

	mu    sync.Mutex // guards what follows; taken before the mu of a stream
	rooms map[uuid.UUID]*room
	said  map[uuid.UUID]int // how often somebody has said something since the last turn
}

// room is a thread in which somebody listens on this node.
type room struct {
	thread  uuid.UUID
	version int64             // counts what changed
	streams map[*Stream]int64 // the version that the stream was told
	// away are the people on other nodes, and until when that holds.
	away   map[presence]time.Time
	typing map[uuid.UUID]time.Time

	announced time.Time
	told      time.Time
	timer     *time.Timer // nil: nothing to tell
	telling   bool        // one goroutine at a time tells, so that nobody is told older news after newer
	again     bool        // there is something to tell when that is over
}

type presence struct {
	person uuid.UUID
	node   string
}

func newActivities(e *Engine, node string) *activities {
	a := &activities{e: e, node: node, rooms: map[uuid.UUID]*room{}, said: map[uuid.UUID]int{}}
	if e.o.Bus != nil {
		e.o.Bus.Subscribe(topic, a.hear) // as long as the bus
	}
	return a
}

// Typing says that a person is writing in a thread, or not any more. Whether the
// person may is for the caller to check. What one person says more than a few
// times a second is not passed on.
func (e *Engine) Typing(thread, person uuid.UUID, typing bool) {
	kind := "typing"
	if !typing {
		kind = "still"
	}
	if e.activity.often(person) {
		return
	}
	e.activity.say(sign{Thread: thread, Person: person, Kind: kind})
}

// often counts what a person says between two turns, and says whether it is more
// than is passed on.
func (a *activities) often(person uuid.UUID) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.said[person]++
	return a.said[person] > saidMost
}

// say tells this node and the others.
func (a *activities) say(s sign) {
	s.Node = a.node
	if a.e.o.Bus == nil {
		a.note(s)
		return
	}
	raw, err := json.Marshal(s)
	if err == nil {
		_ = a.e.o.Bus.Publish(topic, raw) // and hear gets it: it may be lost
	}
}

func (a *activities) hear(raw []byte) {
	var s sign
	if json.Unmarshal(raw, &s) == nil {
		a.note(s)
	}
}

// note changes the room that a sign is about, if anybody listens there.
func (a *activities) note(s sign) {
	now := a.e.o.Now()
	a.mu.Lock()
	r := a.rooms[s.Thread]
	if r == nil {
		a.mu.Unlock()
		return
	}
	own := s.Node == a.node
	answer := false
	switch s.Kind {
	case "typing":
		_, was := r.typing[s.Person]
		if was || len(r.typing) < 2*shown {
			r.typing[s.Person] = now.Add(typingFor)
		}
		if !was {
			a.change(r, now)
		}
	case "still":
		if _, was := r.typing[s.Person]; was {
			delete(r.typing, s.Person)
			a.change(r, now)
		}
	case "here":
		if p := (presence{s.Person, s.Node}); !own {
			if _, was := r.away[p]; !was && len(r.away) < 10*shown {
				r.away[p] = now.Add(presentFor)
				a.change(r, now)
			} else if was {
				r.away[p] = now.Add(presentFor)
			}
		}
	case "gone":
		if p := (presence{s.Person, s.Node}); !own {
			if _, was := r.away[p]; was {
				delete(r.away, p)
				a.change(r, now)
			}
		}
	case "ask":
		answer = !own
	}
	var here []uuid.UUID
	if answer {
		here = r.here()
	}
	a.mu.Unlock()
	for _, p := range here {
		a.say(sign{Thread: s.Thread, Person: p, Kind: "here"})
	}
}

// here are the people who listen on this node.
func (r *room) here() []uuid.UUID {
	var out []uuid.UUID
	for s := range r.streams {
		if p := s.link.who.person; p != uuid.Nil && !slices.Contains(out, p) && len(out) < shown {
			out = append(out, p)
		}
	}
	return out
}

// change lets the room be told soon. a.mu is held.
func (a *activities) change(r *room, now time.Time) {
	r.version++
	a.soon(r, max(0, pause-now.Sub(r.told)))
}

// soon has the room told after that time, if it is not about to be. a.mu is held.
func (a *activities) soon(r *room, after time.Duration) {
	switch {
	case r.telling:
		r.again = true
	case r.timer == nil:
		r.timer = time.AfterFunc(after, func() { a.tell(r) })
	}
}

// tell gives the room's streams what is so now.
func (a *activities) tell(r *room) {
	a.mu.Lock()
	r.timer, r.told, r.telling, r.again = nil, a.e.o.Now(), true, false
	var streams []*Stream
	for s, told := range r.streams {
		if told < r.version {
			streams = append(streams, s)
		}
	}
	now, version := r.now(), r.version
	a.mu.Unlock()
	for _, s := range streams {
		a.give(r, s, now, version)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	r.telling = false
	if r.again && len(r.streams) > 0 {
		a.soon(r, pause)
	}
}

// now is who is in the room. a.mu is held.
func (r *room) now() Activity {
	out := Activity{Present: r.here()}
	for p := range r.away {
		if !slices.Contains(out.Present, p.person) && len(out.Present) < shown {
			out.Present = append(out.Present, p.person)
		}
	}
	for p := range r.typing {
		if len(out.Typing) < shown {
			out.Typing = append(out.Typing, p)
		}
	}
	byID := func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }
	slices.SortFunc(out.Present, byID)
	slices.SortFunc(out.Typing, byID)
	return out
}

// give tells one stream, if its person takes part still.
func (a *activities) give(r *room, s *Stream, now Activity, version int64) {
	v := s.link.viewer()
	of, err := a.e.rights.audience(s.ctx, r.thread)
	if err != nil || !of.parties.Load().Admits(v) {
		return // and recheck ends the stream
	}
	at, there := s.seat.(*attendance)
	if !there {
		return
	}
	response, err := a.e.execute(&operation{s.ctx, at.exec, at.op}, v, &delivery{activity: &now})
	if err != nil {
		return
	}
	answer, err := a.e.answer(response)
	if err != nil {
		return
	}
	s.mu.Lock()
	taken := s.state == ended || s.out.Next(answer, "", "")
	s.mu.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	if told, there := r.streams[s]; there && taken { // else it is told when there is room
		r.streams[s] = max(told, version)
	}
}

// turn forgets what was not said again, and says again who is here.
func (a *activities) turn() {
	now := a.e.o.Now()
	var signs []sign
	a.mu.Lock()
	clear(a.said)
	for _, r := range a.rooms {
		changed := false
		for p, until := range r.away {
			if now.After(until) {
				delete(r.away, p)
				changed = true
			}
		}
		for p, until := range r.typing {
			if now.After(until) {
				delete(r.typing, p)
				changed = true
			}
		}
		if changed {
			a.change(r, now)
		}
		if a.e.o.Bus != nil && now.Sub(r.announced) >= announceEach {
			r.announced = now
			for _, p := range r.here() {
				signs = append(signs, sign{Thread: r.thread, Person: p, Kind: "here"})
			}
		}
	}
	a.mu.Unlock()
	for _, s := range signs {
		a.say(s)
	}
}

// closed ends who listens in a thread that was closed or made confidential.
func (a *activities) closed(thread uuid.UUID) {
	a.closings.Add(1) // before the room is looked at
	a.mu.Lock()
	var streams []*Stream
	if r := a.rooms[thread]; r != nil {
		for s := range r.streams {
			streams = append(streams, s)
		}
	}
	a.mu.Unlock()
	for _, s := range streams {
		s.complete()
	}
}

// complete ends a stream from this side.
func (s *Stream) complete() {
	s.mu.Lock()
	over := s.state == ended
	if !over {
		s.out.Complete()
		s.state = ended
	}
	s.mu.Unlock()
	if !over {
		s.leave()
	}
}

// changed looks again at who is in a thread whose audience changed: those who are
// there say so again, and the streams of those who may not be are ended.
func (a *activities) changed(thread uuid.UUID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if r := a.rooms[thread]; r != nil {
		clear(r.typing)
		clear(r.away)
		r.announced = time.Time{}
		a.change(r, a.e.o.Now())
	}
}

// listened says whether somebody listens there on this node.
func (a *activities) listened(thread uuid.UUID) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.rooms[thread] != nil
}

// attendance is a stream's place in a room.
type attendance struct {
	a      *activities
	thread uuid.UUID
	// closings is what they were before the thread was read, and found open.
	closings int64
	closed   bool // the thread was closed or confidential already

	exec graphql.GraphExecutor
	op   *graphql.OperationContext
}

func (t *attendance) enter(s *Stream, exec graphql.GraphExecutor, op *graphql.OperationContext) {
	t.exec, t.op = exec, op
	s.seat = t
}

func (t *attendance) start(s *Stream) {
	if t.closed {
		s.complete()
		return
	}
	now := t.a.e.o.Now()
	t.a.mu.Lock()
	s.mu.Lock()
	over := s.state == ended // and it has left already
	s.mu.Unlock()
	if over {
		t.a.mu.Unlock()
		return
	}
	r := t.a.rooms[t.thread]
	if r == nil {
		r = &room{thread: t.thread, streams: map[*Stream]int64{}, away: map[presence]time.Time{}, typing: map[uuid.UUID]time.Time{}}
		t.a.rooms[t.thread] = r
	}
	fresh := len(r.streams) == 0
	r.streams[s] = 0
	t.a.change(r, now)
	t.a.mu.Unlock()
	if fresh {
		t.a.say(sign{Thread: t.thread, Kind: "ask"})
	}
	t.a.say(sign{Thread: t.thread, Person: s.link.who.person, Kind: "here"})
	if t.a.closings.Load() != t.closings && t.wasClosed(s) {
		s.complete()
	}
}

// wasClosed looks again at a thread that may have been closed, or made confidential,
// while the stream began. One that can't be read is taken for closed: the client asks again.
func (t *attendance) wasClosed(s *Stream) bool {
	row, err := t.a.e.o.Client.Thread.Get(asking(s.ctx, s.link.viewer()), t.thread)
	return err != nil || silent(row)
}

// silent says whether nobody is told who is in a thread: a closed one, and a
// confidential one.
func silent(t *ent.Thread) bool {
	return t.Status == thread.StatusClosed || t.Confidentiality == thread.ConfidentialityConfidential
}

func (t *attendance) leave(s *Stream) {
	t.a.mu.Lock()
	r := t.a.rooms[t.thread]
	if r == nil {
		t.a.mu.Unlock()
		return
	}
	delete(r.streams, s)
	person := s.link.who.person
	gone := true
	for other := range r.streams {
		gone = gone && other.link.who.person != person
	}
	if gone {
		delete(r.typing, person)
	}
	if len(r.streams) == 0 {
		delete(t.a.rooms, t.thread)
		if r.timer != nil {
			r.timer.Stop()
		}
	} else {
		t.a.change(r, t.a.e.o.Now())
	}
	t.a.mu.Unlock()
	if gone {
		t.a.say(sign{Thread: t.thread, Person: person, Kind: "gone"})
	}
}

func (t *attendance) scope() eventlog.Scope { return eventlog.Scope{Thread: &t.thread} }

// admits is for everybody whom the scope admits.
func (t *attendance) admits(*viewer.Viewer) bool { return true }

// drained tells a stream what it could not take before.
func (t *attendance) drained(s *Stream) {
	t.a.mu.Lock()
	defer t.a.mu.Unlock()
	r := t.a.rooms[t.thread]
	if r == nil {
		return
	}
	if told, there := r.streams[s]; there && (told < r.version || r.telling) {
		t.a.soon(r, 0)
	}
}
