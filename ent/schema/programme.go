package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"acs-aec.org/hub/internal/access"
)

// Programme groups projects under a priority area, an objective, an envelope and
// a period.
type Programme struct{ ent.Schema }

// Mixin of Programme.
func (Programme) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Programme.
func (Programme) Fields() []ent.Field {
	fs := []ent.Field{
		field.String("code").NotEmpty().MaxRuneLen(40).Unique(),
		field.Enum("area").NamedValues("CaribbeanSea", "CARIBBEAN_SEA", "SustainableTourism", "SUSTAINABLE_TOURISM",
			"Trade", "TRADE", "DisasterRiskReduction", "DISASTER_RISK_REDUCTION", "Transport", "TRANSPORT", "Other", "OTHER"),
		field.Enum("status").NamedValues("Draft", "DRAFT", "Adopted", "ADOPTED", "Running", "RUNNING", "Closed", "CLOSED").Default("DRAFT"),
		field.String("status_reason").Default("").MaxRuneLen(1000),
		partialDay("starts"),
		partialDay("ends"),
		ref("created_by_id"),
	}
	fs = append(fs, money("envelope")...)
	fs = append(fs, heading("title", 500)...)
	return append(fs, text("objective", 10_000)...)
}

// Edges of Programme.
func (Programme) Edges() []ent.Edge {
	return []ent.Edge{edge.To("created_by", Person.Type).Field("created_by_id").Unique()}
}

// Annotations of Programme.
func (Programme) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("area", "CARIBBEAN_SEA", "SUSTAINABLE_TOURISM", "TRADE", "DISASTER_RISK_REDUCTION", "TRANSPORT", "OTHER"),
		among("status", "DRAFT", "ADOPTED", "RUNNING", "CLOSED"),
		moneyCheck("envelope"),
	)}
}

// Policy of Programme.
func (Programme) Policy() ent.Policy { return access.Policy(access.Programmes) }
