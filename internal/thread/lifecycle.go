package thread

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/command"
)

var next = map[thread.Status][]thread.Status{
	thread.StatusOpen:   {thread.StatusClosed},
	thread.StatusClosed: {thread.StatusOpen},
}

// Next are the statuses that can follow a status.
func Next(s thread.Status) []thread.Status { return slices.Clone(next[s]) }

// CheckMove refuses a move that the status does not allow: CONFLICT, with the
// current status and revision.
func CheckMove(from, to thread.Status, revision int) error {
	if slices.Contains(next[from], to) {
		return nil
	}
	return command.WrongState(string(from), revision)
}
