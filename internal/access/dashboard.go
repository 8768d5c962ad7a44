package access

import (
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent/dashboard"
	"acs-aec.org/hub/internal/viewer"
)

// Dashboards: their owner, whom they are for, and the Secretariat. What their
// figures are made of has rules of its own.
var Dashboards Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Secretariat() {
		return nil
	}
	may := []*sql.Predicate{sql.EQ(s.C(dashboard.FieldAudience), string(dashboard.AudienceEverybody))}
	if v.SignedIn() {
		may = append(may, sql.EQ(s.C(dashboard.FieldOwnerID), v.Person))
	}
	if v.Seated() {
		may = append(may, sql.EQ(s.C(dashboard.FieldAudience), string(dashboard.AudienceSeated)))
	}
	if v.HasOrganisation() {
		may = append(may, sql.And(sql.EQ(s.C(dashboard.FieldAudience), string(dashboard.AudienceOrganisation)), sql.EQ(s.C(dashboard.FieldOrganisationID), v.Organisation)))
	}
	return sql.Or(may...)
}

// OfDashboard admits what belongs to a dashboard that the viewer may see.
var OfDashboard Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	return within(v, s, "dashboard_id", dashboard.Table, Dashboards)
}
