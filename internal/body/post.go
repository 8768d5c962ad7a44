package body

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/staffpost"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
)

var msgSeatsOnly = i18n.Message{
	EN: "Only the Secretariat and its units have posts.", ES: "Solo la Secretaría y sus unidades tienen cargos.",
	FR: "Seuls le Secrétariat et ses unités comptent des postes.",
}

// AssignPostInput is a post to give.
type AssignPostInput struct {
	Body, Person uuid.UUID
	Title        *i18n.TextInput
	// Period is when it is in force; without a first day, from today on.
	Period Period
	// SinceEver leaves the first day open instead.
	SinceEver bool
}

// AssignStaffPost gives a post in the Secretariat or a unit of it, and with it
// the rights of the Secretariat. For the Secretariat.
func (s *Service) AssignStaffPost(ctx context.Context, in AssignPostInput, key *string) (*ent.StaffPost, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	now := s.Time()
	title, err := command.Text(ctx, "input.title", in.Title, 200, true, now)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "assignStaffPost", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.StaffPost, error) {
		b, err := s.lockOpen(ctx, tx, in.Body)
		if err != nil {
			return nil, err
		}
		if b.Kind != body.KindSecretariat {
			return nil, apperr.Invalid("input.bodyId", msgSeatsOnly)
		}
		if err := active(ctx, tx, &in.Person); err != nil {
			return nil, err
		}
		p := Period{s.first(in.Period, in.SinceEver), in.Period.To}
		if err := p.check(); err != nil {
			return nil, err
		}
		row, err := tx.StaffPost.Create().SetID(s.NewID(id.StaffPost)).SetCreatedAt(now).SetUpdatedAt(now).SetBodyID(b.ID).
			SetPersonID(in.Person).SetTitleText(title).SetNillableValidFrom(p.From).SetNillableValidTo(p.To).
			SetPhase(staffpost.Phase(p.phaseOn(s.today()))).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("body: give a post: %w", err)
		}
		return row, s.tell(ctx, "StaffPostAssigned", row.ID, b.ID, row.PersonID, nil)
	}, func(row *ent.StaffPost) uuid.UUID { return row.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.StaffPost, error) {
		row, err := tx.StaffPost.Get(ctx, u)
		return row, command.Found(err)
	})
}

// EditPostInput is a change of a post. What is not given stays.
type EditPostInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Title            *i18n.TextInput
	From, To         command.Field[date.Date]
}

// EditStaffPost changes a post. For the Secretariat.
func (s *Service) EditStaffPost(ctx context.Context, in EditPostInput) (*ent.StaffPost, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.StaffPost, error) {
		row, err := tx.StaffPost.Get(ctx, in.ID)
		if err != nil {
			return nil, command.Found(err)
		}
		b, err := lock(ctx, tx, row.BodyID)
		if err != nil {
			return nil, fmt.Errorf("body: lock a post's unit: %w", err)
		}
		if row, err = tx.StaffPost.Query().Where(staffpost.ID(in.ID), store.Locked(tx)).Only(ctx); err != nil {
			return nil, command.Found(err)
		}
		if err := command.Unchanged(row.Revision, in.ExpectedRevision); err != nil {
			return nil, err
		}
		now := s.Time()
		title, renamed, err := command.EditText(ctx, "input.title", row.TitleText(), in.Title, 200, true, now)
		if err != nil {
			return nil, err
		}
		p := Period{in.From.OrNil(row.ValidFrom), in.To.OrNil(row.ValidTo)}
		var d eventlog.Diff
		d.Text("title", renamed)
		d.Value("from", textOf(row.ValidFrom), textOf(p.From))
		d.Value("to", textOf(row.ValidTo), textOf(p.To))
		if !d.Any() {
			return row, nil
		}
		if err := p.check(); err != nil {
			return nil, err
		}
		if b.Status != body.StatusActive && (p.To == nil || *p.To >= s.today()) {
			return nil, command.WrongState(string(b.Status), row.Revision)
		}
		today := s.today()
		if err := s.tellPassed(ctx, "StaffPost", row.ID, b.ID, row.PersonID, phase(row.Phase), PeriodOfPost(row).phaseOn(today)); err != nil {
			return nil, err
		}
		u := row.Update().SetUpdatedAt(now).SetRevision(row.Revision + 1).SetTitleText(title).
			SetPhase(staffpost.Phase(p.phaseAfter(phase(row.Phase), PeriodOfPost(row), today)))
		put(p.From, u.SetValidFrom, u.ClearValidFrom)
		put(p.To, u.SetValidTo, u.ClearValidTo)
		if row, err = u.Save(ctx); err != nil {
			return nil, fmt.Errorf("body: write a post: %w", err)
		}
		return row, s.tell(ctx, "StaffPostEdited", row.ID, b.ID, row.PersonID, d.Changes)
	})
}
