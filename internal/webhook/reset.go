package webhook

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Restored has every webhook tell a StreamReset before anything else: the log may
// not be the one that their receivers know. It is for whoever puts a copy in the
// place of the database.
func (s *Service) Restored(ctx context.Context) error {
	ctx = viewer.With(ctx, viewer.System())
	for after := uuid.Nil; ; {
		ids, err := s.DB.Client.Webhook.Query().Where(webhook.IDGT(after), webhook.StateNEQ(webhook.StateEnded)).
			Order(ent.Asc(webhook.FieldID)).Limit(200).IDs(ctx)
		if err != nil {
			return fmt.Errorf("webhook: read: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		for _, u := range ids {
			if err := s.reset(ctx, u); err != nil {
				return err
			}
		}
		after = ids[len(ids)-1]
	}
}

// reset has a webhook tell a StreamReset and go on from the log's head. What waits
// is of a past that may be gone: it is left out, and what had been given up and was
// to be sent once more is given up again. A reset that waits already is told instead of another one.
func (s *Service) reset(ctx context.Context, u uuid.UUID) error {
	return store.InTx(viewer.With(ctx, viewer.System()), s.DB, func(ctx context.Context, tx *ent.Client) error {
		w, err := lock(ctx, tx, u)
		if err != nil || w.State == webhook.StateEnded {
			return err
		}
		at, err := head(ctx, tx)
		if err != nil {
			return err
		}
		update := w.Update().SetPositionSeq(at.Seq).SetPositionTag(at.Tag).ClearNextAttemptAt().
			SetLease("").ClearLeasedUntil() // in a copy, of a node that is gone
		if err := update.Exec(ctx); err != nil {
			return fmt.Errorf("webhook: go on from the head: %w", err)
		}
		err = tx.Delivery.Update().
			Where(delivery.WebhookID(u), delivery.StatusEQ(delivery.StatusWaiting), delivery.PurposeEQ(delivery.PurposeEvent), delivery.ByHand(true)).
			SetStatus(delivery.StatusDead).SetByHand(false).SetEndedAt(s.Time()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("webhook: take back what was asked for: %w", err)
		}
		if err := s.leaveOut(ctx, tx, w, delivery.PurposeNEQ(delivery.PurposeReset)); err != nil {
			return err
		}
		waits, err := tx.Delivery.Query().
			Where(delivery.WebhookID(u), delivery.StatusEQ(delivery.StatusWaiting), delivery.PurposeEQ(delivery.PurposeReset)).Exist(ctx)
		if err != nil || waits {
			return err
		}
		return tx.Delivery.Create().SetID(s.NewID(id.Delivery)).SetCreatedAt(s.Time()).SetWebhookID(u).SetEventID(s.NewID(id.Event)).SetSeq(at.Seq).
			SetKind(ResetKind).SetPurpose(delivery.PurposeReset).SetStatus(delivery.StatusWaiting).Exec(ctx)
	})
}
