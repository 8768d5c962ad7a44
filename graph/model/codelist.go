package model

import (
	"context"

	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/page"
)

// Pages of reference lists and of their codes.
type (
	CodelistConnection struct {
		*page.Connection[*codelist.List]
	}
	CodelistEdge           struct{ *page.Edge[*codelist.List] }
	CodelistItemConnection struct {
		*page.Connection[*codelist.Item]
	}
	CodelistItemEdge struct{ *page.Edge[*codelist.Item] }
)

// Edges are the entries of the page with their cursors.
func (c *CodelistConnection) Edges(ctx context.Context) ([]*CodelistEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*codelist.List]) *CodelistEdge { return &CodelistEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *CodelistItemConnection) Edges(ctx context.Context) ([]*CodelistItemEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*codelist.Item]) *CodelistItemEdge { return &CodelistItemEdge{e} })
}
