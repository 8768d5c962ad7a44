package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"

	"acs-aec.org/hub/internal/access"
)

// LogReader is how far something that works in the background has read the log:
// a number and the random identifier of the event with that number. It moves in
// the transaction that writes what the events caused.
type LogReader struct{ ent.Schema }

// Fields of LogReader.
func (LogReader) Fields() []ent.Field {
	return []ent.Field{
		// What it does.
		field.String("id").NotEmpty().MaxRuneLen(60).Immutable(),
		field.Int64("seq").NonNegative(),
		// Nothing before the first event.
		ref("tag"),
	}
}

// Policy of LogReader.
func (LogReader) Policy() ent.Policy { return access.Policy(access.Hub) }
