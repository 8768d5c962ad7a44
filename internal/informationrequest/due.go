package informationrequest

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/informationrequest"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// passLimit bounds how many requests are looked up at once.
const passLimit = 50

// PassTime tells of the requests whose day has passed without an answer, each day
// once, whoever else does so at the same time. The hub itself tells it. What is
// under way when it fails is told the next time.
func (s *Service) PassTime(ctx context.Context) error {
	ctx = viewer.With(ctx, viewer.System())
	for {
		due, err := s.DB.Client.InformationRequest.Query().Where(informationrequest.DueUntoldLT(s.today())).
			Order(batch.ByID).Limit(passLimit).IDs(ctx)
		if err != nil {
			return fmt.Errorf("informationrequest: look for days that passed: %w", err)
		}
		for _, u := range due {
			err := store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) error { return s.passDue(ctx, tx, u) })
			if err != nil {
				return fmt.Errorf("informationrequest: tell of a day that passed: %w", err)
			}
		}
		if len(due) < passLimit {
			return nil
		}
	}
}

// passDue tells of one request, unless somebody has or its day was moved meanwhile.
func (s *Service) passDue(ctx context.Context, tx *ent.Client, u uuid.UUID) error {
	r, t, err := lock(ctx, tx, u)
	if err != nil {
		return err
	}
	if r.DueUntold == nil || *r.DueUntold >= s.today() {
		return nil
	}
	if err := r.Update().ClearDueUntold().Exec(ctx); err != nil {
		return err
	}
	return s.tell(ctx, "RequestOverdue", t, r, r.ID, eventlog.Facts{Reference: *r.Reference})
}
