package body

import (
	"time"

	"acs-aec.org/hub/internal/date"
)

// UnheldFrom is the first day from today on on which none of the periods holds;
// false if there is none.
func UnheldFrom(today date.Date, periods []Period) (date.Date, bool) {
	day := today
next:
	for {
		for _, p := range periods {
			if !p.Holds(day) {
				continue
			}
			if p.To == nil {
				return "", false
			}
			start, err := p.To.Start()
			if err != nil {
				return day, true // no day of ours: it holds nothing
			}
			day = date.Of(start.Add(36 * time.Hour)) // within the day after, whatever the clocks do
			continue next
		}
		return day, true
	}
}
