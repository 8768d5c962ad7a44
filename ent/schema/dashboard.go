package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// Dashboard is a named set of figures that somebody put together. Those that the
// hub makes by itself, for each donor and member state, are no rows.
type Dashboard struct{ ent.Schema }

// Mixin of Dashboard.
func (Dashboard) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of Dashboard.
func (Dashboard) Fields() []ent.Field {
	return append([]ent.Field{
		must("owner_id"),
		// Who may look at it beside its owner and the Secretariat. Its figures are those
		// that whoever looks may see.
		field.Enum("audience").NamedValues("Owner", "OWNER", "Organisation", "ORGANISATION", "Seated", "SEATED", "Everybody", "EVERYBODY").Default("OWNER"),
		ref("organisation_id"),
		// The currency of its figures.
		field.String("currency").Default("USD").Match(currencyCode),
	}, heading("title", 200)...)
}

// Edges of Dashboard.
func (Dashboard) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("owner", Person.Type).Field("owner_id").Unique().Required(),
		edge.To("organisation", Organisation.Type).Field("organisation_id").Unique(),
		edge.To("tiles", DashboardTile.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Indexes of Dashboard.
func (Dashboard) Indexes() []ent.Index {
	return []ent.Index{index.Fields("owner_id", "id"), index.Fields("organisation_id")}
}

// Annotations of Dashboard.
func (Dashboard) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("audience", "OWNER", "ORGANISATION", "SEATED", "EVERYBODY"),
		map[string]string{"for_an_organisation": "audience <> 'ORGANISATION' OR organisation_id IS NOT NULL"},
	)}
}

// Policy of Dashboard.
func (Dashboard) Policy() ent.Policy { return access.Policy(access.Dashboards) }

// DashboardTile is a saved query with the chart that shows it.
type DashboardTile struct{ ent.Schema }

// Mixin of DashboardTile.
func (DashboardTile) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of DashboardTile.
func (DashboardTile) Fields() []ent.Field {
	return append([]ent.Field{
		must("dashboard_id"),
		field.Int("position").NonNegative(),
		field.Enum("chart").NamedValues("Figure", "FIGURE", "Bar", "BAR", "StackedBar", "STACKED_BAR", "Line", "LINE", "Pie", "PIE", "Map", "MAP", "Table", "TABLE"),
		// What it asks: a funding.Query as JSON.
		field.Text("query").MaxRuneLen(20_000),
	}, text("title", 200)...)
}

// Edges of DashboardTile.
func (DashboardTile) Edges() []ent.Edge {
	return []ent.Edge{edge.From("dashboard", Dashboard.Type).Ref("tiles").Field("dashboard_id").Unique().Required()}
}

// Indexes of DashboardTile.
func (DashboardTile) Indexes() []ent.Index {
	return []ent.Index{index.Fields("dashboard_id", "position").Unique()}
}

// Annotations of DashboardTile.
func (DashboardTile) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(among("chart", "FIGURE", "BAR", "STACKED_BAR", "LINE", "PIE", "MAP", "TABLE"))}
}

// Policy of DashboardTile.
func (DashboardTile) Policy() ent.Policy { return access.Policy(access.OfDashboard) }
