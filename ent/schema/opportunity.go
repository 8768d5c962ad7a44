package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// Opportunity is a call or window through which a donor offers funding, and how
// far the ACS has taken it.
type Opportunity struct{ ent.Schema }

// Mixin of Opportunity.
func (Opportunity) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Opportunity.
func (Opportunity) Fields() []ent.Field {
	fs := []ent.Field{
		// Where it was found, and its identifier there.
		field.String("source").NotEmpty().MaxRuneLen(100),
		field.String("source_id").Optional().Nillable().NotEmpty().MaxRuneLen(200),
		ref("donor_id"),
		ref("agreement_id"),
		day("opens"),
		// The last day on which one may apply.
		day("closes"),
		field.String("area").Optional().Nillable(),
		// ISO 3166-1 codes of countries that stand in the register.
		field.Strings("countries").Default([]string{}),
		// Each as "1:14030": the IATI SectorVocabulary code and the code in it.
		field.Strings("sectors").Default([]string{}),
		field.String("url").Default("").MaxRuneLen(2000),
		field.Enum("status").NamedValues("Identified", "IDENTIFIED", "Screened", "SCREENED", "Shortlisted", "SHORTLISTED",
			"Pursued", "PURSUED", "Won", "WON", "Lost", "LOST", "Dismissed", "DISMISSED", "Closed", "CLOSED").Default("IDENTIFIED"),
		field.String("status_reason").Default("").MaxRuneLen(1000),
		ref("created_by_id"),
	}
	fs = append(fs, money("minimum")...)
	fs = append(fs, money("maximum")...)
	fs = append(fs, heading("title", 500)...)
	fs = append(fs, text("description", 20_000)...)
	return append(fs, text("eligibility", 10_000)...)
}

// Edges of Opportunity.
func (Opportunity) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("donor", Organisation.Type).Field("donor_id").Unique(),
		edge.To("agreement", Agreement.Type).Field("agreement_id").Unique(),
		edge.To("created_by", Person.Type).Field("created_by_id").Unique(),
	}
}

// Indexes of Opportunity.
func (Opportunity) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("source", "source_id").Unique(), index.Fields("status", "closes"), index.Fields("closes", "id"),
		index.Fields("donor_id", "id"), index.Fields("agreement_id", "id"),
	}
}

// Annotations of Opportunity.
func (Opportunity) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("status", "IDENTIFIED", "SCREENED", "SHORTLISTED", "PURSUED", "WON", "LOST", "DISMISSED", "CLOSED"),
		map[string]string{"area_known": "area IS NULL OR area IN ('CARIBBEAN_SEA', 'SUSTAINABLE_TOURISM', 'TRADE', 'DISASTER_RISK_REDUCTION', 'TRANSPORT', 'OTHER')"},
		inOrder("opens", "closes"), moneyCheck("minimum"), moneyCheck("maximum"),
		map[string]string{"one_currency": "minimum_currency IS NULL OR maximum_currency IS NULL OR minimum_currency = maximum_currency"},
	)}
}

// Policy of Opportunity.
func (Opportunity) Policy() ent.Policy { return access.Policy(access.Opportunities) }
