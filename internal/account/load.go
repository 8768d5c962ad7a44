package account

import (
	"context"
	"fmt"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/organisation"
	entperson "acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/session"
	"acs-aec.org/hub/ent/generated/ent/token"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/viewer"
)

var errToken = apperr.New(apperr.Unauthenticated, i18n.Message{
	EN: "This token is not valid, or not any more.", ES: "Este token no es válido, o ya no lo es.", FR: "Ce jeton n'est pas valable, ou ne l'est plus.",
})

// Authenticate says who is asking: the person whose token or session it is, with
// the rights of today. A token goes before a session. A token that is not valid
// is UNAUTHENTICATED; a session that is not leaves nobody signed in, so that an
// old cookie bars nobody from signing in anew. A session that is used lives on;
// the jar of the context then gets it with its new end.
func (s *Service) Authenticate(ctx context.Context, bearer, sessionSecret string) (*viewer.Viewer, error) {
	switch {
	case bearer != "":
		if !strings.HasPrefix(bearer, tokenPrefix) {
			return nil, errToken
		}
		who, err := s.holder(ctx, token.Table, bearer, token.FieldRevokedAt)
		if err != nil {
			return nil, err
		}
		if who == nil {
			return nil, errToken
		}
		return s.viewer(ctx, who)
	case sessionSecret != "":
		who, err := s.holder(ctx, session.Table, sessionSecret, session.FieldEndedAt)
		if err != nil {
			return nil, err
		}
		if who == nil {
			return viewer.Nobody(), nil
		}
		renewed, err := s.renew(ctx, who.Credential, who.Expires)
		if err != nil {
			return nil, err
		}
		if renewed {
			who.Expires = s.Time().Add(sessionLife)
			viewer.JarFrom(ctx).SetSession(sessionSecret, who.Expires)
		}
		return s.viewer(ctx, who)
	}
	return viewer.Nobody(), nil
}

// Load is the viewer that a person is today. One who is not there or has no
// access is NOT_FOUND.
func (s *Service) Load(ctx context.Context, p uuid.UUID) (*viewer.Viewer, error) {
	who, err := s.who(ctx, func(sel *sql.Selector) { sel.Where(sql.EQ(sel.C(entperson.FieldID), p)) })
	if err != nil {
		return nil, err
	}
	if who == nil {
		return nil, apperr.ErrNotFound
	}
	return s.viewer(ctx, who)
}

// holder is the active person whose credential this is, nil if there is none.
func (s *Service) holder(ctx context.Context, table, secret, ended string) (*who, error) {
	now := s.Time()
	return s.who(ctx, func(sel *sql.Selector) {
		c := sql.Table(table)
		sel.Join(c).On(sel.C(entperson.FieldID), c.C("person_id"))
		sel.Where(sql.And(sql.EQ(c.C("secret_hash"), digest(secret)), sql.IsNull(c.C(ended)), sql.GT(c.C("expires_at"), now)))
		sel.AppendSelect(sql.As(c.C("id"), "credential"), sql.As(c.C("expires_at"), "expires"))
	})
}

// who is a person as far as rights depend on them.
type who struct {
	Person       uuid.UUID  `sql:"person"`
	Language     string     `sql:"language"`
	Organisation *uuid.UUID `sql:"organisation"`
	Kinds        []byte     `sql:"kinds"`
	Credential   uuid.UUID  `sql:"credential"`
	Expires      time.Time  `sql:"expires"`
}

// who reads an active person with one statement; nil if there is none.
func (s *Service) who(ctx context.Context, which func(*sql.Selector)) (*who, error) {
	found, err := s.people(ctx, which)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// people reads the active ones of these persons with one statement.
func (s *Service) people(ctx context.Context, which func(*sql.Selector)) ([]*who, error) {
	var found []*who
	err := s.DB.Client.Person.Query().Where(entperson.StatusEQ(entperson.StatusActive)).Modify(func(sel *sql.Selector) {
		o := sql.Table(organisation.Table)
		sel.LeftJoin(o).On(sel.C(entperson.FieldOrganisationID), o.C(organisation.FieldID)) // names the table: first
		sel.Select(
			sql.As(sel.C(entperson.FieldID), "person"), sql.As(sel.C(entperson.FieldLanguage), "language"),
			sql.As(sel.C(entperson.FieldOrganisationID), "organisation"), sql.As(o.C(organisation.FieldKinds), "kinds"),
		)
		which(sel)
	}).Scan(hub(ctx), &found)
	if err != nil {
		return nil, fmt.Errorf("account: read who is asking: %w", err)
	}
	return found, nil
}

// viewer loads the rights of a person with one statement.
func (s *Service) viewer(ctx context.Context, w *who) (*viewer.Viewer, error) {
	rights, err := s.rights(ctx, []*who{w})
	if err != nil {
		return nil, err
	}
	v := rights[w.Person].On(date.Of(s.Now()))
	v.Session, v.Expires = w.Credential, w.Expires.UTC()
	return v, nil
}
