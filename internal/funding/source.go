package funding

import (
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/budget"
	"acs-aec.org/hub/ent/generated/ent/transaction"
)

// source is the table that a statement adds up: transactions, or budgets and planned
// disbursements. It names what both have in terms of transactions.
type source struct {
	s       *sql.Selector
	budgets bool
}

func transactionsOf(s *sql.Selector) source { return source{s: s} }

func budgetsOf(s *sql.Selector) source { return source{s: s, budgets: true} }

// The columns that both have by the same names.
func (o source) id() string        { return o.s.C(transaction.FieldID) }
func (o source) activity() string  { return o.s.C(transaction.FieldActivityID) }
func (o source) value() string     { return o.s.C(transaction.FieldValueMicro) }
func (o source) published() string { return o.s.C(transaction.FieldValuePublished) }
func (o source) currency() string  { return o.s.C(transaction.FieldValueCurrency) }
func (o source) valueDate() string { return o.s.C(transaction.FieldValueDate) }

// kind is the type of a transaction; of others the words that stand for one.
func (o source) kind() string {
	if o.budgets {
		return o.s.C(budget.FieldKind)
	}
	return o.s.C(transaction.FieldTypeCode)
}

// date is the day of a transaction, and the first day of what is for a period.
func (o source) date() string {
	if o.budgets {
		return o.s.C(budget.FieldPeriodStart)
	}
	return o.s.C(transaction.FieldDate)
}

// provider is the key of who gives; "" for nobody. A budget names nobody; what is
// planned to be disbursed comes from who reports it where nothing else is stated.
func (o source) provider() string {
	if !o.budgets {
		return o.s.C(transaction.FieldProviderKey)
	}
	stated := organisationKey(o.s.C(budget.FieldProviderID), o.s.C(budget.FieldProviderRef), o.s.C(budget.FieldProviderName))
	r := sql.Dialect(o.s.Dialect()).Table(activity.Table).As("reports")
	reporting := "(SELECT " + organisationKey(r.C(activity.FieldReportingID), r.C(activity.FieldReportingRef), r.C(activity.FieldReportingName)) +
		" FROM " + ident(o.s, activity.Table) + " AS " + ident(o.s, "reports") + " WHERE " + r.C(activity.FieldID) + " = " + o.activity() + ")"
	return o.planned("COALESCE(" + stated + ", " + reporting + ")")
}

// receiver is the key of who receives; "" for nobody.
func (o source) receiver() string {
	if !o.budgets {
		return o.s.C(transaction.FieldReceiverKey)
	}
	return o.planned(organisationKey(o.s.C(budget.FieldReceiverID), o.s.C(budget.FieldReceiverRef), o.s.C(budget.FieldReceiverName)))
}

func (o source) planned(expr string) string {
	return "COALESCE(CASE WHEN " + o.kind() + " = '" + string(budget.KindPlannedDisbursement) + "' THEN " + expr + " END, '')"
}

// owner is whose shares of an axis count.
func (o source) owner(a Axis) string {
	if o.budgets {
		return o.activity()
	}
	own := o.s.C(transaction.FieldOwnSectors)
	if a == Place {
		own = o.s.C(transaction.FieldOwnPlaces)
	}
	return "CASE WHEN " + own + " THEN " + o.id() + " ELSE " + o.activity() + " END"
}

// counterpart is the activity at the other end of a transaction.
func (o source) counterpart() string {
	return "CASE WHEN " + o.kind() + " IN (" + quoted(outgoing) + ") THEN " + o.s.C(transaction.FieldReceiverActivityID) +
		" WHEN " + o.kind() + " IN (" + quoted(incoming) + ") THEN " + o.s.C(transaction.FieldProviderActivityID) + " END"
}

// humanitarian admits what is humanitarian, or what is not; budgets are what their
// activity is.
func (o source) humanitarian(is bool) *sql.Predicate {
	if !o.budgets {
		return sql.EQ(o.s.C(transaction.FieldHumanitarian), is)
	}
	d := sql.Dialect(o.s.Dialect())
	t := d.Table(activity.Table)
	return sql.In(o.activity(), d.Select(t.C(activity.FieldID)).From(t).Where(sql.EQ(t.C(activity.FieldHumanitarian), is)))
}

// ident quotes a name of the program's own.
func ident(s *sql.Selector, name string) string {
	var b sql.Builder
	b.SetDialect(s.Dialect())
	return b.Ident(name).String()
}

// quoted writes the program's own words, never input.
func quoted(words []string) string {
	out := ""
	for i, w := range words {
		if i > 0 {
			out += ", "
		}
		out += "'" + w + "'"
	}
	return out
}

// organisationKey is an organisation, known here or as it was published.
func organisationKey(u, ref, name string) string {
	return "CASE WHEN " + u + " IS NOT NULL THEN CAST(" + u + " AS TEXT) WHEN " + ref + " <> '' THEN '" + byRef + "' || SUBSTR(" + ref +
		", 1, 400) WHEN " + name + " <> '' THEN '" + byName + "' || SUBSTR(" + name + ", 1, 400) END"
}

// is says that an expression is a value, in that it is one of them.
func is(expr string, value any) *sql.Predicate {
	return sql.P(func(b *sql.Builder) { b.WriteString(expr + " = ").Arg(value) })
}

func in(expr string, list []string) *sql.Predicate {
	if len(list) == 0 {
		return sql.ExprP("1 = 0")
	}
	return sql.P(func(b *sql.Builder) {
		b.WriteString(expr + " IN ").Wrap(func(b *sql.Builder) { b.Args(anys(list)...) })
	})
}
