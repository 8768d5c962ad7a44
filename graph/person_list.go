package graph

import (
	"context"
	"sync"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/ent/generated/ent/staffpost"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/viewer"
)

// personOrder is how a list of people runs.
func personOrder(o *model.PersonOrder) page.Order[*ent.Person] {
	if o != nil && o.Field == model.PersonOrderFieldCreatedAt {
		return page.Order[*ent.Person]{
			Column: person.FieldCreatedAt, Kind: page.Moment, Desc: descending(o.Direction),
			Value: func(p *ent.Person) any { return p.CreatedAt },
		}
	}
	return page.Order[*ent.Person]{
		Column: person.FieldNameKey, Desc: o != nil && descending(o.Direction),
		Value: func(p *ent.Person) any { return p.NameKey },
	}
}

// personFilter are the conditions of a filter.
func (r *Resolver) personFilter(ctx context.Context, f *model.PersonFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		contains(f.Text, person.FieldNameKey),
		equals(person.FieldOrganisationID, f.OrganisationID),
		r.holdsIn(f.BodyID),
		func(s *sql.Selector) {
			if f.Status == nil {
				return
			}
			if !viewer.From(ctx).Secretariat() {
				s.Where(sql.ExprP("1 = 0"))
				return
			}
			s.Where(sql.EQ(s.C(person.FieldStatus), *f.Status))
		},
	}
}

// holdsIn restricts to people who hold a seat or post in the body today.
func (r *Resolver) holdsIn(in *uuid.UUID) condition {
	return func(s *sql.Selector) {
		if in == nil {
			return
		}
		held := func(table string) *sql.Predicate {
			t := sql.Table(table)
			return sql.Exists(sql.Select(t.C("id")).From(t).Where(sql.And(
				sql.ColumnsEQ(t.C("person_id"), s.C(person.FieldID)), sql.EQ(t.C("body_id"), *in), body.InForceP(t.C, r.today()))))
		}
		s.Where(sql.Or(held(seat.Table), held(staffpost.Table)))
	}
}

// seatsToday are the seats that a person holds today, read once for all
// siblings.
func (r *Resolver) seatsToday(ctx context.Context, p *ent.Person) ([]*ent.Seat, error) {
	return batch.Many(ctx, p.Siblings(), p, "seats today", func(p *ent.Person) uuid.UUID { return p.ID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Seat, error) {
			return r.client.Seat.Query().
				Where(batch.In(seat.FieldPersonID, ids), predicate.Seat(body.InForce(r.today()))).Order(batch.ByID).All(ctx)
		}, func(s *ent.Seat) uuid.UUID { return *s.PersonID })
}

// postsToday are the posts that a person holds today, read once for all siblings.
func (r *Resolver) postsToday(ctx context.Context, p *ent.Person) ([]*ent.StaffPost, error) {
	return batch.Many(ctx, p.Siblings(), p, "posts today", func(p *ent.Person) uuid.UUID { return p.ID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.StaffPost, error) {
			return r.client.StaffPost.Query().
				Where(batch.In(staffpost.FieldPersonID, ids), predicate.StaffPost(body.InForce(r.today()))).Order(batch.ByID).All(ctx)
		}, func(s *ent.StaffPost) uuid.UUID { return *s.PersonID })
}

// viewerOf is who is asking, as the schema shows it; nil if nobody is signed in.
func (r *Resolver) viewerOf(ctx context.Context) *model.Viewer {
	v := viewer.From(ctx)
	if !v.SignedIn() {
		return nil
	}
	return &model.Viewer{Who: v, Row: sync.OnceValues(func() (*ent.Person, error) { return r.client.Person.Get(ctx, v.Person) })}
}
