package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// Proposal is what a Special Committee puts before the Special Fund.
type Proposal struct{ ent.Schema }

// Mixin of Proposal.
func (Proposal) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

var proposalStatuses = []string{
	"DRAFT", "SUBMITTED", "ADMISSIBLE", "RETURNED", "UNDER_ASSESSMENT", "ASSESSED", "ON_AGENDA", "APPROVED",
	"APPROVED_WITH_CONDITIONS", "DEFERRED", "REJECTED", "FINANCED", "IN_IMPLEMENTATION", "CLOSED", "WITHDRAWN",
}

// Fields of Proposal.
func (Proposal) Fields() []ent.Field {
	fs := []ent.Field{
		field.String("reference").NotEmpty().MaxRuneLen(60),
		ref("programme_id"),
		// The funding that it aims at.
		ref("opportunity_id"),
		must("sponsor_id"),
		field.Enum("status").NamedValues("Draft", "DRAFT", "Submitted", "SUBMITTED", "Admissible", "ADMISSIBLE",
			"Returned", "RETURNED", "UnderAssessment", "UNDER_ASSESSMENT", "Assessed", "ASSESSED", "OnAgenda", "ON_AGENDA",
			"Approved", "APPROVED", "ApprovedWithConditions", "APPROVED_WITH_CONDITIONS", "Deferred", "DEFERRED",
			"Rejected", "REJECTED", "Financed", "FINANCED", "InImplementation", "IN_IMPLEMENTATION", "Closed", "CLOSED",
			"Withdrawn", "WITHDRAWN").Default("DRAFT"),
		field.String("status_reason").Default("").MaxRuneLen(2000),
		bounded("submitted_at"),
		// When it was approved, rejected or withdrawn: its clock ends.
		bounded("decided_at"),
		partialDay("starts"),
		partialDay("ends"),
		ref("created_by_id"),
	}
	fs = append(fs, money("requested")...)
	fs = append(fs, heading("title", 500)...)
	return append(fs, text("summary", 20_000)...)
}

// Edges of Proposal.
func (Proposal) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("programme", Programme.Type).Field("programme_id").Unique(),
		edge.To("opportunity", Opportunity.Type).Field("opportunity_id").Unique(),
		edge.To("sponsor", Body.Type).Field("sponsor_id").Unique().Required(),
		edge.To("created_by", Person.Type).Field("created_by_id").Unique(),
		edge.To("allocations", Allocation.Type),
	}
}

// Indexes of Proposal.
func (Proposal) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("status", "id"), index.Fields("sponsor_id", "id"), index.Fields("programme_id", "id"),
		index.Fields("opportunity_id", "id"),
		// Of each sponsor, whose proposals all of its seats may see: one that is taken
		// tells nothing of others'.
		index.Fields("sponsor_id", "reference").Unique(),
		index.Fields("reference", "id"),
	}
}

// Annotations of Proposal.
func (Proposal) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(among("status", proposalStatuses...), moneyCheck("requested"))}
}

// Policy of Proposal.
func (Proposal) Policy() ent.Policy { return access.Policy(access.Proposals) }
