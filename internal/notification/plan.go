package notification

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/correspondent"
	"acs-aec.org/hub/ent/generated/ent/notification"
	"acs-aec.org/hub/ent/generated/ent/threadreading"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/id"
)

// item is a person to be told of an event.
type item struct {
	entry   *ent.LogEntry
	person  uuid.UUID
	kind    Kind
	message *uuid.UUID
}

// plan says what the first of these events cause: at least that of the first, and
// no more than one transaction should write. The statements that it takes follow
// from the kinds of events, and the discussions among them, not from the persons.
func (r *Reader) plan(ctx context.Context, entries []*ent.LogEntry) (int, func(ctx context.Context, tx *ent.Client) error, error) {
	known, err := r.learn(ctx, entries)
	if err != nil {
		return 0, nil, err
	}
	var items []item
	var wrote []authorship
	n := 0
	for _, e := range entries {
		of, err := r.told(ctx, known, e)
		if err != nil {
			return 0, nil, err
		}
		if n > 0 && len(items)+len(of) > batchPersons {
			break
		}
		items = append(items, of...)
		if a, ok := known.authorship(e); ok {
			wrote = append(wrote, a)
			known.correspond(a)
		}
		n++
	}
	if len(items) == 0 && len(wrote) == 0 && r.fault == nil {
		return n, nil, nil
	}
	return n, func(ctx context.Context, tx *ent.Client) error {
		if err := remember(ctx, tx, wrote); err != nil {
			return err
		}
		if err := r.write(ctx, tx, items, known.settings); err != nil {
			return err
		}
		if r.fault != nil {
			return r.fault()
		}
		return nil
	}, nil
}

// told are those whom an event concerns, who may see it now, and who want to be
// told of such: each once, for the reason that concerns them most.
func (r *Reader) told(ctx context.Context, known *knowledge, e *ent.LogEntry) ([]item, error) {
	reasons := known.reasons(e)
	if e.ActorID != nil {
		delete(reasons, *e.ActorID)
	}
	if len(reasons) == 0 {
		return nil, nil
	}
	persons := make([]uuid.UUID, 0, len(reasons))
	for p := range reasons {
		persons = append(persons, p)
	}
	if err := known.meet(ctx, r, persons); err != nil {
		return nil, err
	}
	today := date.Of(r.Now())
	var parties access.Parties
	if e.ThreadID != nil {
		parties = known.parties[*e.ThreadID]
	}
	slices.SortFunc(persons, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	var out []item
	for _, p := range persons {
		kind := reasons[p]
		rights := known.rights[p]
		if rights == nil || known.settings[p].Delivery(kind) == None || !access.Sees(rights.On(today), e, parties, known.tabling[e.ID]) {
			continue
		}
		out = append(out, item{entry: e, person: p, kind: kind, message: messageOf(e)})
		if m := messageOf(e); m != nil && kind == notification.KindMention {
			known.note(*m, p)
		}
	}
	return out, nil
}

// messageOf is the message that an event is about.
func messageOf(e *ent.LogEntry) *uuid.UUID {
	if id.KindOf(e.SubjectID) == id.Message {
		return &e.SubjectID
	}
	return nil
}

// meet reads rights and settings of persons that are not known yet.
func (k *knowledge) meet(ctx context.Context, r *Reader, persons []uuid.UUID) error {
	var strangers []uuid.UUID
	for _, p := range persons {
		if _, met := k.settings[p]; !met {
			strangers = append(strangers, p)
		}
	}
	if len(strangers) == 0 {
		return nil
	}
	rights, err := r.accounts.Rights(ctx, strangers)
	if err != nil {
		return err
	}
	settings, err := settingsOf(ctx, r.DB.Client, strangers)
	if err != nil {
		return err
	}
	for _, p := range strangers {
		k.rights[p], k.settings[p] = rights[p], settings[p]
	}
	return nil
}

// authorship is that a person wrote in a discussion.
type authorship struct{ thread, person uuid.UUID }

// remember keeps who wrote where.
func remember(ctx context.Context, tx *ent.Client, wrote []authorship) error {
	if len(wrote) == 0 {
		return nil
	}
	rows := make([]*ent.CorrespondentCreate, 0, len(wrote))
	for i, a := range wrote {
		if !slices.Contains(wrote[:i], a) {
			rows = append(rows, tx.Correspondent.Create().SetThreadID(a.thread).SetPersonID(a.person))
		}
	}
	err := tx.Correspondent.CreateBulk(rows...).
		OnConflict(sql.ConflictColumns(correspondent.FieldThreadID, correspondent.FieldPersonID), sql.ResolveWithIgnore()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("notification: remember who wrote: %w", err)
	}
	return nil
}

// reach are the persons whom mentions reach, and who of them are named.
type reach struct {
	reached []uuid.UUID
	named   map[uuid.UUID]bool
}

// knowledge is what the events of a batch are judged by.
type knowledge struct {
	messages map[uuid.UUID]*ent.Message // those that events are about, and those that they answer
	writers  map[uuid.UUID]map[uuid.UUID]bool
	// attention is how persons follow discussions, where they chose so.
	attention map[uuid.UUID]map[uuid.UUID]threadreading.Attention
	members   map[uuid.UUID][]uuid.UUID // persons by party
	mentions  map[uuid.UUID]reach       // by the event
	// knows are who was told that a message mentions them, of messages that were edited.
	knows    map[uuid.UUID]map[uuid.UUID]bool
	requests map[uuid.UUID]*ent.InformationRequest // by the subject of the event
	parties  map[uuid.UUID]access.Parties
	tabling  map[uuid.UUID]access.Tabling  // by the event
	rights   map[uuid.UUID]*account.Rights // nil: no access
	settings map[uuid.UUID]*Settings
}
