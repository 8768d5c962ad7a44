package personal

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/id"
)

// Row is a row of a person in its latest state.
type Row struct {
	ID        uuid.UUID
	Version   int64
	ChangedAt time.Time
	// Thread is the discussion that the row is about, nil for none: who does not see
	// it any more is not told of the row.
	Thread *uuid.UUID
	// Value is the row itself.
	Value any
}

// Event is the identifier under which this state of the row is told: the same each
// time, another one for each state.
func (r Row) Event() uuid.UUID {
	h := sha256.New()
	h.Write(r.ID[:])
	var version [8]byte
	binary.BigEndian.PutUint64(version[:], uint64(r.Version)) //nolint:gosec // a name, not a number
	h.Write(version[:])
	var sum [sha256.Size]byte
	return id.From(id.Event, r.ChangedAt, h.Sum(sum[:0]))
}

// Source reads one kind of rows: those of the person who asks in the context that
// were last changed after one version and up to another, in the order of their
// versions, at most limit of them. It leaves out what the person may not see now.
type Source func(ctx context.Context, person uuid.UUID, after, upTo int64, limit int) ([]Row, error)

// Changes reads the rows of all kinds after one version and up to another, in the
// order of their versions, some hundred at a time: up to which version, it says
// too. What was changed again meanwhile comes with its later version.
func Changes(ctx context.Context, sources []Source, person uuid.UUID, after, upTo Version) ([]Row, Version, error) {
	const limit = 100
	if after.Number == upTo.Number {
		return nil, upTo, nil
	}
	var all []Row
	for _, read := range sources {
		rows, err := read(ctx, person, after.Number, upTo.Number, limit)
		if err != nil {
			return nil, after, err
		}
		if n := len(rows); n == limit && rows[n-1].Version < upTo.Number {
			upTo = Version{Number: rows[n-1].Version}
		}
		all = append(all, rows...)
	}
	all = slices.DeleteFunc(all, func(r Row) bool { return r.Version > upTo.Number })
	slices.SortFunc(all, func(a, b Row) int { return cmp.Compare(a.Version, b.Version) })
	return all, upTo, nil
}
