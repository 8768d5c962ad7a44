package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"acs-aec.org/hub/internal/access"
)

// AidDonor is a donor as statistics name it. The same donor may have several names;
// the organisation says who it is.
type AidDonor struct{ ent.Schema }

// Mixin of AidDonor.
func (AidDonor) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of AidDonor.
func (AidDonor) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").NotEmpty().MaxRuneLen(400).Immutable(),
		// The name folded: what makes two names one.
		field.String("name_key").NotEmpty().MaxRuneLen(800).Unique().Immutable(),
		ref("organisation_id"),
	}
}

// Edges of AidDonor.
func (AidDonor) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("organisation", Organisation.Type).Field("organisation_id").Unique(),
		edge.To("statistics", AidStatistic.Type),
	}
}

// Indexes of AidDonor.
func (AidDonor) Indexes() []ent.Index { return []ent.Index{index.Fields("organisation_id")} }

// Policy of AidDonor.
func (AidDonor) Policy() ent.Policy { return access.Policy(access.Public) }

// AidStatistic is what a donor gave to a country in a year, as somebody compiled it.
// It is never added to transactions: it tells of the same money.
type AidStatistic struct{ ent.Schema }

// Mixin of AidStatistic.
func (AidStatistic) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of AidStatistic.
func (AidStatistic) Fields() []ent.Field {
	return append([]ent.Field{
		// Who compiled it, such as "OECD CRS".
		field.String("source").NotEmpty().MaxRuneLen(200).Immutable(),
		field.Int("year").Positive().Immutable(),
		field.String("recipient_code").Match(countryCode).Immutable(),
		ref("recipient_id"),
		field.UUID("donor_id", uuid.UUID{}).Immutable(),
		ref("run_id"),
		field.Int("line").Default(0),
	}, money("value")...)
}

// Edges of AidStatistic.
func (AidStatistic) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("recipient", Country.Type).Field("recipient_id").Unique(),
		edge.From("donor", AidDonor.Type).Ref("statistics").Field("donor_id").Unique().Required().Immutable(),
		edge.To("run", ImportRun.Type).Field("run_id").Unique(),
	}
}

// Indexes of AidStatistic.
func (AidStatistic) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("source", "year", "recipient_code", "donor_id").Unique(),
		index.Fields("donor_id", "year"), index.Fields("recipient_code", "year"), index.Fields("recipient_id"), index.Fields("run_id"),
	}
}

// Annotations of AidStatistic.
func (AidStatistic) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(moneyCheck("value"))}
}

// Policy of AidStatistic.
func (AidStatistic) Policy() ent.Policy { return access.Policy(access.Public) }
