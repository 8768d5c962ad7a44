package graph

import (
	"context"
	"math/big"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/page"
)

// fundingFilter hands a filter on, with the keys of a row.
func fundingFilter(in *model.FundingFilter, only []*model.FundingKeyInput) funding.Filter {
	var f funding.Filter
	if in != nil {
		f = funding.Filter{
			Activities: in.ActivityIds, Statuses: statusCodes(in.Statuses), Programmes: in.ProgrammeIds, Areas: areaCodes(in.PriorityAreas),
			Agreements: in.AgreementIds, Reporting: in.ReportingOrganisationIds, ReportingRefs: in.ReportingRefs, Participants: in.ParticipantIds,
			Datasets: in.DatasetNames, Run: in.ImportRunID, Identifiers: in.IatiIdentifiers, Text: in.Text,
			Types: in.TransactionTypes, From: in.From, To: in.To, Currencies: in.Currencies, Providers: in.ProviderIds, Receivers: in.ReceiverIds,
			Parties: in.PartyIds, Humanitarian: in.Humanitarian, Countries: in.Countries, Regions: in.Regions, Goals: in.Sdgs,
			Vanished: in.IncludeVanished,
		}
		if in.Origin != nil {
			origin := string(*in.Origin)
			f.Origin = &origin
		}
		if in.Sectors != nil {
			f.Sectors = &funding.Sectors{Vocabulary: in.Sectors.Vocabulary, Codes: in.Sectors.Codes}
		}
	}
	if in != nil && in.PolicyMarkers != nil {
		f.Markers = &funding.Markers{Codes: in.PolicyMarkers.Codes, Significances: in.PolicyMarkers.Significances}
	}
	for _, k := range only {
		f.Keys = append(f.Keys, funding.KeyOf{Dimension: k.Dimension, Code: k.Code})
	}
	return f
}

// areaCodes are priority areas as they are kept; nil for nil.
func areaCodes(in []programme.Area) []string {
	if in == nil {
		return nil
	}
	out := make([]string, len(in))
	for i, a := range in {
		out[i] = string(a)
	}
	return out
}

// fundingFirst is how many rows a summary gives; what is no number of rows is
// refused with the query.
func fundingFirst(first *int) int {
	switch {
	case first == nil:
		return fundingRowsUnsaid
	case *first < 1:
		return -1
	}
	return *first
}

// fundingRowsUnsaid is how many rows a summary gives where none are asked for.
const fundingRowsUnsaid = 100

// fundingCost is what a summary costs beside its fields: it may look at everything.
const fundingCost = 200

func fundingOrder(in *model.FundingOrder) *funding.Order {
	if in == nil {
		return nil
	}
	return &funding.Order{By: in.Field, Measure: deref(in.Measure), Desc: descending(in.Direction)}
}

// fundingRows lists the transactions behind the figures of a query.
func (r *Resolver) fundingRows(ctx context.Context, q funding.Query, internal bool, orderBy *model.TransactionOrder, args page.Args) (*model.FundingRowConnection, error) {
	conditions, err := r.funding.Conditions(ctx, q, internal)
	if err != nil {
		return nil, err
	}
	c, err := page.List(r.pager, r.client.Transaction.Source(), transactionOrder(orderBy, model.OrderDirectionDesc), args, pageSize, conditions...)
	if err != nil {
		return nil, err
	}
	return &model.FundingRowConnection{Connection: c, Of: &q}, nil
}

// flow is what a row adds, worked out once for all rows of a page.
func (r *Resolver) flow(ctx context.Context, row *model.FundingRow) (*funding.Flow, error) {
	all, err := batch.Memo(row.Transaction.Siblings(), row.Of, func(rows []*ent.Transaction) (map[uuid.UUID]*funding.Flow, error) {
		return r.funding.Flows(ctx, *row.Of, rows)
	})
	if err != nil {
		return nil, err
	}
	return all[row.Transaction.ID], nil
}

// fundingBudgets lists the budgets behind the figures of a query.
func (r *Resolver) fundingBudgets(ctx context.Context, q funding.Query, internal bool, orderBy *model.BudgetOrder, args page.Args) (*model.FundingBudgetConnection, error) {
	conditions, err := r.funding.BudgetConditions(ctx, q, internal)
	if err != nil {
		return nil, err
	}
	order := budgetOrder(orderBy, model.BudgetOrderFieldPeriodStart, model.OrderDirectionDesc)
	c, err := page.List(r.pager, r.client.Budget.Source(), order, args, pageSize, conditions...)
	if err != nil {
		return nil, err
	}
	return &model.FundingBudgetConnection{Connection: c, Of: &q}, nil
}

// budgetFlow is what a budget adds, worked out once for all rows of a page.
func (r *Resolver) budgetFlow(ctx context.Context, row *model.FundingBudget) (*funding.Flow, error) {
	all, err := batch.Memo(row.Budget.Siblings(), row.Of, func(rows []*ent.Budget) (map[uuid.UUID]*funding.Flow, error) {
		return r.funding.BudgetFlows(ctx, *row.Of, rows)
	})
	if err != nil {
		return nil, err
	}
	return all[row.Budget.ID], nil
}

// elsewhereOf are the rows of a page as the key of what is worked out for them once.
type elsewhereOf struct{ *funding.Query }

// elsewhere is why a budget is left out, worked out once for all rows of a page; nil
// where it is not.
func (r *Resolver) elsewhere(ctx context.Context, row *model.FundingBudget) (*funding.Elsewhere, error) {
	all, err := batch.Memo(row.Budget.Siblings(), elsewhereOf{row.Of}, func(rows []*ent.Budget) (map[uuid.UUID]*funding.Elsewhere, error) {
		return r.funding.Elsewhere(ctx, *row.Of, rows)
	})
	if err != nil {
		return nil, err
	}
	return all[row.Budget.ID], nil
}

// counterpartOf is the activity at the other end of a flow.
func counterpartOf(ctx context.Context, t *ent.Transaction) (*ent.Activity, error) {
	switch {
	case funding.Outgoing(t.TypeCode):
		return t.ReceiverActivity(ctx)
	case funding.Incoming(t.TypeCode):
		return t.ProviderActivity(ctx)
	}
	return nil, nil //nolint:nilnil // other flows have no such end
}

// partyActivity is the activity of who gave or received.
func partyActivity(ctx context.Context, p *model.TransactionParty) (*ent.Activity, error) {
	switch {
	case p.Of == nil || p.ActivityID == nil:
		return nil, nil //nolint:nilnil // none is stated, or it is not known here
	case p.Of.ProviderActivityID != nil && *p.Of.ProviderActivityID == *p.ActivityID:
		return p.Of.ProviderActivity(ctx)
	}
	return p.Of.ReceiverActivity(ctx)
}

// onlyType is the code of a measure of one transaction type; nil for others.
func onlyType(m funding.Measure) *string {
	if types := m.Types(); len(types) == 1 {
		return &types[0]
	}
	return nil
}

// unrounded is a sum to twelve decimals; nil for none.
func unrounded(r *big.Rat) *string {
	if r == nil {
		return nil
	}
	s := money.Rounded(r, 12)
	return &s
}

// percent is a part in per cent, to six decimals.
func percent(part *big.Rat) string {
	return money.Rounded(new(big.Rat).Mul(part, big.NewRat(100, 1)), 6)
}

// nodeOfKey is what a key is, if it is known here; nil if not.
func nodeOfKey(k *funding.Key) model.Node {
	switch {
	case k.Programme != nil:
		return k.Programme
	case k.Activity != nil:
		return k.Activity
	case k.Organisation != nil:
		return k.Organisation
	case k.Agreement != nil:
		return k.Agreement
	case k.Country != nil:
		return k.Country
	}
	return nil
}
