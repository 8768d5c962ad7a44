package graph_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/dashboard"
	"acs-aec.org/hub/internal/id"
)

const (
	figures = `summary { measures rows { keys { code name } amounts { amount share } count } totals { measure amount } rowCount }`
	board   = `id kind title currency revision viewerCanEdit audience organisation { name } country { iso2 } tiles { id title chart arguments ` + figures + ` }`
)

// gives records that an organisation gave money by an activity of the ACS.
func (w *world) gives(tb testing.TB, activity, donor uuid.UUID, typeCode, amount string) {
	tb.Helper()
	w.ask(tb, w.Secretariat, recordTransaction, vars{"in": vars{
		"activityId": activity, "typeCode": typeCode, "date": "2024-03-01", "value": vars{"amount": amount, "currency": "USD"}, "providerId": donor,
	}}).ok()
}

func (w *world) publish(tb testing.TB, activity uuid.UUID) {
	tb.Helper()
	a := w.ask(tb, w.Secretariat, `query($id: ID!) { node(id: $id) { ... on Activity { revision } } }`, vars{"id": activity}).ok()
	w.ask(tb, w.Secretariat, `mutation($in: PublishActivityInput!) { publishActivity(input: $in) { cursor } }`,
		vars{"in": vars{"id": activity, "expectedRevision": a.at("node.revision")}}).ok()
}

// spent is what was spent by the first tile of a dashboard.
func spent(a *answer, at string) string {
	a.tb.Helper()
	for _, t := range a.at(at + ".tiles.0.summary.totals").([]any) {
		if t := t.(map[string]any); t["measure"] == "SPENT" {
			s, _ := t["amount"].(string)
			return s
		}
	}
	return ""
}

func TestDashboardsOfTheHub(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		other := w.AddOrganisation(t, "Other donor", "DONOR")
		agency := w.AddOrganisation(t, "Agency", "AGENCY")
		public := w.ownActivity(t, "ACS-1", vars{"countries": []any{vars{"code": "JM"}}})
		hidden := w.ownActivity(t, "ACS-2", vars{"countries": []any{vars{"code": "TT"}}})
		w.gives(t, public, w.Donor, "3", "100")
		w.gives(t, hidden, w.Donor, "3", "20")
		w.gives(t, hidden, other, "3", "3")
		w.publish(t, public)

		partner := `query($id: ID!) { node(id: $id) { ... on Organisation { dashboard { ` + board + ` } } } }`
		for who, want := range map[string]string{"nobody": "100.00", "partner": "100.00", "chair": "100.00", "council": "120.00", "secretariat": "120.00"} {
			a := w.ask(t, w.Viewers()[who], partner, vars{"id": w.Donor}).ok()
			if got := spent(a, "node.dashboard"); got != want {
				t.Errorf("%s sees %s of the donor, want %s", who, got, want)
			}
			if n := len(a.at("node.dashboard.tiles").([]any)); n != 12 {
				t.Errorf("%d tiles", n)
			}
			a.is("node.dashboard.kind", "PARTNER").is("node.dashboard.title", "Donor").is("node.dashboard.viewerCanEdit", false).
				is("node.dashboard.revision", nil)
			// Another donor's unpublished figures are nowhere.
			b := w.ask(t, w.Viewers()[who], partner, vars{"id": other}).ok()
			if seen := want == "120.00"; (spent(b, "node.dashboard") != "") != seen || strings.Contains(b.raw, `"3.00"`) != seen {
				t.Errorf("%s sees of the other donor %s", who, b.raw)
			}
			c := w.ask(t, w.Viewers()[who], `{ publicPortfolio { `+board+` } }`, nil).ok()
			if got := spent(c, "publicPortfolio"); got != "100.00" || strings.Contains(c.raw, "Other donor") { // whoever looks
				t.Errorf("%s sees in the portfolio %s", who, c.raw)
			}
		}
		w.ask(t, w.Secretariat, partner, vars{"id": agency}).ok().is("node.dashboard", nil)

		for _, who := range []string{"nobody", "partner", "chair", "council"} {
			w.ask(t, w.Viewers()[who], `{ secretariatDashboard { id } }`, nil).ok().is("secretariatDashboard", nil)
		}
		a := w.ask(t, w.Secretariat, `{ secretariatDashboard { `+board+` } publicPortfolio { id } }`, nil).ok()
		secretariat := a.at("secretariatDashboard.id")
		w.ask(t, w.Council, `query($id: ID!) { dashboard(id: $id) { id } node(id: $id) { id } }`, vars{"id": secretariat}).ok().is("dashboard", nil).is("node", nil)

		// The identifiers lead back: of the portfolio, a partner, a country.
		ids := []any{a.at("publicPortfolio.id"), w.ask(t, w.Nobody, partner, vars{"id": w.Donor}).ok().at("node.dashboard.id")}
		countries := w.ask(t, w.Nobody, `{ countries { nodes { iso2 dashboard { `+board+` } } } }`, nil).ok()
		ids = append(ids, countries.at("countries.nodes.0.dashboard.id"))
		for i, kind := range []string{"PORTFOLIO", "PARTNER", "MEMBER_STATE"} {
			w.ask(t, w.Nobody, `query($id: ID!) { dashboard(id: $id) { kind } node(id: $id) { id ... on Dashboard { kind } } }`, vars{"id": ids[i]}).ok().
				is("dashboard.kind", kind).is("node.kind", kind).is("node.id", ids[i])
		}
		w.ask(t, w.Nobody, `query($id: ID!) { dashboard(id: $id) { id } }`, vars{"id": id.As(id.Dashboard, agency)}).ok().is("dashboard", nil)
		w.ask(t, w.Nobody, `query($id: ID!) { dashboard(id: $id) { id } }`, vars{"id": w.NewID(id.Dashboard)}).ok().is("dashboard", nil)

		// What a tile asks can be asked, and saved.
		tile := w.ask(t, w.Nobody, partner, vars{"id": w.Donor}).ok()
		var arguments map[string]any
		if err := json.Unmarshal([]byte(tile.at("node.dashboard.tiles.5.arguments").(string)), &arguments); err != nil {
			t.Fatal(err)
		}
		again := w.ask(t, w.Nobody, `query($filter: FundingFilter, $groupBy: [FundingDimension!]!, $measures: [FundingMeasure!], $currency: CurrencyCode) {
			fundingSummary(filter: $filter, groupBy: $groupBy, measures: $measures, currency: $currency) { rows { keys { code } amounts { amount } } } }`, vars(arguments)).ok()
		again.is("fundingSummary.rows.0.keys.0.code", "JM").is("fundingSummary.rows.0.amounts.1.amount", "100.00")
	})
}

func TestDashboardsOfPeople(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		public := w.ownActivity(t, "ACS-1", nil)
		w.gives(t, public, w.Donor, "3", "100")
		const (
			create = `mutation($in: CreateDashboardInput!) { createDashboard(input: $in) { dashboard { ` + board + ` owner { name } } eventIds cursor } }`
			edit   = `mutation($in: EditDashboardInput!) { editDashboard(input: $in) { dashboard { ` + board + ` } eventIds } }`
			remove = `mutation($in: DeleteDashboardInput!) { deleteDashboard(input: $in) { id eventIds } }`
			look   = `query($id: ID!) { dashboard(id: $id) { ` + board + ` } }`
			list   = `query($f: DashboardFilter) { dashboards(filter: $f) { totalCount nodes { title tiles { title } } } }`
		)
		tile := func(more vars) vars {
			in := vars{"title": vars{"en": "By year"}, "chart": "LINE", "groupBy": []any{"YEAR"}, "measures": []any{"SPENT"}, "filter": vars{"providerIds": []any{w.Donor}}}
			for k, v := range more {
				in[k] = v
			}
			return in
		}
		with := func(more vars) vars {
			in := vars{"title": vars{"en": "Mine", "fr": "Le mien"}, "tiles": []any{tile(nil)}}
			for k, v := range more {
				in[k] = v
			}
			return vars{"in": in}
		}
		w.tells(t, func() {
			w.ask(t, w.Nobody, create, with(nil)).refused("UNAUTHENTICATED")
			w.ask(t, w.Partner, create, with(vars{"title": vars{"en": " "}})).refused("INVALID_INPUT", "input.title")
			w.ask(t, w.Partner, create, with(vars{"tiles": []any{}})).refused("INVALID_INPUT", "input.tiles")
			w.ask(t, w.Partner, create, with(vars{"currency": "ZZZ"})).refused("INVALID_INPUT", "input.currency")
			w.ask(t, w.Partner, create, with(vars{"audience": "EVERYBODY"})).refused("FORBIDDEN", "input.audience")
			w.ask(t, w.Chair, create, with(vars{"audience": "SEATED"})).refused("FORBIDDEN", "input.audience")
			w.ask(t, w.Partner, create, with(vars{"audience": "ORGANISATION"})).refused("INVALID_INPUT", "input.organisationId")
			w.ask(t, w.Partner, create, with(vars{"organisationId": w.Donor})).refused("INVALID_INPUT", "input.organisationId")
			w.ask(t, w.Chair, create, with(vars{"audience": "ORGANISATION", "organisationId": w.Donor})).refused("INVALID_INPUT", "input.organisationId")
			w.ask(t, w.Partner, create, with(vars{"tiles": []any{tile(nil), tile(vars{"groupBy": []any{"YEAR", "YEAR"}})}})).refused("INVALID_INPUT", "input.tiles[1].groupBy")
			w.ask(t, w.Partner, create, with(vars{"tiles": []any{tile(vars{"first": 0})}})).refused("INVALID_INPUT", "input.tiles[0].first")
		})
		var a *answer
		w.tells(t, func() {
			a = w.ask(t, w.Partner, create, with(vars{"audience": "ORGANISATION", "organisationId": w.Donor, "idempotencyKey": "k"})).ok()
		}, "DashboardCreated")
		w.tells(t, func() {
			w.ask(t, w.Partner, create, with(vars{"audience": "ORGANISATION", "organisationId": w.Donor, "idempotencyKey": "k"})).ok().
				is("createDashboard.dashboard.id", a.at("createDashboard.dashboard.id"))
		})
		mine := a.at("createDashboard.dashboard.id")
		a.is("createDashboard.dashboard.kind", "CUSTOM").is("createDashboard.dashboard.viewerCanEdit", true).is("createDashboard.dashboard.revision", 1.0)

		// Whoever looks sees their own figures: the activity is not public.
		for who, want := range map[string]any{"nobody": nil, "stranger": nil, "chair": nil, "council": nil, "partner": "", "secretariat": "100.00"} {
			got := w.ask(t, w.Viewers()[who], look, vars{"id": mine}).ok()
			if want == nil {
				got.is("dashboard", nil)
			} else if sum := spent(got, "dashboard"); sum != want {
				t.Errorf("%s sees %q", who, sum)
			}
			count := 0.0
			if want != nil {
				count = 1
			}
			w.ask(t, w.Viewers()[who], list, vars{"f": vars{"text": "LE MIÉN"}}).ok().is("dashboards.totalCount", count)
		}
		if got := w.askIn(t, w.Partner, "fr", look, vars{"id": mine}).ok().at("dashboard.title"); got != "Le mien" {
			t.Errorf("in French it is called %v", got)
		}
		w.tells(t, func() {
			w.ask(t, w.Chair, edit, vars{"in": vars{"id": mine, "expectedRevision": 1, "title": vars{"en": "x"}}}).refused("NOT_FOUND")
			w.ask(t, w.Partner, edit, vars{"in": vars{"id": mine, "expectedRevision": 2, "title": vars{"en": "x"}}}).refused("CONFLICT")
			w.ask(t, w.Partner, edit, vars{"in": vars{"id": mine, "expectedRevision": 1, "audience": "EVERYBODY", "organisationId": nil}}).refused("FORBIDDEN")
			w.ask(t, w.Partner, edit, vars{"in": vars{"id": mine, "expectedRevision": 1, "tiles": []any{}}}).refused("INVALID_INPUT", "input.tiles")
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, edit, vars{"in": vars{
				"id": mine, "expectedRevision": 1, "audience": "EVERYBODY", "organisationId": nil, "currency": "EUR",
				"tiles": []any{tile(vars{"title": vars{"en": "B"}}), tile(vars{"title": vars{"en": "A"}})},
			}}).ok().
				is("editDashboard.dashboard.revision", 2.0).is("editDashboard.dashboard.tiles.0.title", "B").is("editDashboard.dashboard.currency", "EUR")
		}, "DashboardEdited")
		w.ask(t, w.Nobody, look, vars{"id": mine}).ok().is("dashboard.title", "Mine").is("dashboard.audience", "EVERYBODY")
		w.tells(t, func() {
			w.ask(t, w.Chair, remove, vars{"in": vars{"id": mine, "expectedRevision": 2}}).refused("FORBIDDEN")
			w.ask(t, w.Partner, remove, vars{"in": vars{"id": mine, "expectedRevision": 1}}).refused("CONFLICT")
		})
		w.tells(t, func() { w.ask(t, w.Partner, remove, vars{"in": vars{"id": mine, "expectedRevision": 2}}).ok() }, "DashboardDeleted")
		w.ask(t, w.Secretariat, look, vars{"id": mine}).ok().is("dashboard", nil)
		if log := w.ask(t, w.Chair, `{ eventLog(in: {everything: true}, first: 100) { envelopes { event { __typename } } } }`, nil).ok(); strings.Contains(log.raw, "Dashboard") {
			t.Error("others hear of it")
		}
		if log := w.ask(t, w.Partner, `{ eventLog(in: {everything: true}, first: 100) { envelopes { event { __typename ... on DashboardDeleted { id } } } } }`, nil).ok(); !strings.Contains(log.raw, "DashboardDeleted") {
			t.Error("its owner does not hear of it")
		}
	})
}

func TestTheFiguresOfDashboardsAreCompared(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r, err := graph.New(w.Runner)
		if err != nil {
			t.Fatal(err)
		}
		f := r.Figures()
		public := w.ownActivity(t, "ACS-1", nil)
		u := id.As(id.Dashboard, w.Donor)
		digests := func(ctx context.Context) map[uuid.UUID][32]byte {
			d, err := f.Digests(ctx, u)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		changed := func(before, after map[uuid.UUID][32]byte) (n int) {
			for tile, d := range after {
				if before[tile] != d {
					n++
				}
			}
			return n
		}
		nobody, council := w.As(t, w.Nobody), w.As(t, w.Council)
		a, b := digests(nobody), digests(council)
		w.gives(t, public, w.Donor, "3", "100")
		if c, d := changed(a, digests(nobody)), changed(b, digests(council)); c != 0 || d == 0 {
			t.Errorf("what is not published changes %d tiles for the public, %d for the Council", c, d)
		}
		w.publish(t, public)
		if c := changed(a, digests(nobody)); c == 0 {
			t.Error("what is published changes nothing")
		}
		if f.Class(w.Nobody, u) == f.Class(w.Council, u) || f.Class(w.Nobody, dashboard.PortfolioID) != f.Class(w.Council, dashboard.PortfolioID) {
			t.Error("the classes are not those of the rights")
		}
	})
}

// An empty list admits nothing, also where it was saved or sealed.
func TestEmptyListsAreKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		public := w.ownActivity(t, "ACS-1", nil)
		w.gives(t, public, w.Donor, "3", "100")
		w.publish(t, public)
		door := w.door(t)
		for _, key := range []string{"activityIds", "countries", "partyIds", "transactionTypes", "statuses", "sdgs", "currencies"} {
			filter := vars{key: []any{}}
			a := w.ask(t, w.Partner, `mutation($in: CreateDashboardInput!) { createDashboard(input: $in) { dashboard { `+board+` } } }`, vars{"in": vars{
				"title": vars{"en": key}, "tiles": []any{vars{"title": vars{"en": key}, "chart": "FIGURE", "measures": []any{"SPENT"}, "filter": filter}},
			}}).ok()
			if sum := spent(a, "createDashboard.dashboard"); sum != "" {
				t.Errorf("%s: a saved tile shows %s", key, sum)
			}
			link := w.ask(t, w.Partner, exportLink, vars{"of": vars{"fundingRows": vars{"filter": filter}}, "format": "JSONL"}).ok().at("export.url").(string)
			if rec := fetched(t, door, "partner", link); rec.Code != 200 || rec.Body.Len() != 0 {
				t.Errorf("%s: %d %s", key, rec.Code, rec.Body)
			}
		}
	})
}
