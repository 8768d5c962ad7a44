package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// Session is one sign-in of a browser. Of the secret only its SHA-256 is kept.
type Session struct{ ent.Schema }

// Mixin of Session.
func (Session) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of Session.
func (Session) Fields() []ent.Field {
	return []ent.Field{
		must("person_id"),
		field.Bytes("secret_hash").Sensitive().Unique().Immutable().MaxLen(32),
		field.String("user_agent").Default("").MaxRuneLen(200).Immutable(),
		field.Time("expires_at").SchemaType(instant),
		bounded("ended_at"),
	}
}

// Edges of Session.
func (Session) Edges() []ent.Edge {
	return []ent.Edge{edge.To("person", Person.Type).Field("person_id").Unique().Required()}
}

// Indexes of Session.
func (Session) Indexes() []ent.Index { return []ent.Index{index.Fields("person_id", "created_at")} }

// Policy of Session.
func (Session) Policy() ent.Policy { return access.Policy(access.Own) }

// Token is what a program signs in with. Of the secret only its SHA-256 is kept.
type Token struct{ ent.Schema }

// Mixin of Token.
func (Token) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of Token.
func (Token) Fields() []ent.Field {
	return []ent.Field{
		must("person_id"),
		field.String("name").NotEmpty().MaxRuneLen(100).Immutable(),
		field.Bytes("secret_hash").Sensitive().Unique().Immutable().MaxLen(32),
		field.Time("expires_at").SchemaType(instant),
		bounded("revoked_at"),
	}
}

// Edges of Token.
func (Token) Edges() []ent.Edge {
	return []ent.Edge{edge.To("person", Person.Type).Field("person_id").Unique().Required()}
}

// Indexes of Token.
func (Token) Indexes() []ent.Index { return []ent.Index{index.Fields("person_id", "created_at")} }

// Policy of Token.
func (Token) Policy() ent.Policy { return access.Policy(access.Own) }

// PasswordLink lets a person set a password once.
type PasswordLink struct{ ent.Schema }

// Mixin of PasswordLink.
func (PasswordLink) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of PasswordLink.
func (PasswordLink) Fields() []ent.Field {
	return []ent.Field{
		must("person_id"),
		field.Bytes("secret_hash").Sensitive().Unique().Immutable().MaxLen(32),
		field.Time("expires_at").SchemaType(instant).Immutable(),
		bounded("used_at"),
	}
}

// Edges of PasswordLink.
func (PasswordLink) Edges() []ent.Edge {
	return []ent.Edge{edge.To("person", Person.Type).Field("person_id").Unique().Required()}
}

// Policy of PasswordLink.
func (PasswordLink) Policy() ent.Policy { return access.Policy(access.Hub) }

// SignInAttempt counts failed sign-ins within a window of time: for an address,
// and for an origin of requests. The key is a hash: no address of a stranger is
// kept.
type SignInAttempt struct{ ent.Schema }

// Fields of SignInAttempt.
func (SignInAttempt) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").MaxRuneLen(64).Immutable(),
		field.Time("window_start").SchemaType(instant),
		field.Int("failures").Default(0).NonNegative(),
	}
}

// Policy of SignInAttempt.
func (SignInAttempt) Policy() ent.Policy { return access.Policy(access.Hub) }

// Claim holds an idempotency key: whose, for what, and what came of it.
type Claim struct{ ent.Schema }

// Fields of Claim.
func (Claim) Fields() []ent.Field {
	return []ent.Field{
		field.Int("id"),
		must("person_id"),
		field.String("key").NotEmpty().MaxRuneLen(64).Immutable(),
		field.String("mutation").NotEmpty().MaxRuneLen(100).Immutable(),
		field.Bytes("input_hash").Immutable().MaxLen(32),
		field.Bytes("outcome").Optional().MaxLen(100_000),
		field.Time("created_at").Immutable().SchemaType(instant),
	}
}

// Indexes of Claim.
func (Claim) Indexes() []ent.Index {
	return []ent.Index{index.Fields("person_id", "key").Unique(), index.Fields("created_at")}
}

// Policy of Claim.
func (Claim) Policy() ent.Policy { return access.Policy(access.Own) }

// Setting is something that the deployment remembers about itself, such as the
// key that seals cursors.
type Setting struct{ ent.Schema }

// Fields of Setting.
func (Setting) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty().MaxRuneLen(100).Immutable(),
		field.Bytes("value").Sensitive().MaxLen(100_000),
	}
}

// Policy of Setting.
func (Setting) Policy() ent.Policy { return access.Policy(access.Hub) }
