package publication

import (
	"cmp"
	"slices"
	"strings"

	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/share"
)

// toWhole makes percentages that nearly make 100, as sums of the hub take them for
// all (99 to 101), make 100: in the digits in which they were stated, two at least,
// by largest remainder, ties to the earlier one. What makes anything else, or is not
// stated throughout, stays as it is: the checks tell of it.
func toWhole(parts []*iati.Share) {
	sum, digits := int64(0), 2
	for _, p := range parts {
		if p.Micro == nil || *p.Micro < 0 || *p.Micro > 2*share.Whole {
			return
		}
		sum += *p.Micro
		if _, fraction, ok := strings.Cut(strings.TrimRight(money.Format(*p.Micro), "0"), "."); ok {
			digits = max(digits, len(fraction))
		}
	}
	if sum == share.Whole || sum < share.Whole/100*99 || sum > share.Whole/100*101 {
		return
	}
	unit := int64(money.Micro)
	for range digits {
		unit /= 10
	}
	unit = max(unit, 1)
	type part struct {
		at   int
		rest int64
	}
	left, order := share.Whole/unit, make([]part, len(parts))
	units := make([]int64, len(parts))
	for i, p := range parts {
		// The sum is at most 101 per cent and a part 200: the product fits 64 bits.
		exact := *p.Micro * (share.Whole / unit)
		units[i], order[i] = exact/sum, part{i, exact % sum}
		left -= units[i]
	}
	slices.SortStableFunc(order, func(a, b part) int { return cmp.Or(cmp.Compare(b.rest, a.rest), cmp.Compare(a.at, b.at)) })
	for _, o := range order[:left] {
		units[o.at]++
	}
	for i, p := range parts {
		micro := units[i] * unit
		p.Micro, p.Percentage = &micro, money.Format(micro)
	}
}

// wholes makes the percentages of each group that shares a whole make 100: places,
// where regions are of one vocabulary at most, and the sectors of each vocabulary.
func wholes(countries, regions, sectors []iati.Share) {
	var places []*iati.Share
	for i := range countries {
		places = append(places, &countries[i])
	}
	several := false
	for i := range regions {
		several = several || regions[i].Vocabulary != regions[0].Vocabulary
		places = append(places, &regions[i])
	}
	if !several {
		toWhole(places)
	}
	of := map[string][]*iati.Share{}
	for i := range sectors {
		of[sectors[i].Vocabulary] = append(of[sectors[i].Vocabulary], &sectors[i])
	}
	for _, parts := range of {
		toWhole(parts)
	}
}
