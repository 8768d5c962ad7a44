package date_test

import (
	"testing"
	"time"

	"acs-aec.org/hub/internal/date"
)

// TestATimeThatClocksLeapOver is the one after the leap, on the same day.
func TestATimeThatClocksLeapOver(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, day string
		at        date.TimeOfDay
		want      string
	}{
		{"America/Havana", "2024-03-10", 0, "2024-03-10T01:00:00-04:00"},
		{"America/Havana", "2024-03-10", 30, "2024-03-10T01:30:00-04:00"},
		{"America/Havana", "2024-03-10", 60, "2024-03-10T01:00:00-04:00"},
		{"America/Havana", "2024-03-09", 0, "2024-03-09T00:00:00-05:00"},
		{"Europe/Paris", "2026-03-29", 150, "2026-03-29T03:30:00+02:00"},
		{"Australia/Lord_Howe", "2026-10-04", 135, "2026-10-04T02:45:00+11:00"},
		{"America/Port_of_Spain", "2026-03-29", 150, "2026-03-29T02:30:00-04:00"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		noon, err := time.ParseInLocation(time.DateOnly+" 15", c.day+" 12", zone)
		if err != nil {
			t.Fatal(err)
		}
		for days := -1; days <= 1; days++ {
			if got := c.at.On(noon.AddDate(0, 0, -days), zone, days).Format(time.RFC3339); got != c.want {
				t.Errorf("%s on %s in %s: %s, want %s", c.at, c.day, c.zone, got, c.want)
			}
		}
	}
}
