package graph

import (
	"acs-aec.org/hub/graph/generated"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/funding"
)

// complexity is what fields cost that cost more than their fields and pages do.
func complexity() generated.ComplexityRoot {
	var c generated.ComplexityRoot
	c.Query.FundingSummary = func(inner int, _ *model.FundingFilter, _ []funding.Dimension, _ []funding.Measure, _, _ *string, _ string, _ *model.FundingOrder, _ *int) int {
		return fundingCost + inner
	}
	return c
}
