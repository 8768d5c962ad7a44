package body

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/ent/generated/ent/staffpost"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

// CreateInput is a new body.
type CreateInput struct {
	Code         string
	Name         *i18n.TextInput
	Kind         body.Kind
	Parent       *uuid.UUID
	DecisionRule *body.DecisionRule
	// Demonstration says that the rule is no rule of the ACS.
	Demonstration bool
}

var (
	msgCode = i18n.Message{
		EN: "Another body has this code.", ES: "Otro órgano tiene este código.", FR: "Un autre organe porte ce code.",
	}
	msgParentGone = i18n.Message{
		EN: "That body was dissolved.", ES: "Ese órgano fue disuelto.", FR: "Cet organe a été dissous.",
	}
	msgCycle = i18n.Message{
		EN: "A body can't belong to itself, nor to a body that belongs to it.",
		ES: "Un órgano no puede pertenecer a sí mismo ni a otro que le pertenezca.",
		FR: "Un organe ne peut relever de lui-même ni d'un organe qui relève de lui.",
	}
	msgOccupied = i18n.Message{
		EN: "This body has seats or posts that are in force or will be. End them first.",
		ES: "Este órgano tiene puestos vigentes o futuros. Termínelos primero.",
		FR: "Cet organe compte des sièges ou des postes en vigueur ou à venir. Mettez-y fin d'abord.",
	}
)

// MayEdit says whether the viewer may edit the body and its seats now.
func (*Service) MayEdit(v *viewer.Viewer, b *ent.Body) bool {
	return v.Secretariat() && b.Status == body.StatusActive
}

// MayEditSeats says whether the viewer may edit seats.
func (*Service) MayEditSeats(v *viewer.Viewer) bool { return v.Secretariat() }

// Create adds a body. For the Secretariat. A code that is taken is
// ALREADY_EXISTS.
func (s *Service) Create(ctx context.Context, in CreateInput, key *string) (*ent.Body, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	code, err := command.Line("input.code", in.Code, 20)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	now := s.Time()
	name, err := command.Text(ctx, "input.name", in.Name, 300, true, now)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "createBody", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.Body, error) {
		if err := s.checkParent(ctx, tx, uuid.Nil, in.Parent); err != nil {
			return nil, err
		}
		b, err := tx.Body.Create().SetID(s.NewID(id.Body)).SetCreatedAt(now).SetUpdatedAt(now).SetCode(code).SetKind(in.Kind).
			SetNillableParentID(in.Parent).SetNillableDecisionRule(in.DecisionRule).SetDemonstration(in.Demonstration).
			SetNameText(name).Save(ctx)
		if err := store.Taken(err, body.FieldCode, apperr.New(apperr.AlreadyExists, msgCode).In("input.code")); err != nil {
			return nil, err
		}
		return b, s.tell(ctx, "BodyCreated", b.ID, b.ID, nil, nil)
	}, func(b *ent.Body) uuid.UUID { return b.ID }, s.again)
}

func (s *Service) again(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Body, error) {
	b, err := tx.Body.Get(ctx, u)
	return b, command.Found(err)
}

// EditInput is a change of a body. What is not given stays.
type EditInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Name             *i18n.TextInput
	Parent           command.Field[uuid.UUID]
	DecisionRule     command.Field[body.DecisionRule]
}

// Edit changes a body. For the Secretariat. A dissolved one is CONFLICT.
func (s *Service) Edit(ctx context.Context, in EditInput) (*ent.Body, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Body, error) {
		if in.Parent.Value != nil {
			if err := lockTree(ctx, tx); err != nil {
				return nil, err
			}
		}
		b, err := lock(ctx, tx, in.ID)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := command.Unchanged(b.Revision, in.ExpectedRevision); err != nil {
			return nil, err
		}
		if b.Status != body.StatusActive {
			return nil, command.WrongState(string(b.Status), b.Revision)
		}
		now := s.Time()
		name, renamed, err := command.EditText(ctx, "input.name", b.NameText(), in.Name, 300, true, now)
		if err != nil {
			return nil, err
		}
		parent, rule := in.Parent.OrNil(b.ParentID), in.DecisionRule.OrNil(b.DecisionRule)
		var d eventlog.Diff
		d.Text("name", renamed)
		d.Value("parent", idText(b.ParentID), idText(parent))
		d.Value("decisionRule", textOf(b.DecisionRule), textOf(rule))
		if !d.Any() {
			return b, nil
		}
		if idText(b.ParentID) != idText(parent) {
			if err := s.checkParent(ctx, tx, b.ID, parent); err != nil {
				return nil, err
			}
		}
		u := b.Update().SetUpdatedAt(now).SetRevision(b.Revision + 1).SetNameText(name)
		put(parent, u.SetParentID, u.ClearParentID)
		put(rule, u.SetDecisionRule, u.ClearDecisionRule)
		if b, err = u.Save(ctx); err != nil {
			return nil, fmt.Errorf("body: edit a body: %w", err)
		}
		if d.Has("name") {
			if err := search.Renamed(ctx, tx, b.ID); err != nil {
				return nil, err
			}
		}
		return b, s.tell(ctx, "BodyEdited", b.ID, b.ID, nil, d.Changes)
	})
}

// Dissolve ends a body. For the Secretariat. One with seats or posts in force or
// to come is CONFLICT.
func (s *Service) Dissolve(ctx context.Context, u uuid.UUID, expectedRevision int) (*ent.Body, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Body, error) {
		b, err := lock(ctx, tx, u)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := command.Unchanged(b.Revision, expectedRevision); err != nil {
			return nil, err
		}
		if b.Status != body.StatusActive {
			return nil, command.WrongState(string(b.Status), b.Revision)
		}
		seats, err := tx.Seat.Query().Where(seat.BodyID(u), NotOver(s.today())).Exist(ctx)
		if err != nil {
			return nil, fmt.Errorf("body: look for seats: %w", err)
		}
		posts, err := tx.StaffPost.Query().Where(staffpost.BodyID(u), NotOver(s.today())).Exist(ctx)
		if err != nil {
			return nil, fmt.Errorf("body: look for posts: %w", err)
		}
		if seats || posts {
			return nil, apperr.New(apperr.Conflict, msgOccupied).With("currentStatus", string(b.Status)).With("currentRevision", b.Revision)
		}
		b, err = b.Update().SetStatus(body.StatusDissolved).SetUpdatedAt(s.Time()).SetRevision(b.Revision + 1).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("body: dissolve a body: %w", err)
		}
		return b, s.tell(ctx, "BodyDissolved", b.ID, b.ID, nil, nil)
	})
}

// lock reads a body and keeps others from changing it and its seats.
func lock(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Body, error) {
	return tx.Body.Query().Where(body.ID(u), store.Locked(tx)).Only(ctx)
}

// lockTree keeps others from changing which body belongs to which.
func lockTree(ctx context.Context, tx *ent.Client) error {
	_, err := tx.Body.Query().Where(store.Locked(tx)).Order(ent.Asc(body.FieldID)).Select(body.FieldID, body.FieldParentID).All(ctx)
	if err != nil {
		return fmt.Errorf("body: lock the tree: %w", err)
	}
	return nil
}

// checkParent refuses a parent that is not there, was dissolved, or belongs to
// the body itself. The tree must be locked if the body is there already.
func (*Service) checkParent(ctx context.Context, tx *ent.Client, u uuid.UUID, parent *uuid.UUID) error {
	if parent == nil {
		return nil
	}
	p, err := tx.Body.Get(ctx, *parent)
	if err != nil {
		return command.AtField("input.parentId", err)
	}
	if p.Status != body.StatusActive {
		return apperr.Invalid("input.parentId", msgParentGone)
	}
	seen := map[uuid.UUID]bool{}
	for {
		if p.ID == u || seen[p.ID] {
			return apperr.Invalid("input.parentId", msgCycle)
		}
		seen[p.ID] = true
		if p.ParentID == nil {
			return nil
		}
		if p, err = tx.Body.Get(ctx, *p.ParentID); err != nil {
			return fmt.Errorf("body: walk up the tree: %w", err)
		}
	}
}

// tell appends an event about a body or what is in it. Bodies, seats and posts
// are public, who holds them is not: changes never name a person.
func (s *Service) tell(ctx context.Context, kind string, subject, in uuid.UUID, person *uuid.UUID, changes []eventlog.Change) error {
	return s.Log.Append(ctx, eventlog.Event{
		Kind: kind, Subject: subject, Body: &in, Person: person, Public: true, Facts: eventlog.Facts{Changes: changes},
	})
}

func (s *Service) today() date.Date { return date.Of(s.Now()) }

// put sets a value, or clears it where there is none.
func put[T, U any](v *T, set func(T) U, clear func() U) {
	if v == nil {
		clear()
		return
	}
	set(*v)
}

func idText(u *uuid.UUID) string {
	if u == nil {
		return ""
	}
	return id.Format(*u)
}

func textOf[T ~string](v *T) string {
	if v == nil {
		return ""
	}
	return string(*v)
}
