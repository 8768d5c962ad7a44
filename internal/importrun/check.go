package importrun

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/importissue"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

var msgSuperseded = i18n.Message{
	EN: "Its check was interrupted, and another file of the dataset came after it.",
	ES: "Su comprobación se interrumpió y después llegó otro archivo del conjunto de datos.",
	FR: "Sa vérification a été interrompue, et un autre fichier de l'ensemble de données est venu après.",
}

// Check checks a file into the run's staging: CHECKED, or REFUSED with the reason.
// Nothing else changes. For the Secretariat. The check of the same file that
// something stopped begins anew in the same run. It returns CONFLICT while the
// dataset is being imported elsewhere.
func (s *Service) Check(ctx context.Context, in Source, progress func(Progress)) (*ent.ImportRun, error) {
	if err := allow(ctx); err != nil {
		return nil, err
	}
	print, err := in.fingerprint(ctx)
	if err != nil {
		return nil, err
	}
	return s.check(ctx, in, print, progress)
}

func (s *Service) check(ctx context.Context, in Source, print fingerprint, progress func(Progress)) (*ent.ImportRun, error) {
	file, err := in.Open()
	if err != nil {
		return nil, fmt.Errorf("importrun: open the file: %w", err)
	}
	defer file.Close()
	h, superseded, err := s.beginCheck(ctx, in, print)
	if err != nil {
		return nil, err
	}
	return s.checkAs(ctx, h, superseded, in, file, print, progress)
}

// checkAs checks a file in a run that is held, after it has refused what the run
// supersedes.
func (s *Service) checkAs(ctx context.Context, h *hold, superseded []*hold, in Source, file io.Reader, print fingerprint, progress func(Progress)) (*ent.ImportRun, error) {
	for _, old := range superseded {
		if _, err := s.refuse(ctx, old, refusal{Message: msgSuperseded}); err != nil {
			return nil, err
		}
	}
	if err := s.clear(ctx, h, true); err != nil { // what an interrupted check left
		return nil, err
	}
	read := &reading{r: stoppable{ctx, file}, hash: sha256.New()}
	st := &staging{
		Service: s, hold: h, source: in, met: newMet(), read: read, measure: h.measure(),
		tell: func(done int64) {
			report(progress, Progress{Run: h.run, Status: importrun.StatusChecking, Done: done, Total: print.size})
		},
	}
	said, err := iati.Reader{Now: s.Now(), Seen: st.seen}.Read(ctx, read, st.take)
	if err := st.settle(); err != nil {
		return nil, fmt.Errorf("importrun: check the file: %w", err)
	}
	var refused *iati.Refusal
	if errors.As(err, &refused) {
		return s.refuse(ctx, h, refusal{Message: refused.Message, line: refused.Line, version: said.Version})
	}
	if err == nil {
		_, err = io.Copy(io.Discard, read)
	}
	if err != nil {
		return nil, fmt.Errorf("importrun: check the file: %w", err)
	}
	if !bytes.Equal(read.hash.Sum(nil), print.sum) {
		return s.refuse(ctx, h, refusal{Message: msgMovedFile, version: said.Version})
	}
	if err := st.flush(ctx); err != nil {
		return nil, err
	}
	if err := st.settle(); err != nil {
		return nil, err
	}
	would, err := s.plan(system(ctx), h.run)
	if err != nil {
		return nil, err
	}
	return s.step(ctx, h, func(ctx context.Context, _ *ent.Client, run *ent.ImportRun, u *ent.ImportRunUpdateOne) error {
		if err := CheckMove(run.Status, importrun.StatusChecked, run.Revision); err != nil {
			return err
		}
		u.SetStatus(importrun.StatusChecked).SetWork(importrun.WorkNone).SetVersion(clip(said.Version, 20)).SetReadTo(run.Size).SetCheckedAt(s.Time()).
			SetPlanCreated(run.Activities - would.updated - would.unchanged).SetPlanUpdated(would.updated).
			SetPlanUnchanged(would.unchanged).SetPlanVanished(would.vanished)
		return s.Log.Append(ctx, eventlog.Event{Kind: "ImportChecked", Subject: run.ID})
	})
}

// beginCheck makes a run, or takes the one over in which the same file was being
// checked. Checks of other files that were abandoned come back to be refused.
func (s *Service) beginCheck(ctx context.Context, in Source, print fingerprint) (*hold, []*hold, error) {
	var own *hold
	var superseded []*hold
	startedBy := viewer.From(ctx)
	err := s.begin(ctx, print.dataset, uuid.Nil, func(ctx context.Context, tx *ent.Client, unfinished []*ent.ImportRun) error {
		own, superseded = nil, nil
		for _, r := range unfinished {
			if r.Status != importrun.StatusChecking {
				continue // whoever applies next finishes it first
			}
			_, h, err := s.takeOver(ctx, r, r.Status, importrun.WorkNone)
			if err != nil {
				return err
			}
			if own == nil && bytes.Equal(r.Sha256, print.sum) && r.OnError == in.onError() && r.Own == in.Own {
				own = h
			} else {
				superseded = append(superseded, h)
			}
		}
		if own != nil {
			return nil
		}
		now := s.Time()
		c := tx.ImportRun.Create().SetID(s.NewID(id.ImportRun)).SetCreatedAt(now).SetUpdatedAt(now).
			SetDatasetName(print.dataset).SetSha256(print.sum).SetSize(print.size).SetOnError(in.onError()).SetOwn(in.Own)
		if startedBy.SignedIn() {
			c.SetStartedByID(startedBy.Person)
		}
		run, err := c.Save(ctx)
		if err != nil {
			return fmt.Errorf("importrun: begin the run: %w", err)
		}
		own = &hold{run: run.ID, revision: run.Revision}
		return nil
	})
	return own, superseded, err
}

// refusal is why a file is refused.
type refusal struct {
	i18n.Message
	line    int
	version string
}

// refuse ends a check: nothing of the file is taken.
func (s *Service) refuse(ctx context.Context, h *hold, why refusal) (*ent.ImportRun, error) {
	if err := s.clear(ctx, h, false); err != nil {
		return nil, err
	}
	return s.step(ctx, h, func(ctx context.Context, _ *ent.Client, run *ent.ImportRun, u *ent.ImportRunUpdateOne) error {
		if err := CheckMove(run.Status, importrun.StatusRefused, run.Revision); err != nil {
			return err
		}
		u.SetStatus(importrun.StatusRefused).SetWork(importrun.WorkNone).SetVersion(clip(why.version, 20)).SetFinishedAt(s.Time()).
			SetRefusalEn(why.EN).SetRefusalEs(why.ES).SetRefusalFr(why.FR).SetRefusalLine(why.line).
			SetActivities(0).SetTransactions(0).SetLeftOut(0).SetStaged(0)
		return s.Log.Append(ctx, eventlog.Event{Kind: "ImportRefused", Subject: run.ID})
	})
}

// clearing is how many rows one step takes away.
const clearing = 500

// clear takes the run's staged items away, and its issues too if the check is to
// begin anew.
func (s *Service) clear(ctx context.Context, h *hold, issues bool) error {
	for more := true; more; {
		start := s.Now()
		_, err := s.step(ctx, h, func(ctx context.Context, tx *ent.Client, run *ent.ImportRun, u *ent.ImportRunUpdateOne) error {
			more = false
			last, err := tx.StagedItem.Query().Where(stageditem.RunID(run.ID)).Order(ent.Asc(stageditem.FieldPosition)).
				Offset(clearing).Select(stageditem.FieldPosition).First(ctx)
			if err != nil && !ent.IsNotFound(err) {
				return fmt.Errorf("importrun: read the staging: %w", err)
			}
			gone := tx.StagedItem.Delete().Where(stageditem.RunID(run.ID))
			if last != nil {
				more = true
				gone.Where(stageditem.PositionLT(last.Position))
			}
			if _, err := gone.Exec(ctx); err != nil {
				return fmt.Errorf("importrun: clear the staging: %w", err)
			}
			if !issues {
				return nil
			}
			u.SetActivities(0).SetTransactions(0).SetLeftOut(0).SetStaged(0).SetReadTo(0).SetCritical(0).SetErrors(0).SetWarnings(0)
			end, err := tx.ImportIssue.Query().Where(importissue.RunID(run.ID)).Order(ent.Asc(importissue.FieldPosition)).
				Offset(clearing).Select(importissue.FieldPosition).First(ctx)
			if err != nil && !ent.IsNotFound(err) {
				return fmt.Errorf("importrun: read the issues: %w", err)
			}
			old := tx.ImportIssue.Delete().Where(importissue.RunID(run.ID))
			if end != nil {
				more = true
				old.Where(importissue.PositionLT(end.Position))
			}
			if _, err := old.Exec(ctx); err != nil {
				return fmt.Errorf("importrun: clear the issues: %w", err)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if more {
			if err := s.rest(ctx, h, s.Now().Sub(start)); err != nil {
				return err
			}
		}
	}
	return nil
}
