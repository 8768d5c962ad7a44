package importrun

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/setting"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
)

var msgBusy = i18n.Message{
	EN: "The dataset %q is being imported already. Try again when that import has ended.",
	ES: "El conjunto de datos %q ya se está importando. Inténtelo de nuevo cuando termine esa importación.",
	FR: "L'ensemble de données %q est déjà en cours d'importation. Réessayez quand elle sera terminée.",
}

func busy(dataset string) error { return apperr.New(apperr.Conflict, msgBusy, dataset) }

var errCancelled = apperr.New(apperr.Conflict, i18n.Message{
	EN: "The import was cancelled. What was applied before stays.", ES: "La importación se canceló. Lo que ya se aplicó se mantiene.",
	FR: "L'importation a été annulée. Ce qui avait déjà été appliqué demeure.",
})

// hold is the right to work on a run: only while the run has the revision that
// the holder gave it.
type hold struct {
	run      uuid.UUID
	revision int
	pace
}

// step runs one step of the work on a run: fn changes the run's update, which
// also moves the revision on. If somebody else has taken the run over, it returns
// CONFLICT and nothing is written.
func (s *Service) step(ctx context.Context, h *hold, fn func(ctx context.Context, tx *ent.Client, run *ent.ImportRun, u *ent.ImportRunUpdateOne) error) (*ent.ImportRun, error) {
	var out *ent.ImportRun
	var told *eventlog.Told
	err := s.inTx(ctx, func(ctx context.Context, tx *ent.Client) (err error) {
		if told, err = s.Log.Told(ctx); err != nil {
			return err
		}
		run, err := tx.ImportRun.Query().Where(importrun.ID(h.run), store.Locked(tx)).Only(ctx)
		if err != nil {
			return fmt.Errorf("importrun: lock the run: %w", err)
		}
		if run.Status == importrun.StatusCancelled && run.Revision != h.revision {
			return errCancelled
		}
		if run.Revision != h.revision {
			return busy(run.DatasetName)
		}
		u := run.Update().SetRevision(run.Revision + 1).SetUpdatedAt(s.Time())
		if err := fn(ctx, tx, run, u); err != nil {
			return err
		}
		if err := s.at(ctx, "before commit"); err != nil {
			return err
		}
		if out, err = u.Save(ctx); err != nil {
			return fmt.Errorf("importrun: move the run on: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	h.revision = out.Revision
	h.told += int64(len(told.IDs))
	return out.Unwrap(), nil
}

// importsSetting is locked by whoever begins to work on a run.
const importsSetting = "imports"

// lockImports locks the imports as a whole until the transaction ends.
func lockImports(ctx context.Context, tx *ent.Client) error {
	err := tx.Setting.Create().SetID(importsSetting).SetValue([]byte{}).
		OnConflict(sql.ConflictColumns(setting.FieldID), sql.DoNothing()).Exec(ctx)
	if err != nil && !errors.Is(err, stdsql.ErrNoRows) {
		return fmt.Errorf("importrun: make the lock: %w", err)
	}
	if _, err := tx.Setting.Query().Where(setting.ID(importsSetting), store.Locked(tx)).Only(ctx); err != nil {
		return fmt.Errorf("importrun: lock the imports: %w", err)
	}
	return nil
}

// begin decides under the lock of all imports, once all other unfinished runs of the
// dataset than mine were seen to stand still.
func (s *Service) begin(ctx context.Context, dataset string, mine uuid.UUID, decide func(ctx context.Context, tx *ent.Client, unfinished []*ent.ImportRun) error) error {
	still := map[uuid.UUID]int{} // the revision at which a run was found abandoned
	for {
		var watch *ent.ImportRun
		err := s.inTx(ctx, func(ctx context.Context, tx *ent.Client) error {
			watch = nil
			if err := lockImports(ctx, tx); err != nil {
				return err
			}
			unfinished, err := tx.ImportRun.Query().
				Where(importrun.DatasetName(dataset), importrun.StatusIn(importrun.StatusChecking, importrun.StatusApplying), store.Locked(tx)).
				Order(ent.Asc(importrun.FieldID)).All(ctx)
			if err != nil {
				return fmt.Errorf("importrun: read unfinished runs: %w", err)
			}
			for _, r := range unfinished {
				if r.ID == mine {
					continue
				}
				if at, ok := still[r.ID]; !ok || at != r.Revision {
					watch = r
					return nil
				}
			}
			return decide(ctx, tx, unfinished)
		})
		if err != nil || watch == nil {
			return err
		}
		if _, again := still[watch.ID]; again { // it moved after it had stood still
			return busy(dataset)
		}
		if err := s.watch(ctx, watch); err != nil {
			return err
		}
		still[watch.ID] = watch.Revision
	}
}

// longAbandoned is how old the last step of a run is that need not be watched.
const longAbandoned = time.Hour

// watch returns CONFLICT if somebody works on the run.
func (s *Service) watch(ctx context.Context, run *ent.ImportRun) error {
	if s.Now().Sub(run.UpdatedAt) > longAbandoned {
		return nil
	}
	if err := s.at(ctx, "watching"); err != nil {
		return err
	}
	patience := time.NewTimer(s.patience)
	defer patience.Stop()
	look := time.NewTicker(min(max(s.patience/20, time.Millisecond), 50*time.Millisecond))
	defer look.Stop()
	for last := false; ; {
		now, err := s.DB.Client.ImportRun.Get(system(ctx), run.ID)
		if err != nil {
			return fmt.Errorf("importrun: watch a run: %w", err)
		}
		if now.Revision != run.Revision {
			return busy(run.DatasetName)
		}
		if last {
			return nil
		}
		select {
		case <-look.C:
		case <-patience.C:
			last = true
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// takeOver makes the run the caller's own. work says whether a node does it for the
// API: then the other nodes see to it that it is finished.
func (s *Service) takeOver(ctx context.Context, run *ent.ImportRun, status importrun.Status, work importrun.Work) (*ent.ImportRun, *hold, error) {
	run, err := run.Update().SetStatus(status).SetWork(work).SetRevision(run.Revision + 1).SetUpdatedAt(s.Time()).Save(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("importrun: take the run over: %w", err)
	}
	return run, &hold{run: run.ID, revision: run.Revision}, nil
}
