package importrun

import (
	"context"
	"fmt"
	"log/slog"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/store"
)

// How much one step applies.
const (
	applyItems = 200       // activities
	applyBytes = 512 << 10 // packed
)

// Apply applies a checked run, or goes on with one that something stopped. For the
// Secretariat. An interrupted run of the same dataset is finished before. It
// returns NOT_FOUND for no run, CONFLICT for a run in another status, for a checked one
// that was overtaken by another file of the dataset, and while the dataset is being
// imported elsewhere.
func (s *Service) Apply(ctx context.Context, run uuid.UUID, progress func(Progress)) (*ent.ImportRun, error) {
	if err := allow(ctx); err != nil {
		return nil, err
	}
	todo, err := s.DB.Client.ImportRun.Get(system(ctx), run)
	if err != nil {
		return nil, command.Found(err)
	}
	var all []held
	err = s.begin(ctx, todo.DatasetName, uuid.Nil, func(ctx context.Context, tx *ent.Client, unfinished []*ent.ImportRun) error {
		all = nil
		now, err := tx.ImportRun.Query().Where(importrun.ID(run), store.Locked(tx)).Only(ctx)
		if err != nil {
			return fmt.Errorf("importrun: lock the run: %w", err)
		}
		if now.Status != importrun.StatusApplying {
			if err := CheckMove(now.Status, importrun.StatusApplying, now.Revision); err != nil {
				return err
			}
			over, err := overtaken(ctx, tx, now)
			if err == nil && over {
				err = apperr.New(apperr.Conflict, msgOvertaken)
			}
			if err != nil {
				return err
			}
		}
		for _, r := range unfinished {
			if r.Status != importrun.StatusApplying || r.ID == run {
				continue
			}
			r, h, err := s.takeOver(ctx, r, importrun.StatusApplying, importrun.WorkNone)
			if err != nil {
				return err
			}
			all = append(all, held{r, h})
		}
		now, h, err := s.takeOver(ctx, now, importrun.StatusApplying, importrun.WorkNone)
		all = append(all, held{now, h})
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.applyAll(ctx, all, progress)
}

// held is a run with the right to work on it.
type held struct {
	run *ent.ImportRun
	*hold
}

// applyAll applies runs one after the other, and gives the last.
func (s *Service) applyAll(ctx context.Context, all []held, progress func(Progress)) (out *ent.ImportRun, err error) {
	for _, m := range all {
		if out, err = s.apply(ctx, m.hold, m.run.Unwrap(), progress); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// apply applies what is left of a run.
func (s *Service) apply(ctx context.Context, h *hold, run *ent.ImportRun, progress func(Progress)) (*ent.ImportRun, error) {
	total, err := s.DB.Client.StagedItem.Query().Where(stageditem.RunID(run.ID)).Count(system(ctx))
	if err != nil {
		return nil, fmt.Errorf("importrun: count the staging: %w", err)
	}
	rows := h.measure().rows
	items, err := s.next(system(ctx), run, run.AppliedTo, rows)
	if err != nil {
		return nil, err
	}
	for {
		report(progress, Progress{Run: run.ID, Status: run.Status, Done: int64(run.AppliedTo), Total: int64(total)})
		if len(items) == 0 {
			break
		}
		if err := s.at(ctx, "apply"); err != nil {
			return nil, err
		}
		ahead := s.lookAhead(ctx, h, run, items, rows)
		start := s.Now()
		if run, err = s.applyItems(ctx, h, items); err != nil {
			ahead.drop()
			return nil, err
		}
		took := s.Now().Sub(start)
		if err := s.rest(ctx, h, took); err != nil {
			ahead.drop()
			return nil, err
		}
		rows = h.fit(rows, took)
		if items, err = ahead.get(h); err == nil && items == nil {
			items, err = s.next(system(ctx), run, run.AppliedTo, rows)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := s.vanish(ctx, h, run); err != nil {
		return nil, err
	}
	if err := s.DB.Tidy(ctx); err != nil { // it serves speed alone
		s.Logger.LogAttrs(ctx, slog.LevelWarn, "counting what tables hold", slog.String("cause", err.Error()))
	}
	return s.step(ctx, h, func(ctx context.Context, _ *ent.Client, run *ent.ImportRun, u *ent.ImportRunUpdateOne) error {
		if err := CheckMove(run.Status, importrun.StatusApplied, run.Revision); err != nil {
			return err
		}
		u.SetStatus(importrun.StatusApplied).SetWork(importrun.WorkNone).SetFinishedAt(s.Time())
		return s.Log.Append(ctx, eventlog.Event{Kind: "ImportApplied", Subject: run.ID, Public: true})
	})
}

// item is a staged activity. It is unpacked when it is needed.
type item struct {
	*ent.StagedItem
	unpacked *iati.Activity
}

func (i *item) activity() (*iati.Activity, error) {
	if i.unpacked == nil {
		a, err := iati.Unpack(i.Payload)
		if err != nil {
			return nil, fmt.Errorf("importrun: unpack item %d: %w", i.Position, err)
		}
		i.unpacked = a
	}
	return i.unpacked, nil
}

// ahead are the items of the next step, read while one is under way.
type ahead struct {
	rows  int
	items []*item
	err   error
	done  chan struct{} // closed when they are read; nil: nothing is read
	stop  context.CancelFunc
}

// lookAhead reads the items after those, unless others write: then the processors are
// theirs.
func (s *Service) lookAhead(ctx context.Context, h *hold, run *ent.ImportRun, items []*item, rows int) *ahead {
	a := &ahead{rows: rows}
	if h.polite {
		return a
	}
	ctx, a.stop = context.WithCancel(system(ctx))
	a.done = make(chan struct{})
	after := items[len(items)-1].Position
	go func() {
		defer close(a.done)
		a.items, a.err = s.next(ctx, run, after, rows)
		if a.items == nil {
			a.items = []*item{}
		}
	}()
	return a
}

// get waits for the items; nil where they are still to be read: nothing was, or others
// have begun to write and the step would be a long one.
func (a *ahead) get(h *hold) ([]*item, error) {
	if a.done == nil {
		return nil, nil
	}
	<-a.done
	a.stop()
	if a.err == nil && len(a.items) > 0 && a.rows > h.measure().most {
		return nil, nil
	}
	return a.items, a.err
}

// drop ends the reading.
func (a *ahead) drop() {
	if a.done != nil {
		a.stop()
		<-a.done
	}
}

// next reads the items after a place that one step applies: at least one, unless there
// are none.
func (s *Service) next(ctx context.Context, run *ent.ImportRun, after, rows int) ([]*item, error) {
	last, err := s.reach(ctx, run, after)
	if err != nil || last == 0 {
		return nil, err
	}
	staged, err := s.DB.Client.StagedItem.Query().
		Where(stageditem.RunID(run.ID), stageditem.PositionGT(after), stageditem.PositionLTE(last)).
		Order(ent.Asc(stageditem.FieldPosition)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("importrun: read the staging: %w", err)
	}
	known, err := s.known(ctx, s.DB.Client, identifiers(staged))
	if err != nil {
		return nil, err
	}
	var items []*item
	for _, st := range staged {
		i := &item{StagedItem: st}
		rows--
		if o := outcome(run, known[st.Identifier], st); o != stageditem.OutcomeUnchanged && o != stageditem.OutcomeLeft {
			a, err := i.activity()
			if err != nil {
				return nil, err
			}
			rows -= weight(a)
		}
		if rows < 0 && len(items) > 0 {
			break
		}
		items = append(items, i)
	}
	return items, nil
}

// reach is the position up to which the next items are small enough to be held
// together, 0 if there are none.
func (s *Service) reach(ctx context.Context, run *ent.ImportRun, after int) (int, error) {
	var sizes []struct {
		Position int `sql:"position"`
		Size     int `sql:"size"`
	}
	err := s.DB.Client.StagedItem.Query().
		Where(stageditem.RunID(run.ID), stageditem.PositionGT(after)).
		Order(ent.Asc(stageditem.FieldPosition)).Limit(applyItems).
		Modify(func(sel *sql.Selector) {
			sel.Select(sel.C(stageditem.FieldPosition)).
				AppendSelectExprAs(sql.Raw("COALESCE(LENGTH("+sel.C(stageditem.FieldPayload)+"), 0)"), "size")
		}).Scan(ctx, &sizes)
	if err != nil {
		return 0, fmt.Errorf("importrun: measure the staging: %w", err)
	}
	last, bytes := 0, 0
	for _, z := range sizes {
		if bytes += z.Size; bytes > applyBytes && last > 0 {
			break
		}
		last = z.Position
	}
	return last, nil
}

func identifiers(staged []*ent.StagedItem) []string {
	out := make([]string, len(staged))
	for i, st := range staged {
		out[i] = st.Identifier
	}
	return out
}

// known are the activities that are here already, locked in a transaction.
func (s *Service) known(ctx context.Context, client *ent.Client, identifiers []string) (map[string]*ent.Activity, error) {
	q := client.Activity.Query().Where(activity.IatiIdentifierIn(identifiers...)).Order(ent.Asc(activity.FieldID))
	if store.InTransaction(ctx) {
		q.Where(store.Locked(client))
	}
	rows, err := q.Select(activity.FieldIatiIdentifier, activity.FieldOrigin, activity.FieldDigest, activity.FieldRevision,
		activity.FieldParts, activity.FieldVanishedAt).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("importrun: read activities: %w", err)
	}
	known := make(map[string]*ent.Activity, len(rows))
	for _, a := range rows {
		known[a.IatiIdentifier] = a
	}
	return known, nil
}
