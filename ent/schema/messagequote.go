package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// MessageQuote is what a message, or a draft of one, quotes from a revision of
// another message of its thread.
type MessageQuote struct{ ent.Schema }

// Mixin of MessageQuote.
func (MessageQuote) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of MessageQuote.
func (MessageQuote) Fields() []ent.Field {
	return []ent.Field{
		ref("message_id"),
		ref("draft_id"),
		must("quoted_id"),
		field.Int("quoted_revision").Positive().Immutable(),
		// Empty once either message is withdrawn.
		field.Text("excerpt").MaxRuneLen(4000),
	}
}

// Edges of MessageQuote.
func (MessageQuote) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("message", Message.Type).Ref("quotes").Field("message_id").Unique(),
		edge.From("draft", MessageDraft.Type).Ref("quotes").Field("draft_id").Unique(),
		edge.To("quoted", Message.Type).Field("quoted_id").Unique().Required(),
	}
}

// Indexes of MessageQuote.
func (MessageQuote) Indexes() []ent.Index {
	return []ent.Index{index.Fields("message_id", "id"), index.Fields("draft_id"), index.Fields("quoted_id")}
}

// Annotations of MessageQuote.
func (MessageQuote) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(exactlyOne("in_one", "message_id", "draft_id"))}
}

// Policy of MessageQuote.
func (MessageQuote) Policy() ent.Policy { return access.Policy(access.Quotes) }
