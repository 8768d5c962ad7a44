package body

import (
	"testing"

	"acs-aec.org/hub/internal/date"
)

func TestUnheldFrom(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		periods []Period
		want    date.Date // "" for never
	}{
		"none":                        {nil, "2026-11-23"},
		"until further notice":        {[]Period{period("2020-01-01", "")}, ""},
		"one ends":                    {[]Period{period("2020-01-01", "2026-12-31")}, "2027-01-01"},
		"it ends today":               {[]Period{period("", "2026-11-23")}, "2026-11-24"},
		"over":                        {[]Period{period("", "2026-11-22")}, "2026-11-23"},
		"to come":                     {[]Period{period("2026-11-24", "")}, "2026-11-23"},
		"another follows at once":     {[]Period{period("2027-01-01", ""), period("", "2026-12-31")}, ""},
		"another follows a day late":  {[]Period{period("2027-01-02", ""), period("", "2026-12-31")}, "2027-01-01"},
		"they overlap, then both end": {[]Period{period("", "2027-02-28"), period("2027-01-01", "2028-02-28"), period("", "2026-12-31")}, "2028-02-29"},
	} {
		got, gap := UnheldFrom("2026-11-23", c.periods)
		if got != c.want || gap != (c.want != "") {
			t.Errorf("%s: %q, %v, want %q", name, got, gap, c.want)
		}
	}
}
