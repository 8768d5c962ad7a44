package graph

import (
	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/importrun"
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
