package graph

import (
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/page"
)

// transactionOrder is the order that is asked for, or by date in the direction
// of the field's default.
func transactionOrder(o *model.TransactionOrder, otherwise model.OrderDirection) page.Order[*ent.Transaction] {
	if o == nil {
		o = &model.TransactionOrder{Field: model.TransactionOrderFieldDate, Direction: otherwise}
	}
	order := page.Order[*ent.Transaction]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.TransactionOrderFieldPosition:
		order.Column, order.Kind = transaction.FieldPosition, page.Number
		order.Value = func(t *ent.Transaction) any { return int64(t.Position) }
		order.Group, order.GroupOf = transaction.FieldActivityID, func(t *ent.Transaction) uuid.UUID { return t.ActivityID }
	case model.TransactionOrderFieldValue:
		order.Column, order.Kind = transaction.FieldValueMicro, page.Number
		order.Value = func(t *ent.Transaction) any {
			if t.ValueMicro == nil {
				return nil
			}
			return *t.ValueMicro
		}
	default:
		order.Column = transaction.FieldDate
		order.Value = func(t *ent.Transaction) any { return day(t.Date) }
	}
	return order
}

func transactionConditions(f *model.TransactionFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		equals(transaction.FieldActivityID, f.ActivityID), oneOf(transaction.FieldTypeCode, f.TypeCode),
		equals(transaction.FieldValueCurrency, f.Currency),
		func(s *sql.Selector) {
			if f.From != nil {
				s.Where(sql.GTE(s.C(transaction.FieldDate), string(*f.From)))
			}
			if f.To != nil {
				s.Where(sql.LTE(s.C(transaction.FieldDate), string(*f.To)))
			}
		},
		ofOrigin(f.Origin),
	}
}

// ofOrigin restricts transactions to those of activities of an origin.
func ofOrigin(o *activity.Origin) condition {
	return func(s *sql.Selector) {
		if o == nil {
			return
		}
		t := sql.Table(activity.Table)
		s.Where(sql.In(s.C(transaction.FieldActivityID), sql.Select(t.C(activity.FieldID)).From(t).
			Where(sql.EQ(t.C(activity.FieldOrigin), string(*o)))))
	}
}
