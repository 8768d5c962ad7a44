package viewer

import (
	"slices"

	"github.com/google/uuid"
)

// Holds says whether the viewer holds this seat or post now.
func (v *Viewer) Holds(seat uuid.UUID) bool {
	v.asked()
	return v != nil && slices.ContainsFunc(v.Seats, func(s Seat) bool { return s.ID == seat })
}

// SeatIDs are the seats and posts that the viewer holds now.
func (v *Viewer) SeatIDs() []uuid.UUID {
	v.asked()
	if v == nil {
		return nil
	}
	out := make([]uuid.UUID, len(v.Seats))
	for i, s := range v.Seats {
		out[i] = s.ID
	}
	return out
}

// Led are the bodies of which the viewer is chair, vice-chair or rapporteur now.
func (v *Viewer) Led() []uuid.UUID {
	out := v.Bodies()
	return slices.DeleteFunc(out, func(body uuid.UUID) bool { return !v.Leads(body) })
}
