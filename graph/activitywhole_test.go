package graph_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/internal/iati/sample"
	"acs-aec.org/hub/internal/viewer"
)

const wholeActivity = `flagged vanishedAt
	budgets { totalCount nodes { id kind typeCode statusCode periodStart periodEnd value { amount currency } valuePublished valueDate currencyAssumed line activity { id } } }
	plannedDisbursements { nodes { kind value { amount } provider { ref name activityRef } receiver { ref organisation { id } } } }
	documents { totalCount nodes { id url format title titles { translations { language } } description categories languages date place placeNumber
		result { typeCode } indicator { measureCode } period { periodStart } } }
	relatedActivities { id typeCode ref activity { iatiIdentifier } }
	results { totalCount nodes { id typeCode title description aggregation references { vocabulary code uri } documents { url }
		indicators { id measureCode ascending title references { code indicatorUri } baselines { year day value locations dimensions { name value } comment { text } }
			documents { place } periods { id periodStart periodEnd targets { value comment { text } } actuals { value dimensions { value } } documents { place placeNumber } } } } }
	tags { id vocabulary code narrative uri } policyMarkers { id vocabulary code significance } conditions { id typeCode text french: text(in: "fr") }
	contacts { typeCode organisation { text } department { text } person { text } jobTitle { text } telephones emails websites addresses { lines { text } } }
	locations { ref reachCode codes { vocabulary code } name { text narratives { language text } } administrative { level code } point { system position } exactnessCode classCode featureCode }
	otherIdentifiers { ref typeCode owner { ref name { text } } }
	defaults { language currency humanitarian collaborationTypeCode flowTypeCode financeTypeCode aidTypes { vocabulary code } tiedStatusCode }
	details { publisherUpdated linkedData budgetNotProvidedCode descriptions { typeCode text { text } } dates { typeCode day notes { text } } scopeCode
		budgetItems { vocabulary items { code percentage description { text } } } humanitarianScopes { typeCode vocabulary code name { text } } capitalSpend
		legacyData { name value equivalent } crs { flags { code } terms { rate1 } status { year principalOutstanding } channelCode } fss { phaseout forecasts { year value } } }
	transactions { nodes { codes { disbursementChannelCode flowTypeCode financeTypeCode aidTypes { code } tiedStatusCode } } }`

// TestWholeActivity reads back everything that an activity has that has every
// element, as anybody.
func TestWholeActivity(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.imports(t, w.Secretariat, "full.xml", sample.Full)
		for name, v := range w.Viewers() {
			a := w.ask(t, v, `{ activities { nodes { `+wholeActivity+` } } }`, nil).ok()
			for path, want := range map[string]any{
				"flagged": false, "vanishedAt": nil,
				"budgets.totalCount": float64(2), "budgets.nodes.0.value.amount": "1000.50", "budgets.nodes.0.value.currency": "EUR",
				"budgets.nodes.1.currencyAssumed": true, "budgets.nodes.0.periodEnd": "2023-12-31", "budgets.nodes.0.statusCode": "2",
				"plannedDisbursements.nodes.0.provider.activityRef": "XM-KR-1", "plannedDisbursements.nodes.0.kind": "PLANNED_DISBURSEMENT",
				"documents.totalCount": float64(5), "documents.nodes.0.categories.1": "A04", "documents.nodes.0.languages.1": "es",
				"documents.nodes.0.title": "MoU", "documents.nodes.0.place": "ACTIVITY", "documents.nodes.1.result.typeCode": "1",
				"documents.nodes.2.indicator.measureCode": "1", "documents.nodes.4.period.periodStart": "2023-01-01",
				"relatedActivities.1.ref": "XM-KR-1", "relatedActivities.1.activity": nil,
				"results.totalCount": float64(2), "results.nodes.0.aggregation": true, "results.nodes.1.references.0.code": "R1",
				"results.nodes.0.documents.0.url":                             "http://example.org/result",
				"results.nodes.0.indicators.0.baselines.0.dimensions.0.value": "north",
				"results.nodes.0.indicators.0.baselines.0.comment.text":       "None before",
				"results.nodes.0.indicators.0.baselines.0.locations.0":        "L1",
				"results.nodes.0.indicators.0.periods.0.targets.1.value":      "4",
				"results.nodes.0.indicators.0.periods.0.actuals.0.value":      "8",
				"results.nodes.0.indicators.0.periods.0.documents.0.place":    "ACTUAL",
				"results.nodes.0.indicators.1.references.0.indicatorUri":      "http://example.org/i1",
				"results.nodes.0.indicators.1.ascending":                      nil,
				"tags.1.narrative":                                            "Caribbean Sea",
				"policyMarkers.0.significance":                                "2",
				"conditions.0.french":                                         "Politique",
				"contacts.0.addresses.0.lines.text":                           "Port of Spain",
				"contacts.0.emails.0":                                         "office@example.org",
				"locations.0.point.position":                                  "17.99 -76.79",
				"locations.0.name.narratives.0.language":                      "en",
				"otherIdentifiers.0.owner.name.text":                          "Old",
				"defaults.aidTypes.0.code":                                    "C01",
				"defaults.collaborationTypeCode":                              "8",
				"details.dates.1.notes.text":                                  "After the rains",
				"details.descriptions.1.typeCode":                             "2",
				"details.budgetItems.items.0.description.text":                "Half",
				"details.crs.status.principalOutstanding":                     "1500000",
				"details.fss.forecasts.0.value":                               "3000000",
				"details.capitalSpend":                                        "12.5",
				"transactions.nodes.0.codes.disbursementChannelCode":          "1",
				"transactions.nodes.1.codes.disbursementChannelCode":          "",
			} {
				a.is("activities.nodes.0."+path, want)
			}
			if t.Failed() {
				t.Fatalf("as %s", name)
			}
		}
		all := w.ask(t, w.Nobody, `{ budgets(filter: { kind: BUDGET, from: "2024-01-01" }) { totalCount nodes { value { amount } } }
			documents(filter: { category: "A09" }) { totalCount nodes { id title } } results(filter: { typeCode: ["2"] }) { nodes { id title } }
			big: budgets(orderBy: { field: VALUE, direction: DESC }, first: 1) { nodes { id value { amount } } }
			right: activities(filter: { hasErrors: false, vanished: false }) { totalCount } wrong: activities(filter: { hasErrors: true }) { totalCount } }`, nil).ok()
		all.is("budgets.totalCount", float64(1)).is("budgets.nodes.0.value.amount", "2000").is("documents.totalCount", float64(1)).
			is("results.nodes.0.title", "Beaches kept").is("big.nodes.0.value.amount", "2000").is("right.totalCount", float64(1)).is("wrong.totalCount", float64(0))
		for _, path := range []string{"documents.nodes.0.id", "results.nodes.0.id", "big.nodes.0.id"} {
			w.ask(t, w.Nobody, `query($i: ID!) { node(id: $i) { __typename id } }`, vars{"i": all.id(path)}).ok().is("node.id", all.at(path))
		}
	})
}

// TestWholeActivitiesCostTheSame shows that how many statements are read does not
// depend on how much there is.
func TestWholeActivitiesCostTheSame(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		cost := func() int64 {
			return w.statements(func() { w.ask(t, w.Nobody, `{ activities { nodes { `+wholeActivity+` } } }`, nil).ok() })
		}
		w.imports(t, w.Secretariat, "full.xml", sample.Full)
		one := cost()
		body := sample.Full[strings.Index(sample.Full, "<iati-activity "):strings.LastIndex(sample.Full, "</iati-activities>")]
		var b strings.Builder
		b.WriteString(`<iati-activities version="2.03">`)
		for n := range 12 {
			b.WriteString(strings.ReplaceAll(body, "XM-ACS-FULL-1", fmt.Sprintf("XM-ACS-FULL-1%d", n)))
		}
		b.WriteString("</iati-activities>")
		w.imports(t, w.Secretariat, "many.xml", b.String())
		if many := cost(); many != one {
			t.Errorf("%d statements for one, %d for thirteen", one, many)
		}
	})
}

// TestHiddenActivitiesHideWhatBelongsToThem shows that an own activity that is not
// public hides all that it has, from lists, counts and nodes.
func TestHiddenActivitiesHideWhatBelongsToThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.imports(t, w.Secretariat, "full.xml", sample.Full)
		ids := w.ask(t, w.Nobody, `{ activities { nodes { id budgets { nodes { id } } documents { nodes { id } } relatedActivities { id } tags { id } policyMarkers { id }
			conditions { id } results { nodes { id indicators { id periods { id } } } } } } }`, nil).ok()
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Activity.Update().SetPublished(false).Modify(func(u *sql.UpdateBuilder) { u.Set(activity.FieldOrigin, "OWN") }).Exec(ctx)
		})
		paths := []string{
			"id", "budgets.nodes.0.id", "documents.nodes.0.id", "relatedActivities.0.id", "tags.0.id", "policyMarkers.0.id", "conditions.0.id",
			"results.nodes.0.id", "results.nodes.0.indicators.0.id", "results.nodes.0.indicators.0.periods.0.id",
		}
		for name, v := range w.Viewers() {
			may := v == w.Secretariat || w.seesAll(v)
			for _, p := range paths {
				got := w.ask(t, v, `query($i: ID!) { node(id: $i) { id } }`, vars{"i": ids.id("activities.nodes.0." + p)}).ok()
				if (got.at("node") != nil) != may {
					t.Errorf("%s: %s is %v", name, p, got.at("node"))
				}
			}
			n := w.ask(t, v, `{ budgets { totalCount } documents(filter: { category: "A09" }) { totalCount } results { totalCount } }`, nil).ok()
			if (n.at("budgets.totalCount") != float64(0)) != may || (n.at("documents.totalCount") != float64(0)) != may || (n.at("results.totalCount") != float64(0)) != may {
				t.Errorf("%s counts %v %v %v", name, n.at("budgets.totalCount"), n.at("documents.totalCount"), n.at("results.totalCount"))
			}
		}
	})
}

// seesAll says whether the viewer sees activities that are not public.
func (w *world) seesAll(v *viewer.Viewer) bool {
	return v.Sits(viewer.Council) || v.Sits(viewer.ExecutiveBureau)
}
