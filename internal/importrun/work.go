package importrun

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/importfile"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
	"acs-aec.org/hub/internal/filestore"
)

// worker is what a node knows of the runs that wait for one.
type worker struct {
	*Service
	ticks  int
	sights map[uuid.UUID]*sight
}

// sight is how a run was seen.
type sight struct {
	revision int
	since    int // the tick at which it had that revision first
	place    place
	patience int // how many times longer than others it may stand still
	until    int // the tick up to which it is left alone
	failures int
}

// place is how far the work on a run has come.
type place struct {
	status                    importrun.Status
	readTo, staged, appliedTo int
}

// mostPatience is how many times longer than others a run may stand still that nodes
// took from each other before it came on.
const mostPatience = 8

// see takes in how a run is. Where a step takes longer than it may stand still, nodes
// would take it from each other without end: so each waits longer than the time before.
func (at *sight) see(r *ent.ImportRun, tick int) {
	if at.revision == r.Revision {
		return
	}
	now := place{r.Status, int(r.ReadTo), r.Staged, r.AppliedTo}
	if at.patience *= 2; now != at.place {
		at.patience = 1
	}
	at.revision, at.since, at.place, at.patience = r.Revision, tick, now, min(at.patience, mostPatience)
}

// longestPause is after how many looks a run that fails is tried again at the latest.
const longestPause = 240

// Work does what the API asks of imports, one run at a time, until ctx is done. Any
// number of nodes may do so at once: who takes a run first has it, and whose node dies
// has it taken over by another one, or by the same one when it is there again.
func (s *Service) Work(ctx context.Context) {
	w := &worker{Service: s, sights: map[uuid.UUID]*sight{}}
	tick := time.NewTicker(s.look)
	defer tick.Stop()
	for {
		did, err := w.round(ctx)
		if err != nil && ctx.Err() == nil {
			s.Logger.LogAttrs(ctx, slog.LevelWarn, "looking for imports to do", slog.String("cause", err.Error()))
		}
		if did && ctx.Err() == nil {
			continue
		}
		select {
		case <-s.woken:
		case <-tick.C:
			w.ticks++
		case <-ctx.Done():
			return
		}
	}
}

// round works on the first run that there is something to do for.
func (w *worker) round(ctx context.Context) (did bool, err error) {
	runs, err := w.DB.Client.ImportRun.Query().Where(importrun.WorkIn(importrun.WorkWaiting, importrun.WorkTaken)).
		Order(ent.Asc(importrun.FieldID)).Limit(100).All(system(ctx))
	if err != nil {
		return false, err
	}
	seen := map[uuid.UUID]*sight{}
	for _, r := range runs {
		at := w.sights[r.ID]
		if at == nil {
			at = &sight{}
		}
		at.see(r, w.ticks)
		seen[r.ID] = at
	}
	w.sights = seen
	for _, r := range runs {
		at := seen[r.ID]
		if w.Files == nil && r.Status == importrun.StatusChecking {
			continue // for nodes that reach the file
		}
		if w.ticks < at.until || r.Work == importrun.WorkTaken && w.ticks-at.since < w.abandoned*at.patience {
			continue
		}
		err := w.do(ctx, r)
		switch {
		case err == nil:
			at.failures = 0
			return true, nil
		case ctx.Err() != nil:
			return false, nil //nolint:nilerr // the end, not a failure
		case conflict(err): // somebody else has it, or what it waits for
			at.until = w.ticks + 1
		default:
			at.failures++
			at.until = w.ticks + min(1<<min(at.failures, 8), longestPause)
			w.Logger.LogAttrs(ctx, slog.LevelWarn, "an import failed and is tried again", slog.String("run", r.ID.String()), slog.String("cause", err.Error()))
		}
	}
	return false, nil
}

// do does what there is to do for a run.
func (s *Service) do(ctx context.Context, r *ent.ImportRun) error {
	all, superseded, err := s.take(system(ctx), r)
	if err != nil {
		return err
	}
	mine := all[len(all)-1]
	switch r.Status {
	case importrun.StatusChecking:
		err = s.checkFile(system(ctx), mine, superseded)
	case importrun.StatusApplying:
		_, err = s.applyAll(system(ctx), all, nil)
	default:
		err = s.discard(system(ctx), mine)
	}
	if err != nil {
		s.giveBack(context.WithoutCancel(ctx), all)
	}
	return err
}

// errMoved says that a run is not as it was seen.
var errMoved = errors.New("importrun: the run has moved")

// take makes a run the node's own, last in the list; before it what must be finished
// first, and beside it what it supersedes.
func (s *Service) take(ctx context.Context, seen *ent.ImportRun) (all []held, superseded []*hold, err error) {
	err = s.begin(ctx, seen.DatasetName, seen.ID, func(ctx context.Context, tx *ent.Client, unfinished []*ent.ImportRun) error {
		all, superseded = nil, nil
		now, err := locked(ctx, tx, seen.ID)
		if err != nil {
			return err
		}
		if now.Revision != seen.Revision || now.Status != seen.Status {
			return errMoved
		}
		for _, r := range unfinished {
			if r.ID == now.ID || r.Status != now.Status {
				continue // whoever applies next finishes it first
			}
			r, h, err := s.takeOver(ctx, r, r.Status, importrun.WorkTaken)
			if err != nil {
				return err
			}
			if now.Status == importrun.StatusChecking {
				superseded = append(superseded, h)
				continue
			}
			all = append(all, held{r, h})
		}
		now, h, err := s.takeOver(ctx, now, now.Status, importrun.WorkTaken)
		all = append(all, held{now, h})
		return err
	})
	return all, superseded, err
}

// giveBack lets other nodes have runs at once that this one could not finish.
func (s *Service) giveBack(ctx context.Context, all []held) {
	ctx, cancel := context.WithTimeout(system(ctx), 5*time.Second)
	defer cancel()
	for _, m := range all {
		_, err := s.step(ctx, m.hold, func(_ context.Context, _ *ent.Client, run *ent.ImportRun, u *ent.ImportRunUpdateOne) error {
			if run.Work != importrun.WorkTaken {
				return errMoved // it is done
			}
			u.SetWork(importrun.WorkWaiting)
			return nil
		})
		if err != nil && !conflict(err) { // then it is found to stand still
			s.Logger.LogAttrs(ctx, slog.LevelWarn, "an import is not given back", slog.String("cause", err.Error()))
		}
	}
}

// checkFile checks the file of a run. If it is gone, the run is refused.
func (s *Service) checkFile(ctx context.Context, m held, superseded []*hold) error {
	if m.run.FileID == nil {
		_, err := s.refuse(ctx, m.hold, refusal{Message: msgFileGone})
		return err
	}
	f, err := s.DB.Client.ImportFile.Query().Where(importfile.ID(*m.run.FileID)).Only(ctx)
	if err != nil {
		return err
	}
	file, err := s.Files.Open(ctx, f.FileKey)
	if errors.Is(err, filestore.ErrMissing) {
		_, err := s.refuse(ctx, m.hold, refusal{Message: msgFileGone, version: f.Version})
		return err
	}
	if err != nil {
		return err
	}
	defer file.Close()
	in := Source{OnError: m.run.OnError, Own: m.run.Own}
	_, err = s.checkAs(ctx, m.hold, superseded, in, file, fingerprint{dataset: m.run.DatasetName, sum: f.Sha256, size: f.Size}, nil)
	return err
}

// discard takes away what a cancelled run had staged and not applied.
func (s *Service) discard(ctx context.Context, m held) error {
	for more := true; more; {
		start := s.Now()
		_, err := s.step(ctx, m.hold, func(ctx context.Context, tx *ent.Client, run *ent.ImportRun, u *ent.ImportRunUpdateOne) error {
			of := []predicate.StagedItem{stageditem.RunID(run.ID), stageditem.PositionGT(run.AppliedTo)}
			last, err := tx.StagedItem.Query().Where(of...).Order(ent.Asc(stageditem.FieldPosition)).
				Offset(clearing).Select(stageditem.FieldPosition).First(ctx)
			if more = err == nil; more {
				of = append(of, stageditem.PositionLT(last.Position))
			} else if !ent.IsNotFound(err) {
				return err
			}
			if !more {
				u.SetWork(importrun.WorkNone)
			}
			_, err = tx.StagedItem.Delete().Where(of...).Exec(ctx)
			return err
		})
		if err != nil {
			return err
		}
		if err := s.rest(ctx, m.hold, s.Now().Sub(start)); err != nil {
			return err
		}
	}
	return nil
}
