package live_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/meeting"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

const meetingFeed = `subscription($in: EventScope!, $after: EventCursor) { events(in: $in, after: $after) { id cursor previousCursor event {
	__typename ... on MeetingOpened { meeting { title } } ... on MessagePosted { message { number } }
} } }`

// openedOn opens a discussion on something, among bodies.
func openedOn(tb testing.TB, w *dbtest.World, v *viewer.Viewer, subject uuid.UUID, audience ...uuid.UUID) uuid.UUID {
	tb.Helper()
	title := "On it"
	parties := make([]thread.Party, len(audience))
	for i, u := range audience {
		parties[i] = party(u)
	}
	t, _, err := thread.New(w.Runner).Open(w.As(tb, v), thread.Opening{Subject: subject, Title: &i18n.TextInput{En: &title}, Audience: parties}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return t.ID
}

// TestAMeetingIsFollowedLive: its scope gives what happens with it and in the
// discussions on it, and ends for observers when it is not open to them any more.
func TestAMeetingIsFollowedLive(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, title := meeting.New(w.Runner), "Session"
		as := w.As(t, w.Secretariat)
		convene := func(open bool) uuid.UUID {
			t.Helper()
			m, _, err := s.Convene(as, meeting.ConveneInput{
				Body: w.SpecialCommittee, Title: &i18n.TextInput{En: &title}, Starts: w.Now(), Ends: w.Now().Add(time.Hour), OpenToObservers: open,
			}, nil)
			if err != nil {
				t.Fatal(err)
			}
			return m.ID
		}
		followed, other := convene(true), convene(true)
		n := start(t, w) // after what is not to be told
		scope := func(u uuid.UUID) vars { return vars{"in": map[string]any{"meetingId": id.Format(u)}} }
		if code := n.refused(t, w.Council, meetingFeed, scope(convene(false))); code != "NOT_FOUND" {
			t.Errorf("who does not see a meeting is told %q", code)
		}
		member, observer := n.subscribe(t, w.Committee, meetingFeed, scope(followed)), n.subscribe(t, w.Stranger, meetingFeed, scope(followed))
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		_, _, err := s.Open(as, other, 1)
		must(err)
		_, _, err = s.Open(as, followed, 1)
		must(err)
		for _, l := range []*listener{member, observer} {
			if got := l.envelopes(1)[0].Event.Typename; got != "MeetingOpened" {
				t.Errorf("%s came", got)
			}
		}
		post(t, w, w.Committee, opened(t, w, w.Committee, w.SpecialCommittee), 1) // elsewhere
		th := openedOn(t, w, w.Committee, followed, w.SpecialCommittee)
		post(t, w, w.Committee, th, 1)
		got := member.envelopes(3)
		if got[1].Event.Typename != "ThreadOpened" || got[2].Event.Typename != "MessagePosted" {
			t.Errorf("the discussion is told by %s and %s", got[1].Event.Typename, got[2].Event.Typename)
		}
		_, _, err = s.Edit(as, meeting.EditInput{ID: followed, ExpectedRevision: 2, OpenToObservers: command.Set(false)})
		must(err)
		observer.ended()
		if got := observer.envelopes(2); len(got) != 2 || got[1].Event.Typename != "AccessEnded" {
			t.Errorf("the observer got %v", got)
		}
		_, _, err = s.Close(as, followed, 3)
		must(err)
		if got := member.envelopes(5); got[4].Event.Typename != "MeetingClosed" {
			t.Errorf("%s came last", got[4].Event.Typename)
		}
	})
}
