package graph_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"acs-aec.org/hub/ent/generated/ent"
)

// What each case counts was worked out by hand: A is above B, B above C, C above D; B
// has no budget, or one. Which of two says so differs from step to step.
func TestBudgetsOfAnyLevelAreNotCountedTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		parent := func(ref string) string { return fmt.Sprintf(`<related-activity type="1" ref=%q/>`, ref) }
		child := func(ref string) string { return fmt.Sprintf(`<related-activity type="2" ref=%q/>`, ref) }
		year := func(amount string) string { return budgeted("1", "2020", amount) }
		w.imports(t, w.Secretariat, "lines.xml", inFile(
			planned("XM-A", "", year("1000")+child("XM-B")), planned("XM-B", "", ""), planned("XM-C", "", year("200")+parent("XM-B")),
			planned("XM-D", "", year("30")+budgeted("1", "2023", "4")+parent("XM-C")),
			// A line whose middle has a budget too.
			planned("XM-E", "", year("5000")), planned("XM-F", "", year("500")+parent("XM-E")), planned("XM-G", "", year("50")+parent("XM-F")),
			// A circle of three, each of which says who is above it, and what is below it.
			planned("XM-X", "", year("1")+parent("XM-Y")), planned("XM-Y", "", year("2")+parent("XM-Z")), planned("XM-Z", "", year("4")+parent("XM-X")),
			planned("XM-BELOW", "", year("7")+parent("XM-X")),
			// What is above in two ways.
			planned("XM-TOP", "", year("90")), planned("XM-LEFT", "", parent("XM-TOP")), planned("XM-RIGHT", "", parent("XM-TOP")),
			planned("XM-END", "", year("9")+parent("XM-LEFT")+parent("XM-RIGHT")),
			// The levels contradict the way up.
			planned("XM-HIGH", ` hierarchy="1"`, year("300")), planned("XM-FLAT", ` hierarchy="1"`, parent("XM-HIGH")), planned("XM-LOW", ` hierarchy="2"`, year("20")+parent("XM-FLAT")),
		))
		for what, row := range map[string]struct {
			of   string
			want string // the total
			left string // what is left out, and where it counts
		}{
			"grandparent, nothing between":      {"A B C", "1000.00", "C 200.00 A"},
			"what is between is not selected":   {"A C", "1000.00", "C 200.00 A"},
			"C alone":                           {"C", "200.00", ""},
			"A is not selected":                 {"B C", "200.00", ""},
			"four levels, one year of its own":  {"A B C D", "1004.00", "C 200.00 A|D 30.00 A"},
			"three levels up, two not selected": {"A D", "1004.00", "D 30.00 A"},
			"without the top":                   {"C D", "204.00", "D 30.00 C"},
			"each level has one":                {"E F G", "5000.00", "F 500.00 E|G 50.00 E"},
			"the one between is not selected":   {"E G", "5000.00", "G 50.00 E"},
			"without the top of these":          {"F G", "500.00", "G 50.00 F"},
			"a circle":                          {"X Y Z", "7.00", ""},
			"a part of a circle":                {"X Y", "3.00", ""},
			"below a circle":                    {"X Y Z BELOW", "7.00", "BELOW 7.00 X"},
			"in two ways":                       {"TOP LEFT RIGHT END", "90.00", "END 9.00 TOP"},
			"levels that contradict":            {"HIGH FLAT LOW", "320.00", ""},
		} {
			var ids []any
			for _, s := range strings.Fields(row.of) {
				ids = append(ids, "XM-"+s)
			}
			f := vars{"iatiIdentifiers": ids}
			sum := w.sum(t, w.Nobody, nil, vars{"f": f, "m": []any{"BUDGET"}, "by": []any{}}).ok()
			if got := sum.at("fundingSummary.totals.0.amount"); got != row.want {
				t.Errorf("%s: %v, want %s", what, got, row.want)
			}
			w.budgetsMakeFigures(t, w.Nobody, sum, f)
			var got []string
			nodes := w.ask(t, w.Nobody, excludedBudgets, vars{"f": f, "m": []any{"BUDGET"}}).ok().at("fundingSummary.excluded.budgets.nodes").([]any)
			for _, n := range nodes {
				node := n.(map[string]any)
				of := func(v any) string {
					return strings.TrimPrefix(fmt.Sprint(v.(map[string]any)["iatiIdentifier"]), "XM-")
				}
				if node["leftOut"] != "IN_PARENT" {
					t.Errorf("%s: left out as %v", what, node["leftOut"])
				}
				got = append(got, fmt.Sprint(of(node["budget"].(map[string]any)["activity"]), " ", node["amount"], " ", of(node["counterpart"])))
			}
			slices.Sort(got)
			if what == "below a circle" && len(got) == 1 { // any of the three
				got[0] = got[0][:len(got[0])-1] + "X"
			}
			if strings.Join(got, "|") != row.left {
				t.Errorf("%s: left out are %v, want %s", what, got, row.left)
			}
		}
	})
}

// The way up does not lead through what one may not see, nor through what its
// publisher does not publish any more.
func TestTheWayUpLeadsThroughWhatOneSees(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		hidden := w.ownActivity(t, "ACS-BETWEEN", nil)
		top := planned("XM-TOP", "", budgeted("1", "2020", "1000")+`<related-activity type="2" ref="ACS-BETWEEN"/>`)
		w.imports(t, w.Secretariat, "lines.xml", inFile(top,
			planned("XM-END", "", budgeted("1", "2020", "30")+`<related-activity type="1" ref="ACS-BETWEEN"/>`)))
		total := func(want string) map[string]string {
			return map[string]string{"BUDGET": want, "total, BUDGET": want}
		}
		m := vars{"m": []any{"BUDGET"}, "by": []any{}}
		w.sum(t, w.Nobody, nil, m).are(total("1030.00"))
		w.sum(t, w.Partner, nil, m).are(total("1030.00"))
		w.sum(t, w.Secretariat, nil, m).are(total("1000.00"))
		w.publish(t, hidden)
		w.sum(t, w.Nobody, nil, m).are(total("1000.00"))
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Activity.UpdateOneID(hidden).SetVanishedAt(w.Time()).Exec(ctx)
		})
		w.sum(t, w.Nobody, nil, m).are(total("1030.00"))
		w.sum(t, w.Nobody, nil, vars{"m": []any{"BUDGET"}, "by": []any{}, "f": vars{"includeVanished": true}}).are(total("1000.00"))
	})
}

// Of what is left out nothing disappears: what has no rate, no date or no amount is
// told in its own currency, of flows and of budgets.
func TestWhatIsLeftOutWithoutARateIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a, b := w.ownActivity(t, "ACS-A", nil), w.ownActivity(t, "ACS-B", nil)
		gives := func(amount, currency, date string) {
			w.flow(t, a, "3", amount, vars{"receiverActivityRef": "ACS-B", "date": date, "value": vars{"amount": amount, "currency": currency}})
		}
		gives("10", "USD", "2020-05-01")
		gives("20", "EUR", "2020-05-01")
		gives("30", "EUR", "2020-06-01")
		gives("-4.5", "JMD", "2020-06-01")
		w.flow(t, a, "3", "5", vars{"value": vars{"amount": "5", "currency": "EUR"}, "date": "2020-05-01"}) // goes outside
		const query = `query($f: FundingFilter, $m: [FundingMeasure!], $c: CurrencyCode) { fundingSummary(filter: $f, measures: $m, currency: $c) {
			excluded { count withoutAmount amounts { measure currency amount count } notConverted { currency amount count reason } } notes { notConverted { currency amount count } } } }`
		got := w.ask(t, w.Secretariat, query, vars{"c": "USD"}).ok()
		at := "fundingSummary.excluded."
		got.is(at+"count", 4.0).is(at+"withoutAmount", 0.0).is(at+"amounts.0.amount", "10.00").is(at+"amounts.0.count", 1.0).is(at+"amounts.1", nil).
			is(at+"notConverted.0.currency", "EUR").is(at+"notConverted.0.amount", "50.00").is(at+"notConverted.0.count", 2.0).is(at+"notConverted.0.reason", "NO_RATE").
			is(at+"notConverted.1.currency", "JMD").is(at+"notConverted.1.amount", "-4.50").is(at+"notConverted.1.count", 1.0).is(at+"notConverted.2", nil).
			is("fundingSummary.notes.notConverted.0.amount", "5.00").is("fundingSummary.notes.notConverted.1", nil)
		w.ask(t, w.Secretariat, query, vars{"c": nil}).ok().is(at+"notConverted.0", nil).is(at+"count", 4.0).is(at+"amounts.2.currency", "USD")
		// One that does not see the two sees nothing of it; of one alone nothing is left out.
		w.ask(t, w.Nobody, query, vars{"c": "USD"}).ok().is(at+"count", 0.0).is(at+"notConverted.0", nil)
		w.ask(t, w.Secretariat, query, vars{"c": "USD", "f": vars{"activityIds": []any{a}}}).ok().is(at+"count", 0.0).is(at+"notConverted.0", nil)
		_ = b
		w.upload(t, w.Secretariat, ratesCSV, "IMF", false, nil).ok()
		w.ask(t, w.Secretariat, query, vars{"c": "USD"}).ok().is(at+"notConverted.0.currency", "JMD").is(at+"notConverted.1", nil).is(at+"amounts.0.count", 3.0)

		w.imports(t, w.Secretariat, "plans.xml", inFile(
			planned("XM-P", "", budgeted("1", "2020", "1000")),
			strings.Replace(planned("XM-C", "", budgeted("1", "2020", "400")+`<related-activity type="1" ref="XM-P"/>`), `default-currency="USD"`, `default-currency="XCG"`, 1),
		))
		w.ask(t, w.Nobody, query, vars{"c": "USD", "m": []any{"BUDGET"}}).ok().is(at+"count", 1.0).is(at+"amounts.0", nil).
			is(at+"notConverted.0.currency", "XCG").is(at+"notConverted.0.amount", "400.00")
	})
}
