package live

import (
	"sync"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/personal"
)

// event is an entry of the log with what rights on it depend on, or a row that is a
// person's own.
type event struct {
	entry      *ent.LogEntry // nil for a row
	tabling    access.Tabling
	row        *personal.Row    // nil for an entry
	upTo       personal.Version // of a row: up to where those were read that it came with
	generation int64            // of the log that it was read from

	once   sync.Once // guards cursor
	cursor string
}

func (ev *event) position() eventlog.Position {
	return eventlog.Position{Seq: ev.entry.Seq, Tag: ev.entry.ID}
}

// before is the position before an entry, without its tag.
func (ev *event) before() eventlog.Position { return eventlog.Position{Seq: ev.entry.Seq - 1} }

// thread is the discussion whose audience alone may see it; nil for none.
func (ev *event) thread() *uuid.UUID {
	if ev.row != nil {
		return ev.row.Thread
	}
	return ev.entry.ThreadID
}

// sealed is the position after the event, sealed once for all who get it.
func (ev *event) sealed(log *eventlog.Log) string {
	ev.once.Do(func() { ev.cursor = log.Cursor(ev.position()) })
	return ev.cursor
}

// within says whether the event happened in the scope.
func (ev *event) within(s eventlog.Scope) bool {
	is := func(have, want *uuid.UUID) bool { return have != nil && *have == *want }
	switch {
	case s.Thread != nil:
		return is(ev.entry.ThreadID, s.Thread)
	case s.Proposal != nil:
		return is(ev.entry.ProposalID, s.Proposal)
	case s.Body != nil:
		return is(ev.entry.BodyID, s.Body)
	case s.Meeting != nil:
		return is(ev.entry.MeetingID, s.Meeting)
	case s.Person != nil:
		return is(ev.entry.PersonID, s.Person)
	}
	return true
}

// ring keeps the latest events of the log.
type ring struct {
	mu   sync.RWMutex // guards what follows
	kept []*event     // by sequence number modulo its length
	base eventlog.Position
	head eventlog.Position // base where there is none
}

func newRing(size int) *ring { return &ring{kept: make([]*event, size)} }

// reset empties the ring: the next event is the one after the position.
func (r *ring) reset(p eventlog.Position) {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.kept)
	r.base, r.head = p, p
}

// add takes the next event in; the oldest may go.
func (r *ring) add(ev *event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	slot := ev.entry.Seq % int64(len(r.kept))
	if old := r.kept[slot]; old != nil {
		r.base = old.position()
	}
	r.kept[slot], r.head = ev, ev.position()
}

// last is the position of the latest event.
func (r *ring) last() eventlog.Position {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.head
}

// knows says whether the position is known for sure to be one of the log.
func (r *ring) knows(p eventlog.Position) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if p == r.base {
		return true
	}
	return p.Seq > r.base.Seq && p.Seq <= r.head.Seq && r.kept[p.Seq%int64(len(r.kept))].entry.ID == p.Tag
}

// next finds the first event of a scope after a number. Without one, it returns
// the position up to which there is none. ok is false where events after the
// number have gone already: the database has them.
func (r *ring) next(after int64, scope eventlog.Scope) (ev *event, upTo eventlog.Position, ok bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if after < r.base.Seq {
		return nil, r.base, false
	}
	for seq := after + 1; seq <= r.head.Seq; seq++ {
		if ev := r.kept[seq%int64(len(r.kept))]; ev.within(scope) {
			return ev, ev.position(), true
		}
	}
	return nil, r.head, true
}
