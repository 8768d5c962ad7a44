package importrun

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/internal/command"
)

var next = map[importrun.Status][]importrun.Status{
	importrun.StatusChecking: {importrun.StatusChecked, importrun.StatusRefused, importrun.StatusCancelled},
	importrun.StatusChecked:  {importrun.StatusApplying, importrun.StatusCancelled},
	importrun.StatusApplying: {importrun.StatusApplied, importrun.StatusCancelled},
}

// Next are the statuses that can follow a status.
func Next(s importrun.Status) []importrun.Status { return slices.Clone(next[s]) }

// Rests says whether nothing goes on in a status: a run stays in it until somebody
// asks for more, or for ever.
func Rests(s importrun.Status) bool {
	return s != importrun.StatusChecking && s != importrun.StatusApplying
}

// CheckMove refuses a move that the status does not allow: CONFLICT, with the
// current status and revision.
func CheckMove(from, to importrun.Status, revision int) error {
	if slices.Contains(next[from], to) {
		return nil
	}
	return command.WrongState(string(from), revision)
}
