package programme

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

// Limits of what a programme holds.
const (
	codeLimit      = 40
	titleLimit     = 500
	objectiveLimit = 10_000
	reasonLimit    = 1000
)

var (
	msgCodeTaken = i18n.Message{
		EN: "Another programme has this code.", ES: "Otro programa tiene este código.", FR: "Un autre programme porte ce code.",
	}
	msgArea = i18n.Message{
		EN: "There is no such priority area.", ES: "No existe tal área prioritaria.", FR: "Il n'existe pas de domaine prioritaire de ce nom.",
	}
	msgOrder = i18n.Message{
		EN: "The end lies before the beginning.", ES: "El fin es anterior al comienzo.", FR: "La fin précède le début.",
	}
)

// MayEdit says whether the viewer may edit the programme now.
func (*Service) MayEdit(v *viewer.Viewer) bool { return v.Secretariat() }

// MayMove says whether the viewer may move the programme to one of the next
// statuses now.
func (s *Service) MayMove(v *viewer.Viewer, p *ent.Programme) bool {
	return s.MayEdit(v) && len(next[p.Status]) > 0
}

// Next are the statuses to which the programme may go from here.
func (*Service) Next(p *ent.Programme) []programme.Status { return Next(p.Status) }

// DraftInput is a new programme.
type DraftInput struct {
	Code             string
	Area             programme.Area
	Title, Objective *i18n.TextInput
	Envelope         *money.Input
	Starts, Ends     *date.Partial
}

// Draft drafts a programme. For the Secretariat. A code that is taken is
// ALREADY_EXISTS.
func (s *Service) Draft(ctx context.Context, in DraftInput, key *string) (*ent.Programme, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	code, err := command.Line("input.code", in.Code, codeLimit)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	now := s.Time()
	title, err := command.Text(ctx, "input.title", in.Title, titleLimit, true, now)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	objective, err := command.Text(ctx, "input.objective", in.Objective, objectiveLimit, false, now)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	envelope, err := command.NotNegative("input.envelope", in.Envelope)
	if err == nil {
		err = check(in.Area, in.Starts, in.Ends)
	}
	if err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "draftProgramme", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.Programme, error) {
		c := tx.Programme.Create().SetID(s.NewID(id.Programme)).SetCreatedAt(now).SetUpdatedAt(now).SetCode(code).SetArea(in.Area).
			SetTitleText(title).SetObjectiveText(objective).SetNillableStarts(in.Starts).SetNillableEnds(in.Ends)
		if envelope != nil {
			c.SetEnvelopePublished(envelope.Published).SetEnvelopeMicro(envelope.Micro).SetEnvelopeCurrency(envelope.Currency)
		}
		if v := viewer.From(ctx); v.SignedIn() {
			c.SetCreatedByID(v.Person)
		}
		p, err := c.Save(ctx)
		if err := store.Taken(err, programme.FieldCode, apperr.New(apperr.AlreadyExists, msgCodeTaken).In("input.code")); err != nil {
			return nil, err
		}
		return p, s.tell(ctx, "ProgrammeDrafted", p, eventlog.Facts{})
	}, func(p *ent.Programme) uuid.UUID { return p.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Programme, error) {
		p, err := tx.Programme.Get(ctx, u)
		return p, command.Found(err)
	})
}

// EditInput is a change of a programme. What is not given stays.
type EditInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Area             command.Field[programme.Area]
	Title, Objective *i18n.TextInput
	Envelope         command.Field[money.Input]
	Starts, Ends     command.Field[date.Partial]
}

// Edit changes a programme. For the Secretariat.
func (s *Service) Edit(ctx context.Context, in EditInput) (*ent.Programme, command.Receipt, error) {
	return s.change(ctx, in.ID, in.ExpectedRevision, func(ctx context.Context, tx *ent.Client, p *ent.Programme) (*ent.Programme, error) {
		now := s.Time()
		title, retitled, err := command.EditText(ctx, "input.title", p.TitleText(), in.Title, titleLimit, true, now)
		if err != nil {
			return nil, err
		}
		objective, redefined, err := command.EditText(ctx, "input.objective", p.ObjectiveText(), in.Objective, objectiveLimit, false, now)
		if err != nil {
			return nil, err
		}
		area, err := in.Area.Or("input.area", p.Area)
		if err != nil {
			return nil, err
		}
		before := envelopeOf(p)
		envelope := before
		if in.Envelope.Given {
			if envelope, err = command.NotNegative("input.envelope", in.Envelope.Value); err != nil {
				return nil, err
			}
		}
		starts, ends := in.Starts.OrNil(p.Starts), in.Ends.OrNil(p.Ends)
		var d eventlog.Diff
		d.Text("title", retitled)
		d.Text("objective", redefined)
		d.Value("area", string(p.Area), string(area))
		d.Value("envelope", before.String(), envelope.String())
		d.Value("starts", command.Word(p.Starts), command.Word(starts))
		d.Value("ends", command.Word(p.Ends), command.Word(ends))
		if !d.Any() {
			return p, nil
		}
		if err := check(area, starts, ends); err != nil {
			return nil, err
		}
		u := p.Update().SetUpdatedAt(now).SetRevision(p.Revision + 1).SetArea(area).SetTitleText(title).SetObjectiveText(objective)
		if envelope != nil {
			u.SetEnvelopePublished(envelope.Published).SetEnvelopeMicro(envelope.Micro).SetEnvelopeCurrency(envelope.Currency)
		} else {
			u.ClearEnvelopePublished().ClearEnvelopeMicro().ClearEnvelopeCurrency()
		}
		command.Put(starts, u.SetStarts, u.ClearStarts)
		command.Put(ends, u.SetEnds, u.ClearEnds)
		if p, err = u.Save(ctx); err != nil {
			return nil, fmt.Errorf("programme: edit: %w", err)
		}
		if d.Has("title") {
			if err := search.Renamed(ctx, tx, p.ID); err != nil {
				return nil, err
			}
		}
		return p, s.tell(ctx, "ProgrammeEdited", p, eventlog.Facts{Changes: d.Changes})
	})
}

// Adopt records that a draft was adopted. For the Secretariat, as all moves; each
// is CONFLICT from another status or on another revision.
func (s *Service) Adopt(ctx context.Context, u uuid.UUID, revision int) (*ent.Programme, command.Receipt, error) {
	return s.move(ctx, u, revision, programme.StatusAdopted, nil)
}

// Start records that an adopted programme runs.
func (s *Service) Start(ctx context.Context, u uuid.UUID, revision int) (*ent.Programme, command.Receipt, error) {
	return s.move(ctx, u, revision, programme.StatusRunning, nil)
}

// Close closes a running programme; why, if a reason is given.
func (s *Service) Close(ctx context.Context, u uuid.UUID, revision int, reason *string) (*ent.Programme, command.Receipt, error) {
	return s.move(ctx, u, revision, programme.StatusClosed, reason)
}

func (s *Service) move(ctx context.Context, u uuid.UUID, revision int, to programme.Status, reason *string) (*ent.Programme, command.Receipt, error) {
	return s.change(ctx, u, revision, func(ctx context.Context, _ *ent.Client, p *ent.Programme) (*ent.Programme, error) {
		from := p.Status
		if err := CheckMove(p, to); err != nil {
			return nil, err
		}
		why, err := command.Optional("input.reason", reason, reasonLimit)
		if err != nil {
			return nil, err
		}
		p, err = p.Update().SetStatus(to).SetStatusReason(why).SetUpdatedAt(s.Time()).SetRevision(p.Revision + 1).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("programme: move: %w", err)
		}
		return p, s.tell(ctx, "ProgrammeMoved", p, eventlog.Facts{From: string(from), To: string(to), Reason: why})
	})
}

// change locks a programme for a change on this revision: NOT_FOUND if the viewer
// may not see it, FORBIDDEN if it is not the Secretariat's, CONFLICT on another
// revision.
func (s *Service) change(ctx context.Context, u uuid.UUID, revision int,
	fn func(ctx context.Context, tx *ent.Client, p *ent.Programme) (*ent.Programme, error),
) (*ent.Programme, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Programme, error) {
		p, err := tx.Programme.Query().Where(programme.ID(u), store.Locked(tx)).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := command.Allow(ctx, s.MayEdit(v)); err != nil {
			return nil, err
		}
		if err := command.Unchanged(p.Revision, revision); err != nil {
			return nil, err
		}
		return fn(ctx, tx, p)
	})
}

// check refuses what no programme can be.
func check(area programme.Area, starts, ends *date.Partial) error {
	if err := programme.AreaValidator(area); err != nil {
		return apperr.Invalid("input.area", msgArea).Because(err)
	}
	if starts != nil && ends != nil && ends.Last() < starts.First() {
		return apperr.Invalid("input.ends", msgOrder)
	}
	return nil
}

// envelopeOf is the programme's envelope; nil if it is not known.
func envelopeOf(p *ent.Programme) *money.Amount {
	if p.EnvelopeMicro == nil {
		return nil
	}
	return &money.Amount{Published: p.EnvelopePublished, Micro: *p.EnvelopeMicro, Currency: p.EnvelopeCurrency}
}

// tell tells an event of the programme as it is now.
func (s *Service) tell(ctx context.Context, kind string, p *ent.Programme, facts eventlog.Facts) error {
	public := p.Status != programme.StatusDraft
	return s.Log.Append(ctx, eventlog.Event{Kind: kind, Subject: p.ID, Programme: &p.ID, Public: public, Facts: facts})
}
