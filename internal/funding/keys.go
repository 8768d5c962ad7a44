package funding

import (
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/programme"
)

// keys are what a statement joins for the keys of its rows.
type keys struct {
	a, g          *sql.SelectTable // the activity, its programme
	place, sector *joined
	marker, goals labelled
}

// join joins the activity and the programme where a dimension is of them.
func (k *keys) join(o source, dimensions []Dimension) {
	d := sql.Dialect(o.s.Dialect())
	for _, dim := range dimensions {
		if k.a == nil && (dim == Status || dim == Programme || dim == Area || dim == Reporting || dim == Agreement) {
			k.a = d.Table(activity.Table).As("a")
			o.s.Join(k.a).On(o.activity(), k.a.C(activity.FieldID))
		}
		if dim == Area {
			k.g = d.Table(programme.Table).As("g")
			o.s.LeftJoin(k.g).On(k.a.C(activity.FieldProgrammeID), k.g.C(programme.FieldID))
		}
	}
}

// key is the key of a dimension.
func (k *keys) key(o source, d Dimension) string {
	switch d {
	case Year:
		return "SUBSTR(" + o.date() + ", 1, 4)"
	case Quarter:
		return "SUBSTR(" + o.date() + ", 1, 7)"
	case Currency:
		return o.currency()
	case Status:
		return k.a.C(activity.FieldStatusCode)
	case Programme:
		return k.a.C(activity.FieldProgrammeID)
	case Area:
		return k.g.C(programme.FieldArea)
	case Activity:
		return o.activity()
	case Provider:
		return "NULLIF(" + o.provider() + ", '')"
	case Receiver:
		return "NULLIF(" + o.receiver() + ", '')"
	case Reporting:
		return organisationKey(k.a.C(activity.FieldReportingID), k.a.C(activity.FieldReportingRef), k.a.C(activity.FieldReportingName))
	case Agreement:
		return k.a.C(activity.FieldAgreementID)
	case Country:
		return k.place.code
	case Region:
		return k.place.region
	case SectorOf, SDG:
		return k.sector.code
	case SectorCategory:
		if k.sector.use.byCategory {
			return k.sector.category
		}
		return k.sector.code
	case Marker:
		return k.marker.code
	case Significance:
		return k.marker.significance
	case Goals:
		return k.goals.code
	}
	return o.kind()
}
