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

// ExchangeRateSource is who publishes exchange rates. Sources are in the order in
// which they were first imported, which is that of their identifiers.
type ExchangeRateSource struct{ ent.Schema }

// Mixin of ExchangeRateSource.
func (ExchangeRateSource) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of ExchangeRateSource.
func (ExchangeRateSource) Fields() []ent.Field {
	return []ent.Field{field.String("name").NotEmpty().MaxRuneLen(200).Unique().Immutable()}
}

// Policy of ExchangeRateSource.
func (ExchangeRateSource) Policy() ent.Policy { return access.Policy(access.Public) }

// ExchangeRateImport is a file of exchange rates that was brought in.
type ExchangeRateImport struct{ ent.Schema }

// Mixin of ExchangeRateImport.
func (ExchangeRateImport) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of ExchangeRateImport.
func (ExchangeRateImport) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("source_id", uuid.UUID{}).Immutable(),
		field.String("file_name").Default("").MaxRuneLen(200).Immutable(),
		field.Bytes("sha256").MaxLen(32).Immutable(),
		field.Int("created").NonNegative().Immutable(),
		field.Int("changed").NonNegative().Immutable(),
		field.Int("unchanged").NonNegative().Immutable(),
		ref("imported_by_id"),
	}
}

// Edges of ExchangeRateImport.
func (ExchangeRateImport) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("source", ExchangeRateSource.Type).Field("source_id").Unique().Required().Immutable(),
		edge.To("imported_by", Person.Type).Field("imported_by_id").Unique(),
	}
}

// Indexes of ExchangeRateImport.
func (ExchangeRateImport) Indexes() []ent.Index { return []ent.Index{index.Fields("source_id", "id")} }

// Policy of ExchangeRateImport.
func (ExchangeRateImport) Policy() ent.Policy { return access.Policy(access.Public) }

// ExchangeRate is what a source says of a currency in a year: the average of the
// year, against the United States dollar.
type ExchangeRate struct{ ent.Schema }

// Mixin of ExchangeRate.
func (ExchangeRate) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of ExchangeRate.
func (ExchangeRate) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("source_id", uuid.UUID{}).Immutable(),
		field.String("currency").Match(currencyCode).Immutable(),
		field.Int("year").Positive().Immutable(),
		// The number as it was published, which is exact.
		field.String("published").NotEmpty().MaxRuneLen(60),
		// What the number counts.
		field.Enum("quote").NamedValues("PerUSD", "UNITS_PER_USD", "InUSD", "USD_PER_UNIT"),
		// The import that brought the number.
		must("origin_id"),
	}
}

// Edges of ExchangeRate.
func (ExchangeRate) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("source", ExchangeRateSource.Type).Field("source_id").Unique().Required().Immutable(),
		edge.To("origin", ExchangeRateImport.Type).Field("origin_id").Unique().Required(),
	}
}

// Indexes of ExchangeRate.
func (ExchangeRate) Indexes() []ent.Index {
	return []ent.Index{index.Fields("source_id", "currency", "year").Unique(), index.Fields("currency", "year"), index.Fields("year", "id")}
}

// Annotations of ExchangeRate.
func (ExchangeRate) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(among("quote", "UNITS_PER_USD", "USD_PER_UNIT"))}
}

// Policy of ExchangeRate.
func (ExchangeRate) Policy() ent.Policy { return access.Policy(access.Public) }
