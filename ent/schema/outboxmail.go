package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// OutboxMail is a mail that is due, or was. It holds no text: what it says is
// made when it is sent, with the rights and the texts of that moment.
type OutboxMail struct{ ent.Schema }

// Mixin of OutboxMail.
func (OutboxMail) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of OutboxMail.
func (OutboxMail) Fields() []ent.Field {
	return []ent.Field{
		must("person_id"),
		// What it tells at once; a digest tells several things instead, of a day.
		ref("notification_id"),
		day("digest_day"),
		field.Time("due_at").SchemaType(instant),
		field.Enum("state").NamedValues("Waiting", "WAITING", "Sent", "SENT", "Skipped", "SKIPPED", "Failed", "FAILED").Default("WAITING"),
		// How often it was tried to send it.
		field.Int("attempts").Default(0).NonNegative(),
		// Until when the node that took it may send it; none, or over: any may take it.
		bounded("leased_until"),
		// The name under which it is sent, each time; empty before the first.
		field.String("message_id").Default("").MaxRuneLen(300),
		bounded("done_at"),
		// Why it was skipped or failed; no text of a person.
		field.String("note").Default("").MaxRuneLen(300),
	}
}

// Edges of OutboxMail.
func (OutboxMail) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("person", Person.Type).Field("person_id").Unique().Required(),
		edge.To("notifications", Notification.Type).Annotations(entsql.OnDelete(entsql.SetNull)),
	}
}

// Indexes of OutboxMail.
func (OutboxMail) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("notification_id").Unique(), index.Fields("person_id", "digest_day").Unique(), index.Fields("state", "due_at"),
		index.Fields("done_at"),
	}
}

// Annotations of OutboxMail.
func (OutboxMail) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("state", "WAITING", "SENT", "SKIPPED", "FAILED"), exactlyOne("one_or_a_digest", "notification_id", "digest_day"),
	)}
}

// Policy of OutboxMail.
func (OutboxMail) Policy() ent.Policy { return access.Policy(access.Hub) }
