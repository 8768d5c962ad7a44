package informationrequest

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/informationrequest"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/threadaudience"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/notice"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"

	entthread "acs-aec.org/hub/ent/generated/ent/thread"
)

var (
	msgEmpty = i18n.Message{EN: "Write something here.", ES: "Escriba algo aquí.", FR: "Écrivez quelque chose ici."}
	msgPast  = i18n.Message{
		EN: "This day has passed. Name today or a later day.", ES: "Este día ya pasó. Indique hoy o un día posterior.",
		FR: "Ce jour est passé. Indiquez aujourd'hui ou un jour ultérieur.",
	}
	msgDissolved = i18n.Message{
		EN: "This body was dissolved and issues nothing.", ES: "Este órgano fue disuelto y no emite nada.", FR: "Cet organe a été dissous et n'émet rien.",
	}
	msgNoParty = i18n.Message{
		EN: "Ask somebody whom the audience of the discussion names, or admit them first.",
		ES: "Pregunte a quien figure entre los participantes de la discusión, o admítalo primero.",
		FR: "Interrogez une partie nommée parmi les participants de la discussion, ou admettez-la d'abord.",
	}
	msgEnded = i18n.Message{
		EN: "This seat has ended. Name the one that follows it.", ES: "Este puesto ha terminado. Indique el que lo sigue.",
		FR: "Ce siège a pris fin. Indiquez celui qui le suit.",
	}
	msgNoClock = i18n.Message{
		EN: "Only a request in a discussion on a proposal can stop a clock.", ES: "Solo una solicitud en una discusión sobre una propuesta puede detener un plazo.",
		FR: "Seule une demande dans une discussion sur une proposition peut arrêter un délai.",
	}
)

// Addressee is whom a request is addressed to. Exactly one is set.
type Addressee struct{ Body, Seat, Person, Organisation *uuid.UUID }

// DraftInput is a new request.
type DraftInput struct {
	Thread, Body uuid.UUID
	Addressee    Addressee
	Question     string
	Language     i18n.Lang
	Due          date.Date
	StopsClock   bool
}

// Draft drafts a request, and tells nobody. For who takes part in the discussion and
// may issue for the body, others are FORBIDDEN. A closed discussion is a CONFLICT. A
// dissolved body, an addressee whom the audience does not name, a day that has
// passed, and a clock where there is none are INVALID_INPUT.
func (s *Service) Draft(ctx context.Context, in DraftInput, key *string) (*ent.InformationRequest, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if in.Question, err = text("input.question", in.Question); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Create(ctx, s.Runner, command.Claim{Key: key, Mutation: "draftInformationRequest", Input: in},
		func(ctx context.Context, tx *ent.Client) (*ent.InformationRequest, error) {
			return s.draft(ctx, tx, v, in)
		},
		func(r *ent.InformationRequest) uuid.UUID { return r.ID }, seen)
}

func (s *Service) draft(ctx context.Context, tx *ent.Client, v *viewer.Viewer, in DraftInput) (*ent.InformationRequest, error) {
	t, err := thread.Lock(ctx, tx, in.Thread)
	if err != nil {
		return nil, err
	}
	if err := command.Allow(ctx, notice.Issues(v, in.Body)); err != nil {
		return nil, err
	}
	if t.Status != entthread.StatusOpen {
		return nil, command.WrongState(string(t.Status), t.Revision)
	}
	b, err := tx.Body.Get(ctx, in.Body)
	if err != nil {
		return nil, command.AtField("input.bodyId", err)
	}
	if b.Status != body.StatusActive {
		return nil, apperr.Invalid("input.bodyId", msgDissolved)
	}
	if err := s.checkAddressee(ctx, tx, t, in.Addressee); err != nil {
		return nil, err
	}
	if in.Due < s.today() {
		return nil, apperr.Invalid("input.due", msgPast)
	}
	if in.StopsClock && t.ProposalID == nil {
		return nil, apperr.Invalid("input.stopsClock", msgNoClock)
	}
	now := s.Time()
	create := tx.InformationRequest.Create().SetID(s.NewID(id.Request)).SetCreatedAt(now).SetUpdatedAt(now).SetThreadID(t.ID).
		SetNillableProposalID(t.ProposalID).SetBodyID(b.ID).SetQuestion(in.Question).SetLanguage(in.Language).SetDue(in.Due).
		SetStopsClock(in.StopsClock).SetNillableAddresseeBodyID(in.Addressee.Body).SetNillableAddresseeSeatID(in.Addressee.Seat).
		SetNillableAddresseePersonID(in.Addressee.Person).SetNillableAddresseeOrganisationID(in.Addressee.Organisation)
	if v.SignedIn() {
		create.SetDraftedByID(v.Person)
	}
	r, err := create.Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("informationrequest: draft: %w", err)
	}
	return r, nil
}

// EditInput is a change of a draft. What is nil stays.
type EditInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Addressee        *Addressee
	Question         *string
	Language         *i18n.Lang
	Due              *date.Date
	StopsClock       *bool
}

// Edit changes a draft, and tells nobody. For who may issue for the body, others are
// FORBIDDEN. What is no draft any more is a CONFLICT.
func (s *Service) Edit(ctx context.Context, in EditInput) (*ent.InformationRequest, command.Receipt, error) {
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.InformationRequest, error) {
		r, t, err := s.lockDraft(ctx, tx, in.ID, in.ExpectedRevision)
		if err != nil {
			return nil, err
		}
		u := r.Update().SetUpdatedAt(s.Time()).SetRevision(r.Revision + 1)
		if in.Addressee != nil {
			if err := s.checkAddressee(ctx, tx, t, *in.Addressee); err != nil {
				return nil, err
			}
			command.Put(in.Addressee.Body, u.SetAddresseeBodyID, u.ClearAddresseeBodyID)
			command.Put(in.Addressee.Seat, u.SetAddresseeSeatID, u.ClearAddresseeSeatID)
			command.Put(in.Addressee.Person, u.SetAddresseePersonID, u.ClearAddresseePersonID)
			command.Put(in.Addressee.Organisation, u.SetAddresseeOrganisationID, u.ClearAddresseeOrganisationID)
		}
		if in.Question != nil {
			q, err := text("input.question", *in.Question)
			if err != nil {
				return nil, err
			}
			u.SetQuestion(q)
		}
		if in.Due != nil {
			if *in.Due < s.today() {
				return nil, apperr.Invalid("input.due", msgPast)
			}
			u.SetDue(*in.Due)
		}
		if in.StopsClock != nil {
			if *in.StopsClock && t.ProposalID == nil {
				return nil, apperr.Invalid("input.stopsClock", msgNoClock)
			}
			u.SetStopsClock(*in.StopsClock)
		}
		if r, err = u.SetNillableLanguage(in.Language).Save(ctx); err != nil {
			return nil, fmt.Errorf("informationrequest: edit: %w", err)
		}
		return r, nil
	})
}

// Discard throws a draft away for good, and tells nobody. For who may issue for the
// body, others are FORBIDDEN. What is no draft any more is a CONFLICT.
func (s *Service) Discard(ctx context.Context, u uuid.UUID, expected int) (command.Receipt, error) {
	_, rec, err := command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.InformationRequest, error) {
		r, _, err := s.lockDraft(ctx, tx, u, expected)
		if err != nil {
			return nil, err
		}
		if err := tx.InformationRequest.DeleteOne(r).Exec(ctx); err != nil {
			return nil, fmt.Errorf("informationrequest: discard: %w", err)
		}
		return nil, nil //nolint:nilnil // it is gone
	})
	return rec, err
}

// lockDraft locks a draft and its discussion for who may issue it.
func (s *Service) lockDraft(ctx context.Context, tx *ent.Client, u uuid.UUID, expected int) (*ent.InformationRequest, *ent.Thread, error) {
	r, t, err := s.lockIssued(ctx, tx, u, expected)
	if err != nil {
		return nil, nil, err
	}
	if r.Status != informationrequest.StatusDraft {
		return nil, nil, command.WrongState(string(r.Status), r.Revision)
	}
	return r, t, nil
}

// checkAddressee refuses an addressee whom the audience of the discussion does not
// name now; a seat is named by itself or with its body.
func (s *Service) checkAddressee(ctx context.Context, tx *ent.Client, t *ent.Thread, a Addressee) error {
	field := "input.addressee.bodyId"
	var named predicate.ThreadAudience
	switch {
	case a.Body != nil:
		named = threadaudience.BodyID(*a.Body)
	case a.Person != nil:
		field, named = "input.addressee.personId", threadaudience.PersonID(*a.Person)
	case a.Organisation != nil:
		field, named = "input.addressee.organisationId", threadaudience.OrganisationID(*a.Organisation)
	case a.Seat != nil:
		field = "input.addressee.seatId"
		seat, err := tx.Seat.Get(ctx, *a.Seat)
		if err != nil {
			return command.AtField(field, err)
		}
		if seat.ValidTo != nil && *seat.ValidTo < s.today() {
			return apperr.Invalid(field, msgEnded)
		}
		named = threadaudience.Or(threadaudience.SeatID(seat.ID), threadaudience.BodyID(seat.BodyID))
	}
	is, err := tx.ThreadAudience.Query().Where(threadaudience.ThreadID(t.ID), threadaudience.EndedAtIsNil(), named).Exist(ctx)
	if err == nil && !is {
		err = apperr.Invalid(field, msgNoParty)
	}
	return err
}

// text checks a question or an answer: 1 to 20,000 characters, something to see
// among them.
func text(field, s string) (string, error) {
	s = command.Trim(s)
	if s == "" {
		return "", apperr.Invalid(field, msgEmpty)
	}
	return s, command.Fits(field, s, textLimit)
}
