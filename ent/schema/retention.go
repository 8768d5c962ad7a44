package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// RetentionSchedule says how long the texts of closed discussions on one kind of
// subject are kept. Without a row, and without years, they are kept for good.
type RetentionSchedule struct{ ent.Schema }

// Mixin of RetentionSchedule.
func (RetentionSchedule) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of RetentionSchedule.
func (RetentionSchedule) Fields() []ent.Field {
	return []ent.Field{
		// What the discussions are about.
		field.Enum("kind").NamedValues("Organisation", "ORGANISATION", "Agreement", "AGREEMENT", "Programme", "PROGRAMME",
			"Proposal", "PROPOSAL", "Activity", "ACTIVITY", "Body", "BODY", "Opportunity", "OPPORTUNITY", "Meeting", "MEETING").Immutable(),
		// After the day on which a discussion was closed; none: for good.
		field.Int("years").Optional().Nillable().Positive(),
	}
}

// Indexes of RetentionSchedule.
func (RetentionSchedule) Indexes() []ent.Index { return []ent.Index{index.Fields("kind").Unique()} }

// Annotations of RetentionSchedule.
func (RetentionSchedule) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("kind", "ORGANISATION", "AGREEMENT", "PROGRAMME", "PROPOSAL", "ACTIVITY", "BODY", "OPPORTUNITY", "MEETING"),
		map[string]string{"years_bounded": "years IS NULL OR years BETWEEN 1 AND 100"},
	)}
}

// Policy of RetentionSchedule.
func (RetentionSchedule) Policy() ent.Policy { return access.Policy(access.Public) }

// LegalHold keeps everything that was said in a discussion, or in all discussions
// on a subject, from being deleted, until it is released.
type LegalHold struct{ ent.Schema }

// Mixin of LegalHold.
func (LegalHold) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of LegalHold.
func (LegalHold) Fields() []ent.Field {
	return []ent.Field{
		ref("thread_id"),
		ref("organisation_id"),
		ref("agreement_id"),
		ref("programme_id"),
		ref("proposal_id"),
		ref("activity_id"),
		ref("body_id"),
		ref("opportunity_id"),
		ref("meeting_id"),
		field.String("reason").NotEmpty().MaxRuneLen(1000),
		ref("placed_by_id"),
		bounded("released_at"),
		ref("released_by_id"),
		field.String("release_reason").Default("").MaxRuneLen(1000),
	}
}

// Edges of LegalHold.
func (LegalHold) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("thread", Thread.Type).Field("thread_id").Unique(),
		edge.To("organisation", Organisation.Type).Field("organisation_id").Unique(),
		edge.To("agreement", Agreement.Type).Field("agreement_id").Unique(),
		edge.To("programme", Programme.Type).Field("programme_id").Unique(),
		edge.To("proposal", Proposal.Type).Field("proposal_id").Unique(),
		edge.To("activity", Activity.Type).Field("activity_id").Unique(),
		edge.To("body", Body.Type).Field("body_id").Unique(),
		edge.To("opportunity", Opportunity.Type).Field("opportunity_id").Unique(),
		edge.To("meeting", Meeting.Type).Field("meeting_id").Unique(),
		edge.To("placed_by", Person.Type).Field("placed_by_id").Unique(),
		edge.To("released_by", Person.Type).Field("released_by_id").Unique(),
	}
}

// Indexes of LegalHold.
func (LegalHold) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("thread_id"), index.Fields("organisation_id"), index.Fields("agreement_id"), index.Fields("programme_id"),
		index.Fields("proposal_id"), index.Fields("activity_id"), index.Fields("body_id"),
		index.Fields("opportunity_id"), index.Fields("meeting_id"),
	}
}

// Annotations of LegalHold.
func (LegalHold) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(exactlyOne("holds_one", "thread_id", "organisation_id", "agreement_id", "programme_id",
		"proposal_id", "activity_id", "body_id", "opportunity_id", "meeting_id"))}
}

// Policy of LegalHold.
func (LegalHold) Policy() ent.Policy { return access.Policy(access.LegalHolds) }
