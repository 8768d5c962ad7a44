package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/i18n"
)

// MessageDraft is a message that is not written yet: one that its author is at
// work on, or one of a partner that waits for the Secretariat. It has no number.
type MessageDraft struct{ ent.Schema }

// Mixin of MessageDraft.
func (MessageDraft) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of MessageDraft.
func (MessageDraft) Fields() []ent.Field {
	return []ent.Field{
		must("thread_id"),
		must("author_id"),
		field.Enum("status").NamedValues("Draft", "DRAFT", "Held", "HELD", "Released", "RELEASED", "Returned", "RETURNED",
			"Discarded", "DISCARDED").Default("DRAFT"),
		field.String("language").GoType(i18n.Lang("")).MaxRuneLen(2),
		// Empty once it became a message, or was discarded.
		field.Text("body").MaxRuneLen(40_000),
		ref("reply_to_id"),
		field.Enum("via").NamedValues("API", "API", "Mail", "MAIL").Default("API").Immutable(),
		// Since when it waits, or waited last.
		bounded("held_at"),
		bounded("decided_at"),
		ref("decided_by_id"),
		// Why it was returned last.
		field.String("reason").Default("").MaxRuneLen(1000),
		// What it became.
		ref("message_id"),
	}
}

// Edges of MessageDraft.
func (MessageDraft) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("thread", Thread.Type).Field("thread_id").Unique().Required(),
		edge.To("author", Person.Type).Field("author_id").Unique().Required(),
		edge.To("reply_to", Message.Type).Field("reply_to_id").Unique(),
		edge.To("decided_by", Person.Type).Field("decided_by_id").Unique(),
		edge.To("message", Message.Type).Field("message_id").Unique(),
		edge.To("quotes", MessageQuote.Type),
		edge.To("mentions", MessageMention.Type),
	}
}

// Indexes of MessageDraft.
func (MessageDraft) Indexes() []ent.Index {
	return []ent.Index{index.Fields("thread_id", "status", "held_at"), index.Fields("author_id", "updated_at")}
}

// Annotations of MessageDraft.
func (MessageDraft) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("language", "en", "es", "fr"),
		among("via", "API", "MAIL"),
		among("status", "DRAFT", "HELD", "RELEASED", "RETURNED", "DISCARDED"),
		map[string]string{
			"over_is_empty":   "status NOT IN ('RELEASED', 'DISCARDED') OR body = ''",
			"released_is_one": "(status = 'RELEASED') = (message_id IS NOT NULL)",
			"held_since":      "status <> 'HELD' OR held_at IS NOT NULL",
		},
	)}
}

// Policy of MessageDraft.
func (MessageDraft) Policy() ent.Policy { return access.Policy(access.Drafts) }
