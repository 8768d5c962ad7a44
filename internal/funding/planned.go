package funding

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/budget"
	"acs-aec.org/hub/ent/generated/ent/relatedactivity"
	"acs-aec.org/hub/internal/batch"
)

// LeftOut is why a budget or a planned disbursement is in no sum.
type LeftOut string

// The reasons.
const (
	// Revised: the same activity revised it for a period that touches its own.
	Revised LeftOut = "REVISED"
	// InParent: the activity's parent has a budget for a period that touches its own,
	// and is selected too.
	InParent LeftOut = "IN_PARENT"
	// PassedOn: what is planned to be disbursed goes to another activity of the
	// selection.
	PassedOn LeftOut = "PASSED_ON"
)

// Codes of the IATI standard: BudgetType, RelatedActivityType.
const (
	revised   = "2"
	hasParent = "1"
	hasChild  = "2"
)

// leftOut says of a budget or a planned disbursement that it is in no sum.
func leftOut(ctx context.Context, o source, f Filter) *sql.Predicate {
	return sql.Or(
		o.revised(),
		sql.Exists(o.within(ctx, f, relatedactivity.FieldActivityID, relatedactivity.FieldRelatedID, hasParent)),
		sql.Exists(o.within(ctx, f, relatedactivity.FieldRelatedID, relatedactivity.FieldActivityID, hasChild)),
		sql.Exists(o.passedOn(ctx, f)),
	)
}

// revised says that the budget is original and that a revised one of its activity is
// for a period that touches its own.
func (o source) revised() *sql.Predicate {
	d := sql.Dialect(o.s.Dialect())
	other := d.Table(budget.Table).As("revised")
	return sql.And(
		sql.EQ(o.kind(), string(budget.KindBudget)), sql.NEQ(o.s.C(budget.FieldTypeCode), revised),
		sql.Exists(d.Select(other.C(budget.FieldID)).From(other).Where(sql.And(
			sql.ExprP(other.C(budget.FieldActivityID)+" = "+o.activity()), o.touches(other), sql.EQ(other.C(budget.FieldTypeCode), revised),
		))),
	)
}

// touches says that another budget has an amount and a period that has a day in
// common. What lacks a day has no bound there.
func (o source) touches(other *sql.SelectTable) *sql.Predicate {
	before := func(start, end string) string {
		return "(" + start + " IS NULL OR " + end + " IS NULL OR " + start + " <= " + end + ")"
	}
	return sql.And(
		sql.EQ(other.C(budget.FieldKind), string(budget.KindBudget)), sql.NotNull(other.C(budget.FieldValueMicro)),
		sql.ExprP(before(other.C(budget.FieldPeriodStart), o.s.C(budget.FieldPeriodEnd))),
		sql.ExprP(before(o.s.C(budget.FieldPeriodStart), other.C(budget.FieldPeriodEnd))),
	)
}

// within are the selected parents of the budget's activity with a budget for a
// period that touches its own: one of them says so, as code of the relation that own
// has to other, and neither says the contrary. Where both state their level, the
// parent's is above.
func (o source) within(ctx context.Context, f Filter, own, other, code string) *sql.Selector {
	d := sql.Dialect(o.s.Dialect())
	parent := f.selection(ctx, o.s.Dialect())
	id := parent.C(activity.FieldID)
	says, has, child := d.Table(relatedactivity.Table).As("says"), d.Table(budget.Table).As("has"), d.Table(activity.Table).As("child")
	parent.Join(says).OnP(sql.ExprP(says.C(other) + " = " + id))
	parent.Join(has).OnP(sql.ExprP(has.C(budget.FieldActivityID) + " = " + id))
	parent.Join(child).OnP(sql.ExprP(child.C(activity.FieldID) + " = " + o.activity()))
	contrary := func(as, own, other, code string) *sql.Predicate {
		t := d.Table(relatedactivity.Table).As(as)
		return sql.NotExists(d.Select(t.C(relatedactivity.FieldID)).From(t).Where(sql.And(
			sql.ExprP(t.C(own)+" = "+id), sql.ExprP(t.C(other)+" = "+o.activity()), sql.EQ(t.C(relatedactivity.FieldTypeCode), code),
		)))
	}
	level, below := parent.C(activity.FieldHierarchy), child.C(activity.FieldHierarchy)
	return parent.Where(sql.And(
		sql.EQ(o.kind(), string(budget.KindBudget)),
		sql.ExprP(says.C(own)+" = "+o.activity()), sql.EQ(says.C(relatedactivity.FieldTypeCode), code), sql.ExprP(id+" <> "+o.activity()),
		o.touches(has), sql.ExprP("("+level+" IS NULL OR "+below+" IS NULL OR "+level+" < "+below+")"),
		contrary("parent_says", relatedactivity.FieldActivityID, relatedactivity.FieldRelatedID, hasParent),
		contrary("child_says", relatedactivity.FieldRelatedID, relatedactivity.FieldActivityID, hasChild),
	))
}

// passedOn are the selected activities that what is planned to be disbursed goes to.
func (o source) passedOn(ctx context.Context, f Filter) *sql.Selector {
	to := f.selection(ctx, o.s.Dialect())
	return to.Where(sql.And(
		sql.EQ(o.kind(), string(budget.KindPlannedDisbursement)), sql.NEQ(o.s.C(budget.FieldReceiverActivityRef), ""),
		sql.ExprP(to.C(activity.FieldIatiIdentifier)+" = "+o.s.C(budget.FieldReceiverActivityRef)), sql.ExprP(to.C(activity.FieldID)+" <> "+o.activity()),
	))
}

// BudgetConditions restrict budgets to those behind the figures of a query, or to
// those that are left out of them: as Conditions for transactions.
func (s *Service) BudgetConditions(ctx context.Context, q Query, internal bool) ([]func(*sql.Selector), error) {
	return s.conditions(ctx, q, budgetsOf, func(o source) *sql.Predicate {
		if internal {
			return leftOut(ctx, o, q.Filter)
		}
		return sql.Not(leftOut(ctx, o, q.Filter))
	})
}

// Elsewhere is why a budget is left out, and the activity whose money counts.
type Elsewhere struct {
	Budget   uuid.UUID
	Reason   LeftOut
	Activity *ent.Activity
}

// Elsewhere says of budgets that a query leaves out why: two statements, however
// many there are. Those that count are not in the answer.
func (s *Service) Elsewhere(ctx context.Context, q Query, rows []*ent.Budget) (map[uuid.UUID]*Elsewhere, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, b := range rows {
		ids[i] = b.ID
	}
	var found []struct {
		ID      uuid.UUID  `sql:"id"`
		Revised bool       `sql:"revised"`
		Above   *uuid.UUID `sql:"above"`
		Below   *uuid.UUID `sql:"below"`
		On      *uuid.UUID `sql:"passed"`
	}
	err := s.DB.Client.Budget.Query().Where(batch.In(budget.FieldID, ids)).Modify(func(sel *sql.Selector) {
		o := budgetsOf(sel)
		first := func(of *sql.Selector, as string) {
			of.OrderBy(of.C(activity.FieldID)).Limit(1)
			sel.AppendSelectExprAs(sql.ExprFunc(func(b *sql.Builder) { b.Wrap(func(b *sql.Builder) { b.Join(of) }) }), as)
		}
		sel.Select(o.id())
		sel.AppendSelectExprAs(sql.P(func(b *sql.Builder) {
			b.WriteString("CASE WHEN ").Join(o.revised()).WriteString(" THEN TRUE ELSE FALSE END")
		}), "revised")
		first(o.within(ctx, q.Filter, relatedactivity.FieldActivityID, relatedactivity.FieldRelatedID, hasParent), "above")
		first(o.within(ctx, q.Filter, relatedactivity.FieldRelatedID, relatedactivity.FieldActivityID, hasChild), "below")
		first(o.passedOn(ctx, q.Filter), "passed")
	}).Scan(ctx, &found)
	if err != nil {
		return nil, fmt.Errorf("funding: ask why budgets are left out: %w", err)
	}
	of := map[uuid.UUID]uuid.UUID{}
	for _, b := range rows {
		of[b.ID] = b.ActivityID
	}
	out := map[uuid.UUID]*Elsewhere{}
	at := map[uuid.UUID][]*Elsewhere{}
	for _, f := range found {
		e := &Elsewhere{Budget: f.ID}
		var counts uuid.UUID
		switch {
		case f.Revised:
			e.Reason, counts = Revised, of[f.ID]
		case f.Above != nil:
			e.Reason, counts = InParent, *f.Above
		case f.Below != nil:
			e.Reason, counts = InParent, *f.Below
		case f.On != nil:
			e.Reason, counts = PassedOn, *f.On
		default:
			continue
		}
		out[f.ID] = e
		at[counts] = append(at[counts], e)
	}
	activities := make([]uuid.UUID, 0, len(at))
	for u := range at {
		activities = append(activities, u)
	}
	if len(activities) == 0 {
		return out, nil
	}
	seen, err := s.DB.Client.Activity.Query().Where(batch.In(activity.FieldID, activities)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("funding: read whose budgets count: %w", err)
	}
	for _, a := range batch.Join(seen) {
		for _, e := range at[a.ID] {
			e.Activity = a
		}
	}
	return out, nil
}
