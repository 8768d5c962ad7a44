package funding

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/budget"
	"acs-aec.org/hub/internal/batch"
)

// LeftOut is why a budget or a planned disbursement is in no sum.
type LeftOut string

// The reasons.
const (
	// Revised: the same activity revised it for a period that touches its own.
	Revised LeftOut = "REVISED"
	// InParent: an activity above its own, the parent or a parent's parent, has a budget
	// for a period that touches its own, and is selected too.
	InParent LeftOut = "IN_PARENT"
	// PassedOn: what is planned to be disbursed goes to another activity of the
	// selection.
	PassedOn LeftOut = "PASSED_ON"
)

// revised is the code of the BudgetType list.
const revised = "2"

// leftOut says of a budget or a planned disbursement that it is in no sum.
func leftOut(ctx context.Context, o source, f Filter) *sql.Predicate {
	return o.leftOut(ctx, f, sql.P(func(b *sql.Builder) {
		// Each once: PostgreSQL looks them up in a table of hashes only if it expects few.
		b.WriteString(o.id() + " IN ").Wrap(func(b *sql.Builder) { b.Join(f.below(ctx, b.Dialect()).Distinct()) })
	}))
}

// leftOutOfSums is leftOut for a statement that looks at all budgets: it joins those
// that are below others.
func leftOutOfSums(ctx context.Context, o source, f Filter) *sql.Predicate {
	below := f.below(ctx, o.s.Dialect()).Distinct().As("below")
	id := below.C(budget.FieldID)
	o.s.LeftJoin(below).OnP(sql.ExprP(id + " = " + o.id()))
	return o.leftOut(ctx, f, sql.NotNull(id))
}

func (o source) leftOut(ctx context.Context, f Filter, below *sql.Predicate) *sql.Predicate {
	return sql.Or(o.revised(), below, sql.Exists(o.passedOn(ctx, f)))
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
	return s.conditions(ctx, q, budgetsOf, func(q Query, o source) *sql.Predicate {
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

// Elsewhere says of budgets that a query leaves out why: three statements, and one
// where it names organisations, however many there are. Those that count are not in the answer.
func (s *Service) Elsewhere(ctx context.Context, q Query, rows []*ent.Budget) (map[uuid.UUID]*Elsewhere, error) {
	if err := s.Standing(ctx, &q); err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(rows))
	for i, b := range rows {
		ids[i] = b.ID
	}
	var found []struct {
		ID      uuid.UUID  `sql:"id"`
		Revised bool       `sql:"revised"`
		On      *uuid.UUID `sql:"passed"`
	}
	err := s.DB.Client.Budget.Query().Where(batch.In(budget.FieldID, ids)).Modify(func(sel *sql.Selector) {
		o := budgetsOf(sel)
		sel.Select(o.id())
		sel.AppendSelectExprAs(sql.P(func(b *sql.Builder) {
			b.WriteString("CASE WHEN ").Join(o.revised()).WriteString(" THEN TRUE ELSE FALSE END")
		}), "revised")
		on := o.passedOn(ctx, q.Filter)
		on.OrderBy(on.C(activity.FieldID)).Limit(1)
		sel.AppendSelectExprAs(sql.ExprFunc(func(b *sql.Builder) { b.Wrap(func(b *sql.Builder) { b.Join(on) }) }), "passed")
	}).Scan(ctx, &found)
	if err != nil {
		return nil, fmt.Errorf("funding: ask why budgets are left out: %w", err)
	}
	above, err := s.ancestors(ctx, q.Filter, ids)
	if err != nil {
		return nil, err
	}
	of := map[uuid.UUID]uuid.UUID{}
	for _, b := range rows {
		of[b.ID] = b.ActivityID
	}
	out := map[uuid.UUID]*Elsewhere{}
	at := map[uuid.UUID][]*Elsewhere{}
	for _, f := range found {
		e := &Elsewhere{Budget: f.ID}
		counts, below := above[f.ID]
		switch {
		case f.Revised:
			e.Reason, counts = Revised, of[f.ID]
		case below:
			e.Reason = InParent
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
