package access

import (
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/internal/viewer"
)

// Notifications: one's own, of events that one may see now. Whoever loses the
// right to a thing is told of it no more, nor that there was something to tell.
var Notifications Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if !v.SignedIn() {
		return never()
	}
	t := sql.Table(logentry.Table)
	q := sql.Select(t.C(logentry.FieldID)).From(t)
	is := sql.ColumnsEQ(t.C(logentry.FieldID), s.C("event_id"))
	if may := Log(v, q); may != nil {
		is = sql.And(is, may)
	}
	q.Where(is)
	return sql.And(sql.EQ(s.C("person_id"), v.Person), sql.P(func(b *sql.Builder) {
		// The event is looked up for each notification that the query comes to. As an
		// EXISTS PostgreSQL would rather begin with all events that the viewer may see.
		b.Wrap(func(b *sql.Builder) { b.Join(q) }).WriteString(" IS NOT NULL")
	}))
}
