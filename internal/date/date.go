// Package date holds calendar dates: days, and dates known only to the month or
// the year. They are text in the order of ISO 8601, so both databases sort and
// compare them alike and no time zone can move them.
package date

import (
	"fmt"
	"time"
)

// Date is a day, YYYY-MM-DD. "" is no date.
type Date string

// Partial is a date as precisely as it is known: YYYY, YYYY-MM or YYYY-MM-DD.
type Partial string

// seat is the time zone of Port of Spain, which has no summer time.
var seat = time.FixedZone("America/Port_of_Spain", -4*60*60)

// Of is the day at the seat of the Secretariat, Port of Spain, at the given time.
func Of(t time.Time) Date { return Date(t.In(seat).Format(time.DateOnly)) }

// Parse reads a day. Years run from 1000 to 9999.
func Parse(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1000 {
		return "", fmt.Errorf("%q is not a date (YYYY-MM-DD)", s)
	}
	return Date(s), nil
}

// ParsePartial reads a date that may lack the day, or the month and the day.
func ParsePartial(s string) (Partial, error) {
	for _, layout := range []string{"2006", "2006-01", time.DateOnly} {
		if len(s) != len(layout) {
			continue
		}
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1000 {
			return Partial(s), nil
		}
	}
	return "", fmt.Errorf("%q is not a date (YYYY, YYYY-MM or YYYY-MM-DD)", s)
}

// Start is midnight at the beginning of the day in Port of Spain.
func (d Date) Start() (time.Time, error) { return time.ParseInLocation(time.DateOnly, string(d), seat) }

// First is the first day that the date may mean.
func (p Partial) First() Date {
	switch len(p) {
	case 4:
		return Date(p + "-01-01")
	case 7:
		return Date(p + "-01")
	}
	return Date(p)
}

// Last is the last day that the date may mean.
func (p Partial) Last() Date {
	switch len(p) {
	case 4:
		return Date(p + "-12-31")
	case 7:
		t, err := time.Parse("2006-01", string(p))
		if err != nil {
			return Date(p)
		}
		return Date(t.AddDate(0, 1, -1).Format(time.DateOnly))
	}
	return Date(p)
}
