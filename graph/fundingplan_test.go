package graph_test

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/budget"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

const (
	fundingBudgets = `query($f: FundingFilter, $only: [FundingKeyInput!], $m: [FundingMeasure!]!, $c: CurrencyCode, $in: Boolean!, $first: Int, $after: String) {
		fundingBudgets(filter: $f, only: $only, measures: $m, currency: $c, internal: $in, first: $first, after: $after) {
			totalCount pageInfo { hasNextPage endCursor }
			nodes { budget { id kind periodStart activity { iatiIdentifier } } leftOut counterpart { iatiIdentifier } share currency amount unrounded notConverted } } }`
	excludedBudgets = `query($f: FundingFilter, $m: [FundingMeasure!]) {
		fundingSummary(filter: $f, measures: $m) { excluded { count amounts { measure amount count }
			budgets { totalCount nodes { budget { activity { iatiIdentifier } } leftOut counterpart { iatiIdentifier } amount } } rows { totalCount } } } }`
)

// planned is an activity as published, with what stands between its title and its
// transactions.
func planned(identifier, attributes, further string) string {
	return fmt.Sprintf(`<iati-activity xml:lang="en" default-currency="USD"%s><iati-identifier>%s</iati-identifier>
<reporting-org ref="XM-PLAN" type="40"><narrative>Plan Bank</narrative></reporting-org>
<title><narrative>%s</narrative></title><description><narrative>About it</narrative></description>
<participating-org ref="XM-PLAN" role="1" type="40"><narrative>Plan Bank</narrative></participating-org>
<activity-status code="2"/><activity-date type="2" iso-date="2020-01-01"/>%s</iati-activity>`, attributes, identifier, identifier, further)
}

func inFile(activities ...string) string {
	return `<iati-activities version="2.03">` + strings.Join(activities, "\n") + "</iati-activities>"
}

// budgeted is a budget for a year, original or revised.
func budgeted(kind, year, amount string) string {
	return fmt.Sprintf(`<budget type="%s" status="1"><period-start iso-date="%s-01-01"/><period-end iso-date="%s-12-31"/><value value-date="%s-01-01">%s</value></budget>`,
		kind, year, year, year, amount)
}

// A programme, two projects of which one says so and of the other the programme
// does, one whose programme is not here, two that each call the other its programme:
// what counts was worked out by hand.
func TestBudgetsAreNotCountedTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		related := func(kind, ref string) string { return fmt.Sprintf(`<related-activity type=%q ref=%q/>`, kind, ref) }
		pays := func(amount, further string) string {
			return `<planned-disbursement type="1"><period-start iso-date="2021-03-01"/><value value-date="2021-03-01">` + amount + `</value>` + further + `</planned-disbursement>`
		}
		w.imports(t, w.Secretariat, "plans.xml", inFile(
			planned("XM-P", ` hierarchy="1"`, `<recipient-country code="JM"/>`+budgeted("1", "2020", "1000")+budgeted("1", "2021", "2000")+budgeted("2", "2021", "2500")+
				pays("500", `<receiver-org ref="XM-Q" receiver-activity-id="XM-C1"/>`)+related("2", "XM-C2")),
			planned("XM-C1", ` hierarchy="2"`, `<recipient-country code="TT"/>`+budgeted("1", "2020", "400")+budgeted("1", "2022", "70")+pays("200", "")+
				pays("9", `<receiver-org receiver-activity-id="XM-C1"><narrative>Itself</narrative></receiver-org>`)+
				`<transaction><transaction-type code="3"/><transaction-date iso-date="2020-02-01"/><value value-date="2020-02-01">33</value></transaction>`+related("1", "XM-P")),
			planned("XM-C2", ` hierarchy="2"`, budgeted("1", "2021", "300")),
			planned("XM-ORPHAN", ` hierarchy="2"`, budgeted("1", "2020", "60")+related("1", "XM-NOWHERE")),
			planned("XM-X", "", budgeted("1", "2020", "10")+related("1", "XM-Y")),
			planned("XM-Y", "", budgeted("1", "2020", "20")+related("1", "XM-X")),
			planned("XM-SISTER", "", budgeted("1", "2020", "5")+related("3", "XM-P")),
		))
		both := vars{"m": []any{"BUDGET", "PLANNED_DISBURSEMENT"}}
		all := w.sum(t, w.Nobody, []any{"YEAR"}, both).are(map[string]string{
			"2020, BUDGET": "1095.00", "2021, BUDGET": "2500.00", "2022, BUDGET": "70.00", "total, BUDGET": "3665.00",
			"2021, PLANNED_DISBURSEMENT": "209.00", "total, PLANNED_DISBURSEMENT": "209.00",
		}).is("fundingSummary.excluded.count", 4.0)
		if got := all.all("fundingSummary.excluded.amounts.*.amount"); !slices.Equal(got, []string{"2700.00", "500.00"}) {
			t.Errorf("left out are %v", got)
		}
		w.budgetsMakeFigures(t, w.Nobody, all, vars{})

		// Without its parent a child counts, and a budget is no money that moved.
		children := vars{"iatiIdentifiers": []any{"XM-C1", "XM-C2"}}
		w.sum(t, w.Nobody, []any{"YEAR"}, vars{"f": children, "m": []any{"BUDGET", "DISBURSEMENT"}}).are(map[string]string{
			"2020, BUDGET": "400.00", "2021, BUDGET": "300.00", "2022, BUDGET": "70.00", "total, BUDGET": "770.00",
			"2020, DISBURSEMENT": "33.00", "total, DISBURSEMENT": "33.00",
		}).is("fundingSummary.excluded.count", 0.0).is("fundingSummary.count", 4.0)
		w.sum(t, w.Nobody, []any{"YEAR"}, vars{"f": children}).are(map[string]string{"2020, DISBURSEMENT": "33.00", "total, DISBURSEMENT": "33.00"})

		// Along other dimensions, and with other filters.
		w.sum(t, w.Nobody, []any{"RECIPIENT_COUNTRY"}, vars{"m": []any{"BUDGET"}}).are(map[string]string{
			"JM, BUDGET": "3500.00", "TT, BUDGET": "70.00", "UNALLOCATED, BUDGET": "95.00", "total, BUDGET": "3665.00",
		})
		w.sum(t, w.Nobody, []any{"TRANSACTION_TYPE", "RECEIVER"}, both).are(map[string]string{
			"BUDGET, -, BUDGET": "3665.00", "total, BUDGET": "3665.00",
			"PLANNED_DISBURSEMENT, -, PLANNED_DISBURSEMENT": "200.00", "PLANNED_DISBURSEMENT, name:Itself, PLANNED_DISBURSEMENT": "9.00",
			"total, PLANNED_DISBURSEMENT": "209.00",
		})
		byGiver := w.sum(t, w.Nobody, []any{"PROVIDER"}, both).is("fundingSummary.rows.0.keys.0.name", "Plan Bank").is("fundingSummary.rowCount", 2.0)
		w.budgetsMakeFigures(t, w.Nobody, byGiver, vars{})
		w.sum(t, w.Nobody, nil, vars{"f": vars{"countries": []any{"TT"}, "from": "2021-06-01"}, "m": []any{"BUDGET"}}).are(map[string]string{
			"BUDGET": "70.00", "total, BUDGET": "70.00",
		})
		w.sum(t, w.Nobody, nil, vars{"f": vars{"transactionTypes": []any{"3"}}, "m": []any{"BUDGET", "DISBURSEMENT"}}).are(map[string]string{
			"DISBURSEMENT": "33.00", "total, DISBURSEMENT": "33.00",
		})

		// What is left out is listed with why, and with what counts.
		a := w.ask(t, w.Nobody, excludedBudgets, vars{"m": []any{"BUDGET", "PLANNED_DISBURSEMENT"}}).ok().is("fundingSummary.excluded.budgets.totalCount", 4.0).
			is("fundingSummary.excluded.rows.totalCount", 0.0)
		var got []string
		for _, n := range a.at("fundingSummary.excluded.budgets.nodes").([]any) {
			node := n.(map[string]any)
			of := func(v any) any { return v.(map[string]any)["iatiIdentifier"] }
			got = append(got, fmt.Sprint(of(node["budget"].(map[string]any)["activity"]), " ", node["amount"], " ", node["leftOut"], " ", of(node["counterpart"])))
		}
		slices.Sort(got)
		want := []string{"XM-C1 400.00 IN_PARENT XM-P", "XM-C2 300.00 IN_PARENT XM-P", "XM-P 2000.00 REVISED XM-P", "XM-P 500.00 PASSED_ON XM-C1"}
		if !slices.Equal(got, want) {
			t.Errorf("left out are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// A file has what the list has, and says why what is left out is.
func TestBudgetsAreExported(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.imports(t, w.Secretariat, "plans.xml", inFile(
			planned("XM-P", "", budgeted("1", "2020", "1000")), planned("XM-C", "", budgeted("1", "2020", "400")+`<related-activity type="1" ref="XM-P"/>`),
		))
		door := w.door(t)
		file := func(in vars) string {
			in["measures"] = []any{"BUDGET"}
			return fetched(t, door, "nobody", w.ask(t, w.Nobody, exportLink, vars{"of": vars{"fundingBudgets": in}}).ok().at("export.url").(string)).Body.String()
		}
		if got := file(vars{}); strings.Count(got, "\n") != 2 || !strings.Contains(got, "XM-P,") || !strings.Contains(got, ",1000,USD,,,plans,100.000000,1000,USD,,,") {
			t.Errorf("what counts is\n%s", got)
		}
		if got := file(vars{"internal": true}); strings.Count(got, "\n") != 2 || !strings.Contains(got, ",400,USD,,,plans,100.000000,400,USD,,IN_PARENT,XM-P") {
			t.Errorf("what is left out is\n%s", got)
		}
	})
}

// What keeps an activity out of the public file is told to who can mend it, in their
// language, by as many statements for one as for many.
func TestPublicationIssues(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		w.imports(t, w.Secretariat, "x.xml", inFile(planned("XM-X", "", "")))
		w.ownActivity(t, "XI-IATI-ACSDEMO-1", nil)
		const issues = `{ activities(orderBy: { field: TITLE }) { nodes { iatiIdentifier publicationIssues { rule element message } } } }`
		one := w.statements(func() { w.ask(t, w.Secretariat, issues, nil).ok() })
		w.ownActivity(t, "XI-IATI-ACSDEMO-2", vars{"countries": []any{vars{"code": "JM"}}, "sectors": []any{vars{"code": "43060"}}, "plannedStart": "2020-01-01"})
		a := w.ask(t, w.Secretariat, issues, nil).ok().is("activities.nodes.0.iatiIdentifier", "XI-IATI-ACSDEMO-1").is("activities.nodes.2.publicationIssues", nil)
		if n := len(a.at("activities.nodes.1.publicationIssues").([]any)); n != 0 {
			t.Errorf("%d issues of what is whole", n)
		}
		if m := a.at("activities.nodes.0.publicationIssues.0.message").(string); m == "" {
			t.Error("no message")
		}
		if two := w.statements(func() { w.ask(t, w.Secretariat, issues, nil).ok() }); two != one {
			t.Errorf("%d statements for one, %d for two", one, two)
		}
		if in := w.askIn(t, w.Secretariat, i18n.ES, issues, nil).ok().at("activities.nodes.0.publicationIssues.0.message"); in == a.at("activities.nodes.0.publicationIssues.0.message") {
			t.Errorf("in Spanish: %v", in)
		}
		for _, v := range []*viewer.Viewer{w.Nobody, w.Partner, w.Committee, w.Council} {
			for _, x := range w.ask(t, v, issues, nil).ok().at("activities.nodes").([]any) {
				if x.(map[string]any)["publicationIssues"] != nil {
					t.Errorf("told: %v", x)
				}
			}
		}
	})
}

// A link of a document that is no web address is for nobody to follow.
func TestDocumentsLinkToTheWeb(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		link := func(url string) string {
			return `<document-link format="text/html" url="` + url + `"><title><narrative>D</narrative></title><category code="A12"/></document-link>`
		}
		w.imports(t, w.Secretariat, "x.xml", inFile(planned("XM-X", "", link("https://example.org/a?b=1")+link("javascript:alert(1)")+link("JavaScript://example.org/%0aalert(1)")+link("data:text/html,x")+link("HTTP://example.org"))))
		a := w.ask(t, w.Nobody, `{ documents(orderBy: { field: POSITION }) { nodes { url urlPublished } } }`, nil).ok()
		for i, want := range []any{"https://example.org/a?b=1", nil, nil, nil, "HTTP://example.org"} {
			a.is(fmt.Sprint("documents.nodes.", i, ".url"), want)
		}
		a.is("documents.nodes.1.urlPublished", "javascript:alert(1)")
	})
}

// budgetsMakeFigures checks each row of a summary of budgets against the budgets
// behind it.
func (w *world) budgetsMakeFigures(tb testing.TB, v *viewer.Viewer, summary *answer, filter vars) {
	tb.Helper()
	for _, r := range summary.at("fundingSummary.rows").([]any) {
		row := r.(map[string]any)
		var only []any
		for _, k := range row["keys"].([]any) {
			key := k.(map[string]any)
			only = append(only, vars{"dimension": key["dimension"], "code": key["code"]})
		}
		for _, m := range row["amounts"].([]any) {
			amount := m.(map[string]any)
			a := w.ask(tb, v, fundingBudgets, vars{
				"f": filter, "only": only, "m": []any{amount["measure"]}, "c": summary.at("fundingSummary.currency"), "in": false, "first": 100,
			}).ok()
			sum := new(big.Rat)
			for _, x := range a.all("fundingBudgets.nodes.*.unrounded") {
				r, _ := new(big.Rat).SetString(x)
				sum.Add(sum, r)
			}
			want := new(big.Rat)
			if amount["unrounded"] != nil {
				want.SetString(amount["unrounded"].(string))
			}
			if sum.Cmp(want) != 0 || a.at("fundingBudgets.totalCount") != amount["count"] {
				tb.Errorf("%v: %s is %v of %v, its budgets make %s of %v", only, amount["measure"], amount["unrounded"], amount["count"], sum.FloatString(2), a.at("fundingBudgets.totalCount"))
			}
		}
	}
}

// A programme that one may not see does not make the budget of its project vanish.
func TestBudgetsOfHiddenParentsTellNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		parent := w.ownActivity(t, "ACS-HIDDEN", nil)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			first, last := date.Date("2020-01-01"), date.Date("2020-12-31")
			return tx.Budget.Create().SetID(w.NewID(id.Budget)).SetCreatedAt(w.Time()).SetActivityID(parent).SetKind(budget.KindBudget).SetPosition(0).SetTypeCode("1").
				SetPeriodStart(first).SetPeriodEnd(last).SetValuePublished("100").SetValueMicro(100_000_000).SetValueCurrency("USD").Exec(ctx)
		})
		w.imports(t, w.Secretariat, "child.xml", inFile(planned("XM-CHILD", "", budgeted("1", "2020", "30")+`<related-activity type="1" ref="ACS-HIDDEN"/>`)))
		m := vars{"m": []any{"BUDGET"}}
		for _, v := range []*viewer.Viewer{w.Nobody, w.Partner, w.Committee} {
			w.sum(t, v, []any{"ACTIVITY"}, m).is("fundingSummary.excluded.count", 0.0).is("fundingSummary.totals.0.amount", "30.00")
			w.ask(t, v, fundingBudgets, vars{"m": []any{"BUDGET"}, "c": "USD", "in": true}).ok().is("fundingBudgets.totalCount", 0.0)
			w.ask(t, v, fundingBudgets, vars{"m": []any{"BUDGET"}, "c": "USD", "in": false}).ok().is("fundingBudgets.totalCount", 1.0).is("fundingBudgets.nodes.0.leftOut", nil)
		}
		w.sum(t, w.Secretariat, []any{"ACTIVITY"}, m).is("fundingSummary.excluded.count", 1.0).is("fundingSummary.totals.0.amount", "100.00")
	})
}

// Statements that budgets cost follow from what is asked, not from how many there are.
func TestBudgetsCostTheSameStatements(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		file := func(n int) string {
			all := []string{planned("XM-TOP", "", budgeted("1", "2020", "1000"))}
			for i := range n {
				all = append(all, planned(fmt.Sprint("XM-", i), "", budgeted("1", "2020", "3")+`<related-activity type="1" ref="XM-TOP"/>`))
			}
			return inFile(all...)
		}
		ask := func() int64 {
			return w.statements(func() {
				w.sum(t, w.Nobody, []any{"YEAR"}, vars{"m": []any{"BUDGET", "SPENT"}}).ok()
				w.ask(t, w.Nobody, excludedBudgets, vars{"m": []any{"BUDGET"}}).ok()
			})
		}
		w.imports(t, w.Secretariat, "few.xml", file(2))
		few := ask()
		w.imports(t, w.Secretariat, "few.xml", file(15))
		if many := ask(); many != few {
			t.Errorf("%d statements for 2, %d for 15", few, many)
		}
	})
}

// An activity that its publisher does not publish any more is in no sum, unless one
// asks for it; when it comes back it counts again.
func TestMoneyOfVanishedActivities(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		pays := func(amount, to string) string {
			return `<transaction><transaction-type code="3"/><transaction-date iso-date="2020-02-01"/><value value-date="2020-02-01">` + amount + `</value>` + to + `</transaction>`
		}
		giver := planned("XM-GIVES", "", pays("100", `<receiver-org receiver-activity-id="XM-GETS"/>`))
		w.imports(t, w.Secretariat, "a.xml", inFile(giver))
		w.imports(t, w.Secretariat, "b.xml", inFile(planned("XM-GETS", "", pays("40", "")), planned("XM-STAYS", "", pays("1", ""))))
		const notes = `query($f: FundingFilter, $by: [FundingDimension!]!) { fundingSummary(filter: $f, groupBy: $by, measures: [DISBURSEMENT]) {
			totals { amount } excluded { count } notes { vanishedActivities } } }`
		is := func(f vars, by []any, total string, excluded, vanished int) {
			t.Helper()
			w.ask(t, w.Nobody, notes, vars{"f": f, "by": by}).ok().is("fundingSummary.totals.0.amount", total).is("fundingSummary.excluded.count", float64(excluded)).
				is("fundingSummary.notes.vanishedActivities", float64(vanished))
		}
		everyWay := func(total string, excluded, vanished int) {
			t.Helper()
			for _, by := range [][]any{{}, {"YEAR"}, {"PROVIDER"}, {"ACTIVITY"}, {"SDG"}} { // kept sums and added up
				is(vars{}, by, total, excluded, vanished)
			}
		}
		everyWay("41.00", 1, 0)
		w.imports(t, w.Secretariat, "b.xml", inFile(planned("XM-STAYS", "", pays("1", ""))))
		everyWay("101.00", 0, 1) // what was given to it is given to nobody here
		is(vars{"includeVanished": true}, []any{"YEAR"}, "41.00", 1, 0)
		is(vars{"datasetNames": []any{"b"}}, []any{"YEAR"}, "1.00", 0, 1)
		is(vars{"datasetNames": []any{"a"}}, []any{"YEAR"}, "100.00", 0, 0)
		w.ask(t, w.Nobody, fundingRows, vars{"f": vars{}, "c": "USD", "v": "1", "in": false}).ok().is("fundingRows.totalCount", 2.0)
		w.imports(t, w.Secretariat, "b.xml", inFile(planned("XM-GETS", "", pays("40", "")), planned("XM-STAYS", "", pays("1", ""))))
		everyWay("41.00", 1, 0)
	})
}

// An activity that two files have is lost by neither: what one drops is the other's
// from then on, whichever comes first, and it vanishes when the last one drops it.
func TestAnActivityInTwoFiles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		pays := func(amount string) string {
			return `<transaction><transaction-type code="3"/><transaction-date iso-date="2020-02-01"/><value value-date="2020-02-01">` + amount + `</value></transaction>`
		}
		moves, stays, other := planned("XM-MOVES", "", pays("9")), planned("XM-STAYS", "", pays("1")), planned("XM-OTHER", "", pays("2"))
		is := func(total string, vanished int, f vars) {
			t.Helper()
			w.ask(t, w.Nobody, `query($f: FundingFilter) { fundingSummary(filter: $f) { totals { amount } notes { vanishedActivities } } }`, vars{"f": f}).ok().
				is("fundingSummary.totals.0.amount", total).is("fundingSummary.notes.vanishedActivities", float64(vanished))
		}
		w.imports(t, w.Secretariat, "a.xml", inFile(moves, stays))
		w.imports(t, w.Secretariat, "b.xml", inFile(moves, other))
		for range 2 { // again and again: nothing flips
			if run := w.imports(t, w.Secretariat, "a.xml", inFile(stays)); run.Vanished != 0 {
				t.Errorf("%d vanished", run.Vanished)
			}
			is("12.00", 0, vars{})
			is("11.00", 0, vars{"datasetNames": []any{"b"}})
			is("1.00", 0, vars{"datasetNames": []any{"a"}})
			w.imports(t, w.Secretariat, "b.xml", inFile(moves, other))
			is("12.00", 0, vars{})
		}
		w.imports(t, w.Secretariat, "b.xml", inFile(other))
		is("3.00", 1, vars{})
		w.imports(t, w.Secretariat, "a.xml", inFile(moves, stays))
		is("12.00", 0, vars{})
	})
}

// Amounts count to the last digit, however many they have: in sums that are kept, in
// those that are added up, and in what is behind them.
func TestAmountsOfManyDigits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		pays := func(amount string) string {
			return `<transaction><transaction-type code="3"/><transaction-date iso-date="2020-02-01"/><value value-date="2020-02-01">` + amount + `</value></transaction>`
		}
		w.imports(t, w.Secretariat, "x.xml", inFile(
			planned("XM-1", "", `<recipient-country code="JM" percentage="25"/><recipient-country code="TT" percentage="75"/>`+
				pays("333.3333333")+pays("333.3333333")+pays("12000000000000")+pays("-0.0000001")+pays("1000")+pays("much")+budgeted("1", "2020", "0.0000004")),
			planned("XM-2", "", pays("0."+strings.Repeat("0", 60)+"1")),
			planned("XM-3", "", pays("0."+strings.Repeat("1", 99))), // what was cut counts nowhere
		))
		const notes = `query($by: [FundingDimension!]!, $m: [FundingMeasure!]) { fundingSummary(groupBy: $by, measures: $m) {
			totals { amount unrounded count } rows { amounts { unrounded } } notes { withoutAmount withoutDate } } }`
		for _, by := range [][]any{{}, {"YEAR"}, {"RECIPIENT_COUNTRY"}, {"ACTIVITY_STATUS"}} {
			w.ask(t, w.Nobody, notes, vars{"by": by}).ok().is("fundingSummary.totals.0.unrounded", "12000000001666.666666500000").
				is("fundingSummary.totals.0.amount", "12000000001666.67").is("fundingSummary.totals.0.count", 6.0).
				is("fundingSummary.notes.withoutAmount", 2.0).is("fundingSummary.notes.withoutDate", 0.0)
		}
		w.ask(t, w.Nobody, notes, vars{"by": []any{}, "m": []any{"BUDGET"}}).ok().is("fundingSummary.totals.0.unrounded", "0.000000400000")
		byCountry := w.sum(t, w.Nobody, []any{"RECIPIENT_COUNTRY"}, nil).ok().is("fundingSummary.rows.0.amounts.0.unrounded", "3000000000416.666666625000")
		w.rowsMakeFigures(t, w.Nobody, byCountry, vars{}, "1")
	})
}

// Rows run in one order whichever codes there are.
func TestRowsRunInOneOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var all []string
		for i, code := range []string{"9", "10", "2a", "10b", "9c", "x", "007", "7"} {
			all = append(all, planned(fmt.Sprint("XM-", i), "", `<sector vocabulary="99" vocabulary-uri="https://example.org" code="`+code+`"><narrative>S</narrative></sector>`+
				`<transaction><transaction-type code="3"/><transaction-date iso-date="2020-02-01"/><value value-date="2020-02-01">5</value></transaction>`))
		}
		w.imports(t, w.Secretariat, "x.xml", inFile(all...))
		for range 20 {
			a := w.sum(t, w.Nobody, []any{"SECTOR"}, vars{"v": "99"}).ok()
			if got := a.all("fundingSummary.rows.*.keys.0.code"); !slices.Equal(got, []string{"007", "7", "9", "10", "10b", "2a", "9c", "x"}) {
				t.Fatalf("rows are %v", got)
			}
		}
	})
}

// Policies and goals are labels: each row has all the money of its activities, and
// the totals count it once.
func TestMoneyByPoliciesAndGoals(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		marker := func(code, significance string) string {
			return fmt.Sprintf(`<policy-marker vocabulary="1" code=%q significance=%q/>`, code, significance)
		}
		tag := func(vocabulary, code string) string {
			return fmt.Sprintf(`<tag vocabulary=%q code=%q/>`, vocabulary, code)
		}
		pays := func(amount string) string {
			return `<transaction><transaction-type code="3"/><transaction-date iso-date="2020-02-01"/><value value-date="2020-02-01">` + amount + `</value></transaction>`
		}
		w.imports(t, w.Secretariat, "labels.xml", inFile(
			planned("XM-1", "", `<recipient-country code="JM" percentage="50"/><recipient-country code="TT" percentage="50"/>`+tag("2", "13")+marker("10", "2")+marker("1", "1")+pays("100")),
			planned("XM-2", "", tag("2", "13")+tag("2", "14")+marker("10", "1")+marker("1", "0")+pays("10")),
			planned("XM-3", "", tag("3", "13.1")+tag("3", "13.2")+marker("1", "0")+pays("1")),
			planned("XM-4", "", `<sector vocabulary="7" code="5"/>`+`<policy-marker vocabulary="99" vocabulary-uri="https://example.org" code="10"/>`+pays("1000")),
			planned("XM-5", "", `<sector vocabulary="7" code="13" percentage="25"/><sector vocabulary="7" code="5" percentage="75"/>`+tag("2", "1")+pays("4")),
		))
		is := func(by []any, vary vars, overlapping bool, want map[string]string) {
			t.Helper()
			in := vars{"m": []any{"DISBURSEMENT"}}
			maps.Copy(in, vary)
			a := w.sum(t, w.Nobody, by, in).are(want)
			if got := a.at("fundingSummary.overlapping"); got != overlapping {
				t.Errorf("by %v rows overlap: %v", by, got)
			}
			if len(want) == 0 {
				return
			}
			f, _ := vary["f"].(vars)
			w.rowsMakeFigures(t, w.Nobody, a, f, "1")
		}
		is([]any{"MARKER"}, nil, true, map[string]string{
			"1, DISBURSEMENT": "100.00", "10, DISBURSEMENT": "110.00", "-, DISBURSEMENT": "1005.00", "total, DISBURSEMENT": "1115.00",
		})
		is([]any{"MARKER", "MARKER_SIGNIFICANCE"}, nil, true, map[string]string{
			"1, 0, DISBURSEMENT": "11.00", "1, 1, DISBURSEMENT": "100.00", "10, 1, DISBURSEMENT": "10.00", "10, 2, DISBURSEMENT": "100.00",
			"-, -, DISBURSEMENT": "1004.00", "total, DISBURSEMENT": "1115.00",
		})
		is([]any{"MARKER", "RECIPIENT_COUNTRY"}, vars{"f": vars{"policyMarkers": vars{"codes": []any{"10"}}}}, false, map[string]string{
			"10, JM, DISBURSEMENT": "50.00", "10, TT, DISBURSEMENT": "50.00", "10, UNALLOCATED, DISBURSEMENT": "10.00", "total, DISBURSEMENT": "110.00",
		})
		is([]any{"YEAR"}, vars{"f": vars{"policyMarkers": vars{"codes": []any{"10", "1"}, "significances": []any{"0", "2"}}}}, false, map[string]string{
			"2020, DISBURSEMENT": "111.00", "total, DISBURSEMENT": "111.00",
		})
		is([]any{"YEAR"}, vars{"f": vars{"policyMarkers": vars{"codes": []any{}}}}, false, map[string]string{})
		is([]any{"SDG_NAMED"}, nil, true, map[string]string{
			"1, DISBURSEMENT": "4.00", "5, DISBURSEMENT": "1004.00", "13, DISBURSEMENT": "115.00", "14, DISBURSEMENT": "10.00", "total, DISBURSEMENT": "1115.00",
		})
		// Goals that money is split by: the only tag has all; two without percentages nothing.
		is([]any{"SDG"}, nil, false, map[string]string{
			"5, DISBURSEMENT": "1003.00", "13, DISBURSEMENT": "102.00", "UNALLOCATED, DISBURSEMENT": "10.00", "total, DISBURSEMENT": "1115.00",
		})
		is([]any{"MARKER", "SDG_NAMED"}, vars{"f": vars{"iatiIdentifiers": []any{"XM-1", "XM-2"}}}, true, map[string]string{
			"1, 13, DISBURSEMENT": "100.00", "10, 13, DISBURSEMENT": "110.00", "10, 14, DISBURSEMENT": "10.00", "total, DISBURSEMENT": "110.00",
		})
		// Names come from the lists; a sector always has a code, so that none is nothing.
		w.sum(t, w.Nobody, []any{"MARKER", "MARKER_SIGNIFICANCE"}, nil).is("fundingSummary.rows.3.keys.0.name", "Disaster Risk Reduction(DRR)").
			is("fundingSummary.rows.3.keys.1.name", "principal objective")
		w.ask(t, w.Nobody, fundingRows, vars{"only": []any{vars{"dimension": "SECTOR", "code": nil}}, "c": "USD", "v": "1", "in": false}).ok().is("fundingRows.totalCount", 0.0)
	})
}
