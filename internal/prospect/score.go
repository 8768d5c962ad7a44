package prospect

import (
	"math/big"
	"slices"
)

// Score is how promising a prospect is.
type Score struct {
	Money, Reach, Recency, Closeness int
}

// Total is the sum of the parts, 0 to 100.
func (s Score) Total() int { return s.Money + s.Reach + s.Recency + s.Closeness }

// thresholds are the totals in US dollars from which on there are 5 points more.
var thresholds = []int64{1, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000}

// recent are the points of the last three years that the source tells of.
var recent = []int{9, 8, 8}

func (b *builder) score(p *Prospect) Score {
	var s Score
	for _, t := range thresholds {
		if p.Total.Cmp(new(big.Rat).SetInt64(t)) >= 0 {
			s.Money += 5
		}
	}
	if len(b.out.Members) > 0 {
		s.Reach = 25 * len(p.Members) / len(b.out.Members)
	}
	for i, points := range recent {
		if i >= len(b.told) {
			break
		}
		year := b.told[len(b.told)-1-i]
		if slices.ContainsFunc(p.Years, func(y *Year) bool { return y.Year == year && y.Statistics != nil && y.Statistics.Sign() > 0 }) {
			s.Recency += points
		}
	}
	if p.Observer {
		s.Closeness += 15
	}
	if len(p.Agreements) > 0 {
		s.Closeness += 10
	}
	return s
}
