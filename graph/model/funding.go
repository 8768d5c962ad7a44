package model

import (
	"context"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/page"
)

// FundingRow is a transaction behind a figure.
type FundingRow struct {
	Transaction *ent.Transaction
	// Of is the query whose figure it is behind: the same for all rows of a page.
	Of *funding.Query
}

// FundingRowConnection is a page of transactions behind a figure.
type FundingRowConnection struct {
	*page.Connection[*ent.Transaction]
	Of *funding.Query
}

// FundingRowEdge is an entry of such a page.
type FundingRowEdge struct {
	*page.Edge[*ent.Transaction]
	Node *FundingRow
}

// Nodes are the entries of the page.
func (c *FundingRowConnection) Nodes(ctx context.Context) ([]*FundingRow, error) {
	rows, err := c.Connection.Nodes(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*FundingRow, len(rows))
	for i, t := range rows {
		out[i] = &FundingRow{Transaction: t, Of: c.Of}
	}
	return out, nil
}

// Edges are the entries of the page with their cursors.
func (c *FundingRowConnection) Edges(ctx context.Context) ([]*FundingRowEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Transaction]) *FundingRowEdge {
		return &FundingRowEdge{e, &FundingRow{Transaction: e.Node, Of: c.Of}}
	})
}

// FundingBudget is a budget behind a figure.
type FundingBudget struct {
	Budget *ent.Budget
	// Of is the query whose figure it is behind: the same for all rows of a page.
	Of *funding.Query
}

// FundingBudgetConnection is a page of budgets behind a figure.
type FundingBudgetConnection struct {
	*page.Connection[*ent.Budget]
	Of *funding.Query
}

// FundingBudgetEdge is an entry of such a page.
type FundingBudgetEdge struct {
	*page.Edge[*ent.Budget]
	Node *FundingBudget
}

// Nodes are the entries of the page.
func (c *FundingBudgetConnection) Nodes(ctx context.Context) ([]*FundingBudget, error) {
	rows, err := c.Connection.Nodes(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*FundingBudget, len(rows))
	for i, b := range rows {
		out[i] = &FundingBudget{Budget: b, Of: c.Of}
	}
	return out, nil
}

// Edges are the entries of the page with their cursors.
func (c *FundingBudgetConnection) Edges(ctx context.Context) ([]*FundingBudgetEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Budget]) *FundingBudgetEdge {
		return &FundingBudgetEdge{e, &FundingBudget{Budget: e.Node, Of: c.Of}}
	})
}
