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

// Activity is a project or other unit of work as IATI knows it: the ACS's own,
// or one that another organisation published.
type Activity struct{ ent.Schema }

// Mixin of Activity.
func (Activity) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Activity.
func (Activity) Fields() []ent.Field {
	fs := []ent.Field{
		field.String("iati_identifier").NotEmpty().MaxRuneLen(400).Unique(),
		field.Enum("origin").NamedValues("Own", "OWN", "Imported", "IMPORTED").Immutable(),
		// The IATI ActivityStatus code as published; unknown codes are kept.
		field.String("status_code").MaxRuneLen(20),
		// An own activity is public once it is published.
		field.Bool("published").Default(false),
		day("planned_start"),
		day("actual_start"),
		day("planned_end"),
		day("actual_end"),
		field.String("reporting_ref").Default("").MaxRuneLen(400),
		field.String("reporting_name").Default("").MaxRuneLen(1000),
		ref("reporting_id"),
		field.Int("hierarchy").Optional().Nillable(),
		ref("programme_id"),
		ref("proposal_id"),
		ref("agreement_id"),
		// Whether its money is in the shares and sums of internal/funding.
		field.Bool("funding_counted").Default(false),
		// Where an imported activity comes from.
		ref("run_id"),
		field.String("dataset_name").Default("").MaxRuneLen(200),
		field.Int("line").Default(0),
		field.Bytes("digest").Optional().MaxLen(32),
		// The digests of its parts, to tell which of them an import changes.
		field.Bytes("parts").Optional(),
		ref("created_by_id"),
		// Since when its dataset does not have it any more.
		bounded("vanished_at"),
		// Whether a published rule is broken in it.
		field.Bool("flagged").Default(false),
		// The language and currency of what tells none; "" for none.
		field.String("language").Default("").MaxRuneLen(100),
		field.String("currency").Default("").MaxRuneLen(3),
		field.Bool("humanitarian").Default(false),
		// What was published beside what has a column or rows of its own.
		field.JSON("further", &iati.Further{}).Optional(),
		// When an import wrote it, so that it shows whether it was edited since.
		bounded("written_at"),
	}
	fs = append(fs, heading("title", 20_000)...)
	fs = append(fs, field.Text("title_other").Default("").MaxRuneLen(20_000))
	return append(fs, foreignText("description", 400_000)...)
}

// Edges of Activity.
func (Activity) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("reporting", Organisation.Type).Field("reporting_id").Unique(),
		edge.To("programme", Programme.Type).Field("programme_id").Unique(),
		edge.To("proposal", Proposal.Type).Field("proposal_id").Unique(),
		edge.From("agreement", Agreement.Type).Ref("activities").Field("agreement_id").Unique(),
		edge.To("run", ImportRun.Type).Field("run_id").Unique(),
		edge.To("created_by", Person.Type).Field("created_by_id").Unique(),
		edge.To("participants", ActivityParticipant.Type),
		edge.To("transactions", Transaction.Type),
		edge.To("allocations", Allocation.Type),
		edge.To("budgets", Budget.Type),
		edge.To("documents", Document.Type),
		edge.To("related", RelatedActivity.Type),
		edge.To("results", Result.Type),
		edge.To("tags", ActivityTag.Type),
		edge.To("markers", PolicyMarker.Type),
		edge.To("conditions", ActivityCondition.Type),
	}
}

// Indexes of Activity.
func (Activity) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("run_id"), index.Fields("dataset_name", "id"), index.Fields("origin", "id"), index.Fields("status_code", "id"),
		index.Fields("programme_id"), index.Fields("proposal_id"), index.Fields("agreement_id"),
		index.Fields("funding_counted").Annotations(entsql.IndexWhere("NOT funding_counted")),
		index.Fields("vanished_at").Annotations(entsql.IndexWhere("vanished_at IS NOT NULL")),
	}
}

// Annotations of Activity.
func (Activity) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(among("origin", "OWN", "IMPORTED"))}
}

// Policy of Activity.
func (Activity) Policy() ent.Policy { return access.Policy(access.Activities) }

// ActivityParticipant is an organisation that takes part in an activity, in a
// role of the IATI OrganisationRole list.
type ActivityParticipant struct{ ent.Schema }

// Mixin of ActivityParticipant.
func (ActivityParticipant) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of ActivityParticipant.
func (ActivityParticipant) Fields() []ent.Field {
	return []ent.Field{
		must("activity_id"),
		field.String("role_code").MaxRuneLen(20),
		field.String("ref").Default("").MaxRuneLen(400),
		field.String("type_code").Default("").MaxRuneLen(20),
		field.String("name").Default("").MaxRuneLen(1000),
		field.String("activity_ref").Default("").MaxRuneLen(400),
		ref("organisation_id"),
		field.Int("position").NonNegative(),
		field.String("channel").Default("").MaxRuneLen(20),
		// The name in all languages, where name does not give it again.
		field.JSON("names", iati.Narratives{}).Optional(),
	}
}

// Edges of ActivityParticipant.
func (ActivityParticipant) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("activity", Activity.Type).Ref("participants").Field("activity_id").Unique().Required(),
		edge.To("organisation", Organisation.Type).Field("organisation_id").Unique(),
	}
}

// Indexes of ActivityParticipant.
func (ActivityParticipant) Indexes() []ent.Index {
	return []ent.Index{index.Fields("activity_id", "position"), index.Fields("organisation_id")}
}

// Policy of ActivityParticipant.
func (ActivityParticipant) Policy() ent.Policy { return access.Policy(access.OfActivity) }

// Transaction is money that was promised or moved, as published.
type Transaction struct{ ent.Schema }

// Mixin of Transaction.
func (Transaction) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Transaction.
func (Transaction) Fields() []ent.Field {
	fs := []ent.Field{
		must("activity_id"),
		field.Int("position").NonNegative(),
		// The IATI TransactionType code.
		field.String("type_code").MaxRuneLen(20),
		day("date"),
		day("value_date"),
		field.String("ref").Default("").MaxRuneLen(400),
		// Whether the currency is the activity's default.
		field.Bool("currency_assumed").Default(false),
		field.Bool("humanitarian").Default(false),
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
		// The activities that provider_activity_ref and receiver_activity_ref name, where
		// they are known here.
		ref("provider_activity_id"),
		ref("receiver_activity_id"),
		// Who gave and who received as sums count it: what is stated, or else the
		// organisation that reports; see internal/funding. "" is nobody.
		field.String("provider_key").Default("").MaxRuneLen(410),
		field.String("receiver_key").Default("").MaxRuneLen(410),
		// Whether it states places or sectors of its own, instead of the activity's.
		field.Bool("own_places").Default(false),
		field.Bool("own_sectors").Default(false),
		ref("run_id"),
		field.Int("line").Default(0),
		// What was published beside what has a column or rows of its own.
		field.JSON("further", &iati.TransactionFurther{}).Optional(),
		field.JSON("provider_names", iati.Narratives{}).Optional(),
		field.JSON("receiver_names", iati.Narratives{}).Optional(),
	}
	fs = append(fs, money("value")...)
	return append(fs, foreignText("description", 100_000)...)
}

// Edges of Transaction.
func (Transaction) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("activity", Activity.Type).Ref("transactions").Field("activity_id").Unique().Required(),
		edge.To("provider", Organisation.Type).Field("provider_id").Unique(),
		edge.To("receiver", Organisation.Type).Field("receiver_id").Unique(),
		edge.To("provider_activity", Activity.Type).Field("provider_activity_id").Unique(),
		edge.To("receiver_activity", Activity.Type).Field("receiver_activity_id").Unique(),
		edge.To("run", ImportRun.Type).Field("run_id").Unique(),
		edge.To("allocations", Allocation.Type),
	}
}

// Indexes of Transaction.
func (Transaction) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("activity_id", "position"), index.Fields("activity_id", "type_code", "value_currency"), index.Fields("date", "id"),
		index.Fields("provider_key"), index.Fields("receiver_key"),
		index.Fields("provider_activity_ref"), index.Fields("receiver_activity_ref"),
		index.Fields("activity_id").Annotations(entsql.IndexWhere("value_micro IS NULL")).StorageKey("transaction_without_millionths"),
		index.Fields("provider_activity_id").Annotations(entsql.IndexWhere("provider_activity_id IS NOT NULL")),
		index.Fields("receiver_activity_id").Annotations(entsql.IndexWhere("receiver_activity_id IS NOT NULL")),
	}
}

// Annotations of Transaction.
func (Transaction) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(moneyCheck("value"))}
}

// Policy of Transaction.
func (Transaction) Policy() ent.Policy { return access.Policy(access.OfActivity) }

// Allocation gives a share of an activity, a transaction or a proposal to a
// country, a region or a sector.
type Allocation struct{ ent.Schema }

// Mixin of Allocation.
func (Allocation) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of Allocation.
func (Allocation) Fields() []ent.Field {
	return []ent.Field{
		ref("activity_id"),
		ref("transaction_id"),
		ref("proposal_id"),
		field.Enum("dimension").NamedValues("Country", "COUNTRY", "Region", "REGION", "Sector", "SECTOR"),
		// The vocabulary of the code; for countries always ISO 3166-1.
		field.String("vocabulary").Default("").MaxRuneLen(20),
		field.String("code").MaxRuneLen(200),
		// What a code of an own vocabulary means, as published.
		field.String("narrative").Default("").MaxRuneLen(1000),
		// The percentage as published and in millionths of a percent; empty where
		// none was published.
		field.String("percentage_published").Optional().MaxRuneLen(100),
		field.Int64("percentage_micro").Optional().Nillable(),
		ref("country_id"),
		field.Int("position").NonNegative(),
		field.String("uri").Default("").MaxRuneLen(2000),
		// The narrative in all languages, where narrative does not give it again.
		field.JSON("names", iati.Narratives{}).Optional(),
	}
}

// Edges of Allocation.
func (Allocation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("activity", Activity.Type).Ref("allocations").Field("activity_id").Unique(),
		edge.From("transaction", Transaction.Type).Ref("allocations").Field("transaction_id").Unique(),
		edge.From("proposal", Proposal.Type).Ref("allocations").Field("proposal_id").Unique(),
		edge.To("country", Country.Type).Field("country_id").Unique(),
	}
}

// Indexes of Allocation.
func (Allocation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("activity_id", "dimension", "position"), index.Fields("transaction_id", "dimension", "position"),
		index.Fields("proposal_id", "dimension", "position"), index.Fields("dimension", "code"),
	}
}

// Annotations of Allocation.
func (Allocation) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("dimension", "COUNTRY", "REGION", "SECTOR"),
		exactlyOne("of_one", "activity_id", "transaction_id", "proposal_id"),
	)}
}

// Policy of Allocation.
func (Allocation) Policy() ent.Policy { return access.Policy(access.Allocations) }
