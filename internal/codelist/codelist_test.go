package codelist_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/i18n"
)

// reference is the folder of the lists as they were published, which lies beside
// the code: in HUB_TEST_REFERENCE_DATA, or in a folder shared/data of a folder
// around this one.
func reference(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("HUB_TEST_REFERENCE_DATA")
	if dir == "" {
		here, err := filepath.Abs(".")
		if err != nil {
			t.Fatal(err)
		}
		for d := here; d != filepath.Dir(d) && dir == ""; d = filepath.Dir(d) {
			if _, err := os.Stat(filepath.Join(d, "shared", "data", "codelists")); err == nil {
				dir = filepath.Join(d, "shared", "data")
			}
		}
	}
	if dir == "" {
		t.Skip("the reference data is not here: put it into ../shared/data, or name its folder in HUB_TEST_REFERENCE_DATA")
	}
	return filepath.Join(dir, "codelists")
}

// TestListsAreThosePublished compares every list with what was published: no code
// is lost, added or changed but for those that are named here.
func TestListsAreThosePublished(t *testing.T) {
	t.Parallel()
	added := map[string][]string{codelist.Currency: {"CHE", "CHW", "UYW", "XCG", "XSU", "XUA", "ZWG"}}
	// ISO 4217 has withdrawn these since.
	withdrawn := []string{"ANG", "BGN", "CUC", "HRK", "SLL", "ZWL"}
	dir := reference(t)
	published, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(published) == 0 {
		t.Fatal(published, err)
	}
	if len(published) != len(codelist.All()) {
		t.Errorf("%d lists were published, %d are here", len(published), len(codelist.All()))
	}
	clean := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	for _, file := range published {
		name := strings.TrimSuffix(filepath.Base(file), ".csv")
		l := codelist.Find(name)
		if l == nil {
			t.Errorf("%s is not here", name)
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))).ReadAll()
		if err != nil {
			t.Fatal(name, err)
		}
		column := func(row []string, of string) string {
			if i := slices.Index(rows[0], of); i >= 0 {
				return clean(row[i])
			}
			return ""
		}
		if want := len(rows) - 1 + len(added[name]); len(l.Items()) != want {
			t.Errorf("%s has %d codes, want %d", name, len(l.Items()), want)
		}
		for _, row := range rows[1:] {
			code := column(row, "code")
			i := l.Item(code)
			if i == nil {
				t.Errorf("%s has no %s", name, code)
				continue
			}
			if en := column(row, "name_en"); en != "" && i.Names.EN != en {
				t.Errorf("%s %s is %q in English, want %q", name, code, i.Names.EN, en)
			}
			fr, by := column(row, "name_fr"), i.Names.Origins[i18n.FR].Maker
			if fr != "" && (i.Names.FR != fr || by != i18n.BySource) {
				t.Errorf("%s %s is %q in French (%s), want %q", name, code, i.Names.FR, by, fr)
			}
			late := name == codelist.Currency && slices.Contains(withdrawn, code)
			if want := column(row, "status") == "withdrawn" || late; (i.Status == codelist.Withdrawn) != want {
				t.Errorf("%s %s is %s, published as %s", name, code, i.Status, column(row, "status"))
			}
			// Targets name their goal; one category of the finance types is in no list.
			if c := column(row, "category"); c != "" && c != "450" && (i.Parent == nil || i.Parent.Code != c) {
				t.Errorf("%s %s does not belong to %s", name, code, c)
			}
		}
		for _, code := range added[name] {
			if !l.Has(code) {
				t.Errorf("%s has no %s", name, code)
			}
		}
	}
}

func TestEveryCodeIsNamedInThreeLanguages(t *testing.T) {
	t.Parallel()
	for _, l := range codelist.All() {
		if l.Source == "" || l.Names.EN == "" || l.Names.ES == "" || l.Names.FR == "" {
			t.Errorf("%s has no name or no source", l.Name)
		}
		for _, i := range l.Items() {
			for _, lang := range i18n.Langs {
				if s := i.Names.Get(lang); s == "" || s != strings.TrimSpace(s) || strings.ContainsAny(s[:1], "~+") {
					t.Errorf("%s %s is %q in %s", l.Name, i.Code, s, lang)
				}
				if o, ok := i.Names.Origins[lang]; lang != i18n.EN && (!ok || o.At.IsZero()) {
					t.Errorf("of %s %s it is not told who named it in %s", l.Name, i.Code, lang)
				}
			}
			if i.Status == codelist.Active && (i.Since != nil || i.ReplacedBy != nil) {
				t.Errorf("%s %s is in use and replaced", l.Name, i.Code)
			}
			for _, by := range i.ReplacedBy {
				if by.Status != codelist.Active {
					t.Errorf("%s %s is replaced by %s, which is withdrawn", l.Name, i.Code, by.Code)
				}
			}
		}
	}
}

func TestWithdrawnCodesNameWhatReplacesThem(t *testing.T) {
	t.Parallel()
	ang := codelist.Of(codelist.Currency, "ANG")
	if !ang.Known || ang.Status != codelist.Withdrawn || *ang.Since != "2025-03" || len(ang.ReplacedBy) != 1 || ang.ReplacedBy[0].Code != "XCG" {
		t.Errorf("ANG is %+v", ang)
	}
	if xcg := codelist.Of(codelist.Currency, "XCG"); xcg.Status != codelist.Active || *xcg.Digits != 2 || xcg.Names.ES != "florín caribeño" {
		t.Errorf("XCG is %+v", xcg)
	}
	if by := codelist.Of(codelist.Country, "AN").ReplacedBy; len(by) != 3 {
		t.Errorf("AN is replaced by %v", by)
	}
}

// What was published says which codes are withdrawn, and neither since when nor what
// takes their place: that stands here alone. So what it says is held against what was
// published where that is possible, and against ISO 4217's own dates.
func TestSinceAndReplacedByFitWhatWasPublished(t *testing.T) {
	t.Parallel()
	dir := reference(t)
	// By ISO 4217, list three; of the country by ISO 3166-3.
	dates := map[string]string{
		"ANG": "2025-03 XCG", "BGN": "2025-12 EUR", "BYR": "2017-01 BYN", "CUC": "2021-06 CUP", "EEK": "2011-01 EUR", "HRK": "2023-01 EUR", "LTL": "2014-12 EUR",
		"LVL": "2014-01 EUR", "MRO": "2017-12 MRU", "SLL": "2023-12 SLE", "STD": "2017-12 STN", "USS": "2014-03 USD", "VEF": "2018-08 VES", "ZMK": "2012-12 ZMW",
		"ZWL": "2024-09 ZWG", "AN": "2010-12 BQ CW SX",
	}
	for _, l := range codelist.All() {
		status := map[string]string{}
		raw, err := os.ReadFile(filepath.Join(dir, l.Name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, column := range []string{"since", "replaced_by", "withdrawal_date"} {
			if slices.Contains(rows[0], column) {
				t.Errorf("%s was published with %s: compare it", l.Name, column)
			}
		}
		at := slices.Index(rows[0], "status")
		for _, row := range rows[1:] {
			status[row[slices.Index(rows[0], "code")]] = row[at]
		}
		for _, i := range l.Items() {
			said := ""
			if i.Since != nil {
				said = string(*i.Since)
				if said < "1990" || said[:4] > string(l.Written)[:4] {
					t.Errorf("%s %s is withdrawn since %s, written on %s", l.Name, i.Code, said, l.Written)
				}
			}
			met := map[string]bool{}
			for _, by := range i.ReplacedBy {
				said += " " + by.Code
				if now, there := status[by.Code]; by == i || met[by.Code] || there && now != "active" {
					t.Errorf("%s %s is replaced by %s, which was published as %q", l.Name, i.Code, by.Code, now)
				}
				met[by.Code] = true
			}
			if l.Name != codelist.Currency && l.Name != codelist.Country {
				if i.Since != nil {
					t.Errorf("%s %s is withdrawn since %s, for which there is no source", l.Name, i.Code, said)
				}
				continue
			}
			if want, known := dates[i.Code]; i.Status == codelist.Withdrawn != known || said != want {
				t.Errorf("%s %s is withdrawn and replaced: %q, want %q", l.Name, i.Code, said, want)
			}
		}
	}
}

func TestDigitsOfCurrencies(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]int{"USD": 2, "JPY": 0, "CLP": 0, "KWD": 3, "CLF": 4, "COP": 2, "XAF": 0} {
		if d := codelist.Of(codelist.Currency, code).Digits; d == nil || *d != want {
			t.Errorf("%s has %v digits, want %d", code, d, want)
		}
	}
	if d := codelist.Of(codelist.Currency, "XDR").Digits; d != nil {
		t.Errorf("XDR has %d digits", *d)
	}
}

func TestUnknownCodesAreKept(t *testing.T) {
	t.Parallel()
	i := codelist.Of(codelist.TransactionType, "99")
	if i == nil || i.Known || i.Code != "99" || i.Speak(t.Context(), nil) != "99" || i.List.Name != codelist.TransactionType {
		t.Errorf("99 is %+v", i)
	}
	if codelist.Of(codelist.TransactionType, "") != nil || codelist.Of("Nothing", "1") != nil || codelist.OfSector("99", "1") != nil {
		t.Error("no code, and one of no list, are something")
	}
	if s := codelist.OfSector("", "43060"); s.Speak(t.Context(), nil) != "Disaster Risk Reduction" || s.Parent.Code != "430" {
		t.Errorf("43060 is %+v", s)
	}
	if g := codelist.OfSector("8", "13.1").Parent; g.Code != "13" {
		t.Errorf("13.1 belongs to %s", g.Code)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	codes := func(f codelist.Filter) string {
		var out []string
		for _, i := range codelist.Find(codelist.Sector).Search(f) {
			out = append(out, i.Code)
		}
		return strings.Join(out, " ")
	}
	of := func(s string) *string { return &s }
	gone := codelist.Withdrawn
	for _, c := range []struct {
		what   string
		filter codelist.Filter
		want   string
	}{
		{"Spanish without accents", codelist.Filter{Text: of("EDUCACION en EMERGENCIAS")}, "72012"}, //nolint:misspell // Spanish
		{"French without accents", codelist.Filter{Text: of("energie geothermique")}, "23066 23260"},
		{"a part of the code", codelist.Filter{Text: of("4306")}, "43060"},
		{"the parent", codelist.Filter{Parent: of("740")}, "74010 74020"},
		{"withdrawn of a parent", codelist.Filter{Parent: of("740"), Status: &gone}, "74010"},
		{"codes", codelist.Filter{Codes: []string{"11110", "0"}}, "11110"},
		{"nothing", codelist.Filter{Codes: []string{}}, ""},
	} {
		if got := codes(c.filter); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
	if got := codelist.Search(of("monnaie")); len(got) != 1 || got[0].Name != codelist.Currency {
		t.Errorf("monnaie finds %v", got)
	}
}

func TestCodesRunByTheirValue(t *testing.T) {
	t.Parallel()
	a, b := codelist.Of(codelist.SDGTargets, "8.9").CodeKey(), codelist.Of(codelist.SDGTargets, "8.10").CodeKey()
	if a >= b {
		t.Errorf("%q comes after %q", a, b)
	}
	for _, l := range codelist.All() {
		seen := map[string]bool{}
		for _, i := range l.Items() {
			for _, lang := range i18n.Langs {
				k := string(lang) + i.NameKey(lang)
				if seen[k] || seen[i.CodeKey()] {
					t.Fatalf("%s %s has the key of another", l.Name, i.Code)
				}
				seen[k] = true
			}
			seen[i.CodeKey()] = true
		}
	}
}
