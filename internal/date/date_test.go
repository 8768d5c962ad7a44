package date_test

import (
	"testing"
	"time"

	"acs-aec.org/hub/internal/date"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for s, ok := range map[string]bool{
		"2024-10-16": true, "2024-02-29": true, "2023-02-29": false, "2024-1-1": false, "": false,
		"0000-01-01": false, "2024-10-16T00:00:00Z": false, "10000-01-01": false,
	} {
		if _, err := date.Parse(s); (err == nil) != ok {
			t.Errorf("Parse(%q): %v, want ok %v", s, err, ok)
		}
	}
}

func TestPartial(t *testing.T) {
	t.Parallel()
	for s, want := range map[string][2]date.Date{
		"2021":       {"2021-01-01", "2021-12-31"},
		"2024-02":    {"2024-02-01", "2024-02-29"},
		"2017-06":    {"2017-06-01", "2017-06-30"},
		"2019-12-31": {"2019-12-31", "2019-12-31"},
	} {
		p, err := date.ParsePartial(s)
		if err != nil {
			t.Fatal(err)
		}
		if p.First() != want[0] || p.Last() != want[1] {
			t.Errorf("%s: %s to %s, want %v", s, p.First(), p.Last(), want)
		}
	}
	for _, s := range []string{"", "21", "2021-13", "2021-02-30", "2021-2", "abcd"} {
		if _, err := date.ParsePartial(s); err == nil {
			t.Errorf("%q was read as a date", s)
		}
	}
}

// A day ends at midnight in Port of Spain, four hours after midnight UTC.
func TestOf(t *testing.T) {
	t.Parallel()
	if d := date.Of(time.Date(2026, 1, 1, 3, 59, 59, 0, time.UTC)); d != "2025-12-31" {
		t.Errorf("before midnight: %s", d)
	}
	if d := date.Of(time.Date(2026, 1, 1, 4, 0, 0, 0, time.UTC)); d != "2026-01-01" {
		t.Errorf("at midnight: %s", d)
	}
}
