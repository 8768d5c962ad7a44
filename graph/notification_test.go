package graph_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/notification"
	"acs-aec.org/hub/internal/viewer"
)

const (
	readInbox = `query($f: NotificationFilter, $n: Int) { viewer { unseenNotifications notifications(filter: $f, first: $n) { totalCount pageInfo { hasNextPage }
		edges { cursor } nodes { id kind createdAt seenAt actor { id } thread { id title } message { id body author { id } } event { __typename } } } } }`
	markSeen     = `mutation($in: MarkNotificationsSeenInput!) { markNotificationsSeen(input: $in) { marked eventIds cursor viewer { unseenNotifications } } }`
	readSettings = `query { viewer { notificationSettings { revision timeZone quietHours { from to } digestAt mailAvailable kinds { kind delivery mail } } } }`
	editSettings = `mutation($in: EditNotificationSettingsInput!) { editNotificationSettings(input: $in) { eventIds
		settings { revision timeZone quietHours { from to } digestAt kinds { kind delivery mail } } } }`
)

// told lets the reader tell persons of what happened so far.
func (w *world) notify(tb testing.TB) {
	tb.Helper()
	if err := notification.NewReader(w.Runner, slog.New(slog.DiscardHandler), true).CatchUp(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

// inbox are the kinds in the viewer's inbox, latest first, after the reader has
// done its work. All ways to ask must agree.
func (w *world) inbox(tb testing.TB, v *viewer.Viewer) []string {
	tb.Helper()
	w.notify(tb)
	a := w.ask(tb, v, readInbox, vars{"n": 100}).ok()
	kinds := a.all("viewer.notifications.nodes.*.kind")
	unseen := 0
	for _, at := range a.all("viewer.notifications.nodes.*.seenAt") {
		if at == "null" {
			unseen++
		}
	}
	a.is("viewer.notifications.totalCount", float64(len(kinds))).is("viewer.unseenNotifications", float64(unseen))
	if n := len(a.all("viewer.notifications.edges.*.cursor")); n != len(kinds) {
		tb.Errorf("%d edges of %d", n, len(kinds))
	}
	return kinds
}

// holds checks what is in the viewer's inbox, latest first.
func (w *world) holds(tb testing.TB, v *viewer.Viewer, kinds ...string) {
	tb.Helper()
	if got := w.inbox(tb, v); !slices.Equal(got, kinds) {
		tb.Errorf("the inbox holds %v, want %v", got, kinds)
	}
}

// TestWhoIsTold of what happens in a discussion: each once, for the reason that
// concerns them most, never of their own doing.
func TestWhoIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody), ofOrganisation(w.Donor))
		w.holds(t, w.Chair)
		for _, v := range []*viewer.Viewer{w.Committee, w.Secretariat, w.Partner} {
			w.holds(t, v, "ACCESS")
		}
		for _, v := range []*viewer.Viewer{w.Stranger, w.Council, w.Bureau} {
			w.holds(t, v)
		}
		m := w.posted(t, w.Committee, th, "a question") // to who opened it
		w.holds(t, w.Chair, "MESSAGE")
		w.holds(t, w.Committee, "ACCESS")
		w.holds(t, w.Secretariat, "ACCESS")
		reply := vars{"in": vars{"threadId": th, "body": "an answer", "language": "en", "replyToId": m}}
		answer := w.ask(t, w.Partner, postMessage, reply).ok().id("postMessage.message.id")
		w.holds(t, w.Chair, "MESSAGE", "MESSAGE")
		w.holds(t, w.Committee, "REPLY", "ACCESS") // wrote there too, and is told once
		w.holds(t, w.Partner, "ACCESS")
		a := w.ask(t, w.Committee, readInbox, nil).ok()
		a.is("viewer.notifications.nodes.0.thread.title", "Discussion").is("viewer.notifications.nodes.0.message.body", "an answer").
			is("viewer.notifications.nodes.0.event.__typename", "MessagePosted").is("viewer.notifications.nodes.0.message.id", id.Format(answer)).
			is("viewer.notifications.nodes.0.actor.id", id.Format(w.Partner.Person)).is("viewer.notifications.nodes.1.event.__typename", "ThreadOpened")
		if got := w.inbox(t, w.Committee); len(got) != 2 { // reading on changes nothing
			t.Errorf("again: %v", got)
		}
		// Filters, and pages.
		for name, c := range map[string]struct {
			filter vars
			n      float64
		}{
			"kind": {vars{"kinds": []any{"REPLY"}}, 1}, "kinds": {vars{"kinds": []any{"REPLY", "ACCESS"}}, 2}, "none": {vars{"kinds": []any{}}, 0},
			"unseen": {vars{"unseen": true}, 2}, "seen": {vars{"unseen": false}, 0}, "thread": {vars{"threadId": th}, 2}, "another": {vars{"threadId": w.NewID(id.Thread)}, 0},
		} {
			if got := w.ask(t, w.Committee, readInbox, vars{"f": c.filter}).ok().at("viewer.notifications.totalCount"); got != c.n {
				t.Errorf("%s: %v, want %v", name, got, c.n)
			}
		}
		w.ask(t, w.Committee, readInbox, vars{"n": 1}).ok().is("viewer.notifications.pageInfo.hasNextPage", true)
		w.ask(t, w.Nobody, readInbox, nil).ok().is("viewer", nil)
	})
}

// TestNobodyIsToldOfWhatTheyMayNotSee at no door, and not any more once the right
// is gone.
func TestNobodyIsToldOfWhatTheyMayNotSee(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Secretariat, w.Donor, ofBody(w.SecretariatBody), ofOrganisation(w.Donor))
		w.posted(t, w.Partner, th, "ours")
		w.posted(t, w.Secretariat, th, "secret")
		w.holds(t, w.Partner, "MESSAGE", "ACCESS")
		item := w.ask(t, w.Partner, readInbox, nil).ok().id("viewer.notifications.nodes.0.id")
		read := `query($id: ID!) { node(id: $id) { ... on Notification { kind thread { id } message { body } } } }`
		w.ask(t, w.Partner, read, vars{"id": item}).ok().is("node.message.body", "secret")
		for name, v := range w.Viewers() { // an inbox is one's own
			if name != "partner" {
				w.ask(t, v, read, vars{"id": item}).ok().is("node", nil)
			}
		}
		end := vars{"in": vars{"threadId": th, "expectedRevision": 1, "of": ofOrganisation(w.Donor)}}
		w.posted(t, w.Secretariat, th, "while nobody reads") // not told yet when the access ends
		w.ask(t, w.Secretariat, endAccess, end).ok()
		w.holds(t, w.Partner)
		w.ask(t, w.Partner, read, vars{"id": item}).ok().is("node", nil)
		w.ask(t, w.Partner, readInbox, vars{"f": vars{"threadId": th}}).ok().is("viewer.notifications.totalCount", 0.0)
		w.ask(t, w.Partner, markSeen, vars{"in": vars{"ids": []any{item}}}).ok().is("markNotificationsSeen.marked", 0.0)
		w.ask(t, w.Partner, markSeen, vars{"in": vars{"upToId": item}}).refused("INVALID_INPUT", "input.upToId")
		// Admitted again: what was told is there again, and what was never told stays so.
		w.ask(t, w.Secretariat, grantAccess, vars{"in": vars{"threadId": th, "expectedRevision": 2, "to": ofOrganisation(w.Donor)}}).ok()
		w.holds(t, w.Partner, "ACCESS", "MESSAGE", "ACCESS")
	})
}

func TestOtherEventsAreTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ask(t, w.Secretariat, assignSeat, vars{"in": vars{"bodyId": w.BureauBody, "role": "MEMBER", "personId": w.Stranger.Person}}).ok()
		w.holds(t, w.Stranger, "ASSIGNMENT")
		w.holds(t, w.Secretariat)
		w.holds(t, w.Bureau)
		a := w.ask(t, w.Stranger, readInbox, nil).ok()
		a.is("viewer.notifications.nodes.0.event.__typename", "SeatAssigned").is("viewer.notifications.nodes.0.thread", nil)
	})
}

func TestMarkingAsSeen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		two := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
		for _, th := range []uuid.UUID{one, two, one, two} {
			w.posted(t, w.Committee, th, "hello")
			w.notify(t)
			w.Clock.Add(time.Minute)
		}
		w.holds(t, w.Chair, "MESSAGE", "MESSAGE", "MESSAGE", "MESSAGE")
		items := func(path string) []string {
			return w.ask(t, w.Chair, readInbox, nil).ok().all("viewer.notifications.nodes.*." + path)
		}
		mark := func(in vars, marked, left float64) {
			t.Helper()
			w.tells(t, func() {
				w.ask(t, w.Chair, markSeen, vars{"in": in}).ok().is("markNotificationsSeen.marked", marked).
					is("markNotificationsSeen.viewer.unseenNotifications", left)
			})
		}
		ids := items("id")
		theirs := w.ask(t, w.Committee, readInbox, nil).ok().id("viewer.notifications.nodes.0.id")
		mark(vars{"ids": []any{ids[1], ids[1], id.Format(theirs), id.Format(w.NewID(id.Notification))}}, 1, 3)
		mark(vars{"ids": []any{ids[1]}}, 0, 3)
		w.holds(t, w.Committee, "ACCESS", "ACCESS")
		mark(vars{"upToId": ids[2]}, 2, 1)
		mark(vars{"threadId": one}, 0, 1)
		mark(vars{"threadId": two}, 1, 0)
		if seen := items("seenAt"); slices.Contains(seen, "null") {
			t.Errorf("seen: %v", seen)
		}
		w.tells(t, func() {
			w.ask(t, w.Nobody, markSeen, vars{"in": vars{"threadId": one}}).refused("UNAUTHENTICATED")
			w.ask(t, w.Chair, markSeen, vars{"in": vars{"ids": []any{}}}).refused("INVALID_INPUT", "input.ids")
			w.ask(t, w.Chair, markSeen, vars{"in": vars{"ids": make([]uuid.UUID, 101)}}).refused("INVALID_INPUT")
			w.ask(t, w.Chair, markSeen, vars{"in": vars{"upToId": theirs}}).refused("INVALID_INPUT", "input.upToId")
		})
	})
}

func TestChoosingHowToBeTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := "viewer.notificationSettings."
		a := w.ask(t, w.Chair, readSettings, nil).ok().is(s+"revision", 0.0).is(s+"timeZone", "America/Port_of_Spain").is(s+"quietHours", nil).
			is(s+"digestAt", "07:00").is(s+"mailAvailable", false)
		for i, kind := range a.all(s + "kinds.*.kind") {
			want := "LIVE"
			if kind == "MESSAGE" {
				want = "DIGEST"
			}
			if got := a.all(s + "kinds.*.delivery")[i]; got != want {
				t.Errorf("%s is told %s", kind, got)
			}
		}
		edit := func(revision int, more ...any) vars {
			in := vars{"expectedRevision": revision}
			for i := 0; i < len(more); i += 2 {
				in[more[i].(string)] = more[i+1]
			}
			return vars{"in": in}
		}
		w.tells(t, func() {
			w.ask(t, w.Nobody, editSettings, edit(0)).refused("UNAUTHENTICATED")
			for _, zone := range []string{"", "Local", "Mars/Olympus", "../../etc/passwd"} {
				w.ask(t, w.Chair, editSettings, edit(0, "timeZone", zone)).refused("INVALID_INPUT", "input.timeZone")
			}
			w.ask(t, w.Chair, editSettings, edit(0, "quietHours", vars{"from": "22:00", "to": "22:00"})).refused("INVALID_INPUT", "input.quietHours.to")
			w.ask(t, w.Chair, editSettings, edit(0, "digestAt", "24:00")).refused("INVALID_INPUT", "input.digestAt")
			w.ask(t, w.Chair, editSettings, edit(0, "kinds", []any{vars{"kind": "REPLY"}, vars{"kind": "REPLY"}})).refused("INVALID_INPUT", "input.kinds[1].kind")
			w.ask(t, w.Chair, editSettings, edit(1, "timeZone", "Europe/Paris")).refused("CONFLICT")
			w.ask(t, w.Chair, readSettings, nil).ok().is(s+"revision", 0.0)
			e := "editNotificationSettings.settings."
			w.ask(t, w.Chair, editSettings, edit(0)).ok().is(e+"revision", 0.0) // nothing to change
			w.ask(t, w.Chair, editSettings, edit(0, "timeZone", "Europe/Paris", "quietHours", vars{"from": "22:00", "to": "06:30"}, "digestAt", "08:15",
				"kinds", []any{vars{"kind": "ACCESS", "delivery": "NONE"}, vars{"kind": "REPLY", "mail": false}})).ok().is(e+"revision", 1.0).
				is(e+"timeZone", "Europe/Paris").is(e+"quietHours.to", "06:30").is(e+"digestAt", "08:15")
			w.ask(t, w.Chair, editSettings, edit(1, "digestAt", "09:00")).ok().is(e+"quietHours.from", "22:00").is(e+"revision", 2.0)
			w.ask(t, w.Chair, editSettings, edit(2, "quietHours", nil)).ok().is(e+"quietHours", nil).is(e+"digestAt", "09:00")
		})
		w.ask(t, w.Committee, readSettings, nil).ok().is(s+"revision", 0.0) // settings are one's own
		// Who does not want to be told of a kind is not.
		th := w.opened(t, w.Secretariat, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		w.holds(t, w.Chair)
		w.holds(t, w.Committee, "ACCESS")
		m := w.posted(t, w.Chair, th, "a question")
		w.ask(t, w.Secretariat, postMessage, vars{"in": vars{"threadId": th, "body": "yes", "language": "en", "replyToId": m}}).ok()
		w.holds(t, w.Chair, "REPLY")
	})
}

// TestTellingCostsTheSame however many are told, and however much was written.
func TestTellingCostsTheSame(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.CouncilBody))
		w.posted(t, w.Committee, th, "first")
		w.notify(t)
		cost := func() int64 {
			w.posted(t, w.Chair, th, "hello")
			return w.statements(func() { w.notify(t) })
		}
		few := cost()
		for range 30 {
			v := w.AddSeat(t, w.AddPerson(t, "Member", uuid.Nil), w.CouncilBody, viewer.Council, "MEMBER")
			w.posted(t, v, th, "me too")
		}
		w.notify(t)
		if many := cost(); many != few {
			t.Errorf("telling 31 costs %d statements, telling one %d", many, few)
		}
		read := func(n int) int64 {
			return w.statements(func() { w.ask(t, w.Chair, readInbox, vars{"n": n}).ok() })
		}
		if one, all := read(1), read(30); one != all {
			t.Errorf("an inbox of 30 costs %d statements, of one %d", all, one)
		}
	})
}

// TestFollowingAndMuting decide whom a message is told to.
func TestFollowingAndMuting(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Secretariat, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody), ofOrganisation(w.Donor))
		m := w.posted(t, w.Chair, th, "a question")
		w.notify(t)
		set := func(v *viewer.Viewer, mutation, input string) {
			t.Helper()
			w.ask(t, v, `mutation($in: `+input+`!) { `+mutation+`(input: $in) { thread { id } } }`, vars{"in": vars{"threadId": th}}).ok()
		}
		set(w.Committee, "followThread", "FollowThreadInput")
		set(w.Chair, "muteThread", "MuteThreadInput")
		w.ask(t, w.Partner, postMessage, vars{"in": vars{"threadId": th, "body": "an answer", "language": "en", "replyToId": m}}).ok()
		w.holds(t, w.Committee, "MESSAGE", "ACCESS")
		w.holds(t, w.Chair, "ACCESS")
		w.holds(t, w.Secretariat, "MESSAGE", "MESSAGE")
		set(w.Chair, "resetAttention", "ResetAttentionInput")
		set(w.Secretariat, "muteThread", "MuteThreadInput")
		w.posted(t, w.Partner, th, "more")
		w.holds(t, w.Chair, "MESSAGE", "ACCESS")
		w.holds(t, w.Secretariat, "MESSAGE", "MESSAGE")
	})
}
