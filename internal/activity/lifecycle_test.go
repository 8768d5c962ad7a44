package activity_test

import (
	"slices"
	"testing"

	"acs-aec.org/hub/internal/activity"
)

func TestLifeOfAnActivity(t *testing.T) {
	t.Parallel()
	all := []activity.Status{
		activity.Pipeline, activity.Implementation, activity.Finalisation, activity.Closed, activity.Cancelled, activity.Suspended,
	}
	want := map[activity.Status][]activity.Status{
		activity.Pipeline:       {activity.Implementation, activity.Cancelled},
		activity.Implementation: {activity.Finalisation, activity.Cancelled, activity.Suspended},
		activity.Suspended:      {activity.Implementation, activity.Cancelled},
		activity.Finalisation:   {activity.Closed},
	}
	for i, s := range all {
		if code := string(rune('1' + i)); s.Code() != code {
			t.Errorf("%s has the code %s, want %s", s, s.Code(), code)
		}
		if back, known := activity.StatusOf(s.Code()); back != s || !known {
			t.Errorf("%s is read as %s", s, back)
		}
		if got := activity.Next(s); !slices.Equal(got, want[s]) {
			t.Errorf("after %s: %v, want %v", s, got, want[s])
		}
		for _, to := range all {
			if activity.CheckMove(s, to) != slices.Contains(want[s], to) {
				t.Errorf("from %s to %s", s, to)
			}
		}
	}
	for _, code := range []string{"", "0", "7", "01", "2 ", "x"} {
		if s, known := activity.StatusOf(code); known {
			t.Errorf("%q is read as %s", code, s)
		}
	}
	if activity.Status("LOST").Code() != "" {
		t.Error("an unknown status has a code")
	}
}
