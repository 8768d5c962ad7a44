package graph

import (
	"context"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/page"
)

func programmeOrder(ctx context.Context, o *model.ProgrammeOrder) page.Order[*ent.Programme] {
	if o == nil {
		o = &model.ProgrammeOrder{Field: model.ProgrammeOrderFieldTitle, Direction: model.OrderDirectionAsc}
	}
	order := page.Order[*ent.Programme]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.ProgrammeOrderFieldCode:
		order.Column = programme.FieldCode
		order.Value = func(p *ent.Programme) any { return p.Code }
	case model.ProgrammeOrderFieldStarts:
		order.Column = programme.FieldStarts
		order.Value = func(p *ent.Programme) any { return partial(p.Starts) }
	case model.ProgrammeOrderFieldCreatedAt:
		order.Column, order.Kind = programme.FieldCreatedAt, page.Moment
		order.Value = func(p *ent.Programme) any { return p.CreatedAt }
	default:
		order.Column = keyColumn(ctx, "title")
		order.Value = func(p *ent.Programme) any { return byLanguage(ctx, p.TitleKeyEn, p.TitleKeyEs, p.TitleKeyFr) }
	}
	return order
}

func programmeConditions(f *model.ProgrammeFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		oneOf(programme.FieldStatus, f.Status), equals(programme.FieldArea, f.Area), equals(programme.FieldCode, f.Code),
		titled(f.Text, programme.FieldCode),
	}
}
