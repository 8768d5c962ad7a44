package dashboard

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/dashboard"
	"acs-aec.org/hub/ent/generated/ent/dashboardtile"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// Kind says whom a dashboard is about.
type Kind string

// The kinds.
const (
	Portfolio   Kind = "PORTFOLIO"
	Secretariat Kind = "SECRETARIAT"
	Partner     Kind = "PARTNER"
	MemberState Kind = "MEMBER_STATE"
	Custom      Kind = "CUSTOM"
)

// Chart is how a tile is shown.
type Chart = dashboardtile.Chart

// Dashboard is a set of figures, made by the hub or by a person.
type Dashboard struct {
	ID   uuid.UUID
	Kind Kind
	// Heading is the title; of a dashboard of a partner or a member state its name.
	Heading i18n.Text
	// Currency is that of the figures.
	Currency string
	Tiles    []*Tile

	// Organisation is the partner, Country the member state; nil for other kinds.
	Organisation *ent.Organisation
	Country      *ent.Country
	// Row is the dashboard of a person; nil for those that the hub makes.
	Row *ent.Dashboard
}

// Tile is one figure or chart.
type Tile struct {
	ID      uuid.UUID
	Heading i18n.Text
	Chart   Chart
	Query   funding.Query
	// Public says that its figures are those that everybody may see, whoever looks.
	Public bool

	set *batch.Set[*Tile] // all tiles of the dashboard, this one included
}

// fixed is the identifier of a dashboard of which there is one.
func fixed(what string) uuid.UUID {
	sum := sha256.Sum256([]byte("dashboard " + what))
	return id.From(id.Dashboard, time.UnixMilli(0), sum[:])
}

// The dashboards of which there is one.
var (
	PortfolioID   = fixed("public portfolio")
	SecretariatID = fixed("secretariat")
)

// OfOrganisation is the identifier of a partner's dashboard, OfCountry that of a member
// state's.
func OfOrganisation(u uuid.UUID) uuid.UUID { return id.As(id.Dashboard, u) }

// OfCountry is the identifier of a member state's dashboard.
func OfCountry(u uuid.UUID) uuid.UUID { return id.As(id.Dashboard, u) }

// Find is the dashboard with this identifier; nil if there is none that the viewer
// may see.
func Find(ctx context.Context, client *ent.Client, u uuid.UUID) (*Dashboard, error) {
	switch u {
	case PortfolioID:
		return portfolio(), nil
	case SecretariatID:
		if !viewer.From(ctx).Secretariat() {
			return nil, nil //nolint:nilnil // it is not there for others
		}
		return secretariat(), nil
	}
	row, err := client.Dashboard.Query().Where(dashboard.ID(u)).Only(ctx)
	if err == nil {
		return Of(ctx, row)
	}
	if !ent.IsNotFound(err) {
		return nil, fmt.Errorf("dashboard: read: %w", err)
	}
	o, err := client.Organisation.Get(ctx, id.As(id.Organisation, u))
	if err == nil {
		return ForOrganisation(o), nil
	}
	if !ent.IsNotFound(err) {
		return nil, fmt.Errorf("dashboard: read the organisation: %w", err)
	}
	c, err := client.Country.Query().Where(country.ID(id.As(id.Country, u))).Only(ctx)
	if err == nil {
		return ForCountry(c), nil
	}
	if !ent.IsNotFound(err) {
		return nil, fmt.Errorf("dashboard: read the country: %w", err)
	}
	return nil, nil //nolint:nilnil // there is none
}

// Of is the dashboard of a row.
func Of(ctx context.Context, row *ent.Dashboard) (*Dashboard, error) {
	rows, err := row.AllTiles(ctx)
	if err != nil {
		return nil, fmt.Errorf("dashboard: read tiles: %w", err)
	}
	d := &Dashboard{ID: row.ID, Kind: Custom, Heading: row.TitleText(), Currency: row.Currency, Row: row}
	for _, t := range rows {
		var q funding.Query
		if err := json.Unmarshal([]byte(t.Query), &q); err != nil {
			return nil, fmt.Errorf("dashboard: read the query of a tile: %w", err)
		}
		d.Tiles = append(d.Tiles, &Tile{ID: t.ID, Heading: t.TitleText(), Chart: t.Chart, Query: q})
	}
	return d.whole(), nil
}

// whole lets the tiles know each other, and gives those of the hub's identifiers.
func (d *Dashboard) whole() *Dashboard {
	set := batch.Of(d.Tiles...)
	for i, t := range d.Tiles {
		t.Query.Currency = d.Currency
		t.Public = d.Kind == Portfolio
		t.set = set
		if d.Row == nil {
			t.Query = t.Query.AsNamed() // of the organisation that was just read
			t.ID = id.As(id.Tile, d.ID)
			t.ID[15] ^= byte(i + 1) //nolint:gosec // there are few tiles
		}
	}
	return d
}

// Tile is the tile with this identifier; nil if there is none.
func (d *Dashboard) Tile(u uuid.UUID) *Tile {
	for _, t := range d.Tiles {
		if t.ID == u {
			return t
		}
	}
	return nil
}

// Summary adds the tile up for whoever looks. Organisations that were merged since
// the tile was saved are those that they were merged into: all tiles of the dashboard
// are looked at together, once.
func (t *Tile) Summary(ctx context.Context, s *funding.Service) (*funding.Summary, error) {
	asked, err := batch.Memo(t.set, "asked", func(tiles []*Tile) (map[uuid.UUID]funding.Query, error) {
		queries := make([]*funding.Query, len(tiles))
		for i, t := range tiles {
			q := t.Query
			queries[i] = &q
		}
		if err := s.Standing(ctx, queries...); err != nil {
			return nil, err
		}
		out := make(map[uuid.UUID]funding.Query, len(tiles))
		for i, t := range tiles {
			out[t.ID] = *queries[i]
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	return s.Summarise(t.Viewer(ctx), asked[t.ID])
}

// Viewer is the context in which the tile is added up.
func (t *Tile) Viewer(ctx context.Context) context.Context {
	if t.Public {
		return viewer.With(ctx, viewer.Nobody())
	}
	return ctx
}
