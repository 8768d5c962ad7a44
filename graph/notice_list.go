package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/noticeregisterentry"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/notice"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/viewer"

	entnotice "acs-aec.org/hub/ent/generated/ent/notice"
)

func noticeOrder(ctx context.Context, o *model.NoticeOrder) page.Order[*ent.Notice] {
	if o == nil {
		o = &model.NoticeOrder{Field: model.NoticeOrderFieldCreatedAt, Direction: model.OrderDirectionDesc}
	}
	order := page.Order[*ent.Notice]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.NoticeOrderFieldTitle:
		order.Column = keyColumn(ctx, "title")
		order.Value = func(n *ent.Notice) any { return byLanguage(ctx, n.TitleKeyEn, n.TitleKeyEs, n.TitleKeyFr) }
	case model.NoticeOrderFieldDispatchedAt:
		order.Column, order.Kind = entnotice.FieldDispatchedAt, page.Moment
		order.Value = func(n *ent.Notice) any { return moment(n.DispatchedAt) }
	case model.NoticeOrderFieldAcknowledgeBy:
		order.Column = entnotice.FieldAcknowledgeBy
		order.Value = func(n *ent.Notice) any { return dayOrNone(n.AcknowledgeBy) }
	default:
		order.Column, order.Kind = entnotice.FieldCreatedAt, page.Moment
		order.Value = func(n *ent.Notice) any { return n.CreatedAt }
	}
	return order
}

func (r *Resolver) noticeConditions(ctx context.Context, f *model.NoticeFilter) ([]condition, error) {
	if f == nil {
		return nil, nil
	}
	subject, err := r.seenAt(ctx, entnotice.FieldSubjectID, f.SubjectID)
	if err != nil {
		return nil, err
	}
	v := viewer.From(ctx)
	return []condition{
		equals(entnotice.FieldBodyID, f.BodyID), equals(entnotice.FieldYear, f.Year), oneOf(entnotice.FieldStatus, f.Status),
		equals(entnotice.FieldReference, f.Reference), subject, titled(f.Text, entnotice.FieldReference),
		whether(f.AddressedToMe, func(s *sql.Selector) *sql.Predicate { return notice.AddressedP(s.C, v) }),
		whether(f.NotAcknowledgedByMe, func(s *sql.Selector) *sql.Predicate { return notice.AwaitsP(s.C, v) }),
	}, nil
}

// seenAt restricts a column to an identifier, and admits nothing if what it names is
// not for the viewer: a filter does not tell what an edge hides.
func (r *Resolver) seenAt(ctx context.Context, column string, u *uuid.UUID) (condition, error) {
	if u == nil {
		return func(*sql.Selector) {}, nil
	}
	found, err := r.nodes(ctx, []uuid.UUID{*u})
	if err != nil {
		return nil, err
	}
	if found[0] == nil {
		return oneOf(column, []uuid.UUID{}), nil
	}
	return equals(column, u), nil
}

// whether restricts to rows of which the predicate is true, or is not; nil does not
// restrict. The predicate is never unknown.
func whether(is *bool, predicate func(*sql.Selector) *sql.Predicate) condition {
	return func(s *sql.Selector) {
		switch {
		case is == nil:
		case *is:
			s.Where(predicate(s))
		default:
			s.Where(sql.Not(predicate(s)))
		}
	}
}

func registerOrder(o *model.NoticeRegisterOrder) page.Order[*ent.NoticeRegisterEntry] {
	return page.Order[*ent.NoticeRegisterEntry]{
		Column: noticeregisterentry.FieldCreatedAt, Kind: page.Moment, Desc: o != nil && descending(o.Direction),
		Value: func(e *ent.NoticeRegisterEntry) any { return e.CreatedAt },
	}
}

func registerConditions(f *model.NoticeRegisterFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{oneOf(noticeregisterentry.FieldKind, f.Kind), equals(noticeregisterentry.FieldSeatID, f.SeatID)}
}
