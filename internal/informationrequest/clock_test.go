package informationrequest_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/informationrequest"
)

func moment(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestTheClock(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { return moment(t, s) }
	until := func(s string) *time.Time { m := at(s); return &m }
	stop := func(from, to string) *informationrequest.Stop {
		s := &informationrequest.Stop{From: at(from)}
		if to != "" {
			s.To = until(to)
		}
		return s
	}
	start, now := at("2026-11-01T15:00:00Z"), at("2026-11-21T15:00:00Z")
	for _, c := range []struct {
		name             string
		end              *time.Time
		stops            []*informationrequest.Stop
		running, stopped int
		since            string
	}{
		{"runs", nil, nil, 20, 0, ""},
		{"has ended", until("2026-11-11T15:00:00Z"), nil, 10, 0, ""},
		{"stood once", nil, []*informationrequest.Stop{stop("2026-11-03T10:00:00Z", "2026-11-06T10:00:00Z")}, 17, 3, ""},
		{"stands", nil, []*informationrequest.Stop{stop("2026-11-11T10:00:00Z", "")}, 10, 10, "2026-11-11T10:00:00Z"},
		{"answered on the same day", nil, []*informationrequest.Stop{stop("2026-11-03T10:00:00Z", "2026-11-03T20:00:00Z")}, 20, 0, ""},
		{"midnight is in Port of Spain", nil, []*informationrequest.Stop{stop("2026-11-03T23:00:00Z", "2026-11-04T03:59:59Z")}, 20, 0, ""},
		{"overlaps count once", nil, []*informationrequest.Stop{
			stop("2026-11-05T10:00:00Z", "2026-11-09T10:00:00Z"), stop("2026-11-03T10:00:00Z", "2026-11-06T10:00:00Z"),
		}, 14, 6, ""},
		{"stands since the first of those that overlap", nil, []*informationrequest.Stop{
			stop("2026-11-18T10:00:00Z", ""), stop("2026-11-17T10:00:00Z", "2026-11-19T10:00:00Z"), stop("2026-11-03T10:00:00Z", "2026-11-04T10:00:00Z"),
		}, 15, 5, "2026-11-17T10:00:00Z"},
		{"before the submission nothing stops", nil, []*informationrequest.Stop{stop("2026-10-01T10:00:00Z", "2026-10-09T10:00:00Z")}, 20, 0, ""},
		{"from the submission on", nil, []*informationrequest.Stop{stop("2026-10-01T10:00:00Z", "2026-11-03T10:00:00Z")}, 18, 2, ""},
		{"what waits at the end does not stand", until("2026-11-11T15:00:00Z"), []*informationrequest.Stop{stop("2026-11-06T10:00:00Z", "")}, 5, 5, ""},
		{"after the end nothing stops", until("2026-11-11T15:00:00Z"), []*informationrequest.Stop{stop("2026-11-12T10:00:00Z", "")}, 10, 0, ""},
	} {
		got := informationrequest.Compute(start, c.end, now, c.stops)
		if got.RunningDays != c.running || got.StoppedDays != c.stopped || got.StoppedNow != (c.since != "") {
			t.Errorf("%s: %d running, %d stopped, stopped now: %v", c.name, got.RunningDays, got.StoppedDays, got.StoppedNow)
		}
		if c.since != "" && (got.StoppedSince == nil || !got.StoppedSince.Equal(at(c.since))) || c.since == "" && got.StoppedSince != nil {
			t.Errorf("%s: stands since %v", c.name, got.StoppedSince)
		}
	}
}

// TestTheClockCountsDays compares the clock with a count day by day.
func TestTheClockCountsDays(t *testing.T) {
	t.Parallel()
	base := moment(t, "2026-12-20T00:00:00Z")
	rapid.Check(t, func(t *rapid.T) {
		when := rapid.Custom(func(t *rapid.T) time.Time {
			return base.Add(time.Duration(rapid.IntRange(0, 30*24*4).Draw(t, "quarters of an hour")) * 15 * time.Minute)
		})
		start := when.Draw(t, "start")
		now := start.Add(time.Duration(rapid.IntRange(0, 20*24).Draw(t, "hours")) * time.Hour)
		var end *time.Time
		until := now
		if rapid.Bool().Draw(t, "ended") {
			e := start.Add(now.Sub(start) / 2)
			end, until = &e, e
		}
		var stops []*informationrequest.Stop
		for range rapid.IntRange(0, 5).Draw(t, "stops") {
			s := &informationrequest.Stop{From: when.Draw(t, "from")}
			if s.From.After(now) {
				s.From = now // nothing is dispatched after now
			}
			if rapid.Bool().Draw(t, "answered") {
				to := s.From.Add(time.Duration(rapid.IntRange(0, int(now.Sub(s.From)/time.Hour)).Draw(t, "for")) * time.Hour)
				s.To = &to
			}
			stops = append(stops, s)
		}
		c := informationrequest.Compute(start, end, now, stops)
		running, stopped := 0, 0
		for noon := start.Add(24 * time.Hour); date.Of(noon) <= date.Of(until); noon = noon.Add(24 * time.Hour) {
			day, stands := date.Of(noon), false
			for _, s := range stops {
				from, to := s.From, until
				if s.To != nil && s.To.Before(until) {
					to = *s.To
				}
				stands = stands || date.Of(from) < day && day <= date.Of(to)
			}
			if stands {
				stopped++
			} else {
				running++
			}
		}
		if c.RunningDays != running || c.StoppedDays != stopped {
			t.Fatalf("%d running, %d stopped; day by day %d and %d", c.RunningDays, c.StoppedDays, running, stopped)
		}
		stands := false
		for _, s := range stops {
			stands = stands || s.To == nil && end == nil
		}
		if c.StoppedNow != stands || stands != (c.StoppedSince != nil) {
			t.Fatalf("stopped now: %v since %v, want %v", c.StoppedNow, c.StoppedSince, stands)
		}
		if stands && (c.StoppedSince.Before(start) || c.StoppedSince.After(now)) {
			t.Fatalf("stands since %v", c.StoppedSince)
		}
	})
}
