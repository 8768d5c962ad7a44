package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/iati"
)

// Document is a document that an activity links to: at itself, or at one of its
// results, indicators, baselines, targets and what was reached.
type Document struct{ ent.Schema }

// Mixin of Document.
func (Document) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of Document.
func (Document) Fields() []ent.Field {
	fs := []ent.Field{
		must("activity_id"),
		field.Enum("place").NamedValues("Activity", "ACTIVITY", "Result", "RESULT", "Indicator", "INDICATOR",
			"Baseline", "BASELINE", "Target", "TARGET", "Actual", "ACTUAL").Default("ACTIVITY"),
		// Which baseline, target or actual it is, from 0.
		field.Int("place_number").Default(0),
		ref("result_id"),
		ref("indicator_id"),
		ref("period_id"),
		field.Int("position").NonNegative(),
		field.Int("line").Default(0),
		field.Text("url").Default("").MaxRuneLen(4000),
		field.String("format").Default("").MaxRuneLen(200),
		// The IATI DocumentCategory codes and the languages as published.
		field.JSON("categories", []string{}),
		field.JSON("languages", []string{}),
		day("date"),
		// The texts in all languages, where the columns do not give them again.
		field.JSON("titles", iati.Narratives{}).Optional(),
		field.JSON("descriptions", iati.Narratives{}).Optional(),
	}
	fs = append(fs, foreignText("title", 20_000)...)
	return append(fs, foreignText("description", 100_000)...)
}

// Edges of Document.
func (Document) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("activity", Activity.Type).Ref("documents").Field("activity_id").Unique().Required(),
		edge.From("result", Result.Type).Ref("documents").Field("result_id").Unique(),
		edge.From("indicator", Indicator.Type).Ref("documents").Field("indicator_id").Unique(),
		edge.From("period", IndicatorPeriod.Type).Ref("documents").Field("period_id").Unique(),
	}
}

// Indexes of Document.
func (Document) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("activity_id", "position"),
		index.Fields("result_id").Annotations(entsql.IndexWhere("result_id IS NOT NULL")),
		index.Fields("indicator_id").Annotations(entsql.IndexWhere("indicator_id IS NOT NULL")),
		index.Fields("period_id").Annotations(entsql.IndexWhere("period_id IS NOT NULL")),
	}
}

// Annotations of Document.
func (Document) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(among("place", "ACTIVITY", "RESULT", "INDICATOR", "BASELINE", "TARGET", "ACTUAL"))}
}

// Policy of Document.
func (Document) Policy() ent.Policy { return access.Policy(access.OfActivity) }
