package thread

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent/messagedraft"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/command"
)

// nextDraft are the statuses that can follow that of a draft. One that is saved
// again stays a draft.
var nextDraft = map[messagedraft.Status][]messagedraft.Status{
	messagedraft.StatusDraft:    {messagedraft.StatusDraft, messagedraft.StatusHeld, messagedraft.StatusReleased, messagedraft.StatusDiscarded},
	messagedraft.StatusHeld:     {messagedraft.StatusReleased, messagedraft.StatusReturned, messagedraft.StatusDiscarded},
	messagedraft.StatusReturned: {messagedraft.StatusDraft, messagedraft.StatusHeld, messagedraft.StatusReleased, messagedraft.StatusDiscarded},
}

// CheckDraft refuses a move of a draft that its status does not allow: CONFLICT,
// with the current status and revision.
func CheckDraft(from, to messagedraft.Status, revision int) error {
	if slices.Contains(nextDraft[from], to) {
		return nil
	}
	return command.WrongState(string(from), revision)
}

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
