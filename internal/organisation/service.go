package organisation

import (
	"context"
	"fmt"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
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

var (
	msgTaken = i18n.Message{
		EN: "Another organisation has this identifier.", ES: "Otra organización tiene este identificador.",
		FR: "Une autre organisation porte cet identifiant.",
	}
	msgMerged = i18n.Message{
		EN: "This entry was merged into another one. Name that one.", ES: "Esta entrada se fusionó con otra. Indique esa otra.",
		FR: "Cette fiche a été fusionnée avec une autre. Indiquez cette dernière.",
	}
)

// MayEdit says whether the viewer may edit or merge the organisation now.
func (*Service) MayEdit(v *viewer.Viewer, o *ent.Organisation) bool {
	return v.Secretariat() && o.Status == organisation.StatusActive
}

// CreateInput is a new organisation.
type CreateInput struct {
	Name       *i18n.TextInput
	Identifier *string
	TypeCode   *string
	Kinds      []string
	Aliases    []string
	Country    *uuid.UUID
}

// Create adds an organisation. For the Secretariat. An identifier that is taken
// is ALREADY_EXISTS.
func (s *Service) Create(ctx context.Context, in CreateInput, key *string) (*ent.Organisation, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	now := s.Time()
	name, err := command.Text(ctx, "input.name", in.Name, nameLimit, true, now)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	kinds, kindErr := kindsOf("input.kinds", in.Kinds)
	aliases, aliasErr := aliasesOf("input.aliases", in.Aliases)
	identifier, identifierErr := identifierOf("input.identifier", in.Identifier)
	if err := firstOf(identifierErr, checkType("input.typeCode", in.TypeCode), kindErr, aliasErr); err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "createOrganisation", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.Organisation, error) {
		if err := countryNamed(ctx, tx, in.Country); err != nil {
			return nil, err
		}
		o, err := tx.Organisation.Create().SetID(s.NewID(id.Organisation)).SetCreatedAt(now).SetUpdatedAt(now).SetNameText(name).
			SetNillableIdentifier(identifier).SetNillableTypeCode(in.TypeCode).SetKinds(kinds).SetAliases(aliases).
			SetFolded(Folded(name, aliases, identifier)).SetNillableCountryID(in.Country).Save(ctx)
		if err := taken(err); err != nil {
			return nil, err
		}
		return o, s.tell(ctx, "OrganisationCreated", o.ID, eventlog.Facts{})
	}, func(o *ent.Organisation) uuid.UUID { return o.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Organisation, error) {
		o, err := tx.Organisation.Get(ctx, u)
		return o, command.Found(err)
	})
}

// EditInput is a change of an organisation. What is not given stays.
type EditInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Name             *i18n.TextInput
	Identifier       command.Field[string]
	TypeCode         command.Field[string]
	Kinds            command.Field[[]string]
	Aliases          command.Field[[]string]
	Country          command.Field[uuid.UUID]
}

// Edit changes an organisation. For the Secretariat. A merged one is CONFLICT.
func (s *Service) Edit(ctx context.Context, in EditInput) (*ent.Organisation, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Organisation, error) {
		o, err := tx.Organisation.Query().Where(organisation.ID(in.ID), store.Locked(tx)).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := command.Unchanged(o.Revision, in.ExpectedRevision); err != nil {
			return nil, err
		}
		if o.Status != organisation.StatusActive {
			return nil, command.WrongState(string(o.Status), o.Revision)
		}
		return s.edit(ctx, tx, o, in)
	})
}

func (s *Service) edit(ctx context.Context, tx *ent.Client, o *ent.Organisation, in EditInput) (*ent.Organisation, error) {
	now := s.Time()
	name, renamed, nameErr := command.EditText(ctx, "input.name", o.NameText(), in.Name, nameLimit, true, now)
	identifier, typeCode, country := in.Identifier.OrNil(o.Identifier), in.TypeCode.OrNil(o.TypeCode), in.Country.OrNil(o.CountryID)
	kinds, kindErr := in.Kinds.Or("input.kinds", o.Kinds)
	aliases, aliasErr := in.Aliases.Or("input.aliases", o.Aliases)
	if err := firstOf(nameErr, kindErr, aliasErr); err != nil {
		return nil, err
	}
	var err error
	if in.Identifier.Given {
		identifier, err = identifierOf("input.identifier", identifier)
	}
	if err == nil && in.TypeCode.Given {
		err = checkType("input.typeCode", typeCode)
	}
	if err == nil && in.Kinds.Given {
		kinds, err = kindsOf("input.kinds", kinds)
	}
	if err == nil && in.Aliases.Given {
		aliases, err = aliasesOf("input.aliases", aliases)
	}
	if err == nil {
		err = countryNamed(ctx, tx, in.Country.Value)
	}
	if err != nil {
		return nil, err
	}
	var d eventlog.Diff
	d.Text("name", renamed)
	d.Value("identifier", command.Word(o.Identifier), command.Word(identifier))
	d.Value("typeCode", command.Word(o.TypeCode), command.Word(typeCode))
	d.Value("kinds", strings.Join(o.Kinds, ", "), strings.Join(kinds, ", "))
	d.Value("aliases", strings.Join(o.Aliases, "; "), strings.Join(aliases, "; "))
	d.Value("country", command.Ref(o.CountryID), command.Ref(country))
	if !d.Any() {
		return o, nil
	}
	u := o.Update().SetUpdatedAt(now).SetRevision(o.Revision + 1).SetNameText(name).SetKinds(kinds).SetAliases(aliases).
		SetFolded(Folded(name, aliases, identifier))
	command.Put(identifier, u.SetIdentifier, u.ClearIdentifier)
	command.Put(typeCode, u.SetTypeCode, u.ClearTypeCode)
	command.Put(country, u.SetCountryID, u.ClearCountryID)
	o, err = u.Save(ctx)
	if err := taken(err); err != nil {
		return nil, err
	}
	if d.Has("name", "aliases") {
		if err := search.Renamed(ctx, tx, o.ID); err != nil {
			return nil, err
		}
	}
	return o, s.tell(ctx, "OrganisationEdited", o.ID, eventlog.Facts{Changes: d.Changes})
}

// Named checks organisations that a command is to refer to: each must be there
// and stand for itself. They stay as they are until the transaction ends.
func Named(ctx context.Context, tx *ent.Client, field string, ids ...uuid.UUID) error {
	if len(ids) == 0 {
		return nil
	}
	rows, err := tx.Organisation.Query().Where(batch.In(organisation.FieldID, ids), shared).Order(batch.ByID).All(ctx)
	if err != nil {
		return fmt.Errorf("organisation: read the named ones: %w", err)
	}
	found := make(map[uuid.UUID]*ent.Organisation, len(rows))
	for _, o := range rows {
		found[o.ID] = o
	}
	for _, u := range ids {
		switch o := found[u]; {
		case o == nil:
			return command.AtField(field, &ent.NotFoundError{})
		case o.Status == organisation.StatusMerged:
			return apperr.Invalid(field, msgMerged)
		}
	}
	return nil
}

// shared keeps others from changing the rows until the transaction ends.
func shared(s *sql.Selector) {
	if s.Dialect() == dialect.Postgres {
		s.ForShare()
	}
}

// countryNamed refuses a country that there is not; nil is none.
func countryNamed(ctx context.Context, tx *ent.Client, u *uuid.UUID) error {
	if u == nil {
		return nil
	}
	_, err := tx.Country.Query().Where(country.ID(*u)).OnlyID(ctx)
	return command.AtField("input.countryId", err)
}

func taken(err error) error {
	return store.Taken(err, organisation.FieldIdentifier, apperr.New(apperr.AlreadyExists, msgTaken).In("input.identifier"))
}

// tell tells an event that everybody may see.
func (s *Service) tell(ctx context.Context, kind string, subject uuid.UUID, facts eventlog.Facts) error {
	return s.Log.Append(ctx, eventlog.Event{Kind: kind, Subject: subject, Public: true, Facts: facts})
}

// firstOf is the first refusal.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
