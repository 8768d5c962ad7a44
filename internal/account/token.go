package account

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/token"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// maxTokenLife is how long a token can live.
const maxTokenLife = 366 * 24 * time.Hour

var msgTokenLife = i18n.Message{
	EN: "A token lives for more than nothing and at most a year.", ES: "Un token vive más que nada y como máximo un año.",
	FR: "Un jeton vit plus que rien et au plus un an.",
}

// CreateToken makes a token with which a program is the person. Its secret is
// told this once. For the hub itself, and people for themselves. A disabled
// person is CONFLICT.
func (s *Service) CreateToken(ctx context.Context, p uuid.UUID, name string, life time.Duration) (string, *ent.Token, error) {
	if err := command.Allow(ctx, viewer.From(ctx).SignedIn() && viewer.From(ctx).Person == p); err != nil {
		return "", nil, err
	}
	name, err := command.Line("name", name, 100)
	if err != nil {
		return "", nil, err
	}
	if life <= 0 || life > maxTokenLife {
		return "", nil, apperr.Invalid("ttl", msgTokenLife)
	}
	var secret string
	var row *ent.Token
	err = store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		who, err := lockPerson(ctx, tx, p)
		if err != nil {
			return err
		}
		if who.Status != person.StatusActive {
			return apperr.New(apperr.Conflict, msgNoAccess).With("currentStatus", string(who.Status))
		}
		var kept []byte
		secret, kept = newSecret(tokenPrefix)
		row, err = tx.Token.Create().SetID(s.NewID(id.Token)).SetCreatedAt(s.Time()).SetPersonID(p).SetName(name).SetSecretHash(kept).
			SetExpiresAt(s.Time().Add(life)).Save(ctx)
		if err != nil {
			return fmt.Errorf("account: make a token: %w", err)
		}
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	return secret, row.Unwrap(), nil
}

// ListTokens are the tokens of a person that have neither expired nor been
// revoked, latest first, as far as the viewer may see them.
func (s *Service) ListTokens(ctx context.Context, p uuid.UUID) ([]*ent.Token, error) {
	return s.DB.Client.Token.Query().Where(token.PersonID(p), token.RevokedAtIsNil(), token.ExpiresAtGT(s.Time())).
		Order(ent.Desc(token.FieldCreatedAt, token.FieldID)).All(ctx)
}

// RevokeToken ends a token at once; one of somebody else is NOT_FOUND, one that
// has ended CONFLICT.
func (s *Service) RevokeToken(ctx context.Context, u uuid.UUID) error {
	if _, err := command.SignedIn(ctx); err != nil {
		return err
	}
	return store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		if _, err := tx.Token.Get(ctx, u); err != nil {
			return command.Found(err)
		}
		n, err := s.revokeTokens(ctx, tx, token.ID(u))
		if err == nil && n == 0 {
			return command.WrongState("ENDED", 0)
		}
		return err
	})
}

// revokeTokens ends those tokens that have not ended yet, tells of each, and says
// how many.
func (s *Service) revokeTokens(ctx context.Context, tx *ent.Client, which ...predicate.Token) (int, error) {
	now := s.Time()
	rows, err := tx.Token.Query().Where(which...).Where(token.RevokedAtIsNil(), token.ExpiresAtGT(now), store.Locked(tx)).
		Order(ent.Asc(token.FieldID)).All(hub(ctx))
	if err != nil {
		return 0, fmt.Errorf("account: read the tokens: %w", err)
	}
	for _, row := range rows {
		if err := row.Update().SetRevokedAt(now).Exec(ctx); err != nil {
			return 0, fmt.Errorf("account: revoke a token: %w", err)
		}
		if err := s.tellEnded(ctx, row.PersonID); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}
