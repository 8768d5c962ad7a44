package command

import (
	"context"
	"fmt"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/claim"
	"acs-aec.org/hub/internal/store"
)

// claimLife is how long an idempotency key is kept.
const claimLife = 90 * 24 * time.Hour

// sweepAtOnce bounds how many rows one transaction takes away.
const sweepAtOnce = 500

// Sweep takes idempotency keys away that have had their time, a few at a time.
func (r *Runner) Sweep(ctx context.Context) error {
	for {
		n := 0
		err := store.InTx(ctx, r.DB, func(ctx context.Context, tx *ent.Client) error {
			ids, err := tx.Claim.Query().Where(claim.CreatedAtLT(r.Time().Add(-claimLife))).Limit(sweepAtOnce).IDs(ctx)
			if err != nil || len(ids) == 0 {
				n = 0
				return err
			}
			n, err = tx.Claim.Delete().Where(claim.IDIn(ids...)).Exec(ctx)
			return err
		})
		if err != nil {
			return fmt.Errorf("command: take old claims away: %w", err)
		}
		if n < sweepAtOnce {
			return nil
		}
	}
}
