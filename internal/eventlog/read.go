package eventlog

import (
	"context"
	"errors"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/ent/generated/ent/meeting"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// Scope is where something happened, or, for Person, whom it concerns: at most
// one of them. The zero Scope is everywhere.
type Scope struct{ Thread, Proposal, Body, Meeting, Person *uuid.UUID }

// Envelope is an event as it is delivered. Entry is nil for a Notice.
type Envelope struct {
	ID             uuid.UUID
	Entry          *ent.LogEntry
	Cursor         string
	PreviousCursor *string
	CommittedAt    time.Time
	Notice         Notice
	Reset          *i18n.Message // why the past is gone, of a ResetNotice
}

// Page is a page of the log.
type Page struct {
	Envelopes []Envelope
	Next      string
	AtHead    bool
}

var msgReset = i18n.Message{
	EN: "The position is not known here: the hub may have been restored from a copy. Read everything anew.",
	ES: "La posición no se conoce aquí: es posible que el sistema se haya restaurado de una copia. Lea todo de nuevo.",
	FR: "La position n'est pas connue ici : le système a peut-être été restauré à partir d'une copie. Relisez tout.",
}

var msgPage = i18n.Message{EN: "Ask for 1 to 100 events.", ES: "Pida de 1 a 100 eventos.", FR: "Demandez de 1 à 100 événements."}

// Read reads the events after a cursor ("" is the beginning) that happened in
// the scope and that the viewer may see today, oldest first. A scope that the
// viewer may not see is NOT_FOUND.
func (l *Log) Read(ctx context.Context, scope Scope, after string, first int) (*Page, error) {
	if first < 1 || first > 100 {
		return nil, apperr.Invalid("first", msgPage).With("limit", 100)
	}
	if err := l.Visible(ctx, scope); err != nil {
		return nil, err
	}
	var from Position
	var previous *string
	if after != "" {
		known := false
		p, err := l.Open(after)
		if err == nil {
			known, _, err = l.Known(ctx, p)
		} else if errors.Is(err, ErrUnknown) {
			err = nil
		}
		if err != nil {
			return nil, err
		}
		if !known {
			return l.reset(ctx)
		}
		from, previous = p, &after
	}
	head, err := l.Head(ctx)
	if err != nil {
		return nil, err
	}
	entries, err := l.Page(ctx, scope, from.Seq, head.Seq, first+1)
	if err != nil {
		return nil, err
	}
	page := &Page{AtHead: len(entries) <= first}
	if !page.AtHead {
		entries = entries[:first]
	}
	if naiveCursor {
		time.Sleep(5 * time.Millisecond) // as long as it takes on a busy machine
		if head, err = l.Head(ctx); err != nil {
			return nil, err
		}
	}
	batch.Join(entries) // those that are given, without the one that says that there are more
	page.Envelopes = make([]Envelope, len(entries))
	at := from
	for i, e := range entries {
		at = Position{Seq: e.Seq, Tag: e.ID}
		cursor := l.Cursor(at)
		page.Envelopes[i] = Envelope{ID: e.ID, Entry: e, Cursor: cursor, PreviousCursor: previous, CommittedAt: e.CommittedAt}
		previous = &cursor
	}
	if page.AtHead && head.Seq >= at.Seq {
		at = head
	}
	page.Next = l.Cursor(at)
	return page, nil
}

// reset is the page that says that the past is gone.
func (l *Log) reset(ctx context.Context) (*Page, error) {
	head, err := l.Head(ctx)
	if err != nil {
		return nil, err
	}
	cursor := l.Cursor(head)
	e := Reset(l.newID(id.Event), l.now())
	e.Cursor = cursor
	return &Page{Envelopes: []Envelope{e}, Next: cursor, AtHead: true}, nil
}

func (s Scope) predicate() predicate.LogEntry {
	return func(sel *sql.Selector) {
		switch {
		case s.Thread != nil:
			sel.Where(sql.EQ(sel.C(logentry.FieldThreadID), *s.Thread))
		case s.Proposal != nil:
			sel.Where(sql.EQ(sel.C(logentry.FieldProposalID), *s.Proposal))
		case s.Body != nil:
			sel.Where(sql.EQ(sel.C(logentry.FieldBodyID), *s.Body))
		case s.Meeting != nil:
			sel.Where(sql.EQ(sel.C(logentry.FieldMeetingID), *s.Meeting))
		case s.Person != nil:
			sel.Where(sql.EQ(sel.C(logentry.FieldPersonID), *s.Person))
		}
	}
}

// Visible returns nil if the viewer may see the scope, NOT_FOUND otherwise. A
// person's is for that person.
func (l *Log) Visible(ctx context.Context, s Scope) error {
	var seen bool
	var err error
	switch {
	case s.Thread != nil:
		seen, err = l.client.Thread.Query().Where(thread.ID(*s.Thread)).Exist(ctx)
	case s.Proposal != nil:
		seen, err = l.client.Proposal.Query().Where(proposal.ID(*s.Proposal)).Exist(ctx)
	case s.Body != nil:
		seen, err = l.client.Body.Query().Where(body.ID(*s.Body)).Exist(ctx)
	case s.Meeting != nil:
		seen, err = l.client.Meeting.Query().Where(meeting.ID(*s.Meeting)).Exist(ctx)
	case s.Person != nil:
		v := viewer.From(ctx)
		seen = v.SignedIn() && v.Person == *s.Person
	default:
		return nil
	}
	if err == nil && !seen {
		return apperr.ErrNotFound
	}
	return err
}
