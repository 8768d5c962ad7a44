package graph

import (
	"context"
	"net/url"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/outbound"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/viewer"

	webhooks "acs-aec.org/hub/internal/webhook"
)

// WithOutbound opens networks to webhooks. Without it, they reach the public
// internet alone.
func (r *Resolver) WithOutbound(g outbound.Guard) *Resolver {
	r.webhooks = r.webhooks.WithGuard(g)
	return r
}

// ifOwn is a value of a webhook that is for its owner alone.
func ifOwn[T any](ctx context.Context, w *ent.Webhook, v T) *T {
	return seen(webhooks.Owns(viewer.From(ctx), w), v)
}

// ownScope is where a webhook tells of, for its owner; nothing for others.
func ownScope(ctx context.Context, of func(*ent.Webhook) *uuid.UUID) func(*ent.Webhook) *uuid.UUID {
	return func(w *ent.Webhook) *uuid.UUID {
		if !webhooks.Owns(viewer.From(ctx), w) {
			return nil
		}
		return of(w)
	}
}

// scopeThread, scopeProposal, scopeBody and scopeMeeting are what a webhook tells of.
func (r *Resolver) scopeThread(ctx context.Context, w *ent.Webhook) (*ent.Thread, error) {
	return batch.One(ctx, w.Siblings(), w, "thread", ownScope(ctx, func(w *ent.Webhook) *uuid.UUID { return w.ThreadID }),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Thread, error) {
			return r.client.Thread.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(t *ent.Thread) uuid.UUID { return t.ID })
}

func (r *Resolver) scopeProposal(ctx context.Context, w *ent.Webhook) (*ent.Proposal, error) {
	return batch.One(ctx, w.Siblings(), w, "proposal", ownScope(ctx, func(w *ent.Webhook) *uuid.UUID { return w.ProposalID }),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Proposal, error) {
			return r.client.Proposal.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(p *ent.Proposal) uuid.UUID { return p.ID })
}

func (r *Resolver) scopeBody(ctx context.Context, w *ent.Webhook) (*ent.Body, error) {
	return batch.One(ctx, w.Siblings(), w, "body", ownScope(ctx, func(w *ent.Webhook) *uuid.UUID { return w.BodyID }),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Body, error) {
			return r.client.Body.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(b *ent.Body) uuid.UUID { return b.ID })
}

func (r *Resolver) scopeMeeting(ctx context.Context, w *ent.Webhook) (*ent.Meeting, error) {
	return batch.One(ctx, w.Siblings(), w, "meeting", ownScope(ctx, func(w *ent.Webhook) *uuid.UUID { return w.MeetingID }),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Meeting, error) {
			return r.client.Meeting.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(m *ent.Meeting) uuid.UUID { return m.ID })
}

// hostOf is the machine that an address names.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil { // it was checked when it was given
		return ""
	}
	return u.Host
}

func webhookOrder(o *model.WebhookOrder) page.Order[*ent.Webhook] {
	if o != nil && o.Field == model.WebhookOrderFieldLastSuccessAt {
		return page.Order[*ent.Webhook]{
			Column: webhook.FieldLastSuccessAt, Kind: page.Moment, Desc: descending(o.Direction),
			Value: func(w *ent.Webhook) any { return moment(w.LastSuccessAt) },
		}
	}
	return page.Order[*ent.Webhook]{
		Column: webhook.FieldCreatedAt, Kind: page.Moment, Desc: o == nil || descending(o.Direction),
		Value: func(w *ent.Webhook) any { return w.CreatedAt },
	}
}

// webhookList are the webhooks that the viewer may see, and that the conditions
// admit beside the filter.
func (r *Resolver) webhookList(f *model.WebhookFilter, o *model.WebhookOrder, args page.Args, more ...condition) (*model.WebhookConnection, error) {
	if f != nil {
		more = append(more, oneOf(webhook.FieldState, f.State), equals(webhook.FieldOwnerID, f.OwnerID))
	}
	c, err := page.List(r.pager, r.client.Webhook.Source(), webhookOrder(o), args, pageSize, more...)
	if err != nil {
		return nil, err
	}
	return &model.WebhookConnection{Connection: c}, nil
}

func deliveryOrder(o *model.WebhookDeliveryOrder, desc bool) page.Order[*ent.Delivery] {
	if o != nil {
		desc = descending(o.Direction)
	}
	if o != nil && o.Field == model.WebhookDeliveryOrderFieldLastAttemptAt {
		return page.Order[*ent.Delivery]{
			Column: delivery.FieldLastAttemptAt, Kind: page.Moment, Desc: desc,
			Value: func(d *ent.Delivery) any { return moment(d.LastAttemptAt) },
		}
	}
	return page.Order[*ent.Delivery]{
		Column: delivery.FieldCreatedAt, Kind: page.Moment, Desc: desc,
		Value: func(d *ent.Delivery) any { return d.CreatedAt },
	}
}

func deliveryConditions(f *model.WebhookDeliveryFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{oneOf(delivery.FieldStatus, f.Status), equals(delivery.FieldPurpose, f.Purpose), equals(delivery.FieldKind, f.Kind)}
}

// deliveryList are deliveries of a webhook.
func (r *Resolver) deliveryList(ctx context.Context, w *ent.Webhook, order page.Order[*ent.Delivery], args page.Args, conditions ...condition) (*model.WebhookDeliveryConnection, error) {
	parent := page.Parent[*ent.Webhook]{
		Row: w, Siblings: w.Siblings(), ID: func(w *ent.Webhook) uuid.UUID { return w.ID }, Key: fieldKey(ctx), Column: delivery.FieldWebhookID,
	}
	c, err := page.Nested(r.pager, parent, r.client.Delivery.Source(), order, args, pageSize, conditions...)
	if err != nil {
		return nil, err
	}
	return &model.WebhookDeliveryConnection{Connection: c}, nil
}

// creation is the webhook that a client wants.
func creation(in model.CreateWebhookInput) (webhooks.Creation, error) {
	scope, err := scopeOf(*in.In)
	return webhooks.Creation{Name: in.Name, URL: in.URL, Scope: scope, Kinds: in.EventKinds}, err
}
