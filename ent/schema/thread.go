package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/i18n"
)

// Thread is a discussion on one subject among one audience.
type Thread struct{ ent.Schema }

// Mixin of Thread.
func (Thread) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Thread.
func (Thread) Fields() []ent.Field {
	return append([]ent.Field{
		ref("organisation_id"),
		ref("agreement_id"),
		ref("programme_id"),
		ref("proposal_id"),
		ref("activity_id"),
		ref("body_id"),
		ref("opportunity_id"),
		ref("meeting_id"),
		field.Enum("status").NamedValues("Open", "OPEN", "Closed", "CLOSED").Default("OPEN"),
		field.String("status_reason").Default("").MaxRuneLen(1000),
		// A confidential one tells nobody who is there, and its mails tell no text.
		field.Enum("confidentiality").NamedValues("Normal", "NORMAL", "Confidential", "CONFIDENTIAL").Default("NORMAL"),
		// Whether what partners write waits for the Secretariat.
		field.Bool("holds_partner_posts").Default(false),
		bounded("pinned_at"),
		// Where it stands in lists in which pinned ones come first: the microsecond of its
		// latest message, far above those of others while it is pinned.
		field.Int64("place").Default(0).NonNegative(),
		ref("opened_by_id"),
		// The number of the latest message; numbers are dense.
		field.Int("last_number").Default(0).NonNegative(),
		bounded("last_message_at"),
		bounded("closed_at"),
		// When its texts were erased by the schedule of its kind.
		bounded("erased_at"),
		// The head of the thread's own hash chain over its events.
		field.Bytes("chain").Optional().MaxLen(32),
	}, heading("title", 300)...)
}

// Edges of Thread.
func (Thread) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("organisation", Organisation.Type).Field("organisation_id").Unique(),
		edge.To("agreement", Agreement.Type).Field("agreement_id").Unique(),
		edge.To("programme", Programme.Type).Field("programme_id").Unique(),
		edge.To("proposal", Proposal.Type).Field("proposal_id").Unique(),
		edge.To("activity", Activity.Type).Field("activity_id").Unique(),
		edge.To("body", Body.Type).Field("body_id").Unique(),
		edge.To("opportunity", Opportunity.Type).Field("opportunity_id").Unique(),
		edge.To("meeting", Meeting.Type).Field("meeting_id").Unique(),
		edge.To("opened_by", Person.Type).Field("opened_by_id").Unique(),
		edge.To("audience", ThreadAudience.Type),
		edge.To("messages", Message.Type),
	}
}

// Indexes of Thread.
func (Thread) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("last_message_at", "id"), index.Fields("organisation_id"), index.Fields("agreement_id"),
		index.Fields("programme_id"), index.Fields("proposal_id"), index.Fields("activity_id"), index.Fields("body_id"),
		index.Fields("opportunity_id"), index.Fields("meeting_id"), index.Fields("status", "closed_at"),
	}
}

// Annotations of Thread.
func (Thread) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("status", "OPEN", "CLOSED"),
		among("confidentiality", "NORMAL", "CONFIDENTIAL"),
		exactlyOne("on_one_subject", "organisation_id", "agreement_id", "programme_id", "proposal_id", "activity_id", "body_id",
			"opportunity_id", "meeting_id"),
	)}
}

// Policy of Thread.
func (Thread) Policy() ent.Policy { return access.Policy(access.Threads) }

// ThreadAudience admits a body, a seat with who holds it, a person or an
// organisation to a thread. Who is not admitted does not learn that the thread
// exists.
type ThreadAudience struct{ ent.Schema }

// Mixin of ThreadAudience.
func (ThreadAudience) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of ThreadAudience.
func (ThreadAudience) Fields() []ent.Field {
	return []ent.Field{
		must("thread_id"),
		ref("body_id"),
		ref("seat_id"),
		ref("person_id"),
		ref("organisation_id"),
		// The number of the last message that they do not see; 0: they see all.
		field.Int("from_number").Default(0).NonNegative().Immutable(),
		bounded("ended_at"),
	}
}

// Edges of ThreadAudience.
func (ThreadAudience) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("thread", Thread.Type).Ref("audience").Field("thread_id").Unique().Required(),
		edge.To("body", Body.Type).Field("body_id").Unique(),
		edge.To("seat", Seat.Type).Field("seat_id").Unique(),
		edge.To("person", Person.Type).Field("person_id").Unique(),
		edge.To("organisation", Organisation.Type).Field("organisation_id").Unique(),
	}
}

// Indexes of ThreadAudience.
func (ThreadAudience) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("thread_id"), index.Fields("body_id", "thread_id"), index.Fields("person_id", "thread_id"),
		index.Fields("organisation_id", "thread_id"), index.Fields("seat_id", "thread_id"),
	}
}

// Annotations of ThreadAudience.
func (ThreadAudience) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(exactlyOne("admits_one", "body_id", "seat_id", "person_id", "organisation_id"))}
}

// Policy of ThreadAudience.
func (ThreadAudience) Policy() ent.Policy { return access.Policy(access.OfThread) }

// Message is one contribution to a thread. Its number is dense within the thread.
type Message struct{ ent.Schema }

// Mixin of Message.
func (Message) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Message.
func (Message) Fields() []ent.Field {
	return []ent.Field{
		must("thread_id"),
		field.Int("number").Positive().Immutable(),
		must("author_id"),
		field.String("language").GoType(i18n.Lang("")).MaxRuneLen(2),
		// Empty once the message is withdrawn.
		field.Text("body").MaxRuneLen(40_000),
		// Always a message that answers none itself.
		ref("reply_to_id"),
		field.Enum("via").NamedValues("API", "API", "Mail", "MAIL").Default("API").Immutable(),
		bounded("edited_at"),
		bounded("withdrawn_at"),
		ref("withdrawn_by_id"),
		field.String("withdrawal_reason").Default("").MaxRuneLen(1000),
	}
}

// Edges of Message.
func (Message) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("thread", Thread.Type).Ref("messages").Field("thread_id").Unique().Required(),
		edge.To("author", Person.Type).Field("author_id").Unique().Required(),
		edge.To("replies", Message.Type).From("reply_to").Field("reply_to_id").Unique(),
		edge.To("withdrawn_by", Person.Type).Field("withdrawn_by_id").Unique(),
		edge.To("revisions", MessageRevision.Type),
		edge.To("translations", MessageTranslation.Type),
		edge.To("quotes", MessageQuote.Type),
		edge.To("mentions", MessageMention.Type),
		edge.To("reactions", MessageReaction.Type),
	}
}

// Indexes of Message.
func (Message) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("thread_id", "number").Unique(), index.Fields("author_id", "id"), index.Fields("reply_to_id", "number"),
		index.Fields("thread_id", "author_id", "number"),
	}
}

// Annotations of Message.
func (Message) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("language", "en", "es", "fr"),
		among("via", "API", "MAIL"),
		map[string]string{"withdrawn_is_empty": "withdrawn_at IS NULL OR body = ''"},
	)}
}

// Policy of Message.
func (Message) Policy() ent.Policy { return access.Policy(access.Messages) }

// MessageRevision is an earlier text of a message. It never changes, but for the
// text that a withdrawal erases.
type MessageRevision struct{ ent.Schema }

// Mixin of MessageRevision.
func (MessageRevision) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of MessageRevision.
func (MessageRevision) Fields() []ent.Field {
	return []ent.Field{
		must("message_id"),
		field.Int("number").Positive().Immutable(),
		field.String("language").GoType(i18n.Lang("")).MaxRuneLen(2).Immutable(),
		field.Text("body").MaxRuneLen(40_000),
	}
}

// Edges of MessageRevision.
func (MessageRevision) Edges() []ent.Edge {
	return []ent.Edge{edge.From("message", Message.Type).Ref("revisions").Field("message_id").Unique().Required()}
}

// Indexes of MessageRevision.
func (MessageRevision) Indexes() []ent.Index {
	return []ent.Index{index.Fields("message_id", "number").Unique()}
}

// Policy of MessageRevision.
func (MessageRevision) Policy() ent.Policy { return access.Policy(access.OfMessage) }
