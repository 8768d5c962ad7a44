package reading

import (
	"context"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/ent/generated/ent/threadreading"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/viewer"
)

// WhereUnread restricts discussions to those with messages that the viewer has not
// read, or to those without.
func WhereUnread(v *viewer.Viewer, unread bool) func(*sql.Selector) {
	return func(s *sql.Selector) {
		compare := " > "
		if !unread {
			compare = " <= "
		}
		s.Where(sql.P(func(b *sql.Builder) {
			b.Ident(s.C(thread.FieldLastNumber)).WriteString(compare)
			b.Wrap(func(b *sql.Builder) { read(b, s, v) })
		}))
	}
}

// read writes how many messages of the discussion of s the viewer has read, those
// included that the viewer does not see: State.Unread in the database's words.
func read(b *sql.Builder, s *sql.Selector, v *viewer.Viewer) {
	greatest, from, to, each := "GREATEST", "(value->>0)::int", "(value->>1)::int", "jsonb_array_elements(r.ranges)"
	if s.Dialect() == dialect.SQLite {
		greatest, from, to, each = "MAX", "json_extract(value, '$[0]')", "json_extract(value, '$[1]')", "json_each(CAST(r.ranges AS TEXT))"
	}
	b.WriteString("SELECT " + greatest + "(COALESCE(r.up_to, 0), h.hidden) + COALESCE((SELECT SUM(" +
		greatest + "(0, " + to + " - " + greatest + "(" + from + ", h.hidden + 1) + 1)) FROM " + each + "), 0) FROM (SELECT COALESCE(")
	b.Wrap(func(b *sql.Builder) { b.Join(access.Hidden(v, s.C(thread.FieldID))) })
	b.WriteString(", 0) AS hidden) AS h LEFT JOIN " + threadreading.Table + " AS r ON r.person_id = ").Arg(v.Person)
	b.WriteString(" AND r.thread_id = ").Ident(s.C(thread.FieldID))
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
	return s.DB.Client.Thread.Source().Count(ctx, WhereUnread(v, true), func(sel *sql.Selector) {
		sel.Where(sql.Not(attending(sel, v.Person, threadreading.AttentionMuted)))
	})
}
