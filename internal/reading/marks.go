package reading

import (
	"cmp"
	"slices"
)

// MaxRanges is how many ranges beyond the mark are kept.
const MaxRanges = 50

// Range is the numbers from one to another, both included.
type Range struct{ From, To int }

// Marks are the numbers of the messages that were read: all up to UpTo, and ranges
// beyond, in order, with a gap before each. The zero Marks are of who has read
// nothing.
type Marks struct {
	UpTo   int
	Ranges []Range
}

// Add are the marks with more numbers read. Of what they had, nothing is lost;
// nothing is read that neither they nor the ranges name. Where there would be more
// ranges than are kept, those go that hold nothing read before, the lowest first.
func (m Marks) Add(more ...Range) Marks {
	all := make([]Range, 0, len(m.Ranges)+len(more)+1)
	all = append(append(append(all, Range{1, m.UpTo}), m.Ranges...), more...)
	all = slices.DeleteFunc(all, func(r Range) bool { return r.To < max(r.From, 1) })
	slices.SortFunc(all, func(a, b Range) int { return cmp.Compare(a.From, b.From) })
	var out Marks
	for _, r := range all {
		switch last := len(out.Ranges) - 1; {
		case r.From <= out.UpTo+1: // only before the first range: they are in order
			out.UpTo = max(out.UpTo, r.To)
		case last >= 0 && r.From <= out.Ranges[last].To+1:
			out.Ranges[last].To = max(out.Ranges[last].To, r.To)
		default:
			out.Ranges = append(out.Ranges, r)
		}
	}
	excess := len(out.Ranges) - MaxRanges
	out.Ranges = slices.DeleteFunc(out.Ranges, func(r Range) bool {
		if excess <= 0 || slices.ContainsFunc(m.Ranges, func(old Range) bool { return r.From <= old.From && old.To <= r.To }) {
			return false
		}
		excess--
		return true
	})
	return out
}

// Equal says whether the same numbers are read.
func (m Marks) Equal(other Marks) bool {
	return m.UpTo == other.UpTo && slices.Equal(m.Ranges, other.Ranges)
}

// Has says whether a number is read.
func (m Marks) Has(n int) bool {
	return n >= 1 && n <= m.UpTo || slices.ContainsFunc(m.Ranges, func(r Range) bool { return r.From <= n && n <= r.To })
}

// From are the marks of somebody for whom the discussion begins with a number: what
// lies before counts as read.
func (m Marks) From(first int) Marks {
	if first-1 <= m.UpTo {
		return m
	}
	return m.Add(Range{1, first - 1})
}

// Unread is how many of the numbers from 1 to last are not read.
func (m Marks) Unread(last int) int {
	n := max(0, last-m.UpTo)
	for _, r := range m.Ranges {
		n -= max(0, min(r.To, last)-r.From+1)
	}
	return n
}

// FirstUnread is the lowest number up to last that is not read; false if there is
// none.
func (m Marks) FirstUnread(last int) (int, bool) {
	first := m.UpTo + 1 // there is a gap before the first range
	return first, first <= last
}
