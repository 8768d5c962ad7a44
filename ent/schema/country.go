package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"acs-aec.org/hub/internal/access"
)

// CountryGroup is a group of member states among which posts rotate.
type CountryGroup struct{ ent.Schema }

// Mixin of CountryGroup.
func (CountryGroup) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of CountryGroup.
func (CountryGroup) Fields() []ent.Field {
	return append([]ent.Field{
		field.String("code").NotEmpty().MaxRuneLen(20).Unique(),
	}, heading("name", 200)...)
}

// Edges of CountryGroup.
func (CountryGroup) Edges() []ent.Edge {
	return []ent.Edge{edge.To("countries", Country.Type)}
}

// Policy of CountryGroup.
func (CountryGroup) Policy() ent.Policy { return access.Policy(access.Public) }

// Country is a state or territory, by its ISO 3166-1 code.
type Country struct{ ent.Schema }

// Mixin of Country.
func (Country) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Country.
func (Country) Fields() []ent.Field {
	return append([]ent.Field{
		field.String("iso2").Match(countryCode).Unique().Immutable(),
		ref("group_id"),
	}, heading("name", 200)...)
}

// Edges of Country.
func (Country) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("group", CountryGroup.Type).Ref("countries").Field("group_id").Unique(),
		edge.To("memberships", Membership.Type),
	}
}

// Policy of Country.
func (Country) Policy() ent.Policy { return access.Policy(access.Public) }

// Membership says as what, and from when until when, a country or an organisation
// belongs to the ACS.
type Membership struct{ ent.Schema }

// Mixin of Membership.
func (Membership) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Membership.
func (Membership) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("kind").NamedValues("Member", "MEMBER", "Associate", "ASSOCIATE", "Observer", "OBSERVER"),
		ref("country_id"),
		ref("organisation_id"),
		partialDay("valid_from"),
		partialDay("valid_to"),
		field.String("note").Default("").MaxRuneLen(1000),
	}
}

// Edges of Membership.
func (Membership) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("country", Country.Type).Ref("memberships").Field("country_id").Unique(),
		edge.From("organisation", Organisation.Type).Ref("memberships").Field("organisation_id").Unique(),
	}
}

// Annotations of Membership.
func (Membership) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("kind", "MEMBER", "ASSOCIATE", "OBSERVER"),
		exactlyOne("one_belongs", "country_id", "organisation_id"),
	)}
}

// Policy of Membership.
func (Membership) Policy() ent.Policy { return access.Policy(access.Public) }
