package access

import (
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/internal/viewer"
)

// LegalHolds: for the Secretariat; one on a single discussion only for those of
// it who take part there.
var LegalHolds Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if !v.Secretariat() {
		return never()
	}
	return sql.Or(sql.IsNull(s.C("thread_id")), sql.In(s.C("thread_id"), threadsOf(v)))
}
