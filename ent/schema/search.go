package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"acs-aec.org/hub/internal/access"
)

// SearchDocument is what can be found of a message, of a discussion, or of an
// attachment: its words as they are searched for. It is derived from them, in the
// transactions that write them.
type SearchDocument struct{ ent.Schema }

// Fields of SearchDocument.
func (SearchDocument) Fields() []ent.Field {
	return []ent.Field{
		// The place in the order of time, see internal/search. SQLite's index of the
		// words knows the document by it.
		field.Int64("id").Immutable(),
		// The message, discussion or attachment.
		field.UUID("source_id", uuid.UUID{}).Unique().Immutable(),
		field.Enum("kind").NamedValues("Message", "MESSAGE", "Thread", "THREAD", "Attachment", "ATTACHMENT").Immutable(),
		field.UUID("thread_id", uuid.UUID{}).Immutable(),
		// Of messages and their attachments: the message and its number.
		field.UUID("message_id", uuid.UUID{}).Optional().Nillable().Immutable(),
		field.Int("number").Optional().Nillable().Immutable(),
		// Who wrote the message or attached the file.
		ref("author_id"),
		// What a discussion is about.
		ref("subject_id"),
		// Facets and stems, each between spaces. PostgreSQL derives a column of its own
		// from it, SQLite a table: see the migrations.
		field.Text("words"),
	}
}

// Indexes of SearchDocument.
func (SearchDocument) Indexes() []ent.Index {
	return []ent.Index{index.Fields("message_id"), index.Fields("subject_id")}
}

// Annotations of SearchDocument.
func (SearchDocument) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("kind", "MESSAGE", "THREAD", "ATTACHMENT"),
		map[string]string{"of_a_message": "kind = 'THREAD' AND message_id IS NULL AND number IS NULL OR kind <> 'THREAD' AND message_id IS NOT NULL AND number IS NOT NULL"},
	)}
}

// Policy of SearchDocument.
func (SearchDocument) Policy() ent.Policy { return access.Policy(access.SearchDocuments) }
