package webhook

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/ent/generated/ent/webhook"
)

// Move is what takes a webhook from one state to another.
type Move int

// The moves.
const (
	Pause Move = iota
	Resume
	End
)

// moves says from where each move leads, and to where.
var moves = [...]struct {
	from []webhook.State
	to   webhook.State
}{
	Pause:  {[]webhook.State{webhook.StateActive}, webhook.StatePaused},
	Resume: {[]webhook.State{webhook.StatePaused}, webhook.StateActive},
	End:    {[]webhook.State{webhook.StateActive, webhook.StatePaused}, webhook.StateEnded},
}

// Possible says whether the move can be made from a state.
func Possible(m Move, from webhook.State) bool { return slices.Contains(moves[m].from, from) }

// Handling is what a person does about a delivery.
type Handling int

// The handlings.
const (
	// Retry has it sent at once: one that waits in its place, one that was given up
	// outside of the order.
	Retry Handling = iota
	// Skip leaves it out for good; what comes after it may go.
	Skip
)

// Handled says whether a person can do that about a delivery in this status.
func Handled(h Handling, purpose delivery.Purpose, s delivery.Status) bool {
	if purpose == delivery.PurposeTest {
		return false
	}
	switch h {
	case Retry, Skip:
		return s == delivery.StatusWaiting || s == delivery.StatusDead
	}
	return false
}
