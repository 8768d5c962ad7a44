package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/share"
)

// asks says whether the query asks for a field of what is being resolved.
func asks(ctx context.Context, field string) bool {
	for _, f := range graphql.CollectFieldsCtx(ctx, nil) {
		if f.Name == field {
			return true
		}
	}
	return false
}

// countriesOf are the shares of countries. The countries themselves are read
// only if the query asks for them, once for all rows.
func countriesOf(ctx context.Context, all []*ent.Allocation) ([]*model.CountryAllocation, error) {
	rows, wanted := share.Of(all, allocation.DimensionCountry), asks(ctx, "country")
	out := make([]*model.CountryAllocation, len(rows))
	for i, a := range rows {
		out[i] = &model.CountryAllocation{Code: a.Code, Percentage: percentageOf(a)}
		if !wanted {
			continue
		}
		var err error
		if out[i].Country, err = a.Country(ctx); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func regionsOf(all []*ent.Allocation) []*model.RegionAllocation {
	rows := share.Of(all, allocation.DimensionRegion)
	out := make([]*model.RegionAllocation, len(rows))
	for i, a := range rows {
		out[i] = &model.RegionAllocation{Vocabulary: a.Vocabulary, Code: a.Code, Narrative: a.Narrative, Percentage: percentageOf(a)}
	}
	return out
}

func sectorsOf(all []*ent.Allocation) []*model.SectorAllocation {
	rows := share.Of(all, allocation.DimensionSector)
	out := make([]*model.SectorAllocation, len(rows))
	for i, a := range rows {
		out[i] = &model.SectorAllocation{Vocabulary: a.Vocabulary, Code: a.Code, Narrative: a.Narrative, Percentage: percentageOf(a)}
	}
	return out
}

// percentageOf is the percentage as it was written, or else as its millionths
// say.
func percentageOf(a *ent.Allocation) *string {
	if a.PercentageMicro == nil {
		return nil
	}
	s := money.Written(a.PercentagePublished, *a.PercentageMicro)
	return &s
}

func countryShares(in []*model.CountryShareInput) []share.Country {
	out := make([]share.Country, len(in))
	for i, c := range in {
		out[i] = share.Country{Code: c.Code, Percentage: c.Percentage}
	}
	return out
}

func sectorShares(in []*model.SectorShareInput) []share.Sector {
	out := make([]share.Sector, len(in))
	for i, s := range in {
		out[i] = share.Sector{Vocabulary: s.Vocabulary, Code: s.Code, Percentage: s.Percentage}
	}
	return out
}

// listField hands a list on that may be left out; null is no value.
func listField[A, B any](o graphql.Omittable[[]A], convert func([]A) []B) command.Field[[]B] {
	v, given := o.ValueOK()
	f := command.Field[[]B]{Given: given}
	if v != nil {
		list := convert(v)
		f.Value = &list
	}
	return f
}
