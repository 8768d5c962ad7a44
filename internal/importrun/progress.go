package importrun

import (
	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/importrun"
)

// Phase is what is going on with a run.
type Phase string

// The phases.
const (
	PhaseWaiting  Phase = "WAITING"
	PhaseChecking Phase = "CHECKING"
	PhaseApplying Phase = "APPLYING"
	PhaseResting  Phase = "RESTING"
)

// Unit is what progress is counted in.
type Unit string

// The units.
const (
	Bytes      Unit = "BYTES"
	Activities Unit = "ACTIVITIES"
)

// PhaseOf is what is going on with a run, as far as its row tells.
func PhaseOf(run *ent.ImportRun) Phase {
	switch {
	case Rests(run.Status):
		return PhaseResting
	case run.Work == importrun.WorkWaiting:
		return PhaseWaiting
	case run.Status == importrun.StatusChecking:
		return PhaseChecking
	}
	return PhaseApplying
}

// Standing is how far a run has come, as far as its row tells: bytes of its file
// until it is applied, then activities.
func Standing(run *ent.ImportRun) (Progress, Unit) {
	p := Progress{Run: run.ID, Status: run.Status}
	switch {
	case run.Status == importrun.StatusApplying, run.Status == importrun.StatusApplied, run.AppliedTo > 0:
		p.Done, p.Total = int64(run.AppliedTo), int64(run.Staged)
		return p, Activities
	}
	p.Done, p.Total = run.ReadTo, run.Size
	return p, Bytes
}
