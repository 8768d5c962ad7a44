package meeting_test

import (
	"slices"
	"testing"

	"acs-aec.org/hub/ent/generated/ent"
	row "acs-aec.org/hub/ent/generated/ent/meeting"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/meeting"
)

func TestLife(t *testing.T) {
	t.Parallel()
	all := []row.Status{row.StatusPlanned, row.StatusOpen, row.StatusClosed, row.StatusCancelled}
	for from, want := range map[row.Status][]row.Status{
		row.StatusPlanned: {row.StatusOpen, row.StatusCancelled}, row.StatusOpen: {row.StatusClosed},
		row.StatusClosed: {}, row.StatusCancelled: {},
	} {
		if got := meeting.Next(from); !slices.Equal(got, want) {
			t.Errorf("after %s comes %v, want %v", from, got, want)
		}
		if meeting.Editable(from) != (len(want) > 0) {
			t.Errorf("whether a meeting that is %s may change: %v", from, meeting.Editable(from))
		}
		for _, to := range all {
			err := meeting.CheckMove(&ent.Meeting{Status: from}, to)
			if (err == nil) != slices.Contains(want, to) || err != nil && apperr.CodeOf(err) != apperr.Conflict {
				t.Errorf("%s to %s: %v", from, to, err)
			}
		}
	}
}
