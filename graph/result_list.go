package graph

import (
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/result"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/page"
)

// resultOrder is by activity, then as published.
func resultOrder() page.Order[*ent.Result] {
	return page.Order[*ent.Result]{
		Column: result.FieldPosition, Kind: page.Number, Value: func(r *ent.Result) any { return int64(r.Position) },
		Group: result.FieldActivityID, GroupOf: func(r *ent.Result) uuid.UUID { return r.ActivityID },
	}
}

func resultConditions(f *model.ResultFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{equals(result.FieldActivityID, f.ActivityID), oneOf(result.FieldTypeCode, f.TypeCode), ofOrigin(f.Origin)}
}
