package graph

import (
	"cmp"
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/countrygroup"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/apperr"
	rules "acs-aec.org/hub/internal/country"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/page"
)

// countryPageSize is the size of a page of countries, groups or memberships
// where the query names none.
const countryPageSize = 50

// maxCodes is how many codes a filter takes.
const maxCodes = 100

var msgCodes = i18n.Message{
	EN: "Name at most %d codes.", ES: "Indique %d códigos como máximo.", FR: "Indiquez au plus %d codes.",
}

func countryOrder(ctx context.Context, o *model.CountryOrder) page.Order[*ent.Country] {
	order := page.Order[*ent.Country]{Desc: o != nil && descending(o.Direction)}
	if o != nil && o.Field == model.CountryOrderFieldIso2 {
		order.Column = country.FieldIso2
		order.Value = func(c *ent.Country) any { return c.Iso2 }
		return order
	}
	order.Column = keyColumn(ctx, "name")
	order.Value = func(c *ent.Country) any { return byLanguage(ctx, c.NameKeyEn, c.NameKeyEs, c.NameKeyFr) }
	return order
}

func countryConditions(f *model.CountryFilter, today date.Date) ([]condition, error) {
	if f == nil {
		return nil, nil
	}
	if len(f.Iso2) > maxCodes {
		return nil, apperr.Invalid("filter.iso2", msgCodes, maxCodes).With("limit", maxCodes)
	}
	return []condition{
		belongs(membership.FieldCountryID, f.Membership, today), equals(country.FieldGroupID, f.GroupID),
		oneOf(country.FieldIso2, f.Iso2), called(f.Text, country.FieldIso2),
	}, nil
}

// called restricts to rows whose name in any language, or code, contains the
// text; accents and capitals do not matter.
func called(text *string, code string) condition {
	return func(s *sql.Selector) {
		if text == nil {
			return
		}
		folded := i18n.Fold(*text)
		s.Where(sql.Or(
			like(s.C("name_key_en"), folded), like(s.C("name_key_es"), folded), like(s.C("name_key_fr"), folded), likeLower(s.C(code), folded),
		))
	}
}

// belongs restricts to rows with a membership of the kind that holds on the day.
func belongs(ref string, kind *membership.Kind, day date.Date) condition {
	if kind == nil {
		return func(*sql.Selector) {}
	}
	return rules.Belonging(ref, *kind, day)
}

func groupOrder(ctx context.Context, o *model.CountryGroupOrder) page.Order[*ent.CountryGroup] {
	order := page.Order[*ent.CountryGroup]{Desc: o != nil && descending(o.Direction)}
	if o != nil && o.Field == model.CountryGroupOrderFieldCode {
		order.Column = countrygroup.FieldCode
		order.Value = func(g *ent.CountryGroup) any { return g.Code }
		return order
	}
	order.Column = keyColumn(ctx, "name")
	order.Value = func(g *ent.CountryGroup) any { return byLanguage(ctx, g.NameKeyEn, g.NameKeyEs, g.NameKeyFr) }
	return order
}

func groupConditions(f *model.CountryGroupFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		equals(countrygroup.FieldCode, f.Code), contains(f.Text, "name_key_en", "name_key_es", "name_key_fr"), ofCountry(f.CountryID),
	}
}

// ofCountry restricts groups to the one to which a country belongs.
func ofCountry(u *uuid.UUID) condition {
	return func(s *sql.Selector) {
		if u == nil {
			return
		}
		t := sql.Table(country.Table)
		s.Where(sql.In(s.C("id"), sql.Select(t.C(country.FieldGroupID)).From(t).Where(sql.EQ(t.C("id"), *u))))
	}
}

func membershipOrder(o *model.MembershipOrder) page.Order[*ent.Membership] {
	if o != nil && o.Field == model.MembershipOrderFieldCreatedAt {
		return page.Order[*ent.Membership]{
			Column: membership.FieldCreatedAt, Kind: page.Moment, Desc: descending(o.Direction),
			Value: func(m *ent.Membership) any { return m.CreatedAt },
		}
	}
	return page.Order[*ent.Membership]{
		Column: membership.FieldValidFrom, Desc: o != nil && descending(o.Direction),
		Value: func(m *ent.Membership) any { return partial(m.ValidFrom) },
	}
}

func membershipConditions(f *model.MembershipFilter, today date.Date) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		equals(membership.FieldKind, f.Kind), equals(membership.FieldCountryID, f.CountryID),
		equals(membership.FieldOrganisationID, f.OrganisationID),
		func(s *sql.Selector) {
			if f.On != nil {
				rules.On(*f.On)(s)
			}
			switch {
			case f.Current == nil:
			case *f.Current:
				rules.On(today)(s)
			default:
				s.Where(sql.Not(rules.OnP(s.C, today)))
			}
		},
	}
}

// kindOn is what a row is to the ACS on the day by its memberships; nil if
// nothing.
func kindOn(day date.Date, all []*ent.Membership) *membership.Kind {
	for _, m := range all {
		if rules.PeriodOf(m).Holds(day) {
			return &m.Kind
		}
	}
	return nil
}

// partial is a date that may be missing, as an order compares it.
func partial(d *date.Partial) any {
	if d == nil {
		return nil
	}
	return string(*d)
}

// oldestFirst orders memberships by their first day, those without one first,
// then as they were recorded.
func oldestFirst(all []*ent.Membership) []*ent.Membership {
	return slices.SortedStableFunc(slices.Values(all), func(a, b *ent.Membership) int {
		return cmp.Compare(deref(a.ValidFrom), deref(b.ValidFrom))
	})
}
