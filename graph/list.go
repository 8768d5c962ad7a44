package graph

import (
	"context"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/page"
)

// What every list of the schema shares.

// Sizes of pages where the query names none.
const (
	pageSize        = 20
	messagePageSize = 50
	eventPageSize   = 50
)

// condition restricts a list.
type condition = func(*sql.Selector)

func pageArgs(first *int, after *string, last *int, before *string) page.Args {
	return page.Args{First: first, After: after, Last: last, Before: before}
}

func descending(d model.OrderDirection) bool { return d == model.OrderDirectionDesc }

// fieldKey names a nested list among those that siblings have: the response key
// and arguments of the field decide, so that two aliases are two lists.
func fieldKey(ctx context.Context) any { return graphql.GetFieldContext(ctx).Field.Field }

// equals restricts a column to a value, unless it is nil.
func equals[T any](column string, v *T) condition {
	return func(s *sql.Selector) {
		if v != nil {
			s.Where(sql.EQ(s.C(column), *v))
		}
	}
}

// oneOf restricts a column to values; nil does not restrict, an empty list
// admits nothing.
func oneOf[T any](column string, vs []T) condition {
	return func(s *sql.Selector) {
		if vs == nil {
			return
		}
		args := make([]any, len(vs))
		for i, v := range vs {
			args[i] = v
		}
		s.Where(sql.In(s.C(column), args...))
	}
}

// contains restricts to rows of which a folded column contains the text; accents
// and capitals do not matter.
func contains(text *string, columns ...string) condition {
	return func(s *sql.Selector) {
		if text == nil {
			return
		}
		any := make([]*sql.Predicate, len(columns))
		for i, c := range columns {
			any[i] = like(s.C(c), i18n.Fold(*text))
		}
		s.Where(sql.Or(any...))
	}
}

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// maxPattern is how many bytes of a pattern SQLite compares; it fails on more.
const maxPattern = 50_000

// like says that a column contains the text, wildcards in it taken for what they
// are. Nothing contains a text that is too long to be compared.
func like(column, text string) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		pattern := "%" + escapeLike.Replace(text) + "%"
		if len(pattern) > maxPattern {
			b.WriteString("1 = 0")
			return
		}
		b.Ident(column).WriteString(" LIKE ").Arg(pattern).WriteString(` ESCAPE '\'`)
	})
}

// likeLower is like for a code, its capitals made small.
func likeLower(column, text string) *sql.Predicate {
	return like("LOWER("+column+")", text)
}

// keyColumn is the column by which texts are ordered in the language of the
// request.
func keyColumn(ctx context.Context, name string) string {
	return name + "_key_" + string(i18n.From(ctx))
}

// byLanguage picks the key of the language of the request.
func byLanguage(ctx context.Context, en, es, fr string) any {
	switch i18n.From(ctx) {
	case i18n.ES:
		return es
	case i18n.FR:
		return fr
	}
	return en
}

// field hands an input field on that may be left out.
func field[T any](o graphql.Omittable[*T]) command.Field[T] {
	v, given := o.ValueOK()
	return command.Field[T]{Given: given, Value: v}
}
