package reading

import (
	"context"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/ent/generated/ent/threadreading"
	"acs-aec.org/hub/internal/viewer"
)

// WhereUnread restricts discussions to those with messages that the person has not
// read, or to those without.
func WhereUnread(person uuid.UUID, unread bool) func(*sql.Selector) {
	return func(s *sql.Selector) {
		compare := " > "
		if !unread {
			compare = " <= "
		}
		s.Where(sql.P(func(b *sql.Builder) {
			b.Ident(s.C(thread.FieldLastNumber)).WriteString(compare + "COALESCE(")
			b.Wrap(func(b *sql.Builder) { b.Join(read(s, person)) }).WriteString(", 0)")
		}))
	}
}

// read selects how many messages of the discussion of s a person has read.
func read(s *sql.Selector, person uuid.UUID) *sql.Selector {
	r := sql.Dialect(s.Dialect()).Table(threadreading.Table)
	ranges := r.C(threadreading.FieldRanges)
	beyond := "(SELECT COALESCE(SUM((value->>1)::int - (value->>0)::int + 1), 0) FROM jsonb_array_elements(" + ranges + "))"
	if s.Dialect() == dialect.SQLite {
		beyond = "(SELECT COALESCE(SUM(json_extract(value, '$[1]') - json_extract(value, '$[0]') + 1), 0) FROM json_each(CAST(" + ranges + " AS TEXT)))"
	}
	return sql.Dialect(s.Dialect()).SelectExpr(sql.Raw(r.C(threadreading.FieldUpTo) + " + " + beyond)).From(r).Where(of(s, r, person))
}

// of admits the row of table r that a person has of the discussion of s.
func of(s *sql.Selector, r *sql.SelectTable, person uuid.UUID) *sql.Predicate {
	return sql.And(sql.EQ(r.C(threadreading.FieldPersonID), person), sql.ColumnsEQ(r.C(threadreading.FieldThreadID), s.C(thread.FieldID)))
}

// WhereAttention restricts discussions to those that the person follows so.
func WhereAttention(person uuid.UUID, how threadreading.Attention) func(*sql.Selector) {
	if how == threadreading.AttentionDefault { // also without a row
		return func(s *sql.Selector) {
			s.Where(sql.Not(attending(s, person, threadreading.AttentionFollowing, threadreading.AttentionMuted)))
		}
	}
	return func(s *sql.Selector) { s.Where(attending(s, person, how)) }
}

func attending(s *sql.Selector, person uuid.UUID, how ...threadreading.Attention) *sql.Predicate {
	r := sql.Dialect(s.Dialect()).Table(threadreading.Table)
	values := make([]any, len(how))
	for i, a := range how {
		values[i] = string(a)
	}
	return sql.Exists(sql.Dialect(s.Dialect()).Select(r.C(threadreading.FieldID)).From(r).
		Where(sql.And(of(s, r, person), sql.In(r.C(threadreading.FieldAttention), values...))))
}

// UnreadThreads is how many discussions that the viewer sees have messages that
// the viewer has not read. Muted ones do not count.
func (s *Service) UnreadThreads(ctx context.Context) (int, error) {
	v := viewer.From(ctx)
	if !v.SignedIn() {
		return 0, nil
	}
	return s.DB.Client.Thread.Source().Count(ctx, WhereUnread(v.Person, true), func(sel *sql.Selector) {
		sel.Where(sql.Not(attending(sel, v.Person, threadreading.AttentionMuted)))
	})
}
