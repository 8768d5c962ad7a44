package country

import (
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/internal/date"
)

// Period runs from one date to another, both included, each as precisely as it
// is known. nil is open.
type Period struct{ From, To *date.Partial }

// PeriodOf is when a membership holds.
func PeriodOf(m *ent.Membership) Period { return Period{m.ValidFrom, m.ValidTo} }

// Holds says whether the day may lie in the period.
func (p Period) Holds(day date.Date) bool {
	return (p.From == nil || p.From.First() <= day) && (p.To == nil || day <= p.To.Last())
}

// InOrder says that the period does not end before it begins.
func (p Period) InOrder() bool { return p.From == nil || p.To == nil || p.From.First() <= p.To.Last() }

// overlaps says whether the periods may have a day in common.
func (p Period) overlaps(q Period) bool {
	return (Period{p.From, q.To}).InOrder() && (Period{q.From, p.To}).InOrder()
}

// On admits the memberships that hold on the day; Holds in SQL.
func On(day date.Date) func(*sql.Selector) {
	return func(s *sql.Selector) { s.Where(OnP(s.C, day)) }
}

// OnP is On for a table whose columns are named by column. A date written less
// precisely sorts before all days in it: so as a first day it counts from its
// first one, and as a last day it must be let in by name.
func OnP(column func(string) string, day date.Date) *sql.Predicate {
	from, to := column(membership.FieldValidFrom), column(membership.FieldValidTo)
	return sql.And(
		sql.Or(sql.IsNull(from), sql.LTE(from, string(day))),
		sql.Or(sql.IsNull(to), sql.GTE(to, string(day)), sql.In(to, string(day[:4]), string(day[:7]))),
	)
}

// Belonging admits rows to which a membership of the kind refers that holds on
// the day; ref is the membership's column.
func Belonging(ref string, kind membership.Kind, day date.Date) func(*sql.Selector) {
	return func(s *sql.Selector) {
		t := sql.Table(membership.Table)
		s.Where(sql.Exists(sql.Select(t.C(membership.FieldID)).From(t).Where(sql.And(
			sql.ColumnsEQ(t.C(ref), s.C("id")), sql.EQ(t.C(membership.FieldKind), string(kind)), OnP(t.C, day),
		))))
	}
}
