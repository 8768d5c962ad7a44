package importrun_test

import (
	"testing"

	"acs-aec.org/hub/ent/generated/ent"
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

// TestStanding says what a run's row tells of how far it has come.
func TestStanding(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		run         ent.ImportRun
		phase       importrun.Phase
		done, total int64
		unit        importrun.Unit
	}{
		"waits to be checked":   {ent.ImportRun{Status: entrun.StatusChecking, Work: entrun.WorkWaiting, Size: 9}, importrun.PhaseWaiting, 0, 9, importrun.Bytes},
		"is checked":            {ent.ImportRun{Status: entrun.StatusChecking, Work: entrun.WorkTaken, Size: 9, ReadTo: 4}, importrun.PhaseChecking, 4, 9, importrun.Bytes},
		"is checked by command": {ent.ImportRun{Status: entrun.StatusChecking, Work: entrun.WorkNone, Size: 9, ReadTo: 4}, importrun.PhaseChecking, 4, 9, importrun.Bytes},
		"was checked":           {ent.ImportRun{Status: entrun.StatusChecked, Size: 9, ReadTo: 9, Staged: 3}, importrun.PhaseResting, 9, 9, importrun.Bytes},
		"waits to be applied":   {ent.ImportRun{Status: entrun.StatusApplying, Work: entrun.WorkWaiting, Size: 9, ReadTo: 9, Staged: 3}, importrun.PhaseWaiting, 0, 3, importrun.Activities},
		"is applied":            {ent.ImportRun{Status: entrun.StatusApplying, Work: entrun.WorkTaken, Staged: 3, AppliedTo: 2}, importrun.PhaseApplying, 2, 3, importrun.Activities},
		"was cancelled":         {ent.ImportRun{Status: entrun.StatusCancelled, Work: entrun.WorkWaiting, Staged: 3, AppliedTo: 2}, importrun.PhaseResting, 2, 3, importrun.Activities},
		"was cancelled before":  {ent.ImportRun{Status: entrun.StatusCancelled, Size: 9, ReadTo: 4}, importrun.PhaseResting, 4, 9, importrun.Bytes},
	} {
		p, unit := importrun.Standing(&c.run)
		if got := importrun.PhaseOf(&c.run); got != c.phase || p.Done != c.done || p.Total != c.total || unit != c.unit {
			t.Errorf("%s: %s, %d of %d %s", name, got, p.Done, p.Total, unit)
		}
	}
}
