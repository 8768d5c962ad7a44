package webhook

import (
	"context"
	"fmt"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

const (
	// keep is how long is remembered what was delivered, skipped or tested.
	keep = 30 * 24 * time.Hour
	// keepDead is how long what was given up can be tried again.
	keepDead = 90 * 24 * time.Hour
	// sweepAtOnce bounds how many rows one transaction takes away.
	sweepAtOnce = 500
)

// Sweep takes deliveries away that have had their time, a few at a time.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.Time()
	old := delivery.Or(
		delivery.And(delivery.StatusIn(delivery.StatusDelivered, delivery.StatusSkipped, delivery.StatusFailed), delivery.EndedAtLT(now.Add(-keep))),
		delivery.And(delivery.StatusEQ(delivery.StatusDead), delivery.EndedAtLT(now.Add(-keepDead))),
	)
	for {
		n := 0
		err := store.InTx(viewer.With(ctx, viewer.System()), s.DB, func(ctx context.Context, tx *ent.Client) error {
			ids, err := tx.Delivery.Query().Where(old).Limit(sweepAtOnce).IDs(ctx)
			if err != nil || len(ids) == 0 {
				n = 0
				return err
			}
			n, err = tx.Delivery.Delete().Where(delivery.IDIn(ids...)).Exec(ctx)
			return err
		})
		if err != nil {
			return fmt.Errorf("webhook: take old deliveries away: %w", err)
		}
		if n < sweepAtOnce {
			return nil
		}
	}
}
