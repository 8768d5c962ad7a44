package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

// InformationRequest is a body's formal question to a party of a discussion, to
// be answered by a day.
type InformationRequest struct{ ent.Schema }

// Mixin of InformationRequest.
func (InformationRequest) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of InformationRequest.
func (InformationRequest) Fields() []ent.Field {
	return []ent.Field{
		must("thread_id"),
		// The proposal that the discussion is on.
		ref("proposal_id"),
		// Who asks.
		must("body_id"),
		ref("addressee_body_id"),
		ref("addressee_seat_id"),
		ref("addressee_person_id"),
		ref("addressee_organisation_id"),
		field.Text("question").MaxRuneLen(20_000),
		field.String("language").GoType(i18n.Lang("")).MaxRuneLen(2),
		wholeDay("due"),
		// The same day, as long as the log has yet to tell that it passed.
		day("due_untold"),
		// Whether it stops the clock of the proposal until it is answered.
		field.Bool("stops_clock").Default(false),
		field.Enum("status").NamedValues("Draft", "DRAFT", "Dispatched", "DISPATCHED", "Answered", "ANSWERED", "Void", "VOID").Default("DRAFT"),
		// Given once, on dispatch; a void request keeps it.
		field.String("reference").Optional().Nillable().MaxRuneLen(40).Unique(),
		field.Int("year").Optional().Nillable().Positive(),
		ref("drafted_by_id"),
		bounded("dispatched_at"),
		ref("dispatched_by_id"),
		bounded("answered_at"),
		ref("answered_by_id"),
		field.Text("answer").Default("").MaxRuneLen(20_000),
		field.String("answer_language").GoType(i18n.Lang("")).Optional().Nillable().MaxRuneLen(2),
		bounded("voided_at"),
		ref("voided_by_id"),
		field.String("void_reason").Default("").MaxRuneLen(1000),
	}
}

// wholeDay is a day that is always there.
func wholeDay(name string) ent.Field {
	return field.String(name).GoType(date.Date("")).SchemaType(tenCharacters)
}

// Edges of InformationRequest.
func (InformationRequest) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("thread", Thread.Type).Field("thread_id").Unique().Required(),
		edge.To("proposal", Proposal.Type).Field("proposal_id").Unique(),
		edge.To("body", Body.Type).Field("body_id").Unique().Required(),
		edge.To("addressee_body", Body.Type).Field("addressee_body_id").Unique(),
		edge.To("addressee_seat", Seat.Type).Field("addressee_seat_id").Unique(),
		edge.To("addressee_person", Person.Type).Field("addressee_person_id").Unique(),
		edge.To("addressee_organisation", Organisation.Type).Field("addressee_organisation_id").Unique(),
		edge.To("drafted_by", Person.Type).Field("drafted_by_id").Unique(),
		edge.To("dispatched_by", Person.Type).Field("dispatched_by_id").Unique(),
		edge.To("answered_by", Person.Type).Field("answered_by_id").Unique(),
		edge.To("voided_by", Person.Type).Field("voided_by_id").Unique(),
		edge.To("extensions", RequestExtension.Type),
	}
}

// Indexes of InformationRequest.
func (InformationRequest) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("thread_id", "id"), index.Fields("proposal_id", "id"), index.Fields("body_id", "year"),
		index.Fields("created_at", "id"), index.Fields("dispatched_at", "id"), index.Fields("due", "id"), index.Fields("due_untold"),
		index.Fields("addressee_body_id"), index.Fields("addressee_seat_id"), index.Fields("addressee_person_id"),
		index.Fields("addressee_organisation_id"),
	}
}

// Annotations of InformationRequest.
func (InformationRequest) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("status", "DRAFT", "DISPATCHED", "ANSWERED", "VOID"),
		among("language", "en", "es", "fr"),
		exactlyOne("to_one", "addressee_body_id", "addressee_seat_id", "addressee_person_id", "addressee_organisation_id"),
		map[string]string{
			"dispatched_is_numbered": "(status = 'DRAFT') = (reference IS NULL)",
			"answered_since":         "(status = 'ANSWERED') = (answered_at IS NOT NULL)",
			"void_since":             "(status = 'VOID') = (voided_at IS NOT NULL)",
			"clock_of_a_proposal":    "proposal_id IS NOT NULL OR NOT stops_clock",
		},
	)}
}

// Policy of InformationRequest.
func (InformationRequest) Policy() ent.Policy { return access.Policy(access.Requests) }

// RequestExtension is the wish for a later day, and what became of it.
type RequestExtension struct{ ent.Schema }

// Mixin of RequestExtension.
func (RequestExtension) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of RequestExtension.
func (RequestExtension) Fields() []ent.Field {
	return []ent.Field{
		must("request_id"),
		ref("requested_by_id"),
		field.String("reason").MaxRuneLen(1000).Immutable(),
		wholeDay("old_due"),
		wholeDay("new_due"),
		field.Enum("status").NamedValues("Requested", "REQUESTED", "Granted", "GRANTED", "Refused", "REFUSED").Default("REQUESTED"),
		bounded("decided_at"),
		ref("decided_by_id"),
		field.String("decision_reason").Default("").MaxRuneLen(1000),
	}
}

// Edges of RequestExtension.
func (RequestExtension) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("request", InformationRequest.Type).Ref("extensions").Field("request_id").Unique().Required(),
		edge.To("requested_by", Person.Type).Field("requested_by_id").Unique(),
		edge.To("decided_by", Person.Type).Field("decided_by_id").Unique(),
	}
}

// Indexes of RequestExtension.
func (RequestExtension) Indexes() []ent.Index { return []ent.Index{index.Fields("request_id", "id")} }

// Annotations of RequestExtension.
func (RequestExtension) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("status", "REQUESTED", "GRANTED", "REFUSED"),
		map[string]string{"decided_since": "(status = 'REQUESTED') = (decided_at IS NULL)"},
	)}
}

// Policy of RequestExtension.
func (RequestExtension) Policy() ent.Policy { return access.Policy(access.OfRequest) }
