package thread

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/ent/generated/ent/threadaudience"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// Party is who takes part: a body with all who hold a seat or post in it, a seat
// with who holds it, a person, or an organisation with its people. Exactly one is
// set.
type Party struct {
	Body, Person, Organisation *uuid.UUID

	Seat *uuid.UUID `json:",omitempty"`
}

// History is what a party sees of what was said before it was admitted.
type History string

// The histories.
const (
	Full          History = "FULL"
	FromAdmission History = "FROM_ADMISSION"
)

// HistoryOf is the history that came with a place in an audience: all of it also
// where nothing had been said by then.
func HistoryOf(a *ent.ThreadAudience) History {
	if a.FromNumber > 0 {
		return FromAdmission
	}
	return Full
}

// of is the party's identifier and the field that names it.
func (p Party) of() (u uuid.UUID, field string) {
	switch {
	case p.Body != nil:
		return *p.Body, "bodyId"
	case p.Person != nil:
		return *p.Person, "personId"
	case p.Organisation != nil:
		return *p.Organisation, "organisationId"
	case p.Seat != nil:
		return *p.Seat, "seatId"
	}
	return uuid.Nil, "bodyId"
}

// now selects the party's present place in an audience.
func (p Party) now() []predicate.ThreadAudience {
	all := []predicate.ThreadAudience{threadaudience.EndedAtIsNil()}
	switch {
	case p.Body != nil:
		return append(all, threadaudience.BodyID(*p.Body))
	case p.Person != nil:
		return append(all, threadaudience.PersonID(*p.Person))
	case p.Seat != nil:
		return append(all, threadaudience.SeatID(*p.Seat))
	}
	u, _ := p.of()
	return append(all, threadaudience.OrganisationID(u))
}

// among says whether the viewer belongs to one of the parties.
func among(v *viewer.Viewer, parties []Party) bool {
	if !v.SignedIn() {
		return false
	}
	for _, p := range parties {
		if p.Person != nil && *p.Person == v.Person || p.Organisation != nil && v.HasOrganisation() && *p.Organisation == v.Organisation {
			return true
		}
	}
	return sitsAmong(v, parties)
}

// sitsAmong says whether the viewer holds a seat or post in one of the parties, or
// one of the seats that are parties.
func sitsAmong(v *viewer.Viewer, parties []Party) bool {
	for _, p := range parties {
		if p.Body != nil && v.SitsIn(*p.Body) || p.Seat != nil && v.Holds(*p.Seat) {
			return true
		}
	}
	return false
}

var (
	msgTwice = i18n.Message{
		EN: "This is named twice.", ES: "Esto figura dos veces.", FR: "Ceci est indiqué deux fois.",
	}
	msgAlready = i18n.Message{
		EN: "They take part already.", ES: "Ya participa.", FR: "La participation existe déjà.",
	}
	msgNotAmong = i18n.Message{
		EN: "They do not take part (any more).", ES: "No participa, o ya no participa.", FR: "Il n'y a pas, ou plus, de participation.",
	}
	msgLast = i18n.Message{
		EN: "A discussion needs an audience: admit someone else first, or close it.",
		ES: "Una discusión necesita participantes: admita primero a otros, o ciérrela.",
		FR: "Une discussion a besoin de participants : admettez d'abord quelqu'un d'autre, ou fermez-la.",
	}
)

// known refuses an audience that names someone twice, or someone who does not
// exist or whom the viewer may not see. It costs at most one statement for each
// kind of party.
func known(ctx context.Context, tx *ent.Client, parties []Party) error {
	of := map[id.Kind][]uuid.UUID{}
	places := map[uuid.UUID]string{}
	for i, p := range parties {
		u, field := p.of()
		field = fmt.Sprintf("input.audience[%d].%s", i, field)
		if places[u] != "" {
			return apperr.Invalid(field, msgTwice)
		}
		places[u] = field
		of[id.KindOf(u)] = append(of[id.KindOf(u)], u)
	}
	found := map[uuid.UUID]bool{}
	for kind, ids := range of {
		there, err := existing(ctx, tx, kind, ids)
		if err != nil {
			return err
		}
		for _, u := range there {
			found[u] = true
		}
	}
	for _, p := range parties {
		if u, _ := p.of(); !found[u] {
			return command.AtField(places[u], new(ent.NotFoundError))
		}
	}
	return nil
}

// existing are those of the identifiers of a kind that the viewer may see.
func existing(ctx context.Context, tx *ent.Client, kind id.Kind, ids []uuid.UUID) ([]uuid.UUID, error) {
	switch kind {
	case id.Body:
		return tx.Body.Query().Where(batch.In(body.FieldID, ids)).IDs(ctx)
	case id.Seat:
		return tx.Seat.Query().Where(batch.In(seat.FieldID, ids)).IDs(ctx)
	case id.Person:
		return tx.Person.Query().Where(batch.In(person.FieldID, ids)).IDs(ctx)
	case id.Organisation:
		return tx.Organisation.Query().Where(batch.In(organisation.FieldID, ids)).IDs(ctx)
	}
	return nil, nil
}

// admit is the party's new place in the audience.
func (s *Service) admit(tx *ent.Client, t *ent.Thread, p Party, history History) *ent.ThreadAudienceCreate {
	from := 0
	if history == FromAdmission {
		from = t.LastNumber
	}
	return tx.ThreadAudience.Create().SetID(s.NewID(id.Audience)).SetCreatedAt(s.Time()).SetThreadID(t.ID).
		SetNillableBodyID(p.Body).SetNillableSeatID(p.Seat).
		SetNillablePersonID(p.Person).SetNillableOrganisationID(p.Organisation).SetFromNumber(from)
}

// Grant admits a party to a discussion, with its history or without it: then it
// sees no message that stands by now, nor what happens to it, whatever it saw in an
// earlier time. For who manages the discussion. A party that takes part already is ALREADY_EXISTS.
func (s *Service) Grant(ctx context.Context, u uuid.UUID, expected int, p Party, history History) (*ent.Thread, command.Receipt, error) {
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Thread, error) {
		t, err := lockManaged(ctx, tx, u, expected)
		if err != nil {
			return nil, err
		}
		who, field := p.of()
		field = "input.to." + field
		there, err := existing(ctx, tx, id.KindOf(who), []uuid.UUID{who})
		if err == nil && len(there) == 0 {
			err = new(ent.NotFoundError)
		}
		if err != nil {
			return nil, command.AtField(field, err)
		}
		already, err := tx.ThreadAudience.Query().Where(threadaudience.ThreadID(u)).Where(p.now()...).Exist(ctx)
		if err != nil {
			return nil, err
		}
		if already {
			return nil, apperr.New(apperr.AlreadyExists, msgAlready).In(field)
		}
		n, err := tx.ThreadAudience.Query().Where(threadaudience.ThreadID(u), threadaudience.EndedAtIsNil()).Count(ctx)
		if err != nil {
			return nil, err
		}
		if n >= audienceLimit {
			return nil, apperr.Invalid("input.to", msgAudience, audienceLimit).With("limit", audienceLimit)
		}
		place, err := s.admit(tx, t, p, history).Save(ctx)
		if err != nil {
			return nil, err
		}
		return s.changed(ctx, t, "AccessGranted", place.ID, eventlog.Facts{To: id.Format(who)})
	})
}

// End ends a party's access to a discussion. For who manages it. Ending what is
// not, or not any more, and ending the last access are a CONFLICT. Who ends the
// own access gets no discussion back.
func (s *Service) End(ctx context.Context, u uuid.UUID, expected int, p Party) (*ent.Thread, command.Receipt, error) {
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Thread, error) {
		t, err := lockManaged(ctx, tx, u, expected)
		if err != nil {
			return nil, err
		}
		who, field := p.of()
		field = "input.of." + field
		place, err := tx.ThreadAudience.Query().Where(threadaudience.ThreadID(u)).Where(p.now()...).Only(ctx)
		if ent.IsNotFound(err) {
			return nil, apperr.New(apperr.Conflict, msgNotAmong).In(field).With("currentRevision", t.Revision)
		}
		if err != nil {
			return nil, err
		}
		others, err := tx.ThreadAudience.Query().
			Where(threadaudience.ThreadID(u), threadaudience.EndedAtIsNil(), threadaudience.IDNEQ(place.ID)).Exist(ctx)
		if err != nil {
			return nil, err
		}
		if !others {
			return nil, apperr.New(apperr.Conflict, msgLast).In(field).With("currentRevision", t.Revision)
		}
		if err := place.Update().SetEndedAt(s.Time()).Exec(ctx); err != nil {
			return nil, err
		}
		t, err = s.changed(ctx, t, "AccessEnded", place.ID, eventlog.Facts{From: id.Format(who)})
		if err != nil {
			return nil, err
		}
		still, err := tx.Thread.Query().Where(thread.ID(u)).Exist(ctx)
		if err != nil || !still {
			return nil, err
		}
		return t, nil
	})
}

// changed counts a change of the audience and tells it.
func (s *Service) changed(ctx context.Context, t *ent.Thread, kind string, place uuid.UUID, facts eventlog.Facts) (*ent.Thread, error) {
	t, err := t.Update().SetRevision(t.Revision + 1).SetUpdatedAt(s.Time()).Save(ctx)
	if err != nil {
		return nil, err
	}
	return t, s.tell(ctx, kind, t, place, facts)
}
