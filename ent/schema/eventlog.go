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

// LogEntry is one event of the log: audit trail, feed and queue in one. Entries
// are dense in seq, in the order of commits, and never change or go.
type LogEntry struct{ ent.Schema }

// Fields of LogEntry.
func (LogEntry) Fields() []ent.Field {
	return []ent.Field{
		must("id"),
		field.Int64("seq").Positive().Unique().Immutable(),
		field.Time("committed_at").Immutable().SchemaType(instant),
		field.String("kind").NotEmpty().MaxRuneLen(60).Immutable(),
		ref("actor_id"),
		// Ids and facts, never texts.
		field.Bytes("facts").Immutable().MaxLen(20_000),
		// What the event is about; its kind is told by the id.
		must("subject_id"),
		// Whether everybody may see the event: its subject was public when it
		// happened. Others follow from the subject and the viewer.
		field.Bool("public").Default(false).Immutable(),
		// Whether the event is for the Secretariat and the person concerned only; in a
		// thread, for those of them who take part.
		field.Bool("personal").Default(false).Immutable(),
		ref("thread_id"),
		// The number of the message of the thread that it is about: who does not see the
		// message does not see the event.
		field.Int("message_number").Optional().Nillable().Positive().Immutable(),
		ref("proposal_id"),
		ref("body_id"),
		ref("person_id"),
		ref("agreement_id"),
		ref("programme_id"),
		ref("opportunity_id"),
		ref("meeting_id"),
		// A seat whose holder sees the event too.
		ref("seat_id"),
		// Whether the chair, vice-chair and rapporteur of the body see the event too.
		field.Bool("led").Default(false).Immutable(),
	}
}

// Edges of LogEntry.
func (LogEntry) Edges() []ent.Edge {
	return []ent.Edge{edge.To("actor", Person.Type).Field("actor_id").Unique()}
}

// Indexes of LogEntry.
func (LogEntry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("thread_id", "seq"), index.Fields("proposal_id", "seq"), index.Fields("body_id", "seq"),
		index.Fields("subject_id", "seq"), index.Fields("public", "seq"), index.Fields("person_id", "seq"),
		index.Fields("seat_id", "seq"), index.Fields("meeting_id", "seq"),
	}
}

// Policy of LogEntry.
func (LogEntry) Policy() ent.Policy { return access.Policy(access.Log) }

// LogHead is the one row that numbers the log. It is the last lock a transaction
// takes.
type LogHead struct{ ent.Schema }

// Fields of LogHead.
func (LogHead) Fields() []ent.Field {
	return []ent.Field{field.Int("id"), field.Int64("seq").NonNegative()}
}

// Annotations of LogHead.
func (LogHead) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entsql.Annotation{Table: "log_head", Checks: map[string]string{"only_one": "id = 1"}},
	}
}

// Policy of LogHead.
func (LogHead) Policy() ent.Policy { return access.Policy(access.Hub) }
