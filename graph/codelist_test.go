package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/viewer"
)

const itemFields = `code isKnown name status since digits list { name } parent { code name } replacedBy { code }
	names { authentic text translations { language text maker madeAt } }`

func TestReferenceListsAreReadByEverybody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, v := range w.Viewers() {
			var a *answer
			if n := w.statements(func() {
				a = w.ask(t, v, `{ codelists(first: 100) { totalCount nodes { name } } codelist(name: "Currency") { name title(in: "es") source items(first: 1) { totalCount } }
					codelistItem(list: "Currency", code: "ANG") { `+itemFields+` } none: codelist(name: "currency") { name }
					unknown: codelistItem(list: "Currency", code: "ZZZ") { code } nowhere: codelistItem(list: "X", code: "1") { code } }`, nil).ok()
			}); n != 0 {
				t.Errorf("%s: %d statements for what is in memory", name, n)
			}
			a.is("codelists.totalCount", float64(len(codelist.All()))).is("codelist.title", "Moneda").
				is("codelist.items.totalCount", float64(len(codelist.Find("Currency").Items()))).is("none", nil).is("unknown", nil).is("nowhere", nil)
			a.is("codelistItem.code", "ANG").is("codelistItem.isKnown", true).is("codelistItem.status", "WITHDRAWN").is("codelistItem.since", "2025-03").
				is("codelistItem.replacedBy.0.code", "XCG").is("codelistItem.digits", 2.0).is("codelistItem.list.name", "Currency").
				is("codelistItem.names.authentic", "en").is("codelistItem.names.translations.0.language", "es").
				is("codelistItem.names.translations.0.maker", "SOURCE").is("codelistItem.names.translations.1.text", "florin antillais")
		}
		a := w.ask(t, w.Nobody, `{ codelistItem(list: "Sector", code: "43060") { `+itemFields+` es: name(in: "es") } }`, nil).ok()
		a.is("codelistItem.name", "Disaster Risk Reduction").is("codelistItem.es", "Reducción del riesgo de desastres").is("codelistItem.status", "ACTIVE").
			is("codelistItem.parent.code", "430").is("codelistItem.names.translations.0.maker", "MACHINE").
			is("codelistItem.names.translations.0.madeAt", "2026-11-25T00:00:00.000000Z").is("codelistItem.names.translations.1.maker", "SOURCE")
	})
}

func TestCodesOfAListArePagedFilteredAndOrdered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		items := func(l i18n.Lang, list, args string) []string {
			t.Helper()
			var out []string
			var cursor any
			for {
				a := w.askIn(t, w.Nobody, l, fmt.Sprintf(`query($after: String) { codelist(name: %q) { items(first: 7, after: $after, %s) {
					nodes { code } pageInfo { hasNextPage endCursor } } } }`, list, args), vars{"after": cursor}).ok()
				out = append(out, a.all("codelist.items.nodes.*.code")...)
				if a.at("codelist.items.pageInfo.hasNextPage") != true {
					return out
				}
				cursor = a.at("codelist.items.pageInfo.endCursor")
			}
		}
		for _, c := range []struct {
			lang             i18n.Lang
			list, args, want string
		}{
			{i18n.EN, "TransactionType", `orderBy: { field: CODE }`, "1 2 3 4 5 6 7 8 9 10 11 12 13"},
			{i18n.EN, "TransactionType", `orderBy: { field: CODE, direction: DESC }`, "13 12 11 10 9 8 7 6 5 4 3 2 1"},
			{i18n.EN, "ActivityStatus", `orderBy: { field: NAME }`, "5 4 3 2 1 6"},
			{i18n.ES, "ActivityStatus", `orderBy: { field: NAME }`, "5 4 2 3 1 6"},
			{i18n.FR, "Sector", `filter: { text: "ENERGIE GEOTHERMIQUE" }`, "23066 23260"},
			{i18n.FR, "Sector", `filter: { text: "ENERGIE GEOTHERMIQUE", status: ACTIVE }`, "23260"},
			{i18n.EN, "Sector", `filter: { parent: "730" }`, "73010"},
			{i18n.EN, "AidType", `filter: { parent: "B03" }`, "B031 B032 B033"},
			{i18n.EN, "Country", `filter: { code: ["JM", "TT", "ZZ"] }`, "JM TT"},
		} {
			if got := items(c.lang, c.list, c.args); strings.Join(got, " ") != c.want {
				t.Errorf("%s(%s) in %s is %v, want %s", c.list, c.args, c.lang, got, c.want)
			}
		}
		w.lists(t, w.Nobody, "codelists", `filter: { text: "vocabulaire de la" }`, "name", "HumanitarianScopeVocabulary")
		if got := w.walk(t, w.Nobody, "codelists", `orderBy: { field: TITLE, direction: DESC }`, "title"); !slices.IsSortedFunc(got, func(a, b string) int {
			return strings.Compare(i18n.Fold(b), i18n.Fold(a))
		}) {
			t.Errorf("lists by title: %v", got)
		}
		cursor := w.ask(t, w.Nobody, `{ codelist(name: "Sector") { items(first: 1) { pageInfo { endCursor } } } }`, nil).ok().at("codelist.items.pageInfo.endCursor")
		for _, args := range []string{`orderBy: { field: NAME }, after: $c`, `orderBy: { field: CODE, direction: DESC }, after: $c`} {
			w.ask(t, w.Nobody, `query($c: String) { codelist(name: "Sector") { items(`+args+`) { totalCount } } }`, vars{"c": cursor}).refused("INVALID_INPUT", "after")
		}
		many := `"` + strings.Repeat(`x", "`, 100) + `x"`
		w.ask(t, w.Nobody, `{ codelist(name: "Sector") { items(filter: { code: [`+many+`] }) { totalCount } } }`, nil).refused("INVALID_INPUT", "filter.code")
	})
}

// What was published and is in no list is kept, told as unknown, and is an issue of
// the import with the list, the code and the line.
func TestUnknownCodesAreKeptAndFlagged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		xml := strings.NewReplacer(`<activity-status code="2"/>`, "\n<activity-status code=\"88\"/>\n", `<transaction-type code="2"/>`, "\n<transaction-type code=\"77\"/>\n",
			`code="43060"`, `code="43069"`, `role="1" type="40"`, `role="1" type="XX"`, `value-date="2020-02-01">`, `value-date="2020-02-01" currency="XCG">`).
			Replace(published("2.03", 1))
		run := w.imports(t, w.Secretariat, "codes.xml", xml)
		line := func(of string) float64 { return float64(1 + strings.Count(xml[:strings.Index(xml, of)], "\n")) }
		a := w.ask(t, w.Secretariat, `query($id: ID!) { node(id: $id) { ... on ImportRun { activities issues(filter: { severity: ERROR }) { nodes { rule line message } } } } }`,
			vars{"id": run.ID}).ok().is("node.activities", 1.0)
		for rule, want := range map[string]struct {
			line    float64
			message string
		}{
			"9.5.1":  {line("activity-status"), `The code “88” is not in the list ActivityStatus.`},
			"9.93.1": {line("<transaction-type"), `The code “77” is not in the list TransactionType.`},
			"9.76.1": {line("<sector"), `The code “43069” is not in the list Sector.`},
			"9.42.1": {line("<participating-org"), `The code “XX” is not in the list OrganisationType.`},
		} {
			at := slices.Index(a.all("node.issues.nodes.*.rule"), rule)
			if at < 0 {
				t.Errorf("no issue %s: %s", rule, a.raw)
				continue
			}
			a.is(fmt.Sprintf("node.issues.nodes.%d.line", at), want.line).is(fmt.Sprintf("node.issues.nodes.%d.message", at), want.message)
		}
		if slices.Contains(a.all("node.issues.nodes.*.rule"), "9.94.1") {
			t.Error("the guilder of the Caribbean is no currency")
		}
		unknown := `{ code isKnown name names { text } status parent { code } list { name } }`
		a = w.ask(t, w.Nobody, `{ activities { nodes { status statusItem `+unknown+` participants { role { name } type `+unknown+` }
			sectors { item `+unknown+` vocabularyItem { name } } countries { item { name(in: "fr") } } } }
			transactions { nodes { typeCode type `+unknown+` value { currencyItem { name(in: "es") } } provider { type { code } } } }
			activityTotals { byStatus { statusItem { isKnown } } bySum { typeItem { isKnown } currencyItem { name } } } }`, nil).ok()
		for path, want := range map[string]any{
			"activities.nodes.0.status": nil, "activities.nodes.0.statusItem.code": "88", "activities.nodes.0.statusItem.isKnown": false,
			"activities.nodes.0.statusItem.name": "88", "activities.nodes.0.statusItem.names": nil, "activities.nodes.0.statusItem.status": nil,
			"activities.nodes.0.statusItem.list.name":     "ActivityStatus",
			"activities.nodes.0.participants.0.role.name": "Funding", "activities.nodes.0.participants.0.type.isKnown": false,
			"activities.nodes.0.sectors.0.item.code": "43069", "activities.nodes.0.sectors.0.item.isKnown": false, "activities.nodes.0.sectors.0.item.parent": nil,
			"activities.nodes.0.sectors.0.vocabularyItem.name": "OECD DAC CRS Purpose Codes (5 digit)", "activities.nodes.0.countries.0.item.name": "Jamaïque",
			"transactions.nodes.0.typeCode": "77", "transactions.nodes.0.type.code": "77", "transactions.nodes.0.type.isKnown": false,
			"transactions.nodes.0.value.currencyItem.name": "florín caribeño", "transactions.nodes.0.provider": nil,
			"activityTotals.byStatus.0.statusItem.isKnown": false, "activityTotals.bySum.0.typeItem.isKnown": false,
			"activityTotals.bySum.0.currencyItem.name": "Caribbean Guilder",
		} {
			a.is(path, want)
		}
	})
}

func TestWhatCodesMeanCostsNoStatements(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for i := range 5 {
			w.importedActivity(t, fmt.Sprintf("XM-%d", i), "2", 1, 2, 3)
		}
		count := func(v *viewer.Viewer, query string) int64 {
			return w.statements(func() { w.ask(t, v, query, nil).ok() })
		}
		plain := count(w.Nobody, `{ activities { nodes { statusCode sectors { code } transactions { nodes { typeCode value { currency } countries { code } } } } } }`)
		with := count(w.Nobody, `{ activities { nodes { statusCode statusItem { name } sectors { code item { name parent { name } } }
			transactions { nodes { typeCode type { name } value { currency currencyItem { name digits } } countries { code item { name } } } } } } }`)
		if plain != with {
			t.Errorf("%d statements with what the codes mean, %d without", with, plain)
		}
	})
}
