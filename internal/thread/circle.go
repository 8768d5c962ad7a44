package thread

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/ent/generated/ent/staffpost"
	"acs-aec.org/hub/ent/generated/ent/threadaudience"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/viewer"
)

// circle are those who take part in a discussion on a day and see the message with
// a number. It says of others what access.Parties says of a viewer.
type circle struct {
	tx     *ent.Client
	thread uuid.UUID
	number int
	day    date.Date
}

func (s *Service) today() date.Date { return date.Of(s.Now()) }

// among are the active persons of the circle that the condition admits.
func (c *circle) among(ctx context.Context, condition func(*sql.Selector)) ([]uuid.UUID, error) {
	return c.tx.Person.Query().Where(condition, predicate.Person(func(s *sql.Selector) { s.Where(c.has(s.C)) }), batch.ByID).IDs(ctx)
}

// has admits the persons of the circle, columns of persons being named by column.
func (c *circle) has(column func(string) string) *sql.Predicate {
	a, held, posts := sql.Table(threadaudience.Table).As("places"), sql.Table(seat.Table).As("held"), sql.Table(staffpost.Table).As("posts")
	me := column(person.FieldID)
	sits := sql.Exists(sql.Select(held.C(seat.FieldID)).From(held).Where(sql.And(
		sql.ColumnsEQ(held.C(seat.FieldPersonID), me), body.InForceP(held.C, c.day),
		sql.Or(sql.ColumnsEQ(held.C(seat.FieldBodyID), a.C(threadaudience.FieldBodyID)), sql.ColumnsEQ(held.C(seat.FieldID), a.C(threadaudience.FieldSeatID))),
	)))
	works := sql.Exists(sql.Select(posts.C(staffpost.FieldID)).From(posts).Where(sql.And(
		sql.ColumnsEQ(posts.C(staffpost.FieldPersonID), me), body.InForceP(posts.C, c.day),
		sql.ColumnsEQ(posts.C(staffpost.FieldBodyID), a.C(threadaudience.FieldBodyID)),
	)))
	in := sql.Exists(sql.Select(a.C(threadaudience.FieldID)).From(a).Where(sql.And(
		sql.EQ(a.C(threadaudience.FieldThreadID), c.thread), sql.IsNull(a.C(threadaudience.FieldEndedAt)),
		sql.LT(a.C(threadaudience.FieldFromNumber), c.number),
		sql.Or(
			sql.ColumnsEQ(a.C(threadaudience.FieldPersonID), me),
			sql.ColumnsEQ(a.C(threadaudience.FieldOrganisationID), column(person.FieldOrganisationID)), sits, works,
		),
	)))
	return sql.And(sql.EQ(column(person.FieldStatus), string(person.StatusActive)), in)
}

// sitsIn admits persons, by the column of their id, who hold a seat or post in one
// of the bodies.
func (c *circle) sitsIn(me string, bodies []uuid.UUID) *sql.Predicate {
	held, posts := sql.Table(seat.Table).As("of_body"), sql.Table(staffpost.Table).As("posts_of_body")
	return sql.Or(
		sql.Exists(sql.Select(held.C(seat.FieldID)).From(held).Where(sql.And(
			sql.ColumnsEQ(held.C(seat.FieldPersonID), me), body.InForceP(held.C, c.day), batch.InP(held.C(seat.FieldBodyID), bodies),
		))),
		sql.Exists(sql.Select(posts.C(staffpost.FieldID)).From(posts).Where(sql.And(
			sql.ColumnsEQ(posts.C(staffpost.FieldPersonID), me), body.InForceP(posts.C, c.day), batch.InP(posts.C(staffpost.FieldBodyID), bodies),
		))),
	)
}

// delegated admits persons, by the column of their id, who hold a seat for one of
// the countries that takes part, alone or with its body.
func (c *circle) delegated(me string, countries []uuid.UUID) *sql.Predicate {
	held := sql.Table(seat.Table).As("of_country")
	return sql.Exists(sql.Select(held.C(seat.FieldID)).From(held).Where(sql.And(
		sql.ColumnsEQ(held.C(seat.FieldPersonID), me), body.InForceP(held.C, c.day), batch.InP(held.C(seat.FieldCountryID), countries),
		c.party(held.C),
	)))
}

// party admits seats that take part, alone or with their body, columns of seats
// being named by column.
func (c *circle) party(column func(string) string) *sql.Predicate {
	a := sql.Table(threadaudience.Table).As("places_of_seats")
	return sql.Exists(sql.Select(a.C(threadaudience.FieldID)).From(a).Where(sql.And(
		sql.EQ(a.C(threadaudience.FieldThreadID), c.thread), sql.IsNull(a.C(threadaudience.FieldEndedAt)),
		sql.Or(
			sql.ColumnsEQ(a.C(threadaudience.FieldBodyID), column(seat.FieldBodyID)),
			sql.ColumnsEQ(a.C(threadaudience.FieldSeatID), column(seat.FieldID)),
		),
	)))
}

// bodies are those of the bodies that take part, as far as the viewer may know: as
// parties, by a seat, or by a member whom the viewer may see.
func (c *circle) bodies(ctx context.Context, ids []uuid.UUID) ([]uuid.UUID, error) {
	parties, err := c.tx.ThreadAudience.Query().
		Where(threadaudience.ThreadID(c.thread), threadaudience.EndedAtIsNil(), batch.In(threadaudience.FieldBodyID, ids)).All(ctx)
	if err != nil {
		return nil, err
	}
	var out []uuid.UUID
	for _, p := range parties {
		out = append(out, *p.BodyID)
	}
	if len(out) == len(ids) {
		return out, nil
	}
	people := sql.Table(person.Table).As("known")
	known := sql.Select(people.C(person.FieldID)).From(people)
	may := c.has(people.C)
	if p := access.Persons(viewer.From(ctx), known); p != nil {
		may = sql.And(may, p)
	}
	known.Where(may)
	seats, err := c.tx.Seat.Query().Where(batch.In(seat.FieldBodyID, ids), body.InForce(c.day), func(s *sql.Selector) {
		s.Where(sql.Or(c.alone(s.C(seat.FieldID)), sql.In(s.C(seat.FieldPersonID), known)))
	}).Select(seat.FieldBodyID).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range seats {
		out = append(out, row.BodyID)
	}
	posts, err := c.tx.StaffPost.Query().Where(batch.In(staffpost.FieldBodyID, ids), body.InForce(c.day), func(s *sql.Selector) {
		s.Where(sql.In(s.C(staffpost.FieldPersonID), known.Clone()))
	}).Select(staffpost.FieldBodyID).All(ctx)
	for _, row := range posts {
		out = append(out, row.BodyID)
	}
	return out, err
}

// alone admits seats, by the column of their id, that are parties themselves.
func (c *circle) alone(column string) *sql.Predicate {
	a := sql.Table(threadaudience.Table).As("places_of_seats")
	return sql.Exists(sql.Select(a.C(threadaudience.FieldID)).From(a).Where(sql.And(
		sql.EQ(a.C(threadaudience.FieldThreadID), c.thread), sql.IsNull(a.C(threadaudience.FieldEndedAt)),
		sql.ColumnsEQ(a.C(threadaudience.FieldSeatID), column),
	)))
}

// delegations are those of the countries for which somebody holds a seat that takes
// part.
func (c *circle) delegations(ctx context.Context, countries []uuid.UUID) ([]uuid.UUID, error) {
	rows, err := c.tx.Seat.Query().Where(batch.In(seat.FieldCountryID, countries), body.InForce(c.day), seat.PersonIDNotNil(), func(s *sql.Selector) {
		s.Where(c.party(s.C))
	}).Select(seat.FieldCountryID).All(ctx)
	out := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		out[i] = *row.CountryID
	}
	return out, err
}
