package graph_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A list with amounts ends, in a spreadsheet, with a row of totals for each currency,
// exact, of what whoever fetches it may see.
func TestListsInSpreadsheetsHaveTotals(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.upload(t, w.Secretariat, ratesCSV, "IMF", false, nil).ok()
		public, hidden := w.ownActivity(t, "ACS-1", nil), w.ownActivity(t, "ACS-2", nil)
		pays := func(of any, amount, currency string) {
			w.ask(t, w.Secretariat, recordTransaction, vars{"in": vars{
				"activityId": of, "typeCode": "3", "date": "2020-03-01", "value": vars{"amount": amount, "currency": currency},
			}}).ok()
		}
		pays(public, "0.1", "USD")
		pays(public, "0.2", "USD")
		pays(public, "-5", "EUR")
		pays(public, "7.000001", "JMD") // without a rate
		pays(hidden, "1000", "USD")
		w.publish(t, public)
		w.imports(t, w.Secretariat, "plans.xml", inFile(planned("XM-P", "", budgeted("1", "2020", "1000.25"))))
		door := w.door(t)
		// totals are the rows of totals of a spreadsheet: the cells of these columns.
		totals := func(who string, of vars, columns ...string) []string {
			t.Helper()
			link := w.ask(t, w.Viewers()[who], exportLink, vars{"of": of, "format": "XLSX"}).ok().at("export.url").(string)
			f, err := excelize.OpenReader(bytes.NewReader(fetched(t, door, who, link).Body.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			rows, err := f.GetRows(f.GetSheetList()[0], excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, row := range rows[1:] {
				if !strings.HasPrefix(row[0], "Total") {
					continue
				}
				line := []string{row[0]}
				for _, c := range columns {
					for i, name := range rows[0] {
						if name == c && i < len(row) {
							line = append(line, row[i])
						}
					}
				}
				out = append(out, strings.Join(line, " "))
			}
			return out
		}
		is := func(what string, got []string, want ...string) {
			t.Helper()
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: the totals are %q, want %q", what, got, want)
			}
		}
		own := vars{"origin": "OWN"}
		for who, usd := range map[string]string{"nobody": "0.3", "partner": "0.3", "secretariat": "1000.3"} {
			is(who, totals(who, vars{"transactions": vars{}}, "Amount", "Currency"), "Total -5 EUR", "Total 7.000001 JMD", "Total "+usd+" USD")
		}
		is("nothing", totals("nobody", vars{"transactions": vars{"currency": "XCD"}}, "Amount"))
		rows := totals("nobody", vars{"fundingRows": vars{"filter": own}}, "Amount", "Currency")
		is("rows, as published", rows, "Total -5 EUR", "Total 7.000001 JMD", "Total 0.3 USD")
		converted := totals("nobody", vars{"fundingRows": vars{"filter": own, "currency": "EUR"}}, "Adds", "Currency of what it adds")
		if len(converted) != 3 || !strings.HasPrefix(converted[0], "Total -4.7373") {
			t.Errorf("converted they are %q", converted)
		}
		is("budgets", totals("nobody", vars{"fundingBudgets": vars{"measures": []any{"BUDGET"}}}, "Amount", "Currency", "Adds"), "Total 1000.25 USD 1000.25")
		is("budgets of both kinds", totals("nobody", vars{"fundingBudgets": vars{}}, "Amount"), "Total 1000.25")
		is("a summary in several currencies", totals("nobody", vars{"fundingSummary": vars{"filter": own, "groupBy": []any{"YEAR"}, "currency": nil}}, "Disbursements"),
			"Total -5", "Total 7.000001", "Total 0.3")
		is("a summary", totals("nobody", vars{"fundingSummary": vars{"filter": vars{"origin": "OWN", "currencies": []any{"USD"}}, "groupBy": []any{"YEAR"}}}, "Disbursements (USD)", "Transactions"), "Total 0.3 2")

		// Other formats are for programs: they have rows only.
		for _, format := range []string{"CSV", "JSONL"} {
			link := w.ask(t, w.Nobody, exportLink, vars{"of": vars{"transactions": vars{}}, "format": format}).ok().at("export.url").(string)
			if body := fetched(t, door, "nobody", link).Body.String(); strings.Contains(body, "Total") {
				t.Errorf("%s has totals:\n%s", format, body)
			}
		}
	})
}
