package reading_test

import (
	"testing"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/reading"
)

// naive is what was read, number by number.
type naive map[int]bool

func (n naive) add(rs []reading.Range) {
	for _, r := range rs {
		for i := r.From; i <= r.To; i++ {
			if i >= 1 {
				n[i] = true
			}
		}
	}
}

func ranges(highest int) *rapid.Generator[[]reading.Range] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) reading.Range {
		from := rapid.IntRange(-1, highest).Draw(t, "from")
		return reading.Range{From: from, To: from + rapid.IntRange(-1, 4).Draw(t, "more")}
	}), 0, 12)
}

// normal checks that marks are as they are kept.
func normal(t *rapid.T, m reading.Marks) {
	before := m.UpTo
	for _, r := range m.Ranges {
		if r.From < before+2 || r.To < r.From {
			t.Fatalf("not in order, or without a gap: %v", m)
		}
		before = r.To
	}
	if len(m.Ranges) > reading.MaxRanges || m.UpTo < 0 {
		t.Fatalf("too much: %v", m)
	}
}

// TestMarksAreASet of numbers, as long as they fit.
func TestMarksAreASet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const highest = 2 * reading.MaxRanges // hold as many ranges as are kept
		steps := rapid.SliceOfN(ranges(highest-5), 0, 8).Draw(t, "steps")
		last := rapid.IntRange(0, highest+10).Draw(t, "last")
		first := rapid.IntRange(0, highest).Draw(t, "first")
		want, m, backwards := naive{}, reading.Marks{}, reading.Marks{}
		for i, s := range steps {
			want.add(s)
			m = m.Add(s...)
			normal(t, m)
			backwards = backwards.Add(steps[len(steps)-1-i]...)
		}
		if !m.Equal(backwards) || !m.Equal(m.Add(m.Ranges...)) {
			t.Fatalf("the order decides: %v, %v", m, backwards)
		}
		check := func(m reading.Marks) {
			unread, lowest := 0, 0
			for i := 1; i <= last; i++ {
				if m.Has(i) != want[i] {
					t.Fatalf("%d is read: %v, of %v", i, m.Has(i), m)
				}
				if !want[i] {
					if unread++; lowest == 0 {
						lowest = i
					}
				}
			}
			if m.Unread(last) != unread {
				t.Fatalf("%d unread, want %d, of %v up to %d", m.Unread(last), unread, m, last)
			}
			if n, ok := m.FirstUnread(last); ok != (lowest > 0) || ok && n != lowest {
				t.Fatalf("first unread %d, want %d, of %v", n, lowest, m)
			}
		}
		check(m)
		want.add([]reading.Range{{From: 1, To: first - 1}})
		admitted := m.From(first)
		normal(t, admitted)
		check(admitted)
	})
}

// TestTooManyRanges show as unread what was read, and never as read what was not;
// what was kept once stays.
func TestTooManyRanges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const highest = 8 * reading.MaxRanges
		truth, m := naive{}, reading.Marks{}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			s := ranges(highest).Draw(t, "ranges")
			truth.add(s)
			before := m
			m = m.Add(s...)
			normal(t, m)
			for i := 0; i <= highest+5; i++ {
				if before.Has(i) && !m.Has(i) {
					t.Fatalf("%d was read, and is not any more: %v, %v", i, before, m)
				}
				if m.Has(i) && !truth[i] {
					t.Fatalf("%d was never read: %v", i, m)
				}
			}
		}
	})
}

// TestTheLatestAreKept where there is no room for all.
func TestTheLatestAreKept(t *testing.T) {
	t.Parallel()
	var m reading.Marks
	for n := 1; n <= reading.MaxRanges; n++ {
		m = m.Add(reading.Range{From: 10 * n, To: 10 * n})
	}
	full := m.Add(reading.Range{From: 5, To: 5}, reading.Range{From: 10_000, To: 10_001})
	if !full.Equal(m) {
		t.Errorf("full, and yet %v", full)
	}
	room := m.Add(reading.Range{From: 11, To: 19}).Add(reading.Range{From: 5, To: 5}, reading.Range{From: 10_000, To: 10_001})
	if room.Has(5) || !room.Has(10_001) || !room.Has(15) {
		t.Errorf("the latest has no place: %v", room)
	}
	if done := full.Add(reading.Range{From: 1, To: 600}); done.UpTo != 600 || len(done.Ranges) != 0 {
		t.Errorf("the mark does not take the ranges in: %v", done)
	}
}
