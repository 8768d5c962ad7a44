package body

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
)

var (
	msgPostsOnly = i18n.Message{
		EN: "The Secretariat has posts, not seats.", ES: "La Secretaría tiene cargos, no puestos.",
		FR: "Le Secrétariat compte des postes, non des sièges.",
	}
	msgBoth = i18n.Message{
		EN: "A seat is for a state or for an organisation, not for both.", ES: "Un puesto es de un Estado o de una organización, no de ambos.",
		FR: "Un siège revient à un État ou à une organisation, pas aux deux.",
	}
	msgDisabled = i18n.Message{
		EN: "This person has no access any more.", ES: "Esta persona ya no tiene acceso.", FR: "Cette personne n'a plus d'accès.",
	}
	msgEndsEarlier = i18n.Message{
		EN: "It ends earlier already. To change its last day, edit it.", ES: "Ya termina antes. Para cambiar su último día, edítelo.",
		FR: "Il prend déjà fin plus tôt. Pour changer son dernier jour, modifiez-le.",
	}
)

// AssignInput is a seat to give.
type AssignInput struct {
	Body                          uuid.UUID
	Role                          seat.Role
	Country, Organisation, Person *uuid.UUID
	// Period is when it is in force; without a first day, from today on.
	Period Period
	// SinceEver leaves the first day open instead.
	SinceEver bool
	// Votes, unless given, are had by all but clerks and observers.
	Votes *bool
}

// AssignSeat gives a seat in a body. For the Secretariat. A dissolved body, and
// a seat for which there is no room, are CONFLICT.
func (s *Service) AssignSeat(ctx context.Context, in AssignInput, key *string) (*ent.Seat, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	if in.Country != nil && in.Organisation != nil {
		return nil, command.Receipt{}, apperr.Invalid("input.organisationId", msgBoth)
	}
	claim := command.Claim{Key: key, Mutation: "assignSeat", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.Seat, error) {
		b, err := s.lockOpen(ctx, tx, in.Body)
		if err != nil {
			return nil, err
		}
		if b.Kind == body.KindSecretariat {
			return nil, apperr.Invalid("input.bodyId", msgPostsOnly)
		}
		now := s.Time()
		next := &ent.Seat{
			ID: s.NewID(id.Seat), BodyID: b.ID, Role: in.Role, CountryID: in.Country, OrganisationID: in.Organisation,
			PersonID: in.Person, ValidFrom: s.first(in.Period, in.SinceEver), ValidTo: in.Period.To,
		}
		if err := represented(ctx, tx, next); err != nil {
			return nil, err
		}
		if err := active(ctx, tx, in.Person); err != nil {
			return nil, err
		}
		if in.Votes != nil {
			next.Votes = *in.Votes
		} else if next.Votes, err = s.voting(ctx, tx, next); err != nil {
			return nil, err
		}
		if err := s.checkRoom(ctx, tx, b, next); err != nil {
			return nil, err
		}
		row, err := tx.Seat.Create().SetID(next.ID).SetCreatedAt(now).SetUpdatedAt(now).SetBodyID(b.ID).SetRole(next.Role).
			SetNillableCountryID(next.CountryID).SetNillableOrganisationID(next.OrganisationID).SetNillablePersonID(next.PersonID).
			SetNillableValidFrom(next.ValidFrom).SetNillableValidTo(next.ValidTo).SetVotes(next.Votes).
			SetPhase(seat.Phase(PeriodOf(next).phaseOn(s.today()))).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("body: give a seat: %w", err)
		}
		return row, s.tell(ctx, "SeatAssigned", row.ID, b.ID, row.PersonID, nil)
	}, func(row *ent.Seat) uuid.UUID { return row.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Seat, error) {
		row, err := tx.Seat.Get(ctx, u)
		return row, command.Found(err)
	})
}

// EditSeatInput is a change of a seat. What is not given stays.
type EditSeatInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Role             command.Field[seat.Role]
	Person           command.Field[uuid.UUID]
	From, To         command.Field[date.Date]
	Votes            command.Field[bool]
}

// EditSeat changes a seat. For the Secretariat. A change for which there is no
// room is CONFLICT.
func (s *Service) EditSeat(ctx context.Context, in EditSeatInput) (*ent.Seat, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Seat, error) {
		b, row, err := lockSeat(ctx, tx, in.ID)
		if err != nil {
			return nil, err
		}
		if err := command.Unchanged(row.Revision, in.ExpectedRevision); err != nil {
			return nil, err
		}
		next := *row
		if next.Role, err = in.Role.Or("input.role", row.Role); err != nil {
			return nil, err
		}
		if next.Votes, err = in.Votes.Or("input.votes", row.Votes); err != nil {
			return nil, err
		}
		if next.Role == seat.RoleClerk && !in.Votes.Given {
			next.Votes = false
		}
		next.PersonID, next.ValidFrom, next.ValidTo = in.Person.OrNil(row.PersonID), in.From.OrNil(row.ValidFrom), in.To.OrNil(row.ValidTo)
		if idText(next.PersonID) != idText(row.PersonID) {
			if err := active(ctx, tx, next.PersonID); err != nil {
				return nil, err
			}
		}
		return s.saveSeat(ctx, tx, "SeatEdited", b, row, &next)
	})
}

// EndSeat gives a seat its last day; without one it ends at once, so that today
// it is no longer in force. For the Secretariat. A seat that is over already is
// CONFLICT.
func (s *Service) EndSeat(ctx context.Context, u uuid.UUID, expectedRevision int, to *date.Date) (*ent.Seat, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Seat, error) {
		b, row, err := lockSeat(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if err := command.Unchanged(row.Revision, expectedRevision); err != nil {
			return nil, err
		}
		if row.ValidTo != nil && *row.ValidTo < s.today() {
			return nil, command.WrongState("ENDED", row.Revision)
		}
		next := *row
		if to != nil {
			if row.ValidTo != nil && *to > *row.ValidTo {
				return nil, apperr.Invalid("input.to", msgEndsEarlier)
			}
			next.ValidTo = to
		} else {
			yesterday := date.Of(s.Now().Add(-24 * time.Hour))
			next.ValidTo = &yesterday
			if row.ValidFrom != nil && *row.ValidFrom > yesterday { // it began today, or was still to come
				next.ValidFrom = &yesterday
			}
		}
		return s.saveSeat(ctx, tx, "SeatEnded", b, row, &next)
	})
}

// saveSeat checks and writes the seat as it shall be, and tells what changed: what
// the days had done to it before goes first.
func (s *Service) saveSeat(ctx context.Context, tx *ent.Client, kind string, b *ent.Body, row, next *ent.Seat) (*ent.Seat, error) {
	var d eventlog.Diff
	d.Value("role", string(row.Role), string(next.Role))
	d.Text("person", idText(row.PersonID) != idText(next.PersonID))
	d.Value("from", textOf(row.ValidFrom), textOf(next.ValidFrom))
	d.Value("to", textOf(row.ValidTo), textOf(next.ValidTo))
	d.Value("votes", strconv.FormatBool(row.Votes), strconv.FormatBool(next.Votes))
	if !d.Any() {
		return row, nil
	}
	if b.Status != body.StatusActive && (next.ValidTo == nil || *next.ValidTo >= s.today()) {
		return nil, command.WrongState(string(b.Status), row.Revision)
	}
	if err := s.checkRoom(ctx, tx, b, next); err != nil {
		return nil, err
	}
	today := s.today()
	if err := s.tellPassed(ctx, "Seat", row.ID, b.ID, row.PersonID, phase(row.Phase), PeriodOf(row).phaseOn(today)); err != nil {
		return nil, err
	}
	u := row.Update().SetUpdatedAt(s.Time()).SetRevision(row.Revision + 1).SetRole(next.Role).SetVotes(next.Votes).
		SetPhase(seat.Phase(PeriodOf(next).phaseAfter(phase(row.Phase), PeriodOf(row), today)))
	put(next.PersonID, u.SetPersonID, u.ClearPersonID)
	put(next.ValidFrom, u.SetValidFrom, u.ClearValidFrom)
	put(next.ValidTo, u.SetValidTo, u.ClearValidTo)
	saved, err := u.Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("body: write a seat: %w", err)
	}
	person := saved.PersonID
	if person == nil {
		person = row.PersonID // the event concerns who held it
	}
	return saved, s.tell(ctx, kind, saved.ID, b.ID, person, d.Changes)
}

// lockOpen locks the body that a seat or post is given in.
func (s *Service) lockOpen(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Body, error) {
	b, err := lock(ctx, tx, u)
	if err != nil {
		return nil, command.AtField("input.bodyId", err)
	}
	if b.Status != body.StatusActive {
		return nil, apperr.New(apperr.Conflict, msgParentGone).In("input.bodyId").With("currentStatus", string(b.Status))
	}
	return b, nil
}

// lockSeat locks a seat's body, then the seat.
func lockSeat(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Body, *ent.Seat, error) {
	row, err := tx.Seat.Get(ctx, u)
	if err != nil {
		return nil, nil, command.Found(err)
	}
	b, err := lock(ctx, tx, row.BodyID)
	if err != nil {
		return nil, nil, fmt.Errorf("body: lock a seat's body: %w", err)
	}
	row, err = tx.Seat.Query().Where(seat.ID(u), store.Locked(tx)).Only(ctx)
	return b, row, command.Found(err)
}

// first is the first day of something that is given.
func (s *Service) first(p Period, sinceEver bool) *date.Date {
	if p.From != nil || sinceEver {
		return p.From
	}
	today := s.today()
	return &today
}

// checkRoom refuses a seat that ends before it begins or for which there is no
// room. The body must be locked.
func (s *Service) checkRoom(ctx context.Context, tx *ent.Client, b *ent.Body, next *ent.Seat) error {
	p := PeriodOf(next)
	if err := p.check(); err != nil {
		return err
	}
	others, err := tx.Seat.Query().Where(seat.BodyID(b.ID), seat.IDNEQ(next.ID), during(p)).All(ctx)
	if err != nil {
		return fmt.Errorf("body: read the other seats: %w", err)
	}
	return checkSeat(b.Kind, next, others)
}

// represented refuses a state or organisation that is not there.
func represented(ctx context.Context, tx *ent.Client, next *ent.Seat) error {
	if next.CountryID != nil {
		if _, err := tx.Country.Get(ctx, *next.CountryID); err != nil {
			return command.AtField("input.countryId", err)
		}
	}
	if next.OrganisationID != nil {
		if _, err := tx.Organisation.Get(ctx, *next.OrganisationID); err != nil {
			return command.AtField("input.organisationId", err)
		}
	}
	return nil
}

// active refuses a person who is not there or has no access any more. It locks
// the person, so that access is not taken away meanwhile.
func active(ctx context.Context, tx *ent.Client, u *uuid.UUID) error {
	if u == nil {
		return nil
	}
	p, err := tx.Person.Query().Where(person.ID(*u), store.Locked(tx)).Only(ctx)
	if err != nil {
		return command.AtField("input.personId", err)
	}
	if p.Status != person.StatusActive {
		return apperr.Invalid("input.personId", msgDisabled)
	}
	return nil
}

// voting says whether a seat has a vote if nobody says so: clerks have none, nor
// have states and organisations that are observers on the seat's first day and
// nothing else.
func (s *Service) voting(ctx context.Context, tx *ent.Client, next *ent.Seat) (bool, error) {
	if next.Role == seat.RoleClerk {
		return false, nil
	}
	q := tx.Membership.Query()
	switch {
	case next.CountryID != nil:
		q.Where(membership.CountryID(*next.CountryID))
	case next.OrganisationID != nil:
		q.Where(membership.OrganisationID(*next.OrganisationID))
	default:
		return true, nil
	}
	rows, err := q.All(ctx)
	if err != nil {
		return false, fmt.Errorf("body: read memberships: %w", err)
	}
	day := PeriodOf(next).start()
	if day == "" {
		day = s.today()
	}
	observer := false
	for _, m := range rows {
		if m.ValidFrom != nil && m.ValidFrom.First() > day || m.ValidTo != nil && m.ValidTo.Last() < day {
			continue
		}
		if m.Kind != membership.KindObserver {
			return true, nil
		}
		observer = true
	}
	return !observer, nil
}
