package graph

import (
	"context"
	"net/url"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/viewer"
)

// publicationCheck is the key of what is worked out for a page of activities once.
type publicationCheck struct{}

// publicationIssues are what keeps an activity out of the public file; nil for who
// may not edit it, and for an imported one.
func (r *Resolver) publicationIssues(ctx context.Context, a *ent.Activity) ([]*model.PublicationIssue, error) {
	v := viewer.From(ctx)
	if a.Origin != activity.OriginOwn || !r.activities.MayEdit(v, a) {
		return nil, nil
	}
	all, err := batch.Memo(a.Siblings(), publicationCheck{}, func(rows []*ent.Activity) (map[uuid.UUID][]iati.Issue, error) {
		var may []*ent.Activity
		for _, row := range rows {
			if r.activities.MayEdit(v, row) {
				may = append(may, row)
			}
		}
		return r.publications.Check(ctx, may)
	})
	if err != nil {
		return nil, err
	}
	out := []*model.PublicationIssue{}
	for _, i := range all[a.ID] {
		out = append(out, &model.PublicationIssue{Rule: i.Rule, Element: i.Path, Message: i.Message.In(i18n.From(ctx))})
	}
	return out, nil
}

// webAddress is what was published, where it is an address of the web: never a script
// or a file.
func webAddress(published string) *string {
	u, err := url.Parse(published)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil
	}
	return &published
}
