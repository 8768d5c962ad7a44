package programme_test

import (
	"slices"
	"testing"

	"acs-aec.org/hub/ent/generated/ent"
	row "acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/programme"
)

func TestLife(t *testing.T) {
	t.Parallel()
	life := []row.Status{row.StatusDraft, row.StatusAdopted, row.StatusRunning, row.StatusClosed}
	for i, from := range life {
		if got := programme.Next(from); !slices.Equal(got, life[i+1:min(i+2, len(life))]) {
			t.Errorf("after %s comes %v", from, got)
		}
		for j, to := range life {
			err := programme.CheckMove(&ent.Programme{Status: from}, to)
			if (err == nil) != (j == i+1) || err != nil && apperr.CodeOf(err) != apperr.Conflict {
				t.Errorf("%s to %s: %v", from, to, err)
			}
		}
	}
}
