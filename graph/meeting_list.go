package graph

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/meeting"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/page"
)

func meetingOrder(ctx context.Context, o *model.MeetingOrder) page.Order[*ent.Meeting] {
	if o == nil {
		o = &model.MeetingOrder{Field: model.MeetingOrderFieldStarts, Direction: model.OrderDirectionAsc}
	}
	order := page.Order[*ent.Meeting]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.MeetingOrderFieldTitle:
		order.Column = keyColumn(ctx, "title")
		order.Value = func(m *ent.Meeting) any { return byLanguage(ctx, m.TitleKeyEn, m.TitleKeyEs, m.TitleKeyFr) }
	case model.MeetingOrderFieldCreatedAt:
		order.Column, order.Kind = meeting.FieldCreatedAt, page.Moment
		order.Value = func(m *ent.Meeting) any { return m.CreatedAt }
	default:
		order.Column, order.Kind = meeting.FieldStarts, page.Moment
		order.Value = func(m *ent.Meeting) any { return m.Starts }
	}
	return order
}

func meetingConditions(f *model.MeetingFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		equals(meeting.FieldBodyID, f.BodyID), oneOf(meeting.FieldStatus, f.Status), momentFrom(meeting.FieldEnds, f.From),
		momentTo(meeting.FieldStarts, f.To), titled(f.Text, meeting.FieldReference),
	}
}

// momentFrom restricts a column to this moment or later ones.
func momentFrom(column string, t *time.Time) condition {
	return func(s *sql.Selector) {
		if t != nil {
			s.Where(sql.GTE(s.C(column), t.UTC()))
		}
	}
}

// momentTo restricts a column to this moment or earlier ones.
func momentTo(column string, t *time.Time) condition {
	return func(s *sql.Selector) {
		if t != nil {
			s.Where(sql.LTE(s.C(column), t.UTC()))
		}
	}
}
