package model

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/page"
)

// Pages of aid statistics and of their donors.
type (
	AidStatisticConnection struct {
		*page.Connection[*ent.AidStatistic]
	}
	AidStatisticEdge   struct{ *page.Edge[*ent.AidStatistic] }
	AidDonorConnection struct {
		*page.Connection[*ent.AidDonor]
	}
	AidDonorEdge struct{ *page.Edge[*ent.AidDonor] }
)

// Edges are the entries of the page with their cursors.
func (c *AidStatisticConnection) Edges(ctx context.Context) ([]*AidStatisticEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.AidStatistic]) *AidStatisticEdge { return &AidStatisticEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *AidDonorConnection) Edges(ctx context.Context) ([]*AidDonorEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.AidDonor]) *AidDonorEdge { return &AidDonorEdge{e} })
}

// AidDonorLinked is the event of a donor that is said to be an organisation.
type AidDonorLinked struct{ Told }

// IsEvent says that it is an event.
func (*AidDonorLinked) IsEvent() {}

// Donor is what it is about.
func (o AidDonorLinked) Donor(ctx context.Context) (*ent.AidDonor, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "AidDonor", subject(id.AidDonor),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.AidDonor, error) {
			return client.AidDonor.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(d *ent.AidDonor) uuid.UUID { return d.ID })
}
