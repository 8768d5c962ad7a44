package activity

import "slices"

// Status is a status of the IATI ActivityStatus list by its name.
type Status string

// The statuses.
const (
	Pipeline       Status = "PIPELINE"
	Implementation Status = "IMPLEMENTATION"
	Finalisation   Status = "FINALISATION"
	Closed         Status = "CLOSED"
	Cancelled      Status = "CANCELLED"
	Suspended      Status = "SUSPENDED"
)

// statuses are all statuses in the order of their codes, which begin with 1.
var statuses = []Status{Pipeline, Implementation, Finalisation, Closed, Cancelled, Suspended}

// Code is the IATI ActivityStatus code of the status; "" for an unknown one.
func (s Status) Code() string {
	if i := slices.Index(statuses, s); i >= 0 {
		return string(rune('1' + i))
	}
	return ""
}

// StatusOf is the status with the code; false for a code that IATI does not
// list.
func StatusOf(code string) (Status, bool) {
	for _, s := range statuses {
		if s.Code() == code {
			return s, true
		}
	}
	return "", false
}

var next = map[Status][]Status{
	Pipeline:       {Implementation, Cancelled},
	Implementation: {Finalisation, Cancelled, Suspended},
	Suspended:      {Implementation, Cancelled},
	Finalisation:   {Closed},
}

// Next are the statuses that an own activity may have next.
func Next(s Status) []Status { return append([]Status{}, next[s]...) }

// CheckMove says whether an own activity may go from one status to the other.
func CheckMove(from, to Status) bool { return slices.Contains(next[from], to) }

// NeedsReason says whether a move to the status needs a reason.
func NeedsReason(to Status) bool { return to == Cancelled || to == Suspended }
