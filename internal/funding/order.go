package funding

import (
	"cmp"
	"slices"
)

// order puts the rows, which stand in the order of their keys, in the order that is
// asked for.
func (b *builder) order(out *Summary) {
	o := b.q.Order
	if o == nil {
		return
	}
	if o.By == ByKey {
		if o.Desc {
			slices.Reverse(out.Rows)
		}
		return
	}
	m := o.Measure
	if m == "" && len(out.Measures) > 0 {
		m = out.Measures[0]
	}
	i := slices.Index(out.Measures, m)
	if i < 0 {
		return
	}
	slices.SortStableFunc(out.Rows, func(x, y *Row) int {
		a, b := x.Amounts[i], y.Amounts[i]
		n := cmp.Compare(a.Count, b.Count)
		if o.By == ByAmount {
			switch {
			case a.exact.n == nil && b.exact.n == nil:
				n = 0
			case a.exact.n == nil:
				return 1 // what has none comes last, either way
			case b.exact.n == nil:
				return -1
			default:
				n = a.exact.compare(b.exact)
			}
		}
		if o.Desc {
			return -n
		}
		return n
	})
}

// compareKeys orders rows by their keys: numbers as numbers and before other codes,
// Unallocated after what is, and what has no key last.
func compareKeys(a, b *Row) int {
	for i, k := range a.Keys {
		if n := compareCodes(k.Code, b.Keys[i].Code); n != 0 {
			return n
		}
	}
	return 0
}

// asWhole is a code that is a whole number.
func asWhole(code string) (n int, is bool) {
	for _, c := range []byte(code) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, code != "" && len(code) <= 18
}

func compareCodes(a, b *string) int {
	rank := func(s *string) int {
		switch {
		case s == nil:
			return 3
		case *s == Unallocated:
			return 2
		case *s == Regional, *s == National:
			return 1
		}
		return 0
	}
	if n := cmp.Compare(rank(a), rank(b)); n != 0 || a == nil {
		return n
	}
	x, isX := asWhole(*a)
	y, isY := asWhole(*b)
	switch {
	case isX && isY && x != y:
		return cmp.Compare(x, y)
	case isX != isY: // one order for all: numbers stand before other codes
		return compareBools(!isX, !isY)
	}
	return cmp.Compare(*a, *b)
}
