package proposal

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent/proposal"
)

// Move is what one does to take a proposal from one status to another.
type Move int

// The moves.
const (
	Submit Move = iota
	Admit
	Return
	StartAssessment
	CompleteAssessment
	PlaceOnAgenda
	Decide
	ConfirmFinancing
	StartImplementation
	Close
	Withdraw
)

// table says from where each move leads, and to where.
var table = [...]struct{ from, to []proposal.Status }{
	Submit:             {statuses(proposal.StatusDraft, proposal.StatusReturned), statuses(proposal.StatusSubmitted)},
	Admit:              {statuses(proposal.StatusSubmitted), statuses(proposal.StatusAdmissible)},
	Return:             {statuses(proposal.StatusSubmitted, proposal.StatusAdmissible), statuses(proposal.StatusReturned)},
	StartAssessment:    {statuses(proposal.StatusAdmissible), statuses(proposal.StatusUnderAssessment)},
	CompleteAssessment: {statuses(proposal.StatusUnderAssessment), statuses(proposal.StatusAssessed)},
	PlaceOnAgenda:      {statuses(proposal.StatusAssessed, proposal.StatusDeferred), statuses(proposal.StatusOnAgenda)},
	Decide: {statuses(proposal.StatusOnAgenda), statuses(proposal.StatusApproved, proposal.StatusApprovedWithConditions,
		proposal.StatusDeferred, proposal.StatusReturned, proposal.StatusRejected)},
	ConfirmFinancing:    {statuses(proposal.StatusApproved, proposal.StatusApprovedWithConditions), statuses(proposal.StatusFinanced)},
	StartImplementation: {statuses(proposal.StatusFinanced), statuses(proposal.StatusInImplementation)},
	Close:               {statuses(proposal.StatusInImplementation), statuses(proposal.StatusClosed)},
	Withdraw: {
		statuses(proposal.StatusDraft, proposal.StatusSubmitted, proposal.StatusAdmissible, proposal.StatusReturned,
			proposal.StatusUnderAssessment, proposal.StatusAssessed, proposal.StatusOnAgenda, proposal.StatusDeferred),
		statuses(proposal.StatusWithdrawn),
	},
}

func statuses(s ...proposal.Status) []proposal.Status { return s }

// CheckMove says whether the move leads from one status to the other.
func CheckMove(m Move, from, to proposal.Status) bool {
	return slices.Contains(table[m].from, from) && slices.Contains(table[m].to, to)
}

// Next are the statuses that a proposal may have next, whoever decides.
func Next(s proposal.Status) []proposal.Status {
	out := []proposal.Status{}
	for _, move := range table {
		if slices.Contains(move.from, s) {
			out = append(out, move.to...)
		}
	}
	return out
}

// possible says whether the move can be made from a status.
func possible(m Move, from proposal.Status) bool { return slices.Contains(table[m].from, from) }

// Editable says whether a proposal can be edited.
func Editable(s proposal.Status) bool {
	return s == proposal.StatusDraft || s == proposal.StatusReturned
}

// Public says whether everybody may see a proposal.
func Public(s proposal.Status) bool {
	return s == proposal.StatusFinanced || s == proposal.StatusInImplementation || s == proposal.StatusClosed
}

// decided says whether a proposal's procedure has come to its end: it was approved,
// rejected or withdrawn. What was put off or sent back goes on.
func decided(s proposal.Status) bool {
	return s == proposal.StatusApproved || s == proposal.StatusApprovedWithConditions || s == proposal.StatusRejected || s == proposal.StatusWithdrawn
}
