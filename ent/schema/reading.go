package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// ThreadReading is how far a person has read a discussion, and how they follow
// it. It is no event of the log: it is told by its version.
type ThreadReading struct{ ent.Schema }

// Mixin of ThreadReading.
func (ThreadReading) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of ThreadReading.
func (ThreadReading) Fields() []ent.Field {
	return []ent.Field{
		must("person_id"),
		must("thread_id"),
		// All messages up to this number are read.
		field.Int("up_to").Default(0).NonNegative(),
		// What is read beyond: the first and the last number of each range, in order,
		// with a gap before each. Never null.
		field.JSON("ranges", [][2]int{}).Default([][2]int{}),
		field.Enum("attention").NamedValues("Default", "DEFAULT", "Following", "FOLLOWING", "Muted", "MUTED").Default("DEFAULT"),
		// Of the person's counter at the last change.
		field.Int64("version").Positive(),
		field.Time("updated_at").SchemaType(instant),
	}
}

// Edges of ThreadReading.
func (ThreadReading) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("person", Person.Type).Field("person_id").Unique().Required(),
		edge.To("thread", Thread.Type).Field("thread_id").Unique().Required(),
	}
}

// Indexes of ThreadReading.
func (ThreadReading) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("person_id", "thread_id").Unique(), index.Fields("person_id", "version").Unique(),
		index.Fields("thread_id", "attention"),
	}
}

// Annotations of ThreadReading.
func (ThreadReading) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(among("attention", "DEFAULT", "FOLLOWING", "MUTED"))}
}

// Policy of ThreadReading.
func (ThreadReading) Policy() ent.Policy { return access.Policy(access.OwnInThread) }
