package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/iati"
)

// Budget is money that an activity is to have in a period, or, as a planned
// disbursement, to pay.
type Budget struct{ ent.Schema }

// Mixin of Budget.
func (Budget) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of Budget.
func (Budget) Fields() []ent.Field {
	fs := []ent.Field{
		must("activity_id"),
		field.Enum("kind").NamedValues("Budget", "BUDGET", "PlannedDisbursement", "PLANNED_DISBURSEMENT"),
		field.Int("position").NonNegative(),
		field.Int("line").Default(0),
		// The IATI BudgetType and BudgetStatus codes as published.
		field.String("type_code").Default("").MaxRuneLen(20),
		field.String("status_code").Default("").MaxRuneLen(20),
		day("period_start"),
		day("period_end"),
		day("value_date"),
		// Whether the currency is the activity's default.
		field.Bool("currency_assumed").Default(false),
		field.String("provider_ref").Default("").MaxRuneLen(400),
		field.String("provider_name").Default("").MaxRuneLen(1000),
		field.String("provider_type").Default("").MaxRuneLen(20),
		field.String("provider_activity_ref").Default("").MaxRuneLen(400),
		ref("provider_id"),
		field.String("receiver_ref").Default("").MaxRuneLen(400),
		field.String("receiver_name").Default("").MaxRuneLen(1000),
		field.String("receiver_type").Default("").MaxRuneLen(20),
		field.String("receiver_activity_ref").Default("").MaxRuneLen(400),
		ref("receiver_id"),
		// The names in all languages, where the names do not give them again.
		field.JSON("provider_names", iati.Narratives{}).Optional(),
		field.JSON("receiver_names", iati.Narratives{}).Optional(),
	}
	return append(fs, money("value")...)
}

// Edges of Budget.
func (Budget) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("activity", Activity.Type).Ref("budgets").Field("activity_id").Unique().Required(),
		edge.To("provider", Organisation.Type).Field("provider_id").Unique(),
		edge.To("receiver", Organisation.Type).Field("receiver_id").Unique(),
	}
}

// Indexes of Budget.
func (Budget) Indexes() []ent.Index {
	return []ent.Index{index.Fields("activity_id", "kind", "position")}
}

// Annotations of Budget.
func (Budget) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(moneyCheck("value"), among("kind", "BUDGET", "PLANNED_DISBURSEMENT"))}
}

// Policy of Budget.
func (Budget) Policy() ent.Policy { return access.Policy(access.OfActivity) }
