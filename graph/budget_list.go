package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/budget"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/page"
)

// inActivity is an activity as the parent of a list of what belongs to it.
func inActivity(ctx context.Context, a *ent.Activity) page.Parent[*ent.Activity] {
	return page.Parent[*ent.Activity]{
		Row: a, Siblings: a.Siblings(), ID: func(a *ent.Activity) uuid.UUID { return a.ID }, Key: fieldKey(ctx), Column: "activity_id",
	}
}

// activityBudgets are an activity's budgets, or its planned disbursements.
func activityBudgets(ctx context.Context, r *Resolver, a *ent.Activity, kind budget.Kind, o *model.BudgetOrder, args page.Args) (*model.BudgetConnection, error) {
	c, err := page.Nested(r.pager, inActivity(ctx, a), r.client.Budget.Source(), budgetOrder(o, model.BudgetOrderFieldPosition, model.OrderDirectionAsc),
		args, pageSize, equals(budget.FieldKind, &kind))
	if err != nil {
		return nil, err
	}
	return &model.BudgetConnection{Connection: c}, nil
}

// budgetOrder is the order that is asked for, or that of the field's default.
func budgetOrder(o *model.BudgetOrder, field model.BudgetOrderField, direction model.OrderDirection) page.Order[*ent.Budget] {
	if o == nil {
		o = &model.BudgetOrder{Field: field, Direction: direction}
	}
	order := page.Order[*ent.Budget]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.BudgetOrderFieldPosition:
		order.Column, order.Kind = budget.FieldPosition, page.Number
		order.Value = func(b *ent.Budget) any { return int64(b.Position) }
		order.Group, order.GroupOf = budget.FieldActivityID, func(b *ent.Budget) uuid.UUID { return b.ActivityID }
	case model.BudgetOrderFieldValue:
		order.Column, order.Kind = budget.FieldValueMicro, page.Number
		order.Value = func(b *ent.Budget) any {
			if b.ValueMicro == nil {
				return nil
			}
			return *b.ValueMicro
		}
	default:
		order.Column = budget.FieldPeriodStart
		order.Value = func(b *ent.Budget) any { return day(b.PeriodStart) }
	}
	return order
}

func budgetConditions(f *model.BudgetFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		equals(budget.FieldKind, f.Kind), equals(budget.FieldActivityID, f.ActivityID), equals(budget.FieldValueCurrency, f.Currency),
		func(s *sql.Selector) {
			if f.From != nil {
				s.Where(sql.GTE(s.C(budget.FieldPeriodEnd), string(*f.From)))
			}
			if f.To != nil {
				s.Where(sql.LTE(s.C(budget.FieldPeriodStart), string(*f.To)))
			}
		},
		ofOrigin(f.Origin),
	}
}
