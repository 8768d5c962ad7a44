package graph

import (
	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/iati"
)

// furtherOf is what was published of an activity beside its columns; never nil.
func furtherOf(a *ent.Activity) *iati.Further {
	if a.Further == nil {
		return &iati.Further{}
	}
	return a.Further
}

func defaultsOf(a *ent.Activity) *model.ActivityDefaults {
	f := furtherOf(a)
	return &model.ActivityDefaults{
		Language: i18n.Lang(a.Language), Currency: a.Currency, Humanitarian: a.Humanitarian, CollaborationTypeCode: f.Collaboration,
		FlowTypeCode: f.Flow, FinanceTypeCode: f.Finance, AidTypes: pointers(f.AidTypes), TiedStatusCode: f.Tied,
	}
}

// pointers are those of a list's members.
func pointers[T any](list []T) []*T {
	out := make([]*T, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}
