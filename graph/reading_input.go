package graph

import (
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/reading"
)

func readOf(in model.MarkReadInput) reading.Reading {
	ranges := make([]reading.Range, len(in.Ranges))
	for i, r := range in.Ranges {
		ranges[i] = reading.Range{From: r.From, To: r.To}
	}
	return reading.Reading{UpTo: in.UpTo, Numbers: in.Numbers, Ranges: ranges}
}
