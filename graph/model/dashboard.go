package model

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/dashboard"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/page"
)

// Dashboard is a dashboard: the hub's own, or the row of a person's, whose tiles are
// read where they are asked for.
type Dashboard struct {
	Made *dashboard.Dashboard
	Row  *ent.Dashboard
}

// DashboardOf is what the package dashboard found.
func DashboardOf(d *dashboard.Dashboard) *Dashboard {
	if d == nil {
		return nil
	}
	return &Dashboard{Made: d, Row: d.Row}
}

// IsNode says that it is a node.
func (*Dashboard) IsNode() {}

// ID is its identifier.
func (d *Dashboard) ID() uuid.UUID {
	if d.Row != nil {
		return d.Row.ID
	}
	return d.Made.ID
}

// Kind says whom it is about.
func (d *Dashboard) Kind() dashboard.Kind {
	if d.Row != nil {
		return dashboard.Custom
	}
	return d.Made.Kind
}

// Heading is its title.
func (d *Dashboard) Heading() i18n.Text {
	if d.Row != nil {
		return d.Row.TitleText()
	}
	return d.Made.Heading
}

// Currency is that of its figures.
func (d *Dashboard) Currency() string {
	if d.Row != nil {
		return d.Row.Currency
	}
	return d.Made.Currency
}

// Whole is the dashboard with its tiles.
func (d *Dashboard) Whole(ctx context.Context) (*dashboard.Dashboard, error) {
	if d.Made != nil {
		return d.Made, nil
	}
	return dashboard.Of(ctx, d.Row)
}

// Country is the member state that it is about.
func (d *Dashboard) Country() *ent.Country {
	if d.Row != nil {
		return nil
	}
	return d.Made.Country
}

// Revision counts its states; nil for the hub's own.
func (d *Dashboard) Revision() *int {
	if d.Row == nil {
		return nil
	}
	return &d.Row.Revision
}

// Pages of dashboards.
type (
	DashboardConnection struct {
		*page.Connection[*ent.Dashboard]
	}
	DashboardEdge struct{ *page.Edge[*ent.Dashboard] }
)

// Node is the entry.
func (e *DashboardEdge) Node() *Dashboard { return &Dashboard{Row: e.Edge.Node} }

// Nodes are the entries of the page.
func (c *DashboardConnection) Nodes(ctx context.Context) ([]*Dashboard, error) {
	rows, err := c.Connection.Nodes(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*Dashboard, len(rows))
	for i, r := range rows {
		out[i] = &Dashboard{Row: r}
	}
	return out, nil
}

// Edges are the entries of the page with their cursors.
func (c *DashboardConnection) Edges(ctx context.Context) ([]*DashboardEdge, error) {
	return edges(ctx, c.Connection, func(e *page.Edge[*ent.Dashboard]) *DashboardEdge { return &DashboardEdge{e} })
}

// The events of dashboards.
type (
	DashboardCreated struct{ ofDashboard }
	DashboardEdited  struct{ ofDashboard }
	DashboardDeleted struct{ Told }
)

// IsEvent says that it is an event.
func (*DashboardCreated) IsEvent() {}

// IsEvent says that it is an event.
func (*DashboardEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*DashboardDeleted) IsEvent() {}

// IsViewerEvent says that it concerns one person alone.
func (*DashboardCreated) IsViewerEvent() {}

// IsViewerEvent says that it concerns one person alone.
func (*DashboardEdited) IsViewerEvent() {}

// IsViewerEvent says that it concerns one person alone.
func (*DashboardDeleted) IsViewerEvent() {}

// ID is the identifier of what it is about.
func (o DashboardDeleted) ID() uuid.UUID { return o.entry.SubjectID }

// ofDashboard is an event about a dashboard.
type ofDashboard struct{ Told }

// Dashboard is what it is about; nil if it is gone.
func (o ofDashboard) Dashboard(ctx context.Context) (*Dashboard, error) {
	client := o.entry.Client()
	row, err := batch.One(ctx, o.entry.Siblings(), o.entry, "Dashboard", subject(id.Dashboard),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Dashboard, error) {
			return client.Dashboard.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(d *ent.Dashboard) uuid.UUID { return d.ID })
	if row == nil || err != nil {
		return nil, err
	}
	return &Dashboard{Row: row}, nil
}
