package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"acs-aec.org/hub/internal/access"
)

// Webhook is an outside system's subscription to the log, under the rights of
// its owner.
type Webhook struct{ ent.Schema }

// Mixin of Webhook.
func (Webhook) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Webhook.
func (Webhook) Fields() []ent.Field {
	return []ent.Field{
		must("owner_id"),
		field.String("name").NotEmpty().MaxRuneLen(100),
		field.String("url").NotEmpty().MaxRuneLen(2000),
		// Where what it tells happens: at most one of these, none is everywhere. They
		// are no references: nothing is kept for the sake of a webhook.
		ref("thread_id"),
		ref("proposal_id"),
		ref("body_id"),
		ref("meeting_id"),
		// The kinds of events that it tells; empty: all.
		field.JSON("event_kinds", []string{}).Optional(),
		field.Enum("state").NamedValues("Active", "ACTIVE", "Paused", "PAUSED", "Ended", "ENDED").Default("ACTIVE"),
		// Why it is paused or ended.
		field.Enum("state_reason").NamedValues("ByHand", "BY_HAND", "NoAccess", "NO_ACCESS", "Failing", "FAILING", "Gone", "GONE").Optional().Nillable(),
		// Sealed with the deployment's key: it must be there in full to sign with.
		field.String("secret").NotEmpty().MaxRuneLen(300).Sensitive(),
		// The secret before, which signs too until then.
		field.String("previous_secret").Default("").MaxRuneLen(300).Sensitive(),
		bounded("previous_secret_until"),
		// After the last event that was told, passed over or given up.
		field.Int64("position_seq").NonNegative(),
		field.UUID("position_tag", uuid.UUID{}),
		// Failed attempts since the last that succeeded.
		field.Int("failures").Default(0).NonNegative(),
		bounded("failing_since"),
		bounded("last_success_at"),
		// Not before then; none: now.
		bounded("next_attempt_at"),
		// The node that tells it, as long as nobody else may.
		field.String("lease").Default("").MaxRuneLen(40),
		bounded("leased_until"),
	}
}

// Edges of Webhook.
func (Webhook) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("owner", Person.Type).Field("owner_id").Unique().Required(),
		edge.To("deliveries", Delivery.Type),
	}
}

// Indexes of Webhook.
func (Webhook) Indexes() []ent.Index {
	return []ent.Index{index.Fields("owner_id", "id"), index.Fields("state", "id")}
}

// Annotations of Webhook.
func (Webhook) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("state", "ACTIVE", "PAUSED", "ENDED"),
		among("state_reason", "BY_HAND", "NO_ACCESS", "FAILING", "GONE"),
		map[string]string{
			"one_scope":    "(CASE WHEN thread_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN proposal_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN body_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN meeting_id IS NULL THEN 0 ELSE 1 END) <= 1",
			"reason_given": "(state = 'ACTIVE') = (state_reason IS NULL)",
			"overlap_ends": "(previous_secret = '') = (previous_secret_until IS NULL)",
		},
	)}
}

// Policy of Webhook.
func (Webhook) Policy() ent.Policy { return access.Policy(access.Webhooks) }

// Delivery is an event that a webhook told, or tries to tell.
type Delivery struct{ ent.Schema }

// Mixin of Delivery.
func (Delivery) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of Delivery.
func (Delivery) Fields() []ent.Field {
	return []ent.Field{
		must("webhook_id"),
		// What receivers know it by: of an event of the log, its own identifier.
		field.UUID("event_id", uuid.UUID{}).Immutable(),
		// The place in the log: of the event, or after which the log goes on.
		field.Int64("seq").NonNegative().Immutable(),
		field.String("kind").NotEmpty().MaxRuneLen(60).Immutable(),
		field.Enum("purpose").NamedValues("Event", "EVENT", "Test", "TEST", "Reset", "RESET").Immutable(),
		field.Enum("status").
			NamedValues("Waiting", "WAITING", "Delivered", "DELIVERED", "Dead", "DEAD", "Skipped", "SKIPPED", "Failed", "FAILED"),
		// Sent once and at once, outside of the order: a test, or one that was given up.
		field.Bool("by_hand").Default(false),
		field.Int("attempts").Default(0).NonNegative(),
		bounded("last_attempt_at"),
		// What the receiver answered last; 0: nothing.
		field.Int("http_status").Default(0).NonNegative(),
		field.Enum("failure").
			NamedValues("Status", "STATUS", "Timeout", "TIMEOUT", "Unreachable", "UNREACHABLE", "TLS", "TLS", "Address", "ADDRESS", "NoAccess", "NO_ACCESS").
			Optional().Nillable(),
		// When it was delivered, given up or left out.
		bounded("ended_at"),
	}
}

// Edges of Delivery.
func (Delivery) Edges() []ent.Edge {
	return []ent.Edge{edge.From("webhook", Webhook.Type).Ref("deliveries").Field("webhook_id").Unique().Required()}
}

// Indexes of Delivery.
func (Delivery) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("webhook_id", "event_id").Unique(), index.Fields("webhook_id", "status", "id"), index.Fields("status", "ended_at"),
		index.Fields("webhook_id", "id"),
	}
}

// Annotations of Delivery.
func (Delivery) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("purpose", "EVENT", "TEST", "RESET"),
		among("status", "WAITING", "DELIVERED", "DEAD", "SKIPPED", "FAILED"),
		among("failure", "STATUS", "TIMEOUT", "UNREACHABLE", "TLS", "ADDRESS", "NO_ACCESS"),
		map[string]string{"ended": "(status = 'WAITING') = (ended_at IS NULL)"},
	)}
}

// Policy of Delivery.
func (Delivery) Policy() ent.Policy { return access.Policy(access.OfWebhook) }
