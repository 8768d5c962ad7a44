package publication

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/document"
	"acs-aec.org/hub/ent/generated/ent/indicator"
	"acs-aec.org/hub/ent/generated/ent/indicatorperiod"
	"acs-aec.org/hub/ent/generated/ent/result"
	"acs-aec.org/hub/internal/iati"
)

// place is where a document stands: at an activity, result, indicator or period
// itself, or at one of its baselines, targets or actuals.
type place struct {
	of   uuid.UUID
	part document.Place // only of baselines, targets and actuals
	n    int
}

func placeOf(d *ent.Document) place {
	switch {
	case d.PeriodID != nil:
		return place{*d.PeriodID, d.Place, d.PlaceNumber}
	case d.IndicatorID != nil && d.Place == document.PlaceBaseline:
		return place{*d.IndicatorID, d.Place, d.PlaceNumber}
	case d.IndicatorID != nil:
		return place{of: *d.IndicatorID}
	case d.ResultID != nil:
		return place{of: *d.ResultID}
	}
	return place{of: d.ActivityID}
}

// readResults reads the documents and results of activities, with what belongs to
// these.
func (s *Service) readResults(ctx context.Context, p *page, ids []uuid.UUID) error {
	position := ent.Asc("position")
	documents, err := s.Client.Document.Query().Where(document.ActivityIDIn(ids...)).Order(position).All(ctx)
	if err != nil {
		return fmt.Errorf("publication: read documents: %w", err)
	}
	p.documents = map[place][]iati.Document{}
	for _, d := range documents {
		at := placeOf(d)
		p.documents[at] = append(p.documents[at], iati.Document{
			URL: d.URL, Format: d.Format, Title: said(d.TitleText(), d.Titles), Description: said(d.DescriptionText(), d.Descriptions),
			Categories: listed(d.Categories), Languages: listed(d.Languages), Date: string(day(d.Date)),
		})
	}
	periodRows, e := s.Client.IndicatorPeriod.Query().Where(indicatorperiod.ActivityIDIn(ids...)).Order(position).All(ctx)
	periods, err := gathered(periodRows, e, func(r *ent.IndicatorPeriod) *uuid.UUID { return &r.IndicatorID })
	if err != nil {
		return err
	}
	indicatorRows, e := s.Client.Indicator.Query().Where(indicator.ActivityIDIn(ids...)).Order(position).All(ctx)
	indicators, err := gathered(indicatorRows, e, func(r *ent.Indicator) *uuid.UUID { return &r.ResultID })
	if err != nil {
		return err
	}
	results, err := s.Client.Result.Query().Where(result.ActivityIDIn(ids...)).Order(position).All(ctx)
	if err != nil {
		return fmt.Errorf("publication: read results: %w", err)
	}
	p.results = map[uuid.UUID][]iati.Result{}
	for _, r := range results {
		one := iati.Result{
			Type: r.TypeCode, Aggregation: truth(r.Aggregation), Title: said(r.TitleText(), r.Titles),
			Description: said(r.DescriptionText(), r.Descriptions), References: r.References, Documents: p.documents[place{of: r.ID}],
		}
		for _, i := range indicators[r.ID] {
			one.Indicators = append(one.Indicators, p.indicator(i, periods[i.ID]))
		}
		p.results[r.ActivityID] = append(p.results[r.ActivityID], one)
	}
	return nil
}

func (p *page) indicator(i *ent.Indicator, periods []*ent.IndicatorPeriod) iati.Indicator {
	out := iati.Indicator{
		Measure: i.MeasureCode, Ascending: truth(i.Ascending), Aggregation: truth(i.Aggregation), Title: said(i.TitleText(), i.Titles),
		Description: said(i.DescriptionText(), i.Descriptions), References: i.References, Documents: p.documents[place{of: i.ID}],
		Baselines: p.measured(i.ID, document.PlaceBaseline, i.Baselines),
	}
	for _, t := range periods {
		out.Periods = append(out.Periods, iati.Period{
			Start: string(day(t.PeriodStart)), End: string(day(t.PeriodEnd)),
			Targets: p.measured(t.ID, document.PlaceTarget, t.Targets), Actuals: p.measured(t.ID, document.PlaceActual, t.Actuals),
		})
	}
	return out
}

// measured gives baselines, targets or actuals their documents.
func (p *page) measured(of uuid.UUID, part document.Place, all []iati.Measured) []iati.Measured {
	for n := range all {
		all[n].Documents = p.documents[place{of, part, n}]
	}
	return all
}

// listed is a list, nil if it is empty, as it is read.
func listed(codes []string) []string {
	if len(codes) == 0 {
		return nil
	}
	return codes
}

func truth(v *bool) string {
	switch {
	case v == nil:
		return ""
	case *v:
		return "1"
	}
	return "0"
}
