package access

import (
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/internal/viewer"
)

// Webhooks: one's own. The Secretariat sees that there are others' too, since it
// may end them.
var Webhooks Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	switch {
	case v.Secretariat():
		return nil
	case !v.SignedIn():
		return never()
	}
	return sql.EQ(s.C("owner_id"), v.Person)
}

// OfWebhook admits what belongs to one's own webhooks, to nobody else.
var OfWebhook Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if !v.SignedIn() {
		return never()
	}
	t := sql.Table("webhooks")
	return sql.In(s.C("webhook_id"), sql.Select(t.C("id")).From(t).Where(sql.EQ(t.C("owner_id"), v.Person)))
}
