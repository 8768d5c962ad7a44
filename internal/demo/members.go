package demo

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/country"
	"acs-aec.org/hub/internal/organisation"
	"acs-aec.org/hub/internal/person"
	"acs-aec.org/hub/internal/viewer"

	bodies "acs-aec.org/hub/internal/body"
)

// countries makes the groups, the countries, and what these are to the ACS.
func (m *maker) countries(ctx context.Context) error {
	s := country.New(m.Runner)
	for _, g := range m.facts.Groups {
		row, _, err := s.CreateGroup(ctx, country.CreateGroupInput{Code: g.Code, Name: g.Name.input()}, nil)
		if err != nil {
			return about("group", g.Code, err)
		}
		m.world.Groups[g.Code] = row.ID
	}
	belongs := func(iso2 string, name text, group string, kind membership.Kind, note string) error {
		row, _, err := s.Create(ctx, country.CreateInput{ISO2: iso2, Name: name.input(), Group: named(m.world.Groups, group)}, nil)
		if err != nil {
			return about("country", iso2, err)
		}
		m.world.Countries[iso2] = row.ID
		_, _, err = s.Record(ctx, country.RecordInput{Country: &row.ID, Kind: kind, Note: &note}, nil)
		return about("membership of", iso2, err)
	}
	for _, c := range m.facts.Members {
		if err := belongs(c.ISO2, c.Name, c.Group, membership.KindMember, ""); err != nil {
			return err
		}
	}
	for _, c := range m.facts.Associates {
		if err := belongs(c.ISO2, c.Name, "", membership.KindAssociate, c.Note); err != nil {
			return err
		}
	}
	for _, c := range m.facts.Observers {
		if err := belongs(c.ISO2, c.Name, "", membership.KindObserver, c.Note); err != nil {
			return err
		}
	}
	return nil
}

// organisations makes the organisations; some of them are observers.
func (m *maker) organisations(ctx context.Context) error {
	s, members := organisation.New(m.Runner), country.New(m.Runner)
	for _, o := range slices.Concat(m.facts.Organisations, m.facts.Money.Organisations) {
		row, _, err := s.Create(ctx, organisation.CreateInput{
			Name: o.Name.input(), Identifier: some[string](o.Identifier), TypeCode: some[string](o.Type), Kinds: o.Kinds, Aliases: o.Aliases,
			Country: named(m.world.Countries, o.Country),
		}, nil)
		if err != nil {
			return about("organisation", o.Key, err)
		}
		m.world.Organisations[o.Key] = row.ID
		if o.Observer == "" {
			continue
		}
		_, _, err = members.Record(ctx, country.RecordInput{Organisation: &row.ID, Kind: membership.KindObserver, Note: &o.Observer}, nil)
		if err != nil {
			return about("membership of", o.Key, err)
		}
	}
	return nil
}

// bodies makes the bodies. A rule of decision is demonstration.
func (m *maker) bodies(ctx context.Context) error {
	s := bodies.New(m.Runner)
	for _, b := range m.facts.Bodies {
		row, _, err := s.Create(ctx, bodies.CreateInput{
			Code: b.Code, Name: b.Name.input(), Kind: body.Kind(b.Kind), Parent: named(m.world.Bodies, b.Parent),
			DecisionRule: some[body.DecisionRule](b.DemonstrationRule), Demonstration: b.DemonstrationRule != "",
		}, nil)
		if err != nil {
			return about("body", b.Code, err)
		}
		m.world.Bodies[b.Code] = row.ID
	}
	return nil
}

// people makes the fictitious persons with their seats, posts and passwords, and
// the seats that nobody holds.
func (m *maker) people(ctx context.Context) error {
	s := person.New(m.Runner)
	passwords := map[uuid.UUID]account.Password{}
	for i, p := range m.facts.Persons {
		row, _, _, err := s.Create(ctx, person.CreateInput{
			Email: p.Email, Name: p.Name, Organisation: named(m.world.Organisations, p.Organisation),
		}, nil)
		if err != nil {
			return about("person", p.Key, err)
		}
		m.world.Persons[p.Key], passwords[row.ID] = row.ID, m.passwords[i]
		v := &viewer.Viewer{Person: row.ID} // no chosen language: the visitor's browser says it
		if row.OrganisationID != nil {
			v.Organisation, v.Partner = *row.OrganisationID, true
		}
		m.viewers[p.Key] = v
		if err := m.places(ctx, p, v); err != nil {
			return about("seats of", p.Key, err)
		}
	}
	if err := m.vacancies(ctx); err != nil {
		return err
	}
	return m.accounts.GivePasswords(ctx, passwords)
}

// places gives a person seats and posts, from today on.
func (m *maker) places(ctx context.Context, p personFact, v *viewer.Viewer) error {
	for _, at := range p.Seats {
		row, _, err := bodies.New(m.Runner).AssignSeat(ctx, bodies.AssignInput{
			Body: m.world.Bodies[at.Body], Role: seat.Role(at.Role), Country: named(m.world.Countries, at.Country), Person: &v.Person,
		}, nil)
		if err != nil {
			return err
		}
		v.Seats = append(v.Seats, viewer.Seat{ID: row.ID, Body: row.BodyID, BodyKind: m.kindOf(at.Body), Role: at.Role})
	}
	for _, at := range p.Posts {
		row, _, err := bodies.New(m.Runner).AssignStaffPost(ctx, bodies.AssignPostInput{
			Body: m.world.Bodies[at.Body], Person: v.Person, Title: at.Title.input(),
		}, nil)
		if err != nil {
			return err
		}
		v.Seats = append(v.Seats, viewer.Seat{ID: row.ID, Body: row.BodyID, BodyKind: m.kindOf(at.Body), Role: "STAFF"})
	}
	return nil
}

// council is the body in which each member has a seat.
const council = "CNR"

// vacancies makes the seats that nobody holds: those that the files name, and
// one in the Council of National Representatives for each member without one.
func (m *maker) vacancies(ctx context.Context) error {
	vacant := m.facts.Vacant
	held := map[string]bool{}
	for _, p := range m.facts.Persons {
		for _, at := range p.Seats {
			held[at.Country] = held[at.Country] || at.Body == council
		}
	}
	for _, c := range m.facts.Members {
		if !held[c.ISO2] {
			vacant = append(vacant, seatFact{council, string(seat.RoleMember), c.ISO2})
		}
	}
	for _, at := range vacant {
		_, _, err := bodies.New(m.Runner).AssignSeat(ctx, bodies.AssignInput{
			Body: m.world.Bodies[at.Body], Role: seat.Role(at.Role), Country: named(m.world.Countries, at.Country), SinceEver: true,
		}, nil)
		if err != nil {
			return about("vacant seat of", at.Body+" "+at.Country, err)
		}
	}
	return nil
}

func (m *maker) kindOf(code string) viewer.BodyKind {
	for _, b := range m.facts.Bodies {
		if b.Code == code {
			return viewer.BodyKind(b.Kind)
		}
	}
	return viewer.OtherBody
}
