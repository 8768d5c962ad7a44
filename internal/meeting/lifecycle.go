package meeting

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/meeting"
	"acs-aec.org/hub/internal/command"
)

var next = map[meeting.Status][]meeting.Status{
	meeting.StatusPlanned: {meeting.StatusOpen, meeting.StatusCancelled},
	meeting.StatusOpen:    {meeting.StatusClosed},
}

// Next are the statuses to which a meeting may go from this one.
func Next(from meeting.Status) []meeting.Status {
	return append([]meeting.Status{}, next[from]...)
}

// CheckMove refuses a move that the meeting's life does not have: CONFLICT.
func CheckMove(m *ent.Meeting, to meeting.Status) error {
	if !slices.Contains(next[m.Status], to) {
		return command.WrongState(string(m.Status), m.Revision)
	}
	return nil
}

// Editable says whether a meeting may still change.
func Editable(s meeting.Status) bool { return len(next[s]) > 0 }
