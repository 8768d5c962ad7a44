package graph

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/agreementparty"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/page"
)

func agreementOrder(ctx context.Context, o *model.AgreementOrder) page.Order[*ent.Agreement] {
	if o == nil {
		o = &model.AgreementOrder{Field: model.AgreementOrderFieldSignedOn, Direction: model.OrderDirectionDesc}
	}
	order := page.Order[*ent.Agreement]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.AgreementOrderFieldTitle:
		order.Column = keyColumn(ctx, "title")
		order.Value = func(a *ent.Agreement) any { return byLanguage(ctx, a.TitleKeyEn, a.TitleKeyEs, a.TitleKeyFr) }
	case model.AgreementOrderFieldCreatedAt:
		order.Column, order.Kind = agreement.FieldCreatedAt, page.Moment
		order.Value = func(a *ent.Agreement) any { return a.CreatedAt }
	case model.AgreementOrderFieldValidTo:
		order.Column = agreement.FieldValidTo
		order.Value = func(a *ent.Agreement) any { return partial(a.ValidTo) }
	default:
		order.Column = agreement.FieldSignedOn
		order.Value = func(a *ent.Agreement) any { return partial(a.SignedOn) }
	}
	return order
}

func agreementConditions(f *model.AgreementFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		oneOf(agreement.FieldStatus, f.Status), equals(agreement.FieldKind, f.Kind), withParty(f.PartyID),
		beginsFrom(agreement.FieldSignedOn, f.SignedFrom), beginsBy(agreement.FieldSignedOn, f.SignedTo),
		endsBy(agreement.FieldValidTo, f.ExpiringBy), titled(f.Text, agreement.FieldNumber),
	}
}

// withParty restricts agreements to those that an organisation is party to.
func withParty(u *uuid.UUID) condition {
	return func(s *sql.Selector) {
		if u == nil {
			return
		}
		t := sql.Table(agreementparty.Table)
		s.Where(sql.In(s.C("id"), sql.Select(t.C(agreementparty.FieldAgreementID)).From(t).
			Where(sql.EQ(t.C(agreementparty.FieldOrganisationID), *u))))
	}
}

// Dates known to the month or the year sort before all days in them, so they
// compare with days as text, but for those that the day itself lies in.

// beginsFrom restricts to rows of which the first day that the date may mean is
// the day or later.
func beginsFrom(column string, day *date.Date) condition {
	return func(s *sql.Selector) {
		if day == nil {
			return
		}
		from := sql.GTE(s.C(column), string(*day))
		var begin []any // the month and the year that begin on the day
		for _, p := range around(*day) {
			if p.First() == *day {
				begin = append(begin, string(p))
			}
		}
		if len(begin) > 0 {
			from = sql.Or(from, sql.In(s.C(column), begin...))
		}
		s.Where(from)
	}
}

// beginsBy restricts to rows of which the first day that the date may mean is
// the day or earlier.
func beginsBy(column string, day *date.Date) condition {
	return func(s *sql.Selector) {
		if day != nil {
			s.Where(sql.LTE(s.C(column), string(*day)))
		}
	}
}

// endsBy restricts to rows of which the last day that the date may mean is the
// day or earlier.
func endsBy(column string, day *date.Date) condition {
	return func(s *sql.Selector) {
		if day == nil {
			return
		}
		s.Where(sql.LTE(s.C(column), string(*day)))
		for _, p := range around(*day) {
			if p.Last() > *day {
				s.Where(sql.NEQ(s.C(column), string(p)))
			}
		}
	}
}

// around are the month and the year of a day.
func around(day date.Date) []date.Partial {
	return []date.Partial{date.Partial(day[:7]), date.Partial(day[:4])}
}

// partiesInOrder are the parties in the order of the document.
func partiesInOrder(parties []*ent.AgreementParty) []*ent.AgreementParty {
	out := slices.Clone(parties)
	slices.SortStableFunc(out, func(a, b *ent.AgreementParty) int { return a.Position - b.Position })
	return out
}
