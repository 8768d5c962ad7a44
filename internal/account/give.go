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

// GivePasswords sets the passwords of persons without their links, which end; no
// session begins. For the hub itself alone, others are FORBIDDEN: it is for
// people whose passwords are public, as those of the demonstration are.
func (s *Service) GivePasswords(ctx context.Context, passwords map[uuid.UUID]string) error {
	if !viewer.From(ctx).IsSystem() {
		return apperr.ErrForbidden
	}
	return store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		for p, password := range passwords {
			row, err := lockPerson(ctx, tx, p)
			if err != nil {
				return err
			}
			if err := checkPassword("input.password", password, row); err != nil {
				return err
			}
		}
		kept, err := s.hashAll(ctx, passwords)
		if err != nil {
			return err
		}
		for p, hash := range kept {
			if err := s.useLinks(ctx, tx, p); err != nil {
				return err
			}
			if err := tx.Person.UpdateOneID(p).SetPasswordHash(hash).Exec(ctx); err != nil {
				return fmt.Errorf("account: give a password: %w", err)
			}
		}
		return nil
	})
}

// hashAll hashes at most hashesWaiting passwords, as many at once as there are
// slots.
func (s *Service) hashAll(ctx context.Context, passwords map[uuid.UUID]string) (map[uuid.UUID]string, error) {
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex // protects kept and errs
		kept = make(map[uuid.UUID]string, len(passwords))
		errs []error
	)
	for p, password := range passwords {
		wg.Go(func() {
			hash, err := s.hash(ctx, password)
			mu.Lock()
			defer mu.Unlock()
			kept[p], errs = hash, append(errs, err)
		})
	}
	wg.Wait()
	return kept, errors.Join(errs...)
}
