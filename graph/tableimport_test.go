package graph_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/viewer"
)

const importTable = `mutation($file: Upload!, $kind: TableKind!, $mapping: String, $leaveOut: Boolean! = false, $dryRun: Boolean! = false) {
	importTable(input: {kind: $kind, file: $file, mapping: $mapping, leaveOut: $leaveOut, dryRun: $dryRun}) {
		rows created updated unchanged wrong refused issues { rule line column message } cursor } }`

// brings brings a table in as the viewer.
func (w *world) brings(tb testing.TB, v *viewer.Viewer, kind, file string, more vars) *answer {
	tb.Helper()
	in := map[string]any{"kind": kind}
	for k, x := range more {
		in[k] = x
	}
	return w.sends(tb, v, importTable, in, file)
}

// came compares the counts of an import.
func (a *answer) came(rows, created, updated, unchanged, wrong float64) *answer {
	a.tb.Helper()
	a.ok().is("importTable.rows", rows).is("importTable.created", created).is("importTable.updated", updated).
		is("importTable.unchanged", unchanged).is("importTable.wrong", wrong)
	return a
}

func TestTransactionsComeByATable(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ownActivity(t, "ACS-1", nil)
		w.importedActivity(t, "XM-1-A", "2", 1)
		const head = "Activity identifier,Reference,Type,Date,Amount,Currency,Provider\n"
		const good = head + "ACS-1,R1,Disbursement,2024-03-01,100.50,USD,DONOR\nACS-1,R2,3,2024-03-02,-5,EUR,\n"
		w.tells(t, func() {
			for name, v := range w.Viewers() {
				if name != "secretariat" {
					a := w.brings(t, v, "TRANSACTIONS", good, nil)
					code := map[bool]string{true: "UNAUTHENTICATED", false: "FORBIDDEN"}[name == "nobody"]
					a.refused(code)
				}
			}
			w.brings(t, w.Secretariat, "TRANSACTIONS", "a,b\n1,2\n", nil).refused("INVALID_INPUT", "input.file")
			w.brings(t, w.Secretariat, "TRANSACTIONS", good, vars{"mapping": `{"amount": {}}`}).refused("INVALID_INPUT", "mapping")
			w.brings(t, w.Secretariat, "TRANSACTIONS", good, vars{"dryRun": true}).came(2, 0, 0, 0, 0).is("importTable.refused", false)
			// One wrong row refuses the table.
			a := w.brings(t, w.Secretariat, "TRANSACTIONS", good+"XM-1-A,R3,3,2024-03-02,1,USD,\nACS-1,R1,3,2024-03-02,1,USD,\nACS-1,R4,3,2024-03-02,1,USD,Nobody\nACS-1,R5,3,02/03/2024,1,USD,\n", nil)
			a.came(6, 0, 0, 0, 4).is("importTable.refused", true)
			if rules := strings.Join(a.all("importTable.issues.*.rule"), ","); rules != "activity,twice,organisation,day" {
				t.Errorf("what is wrong: %s", rules)
			}
			a.is("importTable.issues.0.line", 4.0).is("importTable.issues.3.column", "Date")
		})
		w.tells(t, func() { w.brings(t, w.Secretariat, "TRANSACTIONS", good, nil).came(2, 2, 0, 0, 0) }, "TransactionRecorded", "TransactionRecorded")
		w.tells(t, func() { w.brings(t, w.Secretariat, "TRANSACTIONS", good, nil).came(2, 0, 0, 2, 0) })
		w.tells(t, func() {
			w.brings(t, w.Secretariat, "TRANSACTIONS", strings.Replace(good, "100.50", "101", 1), nil).came(2, 0, 1, 1, 0)
		}, "TransactionEdited")
		// What the room would refuse refuses the table: nothing happens tomorrow.
		w.tells(t, func() {
			a := w.brings(t, w.Secretariat, "TRANSACTIONS", head+"ACS-1,R9,3,2999-01-01,1,USD,\nACS-1,R8,3,2024-01-01,1,USD,\n", nil).came(2, 0, 0, 0, 1)
			a.is("importTable.issues.0.line", 2.0).is("importTable.issues.0.column", "date").is("importTable.refused", true)
		})
		w.tells(t, func() {
			w.brings(t, w.Secretariat, "TRANSACTIONS", head+"ACS-1,R8,3,2024-01-01,1,USD,\n", nil).came(1, 1, 0, 0, 0)
		}, "TransactionRecorded")
		w.tells(t, func() {
			w.brings(t, w.Secretariat, "TRANSACTIONS", head+"nowhere,R9,3,2024-01-01,1,USD,\nACS-1,R7,3,2024-01-01,1,USD,\n", vars{"leaveOut": true}).came(2, 1, 0, 0, 1)
		}, "TransactionRecorded")
		w.ask(t, w.Secretariat, `{ transactions(filter: {origin: OWN, currency: "USD"}, orderBy: {field: VALUE, direction: DESC}) { totalCount nodes { ref value { amount } provider { name } } } }`, nil).ok().
			is("transactions.totalCount", 3.0).is("transactions.nodes.0.value.amount", "101").is("transactions.nodes.0.provider.name", "Donor")
		fields := w.ask(t, w.Nobody, `{ tableFields(kind: TRANSACTIONS) { key title(in: fr) required } }`, nil).ok()
		fields.is("tableFields.0.key", "activity_identifier").is("tableFields.0.title", "Identifiant de l'activité").is("tableFields.0.required", true)
	})
}

func TestOpportunitiesComeByATable(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		const file = "source;source_id;title;language;donor;closes;maximum;currency;countries;url\n" +
			"Grants;G-1;Llamado;es;Donor;2027-01-31;500000;USD;JM;https://example.org/1\nGrants;G-2;Call;;;;;;;\n"
		w.tells(t, func() { w.brings(t, w.Secretariat, "OPPORTUNITIES", file, nil).came(2, 2, 0, 0, 0) }, "OpportunityIdentified", "OpportunityIdentified")
		w.tells(t, func() { w.brings(t, w.Secretariat, "OPPORTUNITIES", file, nil).came(2, 0, 0, 2, 0) })
		w.tells(t, func() {
			w.brings(t, w.Secretariat, "OPPORTUNITIES", strings.Replace(file, "500000", "600000", 1), nil).came(2, 0, 1, 1, 0)
		}, "OpportunityEdited")
		w.ask(t, w.Secretariat, `{ opportunities(filter: {text: "llamado"}) { nodes { title(in: es) donor { name } maximum { amount currency } closes countries { iso2 } url } } }`, nil)
		// What is exported comes in again and changes nothing.
		link := w.ask(t, w.Secretariat, exportLink, vars{"of": vars{"opportunities": vars{}}}).ok().at("export.url").(string)
		w.tells(t, func() {
			w.brings(t, w.Secretariat, "OPPORTUNITIES", fetched(t, w.door(t), "secretariat", link).Body.String(), nil).came(2, 0, 0, 2, 0)
		})
	})
}

// The published table of the CRS comes in whole, and shows who gave most.
func TestAidStatisticsComeByATable(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile(filepath.Join(referenceData(t), "crs_acs_2012_2019.csv"))
	if err != nil {
		t.Fatal(err)
	}
	const mapping = `{"source": {"constant": "OECD CRS"}, "recipient": {"column": "recipient_iso2"}, "amount": {"column": "value_usd_million", "times": "1000000"}, "currency": {"constant": "USD"}}`
	each(t, func(t *testing.T, w *world) {
		rows := float64(strings.Count(strings.TrimSpace(string(file)), "\n"))
		// One of its figures has seven decimals of a dollar: what was measured is kept to six.
		w.brings(t, w.Secretariat, "AID_STATISTICS", string(file), vars{"mapping": mapping}).came(rows, rows, 0, 0, 0).is("importTable.refused", false)
		w.brings(t, w.Secretariat, "AID_STATISTICS", string(file), vars{"mapping": mapping}).came(rows, 0, 0, rows, 0)
		w.ask(t, w.Nobody, `{ aidStatistics { totalCount } }`, nil).ok().is("aidStatistics.totalCount", rows)
		w.regional(t)
		a := w.ask(t, w.Council, prospectsOf, vars{"filter": vars{"recipient": "JM"}, "first": 1}).ok()
		a.is("prospects.nodes.0.evidence.source", "OECD CRS")
		if n := a.at("prospects.totalCount").(float64); n < 40 {
			t.Errorf("%v prospects", n)
		}
	})
}

func TestSummariesAreExported(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		public := w.ownActivity(t, "ACS-1", vars{"countries": []any{vars{"code": "JM", "percentage": "33.333333"}, vars{"code": "TT", "percentage": "66.666667"}}})
		hidden := w.ownActivity(t, "ACS-2", vars{"countries": []any{vars{"code": "GP"}}})
		w.gives(t, public, w.Donor, "3", "100")
		w.gives(t, hidden, w.Donor, "3", "7")
		w.publish(t, public)
		door := w.door(t)
		file := func(who string, in vars) string {
			link := w.ask(t, w.Viewers()[who], exportLink, in).ok().at("export.url").(string)
			rec := fetched(t, door, who, link)
			if rec.Code != 200 {
				t.Fatalf("%d %s", rec.Code, rec.Body)
			}
			return rec.Body.String()
		}
		summary := vars{"of": vars{"fundingSummary": vars{"groupBy": []any{"RECIPIENT_COUNTRY"}, "measures": []any{"DISBURSEMENT"}}}, "hxl": true}
		want := "Recipient country (code),Recipient country,Disbursements (USD),Disbursements: Share in per cent,Transactions\r\n" +
			"#country+code,#country+name,#value+disbursement+usd,#indicator+share+disbursement,#meta+count\r\n" +
			"JM,Country JM,33.333333,33.3333,1\r\nTT,Country TT,66.666667,66.6667,1\r\n"
		if got := file("nobody", summary); got != want {
			t.Errorf("the public's file is\n%s", got)
		}
		if got := file("secretariat", summary); !strings.Contains(got, "\r\nGP,Country GP,7,") {
			t.Errorf("the Secretariat's file is\n%s", got)
		}
		rows := vars{"of": vars{"fundingRows": vars{"measures": []any{"DISBURSEMENT"}, "only": []any{vars{"dimension": "RECIPIENT_COUNTRY", "code": "TT"}}}}, "format": "JSONL"}
		if got := file("nobody", rows); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"part":66.666667,"adds":66.666667,"adds_currency":"USD"`) {
			t.Errorf("the rows are %s", got)
		}
		if got := file("nobody", vars{"of": vars{"fundingRows": vars{}}}); strings.Contains(got, "ACS-2") {
			t.Errorf("a hidden flow is exported: %s", got)
		}
	})
}
