package graph

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/viewer"
)

// WithImports gives the resolvers the service that imports; without it there is no
// place for files that are uploaded to be imported.
func (r *Resolver) WithImports(s *importrun.Service) *Resolver {
	r.imports = s
	return r
}

func importFile(in model.UploadImportFileInput) importrun.Uploading {
	out := importrun.Uploading{Name: in.File.Filename, Size: in.File.Size, Content: content(in.File)}
	if in.Name != nil {
		out.Name = *in.Name
	}
	return out
}

// planOf is what applying a run would have done when its check ended; nil where that
// is not known.
func planOf(r *ent.ImportRun) *model.ImportPlan {
	if r.PlanCreated == nil || r.PlanUpdated == nil || r.PlanUnchanged == nil || r.PlanVanished == nil {
		return nil
	}
	return &model.ImportPlan{Created: *r.PlanCreated, Updated: *r.PlanUpdated, Unchanged: *r.PlanUnchanged, Vanished: *r.PlanVanished}
}

// hinderedRuns is the key of what is worked out for a page of runs once.
type hinderedRuns struct{}

// mayApply says whether applyImport would take a run from the viewer now.
func (r *Resolver) mayApply(ctx context.Context, run *ent.ImportRun) (bool, error) {
	v := viewer.From(ctx)
	if !r.imports.MayApply(v, run) {
		return false, nil
	}
	hindered, err := batch.Memo(run.Siblings(), hinderedRuns{}, func(rows []*ent.ImportRun) (map[uuid.UUID]bool, error) {
		var may []uuid.UUID
		for _, row := range rows {
			if r.imports.MayApply(v, row) {
				may = append(may, row.ID)
			}
		}
		return r.imports.Hindered(ctx, may)
	})
	return !hindered[run.ID], err
}
