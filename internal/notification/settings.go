package notification

import (
	"context"
	"fmt"
	"slices"
	"time"
	_ "time/tzdata" // zones are known on every machine

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/notificationsettings"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/date"
)

// QuietHours are hours of the day; they may run past midnight.
type QuietHours struct{ From, To date.TimeOfDay }

// Settings are how a person wants to be told.
type Settings struct {
	// Revision is 0 as long as the person has chosen nothing.
	Revision int
	TimeZone string
	// QuietHours is nil if there are none.
	QuietHours *QuietHours
	DigestAt   date.TimeOfDay

	deliveries map[string]string
	unmailed   []string
}

// Choice is how a person wants to be told of one kind.
type Choice struct {
	Kind     Kind
	Delivery Delivery
	Mail     bool
}

const (
	usualZone   = "America/Port_of_Spain"
	usualDigest = date.TimeOfDay(7 * 60)
)

// defaults are the settings of who has chosen nothing: of messages that do not
// name them they read once a day, of all else at once.
func defaults() *Settings { return &Settings{TimeZone: usualZone, DigestAt: usualDigest} }

// Delivery is how the person is told of a kind.
func (s *Settings) Delivery(k Kind) Delivery {
	if d := Delivery(s.deliveries[string(k)]); d.IsValid() {
		return d
	}
	return usual(k)
}

// Mailed says whether mails tell of a kind.
func (s *Settings) Mailed(k Kind) bool {
	return s.Delivery(k) != None && !slices.Contains(s.unmailed, string(k))
}

// Kinds are the choices, kind by kind.
func (s *Settings) Kinds() []Choice {
	out := make([]Choice, len(Kinds))
	for i, k := range Kinds {
		out[i] = Choice{k, s.Delivery(k), !slices.Contains(s.unmailed, string(k))}
	}
	return out
}

func (s *Settings) zone() *time.Location {
	if z, err := time.LoadLocation(s.TimeZone); err == nil {
		return z
	}
	z, _ := time.LoadLocation(usualZone) // a zone that was taken off the list
	return z
}

// MailAt is when a mail may be sent that is ready at a time: then, or when the
// quiet hours are over.
func (s *Settings) MailAt(at time.Time) time.Time {
	q, zone := s.QuietHours, s.zone()
	if q == nil {
		return at
	}
	for _, daysEarlier := range []int{1, 0} { // they may have begun yesterday
		days := -daysEarlier
		from, to := q.From.On(at, zone, days), q.To.On(at, zone, days)
		if q.To <= q.From {
			to = q.To.On(at, zone, days+1)
		}
		if !at.Before(from) && at.Before(to) {
			return to.UTC()
		}
	}
	return at
}

// NextDigest is the first digest after a time: its day, by the person's calendar,
// and when it is due.
func (s *Settings) NextDigest(after time.Time) (date.Date, time.Time) {
	zone := s.zone()
	for days := 0; ; days++ {
		if due := s.DigestAt.On(after, zone, days); due.After(after) {
			return date.Date(due.Format(time.DateOnly)), due.UTC()
		}
	}
}

// settingsOf reads the settings of persons with one statement. Who has chosen
// nothing has the defaults.
func settingsOf(ctx context.Context, client *ent.Client, persons []uuid.UUID) (map[uuid.UUID]*Settings, error) {
	rows, err := client.NotificationSettings.Query().Where(batch.In(notificationsettings.FieldPersonID, persons)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("notification: read settings: %w", err)
	}
	out := make(map[uuid.UUID]*Settings, len(persons))
	for _, p := range persons {
		out[p] = defaults()
	}
	for _, r := range rows {
		out[r.PersonID] = fromRow(r)
	}
	return out, nil
}

func fromRow(r *ent.NotificationSettings) *Settings {
	s := &Settings{
		Revision: r.Revision - 1, // a row that was only made holds the defaults
		TimeZone: r.TimeZone, DigestAt: date.TimeOfDay(r.DigestAt), deliveries: r.Deliveries, unmailed: r.Unmailed,
	}
	if r.QuietFrom != nil && r.QuietTo != nil {
		s.QuietHours = &QuietHours{date.TimeOfDay(*r.QuietFrom), date.TimeOfDay(*r.QuietTo)}
	}
	return s
}
