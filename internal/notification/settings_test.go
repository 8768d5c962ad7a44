package notification

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/date"
)

// anySettings are of some person, in a zone with or without summer time.
func anySettings(t *rapid.T) *Settings {
	s := defaults()
	s.TimeZone = rapid.SampledFrom([]string{
		"America/Port_of_Spain", "Europe/Paris", "America/Havana", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe", "UTC",
	}).Draw(t, "zone")
	s.DigestAt = date.TimeOfDay(rapid.IntRange(0, 1439).Draw(t, "digest"))
	from := rapid.IntRange(0, 1439).Draw(t, "from")
	to := (from + rapid.IntRange(1, 1439).Draw(t, "length")) % 1440
	s.QuietHours = &QuietHours{From: date.TimeOfDay(from), To: date.TimeOfDay(to)}
	return s
}

func anyTime(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "time"), 0).UTC()
}

// TestQuietHoursDelayToTheirEnd: never earlier, never by more than a day and the
// hour of a clock change, and only within them.
func TestQuietHoursDelayToTheirEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, at := anySettings(t), anyTime(t)
		send := s.MailAt(at)
		if send.Before(at) || send.Sub(at) > 25*time.Hour {
			t.Fatalf("of %v it is sent at %v", at, send)
		}
		local := at.In(s.zone())
		minute, q := local.Hour()*60+local.Minute(), s.QuietHours
		inside := minute >= int(q.From) && minute < int(q.To)
		if q.To <= q.From {
			inside = minute >= int(q.From) || minute < int(q.To)
		}
		// On days on which clocks change, the ends may be other times than named.
		_, today := local.Zone()
		_, before := local.Add(-26 * time.Hour).Zone()
		_, after := local.Add(26 * time.Hour).Zone()
		if today != before || today != after {
			return
		}
		if inside == send.Equal(at) {
			t.Fatalf("at %v, quiet from %v to %v, it is sent at %v", local, q.From, q.To, send.In(s.zone()))
		}
		if end := send.In(s.zone()); inside && end.Hour()*60+end.Minute() != int(q.To) {
			t.Fatalf("it is sent at %v, quiet until %v", end, q.To)
		}
	})
}

// TestDigestsAreADayApart: each later than asked, within two days, of its own day.
func TestDigestsAreADayApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, at := anySettings(t), anyTime(t)
		day, due := s.NextDigest(at)
		if !due.After(at) || due.Sub(at) > 49*time.Hour {
			t.Fatalf("after %v it is due at %v", at, due)
		}
		if string(day) != due.In(s.zone()).Format(time.DateOnly) {
			t.Fatalf("due at %v it is of %s", due, day)
		}
		next, later := s.NextDigest(due)
		if next <= day || !later.After(due) {
			t.Fatalf("after %s comes %s", day, next)
		}
	})
}
