package country

import (
	"context"
	"fmt"
	"regexp"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/countrygroup"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

// nameLimit is how long a name of a country or a group may be.
const nameLimit = 200

var (
	msgCode = i18n.Message{
		EN: "A country is written with two capitals, such as JM.", ES: "Un país se escribe con dos mayúsculas, como JM.",
		FR: "Un pays s'écrit avec deux majuscules, comme JM.",
	}
	msgCountryTaken = i18n.Message{
		EN: "This country is here already.", ES: "Este país ya está registrado.", FR: "Ce pays est déjà enregistré.",
	}
	msgGroupTaken = i18n.Message{
		EN: "Another group has this code.", ES: "Otro grupo tiene este código.", FR: "Un autre groupe porte ce code.",
	}
)

var iso2 = regexp.MustCompile(`^[A-Z]{2}$`)

// MayEdit says whether the viewer may change countries, groups and memberships.
func (*Service) MayEdit(v *viewer.Viewer) bool { return v.Secretariat() }

// CreateInput is a new country.
type CreateInput struct {
	ISO2  string
	Name  *i18n.TextInput
	Group *uuid.UUID
}

// Create adds a country. For the Secretariat. A code that is taken is
// ALREADY_EXISTS.
func (s *Service) Create(ctx context.Context, in CreateInput, key *string) (*ent.Country, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	if !iso2.MatchString(in.ISO2) {
		return nil, command.Receipt{}, apperr.Invalid("input.iso2", msgCode)
	}
	now := s.Time()
	name, err := command.Text(ctx, "input.name", in.Name, nameLimit, true, now)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "createCountry", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.Country, error) {
		if err := groupNamed(ctx, tx, in.Group); err != nil {
			return nil, err
		}
		c, err := tx.Country.Create().SetID(s.NewID(id.Country)).SetCreatedAt(now).SetUpdatedAt(now).SetIso2(in.ISO2).
			SetNillableGroupID(in.Group).SetNameText(name).Save(ctx)
		if err := store.Taken(err, country.FieldIso2, apperr.New(apperr.AlreadyExists, msgCountryTaken).In("input.iso2")); err != nil {
			return nil, err
		}
		return c, s.tell(ctx, "CountryCreated", c.ID, nil)
	}, func(c *ent.Country) uuid.UUID { return c.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Country, error) {
		c, err := tx.Country.Get(ctx, u)
		return c, command.Found(err)
	})
}

// EditInput is a change of a country. What is not given stays.
type EditInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Name             *i18n.TextInput
	Group            command.Field[uuid.UUID]
}

// Edit changes a country's names or group. For the Secretariat.
func (s *Service) Edit(ctx context.Context, in EditInput) (*ent.Country, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Country, error) {
		c, err := tx.Country.Query().Where(country.ID(in.ID), store.Locked(tx)).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := command.Unchanged(c.Revision, in.ExpectedRevision); err != nil {
			return nil, err
		}
		now := s.Time()
		name, renamed, err := command.EditText(ctx, "input.name", c.NameText(), in.Name, nameLimit, true, now)
		if err != nil {
			return nil, err
		}
		group := in.Group.OrNil(c.GroupID)
		if err := groupNamed(ctx, tx, in.Group.Value); err != nil {
			return nil, err
		}
		var d eventlog.Diff
		d.Text("name", renamed)
		d.Value("group", command.Ref(c.GroupID), command.Ref(group))
		if !d.Any() {
			return c, nil
		}
		u := c.Update().SetUpdatedAt(now).SetRevision(c.Revision + 1).SetNameText(name)
		command.Put(group, u.SetGroupID, u.ClearGroupID)
		if c, err = u.Save(ctx); err != nil {
			return nil, fmt.Errorf("country: edit a country: %w", err)
		}
		return c, s.tell(ctx, "CountryEdited", c.ID, d.Changes)
	})
}

// CreateGroupInput is a new group of countries.
type CreateGroupInput struct {
	Code string
	Name *i18n.TextInput
}

// CreateGroup adds a group. For the Secretariat. A code that is taken is
// ALREADY_EXISTS.
func (s *Service) CreateGroup(ctx context.Context, in CreateGroupInput, key *string) (*ent.CountryGroup, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	code, err := command.Line("input.code", in.Code, 20)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	now := s.Time()
	name, err := command.Text(ctx, "input.name", in.Name, nameLimit, true, now)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "createCountryGroup", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.CountryGroup, error) {
		g, err := tx.CountryGroup.Create().SetID(s.NewID(id.CountryGroup)).SetCreatedAt(now).SetUpdatedAt(now).SetCode(code).
			SetNameText(name).Save(ctx)
		if err := store.Taken(err, countrygroup.FieldCode, apperr.New(apperr.AlreadyExists, msgGroupTaken).In("input.code")); err != nil {
			return nil, err
		}
		return g, s.tell(ctx, "CountryGroupCreated", g.ID, nil)
	}, func(g *ent.CountryGroup) uuid.UUID { return g.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.CountryGroup, error) {
		g, err := tx.CountryGroup.Get(ctx, u)
		return g, command.Found(err)
	})
}

// EditGroupInput is a change of a group. What is not given stays.
type EditGroupInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Name             *i18n.TextInput
}

// EditGroup changes a group's names. For the Secretariat.
func (s *Service) EditGroup(ctx context.Context, in EditGroupInput) (*ent.CountryGroup, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.CountryGroup, error) {
		g, err := tx.CountryGroup.Query().Where(countrygroup.ID(in.ID), store.Locked(tx)).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := command.Unchanged(g.Revision, in.ExpectedRevision); err != nil {
			return nil, err
		}
		now := s.Time()
		name, renamed, err := command.EditText(ctx, "input.name", g.NameText(), in.Name, nameLimit, true, now)
		if err != nil {
			return nil, err
		}
		var d eventlog.Diff
		d.Text("name", renamed)
		if !d.Any() {
			return g, nil
		}
		if g, err = g.Update().SetUpdatedAt(now).SetRevision(g.Revision + 1).SetNameText(name).Save(ctx); err != nil {
			return nil, fmt.Errorf("country: edit a group: %w", err)
		}
		return g, s.tell(ctx, "CountryGroupEdited", g.ID, d.Changes)
	})
}

// groupNamed refuses a group that there is not; nil is no group.
func groupNamed(ctx context.Context, tx *ent.Client, u *uuid.UUID) error {
	if u == nil {
		return nil
	}
	_, err := tx.CountryGroup.Query().Where(countrygroup.ID(*u)).OnlyID(ctx)
	return command.AtField("input.groupId", err)
}

// tell tells an event that everybody may see.
func (s *Service) tell(ctx context.Context, kind string, subject uuid.UUID, changes []eventlog.Change) error {
	return s.Log.Append(ctx, eventlog.Event{Kind: kind, Subject: subject, Public: true, Facts: eventlog.Facts{Changes: changes}})
}
