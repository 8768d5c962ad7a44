package funding

import (
	"slices"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent/activitytag"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/policymarker"
)

// label is what an activity may have several of without saying which part of its
// money is for which: policies that it serves, goals that it names. Its money stands
// with each of them whole, so that rows overlap.
type label struct {
	of Dimension // Marker or Goals
	// Whether the label, and its significance, is a key.
	byCode, bySignificance bool
	// Which labels; nil lists don't restrict.
	codes, significances []string
	// Whether only policies that are served count.
	served bool
	// Whether only what has no label counts; whether nothing does.
	none, never bool
}

// Significances of a policy marker.
const (
	notTargeted = "0"          // the policy was looked at, and is not served
	notStated   = "NOT_STATED" // in the place of none
)

// labels are the labels that a query looks at.
type labels struct{ marker, goals *label }

func (l labels) all() []*label {
	var out []*label
	for _, x := range []*label{l.marker, l.goals} {
		if x != nil {
			out = append(out, x)
		}
	}
	return out
}

// overlap says whether the rows of an answer overlap.
func (l labels) overlap() bool {
	return slices.ContainsFunc(l.all(), func(x *label) bool { return x.byCode && len(x.codes) != 1 || x.bySignificance })
}

func (x *label) restricted() bool {
	return x.codes != nil || x.significances != nil || x.served || x.none || x.never
}

func labelsOf(q Query) labels {
	var l labels
	marker := func() *label {
		if l.marker == nil {
			l.marker = &label{of: Marker}
		}
		return l.marker
	}
	goals := func() *label {
		if l.goals == nil {
			l.goals = &label{of: Goals}
		}
		return l.goals
	}
	for _, d := range q.GroupBy {
		switch d {
		case Marker:
			marker().byCode = true
		case Significance:
			marker().bySignificance = true
		case Goals:
			goals().byCode = true
		}
	}
	if m := q.Filter.Markers; m != nil {
		marker().codes, marker().significances, marker().served = append([]string{}, m.Codes...), m.Significances, m.Significances == nil
	}
	filtered := l.marker != nil && l.marker.restricted()
	for _, k := range q.Filter.Keys {
		switch k.Dimension {
		case Marker:
			marker().byCode = true
			marker().only(&l.marker.codes, k, filtered)
		case Significance:
			marker().bySignificance = true
			marker().only(&l.marker.significances, k, filtered)
		case Goals:
			goals().byCode = true
			goals().only(&l.goals.codes, k, false)
		}
	}
	for _, x := range l.all() { // what has no label has no code and no significance
		x.never = x.never || x.none && (x.codes != nil || x.significances != nil)
	}
	return l
}

// only restricts the labels to those with the key.
func (x *label) only(list *[]string, k KeyOf, filtered bool) {
	switch {
	case k.Code == nil && filtered:
		x.never = true
	case k.Code == nil:
		x.none = true
	default:
		*list = both(*list, k)
	}
}

// rows are the labels of activities as they count: a statement that gives each
// label of an activity once, by its keys.
func (x *label) rows(d string) *sql.Selector {
	b := sql.Dialect(d)
	if x.of == Goals {
		return x.goalRows(b, d)
	}
	t := b.Table(policymarker.Table)
	s := b.Select(sql.As(t.C(policymarker.FieldActivityID), "activity_id")).From(t).Where(in(t.C(policymarker.FieldVocabulary), []string{"", dac}))
	significance := "COALESCE(NULLIF(" + t.C(policymarker.FieldSignificance) + ", ''), '" + notStated + "')"
	groups := []string{t.C(policymarker.FieldActivityID)}
	if x.byCode {
		s.AppendSelectAs(t.C(policymarker.FieldCode), "code")
		groups = append(groups, t.C(policymarker.FieldCode))
	}
	if x.bySignificance {
		s.AppendSelectExprAs(sql.Raw(significance), "significance")
		groups = append(groups, significance)
	}
	if x.significances != nil {
		s.Where(in(significance, x.significances))
	}
	if x.served || x.significances == nil && !x.bySignificance { // who asks for policies asks for those that are served
		s.Where(sql.NEQ(t.C(policymarker.FieldSignificance), notTargeted))
	}
	if x.codes != nil {
		s.Where(in(t.C(policymarker.FieldCode), x.codes))
	}
	return x.ranked(s, groups)
}

// ranked numbers the labels of each activity.
func (*label) ranked(s *sql.Selector, groups []string) *sql.Selector {
	order := strings.Join(groups, ", ")
	return s.AppendSelectExprAs(sql.Raw("ROW_NUMBER() OVER (PARTITION BY "+groups[0]+" ORDER BY "+order+")"), "place").GroupBy(groups...)
}

// goalRows are the goals that activities name: by tags of goals or of their targets,
// or by sectors of these vocabularies.
func (x *label) goalRows(b *sql.DialectBuilder, d string) *sql.Selector {
	goal := func(code string) string {
		if d == dialect.Postgres {
			return "SPLIT_PART(" + code + ", '.', 1)"
		}
		return "SUBSTR(" + code + ", 1, INSTR(" + code + " || '.', '.') - 1)"
	}
	t, a := b.Table(activitytag.Table), b.Table(allocation.Table)
	tags := b.Select(sql.As(t.C(activitytag.FieldActivityID), "activity_id")).AppendSelectExprAs(sql.Raw(goal(t.C(activitytag.FieldCode))), "code").From(t).
		Where(in(t.C(activitytag.FieldVocabulary), []string{tagGoals, tagTargets}))
	sectors := b.Select(sql.As(a.C(allocation.FieldActivityID), "activity_id")).AppendSelectExprAs(sql.Raw(goal(a.C(allocation.FieldCode))), "code").From(a).
		Where(sql.And(
			sql.NotNull(a.C(allocation.FieldActivityID)), sql.EQ(a.C(allocation.FieldDimension), string(allocation.DimensionSector)),
			in(a.C(allocation.FieldVocabulary), []string{sdgGoals, sdgTargets}),
		))
	all := tags.UnionAll(sectors).As("named")
	s := b.Select(all.C("activity_id"), all.C("code")).From(all)
	if x.codes != nil {
		s.Where(in(all.C("code"), x.codes))
	}
	return x.ranked(s, []string{all.C("activity_id"), all.C("code")})
}

// labelled is a label in a statement.
type labelled struct{ code, significance, leads string }

// join joins the labels that are keys; each flow comes once for each of them.
func (x *label) join(o source, as string) labelled {
	which := x
	if x.none {
		which = &label{of: x.of, byCode: x.byCode, bySignificance: x.bySignificance}
	}
	rows := which.rows(o.s.Dialect()).As(as)
	on := sql.ExprP(rows.C("activity_id") + " = " + o.activity())
	switch {
	case x.none:
		o.s.LeftJoin(rows).OnP(on).Where(sql.IsNull(rows.C("activity_id")))
	case x.restricted():
		o.s.Join(rows).OnP(on)
	default:
		o.s.LeftJoin(rows).OnP(on)
	}
	if x.never {
		o.s.Where(sql.ExprP("1 = 0"))
	}
	return labelled{code: rows.C("code"), significance: rows.C("significance"), leads: "COALESCE(" + rows.C("place") + ", 1) = 1"}
}

// admits restricts flows to those of activities with a label that counts, or to
// those of activities without any.
func (x *label) admits(o source) {
	if !x.restricted() {
		return
	}
	if x.never {
		o.s.Where(sql.ExprP("1 = 0"))
		return
	}
	which := *x
	if x.none {
		which = label{of: x.of, byCode: x.byCode, bySignificance: x.bySignificance}
	}
	has := sql.P(func(b *sql.Builder) {
		rows := which.rows(b.Dialect()).As("labelled")
		b.WriteString(o.activity() + " IN ").Wrap(func(b *sql.Builder) {
			b.Join(sql.Dialect(b.Dialect()).Select(rows.C("activity_id")).From(rows))
		})
	})
	if x.none {
		has = sql.Not(has)
	}
	o.s.Where(has)
}
