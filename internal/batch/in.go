package batch

import (
	"encoding/json"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
	"github.com/lib/pq"
)

// In restricts a query to rows whose column holds one of the ids. The ids are
// one parameter, so the text of the statement does not depend on their number
// and the database can keep its plan.
func In(column string, ids []uuid.UUID) func(*sql.Selector) {
	return func(s *sql.Selector) { s.Where(InP(s.C(column), ids)) }
}

// InP is In for a column that is already qualified.
func InP(column string, ids []uuid.UUID) *sql.Predicate {
	texts := make([]string, len(ids))
	for i, u := range ids {
		texts[i] = u.String()
	}
	return sql.P(func(b *sql.Builder) {
		if b.Dialect() == dialect.Postgres {
			b.Ident(column).WriteString(" = ANY(").Arg(pq.Array(texts)).WriteString("::uuid[])")
			return
		}
		list, _ := json.Marshal(texts) // strings always marshal
		b.Ident(column).WriteString(" IN (SELECT value FROM json_each(").Arg(string(list)).WriteString("))")
	})
}

// ByID orders rows by their id, which is the order in which they were made.
func ByID(s *sql.Selector) { s.OrderBy(s.C("id")) }
