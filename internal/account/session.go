package account

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/session"
	"acs-aec.org/hub/ent/generated/ent/token"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// A session lives for 30 days after it was last used; its end is moved at most
// once an hour.
const (
	sessionLife = 30 * 24 * time.Hour
	renewAfter  = time.Hour
)

// Sessions are those of the viewer that have not ended, latest first.
func (s *Service) Sessions(ctx context.Context) ([]*ent.Session, error) {
	return s.DB.Client.Session.Query().
		Where(session.PersonID(viewer.From(ctx).Person), session.EndedAtIsNil(), session.ExpiresAtGT(s.Time())).
		Order(ent.Desc(session.FieldCreatedAt, session.FieldID)).All(ctx)
}

// EndSession ends one of the viewer's sessions; others are NOT_FOUND. One that
// has ended stays as it is.
func (s *Service) EndSession(ctx context.Context, u uuid.UUID) (*ent.Session, error) {
	if !viewer.From(ctx).SignedIn() {
		return nil, apperr.ErrSignIn
	}
	var out *ent.Session
	err := store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		if _, err := tx.Session.Get(ctx, u); err != nil {
			return command.Found(err)
		}
		if _, err := s.endSessions(ctx, tx, session.ID(u)); err != nil {
			return err
		}
		var err error
		out, err = tx.Session.Get(ctx, u)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out.Unwrap(), nil
}

// SignOut ends the session that the request came with, and says whether there
// was one.
func (s *Service) SignOut(ctx context.Context) (bool, error) {
	v := viewer.From(ctx)
	if !v.SignedIn() {
		return false, nil
	}
	ended := 0
	err := store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) (err error) {
		ended, err = s.endSessions(ctx, tx, session.ID(v.Session), session.PersonID(v.Person))
		return err
	})
	return ended > 0, err
}

// endSessions ends those sessions that have not ended yet, tells of each, and
// says how many.
func (s *Service) endSessions(ctx context.Context, tx *ent.Client, which ...predicate.Session) (int, error) {
	now := s.Time()
	rows, err := tx.Session.Query().Where(which...).Where(session.EndedAtIsNil(), session.ExpiresAtGT(now), store.Locked(tx)).
		Order(ent.Asc(session.FieldID)).All(hub(ctx))
	if err != nil {
		return 0, fmt.Errorf("account: read the sessions: %w", err)
	}
	for _, row := range rows {
		if err := row.Update().SetEndedAt(now).Exec(ctx); err != nil {
			return 0, fmt.Errorf("account: end a session: %w", err)
		}
		if err := s.tellEnded(ctx, row.PersonID); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// rotate gives a session of the person another secret, which it returns, if the
// answer can carry it. The session itself goes on. The person must be locked.
func (s *Service) rotate(ctx context.Context, tx *ent.Client, p, u uuid.UUID) (string, time.Time, error) {
	if !viewer.JarFrom(ctx).Open() {
		return "", time.Time{}, nil
	}
	row, err := tx.Session.Query().Where(session.ID(u), session.PersonID(p), session.EndedAtIsNil()).Only(hub(ctx))
	if ent.IsNotFound(err) { // a token's request
		return "", time.Time{}, nil
	}
	if err != nil {
		return "", time.Time{}, fmt.Errorf("account: read the session: %w", err)
	}
	secret, kept := newSecret("")
	// Nothing else may set this column, which is why ent offers no way to do it.
	err = row.Update().Modify(func(b *sql.UpdateBuilder) { b.Set(session.FieldSecretHash, kept) }).Exec(ctx)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("account: give a session a new secret: %w", err)
	}
	return secret, row.ExpiresAt, nil
}

// tellEnded tells that something with which the person was signed in ended
// before its time: who listens to it must look again.
func (s *Service) tellEnded(ctx context.Context, p uuid.UUID) error {
	return s.Log.Append(ctx, eventlog.Event{Kind: "SessionEnded", Subject: p, Person: &p, Personal: true})
}

// Shut ends every session, token and link of a person, within the command of the
// caller.
func (s *Service) Shut(ctx context.Context, tx *ent.Client, p uuid.UUID) error {
	if _, err := s.endSessions(ctx, tx, session.PersonID(p)); err != nil {
		return err
	}
	if _, err := s.revokeTokens(ctx, tx, token.PersonID(p)); err != nil {
		return err
	}
	return s.useLinks(ctx, tx, p)
}

// renew moves the end of a session that is in use, at most once an hour.
func (s *Service) renew(ctx context.Context, u uuid.UUID, expires time.Time) (bool, error) {
	next := s.Time().Add(sessionLife)
	if next.Sub(expires) < renewAfter {
		return false, nil
	}
	n := 0
	err := store.InTx(hub(ctx), s.DB, func(ctx context.Context, tx *ent.Client) (err error) {
		n, err = tx.Session.Update().Where(session.ID(u), session.EndedAtIsNil(), session.ExpiresAtLTE(next.Add(-renewAfter))).
			SetExpiresAt(next).Save(ctx)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("account: renew a session: %w", err)
	}
	return n > 0, nil
}

// agent is what is kept of what a browser calls itself.
func agent(name string) string {
	name = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, name), "")
	for len(name) > 200 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}
