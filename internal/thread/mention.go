package thread

import (
	"context"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	entbody "acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

const mentionsLimit = 20

// mention is who is mentioned: exactly one of the three is set. A country is its
// delegation.
type mention struct {
	person, body, country *uuid.UUID
	since                 time.Time // when it was first mentioned; zero: only now
}

func (m mention) of() uuid.UUID {
	for _, u := range []*uuid.UUID{m.person, m.body, m.country} {
		if u != nil {
			return *u
		}
	}
	return uuid.Nil
}

// mentioned is whom a row mentions.
func mentioned(m *ent.MessageMention) uuid.UUID {
	return mention{person: m.PersonID, body: m.BodyID, country: m.CountryID}.of()
}

var (
	msgMentions = i18n.Message{
		EN: "A message mentions at most %d.", ES: "Un mensaje menciona como máximo a %d.", FR: "Un message mentionne au plus %d destinataires.",
	}
	msgNoPart = i18n.Message{
		EN: "Who is mentioned here does not take part in the discussion, and a mention gives no access: have them admitted first, or leave the mention out.",
		ES: "A quien se menciona aquí no participa en la discusión, y una mención no da acceso: haga que se le admita primero, o quite la mención.",
		FR: "La personne ou l'entité mentionnée ne participe pas à la discussion, et une mention ne donne pas accès : faites-la d'abord admettre, ou retirez la mention.",
	}
)

// checkMentions refuses mentions of whom the viewer may not see, and of those who
// do not take part. A body takes part as one of the parties, by one of its seats, or
// by a member whom the viewer may see; a delegation by a seat that is held.
func (s *Service) checkMentions(ctx context.Context, tx *ent.Client, t *ent.Thread, ids []uuid.UUID) ([]mention, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if len(ids) > mentionsLimit {
		return nil, apperr.Invalid("input.mentions", msgMentions, mentionsLimit).With("limit", mentionsLimit)
	}
	of := map[id.Kind][]uuid.UUID{}
	out := make([]mention, len(ids))
	for i, u := range ids {
		if slices.Contains(ids[:i], u) {
			return nil, apperr.Invalid(fmt.Sprintf("input.mentions[%d]", i), msgTwice)
		}
		switch k := id.KindOf(u); k {
		case id.Person:
			out[i].person = &ids[i]
		case id.Body:
			out[i].body = &ids[i]
		default:
			out[i].country = &ids[i]
		}
		of[id.KindOf(u)] = append(of[id.KindOf(u)], u)
	}
	there, reached := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	c := &circle{tx: tx, thread: t.ID, number: t.LastNumber + 1, day: s.today()}
	for kind, some := range of {
		if err := c.look(ctx, kind, some, there, reached); err != nil {
			return nil, err
		}
	}
	for i, u := range ids {
		field := fmt.Sprintf("input.mentions[%d]", i)
		if !there[u] {
			return nil, command.AtField(field, new(ent.NotFoundError))
		}
		if !reached[u] {
			return nil, apperr.Invalid(field, msgNoPart)
		}
	}
	return out, nil
}

// look finds out which of some persons, bodies or countries the viewer may see, and
// which of them take part.
func (c *circle) look(ctx context.Context, kind id.Kind, ids []uuid.UUID, there, reached map[uuid.UUID]bool) error {
	note := func(into map[uuid.UUID]bool, found []uuid.UUID, err error) error {
		for _, u := range found {
			into[u] = true
		}
		return err
	}
	switch kind {
	case id.Person:
		found, err := c.tx.Person.Query().Where(batch.In(person.FieldID, ids)).IDs(ctx)
		if err := note(there, found, err); err != nil {
			return err
		}
		found, err = c.among(viewer.With(ctx, viewer.System()), batch.In(person.FieldID, ids))
		return note(reached, found, err)
	case id.Body:
		found, err := c.tx.Body.Query().Where(batch.In(entbody.FieldID, ids)).IDs(ctx)
		if err := note(there, found, err); err != nil {
			return err
		}
		found, err = c.bodies(ctx, ids)
		return note(reached, found, err)
	}
	found, err := c.tx.Country.Query().Where(batch.In(country.FieldID, ids)).IDs(ctx)
	if err := note(there, found, err); err != nil {
		return err
	}
	found, err = c.delegations(ctx, ids)
	return note(reached, found, err)
}

// Added says whether an edit of the message added the mention.
func Added(m *ent.Message, row *ent.MessageMention) bool { return row.CreatedAt.After(m.CreatedAt) }

// mention is a mention's new row.
func (s *Service) mention(tx *ent.Client, at place, m mention) *ent.MessageMentionCreate {
	return tx.MessageMention.Create().SetID(s.NewID(id.Mention)).SetNillableMessageID(at.message).SetNillableDraftID(at.draft).
		SetNillablePersonID(m.person).SetNillableBodyID(m.body).SetNillableCountryID(m.country)
}

// Reached are the persons whom some of a message's mentions reach now, without its
// author: those who are mentioned, by themselves or by a seat or post of today, take
// part in the discussion and see the message. It tells nobody: it is for those who
// notify. It costs a statement.
func (s *Service) Reached(ctx context.Context, client *ent.Client, m *ent.Message, mentions []*ent.MessageMention) ([]uuid.UUID, error) {
	if len(mentions) == 0 {
		return nil, nil
	}
	ctx = viewer.With(ctx, viewer.System())
	var persons, bodies, countries []uuid.UUID
	for _, r := range mentions {
		switch {
		case r.PersonID != nil:
			persons = append(persons, *r.PersonID)
		case r.BodyID != nil:
			bodies = append(bodies, *r.BodyID)
		case r.CountryID != nil:
			countries = append(countries, *r.CountryID)
		}
	}
	c := &circle{tx: client, thread: m.ThreadID, number: m.Number, day: s.today()}
	return c.among(ctx, func(s *sql.Selector) {
		s.Where(sql.And(
			sql.NEQ(s.C(person.FieldID), m.AuthorID),
			sql.Or(batch.InP(s.C(person.FieldID), persons), c.sitsIn(s.C(person.FieldID), bodies), c.delegated(s.C(person.FieldID), countries)),
		))
	})
}
