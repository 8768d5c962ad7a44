package graph

import (
	"encoding/json"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/document"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/page"
)

// documentOrder is the order that is asked for, or that of the field's default.
func documentOrder(o *model.DocumentOrder, field model.DocumentOrderField, direction model.OrderDirection) page.Order[*ent.Document] {
	if o == nil {
		o = &model.DocumentOrder{Field: field, Direction: direction}
	}
	order := page.Order[*ent.Document]{Desc: descending(o.Direction)}
	if o.Field == model.DocumentOrderFieldPosition {
		order.Column, order.Kind = document.FieldPosition, page.Number
		order.Value = func(d *ent.Document) any { return int64(d.Position) }
		order.Group, order.GroupOf = document.FieldActivityID, func(d *ent.Document) uuid.UUID { return d.ActivityID }
		return order
	}
	order.Column = document.FieldDate
	order.Value = func(d *ent.Document) any { return day(d.Date) }
	return order
}

func documentConditions(f *model.DocumentFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		equals(document.FieldActivityID, f.ActivityID), oneOf(document.FieldPlace, f.Place), listing(document.FieldCategories, f.Category),
		ofOrigin(f.Origin),
	}
}

// listing restricts to rows whose list of codes has this one.
func listing(column string, code *string) condition {
	return func(s *sql.Selector) {
		if code == nil {
			return
		}
		quoted, err := json.Marshal(*code)
		if err != nil { // no text fails
			quoted = nil
		}
		s.Where(likeLower("CAST("+s.C(column)+" AS TEXT)", strings.ToLower(string(quoted)))) // capitals compare differently in the two databases
	}
}
