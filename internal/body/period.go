package body

import (
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

// Period runs from one day to another, both included. nil is since ever, or
// until further notice.
type Period struct{ From, To *date.Date }

// Holds says whether the day lies in the period.
func (p Period) Holds(day date.Date) bool {
	return (p.From == nil || *p.From <= day) && (p.To == nil || day <= *p.To)
}

// start is the first day; "" lies before all days.
func (p Period) start() date.Date {
	if p.From == nil {
		return ""
	}
	return *p.From
}

// mostAtOnce is the greatest number of the others that hold on one day of the
// period. It can only rise on a day on which one of them begins.
func (p Period) mostAtOnce(others []Period) int {
	most := 0
	for _, day := range append([]date.Date{p.start()}, starts(others)...) {
		if !p.Holds(day) {
			continue
		}
		n := 0
		for _, o := range others {
			if o.Holds(day) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func starts(periods []Period) []date.Date {
	days := make([]date.Date, len(periods))
	for i, p := range periods {
		days[i] = p.start()
	}
	return days
}

var msgOrder = i18n.Message{
	EN: "The last day lies before the first.", ES: "El último día es anterior al primero.", FR: "Le dernier jour précède le premier.",
}

// check refuses a period that ends before it begins.
func (p Period) check() error {
	if p.From != nil && p.To != nil && *p.To < *p.From {
		return apperr.Invalid("input.to", msgOrder)
	}
	return nil
}

// InForce admits the seats or posts that are in force on the day.
func InForce(day date.Date) func(*sql.Selector) {
	return func(s *sql.Selector) { s.Where(InForceP(s.C, day)) }
}

// InForceP is InForce for a table whose columns are named by column.
func InForceP(column func(string) string, day date.Date) *sql.Predicate {
	from, to := column("valid_from"), column("valid_to")
	return sql.And(
		sql.Or(sql.IsNull(from), sql.LTE(from, day)),
		sql.Or(sql.IsNull(to), sql.GTE(to, day)),
	)
}

// NotOver admits the seats or posts that are in force on the day or later.
func NotOver(day date.Date) func(*sql.Selector) {
	return func(s *sql.Selector) { s.Where(NotOverP(s.C, day)) }
}

// NotOverP is NotOver for a table whose columns are named by column.
func NotOverP(column func(string) string, day date.Date) *sql.Predicate {
	to := column("valid_to")
	return sql.Or(sql.IsNull(to), sql.GTE(to, day))
}

// during admits the seats that are in force on some day of the period.
func during(p Period) func(*sql.Selector) {
	return func(s *sql.Selector) {
		NotOver(p.start())(s)
		if p.To != nil {
			s.Where(sql.Or(sql.IsNull(s.C("valid_from")), sql.LTE(s.C("valid_from"), *p.To)))
		}
	}
}
