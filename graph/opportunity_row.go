package graph

import (
	"context"
	"slices"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/opportunity"
	"acs-aec.org/hub/internal/viewer"
)

// ifFollowed is a value that tells how far an opportunity is taken, nil for who may
// not see that.
func ifFollowed[T any](ctx context.Context, value T) *T {
	if !opportunity.MayFollow(viewer.From(ctx)) {
		return nil
	}
	return &value
}

// opportunityCountries are the countries that an opportunity is for, in its order;
// they are read once for all siblings.
func (r *Resolver) opportunityCountries(ctx context.Context, o *ent.Opportunity) ([]*ent.Country, error) {
	known, err := batch.Memo(o.Siblings(), "countries", func(rows []*ent.Opportunity) (map[string]*ent.Country, error) {
		var codes []string
		for _, row := range rows {
			for _, c := range row.Countries {
				if !slices.Contains(codes, c) {
					codes = append(codes, c)
				}
			}
		}
		found, err := r.client.Country.Query().Where(country.Iso2In(codes...)).All(ctx)
		out := make(map[string]*ent.Country, len(found))
		for _, c := range batch.Join(found) {
			out[c.Iso2] = c
		}
		return out, err
	})
	if err != nil {
		return nil, err
	}
	out := make([]*ent.Country, 0, len(o.Countries))
	for _, code := range o.Countries {
		if c := known[code]; c != nil {
			out = append(out, c)
		}
	}
	return out, nil
}

func opportunitySectors(o *ent.Opportunity) []*model.SectorAllocation {
	sectors := opportunity.SectorsOf(o)
	out := make([]*model.SectorAllocation, len(sectors))
	for i, s := range sectors {
		out[i] = &model.SectorAllocation{Vocabulary: s.Vocabulary, Code: s.Code}
	}
	return out
}

// opportunityArea is the priority area that an opportunity suits.
func opportunityArea(o *ent.Opportunity) *programme.Area { return opportunity.AreaOf(o) }

// orNone is a text, nil for an empty one.
func orNone(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
