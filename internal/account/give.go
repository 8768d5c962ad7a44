package account

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Password is a password that is public by nature, and its hash.
type Password struct{ text, hash string }

// HashPasswords hashes passwords, as many at once as there are slots. It takes
// its time: outside of transactions.
func (s *Service) HashPasswords(ctx context.Context, texts []string) ([]Password, error) {
	out, errs := make([]Password, len(texts)), make([]error, len(texts))
	var wg sync.WaitGroup
	for i, text := range texts {
		wg.Go(func() {
			out[i].text = text
			out[i].hash, errs[i] = s.hash(ctx, text)
		})
	}
	wg.Wait()
	return out, errors.Join(errs...)
}

// GivePasswords sets the passwords of persons without their links, which end; no
// session begins. For the hub itself alone, others are FORBIDDEN: it is for
// people whose passwords are public, as those of the demonstration are.
func (s *Service) GivePasswords(ctx context.Context, passwords map[uuid.UUID]Password) error {
	if !viewer.From(ctx).IsSystem() {
		return apperr.ErrForbidden
	}
	return store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		for p, password := range passwords {
			row, err := lockPerson(ctx, tx, p)
			if err != nil {
				return err
			}
			if err := checkPassword("input.password", password.text, row); err != nil {
				return err
			}
			if err := s.useLinks(ctx, tx, p); err != nil {
				return err
			}
			if err := tx.Person.UpdateOneID(p).SetPasswordHash(password.hash).Exec(ctx); err != nil {
				return fmt.Errorf("account: give a password: %w", err)
			}
		}
		return nil
	})
}
