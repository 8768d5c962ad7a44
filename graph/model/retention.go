package model

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/page"
)

// LegalHoldSubject is what a legal hold is on.
type LegalHoldSubject interface{ Node }

// LegalHoldConnection is a page of legal holds.
type LegalHoldConnection struct {
	*page.Connection[*ent.LegalHold]
}

// LegalHoldEdge is an entry of such a page.
type LegalHoldEdge struct{ *page.Edge[*ent.LegalHold] }

// Edges are the entries of the page with their cursors.
func (c *LegalHoldConnection) Edges(ctx context.Context) ([]*LegalHoldEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.LegalHold]) *LegalHoldEdge { return &LegalHoldEdge{e} })
}

// OfRetention is an event about a retention schedule.
type OfRetention struct{ Told }

// Schedule is what it is about.
func (o OfRetention) Schedule(ctx context.Context) (*ent.RetentionSchedule, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "RetentionSchedule", subject(id.Retention),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.RetentionSchedule, error) {
			return client.RetentionSchedule.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.RetentionSchedule) uuid.UUID { return r.ID })
}

// OfLegalHold is an event about a legal hold.
type OfLegalHold struct{ Told }

// Hold is what it is about; nil if the viewer may not see it.
func (o OfLegalHold) Hold(ctx context.Context) (*ent.LegalHold, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "LegalHold", subject(id.Hold),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.LegalHold, error) {
			return client.LegalHold.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.LegalHold) uuid.UUID { return r.ID })
}

// The events of retention and records.
type (
	RetentionSet      struct{ OfRetention }
	LegalHoldPlaced   struct{ OfLegalHold }
	LegalHoldReleased struct{ OfLegalHold }
	ThreadErased      struct{ OfThread }
	RecordMade        struct{ OfThread }
)

// IsEvent says that it is an event.
func (*RetentionSet) IsEvent() {}

// IsEvent says that it is an event.
func (*LegalHoldPlaced) IsEvent() {}

// IsEvent says that it is an event.
func (*LegalHoldReleased) IsEvent() {}

// IsEvent says that it is an event.
func (*ThreadErased) IsEvent() {}

// IsEvent says that it is an event.
func (*RecordMade) IsEvent() {}
