package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/viewer"
)

const (
	fundingSummary = `query($f: FundingFilter, $by: [FundingDimension!]!, $m: [FundingMeasure!], $c: CurrencyCode, $v: String!, $o: FundingOrder, $first: Int) {
		fundingSummary(filter: $f, groupBy: $by, measures: $m, currency: $c, sectorVocabulary: $v, orderBy: $o, first: $first) {
			dimensions measures currency overlapping rowCount truncated count
			rows { keys { dimension code name node { id } } amounts { measure transactionType currency amount unrounded share count } count notConverted { currency amount count reason } }
			others { measure amount count } totals { measure currency amount count }
			excluded { amounts { measure amount count } count rows { totalCount nodes { transaction { id activity { iatiIdentifier } } counterpart { iatiIdentifier } amount } } }
			notes { notConverted { currency amount count reason } datesAssumed withoutDate withoutAmount
				unallocated { dimension reason count amounts { measure amount } } countriesNotReported { iso2 } } } }`
	fundingRows = `query($f: FundingFilter, $only: [FundingKeyInput!], $c: CurrencyCode, $v: String!, $in: Boolean!, $first: Int, $after: String) {
		fundingRows(filter: $f, only: $only, currency: $c, sectorVocabulary: $v, internal: $in, first: $first, after: $after) {
			totalCount pageInfo { hasNextPage endCursor }
			nodes { transaction { id typeCode } share currency amount unrounded notConverted counterpart { iatiIdentifier } } } }`
)

// sum asks for a summary with defaults that vary overrides.
func (w *world) sum(tb testing.TB, v *viewer.Viewer, by []any, vary vars) *answer {
	tb.Helper()
	in := vars{"by": by, "c": "USD", "v": "1", "first": 1000}
	maps.Copy(in, vary)
	return w.ask(tb, v, fundingSummary, in)
}

// figures are the amounts of the rows: "key, key, measure" to the amount; the
// totals stand under "total, measure", of several currencies under that too.
func (a *answer) figures() map[string]string {
	a.tb.Helper()
	a.ok()
	out := map[string]string{}
	text := func(v any) string {
		if v == nil {
			return "-"
		}
		return fmt.Sprint(v)
	}
	rows, _ := a.at("fundingSummary.rows").([]any)
	for _, r := range rows {
		row := r.(map[string]any)
		var keys []string
		for _, k := range row["keys"].([]any) {
			keys = append(keys, text(k.(map[string]any)["code"]))
		}
		for _, m := range row["amounts"].([]any) {
			amount := m.(map[string]any)
			if amount["amount"] != nil {
				out[strings.Join(append(slices.Clone(keys), amount["measure"].(string)), ", ")] = amount["amount"].(string)
			}
		}
	}
	for _, m := range a.at("fundingSummary.totals").([]any) {
		amount := m.(map[string]any)
		if amount["amount"] == nil {
			continue
		}
		name := "total, " + amount["measure"].(string)
		if a.at("fundingSummary.currency") == nil {
			name += ", " + amount["currency"].(string)
		}
		out[name] = amount["amount"].(string)
	}
	return out
}

// are checks the figures.
func (a *answer) are(want map[string]string) *answer {
	a.tb.Helper()
	if got := a.figures(); !maps.Equal(got, want) {
		a.tb.Errorf("figures are %v,\nwant %v", got, want)
	}
	return a
}

// flow records a transaction of an own activity.
func (w *world) flow(tb testing.TB, of uuid.UUID, kind, amount string, more vars) uuid.UUID {
	tb.Helper()
	in := vars{"activityId": of, "typeCode": kind, "date": "2021-05-04", "value": vars{"amount": amount, "currency": "USD"}}
	maps.Copy(in, more)
	return w.ask(tb, w.Secretariat, recordTransaction, vars{"in": in}).ok().id("recordTransaction.transaction.id")
}

// A is a programme's activity that gives to B, and B gives to C: what each case
// counts was worked out by hand.
func TestMoneyIsNotCountedTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a, b, c := w.ownActivity(t, "ACS-A", nil), w.ownActivity(t, "ACS-B", nil), w.ownActivity(t, "ACS-C", nil)
		to := func(identifier string) vars { return vars{"receiverActivityRef": identifier} }
		from := func(identifier string) vars { return vars{"providerActivityRef": identifier} }
		w.flow(t, a, "1", "1000", from("XM-DONOR-1")) // stated, not known
		w.flow(t, a, "3", "600", to("ACS-B"))
		w.flow(t, a, "3", "50", to("XM-ELSEWHERE-9"))
		w.flow(t, a, "4", "100", nil)
		w.flow(t, a, "4", "7", to("ACS-A")) // names itself: not another activity
		w.flow(t, a, "2", "650", to("ACS-B"))
		w.flow(t, b, "1", "590", from("ACS-A")) // the same as A's 600, with other costs
		w.flow(t, b, "11", "650", from("ACS-A"))
		w.flow(t, b, "3", "300", to("ACS-C"))
		w.flow(t, b, "4", "200", nil)
		w.flow(t, b, "7", "5", to("ACS-C")) // a type that is neither side of a chain
		w.flow(t, c, "4", "250", nil)
		all := []any{a, b, c}
		for _, row := range []struct {
			what     string
			of       []any
			want     map[string]string
			excluded string // their sum, by measure
			count    float64
		}{
			{
				"A alone", all[:1],
				map[string]string{"total, INCOMING_FUNDS": "1000.00", "total, DISBURSEMENT": "650.00", "total, EXPENDITURE": "107.00", "total, OUTGOING_COMMITMENT": "650.00"},
				"[]", 0,
			},
			{
				"B alone", all[1:2],
				map[string]string{"total, INCOMING_FUNDS": "590.00", "total, INCOMING_COMMITMENT": "650.00", "total, DISBURSEMENT": "300.00", "total, EXPENDITURE": "200.00", "total, REIMBURSEMENT": "5.00"},
				"[]", 0,
			},
			{
				"A to B, both report it", all[:2],
				map[string]string{"total, INCOMING_FUNDS": "1000.00", "total, DISBURSEMENT": "350.00", "total, EXPENDITURE": "307.00", "total, REIMBURSEMENT": "5.00"},
				"[INCOMING_FUNDS 590.00 OUTGOING_COMMITMENT 650.00 DISBURSEMENT 600.00 INCOMING_COMMITMENT 650.00]", 4,
			},
			{
				"A to B to C", all,
				map[string]string{"total, INCOMING_FUNDS": "1000.00", "total, DISBURSEMENT": "50.00", "total, EXPENDITURE": "557.00", "total, REIMBURSEMENT": "5.00"},
				"[INCOMING_FUNDS 590.00 OUTGOING_COMMITMENT 650.00 DISBURSEMENT 900.00 INCOMING_COMMITMENT 650.00]", 5,
			},
			{
				"B and C, without the parent", all[1:],
				map[string]string{"total, INCOMING_FUNDS": "590.00", "total, INCOMING_COMMITMENT": "650.00", "total, EXPENDITURE": "450.00", "total, REIMBURSEMENT": "5.00"},
				"[DISBURSEMENT 300.00]", 1,
			},
			{
				"A and C: the one between is not selected",
				[]any{a, c},
				map[string]string{"total, INCOMING_FUNDS": "1000.00", "total, DISBURSEMENT": "650.00", "total, EXPENDITURE": "357.00", "total, OUTGOING_COMMITMENT": "650.00"},
				"[]", 0,
			},
		} {
			f := vars{"activityIds": row.of}
			got := w.sum(t, w.Secretariat, nil, vars{"f": f, "by": []any{}})
			maps.DeleteFunc(got.figures(), func(k, _ string) bool { return !strings.HasPrefix(k, "total") })
			totals := got.figures()
			maps.DeleteFunc(totals, func(k, _ string) bool { return !strings.HasPrefix(k, "total") })
			if !maps.Equal(totals, row.want) {
				t.Errorf("%s: %v, want %v", row.what, totals, row.want)
			}
			var left []string
			for _, m := range got.at("fundingSummary.excluded.amounts").([]any) {
				left = append(left, fmt.Sprint(m.(map[string]any)["measure"], " ", m.(map[string]any)["amount"]))
			}
			if fmt.Sprint(left) != row.excluded {
				t.Errorf("%s: left out are %v, want %s", row.what, left, row.excluded)
			}
			got.is("fundingSummary.excluded.count", row.count).is("fundingSummary.excluded.rows.totalCount", row.count)
			w.ask(t, w.Secretariat, fundingRows, vars{"f": f, "c": "USD", "v": "1", "in": true}).ok().is("fundingRows.totalCount", row.count)
			// A condition on flows does not change what is internal.
			if row.count > 0 {
				dated := maps.Clone(f)
				dated["from"], dated["transactionTypes"] = "2021-01-01", []any{"3"}
				narrow := w.sum(t, w.Secretariat, nil, vars{"f": dated, "by": []any{}}).figures()["total, DISBURSEMENT"]
				if narrow != row.want["total, DISBURSEMENT"] {
					t.Errorf("%s: with conditions on flows, %s was disbursed", row.what, narrow)
				}
			}
		}
		listed := w.sum(t, w.Secretariat, nil, vars{"f": vars{"activityIds": all[:2], "transactionTypes": []any{"3"}}, "by": []any{}})
		listed.is("fundingSummary.excluded.rows.nodes.0.counterpart.iatiIdentifier", "ACS-B").
			is("fundingSummary.excluded.rows.nodes.0.transaction.activity.iatiIdentifier", "ACS-A").is("fundingSummary.excluded.rows.nodes.0.amount", "600.00")
		// A cycle: C gives back to A. Nothing of it is left but what goes outside.
		w.flow(t, c, "3", "20", to("ACS-A"))
		w.sum(t, w.Secretariat, nil, vars{"f": vars{"activityIds": all, "transactionTypes": []any{"3"}}, "by": []any{}}).
			are(map[string]string{"DISBURSEMENT": "50.00", "total, DISBURSEMENT": "50.00"}).is("fundingSummary.excluded.count", 3.0)
	})
}

// The counterpart comes after the flow that names it.
func TestACounterpartThatComesLater(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		parent := w.ownActivity(t, "ACS-P", nil)
		u := w.flow(t, parent, "3", "10", vars{"receiverActivityRef": "XM-TEST-1"})
		read := `query($id: ID!) { node(id: $id) { ... on Transaction { receiver { activityRef activity { iatiIdentifier } } } } }`
		w.ask(t, w.Secretariat, read, vars{"id": u}).ok().is("node.receiver.activityRef", "XM-TEST-1").is("node.receiver.activity", nil)
		want := func(disbursed string, left float64) {
			t.Helper()
			w.sum(t, w.Secretariat, nil, vars{"by": []any{}, "m": []any{"DISBURSEMENT"}}).is("fundingSummary.excluded.count", left).
				is("fundingSummary.totals.0.amount", map[string]any{"": nil}[disbursed]).is("fundingSummary.rowCount", 1-left)
		}
		w.sum(t, w.Secretariat, nil, vars{"by": []any{}, "m": []any{"DISBURSEMENT"}}).are(map[string]string{"DISBURSEMENT": "10.00", "total, DISBURSEMENT": "10.00"})
		w.imports(t, w.Secretariat, "one.xml", published("2.03", 1))
		want("", 1)
		w.ask(t, w.Secretariat, read, vars{"id": u}).ok().is("node.receiver.activity.iatiIdentifier", "XM-TEST-1")
		// An edit names another one, which is not known.
		w.ask(t, w.Secretariat, editTransaction, vars{"in": vars{"id": u, "expectedRevision": 1, "receiverActivityRef": "XM-TEST-2"}}).ok()
		w.sum(t, w.Secretariat, nil, vars{"by": []any{}, "m": []any{"DISBURSEMENT"}}).are(map[string]string{"DISBURSEMENT": "10.00", "total, DISBURSEMENT": "10.00"})
		later := w.ownActivity(t, "XM-TEST-2", nil)
		want("", 1)
		w.ask(t, w.Nobody, read, vars{"id": later}).ok().is("node", nil)
	})
}

// split is an activity of which 100 was disbursed, imported with these places and
// sectors.
func split(n int, places, sectors, inTransaction string) string {
	return fmt.Sprintf(`<iati-activity xml:lang="en" default-currency="USD"><iati-identifier>XM-SPLIT-%d</iati-identifier>
<reporting-org ref="XM-SPLIT" type="40"><narrative>Split Bank</narrative></reporting-org>
<title><narrative>Split %d</narrative></title><description><narrative>About it</narrative></description>
<participating-org ref="XM-SPLIT" role="1" type="40"><narrative>Split Bank</narrative></participating-org>
<activity-status code="2"/><activity-date type="2" iso-date="2020-01-01"/>%s%s
<transaction><transaction-type code="3"/><transaction-date iso-date="2020-02-01"/><value value-date="2020-02-01">100</value>%s</transaction>
</iati-activity>`, n, n, places, sectors, inTransaction)
}

func TestMoneyIsSplitByPercentages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		place := func(pairs ...string) string {
			var b strings.Builder
			for _, p := range pairs {
				code, percentage, given := strings.Cut(p, " ")
				kind := "country"
				if len(code) > 2 {
					kind = "region"
				}
				fmt.Fprintf(&b, "<recipient-%s code=%q", kind, code)
				if given {
					fmt.Fprintf(&b, " percentage=%q", percentage)
				}
				b.WriteString("/>")
			}
			return b.String()
		}
		sector := func(pairs ...string) string {
			var b strings.Builder
			for _, p := range pairs {
				f := strings.Fields(p)
				fmt.Fprintf(&b, "<sector vocabulary=%q code=%q", f[0], f[1])
				if len(f) > 2 {
					fmt.Fprintf(&b, " percentage=%q", f[2])
				}
				b.WriteString("/>")
			}
			return b.String()
		}
		file := []string{
			0: split(0, place("JM"), sector("1 43060"), ""),
			1: split(1, place("JM 60", "TT 40"), sector("1 43060 25", "1 41010 75"), ""),
			2: split(2, place("JM 33.3", "TT 33.3", "GP 33.3"), sector("1 43060 50.5", "1 43050 50.5"), ""), // 99.9 and 101 are parts of their sum
			3: split(3, place("JM 60", "TT 38"), sector("1 43060 1000", "1 41010 10"), ""),                  // 98 and 1010 share out nothing
			4: split(4, place("JM", "TT"), sector("1 43060 0", "1 41010 0"), ""),                            // none, and 0
			5: split(5, place("JM 60", "1031 40"), sector("2 410", "99 SEA"), ""),                           // countries and regions share it
			6: split(6, "", "", place("TT")+sector("1 21040")),                                              // the transaction's own
			7: split(7, place("JM 50"), sector("1 43060 101"), ""),                                          // one alone, with half; 101 alone
			8: split(8, place("JM 100", "TT"), sector("1 43060 99", "1 41010"), ""),                         // what has none has nothing
			9: split(9, place("JM 33.333333333", "TT 33.333333333", "GP 33.333333334"), sector("7 13", "8 14.1"), ""),
		}
		run := w.imports(t, w.Secretariat, "split.xml", "<iati-activities version=\"2.03\">"+strings.Join(file, "\n")+"</iati-activities>")
		if run.Activities != len(file) {
			t.Fatalf("%d activities", run.Activities)
		}
		of := func(n int) vars { return vars{"iatiIdentifiers": []any{fmt.Sprintf("XM-SPLIT-%d", n)}} }
		for n, want := range []map[string]string{
			{"JM": "100.00"},
			{"JM": "60.00", "TT": "40.00"},
			{"GP": "33.34", "JM": "33.33", "TT": "33.33"},
			{"UNALLOCATED": "100.00"},
			{"UNALLOCATED": "100.00"},
			{"JM": "60.00", "REGIONAL": "40.00"},
			{"TT": "100.00"},
			{"UNALLOCATED": "100.00"},
			{"JM": "100.00"},
			{"GP": "33.34", "JM": "33.33", "TT": "33.33"},
		} {
			all := map[string]string{"total, DISBURSEMENT": "100.00"}
			for k, v := range want {
				all[k+", DISBURSEMENT"] = v
			}
			w.sum(t, w.Nobody, []any{"RECIPIENT_COUNTRY"}, vars{"f": of(n)}).are(all)
		}
		for n, want := range []map[string]string{
			{"43060": "100.00"},
			{"41010": "75.00", "43060": "25.00"},
			{"43050": "50.00", "43060": "50.00"},
			{"UNALLOCATED": "100.00"},
			{"UNALLOCATED": "100.00"},
			{"UNALLOCATED": "100.00"}, // none of this vocabulary
			{"21040": "100.00"},
			{"43060": "100.00"},
			{"43060": "100.00"},
			{"UNALLOCATED": "100.00"},
		} {
			all := map[string]string{"total, DISBURSEMENT": "100.00"}
			for k, v := range want {
				all[k+", DISBURSEMENT"] = v
			}
			w.sum(t, w.Nobody, []any{"SECTOR"}, vars{"f": of(n)}).are(all)
		}
		one := func(by []any, n int, vary vars, want map[string]string) {
			t.Helper()
			in := vars{"f": of(n)}
			maps.Copy(in, vary)
			w.sum(t, w.Nobody, by, in).are(want)
		}
		one([]any{"REGION"}, 5, nil, map[string]string{"1031, DISBURSEMENT": "40.00", "NATIONAL, DISBURSEMENT": "60.00", "total, DISBURSEMENT": "100.00"})
		one([]any{"RECIPIENT_COUNTRY", "REGION"}, 5, nil, map[string]string{"JM, NATIONAL, DISBURSEMENT": "60.00", "REGIONAL, 1031, DISBURSEMENT": "40.00", "total, DISBURSEMENT": "100.00"})
		one([]any{"SECTOR_CATEGORY"}, 2, nil, map[string]string{"430, DISBURSEMENT": "100.00", "total, DISBURSEMENT": "100.00"})
		one([]any{"SECTOR_CATEGORY"}, 5, nil, map[string]string{"410, DISBURSEMENT": "100.00", "total, DISBURSEMENT": "100.00"})
		one([]any{"SECTOR_CATEGORY", "SECTOR"}, 1, nil, map[string]string{"410, 41010, DISBURSEMENT": "75.00", "430, 43060, DISBURSEMENT": "25.00", "total, DISBURSEMENT": "100.00"})
		one([]any{"SECTOR"}, 5, vars{"v": "99"}, map[string]string{"SEA, DISBURSEMENT": "100.00", "total, DISBURSEMENT": "100.00"})
		one([]any{"SDG"}, 9, nil, map[string]string{"13, DISBURSEMENT": "100.00", "total, DISBURSEMENT": "100.00"})
		// Both at once: the product.
		one([]any{"RECIPIENT_COUNTRY", "SECTOR"}, 1, nil, map[string]string{
			"JM, 41010, DISBURSEMENT": "45.00", "JM, 43060, DISBURSEMENT": "15.00", "TT, 41010, DISBURSEMENT": "30.00", "TT, 43060, DISBURSEMENT": "10.00",
			"total, DISBURSEMENT": "100.00",
		})
		// Conditions take the part, whether rows are of it or not.
		jm := of(1)
		jm["countries"] = []any{"JM"}
		for _, by := range [][]any{{}, {"RECIPIENT_COUNTRY"}, {"YEAR"}} {
			got := w.sum(t, w.Nobody, by, vars{"f": jm}).figures()
			if got["total, DISBURSEMENT"] != "60.00" || len(got) != 2 {
				t.Errorf("by %v: %v", by, got)
			}
		}
		jm["sectors"] = vars{"codes": []any{"41010"}}
		w.sum(t, w.Nobody, []any{"REGION"}, vars{"f": jm}).are(map[string]string{"NATIONAL, DISBURSEMENT": "45.00", "total, DISBURSEMENT": "45.00"})
		// All of it, and each transaction once.
		all := w.sum(t, w.Nobody, []any{"RECIPIENT_COUNTRY", "SECTOR"}, nil).is("fundingSummary.count", 10.0).is("fundingSummary.totals.0.count", 10.0)
		if got := all.figures()["total, DISBURSEMENT"]; got != "1000.00" {
			t.Errorf("all of it is %s", got)
		}
		by := w.sum(t, w.Nobody, []any{"RECIPIENT_COUNTRY"}, nil).are(map[string]string{
			"GP, DISBURSEMENT": "66.67", "JM, DISBURSEMENT": "386.67", "TT, DISBURSEMENT": "206.66", "REGIONAL, DISBURSEMENT": "40.00",
			"UNALLOCATED, DISBURSEMENT": "300.00", "total, DISBURSEMENT": "1000.00",
		})
		by.is("fundingSummary.notes.unallocated.0.reason", "WRONG_SUM").is("fundingSummary.notes.unallocated.0.count", 3.0).
			is("fundingSummary.notes.unallocated.0.amounts.0.amount", "300.00").is("fundingSummary.rows.1.keys.0.name", "Country JM").
			is("fundingSummary.rows.1.count", 6.0)
		if got := fmt.Sprint(by.at("fundingSummary.notes.countriesNotReported")); got != "[]" {
			t.Errorf("not reported are %s", got)
		}
		only := w.sum(t, w.Nobody, []any{"RECIPIENT_COUNTRY"}, vars{"f": of(0)})
		if got := only.all("fundingSummary.notes.countriesNotReported.*.iso2"); !slices.Equal(got, []string{"TT"}) {
			t.Errorf("not reported are %v, want the member that no row is of", got)
		}
		unallocated := w.sum(t, w.Nobody, []any{"SECTOR"}, nil)
		reasons := unallocated.all("fundingSummary.notes.unallocated.*.reason")
		if !slices.Equal(reasons, []string{"NOT_STATED", "WRONG_SUM"}) {
			t.Errorf("reasons %v", reasons)
		}
		w.rowsMakeFigures(t, w.Nobody, all, vars{}, "1")
		w.rowsMakeFigures(t, w.Nobody, by, vars{}, "1")
		w.rowsMakeFigures(t, w.Nobody, unallocated, vars{}, "1")
		w.rowsMakeFigures(t, w.Nobody, w.sum(t, w.Nobody, []any{"SECTOR_CATEGORY", "PROVIDER", "QUARTER"}, nil), vars{}, "1")
	})
}

// rowsMakeFigures checks each row of a summary against the transactions behind it.
func (w *world) rowsMakeFigures(tb testing.TB, v *viewer.Viewer, summary *answer, filter vars, vocabulary string) {
	tb.Helper()
	rows, _ := summary.at("fundingSummary.rows").([]any)
	if len(rows) == 0 {
		tb.Error("no rows")
	}
	for _, r := range rows {
		row := r.(map[string]any)
		var only []any
		for _, k := range row["keys"].([]any) {
			key := k.(map[string]any)
			only = append(only, vars{"dimension": key["dimension"], "code": key["code"]})
		}
		sums, after, count := map[string]*big.Rat{}, any(nil), 0
		for {
			a := w.ask(tb, v, fundingRows, vars{"f": filter, "only": only, "c": summary.at("fundingSummary.currency"), "v": vocabulary, "in": false, "first": 100, "after": after}).ok()
			for _, n := range a.at("fundingRows.nodes").([]any) {
				node := n.(map[string]any)
				if node["unrounded"] == nil {
					continue
				}
				count++
				kind := node["transaction"].(map[string]any)["typeCode"].(string)
				x, _ := new(big.Rat).SetString(node["unrounded"].(string))
				if sums[kind] == nil {
					sums[kind] = new(big.Rat)
				}
				sums[kind].Add(sums[kind], x)
			}
			if a.at("fundingRows.pageInfo.hasNextPage") != true {
				break
			}
			after = a.at("fundingRows.pageInfo.endCursor")
		}
		for _, m := range row["amounts"].([]any) {
			amount := m.(map[string]any)
			if amount["unrounded"] == nil {
				continue
			}
			want, _ := new(big.Rat).SetString(amount["unrounded"].(string))
			got := sums[amount["transactionType"].(string)]
			if got == nil || new(big.Rat).Sub(got, want).Abs(new(big.Rat).Sub(got, want)).Cmp(big.NewRat(1, 1_000_000)) > 0 {
				tb.Errorf("%v: %s is %s, its transactions are %v", only, amount["measure"], amount["unrounded"], got)
			}
		}
		if float64(count) != row["count"] {
			tb.Errorf("%v: %d transactions, the row counts %v", only, count, row["count"])
		}
	}
}

// What one may not see has no part in any figure, whichever way one asks.
func TestFiguresAreOfWhatTheViewerMaySee(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		programme := w.addProgramme(t, "SEA", "Sea", nil)
		w.ask(t, w.Secretariat, `mutation($in: AdoptProgrammeInput!) { adoptProgramme(input: $in) { programme { id } } }`, vars{"in": vars{"id": programme, "expectedRevision": 1}}).ok()
		under := w.signed(t, "Open", "2020-01-01", w.Donor)
		open := w.ownActivity(t, "ACS-OPEN", vars{"programmeId": programme, "agreementId": under, "countries": []any{vars{"code": "JM"}}})
		hidden := w.ownActivity(t, "ACS-HIDDEN", vars{"programmeId": programme, "agreementId": under, "countries": []any{vars{"code": "TT"}}})
		w.ask(t, w.Secretariat, publishActivity, vars{"in": vars{"id": open, "expectedRevision": 1}}).ok()
		w.flow(t, open, "3", "100", vars{"providerId": w.Donor, "receiverActivityRef": "ACS-HIDDEN"})
		w.flow(t, open, "4", "11", vars{"providerId": w.Donor})
		w.flow(t, hidden, "1", "99", vars{"providerId": w.Other, "providerActivityRef": "ACS-OPEN"})
		w.flow(t, hidden, "4", "17", vars{"providerId": w.Other, "value": vars{"amount": "17", "currency": "EUR"}, "date": "2019-01-01"})
		sees := map[string]bool{"council": true, "bureau": true, "secretariat": true}
		for name, v := range w.Viewers() {
			for _, vary := range []vars{
				{},
				{"f": vars{"programmeIds": []any{programme}}},
				{"f": vars{"agreementIds": []any{under}}},
				{"f": vars{"origin": "OWN"}},
				{"f": vars{"activityIds": []any{open, hidden}}},
				{"f": vars{"text": "ACS-"}},
				{"f": vars{"priorityAreas": []any{"TRADE"}}},
			} {
				for _, by := range [][]any{
					{}, {"ACTIVITY"}, {"PROVIDER"}, {"RECIPIENT_COUNTRY"}, {"YEAR"}, {"PROGRAMME"}, {"AGREEMENT"}, {"CURRENCY"}, {"REPORTING_ORGANISATION", "ACTIVITY_STATUS"},
				} {
					a := w.sum(t, v, by, vary).ok()
					if sees[name] {
						a.is("fundingSummary.excluded.count", 2.0).is("fundingSummary.count", 1.0).is("fundingSummary.notes.notConverted.0.amount", "17.00")
						continue
					}
					// The hidden counterpart is as one that is not known: the money counts.
					a.is("fundingSummary.excluded.count", 0.0).is("fundingSummary.count", 2.0).is("fundingSummary.rowCount", 1.0)
					totals := a.figures()
					if totals["total, DISBURSEMENT"] != "100.00" || totals["total, EXPENDITURE"] != "11.00" || strings.Contains(a.raw, "99.00") || strings.Contains(a.raw, "17.00") {
						t.Errorf("%s, by %v, %v: %s", name, by, vary, a.raw)
					}
				}
			}
			// Alone, by each way of naming it: nothing at all.
			for _, f := range []vars{
				{"activityIds": []any{hidden}},
				{"iatiIdentifiers": []any{"ACS-HIDDEN"}},
				{"providerIds": []any{w.Other}},
				{"partyIds": []any{w.Other}},
				{"countries": []any{"TT"}},
				{"to": "2019-12-31"},
				{"currencies": []any{"EUR"}},
				{"text": "hidden"},
			} {
				a := w.sum(t, v, []any{"ACTIVITY"}, vars{"f": f}).ok()
				rows := w.ask(t, v, fundingRows, vars{"f": f, "c": "USD", "v": "1", "in": false}).ok()
				left := w.ask(t, v, fundingRows, vars{"f": f, "c": "USD", "v": "1", "in": true}).ok().at("fundingRows.totalCount").(float64)
				there := rows.at("fundingRows.totalCount").(float64) + left
				if some := a.at("fundingSummary.rowCount").(float64) + a.at("fundingSummary.excluded.count").(float64); (some > 0) != sees[name] || (there > 0) != sees[name] {
					t.Errorf("%s, %v: %s %s", name, f, a.raw, rows.raw)
				}
			}
		}
		// Only a signed agreement can be named, and drafts of programmes can't.
		w.tells(t, func() {
			in := vars{"iatiIdentifier": "ACS-X", "title": vars{"en": "X"}, "agreementId": w.negotiatedQuietly(t)}
			w.ask(t, w.Secretariat, createActivity, vars{"in": in}).refused("INVALID_INPUT", "input.agreementId")
		}, "AgreementDrafted", "AgreementMoved")
	})
}

func (w *world) negotiatedQuietly(tb testing.TB) uuid.UUID {
	tb.Helper()
	return w.negotiated(tb, "Secret", w.Other)
}

func TestConversionTellsWhatItCouldNotDo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.upload(t, w.Secretariat, ratesCSV, "IMF", false, nil).ok()
		a := w.ownActivity(t, "ACS-A", nil)
		in := func(amount, currency, date string) vars {
			return vars{"value": vars{"amount": amount, "currency": currency}, "date": date}
		}
		w.flow(t, a, "3", "", in("100", "EUR", "2020-06-01"))
		w.flow(t, a, "3", "", in("100", "EUR", "2021-06-01"))
		w.flow(t, a, "3", "", in("100", "EUR", "2019-06-01")) // no rate of that year
		w.flow(t, a, "3", "", in("10.5", "USD", "2019-06-01"))
		w.flow(t, a, "3", "", in("-4", "XCD", "2020-01-01"))
		w.flow(t, a, "6", "", in("5", "HTG", "2020-01-01"))
		got := w.sum(t, w.Secretariat, []any{"YEAR"}, nil).are(map[string]string{
			"2019, DISBURSEMENT": "10.50", "2020, DISBURSEMENT": "112.74", "2021, DISBURSEMENT": "118.29", "total, DISBURSEMENT": "241.53",
		})
		got.is("fundingSummary.count", 4.0).is("fundingSummary.notes.notConverted.0.currency", "EUR").is("fundingSummary.notes.notConverted.0.amount", "100.00").
			is("fundingSummary.notes.notConverted.0.reason", "NO_RATE").is("fundingSummary.notes.notConverted.1.currency", "HTG").
			is("fundingSummary.rows.0.notConverted.0.amount", "100.00").is("fundingSummary.rows.1.notConverted.0.currency", "HTG").
			is("fundingSummary.notes.datesAssumed", 0.0)
		w.sum(t, w.Secretariat, []any{}, vars{"c": nil}).are(map[string]string{
			"EUR, DISBURSEMENT": "300.00", "USD, DISBURSEMENT": "10.50", "XCD, DISBURSEMENT": "-4.00", "HTG, LOAN_REPAYMENT": "5.00",
			"total, DISBURSEMENT, EUR": "300.00", "total, DISBURSEMENT, USD": "10.50", "total, DISBURSEMENT, XCD": "-4.00", "total, LOAN_REPAYMENT, HTG": "5.00",
		})
		w.sum(t, w.Secretariat, []any{}, vars{"c": "JPY", "f": vars{"from": "2020-01-01", "to": "2020-12-31"}}).are(map[string]string{"DISBURSEMENT": "12038", "total, DISBURSEMENT": "12038"})
		// Converted by date, for want of a value date. What is written past the commands is not in the kept sums: it is scanned.
		own := vars{"f": vars{"origin": "OWN"}}
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Transaction.Update().ClearValueDate().Exec(ctx)
		})
		w.sum(t, w.Secretariat, []any{"YEAR"}, own).is("fundingSummary.notes.datesAssumed", 3.0)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error { return tx.Transaction.Update().ClearDate().Exec(ctx) })
		w.sum(t, w.Secretariat, []any{"YEAR"}, own).is("fundingSummary.notes.withoutDate", 6.0).is("fundingSummary.rows.0.keys.0.code", nil).
			is("fundingSummary.notes.notConverted.0.reason", "NO_DATE").are(map[string]string{"-, DISBURSEMENT": "10.50", "total, DISBURSEMENT": "10.50"})
		w.rowsMakeFigures(t, w.Secretariat, w.sum(t, w.Secretariat, []any{"YEAR", "CURRENCY"}, own), vars{"origin": "OWN"}, "1")
	})
}

func TestRowsAreOrderedAndCut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a := w.ownActivity(t, "ACS-A", nil)
		for year, amount := range map[string]string{"2018": "1", "2019": "300", "2020": "20", "2021": "20"} {
			w.flow(t, a, "3", amount, vars{"date": year + "-01-01"})
			w.flow(t, a, "4", "1", vars{"date": year + "-12-01"})
		}
		w.flow(t, a, "4", "7", vars{"date": "2022-01-01"})
		years := func(o any, first int) []string {
			return w.sum(t, w.Secretariat, []any{"YEAR"}, vars{"o": o, "first": first, "m": []any{"DISBURSEMENT", "EXPENDITURE", "SPENT"}}).ok().all("fundingSummary.rows.*.keys")
		}
		code := func(all []string) string {
			var out []string
			for _, k := range all {
				var keys []struct{ Code string }
				if err := json.Unmarshal([]byte(k), &keys); err != nil {
					t.Fatal(err)
				}
				out = append(out, keys[0].Code)
			}
			return strings.Join(out, " ")
		}
		for _, c := range []struct {
			order any
			first int
			want  string
		}{
			{nil, 10, "2018 2019 2020 2021 2022"},
			{vars{"field": "KEY", "direction": "DESC"}, 2, "2022 2021"},
			{vars{"field": "AMOUNT"}, 10, "2018 2020 2021 2019 2022"},
			{vars{"field": "AMOUNT", "direction": "DESC"}, 10, "2019 2020 2021 2018 2022"},
			{vars{"field": "AMOUNT", "measure": "EXPENDITURE", "direction": "DESC"}, 1, "2022"},
			{vars{"field": "COUNT", "measure": "SPENT", "direction": "DESC"}, 4, "2018 2019 2020 2021"},
		} {
			if got := code(years(c.order, c.first)); got != c.want {
				t.Errorf("%v: %s, want %s", c.order, got, c.want)
			}
		}
		cut := w.sum(t, w.Secretariat, []any{"YEAR"}, vars{"o": vars{"field": "AMOUNT", "direction": "DESC"}, "first": 2, "m": []any{"SPENT"}})
		cut.is("fundingSummary.truncated", true).is("fundingSummary.rowCount", 5.0).is("fundingSummary.others.0.amount", "30.00").
			is("fundingSummary.totals.0.amount", "352.00").is("fundingSummary.rows.0.amounts.0.share", "85.5114").is("fundingSummary.others.0.count", 5.0)
		w.sum(t, w.Secretariat, []any{"YEAR"}, vars{"first": 0}).refused("INVALID_INPUT", "first")
		w.sum(t, w.Secretariat, []any{"YEAR"}, vars{"first": 1001}).refused("INVALID_INPUT", "first")
		w.sum(t, w.Secretariat, []any{"YEAR", "YEAR"}, nil).refused("INVALID_INPUT", "groupBy")
		w.sum(t, w.Secretariat, []any{"YEAR", "QUARTER", "SECTOR", "ACTIVITY"}, nil).refused("INVALID_INPUT", "groupBy")
		w.sum(t, w.Secretariat, []any{"SECTOR", "SDG"}, nil).refused("INVALID_INPUT", "groupBy")
		w.sum(t, w.Secretariat, []any{"SECTOR"}, vars{"v": "99", "f": vars{"sectors": vars{"codes": []any{"43060"}}}}).refused("INVALID_INPUT", "sectorVocabulary")
		w.sum(t, w.Secretariat, []any{}, vars{"c": "ZZZ"}).refused("INVALID_INPUT", "currency")
		w.sum(t, w.Secretariat, []any{}, vars{"f": vars{"activityIds": []any{w.Donor}}}).refused("INVALID_INPUT")
		// The number of statements does not follow from what there is.
		ask := func() {
			w.sum(t, w.Secretariat, []any{"YEAR", "ACTIVITY", "PROVIDER"}, nil).ok()
			w.ask(t, w.Secretariat, fundingRows, vars{"c": "USD", "v": "1", "in": false, "first": 100}).ok()
		}
		before := w.statements(ask)
		more := w.ownActivity(t, "ACS-B", nil)
		for range 5 {
			w.flow(t, more, "3", "2", vars{"providerId": w.Donor})
		}
		w.flow(t, more, "3", "2", vars{"providerId": w.Other})
		if after := w.statements(ask); after > before+1 { // the names of organisations, of which there were none
			t.Errorf("%d statements, %d before", after, before)
		}
	})
}

func TestCostlySumsAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := funding.New(w.Runner)
		s.Limit = time.Nanosecond
		r, err := graph.New(w.Runner)
		if err != nil {
			t.Fatal(err)
		}
		slow := &world{World: w.World, api: apiOver(r.WithFunding(s))}
		slow.sum(t, w.Secretariat, []any{"ACTIVITY_STATUS"}, nil).refused("QUERY_TOO_COSTLY")
		w.sum(t, w.Secretariat, []any{"YEAR"}, nil).ok()
	})
}

func TestClassifyActivity(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.imports(t, w.Secretariat, "one.xml", published("2.03", 1))
		u := w.ask(t, w.Nobody, `{ activities { nodes { id } } }`, nil).ok().id("activities.nodes.0.id")
		under, secret := w.signed(t, "Open", "2020-01-01", w.Donor), w.draft(t, "Secret", w.Other)
		draft := w.addProgramme(t, "SEA", "Sea", nil)
		classify := `mutation($in: ClassifyActivityInput!) { classifyActivity(input: $in) { activity { revision agreement { title activities { nodes { iatiIdentifier } } } programme { code } } eventIds } }`
		with := func(more vars) vars {
			in := vars{"id": u, "expectedRevision": 1}
			maps.Copy(in, more)
			return vars{"in": in}
		}
		w.onlySecretariat(t, classify, with(vars{"agreementId": under}))
		w.tells(t, func() {
			w.ask(t, w.Secretariat, classify, with(vars{"agreementId": secret})).refused("INVALID_INPUT", "input.agreementId")
			w.ask(t, w.Secretariat, classify, with(vars{"programmeId": draft})).refused("INVALID_INPUT", "input.programmeId")
			w.ask(t, w.Secretariat, classify, with(vars{"programmeId": w.NewID(id.Programme)})).refused("INVALID_INPUT", "input.programmeId")
			w.ask(t, w.Secretariat, classify, with(vars{"expectedRevision": 2})).refused("CONFLICT")
			w.ask(t, w.Secretariat, classify, with(nil)).ok().is("classifyActivity.activity.revision", 1.0)
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, classify, with(vars{"agreementId": under})).ok().is("classifyActivity.activity.revision", 2.0).
				is("classifyActivity.activity.agreement.title", "Open").is("classifyActivity.activity.agreement.activities.nodes.0.iatiIdentifier", "XM-TEST-1")
		}, "ActivityEdited")
		w.sum(t, w.Nobody, []any{"AGREEMENT"}, nil).is("fundingSummary.rows.0.keys.0.code", id.Format(under)).is("fundingSummary.rows.0.keys.0.name", "Open").
			is("fundingSummary.rows.0.keys.0.node.id", id.Format(under))
		// A later import knows nothing of it and leaves it.
		changed := strings.Replace(published("2.03", 1), "100.25", "200.25", 1)
		w.imports(t, w.Secretariat, "one.xml", changed)
		w.sum(t, w.Nobody, []any{"AGREEMENT", "RECIPIENT_COUNTRY", "SECTOR"}, nil).
			are(map[string]string{id.Format(under) + ", JM, 43060, OUTGOING_COMMITMENT": "200.25", "total, OUTGOING_COMMITMENT": "200.25"})
		w.sum(t, w.Nobody, []any{"PROVIDER"}, nil).is("fundingSummary.rows.0.keys.0.name", "Test Bank") // who reports gave it
	})
}

// golden are figures that were computed independently.
type goldenFigures struct {
	Native  map[string]string
	USD     map[string]string `json:"usd_annual_avg"`
	NoRate  int               `json:"no_rate"`
	Country map[string]string `json:"usd_by_country_split"`
}

func TestSummariesOfReferenceFiles(t *testing.T) {
	t.Parallel()
	dir := referenceData(t)
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var golden map[string]goldenFigures
	if err := json.Unmarshal(read("golden.json"), &golden); err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, w *world) {
		w.upload(t, w.Secretariat, string(read("fx_annual_imf_lcu_per_usd.csv")), "IMF", false, nil).ok()
		s := importrun.New(w.Runner)
		for name, want := range golden {
			run, err := s.Import(w.As(t, w.Secretariat), importrun.File(filepath.Join(dir, "iati", name+".xml")), nil)
			if err != nil {
				t.Fatal(err)
			}
			f := vars{"datasetNames": []any{run.DatasetName}}
			compare := func(what string, vary vars, by []any, key func(code, measure string) string, want map[string]string) {
				t.Helper()
				vary["f"] = f
				a := w.sum(t, w.Nobody, by, vary)
				got := map[string]*big.Rat{}
				for k, v := range a.figures() {
					if parts := strings.Split(k, ", "); parts[0] != "total" {
						got[key(parts[len(parts)-2], parts[len(parts)-1])], _ = new(big.Rat).SetString(v)
					}
				}
				if len(got) != len(want) {
					t.Errorf("%s, %s: %d figures, want %d", name, what, len(got), len(want))
				}
				for k, v := range want {
					r, _ := new(big.Rat).SetString(v)
					if got[k] == nil || got[k].Cmp(r) != 0 {
						t.Errorf("%s, %s: %s is %v, want %s", name, what, k, got[k], v)
					}
				}
				if n := len(a.at("fundingSummary.notes.notConverted").([]any)); n != golden[name].NoRate {
					t.Errorf("%s, %s: %d not converted", name, what, n)
				}
			}
			code := func(measure string) string {
				types := funding.Measure(measure).Types()
				return types[0]
			}
			compare("native", vars{"c": nil}, []any{}, func(c, m string) string { return code(m) + "|" + c }, want.Native)
			compare("in USD", vars{}, []any{"REPORTING_ORGANISATION"}, func(_, m string) string { return code(m) }, want.USD)
			compare("by country", vars{}, []any{"RECIPIENT_COUNTRY"}, func(c, m string) string { return code(m) + "|" + c }, want.Country)
			w.rowsMakeFigures(t, w.Nobody, w.sum(t, w.Nobody, []any{"RECIPIENT_COUNTRY"}, vars{"f": f}), f, "1")
		}
		run, err := s.Import(w.As(t, w.Secretariat), importrun.File(filepath.Join(dir, "iati", "wri-acs.xml")), nil)
		if err != nil {
			t.Fatal(err)
		}
		f := vars{"datasetNames": []any{run.DatasetName}}
		got := w.sum(t, w.Nobody, []any{"RECIPIENT_COUNTRY", "SECTOR"}, vars{"f": f, "c": nil, "v": "7"})
		w.rowsMakeFigures(t, w.Nobody, got, f, "7")
		w.handWritten(t, run, got)
	})
}

// handWritten compares a summary by country and sector with a statement that was
// written for it.
func (w *world) handWritten(tb testing.TB, run *ent.ImportRun, got *answer) {
	tb.Helper()
	ctx := w.System()
	sums := map[string]*big.Rat{}
	for _, a := range w.DB.Client.Activity.Query().Where(activity.DatasetName(run.DatasetName)).AllX(ctx) {
		rows, err := w.DB.SQL().QueryContext(ctx, `SELECT t.type_code, t.value_currency, t.value_micro, c.dimension, c.code, c.percentage_micro, s.code, s.percentage_micro
			FROM transactions t JOIN allocations c ON c.activity_id = t.activity_id AND c.dimension IN ('COUNTRY', 'REGION')
			JOIN allocations s ON s.activity_id = t.activity_id AND s.dimension = 'SECTOR' AND s.vocabulary = '7' WHERE t.activity_id = '`+a.ID.String()+`'`)
		if err != nil {
			tb.Fatal(err)
		}
		for rows.Next() {
			var kind, currency, dimension, place, sector string
			var micro, percent int64
			var of *int64
			if err := rows.Scan(&kind, &currency, &micro, &dimension, &place, &percent, &sector, &of); err != nil {
				tb.Fatal(err)
			}
			if dimension == "REGION" {
				place = "REGIONAL"
			}
			x := big.NewRat(micro, 1_000_000)
			x.Mul(x, big.NewRat(percent, 100_000_000))
			if of != nil {
				x.Mul(x, big.NewRat(*of, 100_000_000))
			}
			k := place + ", " + sector + ", " + currency + ", " + kind
			if sums[k] == nil {
				sums[k] = new(big.Rat)
			}
			sums[k].Add(sums[k], x)
		}
		if err := rows.Err(); err != nil {
			tb.Fatal(err)
		}
		_ = rows.Close()
	}
	found := 0
	for _, r := range got.at("fundingSummary.rows").([]any) {
		row := r.(map[string]any)
		var keys []string
		for _, k := range row["keys"].([]any) {
			keys = append(keys, fmt.Sprint(k.(map[string]any)["code"]))
		}
		for _, m := range row["amounts"].([]any) {
			amount := m.(map[string]any)
			if amount["unrounded"] == nil {
				continue
			}
			found++
			k := strings.Join(keys, ", ") + ", " + amount["transactionType"].(string)
			if want := sums[k]; want == nil || want.FloatString(12) != amount["unrounded"] {
				tb.Errorf("%s is %v, by hand %v", k, amount["unrounded"], want)
			}
		}
	}
	if found != len(sums) || found == 0 {
		tb.Errorf("%d figures, %d by hand", found, len(sums))
	}
}
