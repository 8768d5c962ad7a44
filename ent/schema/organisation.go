package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// Organisation is a donor, partner, agency or other body with which the ACS works.
type Organisation struct{ ent.Schema }

// Mixin of Organisation.
func (Organisation) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Organisation.
func (Organisation) Fields() []ent.Field {
	return append([]ent.Field{
		// The identifier that the organisation publishes under (IATI organisation identifier).
		field.String("identifier").Optional().Nillable().NotEmpty().MaxRuneLen(200).Unique(),
		// The IATI OrganisationType code.
		field.String("type_code").Optional().Nillable().MaxRuneLen(10),
		// What the organisation is to the ACS: DONOR, PARTNER, IMPLEMENTER, RESEARCH, AGENCY.
		field.Strings("kinds").Default([]string{}),
		field.Strings("aliases").Default([]string{}),
		// Every name, alias and identifier, folded for searching: lower case, no accents.
		field.Text("folded").Default("").MaxRuneLen(10_000),
		ref("country_id"),
		field.Enum("status").NamedValues("Active", "ACTIVE", "Merged", "MERGED").Default("ACTIVE"),
		ref("merged_into_id"),
	}, heading("name", 400)...)
}

// Edges of Organisation.
func (Organisation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("country", Country.Type).Field("country_id").Unique(),
		edge.To("absorbed", Organisation.Type).From("merged_into").Field("merged_into_id").Unique(),
		edge.To("memberships", Membership.Type),
	}
}

// Indexes of Organisation.
func (Organisation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("country_id"), index.Fields("merged_into_id")}
}

// Annotations of Organisation.
func (Organisation) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("status", "ACTIVE", "MERGED"),
		map[string]string{"merged_somewhere": "status = 'MERGED' AND merged_into_id IS NOT NULL OR status <> 'MERGED' AND merged_into_id IS NULL"},
	)}
}

// Policy of Organisation.
func (Organisation) Policy() ent.Policy { return access.Policy(access.Public) }
