package account

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/session"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

var errSignIn = apperr.New(apperr.Unauthenticated, i18n.Message{
	EN: "The address or the password is wrong.", ES: "La dirección o la contraseña es incorrecta.",
	FR: "L'adresse ou le mot de passe est incorrect.",
})

// SignedIn is a session that has just begun: its secret is told this once.
type SignedIn struct {
	Secret  string
	Session *ent.Session
	Viewer  *viewer.Viewer
}

// SignIn begins a session. UNAUTHENTICATED is the answer whatever is wrong;
// RATE_LIMITED if too many attempts failed for the address from this origin, or
// from the origin, or, where the person never signed in, for the address;
// UNAVAILABLE if too many sign in at once. A session that the request came with
// ends.
func (s *Service) SignIn(ctx context.Context, email, password string) (*SignedIn, error) {
	if err := s.count(ctx, email); err != nil {
		return nil, err
	}
	p, err := s.DB.Client.Person.Query().Where(person.Email(normal(email)), person.StatusEQ(person.StatusActive)).Only(hub(ctx))
	if err != nil && !ent.IsNotFound(err) {
		return nil, fmt.Errorf("account: look for the person: %w", err)
	}
	var kept *string
	if p != nil {
		kept = p.PasswordHash
	}
	ok, err := s.matches(ctx, password, kept)
	if err != nil {
		return nil, s.notTried(ctx, email, err)
	}
	if !ok {
		return nil, errSignIn
	}
	var in *SignedIn
	err = store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		now, err := lockPerson(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if now.Status != person.StatusActive || now.PasswordHash == nil || *now.PasswordHash != *kept { // changed meanwhile
			return errSignIn
		}
		if _, err := s.endSessions(ctx, tx, session.ID(viewer.From(ctx).Session)); err != nil {
			return err
		}
		if err := s.succeeded(ctx, email); err != nil {
			return err
		}
		in, err = s.begin(ctx, tx, p.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.loaded(ctx, in)
}

// notTried takes back the attempt that was not made because of err.
func (s *Service) notTried(ctx context.Context, email string, err error) error {
	if apperr.CodeOf(err) == apperr.Unavailable {
		if back := s.forgive(context.WithoutCancel(ctx), email); back != nil {
			return back
		}
	}
	return err
}

// begin writes a session of the person.
func (s *Service) begin(ctx context.Context, tx *ent.Client, p uuid.UUID) (*SignedIn, error) {
	secret, kept := newSecret("")
	row, err := tx.Session.Create().SetID(s.NewID(id.Session)).SetCreatedAt(s.Time()).SetPersonID(p).SetSecretHash(kept).
		SetUserAgent(agent(viewer.UserAgentFrom(ctx))).SetExpiresAt(s.Time().Add(sessionLife)).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("account: begin a session: %w", err)
	}
	return &SignedIn{Secret: secret, Session: row}, nil
}

// loaded completes what begin began, once it is committed.
func (s *Service) loaded(ctx context.Context, in *SignedIn) (*SignedIn, error) {
	in.Session = in.Session.Unwrap()
	v, err := s.Load(ctx, in.Session.PersonID)
	if err != nil {
		return nil, err
	}
	v.Session, v.Expires = in.Session.ID, in.Session.ExpiresAt
	in.Viewer = v
	return in, nil
}

var msgCurrent = i18n.Message{
	EN: "This is not your password.", ES: "Esta no es su contraseña.", FR: "Ce n'est pas votre mot de passe.",
}

// PasswordChanged is what a change of the password did to the person's sessions.
type PasswordChanged struct {
	// Ended is how many other sessions were ended.
	Ended int
	// Secret is the new one of the session of the request, told this once; "" if the
	// request has none, or its answer can't carry it.
	Secret  string
	Expires time.Time
}

// ChangePassword sets a new password and ends all other sessions of the person,
// and links. The session of the request gets a new secret if the answer can carry
// it: whoever copied the old one is out. Tokens stay as they are. The password as
// it is must be right; wrong ones count as failed attempts to sign in.
func (s *Service) ChangePassword(ctx context.Context, current, next string) (PasswordChanged, error) {
	v := viewer.From(ctx)
	if !v.SignedIn() {
		return PasswordChanged{}, apperr.ErrSignIn
	}
	p, err := s.DB.Client.Person.Get(hub(ctx), v.Person)
	if err != nil {
		return PasswordChanged{}, command.Found(err)
	}
	if err := checkPassword("input.new", next, p); err != nil {
		return PasswordChanged{}, err
	}
	if err := s.count(ctx, p.Email); err != nil {
		return PasswordChanged{}, err
	}
	ok, err := s.matches(ctx, current, p.PasswordHash)
	if err != nil {
		return PasswordChanged{}, s.notTried(ctx, p.Email, err)
	}
	if !ok {
		return PasswordChanged{}, apperr.Invalid("input.current", msgCurrent)
	}
	if err := s.succeeded(ctx, p.Email); err != nil {
		return PasswordChanged{}, err
	}
	if current == next {
		return PasswordChanged{}, apperr.Invalid("input.new", msgPasswordSame)
	}
	kept, err := s.hash(ctx, next)
	if err != nil {
		return PasswordChanged{}, err
	}
	var done PasswordChanged
	err = store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		now, err := lockPerson(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if now.Status != person.StatusActive || now.PasswordHash == nil || *now.PasswordHash != *p.PasswordHash {
			return apperr.Invalid("input.current", msgCurrent) // changed meanwhile
		}
		if err := now.Update().SetPasswordHash(kept).Exec(ctx); err != nil {
			return fmt.Errorf("account: change a password: %w", err)
		}
		if err := s.useLinks(ctx, tx, p.ID); err != nil {
			return err
		}
		if done.Ended, err = s.endSessions(ctx, tx, session.PersonID(p.ID), session.IDNEQ(v.Session)); err != nil {
			return err
		}
		done.Secret, done.Expires, err = s.rotate(ctx, tx, p.ID, v.Session)
		return err
	})
	if err != nil {
		return PasswordChanged{}, err
	}
	return done, nil
}

// lockPerson reads a person and keeps others from changing it.
func lockPerson(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Person, error) {
	p, err := tx.Person.Query().Where(person.ID(u), store.Locked(tx)).Only(hub(ctx))
	if err != nil {
		return nil, command.Found(err)
	}
	return p, nil
}
