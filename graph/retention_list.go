package graph

import (
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/legalhold"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/page"
)

func legalHoldOrder(o *model.LegalHoldOrder) page.Order[*ent.LegalHold] {
	if o == nil {
		o = &model.LegalHoldOrder{Field: model.LegalHoldOrderFieldPlacedAt, Direction: model.OrderDirectionDesc}
	}
	order := page.Order[*ent.LegalHold]{
		Desc: descending(o.Direction), Kind: page.Moment, Column: legalhold.FieldCreatedAt,
		Value: func(h *ent.LegalHold) any { return h.CreatedAt },
	}
	if o.Field == model.LegalHoldOrderFieldReleasedAt {
		order.Column, order.Value = legalhold.FieldReleasedAt, func(h *ent.LegalHold) any { return moment(h.ReleasedAt) }
	}
	return order
}

func legalHoldConditions(f *model.LegalHoldFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{standing(f.Standing), heldOn(f.OnID)}
}

func standing(v *bool) condition {
	return func(s *sql.Selector) {
		switch {
		case v == nil:
		case *v:
			s.Where(sql.IsNull(s.C(legalhold.FieldReleasedAt)))
		default:
			s.Where(sql.NotNull(s.C(legalhold.FieldReleasedAt)))
		}
	}
}

func heldOn(u *uuid.UUID) condition {
	if u == nil {
		return func(*sql.Selector) {}
	}
	column := map[id.Kind]string{
		id.Thread: legalhold.FieldThreadID, id.Organisation: legalhold.FieldOrganisationID, id.Agreement: legalhold.FieldAgreementID,
		id.Programme: legalhold.FieldProgrammeID, id.Proposal: legalhold.FieldProposalID, id.Activity: legalhold.FieldActivityID,
		id.Body: legalhold.FieldBodyID, id.Opportunity: legalhold.FieldOpportunityID, id.Meeting: legalhold.FieldMeetingID,
	}[id.KindOf(*u)]
	return equals(column, u)
}
