package opportunity_test

import (
	"slices"
	"testing"

	"acs-aec.org/hub/ent/generated/ent"
	row "acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/opportunity"
)

const today = date.Date("2026-11-26")

var all = []row.Status{
	row.StatusIdentified, row.StatusScreened, row.StatusShortlisted, row.StatusPursued, row.StatusWon, row.StatusLost, row.StatusDismissed, row.StatusClosed,
}

func TestLife(t *testing.T) {
	t.Parallel()
	yesterday, tomorrow := date.Date("2026-11-25"), date.Date("2026-11-27")
	for from, want := range map[row.Status]struct{ open, over []row.Status }{
		row.StatusIdentified:  {open: []row.Status{row.StatusScreened, row.StatusDismissed}},
		row.StatusScreened:    {open: []row.Status{row.StatusShortlisted, row.StatusDismissed}},
		row.StatusShortlisted: {open: []row.Status{row.StatusPursued, row.StatusDismissed}},
		row.StatusPursued: {
			open: []row.Status{row.StatusWon, row.StatusLost, row.StatusDismissed}, over: []row.Status{row.StatusWon, row.StatusLost, row.StatusDismissed},
		},
		row.StatusWon: {}, row.StatusLost: {}, row.StatusDismissed: {},
		row.StatusClosed: {open: []row.Status{row.StatusIdentified}},
	} {
		last := today
		for closes, may := range map[*date.Date][]row.Status{nil: want.open, &tomorrow: want.open, &last: want.open, &yesterday: want.over} {
			o := &ent.Opportunity{Status: from, Closes: closes}
			if got := opportunity.Next(o, today); !slices.Equal(got, may) {
				t.Errorf("after %s comes %v, want %v", from, got, may)
			}
			for _, to := range all {
				err := opportunity.CheckMove(o, to, today)
				if (err == nil) != slices.Contains(may, to) || err != nil && apperr.CodeOf(err) != apperr.Conflict {
					t.Errorf("%s to %s: %v", from, to, err)
				}
			}
			status := from
			if closes == &yesterday && slices.Contains(opportunity.Early, from) {
				status = row.StatusClosed
			}
			if got := opportunity.StatusOn(o, today); got != status {
				t.Errorf("%s is %s, want %s", from, got, status)
			}
		}
	}
}
