package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// MessageMention names a person, a body or a country, which stands for its
// delegation, in a message or a draft of one. It gives nobody access.
type MessageMention struct{ ent.Schema }

// Mixin of MessageMention.
func (MessageMention) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of MessageMention.
func (MessageMention) Fields() []ent.Field {
	return []ent.Field{ref("message_id"), ref("draft_id"), ref("person_id"), ref("body_id"), ref("country_id")}
}

// Edges of MessageMention.
func (MessageMention) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("message", Message.Type).Ref("mentions").Field("message_id").Unique(),
		edge.From("draft", MessageDraft.Type).Ref("mentions").Field("draft_id").Unique(),
		edge.To("person", Person.Type).Field("person_id").Unique(),
		edge.To("body", Body.Type).Field("body_id").Unique(),
		edge.To("country", Country.Type).Field("country_id").Unique(),
	}
}

// Indexes of MessageMention.
func (MessageMention) Indexes() []ent.Index {
	return []ent.Index{index.Fields("message_id", "id"), index.Fields("draft_id")}
}

// Annotations of MessageMention.
func (MessageMention) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		exactlyOne("in_one", "message_id", "draft_id"), exactlyOne("of_one", "person_id", "body_id", "country_id"),
	)}
}

// Policy of MessageMention.
func (MessageMention) Policy() ent.Policy { return access.Policy(access.OfMessageOrDraft) }
