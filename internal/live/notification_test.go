package live_test

import (
	"log/slog"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/notification"
	"acs-aec.org/hub/internal/viewer"
)

const inboxFeed = `subscription($after: EventCursor) { viewerEvents(after: $after) { id cursor previousCursor committedAt event {
	__typename ... on NotificationChanged { notification { id kind seenAt thread { id } event { __typename } } } } } }`

// TestWhatOneIsToldComesAtOnce on all devices of the person, to nobody else; and
// that it was seen, too.
func TestWhatOneIsToldComesAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		reader := notification.NewReader(w.Runner, slog.New(slog.DiscardHandler), false)
		if err := reader.CatchUp(t.Context()); err != nil { // of the discussion itself
			t.Fatal(err)
		}
		for _, v := range []*viewer.Viewer{w.Chair, w.Committee} {
			n.knows(t, v, th)
		}
		phone, desk, other := n.subscribe(t, w.Chair, inboxFeed, nil), n.subscribe(t, w.Chair, inboxFeed, nil), n.subscribe(t, w.Committee, inboxFeed, nil)
		post(t, w, w.Committee, th, 1)
		if err := reader.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		last := func(l *listener, part string) func() bool {
			return func() bool { return len(l.got) > 0 && strings.Contains(l.got[len(l.got)-1].raw, part) }
		}
		for _, l := range []*listener{phone, desk} {
			l.until("what is told", last(l, `"kind":"MESSAGE","seenAt":null`))
		}
		if _, _, err := notification.New(w.Runner).MarkSeen(w.As(t, w.Chair), notification.Marking{Thread: &th}); err != nil {
			t.Fatal(err)
		}
		for _, l := range []*listener{phone, desk} {
			l.until("that it was seen", last(l, `"seenAt":"2026`))
			chained(t, "", l.envelopes(1))
		}
		// Who wrote is told of the own reading alone, never of another's inbox.
		for _, e := range other.envelopes(1) {
			if e.Event.Typename == "NotificationChanged" {
				t.Errorf("another person got %s", e.raw)
			}
		}
	})
}
