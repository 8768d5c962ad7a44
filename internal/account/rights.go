package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	entperson "acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/session"
	"acs-aec.org/hub/ent/generated/ent/token"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/viewer"

	entbody "acs-aec.org/hub/ent/generated/ent/body"
	entseat "acs-aec.org/hub/ent/generated/ent/seat"
	entpost "acs-aec.org/hub/ent/generated/ent/staffpost"
)

// Rights are what the rights of an active person follow from, on the day of
// loading and later. They change with the log alone: who keeps them loads them
// anew after an event that concerns the person.
type Rights struct {
	Person       uuid.UUID
	Organisation uuid.UUID // uuid.Nil if none
	Partner      bool      // the organisation is a donor or partner
	Language     i18n.Lang // the person's choice, "" if none
	// Held are the seats and posts that were not over on that day, by id.
	Held []Held
}

// Held is a seat or post with its days.
type Held struct {
	viewer.Seat
	Period body.Period
}

// On is the viewer that the person is on a day, without session. Nil rights,
// those of a person who is not there or has no access, are nobody's.
func (r *Rights) On(day date.Date) *viewer.Viewer {
	if r == nil {
		return viewer.Nobody()
	}
	v := &viewer.Viewer{Person: r.Person, Organisation: r.Organisation, Partner: r.Partner, Language: r.Language, Seats: []viewer.Seat{}}
	for _, h := range r.Held {
		if h.Period.Holds(day) {
			v.Seats = append(v.Seats, h.Seat)
		}
	}
	return v
}

// Rights are those of the persons who are there and have access, from a number
// of statements that does not depend on how many they are.
func (s *Service) Rights(ctx context.Context, persons []uuid.UUID) (map[uuid.UUID]*Rights, error) {
	if len(persons) == 0 {
		return map[uuid.UUID]*Rights{}, nil
	}
	found, err := s.people(ctx, batch.In(entperson.FieldID, persons))
	if err != nil {
		return nil, err
	}
	return s.rights(ctx, found)
}

// rights loads what these people hold with one statement.
func (s *Service) rights(ctx context.Context, people []*who) (map[uuid.UUID]*Rights, error) {
	out := make(map[uuid.UUID]*Rights, len(people))
	ids := make([]uuid.UUID, len(people))
	for i, w := range people {
		r := &Rights{Person: w.Person, Language: i18n.Lang(w.Language)}
		if w.Organisation != nil {
			r.Organisation = *w.Organisation
			var kinds []string
			if err := json.Unmarshal(w.Kinds, &kinds); err != nil {
				return nil, fmt.Errorf("account: read the kinds of an organisation: %w", err)
			}
			r.Partner = slices.Contains(kinds, "DONOR") || slices.Contains(kinds, "PARTNER")
		}
		ids[i], out[w.Person] = w.Person, r
	}
	if len(people) == 0 {
		return out, nil
	}
	var rows []struct {
		ID     uuid.UUID  `sql:"id"`
		Person uuid.UUID  `sql:"person"`
		Body   uuid.UUID  `sql:"body"`
		Kind   string     `sql:"kind"`
		From   *date.Date `sql:"valid_from"`
		To     *date.Date `sql:"valid_to"`
		Role   string     `sql:"role"`
	}
	today := date.Of(s.Now())
	err := s.DB.Client.Seat.Query().Where(predicate.Seat(body.NotOver(today)), batch.In(entseat.FieldPersonID, ids)).Modify(func(sel *sql.Selector) {
		bodies, posts, of := sql.Table(entbody.Table), sql.Table(entpost.Table), sql.Table(entbody.Table)
		sel.Join(bodies).On(sel.C(entseat.FieldBodyID), bodies.C(entbody.FieldID)) // names the table: first
		sel.Select(held(sel.C, bodies.C)...).AppendSelect(sql.As(sel.C(entseat.FieldRole), "role"))
		staff := sql.Dialect(sel.Dialect()).Select().From(posts)
		staff.Join(of).On(posts.C(entpost.FieldBodyID), of.C(entbody.FieldID))
		staff.Select(held(posts.C, of.C)...).AppendSelectExprAs(sql.Raw("'STAFF'"), "role")
		staff.Where(sql.And(batch.InP(posts.C(entpost.FieldPersonID), ids), body.NotOverP(posts.C, today)))
		sel.UnionAll(staff)
	}).Scan(hub(ctx), &rows)
	if err != nil {
		return nil, fmt.Errorf("account: read the seats and posts: %w", err)
	}
	for _, row := range rows {
		r := out[row.Person]
		r.Held = append(r.Held, Held{
			Seat:   viewer.Seat{ID: row.ID, Body: row.Body, BodyKind: viewer.BodyKind(row.Kind), Role: row.Role},
			Period: body.Period{From: row.From, To: row.To},
		})
	}
	for _, r := range out {
		slices.SortFunc(r.Held, func(a, b Held) int { return slices.Compare(a.ID[:], b.ID[:]) })
	}
	return out, nil
}

// held are the columns that seats and posts have in common, and their body's kind.
func held(of, bodies func(string) string) []string {
	return []string{
		sql.As(of("id"), "id"), sql.As(of("person_id"), "person"), sql.As(of("body_id"), "body"),
		sql.As(bodies(entbody.FieldKind), "kind"), sql.As(of("valid_from"), "valid_from"), sql.As(of("valid_to"), "valid_to"),
	}
}

// Live are those of these sessions and tokens that are good still, with the time
// at which they expire: neither ended nor expired, of a person who has access.
// It costs one statement, whatever their number.
func (s *Service) Live(ctx context.Context, credentials []uuid.UUID) (map[uuid.UUID]time.Time, error) {
	if len(credentials) == 0 {
		return map[uuid.UUID]time.Time{}, nil
	}
	var rows []struct {
		ID      uuid.UUID `sql:"id"`
		Expires time.Time `sql:"expires_at"`
	}
	now := s.Time()
	good := func(sel *sql.Selector, of func(string) string, ended string) {
		p := sql.Table(entperson.Table)
		sel.Join(p).On(of("person_id"), p.C(entperson.FieldID))
		sel.Select(sql.As(of("id"), "id"), sql.As(of("expires_at"), "expires_at"))
		sel.Where(sql.And(batch.InP(of("id"), credentials), sql.IsNull(of(ended)), sql.GT(of("expires_at"), now),
			sql.EQ(p.C(entperson.FieldStatus), string(entperson.StatusActive))))
	}
	err := s.DB.Client.Session.Query().Modify(func(sel *sql.Selector) {
		sessions, tokens := sql.Table(session.Table), sql.Table(token.Table)
		sel.From(sessions)
		good(sel, sessions.C, session.FieldEndedAt)
		other := sql.Dialect(sel.Dialect()).Select().From(tokens)
		good(other, tokens.C, token.FieldRevokedAt)
		sel.UnionAll(other)
	}).Scan(hub(ctx), &rows)
	if err != nil {
		return nil, fmt.Errorf("account: look at sessions and tokens: %w", err)
	}
	out := make(map[uuid.UUID]time.Time, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Expires.UTC()
	}
	return out, nil
}
