package model

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/id"
)

// The events of webhooks.
type (
	WebhookCreated         struct{ OfWebhook }
	WebhookEdited          struct{ OfWebhook }
	WebhookPaused          struct{ OfWebhook }
	WebhookResumed         struct{ OfWebhook }
	WebhookEnded           struct{ OfWebhook }
	WebhookSecretRotated   struct{ OfWebhook }
	WebhookDeliveryRetried struct{ OfWebhook }
	WebhookDeliverySkipped struct{ OfWebhook }
)

// OfWebhook is an event about a Webhook.
type OfWebhook struct{ Told }

// Webhook is what it is about; nil if the viewer may not see it.
func (o OfWebhook) Webhook(ctx context.Context) (*ent.Webhook, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Webhook", subject(id.Webhook),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Webhook, error) {
			return client.Webhook.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Webhook) uuid.UUID { return r.ID })
}

// Reason is why it was paused.
func (e *WebhookPaused) Reason() webhook.StateReason { return webhook.StateReason(e.facts().Reason) }

// Reason is why it has ended.
func (e *WebhookEnded) Reason() webhook.StateReason { return webhook.StateReason(e.facts().Reason) }

// Known says whether events of this kind are known to this schema.
func Known(kind string) bool { return told[kind] != nil }

// IsEvent says that it is an event.
func (*WebhookCreated) IsEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*WebhookCreated) IsViewerEvent() {}

// IsEvent says that it is an event.
func (*WebhookEdited) IsEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*WebhookEdited) IsViewerEvent() {}

// IsEvent says that it is an event.
func (*WebhookPaused) IsEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*WebhookPaused) IsViewerEvent() {}

// IsEvent says that it is an event.
func (*WebhookResumed) IsEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*WebhookResumed) IsViewerEvent() {}

// IsEvent says that it is an event.
func (*WebhookEnded) IsEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*WebhookEnded) IsViewerEvent() {}

// IsEvent says that it is an event.
func (*WebhookSecretRotated) IsEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*WebhookSecretRotated) IsViewerEvent() {}

// IsEvent says that it is an event.
func (*WebhookDeliveryRetried) IsEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*WebhookDeliveryRetried) IsViewerEvent() {}

// IsEvent says that it is an event.
func (*WebhookDeliverySkipped) IsEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*WebhookDeliverySkipped) IsViewerEvent() {}
