package activity

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/share"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

// CreateInput is a new activity of the ACS.
type CreateInput struct {
	IATIIdentifier string
	Title          *i18n.TextInput
	Description    *i18n.TextInput
	Status         Status
	PlannedStart   *date.Date
	ActualStart    *date.Date
	PlannedEnd     *date.Date
	ActualEnd      *date.Date
	Programme      *uuid.UUID
	Proposal       *uuid.UUID
	Agreement      *uuid.UUID
	Participants   []Participant
	Countries      []share.Country
	Sectors        []share.Sector
}

// Participant is an organisation that takes part, in a role of the IATI
// OrganisationRole list.
type Participant struct {
	Organisation uuid.UUID
	RoleCode     string
}

// Longest texts.
const (
	identifierLimit  = 400
	titleLimit       = 500
	descriptionLimit = 20_000
	reasonLimit      = 2000
)

var (
	msgIdentifier = i18n.Message{
		EN: "Another activity has this identifier.", ES: "Otra actividad tiene este identificador.", FR: "Une autre activité porte cet identifiant.",
	}
	msgImported = i18n.Message{
		EN: "This was imported: it is changed where it is published.", ES: "Esto fue importado: se modifica donde se publica.",
		FR: "Ceci a été importé : la modification se fait là où c'est publié.",
	}
	msgPublished = i18n.Message{
		EN: "It is public already.", ES: "Ya es pública.", FR: "Elle est déjà publique.",
	}
	msgReason = i18n.Message{EN: "Say why.", ES: "Diga por qué.", FR: "Dites pourquoi."}
)

// MayEdit says whether the viewer may edit the activity and its transactions.
func (*Service) MayEdit(v *viewer.Viewer, a *ent.Activity) bool { return v.Secretariat() && own(a) }

// MayPublish says whether the viewer may publish the activity now.
func (s *Service) MayPublish(v *viewer.Viewer, a *ent.Activity) bool {
	return s.MayEdit(v, a) && !a.Published
}

// Next are the statuses that the activity may have next: none for an imported
// one.
func (*Service) Next(a *ent.Activity) []Status {
	if s, known := StatusOf(a.StatusCode); known && own(a) {
		return Next(s)
	}
	return []Status{}
}

func own(a *ent.Activity) bool { return a.Origin == activity.OriginOwn }

// Create records an activity, which is not public yet. For the Secretariat. An
// identifier that is taken is ALREADY_EXISTS.
func (s *Service) Create(ctx context.Context, in CreateInput, key *string) (*ent.Activity, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	now := s.Time()
	identifier, err := checkIdentifier(in.IATIIdentifier)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if in.Status.Code() == "" {
		return nil, command.Receipt{}, apperr.Invalid("input.status", msgStatus)
	}
	title, err := command.Text(ctx, "input.title", in.Title, titleLimit, true, now)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	description, err := command.Text(ctx, "input.description", in.Description, descriptionLimit, false, now)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if err := s.checkDates(dates{in.PlannedStart, in.ActualStart, in.PlannedEnd, in.ActualEnd}); err != nil {
		return nil, command.Receipt{}, err
	}
	sectors, err := share.Sectors("input.sectors", in.Sectors)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "createActivity", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.Activity, error) {
		if err := checkProgramme(ctx, tx, in.Programme); err != nil {
			return nil, err
		}
		if err := checkProposal(ctx, tx, in.Proposal); err != nil {
			return nil, err
		}
		if err := checkAgreement(ctx, tx, in.Agreement); err != nil {
			return nil, err
		}
		parts, err := s.participants(ctx, tx, in.Participants)
		if err != nil {
			return nil, err
		}
		countries, err := share.Countries(ctx, tx, "input.countries", in.Countries)
		if err != nil {
			return nil, err
		}
		c := tx.Activity.Create().SetID(s.NewID(id.Activity)).SetCreatedAt(now).SetUpdatedAt(now).SetIatiIdentifier(identifier).
			SetOrigin(activity.OriginOwn).SetStatusCode(in.Status.Code()).SetTitleText(title).SetDescriptionText(description).
			SetNillablePlannedStart(in.PlannedStart).SetNillableActualStart(in.ActualStart).
			SetNillablePlannedEnd(in.PlannedEnd).SetNillableActualEnd(in.ActualEnd).
			SetNillableProgrammeID(in.Programme).SetNillableProposalID(in.Proposal).SetNillableAgreementID(in.Agreement).
			SetFundingCounted(true)
		if v := viewer.From(ctx); v.SignedIn() {
			c.SetCreatedByID(v.Person)
		}
		a, err := c.Save(ctx)
		if err := store.Taken(err, activity.FieldIatiIdentifier, apperr.New(apperr.AlreadyExists, msgIdentifier).In("input.iatiIdentifier")); err != nil {
			return nil, err
		}
		if err := s.addParticipants(ctx, tx, a.ID, parts); err != nil {
			return nil, err
		}
		owner := share.Owner{Activity: &a.ID}
		if err := share.Add(ctx, tx, s.Runner, owner, share.Even(countries)); err != nil {
			return nil, err
		}
		if err := share.Add(ctx, tx, s.Runner, owner, share.Even(sectors)); err != nil {
			return nil, err
		}
		if err := funding.Reshare(ctx, tx, a.ID); err != nil {
			return nil, err
		}
		if err := arrived(ctx, tx, a); err != nil {
			return nil, err
		}
		return a, s.tell(ctx, "ActivityCreated", a, eventlog.Facts{})
	}, func(a *ent.Activity) uuid.UUID { return a.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Activity, error) {
		a, err := tx.Activity.Get(ctx, u)
		return a, command.Found(err)
	})
}

// Publish makes an own activity public, with its transactions. For the
// Secretariat. One that is public is CONFLICT.
func (s *Service) Publish(ctx context.Context, u uuid.UUID, revision int) (*ent.Activity, command.Receipt, error) {
	return s.change(ctx, u, revision, func(ctx context.Context, tx *ent.Client, a *ent.Activity) (*ent.Activity, error) {
		if a.Published {
			return nil, apperr.New(apperr.Conflict, msgPublished).With("currentRevision", a.Revision)
		}
		sums, err := funding.Begin(ctx, tx, funding.Of{Activities: []uuid.UUID{a.ID}, Counterparts: []uuid.UUID{a.ID}})
		if err != nil {
			return nil, err
		}
		a, err = a.Update().SetPublished(true).SetUpdatedAt(s.Time()).SetRevision(a.Revision + 1).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("activity: publish: %w", err)
		}
		if err := sums.End(ctx, tx, funding.Of{}); err != nil {
			return nil, err
		}
		return a, s.tell(ctx, "ActivityPublished", a, eventlog.Facts{})
	})
}

// Move takes an own activity to another status; suspending and cancelling need a
// reason. For the Secretariat. A status that does not follow is CONFLICT.
func (s *Service) Move(ctx context.Context, u uuid.UUID, revision int, to Status, reason string) (*ent.Activity, command.Receipt, error) {
	return s.change(ctx, u, revision, func(ctx context.Context, _ *ent.Client, a *ent.Activity) (*ent.Activity, error) {
		from, _ := StatusOf(a.StatusCode)
		if !CheckMove(from, to) {
			return nil, command.WrongState(string(from), a.Revision)
		}
		reason := command.Trim(reason)
		if reason == "" && NeedsReason(to) {
			return nil, apperr.Invalid("input.reason", msgReason)
		}
		if err := command.Fits("input.reason", reason, reasonLimit); err != nil {
			return nil, err
		}
		a, err := a.Update().SetStatusCode(to.Code()).SetUpdatedAt(s.Time()).SetRevision(a.Revision + 1).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("activity: move to %s: %w", to, err)
		}
		return a, s.tell(ctx, "ActivityMoved", a, eventlog.Facts{From: string(from), To: string(to), Reason: reason})
	})
}

// change runs a change of an own activity, locked, on the revision that was
// read. Refusals in this order: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, CONFLICT.
func (s *Service) change(ctx context.Context, u uuid.UUID, revision int, fn func(ctx context.Context, tx *ent.Client, a *ent.Activity) (*ent.Activity, error)) (*ent.Activity, command.Receipt, error) {
	if _, err := command.SignedIn(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Activity, error) {
		a, err := lock(ctx, tx, u)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := s.checkEditor(ctx, a); err != nil {
			return nil, err
		}
		if err := command.Unchanged(a.Revision, revision); err != nil {
			return nil, err
		}
		return fn(ctx, tx, a)
	})
}

// checkEditor passes for who MayEdit the activity.
func (s *Service) checkEditor(ctx context.Context, a *ent.Activity) error {
	if err := command.Secretariat(ctx); err != nil {
		return err
	}
	if !s.MayEdit(viewer.From(ctx), a) {
		return apperr.New(apperr.Forbidden, msgImported)
	}
	return nil
}

// lock reads an activity that the viewer may see and keeps others from changing
// it and its transactions.
func lock(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Activity, error) {
	return tx.Activity.Query().Where(activity.ID(u), store.Locked(tx)).Only(ctx)
}

// tell appends an event about an activity or what is in it: public if the
// activity is, and only then in the proposal's scope, so that those who follow
// the proposal learn nothing of what they may not see.
func (s *Service) tell(ctx context.Context, kind string, a *ent.Activity, facts eventlog.Facts) error {
	return s.Log.Append(ctx, event(kind, a.ID, a, facts))
}

func event(kind string, subject uuid.UUID, a *ent.Activity, facts eventlog.Facts) eventlog.Event {
	e := eventlog.Event{Kind: kind, Subject: subject, Public: a.Published, Facts: facts}
	if a.Published {
		e.Proposal = a.ProposalID
	}
	return e
}
