package live

import (
	"context"
	"log/slog"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/eventlog"
)

// tailPage is how many events the tailer reads at a time.
const tailPage = 500

// Run reads the log on and delivers until ctx is done. What fails, such as a
// database that is away, is tried again; nothing is skipped meanwhile.
func (e *Engine) Run(ctx context.Context) {
	poll, clock := time.NewTicker(e.o.Poll), time.NewTicker(e.o.CheckpointEvery/buckets)
	defer poll.Stop()
	defer clock.Stop()
	defer e.o.Personal.Listen(e.ownChanged)()
	if !e.begin(ctx, poll.C) {
		return
	}
	failing := false
	for bucket := 0; ; {
		woken := e.log.Woken()
		more, err := e.read(ctx)
		if err == nil {
			err = e.turn(ctx)
		}
		if failed := err != nil; failed != failing && ctx.Err() == nil {
			if failing = failed; failing {
				e.o.Logger.LogAttrs(ctx, slog.LevelWarn, "the event log can't be read: trying again", slog.String("cause", err.Error()))
			} else {
				e.o.Logger.LogAttrs(ctx, slog.LevelInfo, "the event log can be read again")
			}
		}
		if more {
			continue
		}
		if err != nil {
			woken = nil // a wake-up does not mend what fails: wait for the poll
		}
		select {
		case <-woken:
		case <-poll.C:
			if err == nil {
				_ = e.look(ctx) // what failed is looked up again soon
			}
		case <-clock.C:
			bucket = (bucket + 1) % buckets
			e.activity.turn()
			e.expire()
			e.each(func(g *group) { g.due(bucket) })
		case <-ctx.Done():
			return
		}
	}
}

// begin finds out where the log stands.
func (e *Engine) begin(ctx context.Context, retry <-chan time.Time) bool {
	for {
		head, err := e.log.Head(ctx)
		if err == nil {
			e.at, e.day = head, e.today()
			e.ring.reset(head)
			close(e.ready)
			return true
		}
		select {
		case <-retry:
		case <-ctx.Done():
			return false
		}
	}
}

// read takes the next events in. more says that there may be more at once.
func (e *Engine) read(ctx context.Context) (more bool, err error) {
	entries, known, err := e.log.Tail(ctx, e.at, tailPage)
	if err != nil {
		return false, err
	}
	if !known {
		err := e.lost(ctx)
		return err == nil, err
	}
	tabling, err := access.TablingOf(ctx, e.o.Client, entries)
	if err != nil {
		return false, err
	}
	for _, entry := range entries {
		if err := e.apply(ctx, entry); err != nil {
			return false, err // and applied again: applying reads what is, it adds nothing up
		}
		ev := &event{entry: entry, tabling: tabling[entry.ID], generation: e.generation.Load()}
		e.at = ev.position()
		e.publish(ev)
	}
	return len(entries) == tailPage, nil
}

// lost goes on from the head of a log that is not the one that was followed, as
// after a restored copy. Every stream is told.
func (e *Engine) lost(ctx context.Context) error {
	head, err := e.log.Head(ctx)
	if err != nil {
		return err
	}
	if err := e.rights.forget(ctx); err != nil {
		return err
	}
	if err := e.verify(ctx, e.rights.all(everybody)); err != nil {
		return err
	}
	e.o.Logger.LogAttrs(ctx, slog.LevelWarn, "the event log is not the one that was followed: going on from its head")
	e.ring.reset(head)
	e.at = head
	e.epoch.Add(1)
	e.generation.Add(1)
	e.each((*group).demote)
	return nil
}

// turn notices that a day has begun: rights may have ended with the one before.
func (e *Engine) turn(ctx context.Context) error {
	day := e.today()
	if day == e.day {
		return nil
	}
	everyone := e.rights.all(everybody)
	if err := e.rights.reload(ctx, everyone); err != nil {
		return err
	}
	e.day = day
	return e.recheck(ctx, everyone)
}

func everybody(*who) bool { return true }

// apply changes the rights as an event says, before any stream sees it or a
// later one.
func (e *Engine) apply(ctx context.Context, entry *ent.LogEntry) error {
	switch entry.Kind {
	case "AccessGranted", "AccessEnded", "ThreadOpened":
		return e.audienceChanged(ctx, entry)
	case "ThreadClosed":
		e.activity.closed(*entry.ThreadID)
	case "ThreadEdited":
		if facts, err := eventlog.DecodeFacts(entry.Facts); err == nil && facts.Becomes("confidentiality", string(thread.ConfidentialityConfidential)) {
			e.activity.closed(*entry.ThreadID)
		}
	case "SeatAssigned", "SeatEdited", "SeatStarted", "SeatEnded",
		"StaffPostAssigned", "StaffPostEdited", "StaffPostStarted", "StaffPostEnded":
		// An edit may take the seat from one person and give it to another.
		return e.changed(ctx, func(w *who) bool {
			return entry.PersonID != nil && *entry.PersonID == w.person || w.holds(entry.SubjectID)
		})
	case "PersonEdited", "PersonDisabled", "PersonEnabled", "SessionEnded", "TokenRevoked":
		return e.changed(ctx, func(w *who) bool {
			return entry.PersonID != nil && *entry.PersonID == w.person || entry.SubjectID == w.person
		})
	case "OrganisationEdited", "OrganisationMerged", "BodyEdited", "BodyDissolved":
		return e.changed(ctx, everybody)
	case "ProposalMoved":
		return e.moved(ctx, eventlog.Scope{Proposal: &entry.SubjectID})
	case "MeetingEdited":
		return e.moved(ctx, eventlog.Scope{Meeting: &entry.SubjectID})
	}
	return nil
}

// changed reads the rights of persons again, and ends what they no longer have a
// right to.
func (e *Engine) changed(ctx context.Context, test func(*who) bool) error {
	persons := e.rights.all(test)
	if len(persons) == 0 {
		return nil
	}
	if err := e.rights.reload(ctx, persons); err != nil {
		return err
	}
	if err := e.verify(ctx, persons); err != nil {
		return err
	}
	return e.recheck(ctx, persons)
}

// verify cuts the connections of persons whose session or token is good no more.
func (e *Engine) verify(ctx context.Context, persons []*who) error {
	return e.verifyLinks(ctx, e.rights.linksOf(persons))
}

// recheck ends the streams of persons in scopes that they no longer see.
func (e *Engine) recheck(ctx context.Context, persons []*who) error {
	for _, l := range e.rights.linksOf(persons) {
		for _, s := range l.all() {
			if err := s.recheck(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// audienceChanged reads who takes part in a thread again, and ends the streams
// of those who do not any more.
func (e *Engine) audienceChanged(ctx context.Context, entry *ent.LogEntry) error {
	if entry.ThreadID == nil {
		return nil
	}
	if err := e.rights.changed(ctx, *entry.ThreadID); err != nil {
		return err
	}
	e.activity.changed(*entry.ThreadID)
	return e.moved(ctx, eventlog.Scope{Thread: entry.ThreadID})
}

// moved looks again at all streams in a scope whose visibility may have changed.
func (e *Engine) moved(ctx context.Context, scope eventlog.Scope) error {
	key := keyOf(scope)
	e.mu.Lock()
	listened := len(e.scopes[key]) > 0
	e.mu.Unlock()
	if !listened && (scope.Thread == nil || !e.activity.listened(*scope.Thread)) {
		return nil
	}
	for _, l := range e.rights.linksOf(e.rights.all(everybody)) {
		for _, s := range l.all() {
			if keyOf(s.scope()) != key {
				continue
			}
			if err := s.recheck(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}
