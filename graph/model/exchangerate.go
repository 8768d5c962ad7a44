package model

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/page"
)

// Pages of exchange rates and of their imports.
type (
	ExchangeRateConnection struct {
		*page.Connection[*ent.ExchangeRate]
	}
	ExchangeRateEdge             struct{ *page.Edge[*ent.ExchangeRate] }
	ExchangeRateImportConnection struct {
		*page.Connection[*ent.ExchangeRateImport]
	}
	ExchangeRateImportEdge struct {
		*page.Edge[*ent.ExchangeRateImport]
	}
)

// Edges are the entries of the page with their cursors.
func (c *ExchangeRateConnection) Edges(ctx context.Context) ([]*ExchangeRateEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.ExchangeRate]) *ExchangeRateEdge { return &ExchangeRateEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *ExchangeRateImportConnection) Edges(ctx context.Context) ([]*ExchangeRateImportEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.ExchangeRateImport]) *ExchangeRateImportEdge { return &ExchangeRateImportEdge{e} })
}

// ExchangeRatesImported is the event of an import that changed something.
type ExchangeRatesImported struct{ Told }

// IsEvent says that it is an event.
func (*ExchangeRatesImported) IsEvent() {}

// Import is what it is about.
func (o ExchangeRatesImported) Import(ctx context.Context) (*ent.ExchangeRateImport, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "ExchangeRateImport", subject(id.RateImport),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.ExchangeRateImport, error) {
			return client.ExchangeRateImport.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.ExchangeRateImport) uuid.UUID { return r.ID })
}

// ExchangeRateCorrected is the event of a rate that has another number now.
type ExchangeRateCorrected struct{ Told }

// IsEvent says that it is an event.
func (*ExchangeRateCorrected) IsEvent() {}

// Rate is what it is about.
func (o ExchangeRateCorrected) Rate(ctx context.Context) (*ent.ExchangeRate, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "ExchangeRate", subject(id.ExchangeRate),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.ExchangeRate, error) {
			return client.ExchangeRate.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.ExchangeRate) uuid.UUID { return r.ID })
}
