package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/iati"
)

// Result is what an activity is to bring about.
type Result struct{ ent.Schema }

// Mixin of Result.
func (Result) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of Result.
func (Result) Fields() []ent.Field {
	fs := []ent.Field{
		must("activity_id"),
		field.Int("position").NonNegative(),
		field.Int("line").Default(0),
		// The IATI ResultType code as published.
		field.String("type_code").Default("").MaxRuneLen(20),
		field.Bool("aggregation").Optional().Nillable(),
		field.JSON("references", []iati.Reference{}).Optional(),
		// The texts in all languages, where the columns do not give them again.
		field.JSON("titles", iati.Narratives{}).Optional(),
		field.JSON("descriptions", iati.Narratives{}).Optional(),
	}
	fs = append(fs, foreignText("title", 20_000)...)
	return append(fs, foreignText("description", 100_000)...)
}

// Edges of Result.
func (Result) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("activity", Activity.Type).Ref("results").Field("activity_id").Unique().Required(),
		edge.To("indicators", Indicator.Type),
		edge.To("documents", Document.Type),
	}
}

// Indexes of Result.
func (Result) Indexes() []ent.Index { return []ent.Index{index.Fields("activity_id", "position")} }

// Policy of Result.
func (Result) Policy() ent.Policy { return access.Policy(access.OfActivity) }

// Indicator is what a result is measured by.
type Indicator struct{ ent.Schema }

// Mixin of Indicator.
func (Indicator) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of Indicator.
func (Indicator) Fields() []ent.Field {
	fs := []ent.Field{
		must("activity_id"),
		must("result_id"),
		field.Int("position").NonNegative(),
		field.Int("line").Default(0),
		// The IATI IndicatorMeasure code as published.
		field.String("measure_code").Default("").MaxRuneLen(20),
		field.Bool("ascending").Optional().Nillable(),
		field.Bool("aggregation").Optional().Nillable(),
		field.JSON("references", []iati.Reference{}).Optional(),
		field.JSON("baselines", []iati.Measured{}).Optional(),
		// The texts in all languages, where the columns do not give them again.
		field.JSON("titles", iati.Narratives{}).Optional(),
		field.JSON("descriptions", iati.Narratives{}).Optional(),
	}
	fs = append(fs, foreignText("title", 20_000)...)
	return append(fs, foreignText("description", 100_000)...)
}

// Edges of Indicator.
func (Indicator) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("activity", Activity.Type).Field("activity_id").Unique().Required(),
		edge.From("result", Result.Type).Ref("indicators").Field("result_id").Unique().Required(),
		edge.To("periods", IndicatorPeriod.Type),
		edge.To("documents", Document.Type),
	}
}

// Indexes of Indicator.
func (Indicator) Indexes() []ent.Index {
	return []ent.Index{index.Fields("result_id", "position"), index.Fields("activity_id")}
}

// Policy of Indicator.
func (Indicator) Policy() ent.Policy { return access.Policy(access.OfActivity) }

// IndicatorPeriod is a time for which an indicator has targets and what was
// reached.
type IndicatorPeriod struct{ ent.Schema }

// Mixin of IndicatorPeriod.
func (IndicatorPeriod) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of IndicatorPeriod.
func (IndicatorPeriod) Fields() []ent.Field {
	return []ent.Field{
		must("activity_id"),
		must("indicator_id"),
		field.Int("position").NonNegative(),
		day("period_start"),
		day("period_end"),
		field.JSON("targets", []iati.Measured{}).Optional(),
		field.JSON("actuals", []iati.Measured{}).Optional(),
	}
}

// Edges of IndicatorPeriod.
func (IndicatorPeriod) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("activity", Activity.Type).Field("activity_id").Unique().Required(),
		edge.From("indicator", Indicator.Type).Ref("periods").Field("indicator_id").Unique().Required(),
		edge.To("documents", Document.Type),
	}
}

// Indexes of IndicatorPeriod.
func (IndicatorPeriod) Indexes() []ent.Index {
	return []ent.Index{index.Fields("indicator_id", "position"), index.Fields("activity_id")}
}

// Policy of IndicatorPeriod.
func (IndicatorPeriod) Policy() ent.Policy { return access.Policy(access.OfActivity) }
