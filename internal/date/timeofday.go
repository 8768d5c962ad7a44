package date

import (
	"fmt"
	"time"
)

// TimeOfDay is a time of the day in minutes after midnight, 0 to 1439.
type TimeOfDay int

// ParseTimeOfDay reads a time of the day, HH:MM.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fmt.Errorf("%q is not a time of the day (HH:MM)", s)
	}
	return TimeOfDay(60*t.Hour() + t.Minute()), nil
}

// String writes it as HH:MM.
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", int(t)/60, int(t)%60) }

// On is that time of the day on the day that a moment falls on in the zone, or on
// one some days later. Where clocks leap over it, it is the time after the leap.
func (t TimeOfDay) On(at time.Time, zone *time.Location, daysLater int) time.Time {
	y, m, d := at.In(zone).Date()
	on := time.Date(y, m, d+daysLater, int(t)/60, int(t)%60, 0, 0, zone)
	if on.Hour()*60+on.Minute() == int(t) {
		return on
	}
	// There is no such time. By the clocks of the day before it is the one after the
	// leap, which lies on the same day; what time.Date gives need not.
	_, before := on.Add(-24 * time.Hour).Zone()
	return time.Date(y, m, d+daysLater, int(t)/60, int(t)%60, 0, 0, time.UTC).Add(-time.Duration(before) * time.Second).In(zone)
}
