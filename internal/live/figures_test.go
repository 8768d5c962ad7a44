package live_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/activity"
	"acs-aec.org/hub/internal/dashboard"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/viewer"
)

const figuresFeed = `subscription($d: ID!) { dashboardChanged(dashboardId: $d) { dashboardId at tiles { id title summary { totals { measure amount } } } } }`

func comparing(t *testing.T, w *dbtest.World) func(*live.Options) {
	t.Helper()
	r, err := graph.New(w.Runner)
	if err != nil {
		t.Fatal(err)
	}
	return func(o *live.Options) { o.Figures, o.FiguresEvery = r.Figures(), 20*time.Millisecond }
}

// answers waits for that many answers of a stream without envelopes.
func (l *listener) answers(n int) []string {
	l.tb.Helper()
	l.until("an answer", func() bool { return len(l.raw) >= n })
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.raw...)
}

// TestWhoWatchesADashboardIsToldWhatChanged and nobody of what they may not see.
func TestWhoWatchesADashboardIsToldWhatChanged(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, title := activity.New(w.Runner), "Coasts"
		as := w.As(t, w.Secretariat)
		a, _, err := s.Create(as, activity.CreateInput{IATIIdentifier: "ACS-1", Title: &i18n.TextInput{En: &title}, Status: "IMPLEMENTATION"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		n := start(t, w, comparing(t, w))
		of := func(u uuid.UUID) vars { return vars{"d": id.Format(u)} }
		for name, v := range map[string]*viewer.Viewer{"stranger": w.Stranger, "council": w.Council} {
			if code := n.refused(t, v, figuresFeed, of(dashboard.SecretariatID)); code != "NOT_FOUND" {
				t.Errorf("%s is told %q of the Secretariat's dashboard", name, code)
			}
			if code := n.refused(t, v, figuresFeed, of(w.NewID(id.Dashboard))); code != "NOT_FOUND" {
				t.Errorf("%s is told %q of none", name, code)
			}
		}
		stranger, partner, council := n.subscribe(t, w.Stranger, figuresFeed, of(dashboard.PortfolioID)),
			n.subscribe(t, w.Partner, figuresFeed, of(dashboard.OfOrganisation(w.Donor))), n.subscribe(t, w.Council, figuresFeed, of(dashboard.OfOrganisation(w.Donor)))
		for _, l := range []*listener{stranger, partner, council} {
			if first := l.answers(1)[0]; !strings.Contains(first, `"tiles":[]`) {
				t.Errorf("the first answer names tiles: %s", first)
			}
		}
		record := func(amount string) {
			t.Helper()
			_, _, err := s.Record(as, activity.RecordInput{Activity: a.ID, TypeCode: "3", Date: "2024-01-01", Value: &money.Input{Amount: amount, Currency: "USD"}, Provider: &w.Donor}, nil)
			if err != nil {
				t.Fatal(err)
			}
		}
		record("7")
		if told := council.answers(2)[1]; !strings.Contains(told, `"amount":"7.00"`) {
			t.Errorf("the Council is told %s", told)
		}
		if _, _, err := s.Publish(as, a.ID, 1); err != nil {
			t.Fatal(err)
		}
		for _, l := range []*listener{stranger, partner} {
			got := l.answers(2)[1:] // more where the figures were looked at while they changed
			for _, a := range got {
				if strings.Contains(a, `"tiles":[]`) || !strings.Contains(a, `"amount":"7.00"`) {
					t.Errorf("after the publication came %s", got)
				}
			}
			tiles := regexp.MustCompile(`"til_\w+"`).FindAllString(strings.Join(got, ""), -1)
			if slices.Sort(tiles); len(slices.Compact(tiles)) != len(tiles) {
				t.Errorf("a tile is told of twice: %s", got)
			}
		}

		// A client that is full is told all of it once there is room.
		stranger.fill(true)
		record("5")
		stranger.until("the refusal", func() bool { return stranger.refused })
		record("4")
		partner.until("both", func() bool { return strings.Contains(partner.raw[len(partner.raw)-1], `"amount":"16.00"`) })
		stranger.fill(false)
		stranger.until("both", func() bool { return strings.Contains(stranger.raw[len(stranger.raw)-1], `"amount":"16.00"`) })
	})
}

// TestADashboardThatIsGoneEnds: its stream does.
func TestADashboardThatIsGoneEnds(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, title := dashboard.New(w.Runner), "Mine"
		as := viewer.With(context.WithoutCancel(w.As(t, w.Partner)), w.Partner)
		d, _, err := s.Create(as, dashboard.Input{
			Title: &i18n.TextInput{En: &title}, Audience: "OWNER", Currency: "USD", Tiles: []dashboard.TileInput{{Title: &i18n.TextInput{En: &title}, Chart: "FIGURE"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		n := start(t, w, comparing(t, w))
		if code := n.refused(t, w.Council, figuresFeed, vars{"d": id.Format(d.ID)}); code != "NOT_FOUND" {
			t.Errorf("others are told %q", code)
		}
		l := n.subscribe(t, w.Partner, figuresFeed, vars{"d": id.Format(d.ID)})
		l.answers(1)
		if _, err := s.Delete(as, d.ID, 1); err != nil {
			t.Fatal(err)
		}
		l.ended()
	})
}
