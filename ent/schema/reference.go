package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// ReferenceSeries numbers what a body dispatches in a year of Port of Spain.
type ReferenceSeries struct{ ent.Schema }

// Fields of ReferenceSeries.
func (ReferenceSeries) Fields() []ent.Field {
	return []ent.Field{
		field.Int("id"),
		must("body_id"),
		field.Int("year").Positive().Immutable(),
		// The number that was given last.
		field.Int("last").NonNegative(),
	}
}

// Indexes of ReferenceSeries.
func (ReferenceSeries) Indexes() []ent.Index {
	return []ent.Index{index.Fields("body_id", "year").Unique()}
}

// Annotations of ReferenceSeries.
func (ReferenceSeries) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "reference_series"}}
}

// Policy of ReferenceSeries.
func (ReferenceSeries) Policy() ent.Policy { return access.Policy(access.Hub) }
