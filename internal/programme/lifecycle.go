package programme

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/internal/command"
)

var next = map[programme.Status][]programme.Status{
	programme.StatusDraft:   {programme.StatusAdopted},
	programme.StatusAdopted: {programme.StatusRunning},
	programme.StatusRunning: {programme.StatusClosed},
}

// Next are the statuses to which a programme may go from this one.
func Next(from programme.Status) []programme.Status {
	return append([]programme.Status{}, next[from]...)
}

// CheckMove refuses a move that the programme's life does not have: CONFLICT.
func CheckMove(p *ent.Programme, to programme.Status) error {
	if !slices.Contains(next[p.Status], to) {
		return command.WrongState(string(p.Status), p.Revision)
	}
	return nil
}
