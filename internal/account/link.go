package account

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/passwordlink"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/session"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// linkLife is how long a one-time link can be used.
const linkLife = 3 * 24 * time.Hour

var (
	errLink = apperr.Invalid("input.secret", i18n.Message{
		EN: "This link was used, has expired, or was never made. Ask for a new one.",
		ES: "Este enlace ya se usó, ha caducado o nunca existió. Pida uno nuevo.",
		FR: "Ce lien a déjà servi, a expiré ou n'a jamais existé. Demandez-en un nouveau.",
	})
	msgNoAccess = i18n.Message{
		EN: "This person's access was taken away.", ES: "Se retiró el acceso a esta persona.", FR: "L'accès de cette personne a été retiré.",
	}
)

// CreatePasswordLink makes the secret of a one-time link with which the person
// sets a password; earlier ones end. For the Secretariat. A disabled person is
// CONFLICT.
func (s *Service) CreatePasswordLink(ctx context.Context, p uuid.UUID) (string, error) {
	if err := command.Secretariat(ctx); err != nil {
		return "", err
	}
	var secret string
	err := store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		row, err := lockPerson(ctx, tx, p)
		if err != nil {
			return err
		}
		if row.Status != person.StatusActive {
			return apperr.New(apperr.Conflict, msgNoAccess).With("currentStatus", string(row.Status))
		}
		if err := s.useLinks(ctx, tx, p); err != nil {
			return err
		}
		var kept []byte
		secret, kept = newSecret("")
		err = tx.PasswordLink.Create().SetID(s.NewID(id.PasswordLink)).SetCreatedAt(s.Time()).SetPersonID(p).SetSecretHash(kept).
			SetExpiresAt(s.Time().Add(linkLife)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("account: make a link: %w", err)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// SetPassword sets a password with the secret of a one-time link, ends all
// sessions of the person and begins one. A refused password does not use the
// link up.
func (s *Service) SetPassword(ctx context.Context, secret, password string) (*SignedIn, error) {
	link, err := s.openLink(hub(ctx), s.DB.Client, secret)
	if err != nil {
		return nil, err
	}
	p, err := s.DB.Client.Person.Get(hub(ctx), link.PersonID)
	if err != nil {
		return nil, fmt.Errorf("account: read a link's person: %w", err)
	}
	if err := checkPassword("input.password", password, p); err != nil {
		return nil, err
	}
	kept, err := s.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	var in *SignedIn
	err = store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		now, err := lockPerson(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if now.Status != person.StatusActive {
			return errLink
		}
		if _, err := s.openLink(hub(ctx), tx, secret); err != nil { // used meanwhile
			return err
		}
		if err := s.useLinks(ctx, tx, p.ID); err != nil {
			return err
		}
		if err := now.Update().SetPasswordHash(kept).Exec(ctx); err != nil {
			return fmt.Errorf("account: set a password: %w", err)
		}
		if _, err := s.endSessions(ctx, tx, session.PersonID(p.ID)); err != nil {
			return err
		}
		if err := s.succeeded(ctx, p.Email); err != nil {
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

// openLink finds a link that can be used.
func (s *Service) openLink(ctx context.Context, c *ent.Client, secret string) (*ent.PasswordLink, error) {
	link, err := c.PasswordLink.Query().
		Where(passwordlink.SecretHash(digest(secret)), passwordlink.UsedAtIsNil(), passwordlink.ExpiresAtGT(s.Time())).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, errLink
	}
	if err != nil {
		return nil, fmt.Errorf("account: look for a link: %w", err)
	}
	return link, nil
}

// useLinks ends all links of a person. The person must be locked.
func (s *Service) useLinks(ctx context.Context, tx *ent.Client, p uuid.UUID) error {
	_, err := tx.PasswordLink.Update().Where(passwordlink.PersonID(p), passwordlink.UsedAtIsNil()).SetUsedAt(s.Time()).Save(ctx)
	if err != nil {
		return fmt.Errorf("account: end the links: %w", err)
	}
	return nil
}
