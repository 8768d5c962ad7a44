package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/reading"
	"acs-aec.org/hub/internal/viewer"
)

// byReading restricts discussions by how the viewer has read and follows them.
func byReading(ctx context.Context, f *model.ThreadFilter) condition {
	if f == nil || f.Unread == nil && f.Attention == nil {
		return func(*sql.Selector) {}
	}
	v := viewer.From(ctx)
	return func(s *sql.Selector) {
		if f.Unread != nil {
			reading.WhereUnread(v, *f.Unread)(s)
		}
		if f.Attention != nil {
			reading.WhereAttention(v.Person, *f.Attention)(s)
		}
	}
}
