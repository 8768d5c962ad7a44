package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/informationrequest"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/viewer"

	entrequest "acs-aec.org/hub/ent/generated/ent/informationrequest"
)

// nestedRequests are the requests that belong to a row; parent.Column is the
// request's column for rows of that kind.
func nestedRequests[P any](ctx context.Context, r *Resolver, parent page.Parent[P], filter *model.InformationRequestFilter, orderBy *model.InformationRequestOrder, args page.Args) (*model.InformationRequestConnection, error) {
	conditions, err := r.requestConditions(ctx, filter)
	if err != nil {
		return nil, err
	}
	c, err := page.Nested(r.pager, parent, r.client.InformationRequest.Source(), requestOrder(orderBy), args, pageSize, conditions...)
	if err != nil {
		return nil, err
	}
	return &model.InformationRequestConnection{Connection: c}, nil
}

func requestOrder(o *model.InformationRequestOrder) page.Order[*ent.InformationRequest] {
	if o == nil {
		o = &model.InformationRequestOrder{Field: model.InformationRequestOrderFieldCreatedAt, Direction: model.OrderDirectionDesc}
	}
	order := page.Order[*ent.InformationRequest]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.InformationRequestOrderFieldDispatchedAt:
		order.Column, order.Kind = entrequest.FieldDispatchedAt, page.Moment
		order.Value = func(r *ent.InformationRequest) any { return moment(r.DispatchedAt) }
	case model.InformationRequestOrderFieldDue:
		order.Column = entrequest.FieldDue
		order.Value = func(r *ent.InformationRequest) any { return string(r.Due) }
	default:
		order.Column, order.Kind = entrequest.FieldCreatedAt, page.Moment
		order.Value = func(r *ent.InformationRequest) any { return r.CreatedAt }
	}
	return order
}

func (r *Resolver) requestConditions(ctx context.Context, f *model.InformationRequestFilter) ([]condition, error) {
	if f == nil {
		return nil, nil
	}
	proposal, err := r.seenAt(ctx, entrequest.FieldProposalID, f.ProposalID)
	if err != nil {
		return nil, err
	}
	v := viewer.From(ctx)
	return []condition{
		equals(entrequest.FieldThreadID, f.ThreadID), proposal, equals(entrequest.FieldBodyID, f.BodyID), oneOf(entrequest.FieldStatus, f.Status),
		equals(entrequest.FieldReference, f.Reference), equals(entrequest.FieldYear, f.Year), equals(entrequest.FieldStopsClock, f.StopsClock),
		whether(f.AddressedToMe, func(s *sql.Selector) *sql.Predicate {
			return sql.And(sql.NEQ(s.C(entrequest.FieldStatus), string(entrequest.StatusDraft)), informationrequest.AddressedP(s.C, v))
		}),
		whether(f.Overdue, func(s *sql.Selector) *sql.Predicate {
			return sql.And(sql.EQ(s.C(entrequest.FieldStatus), string(entrequest.StatusDispatched)), sql.LT(s.C(entrequest.FieldDue), r.today()))
		}),
	}, nil
}

// requestAddressee is whom a request is addressed to, nil if the viewer may not see
// who.
func requestAddressee(ctx context.Context, r *ent.InformationRequest) (model.RequestAddressee, error) {
	switch {
	case r.AddresseeBodyID != nil:
		return addresseeOrNil(r.AddresseeBody(ctx))
	case r.AddresseeSeatID != nil:
		return addresseeOrNil(r.AddresseeSeat(ctx))
	case r.AddresseePersonID != nil:
		return addresseeOrNil(r.AddresseePerson(ctx))
	}
	return addresseeOrNil(r.AddresseeOrganisation(ctx))
}

// addresseeOrNil keeps a nil row from becoming an addressee that is not nil.
func addresseeOrNil[T interface {
	comparable
	model.RequestAddressee
}](row T, err error) (model.RequestAddressee, error) {
	var none T
	if err != nil || row == none {
		return nil, err
	}
	return row, nil
}

// answerOf is the answer to a request; nil before.
func answerOf(r *ent.InformationRequest) *string {
	if r.AnsweredAt == nil {
		return nil
	}
	return &r.Answer
}
