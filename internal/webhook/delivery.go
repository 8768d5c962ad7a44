package webhook

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
)

var msgTesting = i18n.Message{
	EN: "A test is on its way already: see what becomes of it first.", ES: "Ya hay una prueba en camino: vea primero su resultado.",
	FR: "Un essai est déjà en cours : voyez d'abord ce qu'il donne.",
}

// Test has a test sent at once, outside of the order, once. For the owner; an
// ended webhook is a CONFLICT, as is a test while another one waits. It tells no
// event: its outcome is the delivery's.
func (s *Service) Test(ctx context.Context, u uuid.UUID, key *string) (*ent.Delivery, command.Receipt, error) {
	if _, err := person(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Create(ctx, s.Runner, command.Claim{Key: key, Mutation: "sendTestDelivery", Input: u}, func(ctx context.Context, tx *ent.Client) (*ent.Delivery, error) {
		w, err := lockOwn(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if w.State == webhook.StateEnded {
			return nil, command.WrongState(string(w.State), w.Revision)
		}
		waits, err := tx.Delivery.Query().
			Where(delivery.WebhookID(w.ID), delivery.StatusEQ(delivery.StatusWaiting), delivery.PurposeEQ(delivery.PurposeTest)).Exist(ctx)
		if err != nil {
			return nil, err
		}
		if waits {
			return nil, apperr.New(apperr.Conflict, msgTesting)
		}
		store.AfterCommit(ctx, s.Log.Wake) // nothing is told that would wake the reader
		return tx.Delivery.Create().SetID(s.NewID(id.Delivery)).SetCreatedAt(s.Time()).SetWebhookID(w.ID).SetEventID(s.NewID(id.Event)).
			SetSeq(w.PositionSeq).SetKind(TestKind).SetPurpose(delivery.PurposeTest).SetStatus(delivery.StatusWaiting).SetByHand(true).Save(ctx)
	}, func(d *ent.Delivery) uuid.UUID { return d.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Delivery, error) {
		d, err := tx.Delivery.Get(ctx, u)
		return d, command.Found(err)
	})
}

// RetryDelivery has a delivery sent at once: one that waits in its place, one that
// was given up outside of the order, once, with the owner's rights of then. For
// the owner; others find nothing. Anything else is a CONFLICT, as is an ended
// webhook.
func (s *Service) RetryDelivery(ctx context.Context, u uuid.UUID) (*ent.Delivery, command.Receipt, error) {
	return s.handle(ctx, u, Retry, func(ctx context.Context, _ *ent.Client, w *ent.Webhook, d *ent.Delivery) (*ent.Delivery, error) {
		if d.Status == delivery.StatusWaiting {
			return d, w.Update().ClearNextAttemptAt().Exec(ctx)
		}
		return d.Update().SetStatus(delivery.StatusWaiting).SetByHand(true).ClearEndedAt().Save(ctx)
	}, "WebhookDeliveryRetried")
}

// SkipDelivery leaves a delivery out for good: one that was given up, or the one
// that waits and keeps those after it waiting. For the owner; others find
// nothing. Anything else is a CONFLICT, as is an ended webhook.
func (s *Service) SkipDelivery(ctx context.Context, u uuid.UUID) (*ent.Delivery, command.Receipt, error) {
	return s.handle(ctx, u, Skip, func(ctx context.Context, _ *ent.Client, w *ent.Webhook, d *ent.Delivery) (*ent.Delivery, error) {
		if inPlace(d) {
			update := w.Update().ClearNextAttemptAt()
			if d.Purpose == delivery.PurposeEvent && w.PositionSeq < d.Seq {
				update.SetPositionSeq(d.Seq).SetPositionTag(d.EventID)
			}
			if err := update.Exec(ctx); err != nil {
				return nil, err
			}
		}
		return d.Update().SetStatus(delivery.StatusSkipped).SetByHand(false).SetEndedAt(s.Time()).Save(ctx)
	}, "WebhookDeliverySkipped")
}

// inPlace says whether a delivery waits in its place in the order.
func inPlace(d *ent.Delivery) bool { return d.Status == delivery.StatusWaiting && !d.ByHand }

// handle does something about a delivery, its webhook locked, and tells it.
func (s *Service) handle(ctx context.Context, u uuid.UUID, h Handling,
	do func(ctx context.Context, tx *ent.Client, w *ent.Webhook, d *ent.Delivery) (*ent.Delivery, error), kind string,
) (*ent.Delivery, command.Receipt, error) {
	if _, err := person(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Delivery, error) {
		of, err := tx.Delivery.Query().Where(delivery.ID(u)).Select(delivery.FieldWebhookID).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		w, err := lockOwn(ctx, tx, of.WebhookID)
		if err != nil {
			return nil, err
		}
		d, err := tx.Delivery.Query().Where(delivery.ID(u), store.Locked(tx)).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		if w.State == webhook.StateEnded {
			return nil, command.WrongState(string(w.State), w.Revision)
		}
		if !Handled(h, d.Purpose, d.Status) {
			return nil, command.WrongState(string(d.Status), w.Revision)
		}
		if d, err = do(ctx, tx, w, d); err != nil {
			return nil, err
		}
		return d, s.tell(ctx, kind, w, eventlog.Facts{Number: d.Attempts})
	})
}

// leaveOut skips what waits of a webhook, as far as the conditions admit it. The
// webhook is locked.
func (s *Service) leaveOut(ctx context.Context, tx *ent.Client, w *ent.Webhook, which ...predicate.Delivery) error {
	return tx.Delivery.Update().Where(delivery.WebhookID(w.ID), delivery.StatusEQ(delivery.StatusWaiting)).Where(which...).
		SetStatus(delivery.StatusSkipped).SetByHand(false).SetEndedAt(s.Time()).Exec(ctx)
}
