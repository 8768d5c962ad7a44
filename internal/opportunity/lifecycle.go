package opportunity

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
)

var next = map[opportunity.Status][]opportunity.Status{
	opportunity.StatusIdentified:  {opportunity.StatusScreened, opportunity.StatusDismissed},
	opportunity.StatusScreened:    {opportunity.StatusShortlisted, opportunity.StatusDismissed},
	opportunity.StatusShortlisted: {opportunity.StatusPursued, opportunity.StatusDismissed},
	opportunity.StatusPursued:     {opportunity.StatusWon, opportunity.StatusLost, opportunity.StatusDismissed},
	opportunity.StatusClosed:      {opportunity.StatusIdentified},
}

// Early are the statuses in which an opportunity closes when its last day has
// passed.
var Early = []opportunity.Status{opportunity.StatusIdentified, opportunity.StatusScreened, opportunity.StatusShortlisted}

// StatusOn is where an opportunity stands on a day in Port of Spain: the passing
// of its last day closes it, whether or not the log has told that yet.
func StatusOn(o *ent.Opportunity, today date.Date) opportunity.Status {
	if over(o, today) && slices.Contains(Early, o.Status) {
		return opportunity.StatusClosed
	}
	return o.Status
}

// Next are the statuses to which an opportunity may go on a day by a person's
// hand.
func Next(o *ent.Opportunity, today date.Date) []opportunity.Status {
	from := StatusOn(o, today)
	if from == opportunity.StatusClosed && over(o, today) {
		return []opportunity.Status{}
	}
	return append([]opportunity.Status{}, next[from]...)
}

// CheckMove refuses a move that the opportunity's life does not have on that day:
// CONFLICT.
func CheckMove(o *ent.Opportunity, to opportunity.Status, today date.Date) error {
	if !slices.Contains(Next(o, today), to) {
		return command.WrongState(string(StatusOn(o, today)), o.Revision)
	}
	return nil
}

// over says whether the last day on which one may apply has passed.
func over(o *ent.Opportunity, today date.Date) bool { return o.Closes != nil && *o.Closes < today }
