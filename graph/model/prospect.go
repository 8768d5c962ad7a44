package model

import (
	"context"
	"math/big"
	"slices"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/prospect"
)

// Pages of prospects.
type (
	ProspectConnection struct{ *page.Connection[*Prospect] }
	ProspectEdge       struct{ *page.Edge[*Prospect] }
)

// Edges are the entries of the page with their cursors.
func (c *ProspectConnection) Edges(ctx context.Context) ([]*ProspectEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*Prospect]) *ProspectEdge { return &ProspectEdge{e} })
}

// Prospect is a donor with the report that it stands in.
type Prospect struct {
	*prospect.Prospect
	Report *prospect.Report
}

// Total is the total of the statistics as a figure shows it.
func (p *Prospect) Total() string { return exchange.Show(p.Prospect.Total, prospect.Currency) }

// Recipients are the members that received something.
func (p *Prospect) Recipients() []string { return append([]string{}, p.Members...) }

// Years are the years of the evidence.
func (p *Prospect) Years() []*ProspectYear {
	out := make([]*ProspectYear, len(p.Prospect.Years))
	for i, y := range p.Prospect.Years {
		out[i] = &ProspectYear{y}
	}
	return out
}

// AgreementInForce says whether one of the agreements is in force.
func (p *Prospect) AgreementInForce() bool {
	return slices.ContainsFunc(p.Agreements, func(a *ent.Agreement) bool { return a.Status == agreement.StatusInForce })
}

// Score is the sum of the parts.
func (p *Prospect) Score() int { return p.Prospect.Score.Total() }

// ScoreParts are what the score is made of.
func (p *Prospect) ScoreParts() *prospect.Score { return &p.Prospect.Score }

// Evidence is what the figures are made from.
func (p *Prospect) Evidence() *ProspectEvidence {
	return &ProspectEvidence{
		Source: p.Report.Source, Members: append([]string{}, p.Report.Members...), NotReported: append([]string{}, p.Report.NotReported...),
		NotConverted: p.Report.NotConverted,
	}
}

// ProspectYear is a year of a prospect.
type ProspectYear struct{ of *prospect.Year }

// Year is the year.
func (y *ProspectYear) Year() int { return y.of.Year }

// Statistics is what statistics tell.
func (y *ProspectYear) Statistics() *string { return shown(y.of.Statistics) }

// Published is what published activities tell.
func (y *ProspectYear) Published() *string { return shown(y.of.Published) }

func shown(r *big.Rat) *string {
	if r == nil {
		return nil
	}
	s := exchange.Show(r, prospect.Currency)
	return &s
}
