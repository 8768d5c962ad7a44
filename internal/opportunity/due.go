package opportunity

import (
	"context"
	"fmt"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// passLimit bounds how many opportunities one transaction closes.
const passLimit = 50

// PassTime closes the opportunities whose last day has passed and tells of each
// once, whoever else does so at the same time. The hub itself tells it. What is
// under way when it fails is told the next time.
func (s *Service) PassTime(ctx context.Context) error {
	ctx = viewer.With(ctx, viewer.System())
	for n := passLimit; n == passLimit; {
		err := store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) (err error) {
			n, err = s.closeDue(ctx, tx)
			return err
		})
		if err != nil {
			return fmt.Errorf("opportunity: close those whose day has passed: %w", err)
		}
	}
	return nil
}

// closeDue closes a few, and says how many.
func (s *Service) closeDue(ctx context.Context, tx *ent.Client) (int, error) {
	rows, err := tx.Opportunity.Query().Where(opportunity.StatusIn(Early...), opportunity.ClosesLT(s.today()), store.Locked(tx)).
		Order(batch.ByID).Limit(passLimit).All(ctx)
	if err != nil {
		return 0, err
	}
	for _, o := range rows {
		from := o.Status
		o, err := o.Update().SetStatus(opportunity.StatusClosed).SetStatusReason("").SetUpdatedAt(s.Time()).SetRevision(o.Revision + 1).Save(ctx)
		if err != nil {
			return 0, err
		}
		if err := s.tell(ctx, "OpportunityClosed", o, eventlog.Facts{From: string(from), To: string(o.Status)}); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}
