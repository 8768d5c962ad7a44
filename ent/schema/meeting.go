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

// Meeting is a meeting of a body.
type Meeting struct{ ent.Schema }

// Mixin of Meeting.
func (Meeting) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Meeting.
func (Meeting) Fields() []ent.Field {
	return append([]ent.Field{
		// It never changes: who may see an event of a meeting follows from it.
		field.UUID("body_id", uuid.UUID{}).Immutable(),
		field.String("reference").Optional().Nillable().NotEmpty().MaxRuneLen(60),
		field.Time("starts").SchemaType(instant),
		field.Time("ends").SchemaType(instant),
		// The zone of the place, by its name in the IANA database.
		field.String("time_zone").NotEmpty().MaxRuneLen(64),
		field.String("place").Default("").MaxRuneLen(300),
		field.String("link").Default("").MaxRuneLen(2000),
		// Whether everybody may see it, as observers do.
		field.Bool("open_to_observers").Default(false),
		field.Enum("status").NamedValues("Planned", "PLANNED", "Open", "OPEN", "Closed", "CLOSED", "Cancelled", "CANCELLED").Default("PLANNED"),
		field.String("status_reason").Default("").MaxRuneLen(1000),
		ref("created_by_id"),
	}, heading("title", 300)...)
}

// Edges of Meeting.
func (Meeting) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("body", Body.Type).Field("body_id").Unique().Required().Immutable(),
		edge.To("created_by", Person.Type).Field("created_by_id").Unique(),
	}
}

// Indexes of Meeting.
func (Meeting) Indexes() []ent.Index {
	return []ent.Index{
		// Of each body, whose meetings all of its seats see: one that is taken tells
		// nothing of others'.
		index.Fields("body_id", "reference").Unique(),
		index.Fields("body_id", "starts"), index.Fields("starts", "id"), index.Fields("status", "starts"),
	}
}

// Annotations of Meeting.
func (Meeting) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("status", "PLANNED", "OPEN", "CLOSED", "CANCELLED"),
		map[string]string{"starts_first": "starts < ends"},
	)}
}

// Policy of Meeting.
func (Meeting) Policy() ent.Policy { return access.Policy(access.Meetings) }
