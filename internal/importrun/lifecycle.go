package importrun

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/internal/command"
)

var next = map[importrun.Status][]importrun.Status{
	importrun.StatusChecking: {importrun.StatusChecked, importrun.StatusRefused},
	importrun.StatusChecked:  {importrun.StatusApplying},
	importrun.StatusApplying: {importrun.StatusApplied},
}

// Next are the statuses that can follow a status.
func Next(s importrun.Status) []importrun.Status { return slices.Clone(next[s]) }

// CheckMove refuses a move that the status does not allow: CONFLICT, with the
// current status and revision.
func CheckMove(from, to importrun.Status, revision int) error {
	if slices.Contains(next[from], to) {
		return nil
	}
	return command.WrongState(string(from), revision)
}
