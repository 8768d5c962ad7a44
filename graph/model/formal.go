package model

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/page"
)

// The connections of formal traffic and their edges.
type (
	NoticeConnection              struct{ *page.Connection[*ent.Notice] }
	NoticeEdge                    struct{ *page.Edge[*ent.Notice] }
	NoticeRegisterEntryConnection struct {
		*page.Connection[*ent.NoticeRegisterEntry]
	}
	NoticeRegisterEntryEdge struct {
		*page.Edge[*ent.NoticeRegisterEntry]
	}
	InformationRequestConnection struct {
		*page.Connection[*ent.InformationRequest]
	}
	InformationRequestEdge struct {
		*page.Edge[*ent.InformationRequest]
	}
)

// Edges are the entries of the page with their cursors.
func (c *NoticeConnection) Edges(ctx context.Context) ([]*NoticeEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Notice]) *NoticeEdge { return &NoticeEdge{e} })
}

// Edges are the entries of the page with their cursors.
func (c *NoticeRegisterEntryConnection) Edges(ctx context.Context) ([]*NoticeRegisterEntryEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.NoticeRegisterEntry]) *NoticeRegisterEntryEdge {
		return &NoticeRegisterEntryEdge{e}
	})
}

// Edges are the entries of the page with their cursors.
func (c *InformationRequestConnection) Edges(ctx context.Context) ([]*InformationRequestEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.InformationRequest]) *InformationRequestEdge { return &InformationRequestEdge{e} })
}

// NoticeSubject is what a notice is about.
type NoticeSubject interface{ IsNode() }

// RequestAddressee is whom a request for information is addressed to.
type RequestAddressee interface{ IsNode() }

// The events of formal traffic.
type (
	NoticeDrafted        struct{ OfNotice }
	NoticeEdited         struct{ OfNotice }
	NoticeDiscarded      struct{ OfNotice }
	NoticeDispatched     struct{ OfNotice }
	NoticeDelivered      struct{ OfNotice }
	NoticeVoided         struct{ OfNotice }
	NoticeRecalled       struct{ OfNotice }
	NoticeOpened         struct{ OfNotice }
	NoticeAcknowledged   struct{ OfNotice }
	NoticeUnacknowledged struct{ OfNotice }

	RequestDispatched  struct{ OfRequest }
	RequestAnswered    struct{ OfRequest }
	RequestVoided      struct{ OfRequest }
	RequestOverdue     struct{ OfRequest }
	ExtensionRequested struct{ OfExtension }
	ExtensionDecided   struct{ OfExtension }
)

// OfNotice is an event about a Notice.
type OfNotice struct{ Told }

// NoticeID is the identifier of what it is about.
func (o OfNotice) NoticeID() uuid.UUID { return o.entry.SubjectID }

// Notice is what it is about; nil if the viewer may not see it.
func (o OfNotice) Notice(ctx context.Context) (*ent.Notice, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Notice", subject(id.Notice),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Notice, error) {
			return client.Notice.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Notice) uuid.UUID { return r.ID })
}

// Seat is the addressed seat.
func (o OfNotice) Seat(ctx context.Context) (*ent.Seat, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "addressed seat", func(e *ent.LogEntry) *uuid.UUID { return e.SeatID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Seat, error) {
			return client.Seat.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Seat) uuid.UUID { return r.ID })
}

// Person is who it concerns; nil if the viewer may not see who.
func (o OfNotice) Person(ctx context.Context) (*ent.Person, error) { return OfPerson(o).Person(ctx) }

// OfRequest is an event about a request for information.
type OfRequest struct{ Told }

// Request is what it is about; nil if the viewer may not see it.
func (o OfRequest) Request(ctx context.Context) (*ent.InformationRequest, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "InformationRequest", subject(id.Request),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.InformationRequest, error) {
			return client.InformationRequest.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.InformationRequest) uuid.UUID { return r.ID })
}

// OfExtension is an event about the wish for a later day.
type OfExtension struct{ Told }

// Extension is what it is about; nil if the viewer may not see it.
func (o OfExtension) Extension(ctx context.Context) (*ent.RequestExtension, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "RequestExtension", subject(id.Extension),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.RequestExtension, error) {
			return client.RequestExtension.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.RequestExtension) uuid.UUID { return r.ID })
}

// Request is the request whose day it is about; nil if the viewer may not see it.
func (o OfExtension) Request(ctx context.Context) (*ent.InformationRequest, error) {
	e, err := o.Extension(ctx)
	if err != nil || e == nil {
		return nil, err
	}
	return e.Request(ctx)
}

// IsEvent says that it is an event.
func (*NoticeDrafted) IsEvent() {}

// IsEvent says that it is an event.
func (*NoticeEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*NoticeDiscarded) IsEvent() {}

// IsEvent says that it is an event.
func (*NoticeDispatched) IsEvent() {}

// IsEvent says that it is an event.
func (*NoticeDelivered) IsEvent() {}

// IsEvent says that it is an event.
func (*NoticeVoided) IsEvent() {}

// IsEvent says that it is an event.
func (*NoticeRecalled) IsEvent() {}

// IsEvent says that it is an event.
func (*NoticeOpened) IsEvent() {}

// IsEvent says that it is an event.
func (*NoticeAcknowledged) IsEvent() {}

// IsEvent says that it is an event.
func (*NoticeUnacknowledged) IsEvent() {}

// IsEvent says that it is an event.
func (*RequestDispatched) IsEvent() {}

// IsEvent says that it is an event.
func (*RequestAnswered) IsEvent() {}

// IsEvent says that it is an event.
func (*RequestVoided) IsEvent() {}

// IsEvent says that it is an event.
func (*RequestOverdue) IsEvent() {}

// IsEvent says that it is an event.
func (*ExtensionRequested) IsEvent() {}

// IsEvent says that it is an event.
func (*ExtensionDecided) IsEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*NoticeDelivered) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*NoticeRecalled) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*NoticeOpened) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*NoticeAcknowledged) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*NoticeUnacknowledged) IsViewerEvent() {}
