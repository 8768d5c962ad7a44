package publication

import (
	"math/rand/v2"
	"slices"
	"testing"

	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/share"
)

func stated(t *testing.T, percentages ...string) []*iati.Share {
	t.Helper()
	out := make([]*iati.Share, len(percentages))
	for i, p := range percentages {
		out[i] = &iati.Share{Percentage: p}
		if p == "" {
			continue
		}
		micro, err := money.Parse(p)
		if err != nil {
			t.Fatal(err)
		}
		out[i].Micro = &micro
	}
	return out
}

func TestPercentagesMakeAWhole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ stated, want []string }{
		{[]string{"33.33", "33.33", "33.33"}, []string{"33.34", "33.33", "33.33"}},
		{[]string{"33.3", "33.3", "33.3"}, []string{"33.34", "33.33", "33.33"}},
		{[]string{"50.5", "50.5"}, []string{"50", "50"}},
		{[]string{"33.333333", "33.333333", "33.333333"}, []string{"33.333334", "33.333333", "33.333333"}},
		{[]string{"60", "40"}, []string{"60", "40"}},
		{[]string{"100.0", "0"}, []string{"100.0", "0"}},
		{[]string{"60", "38"}, []string{"60", "38"}},   // 98
		{[]string{"99.5", ""}, []string{"99.5", ""}},   // not stated throughout
		{[]string{"101", "-1"}, []string{"101", "-1"}}, // what can't be
		{[]string{"99.5"}, []string{"100"}},
		{[]string{"1010"}, []string{"1010"}},
	} {
		parts := stated(t, c.stated...)
		toWhole(parts)
		var got []string
		for _, p := range parts {
			got = append(got, p.Percentage)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v is written as %v, want %v", c.stated, got, c.want)
		}
	}
}

// What nearly makes 100 makes 100, once for all, and no part moves by more than what
// was missing and a unit of the last digit.
func TestWholesStayWhole(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 1)) //nolint:gosec // a test's dice
	for range 20_000 {
		parts := make([]*iati.Share, 1+r.IntN(12))
		left := share.Whole + r.Int64N(2_000_001) - 1_000_000
		stated := make([]int64, len(parts))
		for i := range parts {
			micro := left
			if i < len(parts)-1 {
				micro = r.Int64N(left + 1)
			}
			left -= micro
			stated[i] = micro
			parts[i] = &iati.Share{Micro: &micro, Percentage: money.Format(micro)}
		}
		toWhole(parts)
		sum, first := int64(0), make([]string, len(parts))
		for i, p := range parts {
			sum += *p.Micro
			first[i] = p.Percentage
			if d := *p.Micro - stated[i]; d > 1_010_101+10_000 || d < -1_010_101-10_000 {
				t.Fatalf("%d moved by %d", stated[i], d)
			}
			if again, err := money.Parse(p.Percentage); err != nil || again != *p.Micro {
				t.Fatalf("%s is %d", p.Percentage, *p.Micro)
			}
		}
		if sum != share.Whole {
			t.Fatalf("%v make %d", stated, sum)
		}
		toWhole(parts)
		for i, p := range parts {
			if p.Percentage != first[i] {
				t.Fatalf("%s became %s", first[i], p.Percentage)
			}
		}
	}
}
