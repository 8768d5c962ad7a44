package graph_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/viewer"
)

// published is a file of activities by their numbers. Each lacks a date at which
// it starts, and one numbered 0 has no identifier.
func published(version string, numbers ...int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<iati-activities version=%q>\n", version)
	for _, n := range numbers {
		identifier := fmt.Sprintf("<iati-identifier>XM-TEST-%d</iati-identifier>", n)
		if n == 0 {
			identifier = ""
		}
		fmt.Fprintf(&b, `<iati-activity xml:lang="en" default-currency="USD">%s
<reporting-org ref="XM-TEST" type="40"><narrative>Test Bank</narrative></reporting-org>
<title><narrative>Plan %d</narrative></title><description><narrative>About it</narrative></description>
<participating-org ref="XM-TEST" role="1" type="40"><narrative>Test Bank</narrative></participating-org>
<activity-status code="2"/><recipient-country code="JM"/><sector vocabulary="1" code="43060"/>
<transaction><transaction-type code="2"/><transaction-date iso-date="2020-02-01"/><value value-date="2020-02-01">100.25</value></transaction>
</iati-activity>
`, identifier, n)
	}
	return b.String() + "</iati-activities>"
}

func (w *world) imports(tb testing.TB, v *viewer.Viewer, name, xml string) *ent.ImportRun {
	tb.Helper()
	s := importrun.New(w.Runner)
	run, err := s.Import(w.As(tb, v), importrun.Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(xml)), nil }}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return run
}

const runFields = `id datasetName status version size sha256 refusal refusalLine activities created updated unchanged transactions critical errors warnings
	startedBy { name } createdAt finishedAt`

func TestImportRunsAsViewersSeeThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		good := w.imports(t, w.Secretariat, "good.xml", published("2.03", 1, 2, 0))
		bad := w.imports(t, w.Secretariat, "bad.xml", published("1.05", 3))
		query := `query($good: ID!, $bad: ID!) {
			importRuns { totalCount nodes { datasetName issues { totalCount nodes { rule } edges { node { id } } } } edges { node { id } } }
			refused: importRuns(filter: { status: REFUSED }) { totalCount }
			good: node(id: $good) { ... on ImportRun { ` + runFields + ` issues(filter: { severity: CRITICAL }) { totalCount nodes { id severity rule line path activityIdentifier message } } } }
			bad: node(id: $bad) { ... on ImportRun { refusal refusalLine status } }
			activities { nodes { provenance { run { datasetName } datasetName line } } }
		}`
		var issue uuid.UUID
		for name, v := range w.Viewers() {
			a := w.ask(t, v, query, vars{"good": good.ID, "bad": bad.ID}).ok()
			all := v == w.Secretariat
			a.is("activities.nodes.0.provenance.run.datasetName", "good").is("activities.nodes.0.provenance.datasetName", "good").
				is("activities.nodes.0.provenance.line", float64(2))
			a.is("good.created", float64(2)).is("good.status", "APPLIED").is("good.critical", float64(1)).is("good.transactions", float64(2))
			a.is("good.version", "2.03").is("good.sha256", fmt.Sprintf("%x", good.Sha256)).is("good.refusal", nil)
			if all {
				a.is("importRuns.totalCount", float64(2)).is("refused.totalCount", float64(1)).is("good.startedBy.name", "Secretariat")
				a.is("bad.status", "REFUSED").is("good.issues.totalCount", float64(1)).is("good.issues.nodes.0.rule", "identifier-missing")
				if s, _ := a.at("bad.refusal").(string); !strings.Contains(s, "1.05") {
					t.Errorf("refused because %q", s)
				}
				issue = a.id("good.issues.nodes.0.id")
				continue
			}
			if a.at("bad") != nil {
				t.Errorf("%s sees the refused file", name)
			}
			a.is("importRuns.totalCount", float64(1)).is("refused.totalCount", float64(0)).is("importRuns.nodes.0.datasetName", "good")
			a.is("importRuns.nodes.0.issues.totalCount", float64(0)).is("importRuns.nodes.0.issues.nodes.0", nil).is("good.issues.totalCount", float64(0))
			if v == w.Nobody || v == w.Stranger {
				a.is("good.startedBy", nil)
			}
		}
		for name, v := range w.Viewers() {
			a := w.ask(t, v, `query($i: ID!) { node(id: $i) { id } }`, vars{"i": issue}).ok()
			if (a.at("node.id") != nil) != (v == w.Secretariat) {
				t.Errorf("%s: the issue is %v", name, a.at("node"))
			}
		}
	})
}

func TestImportsSpeakThreeLanguages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		run := w.imports(t, w.Secretariat, "good.xml", published("2.03", 0))
		w.imports(t, w.Secretariat, "bad.xml", published("1.05", 3))
		seen := map[string]bool{}
		for _, l := range i18n.Langs {
			a := w.askIn(t, w.Secretariat, l, `{ importRuns(orderBy: { field: DATASET_NAME }) { nodes { refusal issues(filter: { severity: CRITICAL }) { nodes { message } } } } }`, nil).ok()
			for _, path := range []string{"importRuns.nodes.0.refusal", "importRuns.nodes.1.issues.nodes.0.message"} {
				s, _ := a.at(path).(string)
				if s == "" || seen[s] {
					t.Errorf("%s: %s is %q", l, path, s)
				}
				seen[s] = true
			}
		}
		if run.Critical != 1 {
			t.Error(run)
		}
	})
}

func TestImportRunLists(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for n, name := range []string{"c", "a", "b", "a"} {
			w.imports(t, w.Secretariat, name+".xml", published("2.03", 1, 2, 3))
			if n < 3 {
				w.Clock.Add(24 * time.Hour)
			}
		}
		w.imports(t, w.Secretariat, "bad", published("1.05", 1))
		names := func(args string) []string {
			t.Helper()
			return w.ask(t, w.Secretariat, `{ importRuns`+args+` { nodes { datasetName } } }`, nil).ok().all("importRuns.nodes.*.datasetName")
		}
		for args, want := range map[string]string{
			"":                                   "bad a b a c",
			"(orderBy: { field: CREATED_AT })":   "c a b a bad",
			"(orderBy: { field: DATASET_NAME })": "a a b bad c",
			"(orderBy: { field: DATASET_NAME, direction: DESC })":                 "c bad b a a",
			`(filter: { status: APPLIED })`:                                       "a b a c",
			`(filter: { datasetName: "a" })`:                                      "a a",
			`(filter: { from: "2026-11-25" })`:                                    "bad a b",
			`(filter: { from: "2026-11-25", status: APPLIED, datasetName: "b" })`: "b",
			`(last: 2)`: "a c",
		} {
			if got := strings.Join(names(args), " "); got != want {
				t.Errorf("importRuns%s are %q, want %q", args, got, want)
			}
		}
		// Pages both ways.
		var forth []string
		after := "null"
		for {
			a := w.ask(t, w.Secretariat, `{ importRuns(first: 2, after: `+after+`) { nodes { datasetName } pageInfo { hasNextPage endCursor } } }`, nil).ok()
			forth = append(forth, a.all("importRuns.nodes.*.datasetName")...)
			if a.at("importRuns.pageInfo.hasNextPage") != true {
				break
			}
			after = fmt.Sprintf("%q", a.at("importRuns.pageInfo.endCursor"))
		}
		if got := strings.Join(forth, " "); got != "bad a b a c" {
			t.Errorf("page by page %q", got)
		}
	})
}

func TestImportIssueLists(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.imports(t, w.Secretariat, "a", published("2.03", 0, 1, 2, 1))
		w.imports(t, w.Secretariat, "b", published("2.03", 3))
		a := w.ask(t, w.Secretariat, `{ importRuns(orderBy: { field: DATASET_NAME }) { nodes {
			all: issues(first: 100) { totalCount nodes { line severity } }
			critical: issues(filter: { severity: CRITICAL }) { nodes { rule } }
			one: issues(filter: { activityIdentifier: "XM-TEST-2" }) { totalCount nodes { activityIdentifier } }
			rule: issues(filter: { rule: "identifier-twice" }) { totalCount nodes { activityIdentifier } }
			first: issues(first: 1) { nodes { line } pageInfo { hasNextPage } }
		} } }`, nil).ok()
		if got := a.all("importRuns.nodes.0.critical.nodes.*.rule"); !slices.Equal(got, []string{"identifier-missing", "identifier-twice"}) {
			t.Errorf("critical are %v", got)
		}
		a.is("importRuns.nodes.0.rule.totalCount", float64(1)).is("importRuns.nodes.0.rule.nodes.0.activityIdentifier", "XM-TEST-1")
		a.is("importRuns.nodes.1.rule.totalCount", float64(0)).is("importRuns.nodes.0.first.pageInfo.hasNextPage", true)
		if n, _ := a.at("importRuns.nodes.0.one.totalCount").(float64); n < 1 {
			t.Errorf("%v issues of one activity", n)
		}
		if n, _ := a.at("importRuns.nodes.0.all.totalCount").(float64); int(n) != len(a.all("importRuns.nodes.0.all.nodes.*.line")) {
			t.Errorf("%v issues, and other ones", n)
		}
		lines := func(path string) []string { return a.all("importRuns.nodes." + path + ".all.nodes.*.line") }
		if !slices.IsSortedFunc(lines("0"), func(a, b string) int { return len(a) - len(b) }) {
			t.Errorf("issues at lines %v", lines("0"))
		}
	})
}

func TestImportsTellTheirEvents(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		run := w.imports(t, w.Secretariat, "good.xml", published("2.03", 1))
		w.imports(t, w.Secretariat, "bad.xml", published("1.05", 1))
		query := `{ eventLog(in: { everything: true }, first: 100) { envelopes { event { __typename
			... on ImportChecked { run { id } } ... on ImportApplied { run { id } } ... on ImportRefused { run { id } }
			... on ActivityImported { new run { id } activity { iatiIdentifier } } ... on OrganisationCreated { organisation { identifier } } } } } }`
		for name, v := range w.Viewers() {
			want := []string{"OrganisationCreated", "ActivityImported", "ImportApplied"}
			if v == w.Secretariat {
				want = []string{"ImportChecked", "OrganisationCreated", "ActivityImported", "ImportApplied", "ImportRefused"}
			}
			a := w.ask(t, v, query, nil).ok()
			if got := a.all("eventLog.envelopes.*.event.__typename"); !slices.Equal(got, want) {
				t.Errorf("%s sees %v", name, got)
			}
			n := slices.Index(want, "ActivityImported")
			at := fmt.Sprintf("eventLog.envelopes.%d.event.", n)
			a.is(at+"new", true).is(at+"activity.iatiIdentifier", "XM-TEST-1").is(at+"run.id", id.Format(run.ID))
		}
	})
}

func TestImportRunsCostTheSameStatements(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		query := `{ importRuns(first: 100) { totalCount nodes { datasetName startedBy { name } issues(first: 3) { totalCount nodes { rule message } } } } }`
		cost := func() int64 {
			return w.statements(func() { w.ask(t, w.Secretariat, query, nil).ok() })
		}
		add := func(n int) {
			for i := range n {
				w.imports(t, w.Secretariat, fmt.Sprint("d", i), published("2.03", 0, 1))
			}
		}
		add(2)
		few := cost()
		add(8)
		if many := cost(); many != few {
			t.Errorf("%d statements for 2 runs, %d for 10", few, many)
		}
	})
}

func TestTotalsOfReferenceFiles(t *testing.T) {
	t.Parallel()
	dir := referenceData(t)
	raw, err := os.ReadFile(filepath.Join(dir, "golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var golden map[string]struct {
		Status   map[string]int
		TxByType map[string]int `json:"tx_by_type"`
		Native   map[string]string
	}
	if err := json.Unmarshal(raw, &golden); err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, w *world) {
		for name, want := range golden {
			for range 2 { // the second time everything is unchanged, and the figures are the same
				run, err := importrun.New(w.Runner).Import(w.System(), importrun.File(filepath.Join(dir, "iati", name+".xml")), nil)
				if err != nil {
					t.Fatal(err)
				}
				a := w.ask(t, w.Nobody, `query($r: ID!) { activityTotals(filter: { importRunId: $r }) { byStatus { status count } bySum { transactionType currency amount count } } }`,
					vars{"r": run.ID}).ok()
				status, types, native := map[string]int{}, map[string]int{}, map[string]string{}
				list, _ := a.at("activityTotals.byStatus").([]any)
				for _, e := range list {
					row := e.(map[string]any)
					status[row["status"].(string)] = int(row["count"].(float64))
				}
				list, _ = a.at("activityTotals.bySum").([]any)
				for _, e := range list {
					row := e.(map[string]any)
					types[row["transactionType"].(string)] += int(row["count"].(float64))
					native[row["transactionType"].(string)+"|"+row["currency"].(string)] = row["amount"].(string)
				}
				for k, v := range want.Native { // 14950.00 is 14950
					if strings.Contains(v, ".") {
						want.Native[k] = strings.TrimSuffix(strings.TrimRight(v, "0"), ".")
					}
				}
				if fmt.Sprint(status, types, native) != fmt.Sprint(want.Status, want.TxByType, want.Native) {
					t.Errorf("%s: %v %v %v, want %v", name, status, types, native, want)
				}
			}
		}
	})
}

// referenceData is the folder with the reference data. The test skips without it.
func referenceData(tb testing.TB) string {
	tb.Helper()
	if dir := os.Getenv("HUB_TEST_REFERENCE_DATA"); dir != "" {
		return dir
	}
	at, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for ; at != filepath.Dir(at); at = filepath.Dir(at) {
		dir := filepath.Join(at, "shared", "data")
		if _, err := os.Stat(filepath.Join(dir, "golden.json")); err == nil {
			return dir
		}
	}
	tb.Skip("no reference data: set HUB_TEST_REFERENCE_DATA to its folder, or put it into shared/data beside the checkout")
	return ""
}
