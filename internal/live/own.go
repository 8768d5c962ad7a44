package live

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/personal"
)

// What concerns one person alone is in the log and in rows that are the person's
// own (internal/personal). A stream of it stands at a place in both, and takes at
// each step the next event of the log, or if there is none the next row:
//
//	events of the log up to its head ──▶ rows up to the person's version ──▶ live
//	        ▲                                                                  │
//	        └───────────── an event, or a wake-up of the person ◀──────────────┘
//
// Its group tells nothing: where there is something to tell, each stream takes it
// by itself. Both parts of a place only ever grow, so that to resume from one gives
// what came after it, in the same order.

// errBehind: a row is about a discussion of whose audience this node has not heard
// yet. It is read again.
var errBehind = errors.New("live: a right is not known yet")

// own says whether the group is one person's.
func (g *group) own() bool { return g.scope.Person != nil }

// notLooked is a number of wake-ups that no group has: the stream looks for rows.
const notLooked = -1

// unknownGeneration is of a client that knows no place of this log: it is told so.
const unknownGeneration = -1

// ownFrom finds out where a stream of what concerns the person alone begins.
func (o *opening) ownFrom(ctx context.Context, person uuid.UUID, after *string) (*start, error) {
	s := &start{e: o.e, scope: eventlog.Scope{Person: &person}, at: o.e.ring.last()}
	version, err := o.e.o.Personal.Version(ctx, person)
	if err != nil {
		return nil, err
	}
	s.version = version
	if after == nil {
		return s, nil
	}
	s.after = *after
	place, err := o.e.o.Personal.Open(person, *after)
	switch {
	case errors.Is(err, personal.ErrUnknown):
		s.unknown = true
		return s, nil
	case apperr.CodeOf(err) == apperr.InvalidInput:
		return nil, err
	case err != nil:
		return nil, err
	}
	known, err := o.e.knows(ctx, place.Log)
	if err != nil {
		return nil, err
	}
	if !known || !version.Follows(place.Version) {
		s.unknown = true
		return s, nil
	}
	s.at, s.version = place.Log, place.Version
	return s, nil
}

// seal is the cursor of a stream that stands at a position of the log, and has
// taken the rows that it has taken. s.mu is held.
func (s *Stream) seal(p eventlog.Position) string {
	e := s.link.e
	if !s.group.own() {
		return e.log.Cursor(p)
	}
	return e.o.Personal.Cursor(*s.group.scope.Person, personal.Place{Log: p, Version: s.version})
}

// after is the cursor after an event, for this stream. s.mu is held.
func (s *Stream) after(ev *event) string {
	switch {
	case !s.group.own():
		return ev.sealed(s.link.e.log)
	case ev.row != nil:
		place := personal.Place{Log: s.pos, Version: ev.version()}
		return s.link.e.o.Personal.Cursor(*s.group.scope.Person, place)
	}
	return s.seal(ev.position())
}

// version is that of a row.
func (ev *event) version() personal.Version {
	if ev.row.Version == ev.upTo.Number {
		return ev.upTo
	}
	return personal.Version{Number: ev.row.Version}
}

// rowsOf are rows that a stream has still to look at, up to a version.
type rowsOf struct {
	events []*event
	upTo   personal.Version
	wakes  int64 // those of the group that came before; notLooked where there are more rows
	read   bool
}

// nextRow is the next of the person's rows, nil where the stream has all that there
// were when its group was last woken.
func (s *Stream) nextRow(rows *rowsOf) (*event, error) {
	if !s.group.own() {
		return nil, nil
	}
	if len(rows.events) > 0 {
		ev := rows.events[0]
		rows.events = rows.events[1:]
		return ev, nil
	}
	s.mu.Lock()
	if rows.read {
		s.version, s.wakes = rows.upTo, rows.wakes
		*rows = rowsOf{}
	}
	looked, version, generation := s.wakes, s.version, s.generation
	s.mu.Unlock()
	wakes := s.group.woken()
	if looked == wakes {
		return nil, nil
	}
	found, now, err := s.link.e.rows(s, version)
	if err != nil {
		return nil, err
	}
	if !now.Follows(version) { // they are those of another copy
		s.mu.Lock()
		s.generation = unknownGeneration
		s.mu.Unlock()
		return nil, nil
	}
	*rows = rowsOf{upTo: found.upTo, wakes: wakes, read: true}
	if found.upTo != now {
		rows.wakes = notLooked
	}
	for i := range found.rows {
		rows.events = append(rows.events, &event{row: &found.rows[i], upTo: found.upTo, generation: generation})
	}
	return s.nextRow(rows)
}

type foundRows struct {
	rows []personal.Row
	upTo personal.Version
}

// rows reads the person's rows after a version, few streams at a time, and how far
// they have come. They are read as the person: with the rights of now.
func (e *Engine) rows(s *Stream, after personal.Version) (foundRows, personal.Version, error) {
	e.reading <- struct{}{}
	defer func() { <-e.reading }()
	ctx, cancel := context.WithTimeout(asking(s.ctx, s.link.viewer()), executionTime)
	defer cancel()
	person := *s.group.scope.Person
	now, err := e.o.Personal.Version(ctx, person) // first: what is read then may be later, and comes again
	if err != nil || !now.Follows(after) {
		return foundRows{}, now, err
	}
	rows, upTo, err := personal.Changes(ctx, e.o.Sources, person, after, now)
	return foundRows{rows, upTo}, now, err
}

// woken counts how often the group was woken for rows.
func (g *group) woken() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.wakes
}

// changed says that rows of the group's person may have changed.
func (g *group) changed() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wakes++
	g.start()
}

// settle notes up to which version a stream has come that is becoming live. Streams
// that became so before and stand elsewhere look again. g.mu is held.
func (g *group) settle(v personal.Version) {
	if g.version == v {
		return
	}
	g.version = v
	if len(g.live) > 0 {
		g.wakes++
		g.start()
	}
}

// lookAgain makes the stream look for rows: those that it had read before are not
// there any more.
func (s *Stream) lookAgain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wakes = notLooked
}

// versionNow is how far the rows of the stream's person have come; none where the
// stream is not of one person.
func (s *Stream) versionNow() (personal.Version, error) {
	if !s.group.own() {
		return personal.Version{}, nil
	}
	ctx, cancel := context.WithTimeout(s.ctx, executionTime)
	defer cancel()
	return s.link.e.o.Personal.Version(ctx, *s.group.scope.Person)
}

// ownChanged wakes the streams of a person. It does not wait.
func (e *Engine) ownChanged(person uuid.UUID) {
	e.mu.Lock()
	groups := make([]*group, 0, len(e.scopes[scopeKey{'i', person}]))
	for g := range e.scopes[scopeKey{'i', person}] {
		groups = append(groups, g)
	}
	e.mu.Unlock()
	for _, g := range groups {
		g.changed()
	}
}

// personsPerLook bounds how many persons are looked after at once.
const personsPerLook = 1000

// look finds out whether wake-ups were lost: it compares the versions of those who
// listen with the database's. It goes through many in turns.
func (e *Engine) look(ctx context.Context) error {
	e.mu.Lock()
	groups := map[uuid.UUID][]*group{}
	for k, some := range e.scopes {
		if k.kind != 'i' || e.looked[k.id] {
			continue
		}
		for g := range some {
			groups[k.id] = append(groups[k.id], g)
		}
		if len(groups) == personsPerLook {
			break
		}
	}
	if len(groups) < personsPerLook {
		clear(e.looked)
	}
	persons := make([]uuid.UUID, 0, len(groups))
	for p := range groups {
		persons = append(persons, p)
		if len(groups) == personsPerLook {
			e.looked[p] = true
		}
	}
	e.mu.Unlock()
	if len(persons) == 0 {
		return nil
	}
	now, err := e.o.Personal.Versions(ctx, persons)
	if err != nil {
		return err
	}
	for p, some := range groups {
		for _, g := range some {
			g.compare(now[p])
		}
	}
	return nil
}

// compare wakes the group if its live streams stand elsewhere.
func (g *group) compare(now personal.Version) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.live) > 0 && g.version != now {
		g.wakes++
		g.start()
	}
}
