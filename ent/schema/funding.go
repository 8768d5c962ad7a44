package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"acs-aec.org/hub/internal/access"
)

// FundingShare is what part of the money of an activity, or of a transaction that
// states shares of its own, is for a place, a sector or a goal. Of an owner's
// shares in one axis and vocabulary the parts make a whole, exactly: they are kept
// beside the published percentages so that sums need no rules.
type FundingShare struct{ ent.Schema }

// Fields of FundingShare.
func (FundingShare) Fields() []ent.Field {
	return []ent.Field{
		// The activity or the transaction.
		field.UUID("owner_id", uuid.UUID{}).Immutable(),
		field.Enum("axis").NamedValues("Place", "PLACE", "Sector", "SECTOR", "Category", "CATEGORY", "Goal", "GOAL").Immutable(),
		// The vocabulary of sectors; "" for the others.
		field.String("vocabulary").Default("").MaxRuneLen(20).Immutable(),
		// The sector, the goal or the country; the words of internal/funding for what
		// is no country, and for what the percentages do not share out.
		field.String("code").MaxRuneLen(220).Immutable(),
		// Of places the region, likewise; "" for the others.
		field.String("region").Default("").MaxRuneLen(250).Immutable(),
		// The part is numerator / denominator.
		field.Int64("numerator").Immutable(),
		field.Int64("denominator").Positive().Immutable(),
		// One share of an owner leads in its axis and vocabulary, and one among those
		// with its code, and with its region: who counts these counts each owner once.
		field.Bool("leads").Immutable(),
		field.Bool("leads_code").Immutable(),
		field.Bool("leads_region").Immutable(),
		// Why it is not shared out; "" where it is.
		field.String("reason").Default("").MaxRuneLen(20).Immutable(),
	}
}

// Indexes of FundingShare.
func (FundingShare) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("owner_id", "axis", "vocabulary", "code", "region").Unique(),
		index.Fields("axis", "code", "vocabulary"),
	}
}

// Annotations of FundingShare.
func (FundingShare) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(among("axis", "PLACE", "SECTOR", "CATEGORY", "GOAL")), entsql.Annotation{Table: "funding_shares"}}
}

// Policy of FundingShare.
func (FundingShare) Policy() ent.Policy { return access.Policy(access.Hub) }

// FundingRollup is sums that are kept: of the flows of a scope, of one type and
// currency and one key of a dimension, by year. internal/funding adds to it whenever
// money changes.
type FundingRollup struct{ ent.Schema }

// Fields of FundingRollup.
func (FundingRollup) Fields() []ent.Field {
	return []ent.Field{
		// A digest of the key, which the other fields but the sums make: whoever adds to
		// the sums finds them by it.
		field.UUID("id", uuid.UUID{}).Immutable(),
		// Of public activities, or of all; and of flows that one organisation gave or
		// received, "" for all.
		field.Enum("scope").NamedValues("Public", "PUBLIC", "All", "ALL").Immutable(),
		field.String("party").Default("").MaxRuneLen(36).Immutable(),
		field.Enum("dimension").NamedValues("Nothing", "NOTHING", "Country", "COUNTRY", "Sector", "SECTOR", "Category", "CATEGORY",
			"Provider", "PROVIDER", "Receiver", "RECEIVER", "Programme", "PROGRAMME", "Agreement", "AGREEMENT").Immutable(),
		// The dimension's key; "" for what has none.
		field.String("code").Default("").MaxRuneLen(410).Immutable(),
		field.String("reason").Default("").MaxRuneLen(20).Immutable(),
		field.String("type_code").MaxRuneLen(20).Immutable(),
		field.String("currency").Default("").MaxRuneLen(3).Immutable(),
		// The first of the fifty years that the sums are of; "" for flows without a date.
		field.String("period").Default("").MaxRuneLen(4).Immutable(),
		// The year of the exchange rate where it is not that of the flow; "-" where there
		// is none.
		field.String("rate_year").Default("").MaxRuneLen(4).Immutable(),
		// Whether the counterpart is in the scope too.
		field.Bool("internal").Immutable(),
		// What the sums of amounts are to be divided by.
		field.Int64("denominator").Positive().Immutable(),
		// The sums by year, as JSON: {"2015": [sum, count, leads, bare_code, bare,
		// assumed_code, assumed]}, zeros at the end left out. The sum is of amounts in
		// millionths times numerators; the counts are of flows with an amount, of those
		// without, and of those whose rate is of their date: each once for the code, and
		// each once in the dimension.
		field.Text("years"),
	}
}

// Indexes of FundingRollup.
func (FundingRollup) Indexes() []ent.Index {
	return []ent.Index{index.Fields("scope", "party", "dimension", "code", "type_code")}
}

// Annotations of FundingRollup.
func (FundingRollup) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("scope", "PUBLIC", "ALL"),
		among("dimension", "NOTHING", "COUNTRY", "SECTOR", "CATEGORY", "PROVIDER", "RECEIVER", "PROGRAMME", "AGREEMENT"),
	)}
}

// Policy of FundingRollup.
func (FundingRollup) Policy() ent.Policy { return access.Policy(access.Hub) }
