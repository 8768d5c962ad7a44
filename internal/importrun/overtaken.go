package importrun

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/importrun"
)

// overtaken says whether another file of the dataset was applied, if only in part,
// since the run was checked.
func overtaken(ctx context.Context, client *ent.Client, run *ent.ImportRun) (bool, error) {
	return client.ImportRun.Query().Where(importrun.ID(run.ID), isOvertaken).Exist(ctx)
}

// Hindered are those of some runs that cannot be applied now for other runs of their
// datasets: one was applied since they were checked, or is being worked on.
func (s *Service) Hindered(ctx context.Context, runs []uuid.UUID) (map[uuid.UUID]bool, error) {
	out := map[uuid.UUID]bool{}
	if len(runs) == 0 {
		return out, nil
	}
	found, err := s.DB.Client.ImportRun.Query().Where(importrun.IDIn(runs...), func(sel *sql.Selector) {
		sel.Where(sql.Or(overtakes(sel), worksBeside(sel)))
	}).IDs(system(ctx))
	if err != nil {
		return nil, fmt.Errorf("importrun: look for runs in the way: %w", err)
	}
	for _, u := range found {
		out[u] = true
	}
	return out, nil
}

// isOvertaken restricts runs to those that were overtaken.
func isOvertaken(sel *sql.Selector) { sel.Where(overtakes(sel)) }

// overtakes is true where another run of the dataset was applied, if only in part, and
// began after this one or ended after this one was checked.
func overtakes(sel *sql.Selector) *sql.Predicate {
	return another(sel, func(t *sql.SelectTable) *sql.Predicate {
		return sql.And(
			sql.Or(
				sql.EQ(t.C(importrun.FieldStatus), string(importrun.StatusApplied)),
				sql.And(sql.EQ(t.C(importrun.FieldStatus), string(importrun.StatusCancelled)), sql.GT(t.C(importrun.FieldAppliedTo), 0)),
			),
			sql.Or(
				sql.ColumnsGT(t.C(importrun.FieldID), sel.C(importrun.FieldID)),
				sql.ExprP(t.C(importrun.FieldFinishedAt)+" > COALESCE("+sel.C(importrun.FieldCheckedAt)+", "+sel.C(importrun.FieldUpdatedAt)+")"),
			),
		)
	})
}

// worksBeside is true where a node works on another run of the dataset, or is to.
func worksBeside(sel *sql.Selector) *sql.Predicate {
	return another(sel, func(t *sql.SelectTable) *sql.Predicate {
		return sql.And(
			sql.In(t.C(importrun.FieldStatus), string(importrun.StatusChecking), string(importrun.StatusApplying)),
			sql.In(t.C(importrun.FieldWork), string(importrun.WorkWaiting), string(importrun.WorkTaken)),
		)
	})
}

// another is true where another run of the dataset is so.
func another(sel *sql.Selector, so func(t *sql.SelectTable) *sql.Predicate) *sql.Predicate {
	d := sql.Dialect(sel.Dialect())
	other := d.Table(importrun.Table).As("other")
	return sql.Exists(d.Select(other.C(importrun.FieldID)).From(other).Where(sql.And(
		sql.ColumnsEQ(other.C(importrun.FieldDatasetName), sel.C(importrun.FieldDatasetName)),
		sql.ColumnsNEQ(other.C(importrun.FieldID), sel.C(importrun.FieldID)),
		so(other),
	)))
}
