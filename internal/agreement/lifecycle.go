package agreement

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/internal/command"
)

var next = map[agreement.Status][]agreement.Status{
	agreement.StatusDraft:       {agreement.StatusNegotiating, agreement.StatusTerminated},
	agreement.StatusNegotiating: {agreement.StatusSigned, agreement.StatusTerminated},
	agreement.StatusSigned:      {agreement.StatusInForce, agreement.StatusTerminated},
	agreement.StatusInForce:     {agreement.StatusExpired, agreement.StatusTerminated},
}

// Next are the statuses to which an agreement may go from this one.
func Next(from agreement.Status) []agreement.Status {
	return append([]agreement.Status{}, next[from]...)
}

// CheckMove refuses a move that the agreement's life does not have: CONFLICT.
func CheckMove(a *ent.Agreement, to agreement.Status) error {
	if !slices.Contains(next[a.Status], to) {
		return command.WrongState(string(a.Status), a.Revision)
	}
	return nil
}

// unsigned says whether the parties can still change.
func unsigned(s agreement.Status) bool {
	return s == agreement.StatusDraft || s == agreement.StatusNegotiating
}

// Public says whether everybody sees the agreement: it was signed.
func Public(a *ent.Agreement) bool {
	switch a.Status {
	case agreement.StatusSigned, agreement.StatusInForce, agreement.StatusExpired:
		return true
	case agreement.StatusTerminated:
		return a.SignedOn != nil
	}
	return false
}
