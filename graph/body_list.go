package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/ent/generated/ent/staffpost"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/viewer"

	entbody "acs-aec.org/hub/ent/generated/ent/body"
)

// bodyOrder is how a list of bodies runs.
func bodyOrder(ctx context.Context, o *model.BodyOrder) page.Order[*ent.Body] {
	desc := o != nil && descending(o.Direction)
	if o != nil {
		switch o.Field {
		case model.BodyOrderFieldCode:
			return page.Order[*ent.Body]{Column: entbody.FieldCode, Desc: desc, Value: func(b *ent.Body) any { return b.Code }}
		case model.BodyOrderFieldCreatedAt:
			return page.Order[*ent.Body]{
				Column: entbody.FieldCreatedAt, Kind: page.Moment, Desc: desc,
				Value: func(b *ent.Body) any { return b.CreatedAt },
			}
		}
	}
	return page.Order[*ent.Body]{
		Column: keyColumn(ctx, "name"), Desc: desc,
		Value: func(b *ent.Body) any { return byLanguage(ctx, b.NameKeyEn, b.NameKeyEs, b.NameKeyFr) },
	}
}

// bodyFilter are the conditions of a filter.
func bodyFilter(ctx context.Context, f *model.BodyFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		equals(entbody.FieldKind, f.Kind),
		equals(entbody.FieldCode, f.Code),
		equals(entbody.FieldStatus, f.Status),
		equals(entbody.FieldParentID, f.ParentID),
		func(s *sql.Selector) {
			if f.Text == nil {
				return
			}
			text := i18n.Fold(*f.Text)
			s.Where(sql.Or(
				like(s.C(entbody.FieldNameKeyEn), text), like(s.C(entbody.FieldNameKeyEs), text), like(s.C(entbody.FieldNameKeyFr), text),
				likeLower(s.C(entbody.FieldCode), text),
			))
		},
		func(s *sql.Selector) {
			if f.Mine == nil {
				return
			}
			mine := batch.InP(s.C(entbody.FieldID), viewer.From(ctx).Bodies())
			if !*f.Mine {
				mine = sql.Not(mine)
			}
			s.Where(mine)
		},
	}
}

// seatRoles are the roles in the order in which lists run by them.
var seatRoles = []string{
	string(seat.RoleChair), string(seat.RoleViceChair), string(seat.RoleRapporteur), string(seat.RoleMember), string(seat.RoleClerk),
}

// seatOrder is how a list of seats runs.
func seatOrder(o *model.SeatOrder) page.Order[*ent.Seat] {
	desc := o != nil && descending(o.Direction)
	if o != nil {
		switch o.Field {
		case model.SeatOrderFieldRole:
			return page.Order[*ent.Seat]{
				Column: seat.FieldRole, Kind: page.Number, Places: seatRoles, Desc: desc,
				Value: func(s *ent.Seat) any { return place(seatRoles, string(s.Role)) },
			}
		case model.SeatOrderFieldCreatedAt:
			return page.Order[*ent.Seat]{
				Column: seat.FieldCreatedAt, Kind: page.Moment, Desc: desc,
				Value: func(s *ent.Seat) any { return s.CreatedAt },
			}
		}
	}
	return page.Order[*ent.Seat]{Column: seat.FieldValidFrom, Desc: desc, Value: func(s *ent.Seat) any { return dayOrNone(s.ValidFrom) }}
}

// place is the place of a value in a list, counted from 0.
func place(list []string, value string) any {
	for i, v := range list {
		if v == value {
			return int64(i)
		}
	}
	return nil
}

func dayOrNone(d *date.Date) any {
	if d == nil {
		return nil
	}
	return string(*d)
}

// seatFilter are the conditions of a filter.
func (r *Resolver) seatFilter(f *model.SeatFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		equals(seat.FieldBodyID, f.BodyID),
		equals(seat.FieldRole, f.Role),
		equals(seat.FieldCountryID, f.CountryID),
		equals(seat.FieldVotes, f.Votes),
		func(s *sql.Selector) {
			if f.On != nil {
				s.Where(body.InForceP(s.C, *f.On))
			}
		},
		func(s *sql.Selector) {
			switch {
			case f.Current == nil:
			case *f.Current:
				s.Where(body.InForceP(s.C, r.today()))
			default: // spelt out, as NOT of a comparison with nothing is nothing
				from, to := s.C(seat.FieldValidFrom), s.C(seat.FieldValidTo)
				s.Where(sql.Or(sql.GT(from, r.today()), sql.LT(to, r.today())))
			}
		},
	}
}

// postsInForce are the posts in a body that are in force today, read once for all
// siblings.
func (r *Resolver) postsInForce(ctx context.Context, b *ent.Body) ([]*ent.StaffPost, error) {
	return batch.Many(ctx, b.Siblings(), b, "posts today", func(b *ent.Body) uuid.UUID { return b.ID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.StaffPost, error) {
			return r.client.StaffPost.Query().
				Where(batch.In(staffpost.FieldBodyID, ids), predicate.StaffPost(body.InForce(r.today()))).Order(batch.ByID).All(ctx)
		}, func(p *ent.StaffPost) uuid.UUID { return p.BodyID })
}
