package importrun_test

import (
	"testing"

	entrun "acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/importrun"
)

// TestLifecycle says for each pair of statuses whether the one follows the other, and
// that a run rests where no work goes on.
func TestLifecycle(t *testing.T) {
	t.Parallel()
	const checking, checked, applying, applied, refused, cancelled = entrun.StatusChecking, entrun.StatusChecked, entrun.StatusApplying,
		entrun.StatusApplied, entrun.StatusRefused, entrun.StatusCancelled
	moves := map[[2]entrun.Status]bool{
		{checking, checked}: true, {checking, refused}: true, {checked, applying}: true, {applying, applied}: true,
		{checking, cancelled}: true, {checked, cancelled}: true, {applying, cancelled}: true,
	}
	all := []entrun.Status{checking, checked, applying, applied, refused, cancelled}
	for _, from := range all {
		for _, to := range all {
			err := importrun.CheckMove(from, to, 7)
			if (err == nil) != moves[[2]entrun.Status{from, to}] || err != nil && apperr.CodeOf(err) != apperr.Conflict {
				t.Errorf("%s to %s: %v", from, to, err)
			}
		}
		if importrun.Rests(from) != (from != checking && from != applying) {
			t.Errorf("%s rests: %v", from, importrun.Rests(from))
		}
	}
}
