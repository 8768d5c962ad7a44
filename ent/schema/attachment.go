package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// Attachment is a file in a discussion. As long as it is in no message it belongs
// to who uploaded it alone, or is seen by who sees the draft that it is in; then it
// is seen by who sees the message.
type Attachment struct{ ent.Schema }

// Mixin of Attachment.
func (Attachment) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of Attachment.
func (Attachment) Fields() []ent.Field {
	return []ent.Field{
		must("thread_id"),
		// The message that it is in.
		ref("message_id"),
		// The draft that it is in, until that becomes a message.
		ref("draft_id"),
		must("uploaded_by_id"),
		// Name, its folded form and description are empty once it is erased.
		field.String("name").MaxRuneLen(200),
		field.String("name_key").MaxRuneLen(400),
		field.String("description").Default("").MaxRuneLen(1000),
		// What the content is, found by looking at it.
		field.String("media_type").NotEmpty().MaxRuneLen(100).Immutable(),
		field.Int64("size").Positive().Immutable(),
		field.Bytes("sha256").MaxLen(32).Immutable(),
		// Where the content lies; empty once it is erased or refused.
		field.String("file_key").MaxRuneLen(40),
		field.Enum("status").NamedValues("Pending", "PENDING", "Attached", "ATTACHED", "Refused", "REFUSED", "Erased", "ERASED").Default("PENDING"),
		field.Enum("scan").NamedValues("NotScanned", "NOT_SCANNED", "Waiting", "WAITING", "Clean", "CLEAN", "Infected", "INFECTED"),
		// The name of what the scanner found.
		field.String("finding").Default("").MaxRuneLen(200),
		// When a scan that failed is tried again.
		bounded("scan_at"),
		// Its place among the attachments of its message.
		field.Int("position").Default(0).NonNegative(),
		bounded("erased_at"),
	}
}

// Edges of Attachment.
func (Attachment) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("thread", Thread.Type).Field("thread_id").Unique().Required(),
		edge.To("message", Message.Type).Field("message_id").Unique(),
		edge.To("draft", MessageDraft.Type).Field("draft_id").Unique(),
		edge.To("uploaded_by", Person.Type).Field("uploaded_by_id").Unique().Required(),
	}
}

// Indexes of Attachment.
func (Attachment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("message_id", "position"), index.Fields("draft_id", "position"), index.Fields("thread_id", "created_at", "id"),
		index.Fields("uploaded_by_id", "status"), index.Fields("status", "created_at"), index.Fields("scan", "scan_at"),
	}
}

// Annotations of Attachment.
func (Attachment) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("status", "PENDING", "ATTACHED", "REFUSED", "ERASED"),
		among("scan", "NOT_SCANNED", "WAITING", "CLEAN", "INFECTED"),
		map[string]string{
			"attached_in_message": "status <> 'ATTACHED' OR message_id IS NOT NULL",
			"draft_is_pending":    "draft_id IS NULL OR status = 'PENDING' AND message_id IS NULL",
			"attached_is_scanned": "status <> 'ATTACHED' OR scan = 'CLEAN' OR scan = 'NOT_SCANNED'",
			"erased_is_empty":     "status <> 'ERASED' OR name = '' AND name_key = '' AND description = '' AND file_key = '' AND erased_at IS NOT NULL",
			"refused_has_no_file": "status <> 'REFUSED' OR file_key = ''",
		},
	)}
}

// Policy of Attachment.
func (Attachment) Policy() ent.Policy { return access.Policy(access.Attachments) }

// StoredFile is the content of an attachment, or of a file to import, as far as the
// storage is concerned.
// Whatever is in the storage was named here before it was written.
type StoredFile struct{ ent.Schema }

// Fields of StoredFile.
func (StoredFile) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty().MaxRuneLen(40).Immutable(),
		field.Time("created_at").Immutable().SchemaType(instant),
		// Who is uploading it; nobody once it is erased.
		ref("person_id"),
		// From when on it is erased, whatever it is; none: an attachment has it.
		bounded("erase_at"),
		// How often erasing failed.
		field.Int("failures").Default(0).NonNegative(),
	}
}

// Indexes of StoredFile.
func (StoredFile) Indexes() []ent.Index {
	return []ent.Index{index.Fields("erase_at"), index.Fields("person_id", "erase_at")}
}

// Policy of StoredFile.
func (StoredFile) Policy() ent.Policy { return access.Policy(access.Hub) }
