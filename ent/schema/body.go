package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// Body is an organ of the ACS, a unit of the Secretariat, or a committee.
type Body struct{ ent.Schema }

// Mixin of Body.
func (Body) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Body.
func (Body) Fields() []ent.Field {
	return append([]ent.Field{
		field.String("code").NotEmpty().MaxRuneLen(20).Unique(),
		field.Enum("kind").NamedValues(
			"Secretariat", "SECRETARIAT", "SpecialCommittee", "SPECIAL_COMMITTEE",
			"CouncilOfNationalRepresentatives", "COUNCIL_OF_NATIONAL_REPRESENTATIVES",
			"ExecutiveBureau", "EXECUTIVE_BUREAU", "MinisterialCouncil", "MINISTERIAL_COUNCIL",
			"ExecutiveBoardOfMinisterialCouncil", "EXECUTIVE_BOARD_OF_MINISTERIAL_COUNCIL", "Other", "OTHER").Immutable(),
		ref("parent_id"),
		// How the body decides, where that is known or set for demonstration.
		field.Enum("decision_rule").Optional().Nillable().NamedValues("Consensus", "CONSENSUS", "Majority", "MAJORITY",
			"TwoThirds", "TWO_THIRDS", "ThreeQuarters", "THREE_QUARTERS"),
		field.Bool("demonstration").Default(false),
		field.Enum("status").NamedValues("Active", "ACTIVE", "Dissolved", "DISSOLVED").Default("ACTIVE"),
	}, heading("name", 300)...)
}

// Edges of Body.
func (Body) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("units", Body.Type).From("parent").Field("parent_id").Unique(),
		edge.To("seats", Seat.Type),
		edge.To("posts", StaffPost.Type),
	}
}

// Indexes of Body.
func (Body) Indexes() []ent.Index { return []ent.Index{index.Fields("parent_id")} }

// Annotations of Body.
func (Body) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("kind", "SECRETARIAT", "SPECIAL_COMMITTEE", "COUNCIL_OF_NATIONAL_REPRESENTATIVES", "EXECUTIVE_BUREAU",
			"MINISTERIAL_COUNCIL", "EXECUTIVE_BOARD_OF_MINISTERIAL_COUNCIL", "OTHER"),
		among("status", "ACTIVE", "DISSOLVED"),
	)}
}

// Policy of Body.
func (Body) Policy() ent.Policy { return access.Policy(access.Public) }

// Seat is a place in a body: a role, for a state or an organisation, held by a
// person from one day to another, both included. Several rows follow one another
// in time.
type Seat struct{ ent.Schema }

// Mixin of Seat.
func (Seat) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Seat.
func (Seat) Fields() []ent.Field {
	return []ent.Field{
		must("body_id"),
		field.Enum("role").NamedValues("Chair", "CHAIR", "ViceChair", "VICE_CHAIR", "Rapporteur", "RAPPORTEUR",
			"Member", "MEMBER", "Clerk", "CLERK"),
		ref("country_id"),
		ref("organisation_id"),
		ref("person_id"),
		day("valid_from"),
		day("valid_to"),
		field.Bool("votes").Default(true),
		phase(),
	}
}

// Edges of Seat.
func (Seat) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("body", Body.Type).Ref("seats").Field("body_id").Unique().Required(),
		edge.To("country", Country.Type).Field("country_id").Unique(),
		edge.To("organisation", Organisation.Type).Field("organisation_id").Unique(),
		edge.From("person", Person.Type).Ref("seats").Field("person_id").Unique(),
	}
}

// Indexes of Seat.
func (Seat) Indexes() []ent.Index {
	return []ent.Index{index.Fields("body_id", "id"), index.Fields("person_id"), index.Fields("phase", "valid_from"), index.Fields("phase", "valid_to")}
}

// Annotations of Seat.
func (Seat) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("role", "CHAIR", "VICE_CHAIR", "RAPPORTEUR", "MEMBER", "CLERK"),
		among("phase", "TO_COME", "IN_FORCE", "OVER"),
		inOrder("valid_from", "valid_to"),
		map[string]string{"for_one": "country_id IS NULL OR organisation_id IS NULL"},
	)}
}

// Policy of Seat.
func (Seat) Policy() ent.Policy { return access.Policy(access.Public) }

// StaffPost is a post in the Secretariat or one of its units.
type StaffPost struct{ ent.Schema }

// Mixin of StaffPost.
func (StaffPost) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of StaffPost.
func (StaffPost) Fields() []ent.Field {
	return append([]ent.Field{
		must("body_id"),
		ref("person_id"),
		day("valid_from"),
		day("valid_to"),
		phase(),
	}, text("title", 200)...)
}

// Edges of StaffPost.
func (StaffPost) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("body", Body.Type).Ref("posts").Field("body_id").Unique().Required(),
		edge.From("person", Person.Type).Ref("posts").Field("person_id").Unique(),
	}
}

// Indexes of StaffPost.
func (StaffPost) Indexes() []ent.Index {
	return []ent.Index{index.Fields("body_id", "id"), index.Fields("person_id"), index.Fields("phase", "valid_from"), index.Fields("phase", "valid_to")}
}

// Annotations of StaffPost.
func (StaffPost) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(inOrder("valid_from", "valid_to"), among("phase", "TO_COME", "IN_FORCE", "OVER"))}
}

// Policy of StaffPost.
func (StaffPost) Policy() ent.Policy { return access.Policy(access.Public) }

// phase is where the log has a seat or post in its time: what it has told so far.
// Whether one is in force follows from the days and the clock alone.
func phase() ent.Field {
	return field.Enum("phase").NamedValues("ToCome", "TO_COME", "InForce", "IN_FORCE", "Over", "OVER").Default("IN_FORCE")
}
