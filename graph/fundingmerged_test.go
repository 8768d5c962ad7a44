package graph_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// merges merges organisations, one after the other, each into the next.
func (w *world) merges(tb testing.TB, chain ...uuid.UUID) {
	tb.Helper()
	for i, from := range chain[:len(chain)-1] {
		w.ask(tb, w.Secretariat, mergeOrganisation, vars{"in": vars{"id": from, "expectedRevision": 1, "intoId": chain[i+1]}}).ok()
	}
}

// Who named an organisation before it was merged into another one asks for that one
// now: by each condition, by the key of a row, of budgets too, in files, in saved
// tiles; through several mergers, and as many statements for one as for many.
func TestMergedOrganisationsCountAsWhatTheyWereMergedInto(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first, second, last := w.AddOrganisation(t, "First", "DONOR"), w.AddOrganisation(t, "Second", "DONOR"), w.AddOrganisation(t, "Last", "DONOR")
		a := w.ownActivity(t, "ACS-1", vars{"participants": []any{vars{"roleCode": "1", "organisationId": first}}})
		w.gives(t, a, first, "3", "100")
		w.gives(t, a, last, "3", "20")
		w.gives(t, a, w.Donor, "3", "3")
		w.flow(t, a, "1", "7", vars{"receiverId": first, "date": "2024-05-01"})
		w.publish(t, a)
		saved := w.ask(t, w.Partner, `mutation($in: CreateDashboardInput!) { createDashboard(input: $in) { dashboard { `+board+` } } }`, vars{"in": vars{
			"title": vars{"en": "Saved"}, "tiles": []any{
				vars{"title": vars{"en": "A"}, "chart": "FIGURE", "measures": []any{"SPENT"}, "filter": vars{"providerIds": []any{first}}},
				vars{"title": vars{"en": "B"}, "chart": "BAR", "groupBy": []any{"PROVIDER"}, "measures": []any{"SPENT"}, "filter": vars{"partyIds": []any{first, last}}},
			},
		}}).ok()
		tiles := saved.at("createDashboard.dashboard.id")
		if got := spent(saved, "createDashboard.dashboard"); got != "100.00" {
			t.Fatalf("before the merger the tile shows %s", got)
		}
		ask := func(v *viewer.Viewer, filter vars) map[string]string {
			t.Helper()
			got := w.sum(t, v, nil, vars{"f": filter, "by": []any{}, "m": []any{"DISBURSEMENT", "INCOMING_FUNDS"}})
			got.is("fundingSummary.notes.notConverted.0", nil)
			return got.figures()
		}
		w.merges(t, first, second, last)
		for _, v := range []*viewer.Viewer{w.Nobody, w.Partner, w.Secretariat} {
			for _, key := range []string{"providerIds", "receiverIds", "partyIds", "participantIds"} {
				asLast := ask(v, vars{key: []any{last}})
				if len(asLast) == 0 {
					t.Fatalf("%s: the last one shows nothing", key)
				}
				for what, ids := range map[string][]any{"the first": {first}, "the second": {second}, "all": {first, second, last}} {
					if got := ask(v, vars{key: ids}); !maps.Equal(got, asLast) {
						t.Errorf("%s: %s shows %v, want %v", key, what, got, asLast)
					}
					// Beside another condition the sum is not kept: flows are added up.
					if got, want := ask(v, vars{key: ids, "origin": "OWN"}), ask(v, vars{key: []any{last}, "origin": "OWN"}); len(got) == 0 || !maps.Equal(got, want) {
						t.Errorf("%s: of own activities %s shows %v, want %v", key, what, got, want)
					}
				}
			}
		}
		w.sum(t, w.Nobody, []any{"PROVIDER"}, vars{"f": vars{"providerIds": []any{first, w.Donor}}, "m": []any{"DISBURSEMENT"}}).are(map[string]string{
			id.Format(last) + ", DISBURSEMENT": "120.00", id.Format(w.Donor) + ", DISBURSEMENT": "3.00", "total, DISBURSEMENT": "123.00",
		})

		// The rows behind it, by the filter and by the key of a row as it was.
		rows := func(more vars) *answer {
			t.Helper()
			in := vars{"c": "USD", "v": "1", "in": false}
			maps.Copy(in, more)
			return w.ask(t, w.Nobody, fundingRows, in).ok()
		}
		rows(vars{"f": vars{"providerIds": []any{first}}}).is("fundingRows.totalCount", 2.0)
		rows(vars{"only": []any{vars{"dimension": "PROVIDER", "code": id.Format(second)}}}).is("fundingRows.totalCount", 2.0)
		rows(vars{"only": []any{vars{"dimension": "PROVIDER", "code": "ref:" + id.Format(second)}}}).is("fundingRows.totalCount", 0.0)
		door := w.door(t)
		link := w.ask(t, w.Nobody, exportLink, vars{"of": vars{"fundingRows": vars{"filter": vars{"receiverIds": []any{first}}}}, "format": "JSONL"}).ok().at("export.url").(string)
		if body := fetched(t, door, "nobody", link).Body.String(); len(body) == 0 {
			t.Error("the file is empty")
		}

		// A saved tile, and the partner's dashboard of the one that is left.
		shown := w.ask(t, w.Partner, `query($id: ID!) { dashboard(id: $id) { `+board+` } }`, vars{"id": tiles}).ok()
		if got := spent(shown, "dashboard"); got != "120.00" {
			t.Errorf("the saved tile shows %s", got)
		}
		shown.is("dashboard.tiles.1.summary.rows.0.keys.0.name", "Last").is("dashboard.tiles.1.summary.rowCount", 1.0)
		of := w.ask(t, w.Nobody, `query($id: ID!) { node(id: $id) { ... on Organisation { dashboard { `+board+` } } } }`, vars{"id": last}).ok()
		if got := spent(of, "node.dashboard"); got != "120.00" {
			t.Errorf("the partner's dashboard shows %s", got)
		}

		statements := func(ids ...any) int64 {
			return w.statements(func() {
				w.sum(t, w.Nobody, []any{"YEAR"}, vars{"f": vars{"providerIds": ids, "reportingOrganisationIds": ids}}).ok()
			})
		}
		if one, three := statements(last), statements(first, second, w.Donor); one != three {
			t.Errorf("%d statements for one organisation, %d for three", one, three)
		}
		tile := func(n int) int64 {
			t.Helper()
			var all []any
			for i := range n {
				all = append(all, vars{"title": vars{"en": fmt.Sprint(i)}, "chart": "FIGURE", "measures": []any{"SPENT"}, "filter": vars{"providerIds": []any{first}}})
			}
			u := w.ask(t, w.Partner, `mutation($in: CreateDashboardInput!) { createDashboard(input: $in) { dashboard { id } } }`,
				vars{"in": vars{"title": vars{"en": "Many"}, "tiles": all}}).ok().at("createDashboard.dashboard.id")
			return w.statements(func() {
				w.ask(t, w.Partner, `query($id: ID!) { dashboard(id: $id) { tiles { summary { count } } } }`, vars{"id": u}).ok()
			})
		}
		one, two, three := tile(1), tile(2), tile(3)
		if two-one != three-two {
			t.Errorf("%d statements for a tile, %d for two, %d for three", one, two, three)
		}
		if unmerged := w.statements(func() { w.sum(t, w.Nobody, nil, vars{"by": []any{}}).ok() }); two-one > unmerged {
			t.Errorf("another tile costs %d statements, a sum that names nobody %d: organisations are looked at again", two-one, unmerged)
		}
	})
}

// A source of exchange rates that there is not is a mistake, not one without rates.
func TestUnknownSourcesOfRatesAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a := w.ownActivity(t, "ACS-1", nil)
		w.flow(t, a, "3", "10", vars{"date": "2020-03-01", "value": vars{"amount": "10", "currency": "EUR"}})
		w.publish(t, a)
		const (
			summary = `query($s: String) { fundingSummary(rateSource: $s) { totals { amount } notes { notConverted { reason } } } }`
			rows    = `query($s: String) { fundingRows(rateSource: $s) { totalCount } }`
			budgets = `query($s: String) { fundingBudgets(rateSource: $s) { totalCount } }`
			single  = `query($s: String) { transactions { nodes { converted(to: "USD", source: $s) { amount notConverted } } } }`
			create  = `mutation($in: CreateDashboardInput!) { createDashboard(input: $in) { dashboard { id } } }`
		)
		source := vars{"s": "Bank"}
		if said := w.ask(t, w.Nobody, summary, source).refused("INVALID_INPUT", "rateSource").Errors[0].Message; said == "" {
			t.Error("nothing is said")
		}
		w.upload(t, w.Secretariat, ratesCSV, "World Bank", false, nil).ok()
		w.upload(t, w.Secretariat, ratesCSV, "IMF", false, nil).ok()
		for _, v := range []*viewer.Viewer{w.Nobody, w.Partner, w.Secretariat} {
			for _, query := range []string{summary, rows, budgets} {
				refused := w.ask(t, v, query, source).refused("INVALID_INPUT", "rateSource").Errors[0]
				if got := fmt.Sprint(refused.Extensions["sources"]); got != "[World Bank IMF]" {
					t.Errorf("the sources told are %s: %s", got, refused.Message)
				}
				w.ask(t, v, query, vars{"s": "IMF"}).ok()
				w.ask(t, v, query, nil).ok()
			}
			w.ask(t, v, single, source).refused("INVALID_INPUT", "source")
			w.ask(t, v, single, vars{"s": "IMF"}).ok()
			for _, of := range []string{"fundingSummary", "fundingRows", "fundingBudgets"} {
				w.ask(t, v, exportLink, vars{"of": vars{of: vars{"rateSource": "Bank"}}}).refused("INVALID_INPUT", "of."+of+".rateSource")
				w.ask(t, v, exportLink, vars{"of": vars{of: vars{"rateSource": "World Bank"}}}).ok()
			}
		}
		w.ask(t, w.Nobody, exportLink, vars{"of": vars{"fundingSummary": vars{"groupBy": []any{"YEAR", "YEAR"}}}}).refused("INVALID_INPUT", "of.fundingSummary.groupBy")
		tile := func(source string) vars {
			return vars{"title": vars{"en": "T"}, "chart": "FIGURE", "rateSource": source}
		}
		w.tells(t, func() {
			w.ask(t, w.Partner, create, vars{"in": vars{"title": vars{"en": "D"}, "tiles": []any{tile("IMF"), tile("Bank")}}}).
				refused("INVALID_INPUT", "input.tiles[1].rateSource")
		})
		w.ask(t, w.Partner, `{ dashboards { totalCount } }`, nil).ok().is("dashboards.totalCount", 0.0)
		w.ask(t, w.Partner, create, vars{"in": vars{"title": vars{"en": "D"}, "tiles": []any{tile("IMF")}}}).ok()
	})
}

// Rows are ordered by a column that they have.
func TestAnOrderNamesAColumn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a := w.ownActivity(t, "ACS-1", nil)
		w.flow(t, a, "3", "10", nil)
		w.flow(t, a, "3", "30", vars{"date": "2022-01-01"})
		by := func(measure string, measures ...any) *answer {
			in := vars{"o": vars{"field": "AMOUNT", "measure": measure, "direction": "DESC"}}
			if len(measures) > 0 {
				in["m"] = measures
			}
			return w.sum(t, w.Secretariat, []any{"YEAR"}, in)
		}
		by("SPENT", "DISBURSEMENT").refused("INVALID_INPUT", "orderBy.measure")
		by("SPENT").refused("INVALID_INPUT", "orderBy.measure")
		by("BUDGET").refused("INVALID_INPUT", "orderBy.measure")
		by("SPENT", "SPENT").ok().is("fundingSummary.rows.0.keys.0.code", "2022")
		by("DISBURSEMENT").ok().is("fundingSummary.rows.0.keys.0.code", "2022")
		by("EXPENDITURE").ok().is("fundingSummary.rowCount", 2.0)
	})
}
