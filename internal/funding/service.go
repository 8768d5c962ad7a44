package funding

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
)

// Service adds up.
type Service struct {
	*command.Runner
	// Limit is how long a sum may take.
	Limit time.Duration
	// CountAtOnce is how many activities one step of Count takes; 0: so many that it is
	// short.
	CountAtOnce int

	scans bool // sums that are kept are not looked at: for tests
}

// DefaultLimit is how long a sum may take where nothing else is set.
const DefaultLimit = 5 * time.Second

// New makes a service.
func New(r *command.Runner) *Service { return &Service{Runner: r, Limit: DefaultLimit} }

// countedAtOnce is how many activities one short step counts.
const countedAtOnce = 50

// Count counts some of the activities that are not counted yet, in one short
// transaction, and says whether there are more. It is for what was there before a
// migration; several nodes may do so at once.
func (s *Service) Count(ctx context.Context) (more bool, err error) {
	most := s.CountAtOnce
	if most == 0 {
		most = countedAtOnce
	}
	err = store.InTx(system(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error {
		ids, err := tx.Activity.Query().Where(activity.FundingCounted(false)).Order(ent.Asc(activity.FieldID)).Limit(most).IDs(ctx)
		if err != nil || len(ids) == 0 {
			more = false
			return err
		}
		more = true
		locked, err := lockActivities(ctx, tx, ids)
		if err != nil {
			return err
		}
		c, err := Begin(ctx, tx, Of{Activities: locked})
		if err != nil {
			return err
		}
		if err := recount(ctx, tx, locked); err != nil {
			return err
		}
		return c.End(ctx, tx, Of{})
	})
	if err != nil {
		return false, fmt.Errorf("funding: count what is there: %w", err)
	}
	return more, nil
}

// lockActivities locks activities in the order of their identifiers.
func lockActivities(ctx context.Context, tx *ent.Client, ids []uuid.UUID) ([]uuid.UUID, error) {
	return tx.Activity.Query().Where(activity.IDIn(ids...), store.Locked(tx)).Order(ent.Asc(activity.FieldID)).IDs(ctx)
}

var msgCounting = i18n.Message{
	EN: "The sums are being prepared. Try again in a moment.", ES: "Las sumas se están preparando. Inténtelo de nuevo en un momento.",
	FR: "Les sommes sont en préparation. Réessayez dans un instant.",
}

// ready refuses while there are activities that are not counted: UNAVAILABLE.
func (s *Service) ready(ctx context.Context) error {
	waiting, err := s.DB.Client.Activity.Query().Where(activity.FundingCounted(false)).Exist(system(ctx))
	if err == nil && waiting {
		err = apperr.New(apperr.Unavailable, msgCounting)
	}
	return err
}
