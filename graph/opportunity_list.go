package graph

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/sqljson"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/date"
	opportunities "acs-aec.org/hub/internal/opportunity"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/viewer"
)

func opportunityOrder(ctx context.Context, o *model.OpportunityOrder) page.Order[*ent.Opportunity] {
	if o == nil {
		o = &model.OpportunityOrder{Field: model.OpportunityOrderFieldCloses, Direction: model.OrderDirectionAsc}
	}
	order := page.Order[*ent.Opportunity]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.OpportunityOrderFieldTitle:
		order.Column = keyColumn(ctx, "title")
		order.Value = func(o *ent.Opportunity) any { return byLanguage(ctx, o.TitleKeyEn, o.TitleKeyEs, o.TitleKeyFr) }
	case model.OpportunityOrderFieldCreatedAt:
		order.Column, order.Kind = opportunity.FieldCreatedAt, page.Moment
		order.Value = func(o *ent.Opportunity) any { return o.CreatedAt }
	default:
		order.Column = opportunity.FieldCloses
		order.Value = func(o *ent.Opportunity) any {
			if o.Closes == nil {
				return nil
			}
			return string(*o.Closes)
		}
	}
	return order
}

func (r *Resolver) opportunityConditions(ctx context.Context, f *model.OpportunityFilter) ([]condition, error) {
	if f == nil {
		return nil, nil
	}
	agreement, err := r.seenAt(ctx, opportunity.FieldAgreementID, f.AgreementID)
	if err != nil {
		return nil, err
	}
	return []condition{
		standingAt(ctx, f.Status, r.today()), equals(opportunity.FieldDonorID, f.DonorID), agreement, equals(opportunity.FieldArea, f.Area),
		forCountry(f.Country), notBefore(opportunity.FieldCloses, f.ClosesFrom), notAfter(opportunity.FieldCloses, f.ClosesBy),
		equals(opportunity.FieldSource, f.Source), titled(f.Text, opportunity.FieldSourceID),
	}, nil
}

// standingAt restricts opportunities to those that stand at one of these on a day.
// Who may not see where they stand finds none.
func standingAt(ctx context.Context, statuses []opportunity.Status, today date.Date) condition {
	return func(s *sql.Selector) {
		if statuses == nil {
			return
		}
		if !opportunities.MayFollow(viewer.From(ctx)) {
			s.Where(sql.False())
			return
		}
		status, closes := s.C(opportunity.FieldStatus), s.C(opportunity.FieldCloses)
		over := sql.LT(closes, string(today))
		admitted := []*sql.Predicate{sql.False()}
		for _, want := range statuses {
			is := sql.EQ(status, string(want))
			switch {
			case slices.Contains(opportunities.Early, want):
				is = sql.And(is, sql.Or(sql.IsNull(closes), sql.GTE(closes, string(today))))
			case want == opportunity.StatusClosed:
				early := make([]any, len(opportunities.Early))
				for i, e := range opportunities.Early {
					early[i] = string(e)
				}
				is = sql.Or(is, sql.And(sql.In(status, early...), over))
			}
			admitted = append(admitted, is)
		}
		s.Where(sql.Or(admitted...))
	}
}

// forCountry restricts opportunities to those that name a country.
func forCountry(code *string) condition {
	return func(s *sql.Selector) {
		if code != nil {
			s.Where(sqljson.ValueContains(s.C(opportunity.FieldCountries), *code))
		}
	}
}

// notBefore restricts a day to this one or later ones.
func notBefore(column string, day *date.Date) condition {
	return func(s *sql.Selector) {
		if day != nil {
			s.Where(sql.GTE(s.C(column), string(*day)))
		}
	}
}

// notAfter restricts a day to this one or earlier ones.
func notAfter(column string, day *date.Date) condition {
	return func(s *sql.Selector) {
		if day != nil {
			s.Where(sql.LTE(s.C(column), string(*day)))
		}
	}
}
