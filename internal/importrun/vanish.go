package importrun

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/store"
)

// vanishing is how many activities one step marks.
const vanishing = 200

// vanish marks the activities that came with the dataset and that it does not have
// any more. They stay as they were.
func (s *Service) vanish(ctx context.Context, h *hold, run *ent.ImportRun) error {
	var after uuid.UUID
	for {
		gone, err := s.missing(system(ctx), run, after)
		if err != nil || len(gone) == 0 {
			return err
		}
		after = gone[len(gone)-1]
		if err := s.at(ctx, "vanish"); err != nil {
			return err
		}
		start := s.Now()
		_, err = s.step(ctx, h, func(ctx context.Context, tx *ent.Client, run *ent.ImportRun, u *ent.ImportRunUpdateOne) error {
			return s.markVanished(ctx, tx, run, u, gone)
		})
		if err != nil {
			return err
		}
		if err := s.rest(ctx, h, s.Now().Sub(start)); err != nil {
			return err
		}
	}
}

// missing are some activities of the run's dataset that are not in its file, by
// their ids.
func (s *Service) missing(ctx context.Context, run *ent.ImportRun, after uuid.UUID) ([]uuid.UUID, error) {
	ids, err := s.gone(run).Where(activity.IDGT(after)).Order(ent.Asc(activity.FieldID)).Limit(vanishing).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("importrun: look for what vanished: %w", err)
	}
	return ids, nil
}

// gone are the activities of the run's dataset that are not in its file.
func (s *Service) gone(run *ent.ImportRun) *ent.ActivityQuery {
	return s.DB.Client.Activity.Query().
		Where(activity.DatasetName(run.DatasetName), activity.OriginEQ(originOf(run)), activity.VanishedAtIsNil(), func(sel *sql.Selector) {
			t := sql.Dialect(sel.Dialect()).Table(stageditem.Table)
			sel.Where(sql.NotExists(sql.Dialect(sel.Dialect()).Select(t.C(stageditem.FieldID)).From(t).Where(sql.And(
				sql.EQ(t.C(stageditem.FieldRunID), run.ID),
				sql.ColumnsEQ(t.C(stageditem.FieldIdentifier), sel.C(activity.FieldIatiIdentifier)),
			))))
		})
}

func (s *Service) markVanished(ctx context.Context, tx *ent.Client, run *ent.ImportRun, u *ent.ImportRunUpdateOne, ids []uuid.UUID) error {
	still, err := tx.Activity.Query().Where(activity.IDIn(ids...), activity.VanishedAtIsNil(), activity.DatasetName(run.DatasetName), store.Locked(tx)).
		Order(ent.Asc(activity.FieldID)).IDs(ctx)
	if err != nil {
		return fmt.Errorf("importrun: lock what vanished: %w", err)
	}
	if len(still) == 0 {
		return nil
	}
	sums, err := funding.Begin(ctx, tx, funding.Of{Activities: still, Counterparts: still})
	if err != nil {
		return err
	}
	if err := tx.Activity.Update().Where(activity.IDIn(still...)).SetVanishedAt(s.Time()).AddRevision(1).Exec(ctx); err != nil {
		return fmt.Errorf("importrun: mark what vanished: %w", err)
	}
	u.AddVanished(len(still))
	if err := sums.End(ctx, tx, funding.Of{}); err != nil {
		return err
	}
	return s.tellOf(ctx, "ActivityVanished", run, still)
}

// bringBack clears the mark of activities that the dataset has again.
func (c *chunk) bringBack(ctx context.Context) error {
	if len(c.back) == 0 {
		return nil
	}
	err := c.tx.Activity.Update().Where(activity.IDIn(c.back...)).ClearVanishedAt().AddRevision(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("importrun: bring activities back: %w", err)
	}
	return c.tellOf(ctx, "ActivityReturned", c.run, c.back)
}

func (s *Service) tellOf(ctx context.Context, kind string, run *ent.ImportRun, ids []uuid.UUID) error {
	for _, u := range ids {
		e := eventlog.Event{Kind: kind, Subject: u, Public: true, Facts: eventlog.Facts{Run: &run.ID}}
		if err := s.Log.Append(ctx, e); err != nil {
			return err
		}
	}
	return nil
}
