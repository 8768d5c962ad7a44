package importrun

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/store"
)

// vanishing is how many activities one step marks.
const vanishing = 200

// vanish marks the activities that came with the dataset and that it does not have
// any more. They stay as they were. One that another dataset has too has not vanished:
// it is that one's from now on.
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

// elsewhere restricts activities to those that another dataset has too, in its file
// that was applied last.
func elsewhere(run *ent.ImportRun) func(*sql.Selector) {
	return func(sel *sql.Selector) { sel.Where(sql.Exists(owners(sel, run))) }
}

// nowhereElse is its contrary.
func nowhereElse(run *ent.ImportRun) func(*sql.Selector) {
	return func(sel *sql.Selector) { sel.Where(sql.NotExists(owners(sel, run))) }
}

// owners are the other datasets that have an activity of a statement, by their names.
func owners(sel *sql.Selector, run *ent.ImportRun) *sql.Selector {
	d := sql.Dialect(sel.Dialect())
	item, of, later := d.Table(stageditem.Table).As("item"), d.Table(importrun.Table).As("of"), d.Table(importrun.Table).As("later")
	applied := func(t *sql.SelectTable) *sql.Predicate {
		return sql.EQ(t.C(importrun.FieldStatus), string(importrun.StatusApplied))
	}
	return d.Select(of.C(importrun.FieldDatasetName)).From(item).Join(of).On(item.C(stageditem.FieldRunID), of.C(importrun.FieldID)).Where(sql.And(
		sql.ExprP(item.C(stageditem.FieldActivityID)+" = "+sel.C(activity.FieldID)), applied(of),
		sql.NEQ(of.C(importrun.FieldDatasetName), run.DatasetName), sql.EQ(of.C(importrun.FieldOwn), run.Own),
		sql.NotExists(d.Select(later.C(importrun.FieldID)).From(later).Where(sql.And(
			sql.ColumnsEQ(later.C(importrun.FieldDatasetName), of.C(importrun.FieldDatasetName)), applied(later),
			sql.ColumnsGT(later.C(importrun.FieldID), of.C(importrun.FieldID)),
		))),
	)).OrderBy(of.C(importrun.FieldDatasetName))
}

// handOver gives activities that another dataset has too to that one, and returns the
// others.
func (s *Service) handOver(ctx context.Context, tx *ent.Client, run *ent.ImportRun, ids []uuid.UUID) ([]uuid.UUID, error) {
	kept, err := tx.Activity.Query().Where(activity.IDIn(ids...), elsewhere(run)).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("importrun: look for what other datasets have: %w", err)
	}
	if len(kept) == 0 {
		return ids, nil
	}
	err = tx.Activity.Update().Where(activity.IDIn(kept...)).Modify(func(b *sql.UpdateBuilder) {
		t := sql.Dialect(b.Dialect()).Table(activity.Table)
		of := owners(sql.Dialect(b.Dialect()).Select().From(t), run).Limit(1)
		b.Set(activity.FieldDatasetName, sql.ExprFunc(func(b *sql.Builder) { b.Wrap(func(b *sql.Builder) { b.Join(of) }) }))
	}).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("importrun: hand activities over: %w", err)
	}
	return slices.DeleteFunc(slices.Clone(ids), func(u uuid.UUID) bool { return slices.Contains(kept, u) }), nil
}

func (s *Service) markVanished(ctx context.Context, tx *ent.Client, run *ent.ImportRun, u *ent.ImportRunUpdateOne, ids []uuid.UUID) error {
	still, err := tx.Activity.Query().Where(activity.IDIn(ids...), activity.VanishedAtIsNil(), activity.DatasetName(run.DatasetName), store.Locked(tx)).
		Order(ent.Asc(activity.FieldID)).IDs(ctx)
	if err != nil {
		return fmt.Errorf("importrun: lock what vanished: %w", err)
	}
	if still, err = s.handOver(ctx, tx, run, still); err != nil {
		return err
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
