package graph

import (
	"context"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/page"
)

func activityOrder(ctx context.Context, o *model.ActivityOrder) page.Order[*ent.Activity] {
	if o == nil {
		o = &model.ActivityOrder{Field: model.ActivityOrderFieldTitle, Direction: model.OrderDirectionAsc}
	}
	order := page.Order[*ent.Activity]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.ActivityOrderFieldIatiIdentifier:
		order.Column = activity.FieldIatiIdentifier
		order.Value = func(a *ent.Activity) any { return a.IatiIdentifier }
	case model.ActivityOrderFieldActualStart:
		order.Column = activity.FieldActualStart
		order.Value = func(a *ent.Activity) any { return day(a.ActualStart) }
	case model.ActivityOrderFieldCreatedAt:
		order.Column, order.Kind = activity.FieldCreatedAt, page.Moment
		order.Value = func(a *ent.Activity) any { return a.CreatedAt }
	default:
		order.Column = keyColumn(ctx, "title")
		order.Value = func(a *ent.Activity) any { return byLanguage(ctx, a.TitleKeyEn, a.TitleKeyEs, a.TitleKeyFr) }
	}
	return order
}

// day is a date that may be missing, as an order compares it.
func day(d *date.Date) any {
	if d == nil {
		return nil
	}
	return string(*d)
}
