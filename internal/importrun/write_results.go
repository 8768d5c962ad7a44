package importrun

import (
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/document"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/id"
)

// The longest texts of documents and results, in bytes.
const (
	headLimit = 20_000
	textLimit = 100_000
)

// places numbers the documents of one activity through, wherever they stand.
type places struct {
	*besideRows
	row       *row
	documents int
}

// head is a title as it is kept in columns, and beside them.
func (p *places) head(said iati.Narratives) (i18n.Text, iati.Narratives) {
	t := said.Text(p.row.Language, headLimit, " / ")
	return published(t, p.now), said.Beside(t)
}

// body is a description as it is kept in columns, and beside them.
func (p *places) body(said iati.Narratives) (i18n.Text, iati.Narratives) {
	t := said.Text(p.row.Language, textLimit, "\n\n")
	return published(t, p.now), said.Beside(t)
}

func (p *places) document(d *iati.Document, at func(*ent.DocumentCreate)) {
	title, titles := p.head(d.Title)
	description, descriptions := p.body(d.Description)
	c := p.tx.Document.Create().SetID(p.NewID(id.Document)).SetCreatedAt(p.now).SetActivityID(p.row.id).SetPosition(p.documents).
		SetLine(d.Line).SetURL(d.URL).SetFormat(d.Format).SetCategories(listed(d.Categories)).SetLanguages(listed(d.Languages)).
		SetNillableDate(dayOf(d.Date)).SetTitleText(title).SetDescriptionText(description)
	some(c.SetTitles, titles)
	some(c.SetDescriptions, descriptions)
	at(c)
	p.documents++
	p.besideRows.documents = append(p.besideRows.documents, c)
}

// listed is a list that is there, with or without members.
func listed(codes []string) []string {
	if codes == nil {
		return []string{}
	}
	return codes
}

func (p *places) result(n int, r *iati.Result) {
	u := p.NewID(id.Result)
	title, titles := p.head(r.Title)
	description, descriptions := p.body(r.Description)
	c := p.tx.Result.Create().SetID(u).SetCreatedAt(p.now).SetActivityID(p.row.id).SetPosition(n).SetLine(r.Line).
		SetTypeCode(r.Type).SetNillableAggregation(truth(r.Aggregation)).
		SetTitleText(title).SetDescriptionText(description)
	some(c.SetReferences, r.References)
	some(c.SetTitles, titles)
	some(c.SetDescriptions, descriptions)
	p.results = append(p.results, c)
	for i := range r.Documents {
		p.document(&r.Documents[i], func(c *ent.DocumentCreate) { c.SetResultID(u).SetPlace(document.PlaceResult) })
	}
	for i := range r.Indicators {
		p.indicator(u, i, &r.Indicators[i])
	}
}

func (p *places) indicator(result uuid.UUID, n int, in *iati.Indicator) {
	v := p.NewID(id.Indicator)
	title, titles := p.head(in.Title)
	description, descriptions := p.body(in.Description)
	c := p.tx.Indicator.Create().SetID(v).SetCreatedAt(p.now).SetActivityID(p.row.id).SetResultID(result).
		SetPosition(n).SetLine(in.Line).SetMeasureCode(in.Measure).SetNillableAscending(truth(in.Ascending)).
		SetNillableAggregation(truth(in.Aggregation)).
		SetTitleText(title).SetDescriptionText(description)
	some(c.SetReferences, in.References)
	some(c.SetBaselines, withoutDocuments(in.Baselines))
	some(c.SetTitles, titles)
	some(c.SetDescriptions, descriptions)
	p.indicators = append(p.indicators, c)
	for j := range in.Documents {
		p.document(&in.Documents[j], func(c *ent.DocumentCreate) { c.SetIndicatorID(v).SetPlace(document.PlaceIndicator) })
	}
	p.measured(in.Baselines, document.PlaceBaseline, func(c *ent.DocumentCreate) { c.SetIndicatorID(v) })
	for j := range in.Periods {
		period := &in.Periods[j]
		w := p.NewID(id.Period)
		c := p.tx.IndicatorPeriod.Create().SetID(w).SetCreatedAt(p.now).SetActivityID(p.row.id).SetIndicatorID(v).
			SetPosition(j).SetNillablePeriodStart(dayOf(period.Start)).SetNillablePeriodEnd(dayOf(period.End))
		some(c.SetTargets, withoutDocuments(period.Targets))
		some(c.SetActuals, withoutDocuments(period.Actuals))
		p.periods = append(p.periods, c)
		at := func(c *ent.DocumentCreate) { c.SetPeriodID(w) }
		p.measured(period.Targets, document.PlaceTarget, at)
		p.measured(period.Actuals, document.PlaceActual, at)
	}
}

// measured writes the documents of baselines, targets or actuals.
func (p *places) measured(all []iati.Measured, place document.Place, at func(*ent.DocumentCreate)) {
	for n := range all {
		for i := range all[n].Documents {
			p.document(&all[n].Documents[i], func(c *ent.DocumentCreate) {
				at(c.SetPlace(place).SetPlaceNumber(n))
			})
		}
	}
}

// withoutDocuments are the same without their documents, which have rows.
func withoutDocuments(all []iati.Measured) []iati.Measured {
	if len(all) == 0 {
		return nil
	}
	out := make([]iati.Measured, len(all))
	for i, m := range all {
		m.Documents = nil
		out[i] = m
	}
	return out
}

// dayOf is a day as iati writes it; nil if there is none.
func dayOf(text string) *date.Date { return day(date.Date(text)) }

// truth is a truth value as iati writes it; nil if there is none.
func truth(text string) *bool {
	if text == "" {
		return nil
	}
	yes := text == "1"
	return &yes
}
