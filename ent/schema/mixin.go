// Package schema describes the entities: fields, edges, indexes and who may see
// them. It is compiled by the generator, so it imports no domain package.
package schema

import (
	"fmt"
	"regexp"
	"strings"

	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"
	"github.com/google/uuid"

	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

// record is what every entity has: an identifier that tells its kind, and when
// it was made. The service gives both, from its own clock.
type record struct{ mixin.Schema }

func (record) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Immutable(),
		field.Time("created_at").Immutable().SchemaType(instant),
	}
}

// editable is a record that people change: the revision counts its states from
// 1, and an edit names the one it was made on.
type editable struct{ mixin.Schema }

func (editable) Fields() []ent.Field {
	return append(record{}.Fields(),
		field.Time("updated_at").SchemaType(instant),
		field.Int("revision").Default(1).Positive(),
	)
}

// instant is how a moment is stored: UTC, microseconds.
var instant = map[string]string{dialect.Postgres: "timestamptz(6)"}

// text is a text in the three official languages, with the authentic one and
// who made the translations.
func text(name string, limit int) []ent.Field {
	var fs []ent.Field
	for _, l := range i18n.Langs {
		fs = append(fs, field.Text(name+"_"+string(l)).Default("").MaxRuneLen(limit))
	}
	return append(fs,
		field.String(name+"_language").Default(string(i18n.EN)).MaxRuneLen(35),
		field.JSON(name+"_origins", i18n.Origins{}).Optional(),
	)
}

// heading is a text that lists are ordered by and searched for: beside it stand
// its folded forms, one for each language, each filled whatever was translated.
func heading(name string, limit int) []ent.Field {
	fs := text(name, limit)
	for _, l := range i18n.Langs {
		fs = append(fs, field.Text(name+"_key_"+string(l)).Default("").MaxRuneLen(2*limit))
	}
	return fs
}

// foreignText is a text that may also be in a language that is not official.
func foreignText(name string, limit int) []ent.Field {
	return append(text(name, limit), field.Text(name+"_other").Default("").MaxRuneLen(limit))
}

// money is an amount: the text as it was written, exact millionths, currency.
func money(name string) []ent.Field {
	return []ent.Field{
		field.String(name + "_published").Optional().MaxRuneLen(100),
		field.Int64(name + "_micro").Optional().Nillable(),
		field.String(name + "_currency").Optional().Match(currencyCode),
	}
}

// moneyCheck says that an amount has all of its parts or none.
func moneyCheck(name string) map[string]string {
	return map[string]string{
		name + "_whole": fmt.Sprintf("%[1]s_micro IS NULL OR %[1]s_currency IS NOT NULL AND %[1]s_published IS NOT NULL", name),
	}
}

var (
	currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)
	countryCode  = regexp.MustCompile(`^[A-Z]{2}$`)
	emailAddress = regexp.MustCompile(`^[^\s@A-Z]+@[^\s@A-Z]+$`)
)

// day is a calendar date; partialDay may lack the day or the month.
func day(name string) ent.Field {
	return field.String(name).GoType(date.Date("")).Optional().Nillable().SchemaType(tenCharacters)
}

func partialDay(name string) ent.Field {
	return field.String(name).GoType(date.Partial("")).Optional().Nillable().SchemaType(tenCharacters)
}

var tenCharacters = map[string]string{dialect.Postgres: "varchar(10)", dialect.SQLite: "varchar(10)"}

// checks joins database constraints. Names are unique in a table.
func checks(all ...map[string]string) schema.Annotation {
	out := map[string]string{}
	for _, m := range all {
		for k, v := range m {
			out[k] = v
		}
	}
	return entsql.Annotation{Checks: out}
}

// among says that a column holds one of these values.
func among(column string, values ...string) map[string]string {
	return map[string]string{column + "_known": fmt.Sprintf("%s IN ('%s')", column, strings.Join(values, "', '"))}
}

// exactlyOne says that exactly one of the columns is set.
func exactlyOne(name string, columns ...string) map[string]string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = fmt.Sprintf("(CASE WHEN %s IS NULL THEN 0 ELSE 1 END)", c)
	}
	return map[string]string{name: strings.Join(parts, " + ") + " = 1"}
}

// inOrder says that a period does not end before it begins.
func inOrder(from, to string) map[string]string {
	return map[string]string{from + "_first": fmt.Sprintf("%[1]s IS NULL OR %[2]s IS NULL OR %[1]s <= %[2]s", from, to)}
}

// bounded is a time of a person's act that may not have happened yet.
func bounded(name string) ent.Field {
	return field.Time(name).Optional().Nillable().SchemaType(instant)
}

// ref is the column of an edge to at most one row.
func ref(name string) ent.Field { return field.UUID(name, uuid.UUID{}).Optional().Nillable() }

// must is the column of an edge to exactly one row.
func must(name string) ent.Field { return field.UUID(name, uuid.UUID{}) }
