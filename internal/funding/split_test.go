package funding_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/funding"
)

// drawn are shares as they are published, sensible ones and others.
var drawn = rapid.Custom(func(t *rapid.T) funding.Stated {
	s := funding.Stated{
		Code:       rapid.SampledFrom([]string{"JM", "TT", "43060", "43050", "21040", "1.2", "", "abé12", "日本語経済"}).Draw(t, "code"),
		Vocabulary: rapid.SampledFrom([]string{"", "1", "2", "7", "8", "99"}).Draw(t, "vocabulary"),
	}
	switch rapid.IntRange(0, 3).Draw(t, "how") {
	case 0:
		s.Published = rapid.SampledFrom([]string{"33.3333333333333333", "1e5", "-3", "half", "99.99999999999", "1/3"}).Draw(t, "text")
	case 1:
		n := rapid.Int64Range(-5, 1_100_000_000).Draw(t, "micro")
		s.Micro = &n
	case 2:
		n := rapid.Int64Range(1, 60).Draw(t, "percent") * 1_000_000
		s.Micro = &n
	}
	return s
})

// The parts of an owner make a whole in each axis and vocabulary, whatever was
// published, and one of them leads.
func TestPartsMakeAWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(drawn, 0, 12).Draw(t, "shares")
		k := rapid.IntRange(0, len(all)).Draw(t, "countries")
		parts := append(funding.Places(all[:k], all[k:]), funding.SectorParts(all)...)
		sums, leads := map[string]*big.Rat{}, map[string]int{}
		codes, regions, seen := map[string]int{}, map[string]int{}, map[string]bool{}
		for _, p := range parts {
			at := string(p.Axis) + p.Vocabulary
			if sums[at] == nil {
				sums[at] = new(big.Rat)
			}
			sums[at].Add(sums[at], big.NewRat(p.Numerator, p.Denominator))
			if p.Numerator <= 0 {
				t.Fatalf("%+v", p)
			}
			if !utf8.ValidString(p.Code) || !utf8.ValidString(p.Region) {
				t.Fatalf("no text: %q", p.Code)
			}
			if key := fmt.Sprint(at, p.Code, "|", p.Region); seen[key] {
				t.Fatalf("twice: %+v", p)
			} else {
				seen[key] = true
			}
			count := func(m map[string]int, key string, yes bool) {
				if _, there := m[key]; !there {
					m[key] = 0
				}
				if yes {
					m[key]++
				}
			}
			count(leads, at, p.Leads)
			count(codes, at+p.Code, p.LeadsCode)
			count(regions, at+p.Region, p.LeadsRegion)
		}
		for at, sum := range sums {
			if sum.Cmp(big.NewRat(1, 1)) != 0 {
				t.Fatalf("%s makes %s", at, sum)
			}
		}
		for _, m := range []map[string]int{leads, codes, regions} {
			for at, n := range m {
				if n != 1 {
					t.Fatalf("%s: %d lead", at, n)
				}
			}
		}
		if len(all) > 0 && (k > 0 || k < len(all)) && sums["PLACE"] == nil {
			t.Fatal("places without a part")
		}
	})
}

func TestRules(t *testing.T) {
	t.Parallel()
	micro := func(code string, percent float64) funding.Stated {
		n := int64(percent * 1_000_000)
		return funding.Stated{Code: code, Micro: &n}
	}
	bare := func(code string) funding.Stated { return funding.Stated{Code: code} }
	text := func(code, percentage string) funding.Stated { return funding.Stated{Code: code, Published: percentage} }
	for _, c := range []struct {
		what string
		in   []funding.Stated
		want string
	}{
		{"nothing", nil, ""},
		{"one alone", []funding.Stated{bare("JM")}, "JM 1/1"},
		{"exactly 99", []funding.Stated{micro("JM", 33), micro("TT", 66)}, "JM 1/3 TT 2/3"},
		{"exactly 101", []funding.Stated{micro("JM", 50), micro("TT", 51)}, "JM 50/101 TT 51/101"},
		{"a hair less than 99", []funding.Stated{micro("JM", 33), micro("TT", 65.999999)}, "UNALLOCATED 1/1 WRONG_SUM"},
		{"a hair more than 101", []funding.Stated{micro("JM", 50), micro("TT", 51.000001)}, "UNALLOCATED 1/1 WRONG_SUM"},
		{"1010, as a real file has it", []funding.Stated{micro("JM", 1000), micro("TT", 10)}, "UNALLOCATED 1/1 WRONG_SUM"},
		{"none has any", []funding.Stated{bare("JM"), bare("TT")}, "UNALLOCATED 1/1 WRONG_SUM"},
		{"0", []funding.Stated{micro("JM", 0)}, "UNALLOCATED 1/1 WRONG_SUM"},
		{"the same twice", []funding.Stated{micro("JM", 30), micro("TT", 40), micro("JM", 30)}, "JM 3/5 TT 2/5"},
		{"thirds", []funding.Stated{text("JM", "33.3333333333"), text("TT", "33.3333333333"), text("GP", "33.3333333334")}, "GP 166666666667/500000000000 JM 333333333333/1000000000000 TT 333333333333/1000000000000"},
		{"no number", []funding.Stated{text("JM", "half"), micro("TT", 100)}, "UNALLOCATED 1/1 UNREADABLE"},
		{"below zero", []funding.Stated{micro("JM", -10), micro("TT", 110)}, "UNALLOCATED 1/1 UNREADABLE"},
	} {
		got := ""
		for _, p := range funding.Places(c.in, nil) {
			r := big.NewRat(p.Numerator, p.Denominator)
			if got != "" {
				got += " "
			}
			got += p.Code + " " + r.String()
			if p.Reason != "" {
				got += " " + string(p.Reason)
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

// Countries and the DAC's regions share a whole; regions of other vocabularies are
// another breakdown of the same money.
func TestRegionsOfSeveralVocabularies(t *testing.T) {
	t.Parallel()
	stated := func(vocabulary, code string, percent ...int64) funding.Stated {
		s := funding.Stated{Vocabulary: vocabulary, Code: code}
		for _, p := range percent {
			n := p * 1_000_000
			s.Micro = &n
		}
		return s
	}
	for _, c := range []struct {
		what               string
		countries, regions []funding.Stated
		want               string
	}{
		{"a country and an own region of 100 each", []funding.Stated{stated("", "JM", 100)}, []funding.Stated{stated("99", "X", 100)}, "JM/NATIONAL 1/1"},
		{"neither with a percentage", []funding.Stated{stated("", "JM")}, []funding.Stated{stated("99", "X")}, "JM/NATIONAL 1/1"},
		{"two countries beside regions of two others", []funding.Stated{stated("", "JM", 60), stated("", "TT", 40)}, []funding.Stated{stated("2", "029", 100), stated("99", "X", 50), stated("99", "Y", 50)}, "JM/NATIONAL 3/5 TT/NATIONAL 2/5"},
		{"a country and a region of the DAC's", []funding.Stated{stated("", "JM", 40)}, []funding.Stated{stated("1", "380", 60), stated("99", "X", 100)}, "JM/NATIONAL 2/5 REGIONAL/380 3/5"},
		{"the DAC's behind another", []funding.Stated{stated("", "JM", 40)}, []funding.Stated{stated("99", "X", 60), stated("", "380", 60)}, "JM/NATIONAL 2/5 REGIONAL/380 3/5"},
		{"a country and a region of the DAC's of 100 each", []funding.Stated{stated("", "JM", 100)}, []funding.Stated{stated("", "380", 100)}, "UNALLOCATED/UNALLOCATED 1/1 WRONG_SUM"},
		{"they make a whole together alone", []funding.Stated{stated("", "JM", 40)}, []funding.Stated{stated("2", "029", 10), stated("99", "X", 60)}, "JM/NATIONAL 2/5 REGIONAL/99:X 3/5"},
		{"they make none in any way", []funding.Stated{stated("", "JM", 40)}, []funding.Stated{stated("99", "X", 100)}, "UNALLOCATED/UNALLOCATED 1/1 WRONG_SUM"},
		{"own regions alone", nil, []funding.Stated{stated("99", "X", 30), stated("99", "Y", 70), stated("2", "029", 100)}, "REGIONAL/99:X 3/10 REGIONAL/99:Y 7/10"},
		{"the DAC's among regions alone", nil, []funding.Stated{stated("99", "X", 100), stated("", "380", 100)}, "REGIONAL/380 1/1"},
	} {
		got := ""
		for _, p := range funding.Places(c.countries, c.regions) {
			if got != "" {
				got += " "
			}
			got += fmt.Sprintf("%s/%s %s", p.Code, p.Region, big.NewRat(p.Numerator, p.Denominator))
			if p.Reason != "" {
				got += " " + string(p.Reason)
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

// A saved query is what was saved.
func TestQueriesAreKeptAsJSON(t *testing.T) {
	t.Parallel()
	from, none := date.Date("2020-01-01"), ""
	q := funding.Query{
		Filter:  funding.Filter{From: &from, Countries: []string{"JM"}, Sectors: &funding.Sectors{Vocabulary: "1", Codes: []string{}}, Keys: []funding.KeyOf{{Dimension: funding.Year}, {Dimension: funding.Country, Code: &none}}},
		GroupBy: []funding.Dimension{funding.Year, funding.Provider}, Measures: []funding.Measure{funding.Spent}, Currency: "EUR",
		Order: &funding.Order{By: funding.ByAmount, Desc: true}, First: 5,
	}
	raw, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	var again funding.Query
	if err := json.Unmarshal(raw, &again); err != nil {
		t.Fatal(err)
	}
	twice, _ := json.Marshal(again)
	if string(raw) != string(twice) || again.Filter.Sectors.Codes == nil || len(again.Filter.Keys) != 2 {
		t.Errorf("%s\n%s", raw, twice)
	}
	if s, _ := json.Marshal(funding.Query{}); string(s) != "{}" {
		t.Errorf("an empty query is %s", s)
	}
}
