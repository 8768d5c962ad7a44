package notice

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent/notice"
	"acs-aec.org/hub/internal/command"
)

var next = map[notice.Status][]notice.Status{
	notice.StatusDraft:      {notice.StatusDispatched},
	notice.StatusDispatched: {notice.StatusVoid},
}

// CheckMove refuses a move that the status does not allow: CONFLICT, with the
// current status and revision.
func CheckMove(from, to notice.Status, revision int) error {
	if slices.Contains(next[from], to) {
		return nil
	}
	return command.WrongState(string(from), revision)
}
