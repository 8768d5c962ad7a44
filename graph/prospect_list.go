package graph

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/prospect"
	"acs-aec.org/hub/internal/viewer"
)

var msgProspects = i18n.Message{
	EN: "Prospects are for those who hold a seat or post.", ES: "Los posibles socios son para quienes ocupan un puesto.",
	FR: "Les partenaires potentiels sont pour ceux qui occupent un siège ou un poste.",
}

// prospects are the prospects that the filter admits. How many donors there are is
// bounded by the statistics, so they are sorted in memory.
func (r *Resolver) prospects(ctx context.Context, f *model.ProspectFilter, o *model.ProspectOrder, args page.Args) (*model.ProspectConnection, error) {
	if v := viewer.From(ctx); !v.IsSystem() && !v.Seated() {
		return nil, apperr.New(apperr.Forbidden, msgProspects)
	}
	if f == nil {
		f = &model.ProspectFilter{}
	}
	var minimum *big.Rat
	if f.Minimum != nil {
		micro, err := money.Parse(*f.Minimum)
		if err != nil {
			return nil, apperr.Invalid("filter.minimum", i18n.Message{
				EN: "This is no amount that can be kept exactly.", ES: "No es un importe que se pueda guardar con exactitud.", FR: "Ce n'est pas un montant qui puisse être conservé exactement.",
			})
		}
		minimum = big.NewRat(micro, money.Micro)
	}
	report, err := prospect.Find(ctx, r.client, r.funding, prospect.Query{Source: deref(f.Source), From: deref(f.FromYear), To: deref(f.ToYear), Today: r.today()})
	if err != nil {
		return nil, err
	}
	rows := []*model.Prospect{}
	for _, p := range report.Prospects {
		row := &model.Prospect{Prospect: p, Report: report}
		if (f.AgreementInForce == nil || *f.AgreementInForce == row.AgreementInForce()) && (f.Observer == nil || *f.Observer == p.Observer) &&
			(minimum == nil || p.Total.Cmp(minimum) >= 0) && (f.Recipient == nil || slices.Contains(p.Members, *f.Recipient)) &&
			(f.Text == nil || strings.Contains(searchable(p), i18n.Fold(*f.Text))) {
			rows = append(rows, row)
		}
	}
	c, err := page.Memory(r.pager, rows, prospectOrder(ctx, o), args, pageSize)
	if err != nil {
		return nil, err
	}
	return &model.ProspectConnection{Connection: c}, nil
}

// searchable is what a prospect is found by.
func searchable(p *prospect.Prospect) string {
	var names []string
	for _, d := range p.Donors {
		names = append(names, d.NameKey)
	}
	if p.Organisation != nil {
		names = append(names, p.Organisation.Folded)
	}
	return strings.Join(names, "\n")
}

func prospectOrder(ctx context.Context, o *model.ProspectOrder) page.MemoryOrder[*model.Prospect] {
	if o == nil {
		o = &model.ProspectOrder{Field: model.ProspectOrderFieldScore, Direction: model.OrderDirectionDesc}
	}
	order := page.MemoryOrder[*model.Prospect]{Desc: descending(o.Direction)}
	last := func(p *model.Prospect) string { return i18n.Fold(prospectName(ctx, p, nil)) + "\x00" + p.Key }
	switch o.Field {
	case model.ProspectOrderFieldName:
		order.Name, order.Key = "name "+string(i18n.From(ctx)), last
	case model.ProspectOrderFieldTotal:
		order.Name, order.Key = "total", func(p *model.Prospect) string { return sortable(p.Prospect.Total) + last(p) }
	default:
		order.Name, order.Key = "score", func(p *model.Prospect) string { return fmt.Sprintf("%03d ", p.Score()) + last(p) }
	}
	return order
}

// sortable is an amount as a text that sorts like it: in millionths, moved so far
// up that no amount is negative.
func sortable(r *big.Rat) string {
	up := new(big.Int).Exp(big.NewInt(10), big.NewInt(30), nil)
	n := new(big.Int).Mul(r.Num(), big.NewInt(money.Micro))
	return fmt.Sprintf("%031d ", n.Div(n, r.Denom()).Add(n, up))
}

// prospectName is the name of the organisation, or the first in statistics.
func prospectName(ctx context.Context, p *model.Prospect, in *i18n.Lang) string {
	if p.Organisation != nil {
		return p.Organisation.NameText().Speak(ctx, in)
	}
	return p.Donors[0].Name
}
