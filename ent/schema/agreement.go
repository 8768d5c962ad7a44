package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// Agreement is a cooperation agreement of the ACS: memorandum, protocol, grant
// arrangement.
type Agreement struct{ ent.Schema }

// Mixin of Agreement.
func (Agreement) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Agreement.
func (Agreement) Fields() []ent.Field {
	fs := []ent.Field{
		field.String("number").Optional().Nillable().NotEmpty().MaxRuneLen(60).Unique(),
		field.Enum("kind").NamedValues("MemorandumOfUnderstanding", "MEMORANDUM_OF_UNDERSTANDING", "Protocol", "PROTOCOL",
			"GrantArrangement", "GRANT_ARRANGEMENT", "FrameworkAgreement", "FRAMEWORK_AGREEMENT", "Other", "OTHER"),
		field.Enum("status").NamedValues("Draft", "DRAFT", "Negotiating", "NEGOTIATING", "Signed", "SIGNED",
			"InForce", "IN_FORCE", "Expired", "EXPIRED", "Terminated", "TERMINATED").Default("DRAFT"),
		field.String("status_reason").Default("").MaxRuneLen(1000),
		partialDay("signed_on"),
		partialDay("valid_from"),
		partialDay("valid_to"),
		ref("created_by_id"),
	}
	fs = append(fs, heading("title", 500)...)
	return append(fs, text("description", 10_000)...)
}

// Edges of Agreement.
func (Agreement) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("created_by", Person.Type).Field("created_by_id").Unique(),
		edge.To("parties", AgreementParty.Type),
		// What is carried out under it.
		edge.To("activities", Activity.Type),
	}
}

// Indexes of Agreement.
func (Agreement) Indexes() []ent.Index {
	return []ent.Index{index.Fields("signed_on", "id"), index.Fields("status", "id")}
}

// Annotations of Agreement.
func (Agreement) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("kind", "MEMORANDUM_OF_UNDERSTANDING", "PROTOCOL", "GRANT_ARRANGEMENT", "FRAMEWORK_AGREEMENT", "OTHER"),
		among("status", "DRAFT", "NEGOTIATING", "SIGNED", "IN_FORCE", "EXPIRED", "TERMINATED"),
	)}
}

// Policy of Agreement.
func (Agreement) Policy() ent.Policy { return access.Policy(access.Agreements) }

// AgreementParty is an organisation that is party to an agreement, beside the
// ACS itself or as the ACS.
type AgreementParty struct{ ent.Schema }

// Mixin of AgreementParty.
func (AgreementParty) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of AgreementParty.
func (AgreementParty) Fields() []ent.Field {
	return []ent.Field{must("agreement_id"), must("organisation_id"), field.Int("position").NonNegative()}
}

// Edges of AgreementParty.
func (AgreementParty) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("agreement", Agreement.Type).Ref("parties").Field("agreement_id").Unique().Required(),
		edge.To("organisation", Organisation.Type).Field("organisation_id").Unique().Required(),
	}
}

// Indexes of AgreementParty.
func (AgreementParty) Indexes() []ent.Index {
	return []ent.Index{index.Fields("agreement_id", "organisation_id").Unique(), index.Fields("organisation_id")}
}

// Policy of AgreementParty.
func (AgreementParty) Policy() ent.Policy { return access.Policy(access.OfAgreement) }
