package country

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
)

// noteLimit is how long a note on a membership may be.
const noteLimit = 1000

var (
	msgOneBelongs = i18n.Message{
		EN: "Name a country or an organisation, one of the two.", ES: "Indique un país o una organización, uno de los dos.",
		FR: "Indiquez un pays ou une organisation, l'un des deux.",
	}
	msgMerged = i18n.Message{
		EN: "This entry was merged into another one. Name that one.", ES: "Esta entrada se fusionó con otra. Indique esa otra.",
		FR: "Cette fiche a été fusionnée avec une autre. Indiquez cette dernière.",
	}
	msgOrder = i18n.Message{
		EN: "The last day lies before the first.", ES: "El último día es anterior al primero.", FR: "Le dernier jour précède le premier.",
	}
	msgOverlap = i18n.Message{
		EN: "In this period there is another membership already: end it first, or choose other dates.",
		ES: "En este período ya hay otra condición de membresía: termínela primero o elija otras fechas.",
		FR: "Pendant cette période, il existe déjà un autre statut de membre : mettez-y fin d'abord ou choisissez d'autres dates.",
	}
	msgKind = i18n.Message{
		EN: "There is no such kind of membership.", ES: "No existe tal tipo de membresía.", FR: "Il n'existe pas de statut de ce type.",
	}
)

// RecordInput is a membership to record: of a country or of an organisation.
type RecordInput struct {
	Country, Organisation *uuid.UUID
	Kind                  membership.Kind
	From, To              *date.Partial
	Note                  *string
}

// Record records that a country or an organisation belongs to the ACS. For the
// Secretariat. A period in which it belongs already is CONFLICT.
func (s *Service) Record(ctx context.Context, in RecordInput, key *string) (*ent.Membership, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	if (in.Country == nil) == (in.Organisation == nil) {
		return nil, command.Receipt{}, apperr.Invalid("input.of", msgOneBelongs)
	}
	note, err := command.Optional("input.note", in.Note, noteLimit)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	period := Period{in.From, in.To}
	if err := checkMembership(in.Kind, period); err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "recordMembership", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.Membership, error) {
		if err := lockWho(ctx, tx, in.Country, in.Organisation); err != nil {
			return nil, err
		}
		u := s.NewID(id.Membership)
		if err := checkRoom(ctx, tx, u, in.Country, in.Organisation, period); err != nil {
			return nil, err
		}
		now := s.Time()
		m, err := tx.Membership.Create().SetID(u).SetCreatedAt(now).SetUpdatedAt(now).SetKind(in.Kind).
			SetNillableCountryID(in.Country).SetNillableOrganisationID(in.Organisation).
			SetNillableValidFrom(in.From).SetNillableValidTo(in.To).SetNote(note).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("country: record a membership: %w", err)
		}
		return m, s.tell(ctx, "MembershipRecorded", m.ID, nil)
	}, func(m *ent.Membership) uuid.UUID { return m.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Membership, error) {
		m, err := tx.Membership.Get(ctx, u)
		return m, command.Found(err)
	})
}

// EditMembershipInput is a change of a membership. What is not given stays.
type EditMembershipInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Kind             command.Field[membership.Kind]
	From, To         command.Field[date.Partial]
	Note             command.Field[string]
}

// EditMembership changes a membership; a last day ends it. For the Secretariat.
// A period in which there is another one is CONFLICT.
func (s *Service) EditMembership(ctx context.Context, in EditMembershipInput) (*ent.Membership, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Membership, error) {
		m, err := tx.Membership.Get(ctx, in.ID)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := lockWho(ctx, tx, m.CountryID, nil); err != nil {
			return nil, err
		}
		if err := lockOrganisation(ctx, tx, m.OrganisationID); err != nil {
			return nil, err
		}
		if m, err = tx.Membership.Query().Where(membership.ID(in.ID), store.Locked(tx)).Only(ctx); err != nil {
			return nil, command.Found(err)
		}
		if err := command.Unchanged(m.Revision, in.ExpectedRevision); err != nil {
			return nil, err
		}
		kind, err := in.Kind.Or("input.kind", m.Kind)
		if err != nil {
			return nil, err
		}
		note := m.Note
		if in.Note.Given {
			if note, err = command.Optional("input.note", in.Note.Value, noteLimit); err != nil {
				return nil, err
			}
		}
		period := Period{in.From.OrNil(m.ValidFrom), in.To.OrNil(m.ValidTo)}
		var d eventlog.Diff
		d.Value("kind", string(m.Kind), string(kind))
		d.Value("from", command.Word(m.ValidFrom), command.Word(period.From))
		d.Value("to", command.Word(m.ValidTo), command.Word(period.To))
		d.Text("note", note != m.Note)
		if !d.Any() {
			return m, nil
		}
		if err := checkMembership(kind, period); err != nil {
			return nil, err
		}
		if period.From != m.ValidFrom || period.To != m.ValidTo {
			if err := checkRoom(ctx, tx, m.ID, m.CountryID, m.OrganisationID, period); err != nil {
				return nil, err
			}
		}
		u := m.Update().SetUpdatedAt(s.Time()).SetRevision(m.Revision + 1).SetKind(kind).SetNote(note)
		command.Put(period.From, u.SetValidFrom, u.ClearValidFrom)
		command.Put(period.To, u.SetValidTo, u.ClearValidTo)
		if m, err = u.Save(ctx); err != nil {
			return nil, fmt.Errorf("country: edit a membership: %w", err)
		}
		return m, s.tell(ctx, "MembershipEdited", m.ID, d.Changes)
	})
}

// checkMembership refuses what could hold for nobody.
func checkMembership(kind membership.Kind, p Period) error {
	if err := membership.KindValidator(kind); err != nil {
		return apperr.Invalid("input.kind", msgKind).Because(err)
	}
	if !p.InOrder() {
		return apperr.Invalid("input.to", msgOrder)
	}
	return nil
}

// lockWho locks the row of who belongs: memberships are recorded and changed one
// after the other.
func lockWho(ctx context.Context, tx *ent.Client, c, o *uuid.UUID) error {
	if c != nil {
		_, err := tx.Country.Query().Where(country.ID(*c), store.Locked(tx)).OnlyID(ctx)
		if err != nil {
			return command.AtField("input.of.countryId", err)
		}
	}
	if o == nil {
		return nil
	}
	row, err := tx.Organisation.Query().Where(organisation.ID(*o), store.Locked(tx)).Only(ctx)
	if err != nil {
		return command.AtField("input.of.organisationId", err)
	}
	if row.Status == organisation.StatusMerged {
		return apperr.Invalid("input.of.organisationId", msgMerged)
	}
	return nil
}

// lockOrganisation locks an organisation, whatever became of it.
func lockOrganisation(ctx context.Context, tx *ent.Client, o *uuid.UUID) error {
	if o == nil {
		return nil
	}
	if _, err := tx.Organisation.Query().Where(organisation.ID(*o), store.Locked(tx)).OnlyID(ctx); err != nil {
		return fmt.Errorf("country: lock an organisation: %w", err)
	}
	return nil
}

// checkRoom refuses a period in which there is another membership.
func checkRoom(ctx context.Context, tx *ent.Client, self uuid.UUID, c, o *uuid.UUID, p Period) error {
	others, err := tx.Membership.Query().Where(membership.IDNEQ(self), func(s *sql.Selector) {
		if c != nil {
			s.Where(sql.EQ(s.C(membership.FieldCountryID), *c))
		} else {
			s.Where(sql.EQ(s.C(membership.FieldOrganisationID), *o))
		}
	}).All(ctx)
	if err != nil {
		return fmt.Errorf("country: read memberships: %w", err)
	}
	for _, m := range others {
		if p.overlaps(PeriodOf(m)) {
			return apperr.New(apperr.Conflict, msgOverlap).In("input.from")
		}
	}
	return nil
}

// Overlap says whether two memberships may hold on the same day.
func Overlap(a, b *ent.Membership) bool { return PeriodOf(a).overlaps(PeriodOf(b)) }
