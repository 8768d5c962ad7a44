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

// Notice is an official notice of a body to named seats.
type Notice struct{ ent.Schema }

// Mixin of Notice.
func (Notice) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Notice.
func (Notice) Fields() []ent.Field {
	fs := []ent.Field{
		must("body_id"),
		field.Enum("status").NamedValues("Draft", "DRAFT", "Dispatched", "DISPATCHED", "Void", "VOID").Default("DRAFT"),
		// What it is about; its kind is told by the id.
		ref("subject_id"),
		day("acknowledge_by"),
		// The same day, as long as the log has yet to tell that it passed.
		day("due_untold"),
		// Given once, on dispatch; a void notice keeps it.
		field.String("reference").Optional().Nillable().MaxRuneLen(40).Unique(),
		field.Int("year").Optional().Nillable().Positive(),
		ref("drafted_by_id"),
		bounded("dispatched_at"),
		ref("dispatched_by_id"),
		bounded("voided_at"),
		ref("voided_by_id"),
		field.String("void_reason").Default("").MaxRuneLen(1000),
	}
	fs = append(fs, heading("title", 300)...)
	return append(fs, text("content", 20_000)...)
}

// Edges of Notice.
func (Notice) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("body", Body.Type).Field("body_id").Unique().Required(),
		edge.To("drafted_by", Person.Type).Field("drafted_by_id").Unique(),
		edge.To("dispatched_by", Person.Type).Field("dispatched_by_id").Unique(),
		edge.To("voided_by", Person.Type).Field("voided_by_id").Unique(),
		edge.To("addressees", NoticeAddressee.Type),
		edge.To("entries", NoticeRegisterEntry.Type),
	}
}

// Indexes of Notice.
func (Notice) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("body_id", "year"), index.Fields("dispatched_at", "id"), index.Fields("created_at", "id"),
		index.Fields("acknowledge_by", "id"), index.Fields("due_untold"), index.Fields("subject_id"),
	}
}

// Annotations of Notice.
func (Notice) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("status", "DRAFT", "DISPATCHED", "VOID"),
		map[string]string{
			"dispatched_is_numbered": "(status = 'DRAFT') = (reference IS NULL)",
			"void_since":             "(status = 'VOID') = (voided_at IS NOT NULL)",
		},
	)}
}

// Policy of Notice.
func (Notice) Policy() ent.Policy { return access.Policy(access.Notices) }

// NoticeAddressee is a seat that a notice goes to.
type NoticeAddressee struct{ ent.Schema }

// Mixin of NoticeAddressee.
func (NoticeAddressee) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of NoticeAddressee.
func (NoticeAddressee) Fields() []ent.Field {
	return []ent.Field{
		must("notice_id"),
		must("seat_id"),
		// Who held the seat when the notice was dispatched.
		ref("holder_id"),
	}
}

// Edges of NoticeAddressee.
func (NoticeAddressee) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("notice", Notice.Type).Ref("addressees").Field("notice_id").Unique().Required(),
		edge.To("seat", Seat.Type).Field("seat_id").Unique().Required(),
		edge.To("holder", Person.Type).Field("holder_id").Unique(),
		edge.To("entries", NoticeRegisterEntry.Type),
	}
}

// Indexes of NoticeAddressee.
func (NoticeAddressee) Indexes() []ent.Index {
	return []ent.Index{index.Fields("notice_id", "seat_id").Unique(), index.Fields("seat_id", "notice_id")}
}

// Policy of NoticeAddressee.
func (NoticeAddressee) Policy() ent.Policy { return access.Policy(access.OfNotice) }

// NoticeRegisterEntry says that a notice was delivered to, opened by or
// acknowledged for an addressed seat. Entries never change or go.
type NoticeRegisterEntry struct{ ent.Schema }

// Mixin of NoticeRegisterEntry.
func (NoticeRegisterEntry) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of NoticeRegisterEntry.
func (NoticeRegisterEntry) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("notice_id", uuid.UUID{}).Immutable(),
		field.UUID("addressee_id", uuid.UUID{}).Immutable(),
		field.UUID("seat_id", uuid.UUID{}).Immutable(),
		field.UUID("person_id", uuid.UUID{}).Immutable(),
		field.Enum("kind").NamedValues("Delivered", "DELIVERED", "Opened", "OPENED", "Acknowledged", "ACKNOWLEDGED").Immutable(),
		field.Enum("means").NamedValues("Inbox", "INBOX", "Session", "SESSION", "Token", "TOKEN").Immutable(),
		field.String("remark").Default("").MaxRuneLen(1000).Immutable(),
	}
}

// Edges of NoticeRegisterEntry.
func (NoticeRegisterEntry) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("notice", Notice.Type).Ref("entries").Field("notice_id").Unique().Required().Immutable(),
		edge.From("addressee", NoticeAddressee.Type).Ref("entries").Field("addressee_id").Unique().Required().Immutable(),
		edge.To("seat", Seat.Type).Field("seat_id").Unique().Required().Immutable(),
		edge.To("person", Person.Type).Field("person_id").Unique().Required().Immutable(),
	}
}

// Indexes of NoticeRegisterEntry.
func (NoticeRegisterEntry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("addressee_id", "kind", "person_id").Unique(), index.Fields("notice_id", "id"), index.Fields("seat_id"),
	}
}

// Annotations of NoticeRegisterEntry.
func (NoticeRegisterEntry) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("kind", "DELIVERED", "OPENED", "ACKNOWLEDGED"), among("means", "INBOX", "SESSION", "TOKEN"),
	)}
}

// Policy of NoticeRegisterEntry.
func (NoticeRegisterEntry) Policy() ent.Policy { return access.AppendOnly(access.Register) }
