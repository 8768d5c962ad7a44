package model

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/page"
)

// OpportunityConnection is a page of funding opportunities.
type OpportunityConnection struct {
	*page.Connection[*ent.Opportunity]
}

// OpportunityEdge is an entry of such a page.
type OpportunityEdge struct{ *page.Edge[*ent.Opportunity] }

// Edges are the entries of the page with their cursors.
func (c *OpportunityConnection) Edges(ctx context.Context) ([]*OpportunityEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Opportunity]) *OpportunityEdge { return &OpportunityEdge{e} })
}

// OfOpportunity is an event about a funding opportunity.
type OfOpportunity struct{ Told }

// Opportunity is what it is about; nil if the viewer may not see it.
func (o OfOpportunity) Opportunity(ctx context.Context) (*ent.Opportunity, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Opportunity", subject(id.Opportunity),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Opportunity, error) {
			return client.Opportunity.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Opportunity) uuid.UUID { return r.ID })
}

// The events of funding opportunities.
type (
	OpportunityIdentified struct{ OfOpportunity }
	OpportunityEdited     struct{ OfOpportunity }
	OpportunityMoved      struct{ OfOpportunity }
	OpportunityClosed     struct{ OfOpportunity }
)

// IsEvent says that it is an event.
func (*OpportunityIdentified) IsEvent() {}

// IsEvent says that it is an event.
func (*OpportunityEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*OpportunityMoved) IsEvent() {}

// IsEvent says that it is an event.
func (*OpportunityClosed) IsEvent() {}

// From is the status before.
func (e *OpportunityMoved) From() opportunity.Status { return opportunity.Status(e.facts().From) }

// To is the status after.
func (e *OpportunityMoved) To() opportunity.Status { return opportunity.Status(e.facts().To) }

// From is the status before.
func (e *OpportunityClosed) From() opportunity.Status { return opportunity.Status(e.facts().From) }
