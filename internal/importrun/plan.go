package importrun

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
)

// plan is what becomes of activities that are here when a run is applied.
type plan struct{ updated, unchanged, vanished int }

// plan compares what is staged with what is here now. It changes and locks nothing:
// what others write meanwhile decides when the run is applied.
func (s *Service) plan(ctx context.Context, u uuid.UUID) (plan, error) {
	var p plan
	run, err := s.DB.Client.ImportRun.Query().Where(importrun.ID(u)).Only(ctx)
	if err != nil {
		return p, fmt.Errorf("importrun: read the run: %w", err)
	}
	here := func(columns ...string) (int, error) {
		return s.DB.Client.StagedItem.Query().Where(stageditem.RunID(u), stageditem.OutcomeIsNil(), func(sel *sql.Selector) {
			t := sql.Dialect(sel.Dialect()).Table(activity.Table)
			same := []*sql.Predicate{sql.ColumnsEQ(t.C(activity.FieldIatiIdentifier), sel.C(stageditem.FieldIdentifier))}
			for _, column := range columns {
				same = append(same, sql.ColumnsEQ(t.C(column), sel.C(column)))
			}
			sel.Where(sql.Exists(sql.Dialect(sel.Dialect()).Select(t.C(activity.FieldID)).From(t).Where(sql.And(same...))))
		}).Count(ctx)
	}
	known, err := here()
	if err == nil {
		p.unchanged, err = here(stageditem.FieldDigest)
	}
	if err == nil {
		p.vanished, err = s.gone(run).Where(nowhereElse(run)).Count(ctx)
	}
	if err != nil {
		return p, fmt.Errorf("importrun: compare with what is here: %w", err)
	}
	p.updated = known - p.unchanged
	return p, nil
}
