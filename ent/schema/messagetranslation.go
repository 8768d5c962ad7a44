package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/i18n"
)

// MessageTranslation is a message's text in another language. The original
// prevails; in a language at most one translation of a message is official.
type MessageTranslation struct{ ent.Schema }

// Mixin of MessageTranslation.
func (MessageTranslation) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of MessageTranslation.
func (MessageTranslation) Fields() []ent.Field {
	return []ent.Field{
		must("message_id"),
		field.String("language").GoType(i18n.Lang("")).MaxRuneLen(2).Immutable(),
		// Empty once it is withdrawn, alone or with its message.
		field.Text("body").MaxRuneLen(40_000),
		// The revision of the message that it translates.
		field.Int("message_revision").Positive(),
		field.Enum("status").NamedValues("Draft", "DRAFT", "Official", "OFFICIAL", "Withdrawn", "WITHDRAWN").Default("DRAFT"),
		// Why it was taken back last.
		field.String("status_reason").Default("").MaxRuneLen(1000),
		// Who answers for it, whoever or whatever wrote it.
		must("made_by_id"),
		// The name of the machine that wrote it; empty: a person did.
		field.String("machine").Default("").MaxRuneLen(100).Immutable(),
		bounded("edited_at"),
		bounded("made_official_at"),
		ref("made_official_by_id"),
		bounded("withdrawn_at"),
	}
}

// Edges of MessageTranslation.
func (MessageTranslation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("message", Message.Type).Ref("translations").Field("message_id").Unique().Required(),
		edge.To("made_by", Person.Type).Field("made_by_id").Unique().Required(),
		edge.To("made_official_by", Person.Type).Field("made_official_by_id").Unique(),
	}
}

// Indexes of MessageTranslation.
func (MessageTranslation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("message_id", "id"),
		// By the moment, which is there as long as it is official: a comparison of the
		// status would not come back from PostgreSQL as it was written.
		index.Fields("message_id", "language").Unique().StorageKey("messagetranslation_one_official").
			Annotations(entsql.IndexWhere("made_official_at IS NOT NULL")),
	}
}

// Annotations of MessageTranslation.
func (MessageTranslation) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("language", "en", "es", "fr"),
		among("status", "DRAFT", "OFFICIAL", "WITHDRAWN"),
		map[string]string{
			"withdrawn_is_empty": "status <> 'WITHDRAWN' OR body = '' AND withdrawn_at IS NOT NULL",
			"official_since":     "(status = 'OFFICIAL') = (made_official_at IS NOT NULL)",
		},
	)}
}

// Policy of MessageTranslation.
func (MessageTranslation) Policy() ent.Policy { return access.Policy(access.OfMessage) }
