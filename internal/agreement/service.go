package agreement

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/agreementparty"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/organisation"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

// Limits of what an agreement holds.
const (
	titleLimit       = 500
	descriptionLimit = 10_000
	numberLimit      = 60
	reasonLimit      = 1000
	maxParties       = 50
)

var (
	msgNumberTaken = i18n.Message{
		EN: "Another agreement has this number.", ES: "Otro acuerdo tiene este número.", FR: "Un autre accord porte ce numéro.",
	}
	msgParties = i18n.Message{
		EN: "Name 1 to %d parties.", ES: "Indique de 1 a %d partes.", FR: "Indiquez de 1 à %d parties.",
	}
	msgTwice = i18n.Message{
		EN: "Name each party once.", ES: "Indique cada parte una sola vez.", FR: "Indiquez chaque partie une seule fois.",
	}
	msgKind = i18n.Message{
		EN: "There is no such kind of agreement.", ES: "No existe tal tipo de acuerdo.", FR: "Il n'existe pas d'accord de ce type.",
	}
)

// MayEdit says whether the viewer may edit the agreement now.
func (*Service) MayEdit(v *viewer.Viewer) bool { return v.Secretariat() }

// MayMove says whether the viewer may move the agreement to one of the next
// statuses now.
func (s *Service) MayMove(v *viewer.Viewer, a *ent.Agreement) bool {
	return s.MayEdit(v) && len(next[a.Status]) > 0
}

// Next are the statuses to which the agreement may go from here.
func (*Service) Next(a *ent.Agreement) []agreement.Status { return Next(a.Status) }

// DraftInput is a new agreement.
type DraftInput struct {
	Kind               agreement.Kind
	Title, Description *i18n.TextInput
	Number             *string
	Parties            []uuid.UUID
	ValidFrom, ValidTo *date.Partial
}

// Draft drafts an agreement. For the Secretariat. A number that is taken is
// ALREADY_EXISTS.
func (s *Service) Draft(ctx context.Context, in DraftInput, key *string) (*ent.Agreement, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	now := s.Time()
	title, err := command.Text(ctx, "input.title", in.Title, titleLimit, true, now)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	description, err := command.Text(ctx, "input.description", in.Description, descriptionLimit, false, now)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	number, err := numberOf(in.Number)
	if err == nil {
		err = check(in.Kind, in.Parties, in.ValidFrom, in.ValidTo)
	}
	if err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "draftAgreement", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.Agreement, error) {
		if err := organisation.Named(ctx, tx, "input.partyIds", in.Parties...); err != nil {
			return nil, err
		}
		c := tx.Agreement.Create().SetID(s.NewID(id.Agreement)).SetCreatedAt(now).SetUpdatedAt(now).SetKind(in.Kind).
			SetTitleText(title).SetDescriptionText(description).SetNillableNumber(number).
			SetNillableValidFrom(in.ValidFrom).SetNillableValidTo(in.ValidTo)
		if v := viewer.From(ctx); v.SignedIn() {
			c.SetCreatedByID(v.Person)
		}
		a, err := c.Save(ctx)
		if err := taken(err); err != nil {
			return nil, err
		}
		if err := s.setParties(ctx, tx, a.ID, in.Parties); err != nil {
			return nil, err
		}
		return a, s.tell(ctx, "AgreementDrafted", a, eventlog.Facts{})
	}, func(a *ent.Agreement) uuid.UUID { return a.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Agreement, error) {
		a, err := tx.Agreement.Get(ctx, u)
		return a, command.Found(err)
	})
}

// EditInput is a change of an agreement. What is not given stays.
type EditInput struct {
	ID                 uuid.UUID
	ExpectedRevision   int
	Kind               command.Field[agreement.Kind]
	Title, Description *i18n.TextInput
	Number             command.Field[string]
	Parties            command.Field[[]uuid.UUID]
	ValidFrom, ValidTo command.Field[date.Partial]
}

// Edit changes an agreement. For the Secretariat. Other parties once it is signed
// are CONFLICT.
func (s *Service) Edit(ctx context.Context, in EditInput) (*ent.Agreement, command.Receipt, error) {
	return s.change(ctx, in.ID, in.ExpectedRevision, func(ctx context.Context, tx *ent.Client, a *ent.Agreement) (*ent.Agreement, error) {
		now := s.Time()
		title, retitled, err := command.EditText(ctx, "input.title", a.TitleText(), in.Title, titleLimit, true, now)
		if err != nil {
			return nil, err
		}
		description, described, err := command.EditText(ctx, "input.description", a.DescriptionText(), in.Description, descriptionLimit, false, now)
		if err != nil {
			return nil, err
		}
		kind, err := in.Kind.Or("input.kind", a.Kind)
		if err != nil {
			return nil, err
		}
		number := a.Number
		if in.Number.Given {
			if number, err = numberOf(in.Number.Value); err != nil {
				return nil, err
			}
		}
		before, err := partiesOf(ctx, tx, a.ID)
		if err != nil {
			return nil, err
		}
		parties, err := in.Parties.Or("input.partyIds", before)
		if err != nil {
			return nil, err
		}
		from, to := in.ValidFrom.OrNil(a.ValidFrom), in.ValidTo.OrNil(a.ValidTo)
		var d eventlog.Diff
		d.Text("title", retitled)
		d.Text("description", described)
		d.Value("kind", string(a.Kind), string(kind))
		d.Value("number", command.Word(a.Number), command.Word(number))
		d.Value("parties", refs(before), refs(parties))
		d.Value("validFrom", command.Word(a.ValidFrom), command.Word(from))
		d.Value("validTo", command.Word(a.ValidTo), command.Word(to))
		if !d.Any() {
			return a, nil
		}
		if err := check(kind, parties, from, to); err != nil {
			return nil, err
		}
		if !slices.Equal(before, parties) {
			if !unsigned(a.Status) {
				return nil, command.WrongState(string(a.Status), a.Revision)
			}
			if err := organisation.Named(ctx, tx, "input.partyIds", newcomers(before, parties)...); err != nil {
				return nil, err
			}
			if err := s.setParties(ctx, tx, a.ID, parties); err != nil {
				return nil, err
			}
		}
		u := a.Update().SetUpdatedAt(now).SetRevision(a.Revision + 1).SetKind(kind).SetTitleText(title).SetDescriptionText(description)
		command.Put(number, u.SetNumber, u.ClearNumber)
		command.Put(from, u.SetValidFrom, u.ClearValidFrom)
		command.Put(to, u.SetValidTo, u.ClearValidTo)
		a, err = u.Save(ctx)
		if err := taken(err); err != nil {
			return nil, err
		}
		if d.Has("title", "number") {
			if err := search.Renamed(ctx, tx, a.ID); err != nil {
				return nil, err
			}
		}
		return a, s.tell(ctx, "AgreementEdited", a, eventlog.Facts{Changes: d.Changes})
	})
}

// change locks an agreement for a change on this revision: NOT_FOUND if the
// viewer may not see it, FORBIDDEN if it is not the Secretariat's, CONFLICT on
// another revision.
func (s *Service) change(ctx context.Context, u uuid.UUID, revision int,
	fn func(ctx context.Context, tx *ent.Client, a *ent.Agreement) (*ent.Agreement, error),
) (*ent.Agreement, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Agreement, error) {
		a, err := tx.Agreement.Query().Where(agreement.ID(u), store.Locked(tx)).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := command.Allow(ctx, s.MayEdit(v)); err != nil {
			return nil, err
		}
		if err := command.Unchanged(a.Revision, revision); err != nil {
			return nil, err
		}
		return fn(ctx, tx, a)
	})
}

// check refuses what no agreement can be.
func check(kind agreement.Kind, parties []uuid.UUID, from, to *date.Partial) error {
	if err := agreement.KindValidator(kind); err != nil {
		return apperr.Invalid("input.kind", msgKind).Because(err)
	}
	if n := len(parties); n < 1 || n > maxParties {
		return apperr.Invalid("input.partyIds", msgParties, maxParties).With("limit", maxParties)
	}
	seen := make(map[uuid.UUID]bool, len(parties))
	for _, p := range parties {
		if seen[p] {
			return apperr.Invalid("input.partyIds", msgTwice)
		}
		seen[p] = true
	}
	return inOrder(from, to)
}

// numberOf is a number in the register; nil is none.
func numberOf(given *string) (*string, error) {
	if given == nil {
		return nil, nil //nolint:nilnil // no number
	}
	n, err := command.Line("input.number", *given, numberLimit)
	return &n, err
}

func taken(err error) error {
	return store.Taken(err, agreement.FieldNumber, apperr.New(apperr.AlreadyExists, msgNumberTaken).In("input.number"))
}

// partiesOf are the parties in their order.
func partiesOf(ctx context.Context, tx *ent.Client, u uuid.UUID) ([]uuid.UUID, error) {
	rows, err := tx.AgreementParty.Query().Where(agreementparty.AgreementID(u)).
		Order(ent.Asc(agreementparty.FieldPosition, agreementparty.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("agreement: read the parties: %w", err)
	}
	out := make([]uuid.UUID, len(rows))
	for i, p := range rows {
		out[i] = p.OrganisationID
	}
	return out, nil
}

// setParties makes these the parties. Those that stay keep their row.
func (s *Service) setParties(ctx context.Context, tx *ent.Client, u uuid.UUID, parties []uuid.UUID) error {
	_, err := tx.AgreementParty.Delete().
		Where(agreementparty.AgreementID(u), agreementparty.OrganisationIDNotIn(parties...)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("agreement: take parties out: %w", err)
	}
	rows, err := tx.AgreementParty.Query().Where(agreementparty.AgreementID(u)).All(ctx)
	if err != nil {
		return fmt.Errorf("agreement: read the parties: %w", err)
	}
	stays := make(map[uuid.UUID]*ent.AgreementParty, len(rows))
	for _, p := range rows {
		stays[p.OrganisationID] = p
	}
	for i, o := range parties {
		if p := stays[o]; p != nil {
			err = p.Update().SetPosition(i).Exec(ctx)
		} else {
			err = tx.AgreementParty.Create().SetID(s.NewID(id.Participant)).SetCreatedAt(s.Time()).
				SetAgreementID(u).SetOrganisationID(o).SetPosition(i).Exec(ctx)
		}
		if err != nil {
			return fmt.Errorf("agreement: set the parties: %w", err)
		}
	}
	return nil
}

// newcomers are the parties that were none before.
func newcomers(before, parties []uuid.UUID) []uuid.UUID {
	return slices.DeleteFunc(slices.Clone(parties), func(u uuid.UUID) bool { return slices.Contains(before, u) })
}

func refs(us []uuid.UUID) string {
	out := make([]string, len(us))
	for i := range us {
		out[i] = command.Ref(&us[i])
	}
	return strings.Join(out, " ")
}

// tell tells an event of the agreement as it is now.
func (s *Service) tell(ctx context.Context, kind string, a *ent.Agreement, facts eventlog.Facts) error {
	return s.Log.Append(ctx, eventlog.Event{Kind: kind, Subject: a.ID, Agreement: &a.ID, Public: Public(a), Facts: facts})
}
