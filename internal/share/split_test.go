package share_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/share"
)

func TestEqual(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		codes []string
		want  []int64
	}{
		{nil, nil},
		{[]string{"TT"}, []int64{100_000_000}},
		{[]string{"TT", "JM"}, []int64{50_000_000, 50_000_000}},
		{[]string{"TT", "JM", "CU"}, []int64{33_333_333, 33_333_333, 33_333_334}},
		{[]string{"A", "B", "C", "D", "E", "F"}, []int64{16_666_667, 16_666_667, 16_666_667, 16_666_667, 16_666_666, 16_666_666}},
	} {
		if got := share.Equal(c.codes); !slices.Equal(got, c.want) {
			t.Errorf("Equal(%v) = %v, want %v", c.codes, got, c.want)
		}
	}
}

func TestEqualPartsMakeAWholeInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 300).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		codes := make([]string, n)
		for i := range codes {
			codes[i] = fmt.Sprintf("%05d", i)
		}
		sorted := share.Equal(codes)
		sum := int64(0)
		for i, p := range sorted {
			sum += p
			if p <= 0 || sorted[0]-p > 1 || i > 0 && p > sorted[i-1] {
				t.Fatalf("part %d is %d beside %d", i, p, sorted[0])
			}
		}
		if sum != share.Whole {
			t.Fatalf("the parts make %d", sum)
		}
		order := rand.New(rand.NewPCG(seed, 1)).Perm(n) //nolint:gosec // a test's shuffle
		mixed := make([]string, n)
		for i, j := range order {
			mixed[i] = codes[j]
		}
		for i, p := range share.Equal(mixed) {
			if p != sorted[order[i]] {
				t.Fatalf("the order of the codes changes what %s gets", mixed[i])
			}
		}
	})
}

func TestEvenKeepsWhatIsGiven(t *testing.T) {
	t.Parallel()
	micro := int64(share.Whole)
	rows := []share.Row{
		{Code: "B", Vocabulary: "1"}, {Code: "A", Vocabulary: "2", Micro: &micro, Published: "100.0"}, {Code: "A", Vocabulary: "1"}, {Code: "C", Vocabulary: "99"},
	}
	out := share.Even(rows)
	if got, want := share.String(out), "1:B 50, 2:A 100, 1:A 50, 99:C"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if rows[0].Micro != nil {
		t.Error("the rows that were given have changed")
	}
	if !share.Complete(out) || share.Complete(rows) || share.Complete(nil) {
		t.Error("complete is what makes a whole in each vocabulary")
	}
}

func TestSectors(t *testing.T) {
	t.Parallel()
	p := func(s string) *string { return &s }
	for name, c := range map[string]struct {
		in []share.Sector
		ok bool
	}{
		"none":                        {nil, true},
		"one without a percentage":    {[]share.Sector{{"1", "41010", nil}}, true},
		"exactly 100":                 {[]share.Sector{{"1", "41010", p("33.333333")}, {"1", "41020", p("66.666667")}}, true},
		"each vocabulary by itself":   {[]share.Sector{{"1", "41010", p("100")}, {"2", "410", p("40")}, {"2", "430", p("60.00")}}, true},
		"less than 100":               {[]share.Sector{{"1", "41010", p("33.33")}, {"1", "41020", p("66.66")}}, false},
		"a hair more than 100":        {[]share.Sector{{"1", "41010", p("50.000001")}, {"1", "41020", p("50")}}, false},
		"some only":                   {[]share.Sector{{"1", "41010", p("100")}, {"1", "41020", nil}}, false},
		"twice":                       {[]share.Sector{{"1", "41010", p("50")}, {"1", "41010", p("50")}}, false},
		"nothing":                     {[]share.Sector{{"1", "41010", p("0")}, {"1", "41020", p("100")}}, false},
		"negative":                    {[]share.Sector{{"1", "41010", p("-10")}, {"1", "41020", p("110")}}, false},
		"too fine":                    {[]share.Sector{{"1", "41010", p("50.0000001")}, {"1", "41020", p("49.9999999")}}, false},
		"three digits of five":        {[]share.Sector{{"1", "410", nil}}, false},
		"letters":                     {[]share.Sector{{"1", "4101a", nil}}, false},
		"unknown vocabulary":          {[]share.Sector{{"42", "41010", nil}}, false},
		"own vocabulary, any code":    {[]share.Sector{{"99", "sea-level", nil}}, true},
		"own vocabulary without code": {[]share.Sector{{"99", " ", nil}}, false},
		"too many":                    {make([]share.Sector, 201), false},
	} {
		if _, err := share.Sectors("input.sectors", c.in); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
