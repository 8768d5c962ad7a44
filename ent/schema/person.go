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

// Person is someone who signs in, or once did. What a person may do follows from
// seats and posts, never from the person.
type Person struct{ ent.Schema }

// Mixin of Person.
func (Person) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Person.
func (Person) Fields() []ent.Field {
	return []ent.Field{
		field.String("email").Match(emailAddress).MaxRuneLen(254).Unique(),
		field.String("name").NotEmpty().MaxRuneLen(200),
		field.String("name_key").Default("").MaxRuneLen(400),
		field.String("language").GoType(i18n.Lang("")).Default("").MaxRuneLen(2),
		ref("organisation_id"),
		field.Enum("status").NamedValues("Active", "ACTIVE", "Disabled", "DISABLED").Default("ACTIVE"),
		field.String("password_hash").Optional().Nillable().Sensitive(),
	}
}

// Edges of Person.
func (Person) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("organisation", Organisation.Type).Field("organisation_id").Unique(),
		edge.To("seats", Seat.Type),
		edge.To("posts", StaffPost.Type),
	}
}

// Indexes of Person.
func (Person) Indexes() []ent.Index {
	return []ent.Index{index.Fields("name_key", "id"), index.Fields("organisation_id")}
}

// Annotations of Person.
func (Person) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("status", "ACTIVE", "DISABLED"),
		among("language", "", "en", "es", "fr"),
	)}
}

// Policy of Person.
func (Person) Policy() ent.Policy { return access.Policy(access.Persons) }
