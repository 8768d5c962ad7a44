package dashboard

import (
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/dashboardtile"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/i18n"
)

// The dashboards that the hub makes. Those of partners ask only for what is kept
// added up: money of one party by year, type and one more dimension.

// standard is the currency of the hub's own dashboards.
const standard = "USD"

func heading(m i18n.Message) i18n.Text {
	return i18n.Text{Authentic: i18n.EN, EN: m.EN, ES: m.ES, FR: m.FR}
}

func tile(m i18n.Message, c Chart, q funding.Query) *Tile {
	return &Tile{Heading: heading(m), Chart: c, Query: q}
}

// Measures that stand together.
var (
	given    = []funding.Measure{funding.OutgoingPledge, funding.OutgoingCommitment, funding.Spent}
	received = []funding.Measure{funding.IncomingPledge, funding.IncomingCommitment, funding.IncomingFunds}
	moved    = []funding.Measure{funding.OutgoingCommitment, funding.Spent}
)

// mostBars is how many bars a chart has; the rest is told together.
const mostBars = 20

func largest(m funding.Measure) *funding.Order {
	return &funding.Order{By: funding.ByAmount, Measure: m, Desc: true}
}

// by asks for the money of the filter by dimensions.
func by(f funding.Filter, measures []funding.Measure, d ...funding.Dimension) funding.Query {
	return funding.Query{Filter: f, GroupBy: d, Measures: measures}
}

// top asks for the largest rows.
func top(f funding.Filter, measures []funding.Measure, d ...funding.Dimension) funding.Query {
	q := by(f, measures, d...)
	q.Order, q.First = largest(measures[len(measures)-1]), mostBars
	return q
}

// Titles that several dashboards have.
var (
	inAll      = i18n.Message{EN: "Pledged, committed and spent", ES: "Prometido, comprometido y gastado", FR: "Promis, engagé et dépensé"}
	byYear     = i18n.Message{EN: "By year", ES: "Por año", FR: "Par année"}
	byCountry  = i18n.Message{EN: "By country", ES: "Por país", FR: "Par pays"}
	byArea     = i18n.Message{EN: "By priority area", ES: "Por área prioritaria", FR: "Par domaine prioritaire"}
	bySector   = i18n.Message{EN: "By sector", ES: "Por sector", FR: "Par secteur"}
	byCategory = i18n.Message{EN: "By group of sectors", ES: "Por grupo de sectores", FR: "Par groupe de secteurs"}
	byDonor    = i18n.Message{EN: "By donor", ES: "Por donante", FR: "Par bailleur de fonds"}
	byAccord   = i18n.Message{EN: "By agreement", ES: "Por acuerdo", FR: "Par accord"}
	byPlan     = i18n.Message{EN: "By programme", ES: "Por programa", FR: "Par programme"}
	byType     = i18n.Message{EN: "Every kind of money", ES: "Todas las clases de dinero", FR: "Toutes les sortes d'argent"}
	largestOf  = i18n.Message{EN: "Largest activities", ES: "Actividades mayores", FR: "Plus grandes activités"}
)

// portfolio is what everybody sees without signing in.
func portfolio() *Dashboard {
	var all funding.Filter
	d := &Dashboard{
		ID: PortfolioID, Kind: Portfolio, Currency: standard,
		Heading: heading(i18n.Message{EN: "Public portfolio", ES: "Cartera pública", FR: "Portefeuille public"}),
		Tiles: []*Tile{
			tile(inAll, dashboardtile.ChartFigure, by(all, given)),
			tile(byYear, dashboardtile.ChartLine, by(all, moved, funding.Year)),
			tile(byArea, dashboardtile.ChartBar, by(all, moved, funding.Area)),
			tile(byCountry, dashboardtile.ChartMap, by(all, moved, funding.Country)),
			tile(byDonor, dashboardtile.ChartBar, top(all, moved, funding.Provider)),
			tile(bySector, dashboardtile.ChartPie, top(all, moved, funding.SectorOf)),
			tile(byPlan, dashboardtile.ChartTable, by(all, moved, funding.Programme)),
			tile(largestOf, dashboardtile.ChartTable, top(all, moved, funding.Activity)),
		},
	}
	return d.whole()
}

// secretariat is what the Secretariat works with: everything, published or not.
func secretariat() *Dashboard {
	own := "OWN"
	all, ours := funding.Filter{}, funding.Filter{Origin: &own}
	d := &Dashboard{
		ID: SecretariatID, Kind: Secretariat, Currency: standard,
		Heading: heading(i18n.Message{EN: "Resource mobilisation", ES: "Movilización de recursos", FR: "Mobilisation des ressources"}),
		Tiles: []*Tile{
			tile(i18n.Message{EN: "The ACS's own money in", ES: "Ingresos propios de la AEC", FR: "Recettes propres de l'AEC"}, dashboardtile.ChartFigure, by(ours, received)),
			tile(i18n.Message{EN: "The ACS's own money out", ES: "Salidas propias de la AEC", FR: "Dépenses propres de l'AEC"}, dashboardtile.ChartFigure, by(ours, given)),
			tile(i18n.Message{EN: "The ACS's own money by status", ES: "Dinero propio por estado", FR: "Argent propre par état"}, dashboardtile.ChartTable, by(ours, moved, funding.Status)),
			tile(byType, dashboardtile.ChartTable, by(all, nil, funding.TransactionType)),
			tile(byYear, dashboardtile.ChartLine, by(all, moved, funding.Year)),
			tile(byArea, dashboardtile.ChartBar, by(all, moved, funding.Area)),
			tile(byPlan, dashboardtile.ChartTable, by(all, moved, funding.Programme)),
			tile(byAccord, dashboardtile.ChartTable, by(all, moved, funding.Agreement)),
			tile(byDonor, dashboardtile.ChartBar, top(all, moved, funding.Provider)),
			tile(byCountry, dashboardtile.ChartMap, by(all, moved, funding.Country)),
			tile(bySector, dashboardtile.ChartBar, top(all, moved, funding.SectorOf)),
			tile(byCategory, dashboardtile.ChartPie, by(all, moved, funding.SectorCategory)),
		},
	}
	return d.whole()
}

// IsPartner says whether an organisation has a dashboard of its own: an active donor
// or partner has.
func IsPartner(o *ent.Organisation) bool {
	return o != nil && o.Status == organisation.StatusActive && (slices.Contains(o.Kinds, "DONOR") || slices.Contains(o.Kinds, "PARTNER"))
}

// ForOrganisation is the dashboard of a donor or partner; nil for others.
func ForOrganisation(o *ent.Organisation) *Dashboard {
	if !IsPartner(o) {
		return nil
	}
	gives, gets := funding.Filter{Providers: []uuid.UUID{o.ID}}, funding.Filter{Receivers: []uuid.UUID{o.ID}}
	d := &Dashboard{
		ID: OfOrganisation(o.ID), Kind: Partner, Currency: standard, Heading: o.NameText(), Organisation: o,
		Tiles: []*Tile{
			tile(i18n.Message{EN: "Given: pledged, committed and spent", ES: "Dado: prometido, comprometido y gastado", FR: "Donné : promis, engagé et dépensé"}, dashboardtile.ChartFigure, by(gives, given)),
			tile(i18n.Message{EN: "Received", ES: "Recibido", FR: "Reçu"}, dashboardtile.ChartFigure, by(gets, received)),
			tile(byType, dashboardtile.ChartTable, by(gives, nil, funding.TransactionType)),
			tile(byYear, dashboardtile.ChartLine, by(gives, given, funding.Year)),
			tile(i18n.Message{EN: "Received by year", ES: "Recibido por año", FR: "Reçu par année"}, dashboardtile.ChartLine, by(gets, received, funding.Year)),
			tile(byCountry, dashboardtile.ChartMap, by(gives, moved, funding.Country)),
			tile(i18n.Message{EN: "Spent by country and year", ES: "Gastado por país y año", FR: "Dépensé par pays et année"}, dashboardtile.ChartStackedBar, by(gives, moved[1:], funding.Country, funding.Year)),
			tile(byArea, dashboardtile.ChartBar, by(gives, moved, funding.Area)),
			tile(bySector, dashboardtile.ChartBar, top(gives, moved, funding.SectorOf)),
			tile(byCategory, dashboardtile.ChartPie, by(gives, moved, funding.SectorCategory)),
			tile(byPlan, dashboardtile.ChartTable, by(gives, moved, funding.Programme)),
			tile(byAccord, dashboardtile.ChartTable, by(gives, moved, funding.Agreement)),
		},
	}
	return d.whole()
}

// ForCountry is the dashboard of a country: what is for it.
func ForCountry(c *ent.Country) *Dashboard {
	to := funding.Filter{Countries: []string{c.Iso2}}
	d := &Dashboard{
		ID: OfCountry(c.ID), Kind: MemberState, Currency: standard, Heading: c.NameText(), Country: c,
		Tiles: []*Tile{
			tile(inAll, dashboardtile.ChartFigure, by(to, given)),
			tile(byYear, dashboardtile.ChartLine, by(to, moved, funding.Year)),
			tile(byDonor, dashboardtile.ChartBar, top(to, moved, funding.Provider)),
			tile(byArea, dashboardtile.ChartBar, by(to, moved, funding.Area)),
			tile(bySector, dashboardtile.ChartBar, top(to, moved, funding.SectorOf)),
			tile(byPlan, dashboardtile.ChartTable, by(to, moved, funding.Programme)),
			tile(byAccord, dashboardtile.ChartTable, by(to, moved, funding.Agreement)),
			tile(largestOf, dashboardtile.ChartTable, top(to, moved, funding.Activity)),
		},
	}
	return d.whole()
}
