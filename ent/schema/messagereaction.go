package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// MessageReaction is a sign that a person gives to a message. It is no vote.
type MessageReaction struct{ ent.Schema }

// Mixin of MessageReaction.
func (MessageReaction) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of MessageReaction.
func (MessageReaction) Fields() []ent.Field {
	return []ent.Field{
		must("message_id"),
		must("person_id"),
		field.Enum("kind").NamedValues("Thanks", "THANKS", "Noted", "NOTED", "Important", "IMPORTANT", "Question", "QUESTION",
			"WellDone", "WELL_DONE").Immutable(),
	}
}

// Edges of MessageReaction.
func (MessageReaction) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("message", Message.Type).Ref("reactions").Field("message_id").Unique().Required(),
		edge.To("person", Person.Type).Field("person_id").Unique().Required(),
	}
}

// Indexes of MessageReaction.
func (MessageReaction) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("message_id", "kind", "person_id").Unique(), index.Fields("message_id", "kind", "id"),
	}
}

// Annotations of MessageReaction.
func (MessageReaction) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(among("kind", "THANKS", "NOTED", "IMPORTANT", "QUESTION", "WELL_DONE"))}
}

// Policy of MessageReaction.
func (MessageReaction) Policy() ent.Policy { return access.Policy(access.OfMessage) }
