package model

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/page"
)

// MeetingConnection is a page of meetings.
type MeetingConnection struct {
	*page.Connection[*ent.Meeting]
}

// MeetingEdge is an entry of such a page.
type MeetingEdge struct{ *page.Edge[*ent.Meeting] }

// Edges are the entries of the page with their cursors.
func (c *MeetingConnection) Edges(ctx context.Context) ([]*MeetingEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Meeting]) *MeetingEdge { return &MeetingEdge{e} })
}

// OfMeeting is an event about a meeting.
type OfMeeting struct{ Told }

// Meeting is what it is about; nil if the viewer may not see it.
func (o OfMeeting) Meeting(ctx context.Context) (*ent.Meeting, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Meeting", subject(id.Meeting),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Meeting, error) {
			return client.Meeting.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Meeting) uuid.UUID { return r.ID })
}

// The events of meetings.
type (
	MeetingConvened  struct{ OfMeeting }
	MeetingEdited    struct{ OfMeeting }
	MeetingOpened    struct{ OfMeeting }
	MeetingClosed    struct{ OfMeeting }
	MeetingCancelled struct{ OfMeeting }
)

// IsEvent says that it is an event.
func (*MeetingConvened) IsEvent() {}

// IsEvent says that it is an event.
func (*MeetingEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*MeetingOpened) IsEvent() {}

// IsEvent says that it is an event.
func (*MeetingClosed) IsEvent() {}

// IsEvent says that it is an event.
func (*MeetingCancelled) IsEvent() {}
