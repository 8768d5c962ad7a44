package share

import (
	"cmp"
	"slices"

	"acs-aec.org/hub/internal/money"
)

// Whole is 100 percent in millionths of a percent.
const Whole = 100 * money.Micro

// Equal splits 100 percent among codes into millionths of a percent, in the
// order of the codes. The parts make Whole together: what an even division
// leaves over goes to the lower codes, one millionth each.
func Equal(codes []string) []int64 {
	if len(codes) == 0 {
		return nil
	}
	order := make([]int, len(codes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(codes[a], codes[b]) })
	n := int64(len(codes))
	parts := make([]int64, len(codes))
	for rank, i := range order {
		parts[i] = Whole / n
		if int64(rank) < Whole%n {
			parts[i]++
		}
	}
	return parts
}

// Even gives equal percentages to rows that have none, where several rows share
// a whole. A row that stands alone needs none.
func Even(rows []Row) []Row {
	out := slices.Clone(rows)
	for _, part := range wholes(rows) {
		if len(part) < 2 || rows[part[0]].Micro != nil {
			continue
		}
		codes := make([]string, len(part))
		for k, i := range part {
			codes[k] = rows[i].Code
		}
		for k, micro := range Equal(codes) {
			out[part[k]].Micro, out[part[k]].Published = &micro, money.Format(micro)
		}
	}
	return out
}

// wholes are the places of the rows that make a whole together: those of one
// vocabulary.
func wholes(rows []Row) [][]int {
	var out [][]int
	at := map[string]int{}
	for i, r := range rows {
		n, ok := at[r.Vocabulary]
		if !ok {
			n = len(out)
			at[r.Vocabulary], out = n, append(out, nil)
		}
		out[n] = append(out[n], i)
	}
	return out
}
