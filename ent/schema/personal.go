package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"

	"acs-aec.org/hub/internal/access"
)

// PersonCounter numbers the changes of what is a person's own and no event of the
// log: how far they have read, what they are told. Its identifier is the person's;
// it is there from the first such change.
type PersonCounter struct{ ent.Schema }

// Fields of PersonCounter.
func (PersonCounter) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Immutable(),
		// The number of the latest change; numbers are dense.
		field.Int64("version").NonNegative(),
		// Drawn by lot at each change: a restored copy that comes to the same number
		// again has another one.
		field.Int64("tag"),
	}
}

// Policy of PersonCounter.
func (PersonCounter) Policy() ent.Policy { return access.Policy(access.Hub) }
