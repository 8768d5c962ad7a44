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

// notificationKinds are the reasons for telling a person of an event.
var notificationKinds = []string{
	"MENTION", "REPLY", "MESSAGE", "ACCESS", "HELD_POST", "RELEASED_POST", "RETURNED_POST", "REQUEST", "ANSWER", "NOTICE", "DUE", "DECISION", "ASSIGNMENT",
}

// Notification tells a person of an event of the log: an item of the inbox. A
// person is told of an event once.
type Notification struct{ ent.Schema }

// Mixin of Notification.
func (Notification) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of Notification.
func (Notification) Fields() []ent.Field {
	return []ent.Field{
		must("person_id"),
		field.Enum("kind").NamedValues(
			"Mention", "MENTION", "Reply", "REPLY", "Message", "MESSAGE", "Access", "ACCESS", "HeldPost", "HELD_POST",
			"ReleasedPost", "RELEASED_POST", "ReturnedPost", "RETURNED_POST", "Request", "REQUEST", "Answer", "ANSWER",
			"Notice", "NOTICE", "Due", "DUE", "Decision", "DECISION", "Assignment", "ASSIGNMENT",
		).Immutable(),
		must("event_id"),
		ref("thread_id"),
		ref("message_id"),
		ref("actor_id"),
		bounded("seen_at"),
		field.Time("changed_at").SchemaType(instant),
		// The number of its last change among all that is the person's own.
		field.Int64("version").Positive(),
		// The mail that tells it; none: no mail does.
		ref("mail_id"),
	}
}

// Edges of Notification.
func (Notification) Edges() []ent.Edge {
	gone := entsql.OnDelete(entsql.Cascade) // what tells of a thing goes with it
	return []ent.Edge{
		edge.To("person", Person.Type).Field("person_id").Unique().Required(),
		edge.To("entry", LogEntry.Type).Field("event_id").Unique().Required(),
		edge.To("thread", Thread.Type).Field("thread_id").Unique().Annotations(gone),
		edge.To("message", Message.Type).Field("message_id").Unique().Annotations(gone),
		edge.To("actor", Person.Type).Field("actor_id").Unique(),
		edge.From("mail", OutboxMail.Type).Ref("notifications").Field("mail_id").Unique(),
	}
}

// Indexes of Notification.
func (Notification) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("person_id", "event_id").Unique(), index.Fields("person_id", "version").Unique(), index.Fields("person_id", "created_at", "id"),
		index.Fields("person_id", "seen_at"), index.Fields("mail_id"), index.Fields("event_id"), index.Fields("thread_id"), index.Fields("message_id"),
	}
}

// Annotations of Notification.
func (Notification) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(among("kind", notificationKinds...))}
}

// Policy of Notification.
func (Notification) Policy() ent.Policy { return access.Policy(access.Notifications) }

// NotificationSettings are what a person chose of how to be told; without a row
// the defaults hold.
type NotificationSettings struct{ ent.Schema }

// Mixin of NotificationSettings.
func (NotificationSettings) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of NotificationSettings.
func (NotificationSettings) Fields() []ent.Field {
	return []ent.Field{
		must("person_id"),
		field.String("time_zone").MaxRuneLen(64),
		// Minutes of the day, between which no mail is sent; both or none.
		field.Int("quiet_from").Optional().Nillable().Range(0, 1439),
		field.Int("quiet_to").Optional().Nillable().Range(0, 1439),
		// The minute of the day at which the digest is due.
		field.Int("digest_at").Range(0, 1439),
		// By kind: LIVE, DIGEST or NONE. Kinds that are not there have their default.
		field.JSON("deliveries", map[string]string{}),
		// Kinds of which no mail is sent, whatever their delivery.
		field.JSON("unmailed", []string{}),
	}
}

// Edges of NotificationSettings.
func (NotificationSettings) Edges() []ent.Edge {
	return []ent.Edge{edge.To("person", Person.Type).Field("person_id").Unique().Required()}
}

// Indexes of NotificationSettings.
func (NotificationSettings) Indexes() []ent.Index {
	return []ent.Index{index.Fields("person_id").Unique()}
}

// Annotations of NotificationSettings.
func (NotificationSettings) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(map[string]string{"quiet_both": "quiet_from IS NULL AND quiet_to IS NULL OR quiet_from IS NOT NULL AND quiet_to IS NOT NULL"})}
}

// Policy of NotificationSettings.
func (NotificationSettings) Policy() ent.Policy { return access.Policy(access.Own) }

// Correspondent is a person who has opened a discussion or written in it, however
// often: whom its later messages concern. It is there so that finding them does not depend on
// how much was written.
type Correspondent struct{ ent.Schema }

// Fields of Correspondent.
func (Correspondent) Fields() []ent.Field {
	return []ent.Field{field.Int("id"), must("thread_id"), must("person_id")}
}

// Edges of Correspondent.
func (Correspondent) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("thread", Thread.Type).Field("thread_id").Unique().Required().Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.To("person", Person.Type).Field("person_id").Unique().Required(),
	}
}

// Indexes of Correspondent.
func (Correspondent) Indexes() []ent.Index {
	return []ent.Index{index.Fields("thread_id", "person_id").Unique()}
}

// Policy of Correspondent.
func (Correspondent) Policy() ent.Policy { return access.Policy(access.Hub) }
