package live_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/ent/generated/ent/messagereaction"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

// quotingFeed selects what is shared, and reaches from one message to others.
const quotingFeed = `subscription($in: EventScope!, $after: EventCursor) { events(in: $in, after: $after) { id cursor previousCursor event { __typename
	... on MessagePosted { message { ...m } } ... on MessageEdited { message { ...m } } ... on MessageWithdrawn { message { ...m } }
	... on ReactionAdded { kind of: message { ...m } } ... on TranslationProposed { of: message { ...m } translation { body } }
} } } fragment m on Message { number body replyTo { body } quotes { message { number } excerpt isCurrentRevision } reactions { kind count } }`

// granted admits a party to a discussion.
func granted(t *testing.T, w *dbtest.World, v *viewer.Viewer, th, u uuid.UUID, history thread.History) {
	t.Helper()
	if _, _, err := thread.New(w.Runner).Grant(w.As(t, v), th, revision(t, w, th), party(u), history); err != nil {
		t.Fatal(err)
	}
}

// TestMembersOfOneGroupSeeHistoriesOfTheirOwn lets two listen to the same, of whom one
// was admitted without the history: live, and again from the beginning.
func TestMembersOfOneGroupSeeHistoriesOfTheirOwn(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n, s := start(t, w), thread.New(w.Runner)
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		old := post(t, w, w.Chair, th, 1)
		edit := func(m uuid.UUID, revision int, body string) {
			t.Helper()
			if _, _, err := s.EditMessage(w.As(t, w.Chair), m, revision, thread.Rewriting{Body: body}); err != nil {
				t.Fatal(err)
			}
		}
		edit(old, 1, "secret words")
		granted(t, w, w.Chair, th, w.CouncilBody, thread.FromAdmission)
		n.knows(t, w.Chair, th)
		all, later := n.subscribe(t, w.Committee, quotingFeed, in(th)), n.subscribe(t, w.Council, quotingFeed, in(th))
		say := func(in thread.Posting) *ent.Message {
			t.Helper()
			in.Thread, in.Language = th, i18n.EN
			m, _, err := s.Post(w.As(t, w.Chair), in, nil)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		say(thread.Posting{Body: "for everybody"})
		say(thread.Posting{Body: "an answer", ReplyTo: &old})
		quoting := say(thread.Posting{Body: "a quotation", Quotes: []thread.Quoting{{Message: old, Revision: 2, Excerpt: "secret words"}}})
		edit(old, 2, "secret words, again")
		if got := all.envelopes(4); !strings.Contains(got[3].raw, "secret words, again") || !strings.Contains(got[2].raw, `"excerpt":"secret words"`) {
			t.Errorf("who sees all gets %s, %s", got[2].raw, got[3].raw)
		}
		edit(quoting.ID, 1, "a quotation, changed")
		if _, _, err := s.AddReaction(w.As(t, w.Chair), old, messagereaction.KindNoted); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.AddReaction(w.As(t, w.Chair), quoting.ID, messagereaction.KindThanks); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Translate(w.As(t, w.Chair), thread.Translating{Message: old, Of: 3, Language: i18n.FR, Body: "mots secrets"}, nil); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Withdraw(w.As(t, w.Chair), old, 3, nil); err != nil {
			t.Fatal(err)
		}
		last := say(thread.Posting{Body: "the last"})

		kinds := func(got []envelope) []string {
			var out []string
			for _, e := range got {
				out = append(out, e.Event.Typename)
			}
			return out
		}
		check := func(name string, got []envelope, want ...string) {
			t.Helper()
			if k := kinds(got); !slices.Equal(k, want) {
				t.Errorf("%s gets %v, want %v", name, k, want)
			}
			for _, e := range got {
				if strings.Contains(e.raw, `"errors"`) {
					t.Errorf("%s gets %s", name, e.raw)
				}
			}
		}
		seen := later.envelopes(6)
		check("who came later", seen, "MessagePosted", "MessagePosted", "MessagePosted", "MessageEdited", "ReactionAdded", "MessagePosted")
		for _, e := range seen {
			if strings.Contains(e.raw, "secret") || strings.Contains(e.raw, `"number":1,`) || strings.Contains(e.raw, `"number":1}`) {
				t.Errorf("who came later gets %s", e.raw)
			}
		}
		got := all.envelopes(10)
		check("who sees all", got, "MessagePosted", "MessagePosted", "MessagePosted", "MessageEdited", "MessageEdited", "ReactionAdded", "ReactionAdded",
			"TranslationProposed", "MessageWithdrawn", "MessagePosted")
		// Again from the beginning, as things are now.
		begin := w.Log.Cursor(eventlog.Position{})
		again := n.subscribe(t, w.Council, quotingFeed, in(th).after(begin)).envelopes(8)
		check("who came later, again,", again, append([]string{"ThreadOpened", "AccessGranted"}, kinds(seen)...)...)
		n.subscribe(t, w.Committee, quotingFeed, in(th).after(begin)).envelopes(14)
		everywhere := n.subscribe(t, w.Council, quotingFeed, everything.after(begin)).envelopes(8)
		check("who came later, anywhere,", everywhere, kinds(again)...)

		// Admitted anew without it, one sees still less.
		if _, _, err := s.End(w.As(t, w.Chair), th, revision(t, w, th), party(w.CouncilBody)); err != nil {
			t.Fatal(err)
		}
		later.ended()
		granted(t, w, w.Chair, th, w.CouncilBody, thread.FromAdmission)
		next := say(thread.Posting{Body: "anew", ReplyTo: &last.ID})
		n.knows(t, w.Chair, th)
		got = n.subscribe(t, w.Council, quotingFeed, in(th).after(begin)).envelopes(5)
		check("who came anew", got, "ThreadOpened", "AccessGranted", "AccessEnded", "AccessGranted", "MessagePosted")
		if got[4].Event.Message.Number != next.Number || strings.Contains(got[4].raw, "the last") {
			t.Errorf("who came anew gets %s", got[4].raw)
		}
	})
}

// TestHeldPostsAreForTheirAuthorAndTheSecretariat lets everybody of an audience listen
// to the same while a partner's post is held, returned and released.
func TestHeldPostsAreForTheirAuthorAndTheSecretariat(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n, s := start(t, w), thread.New(w.Runner)
		title := "With partners"
		row, _, err := s.Open(w.As(t, w.Secretariat), thread.Opening{
			Subject: w.Donor, Title: &i18n.TextInput{En: &title}, HoldsPartnerPosts: true,
			Audience: []thread.Party{party(w.SecretariatBody), party(w.SpecialCommittee), party(w.Donor)},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		n.knows(t, w.Chair, row.ID)
		others := []*listener{n.subscribe(t, w.Chair, quotingFeed, in(row.ID)), n.subscribe(t, w.Committee, quotingFeed, everything)}
		concerned := []*listener{n.subscribe(t, w.Partner, quotingFeed, in(row.ID)), n.subscribe(t, w.Secretariat, quotingFeed, in(row.ID))}
		p, _, err := s.Submit(w.As(t, w.Partner), thread.Posting{Thread: row.ID, Body: "held words", Language: i18n.EN}, nil)
		if err != nil || p.Held == nil {
			t.Fatal(p, err)
		}
		if _, _, err := s.Return(w.As(t, w.Secretariat), p.Held.ID, 1, "why"); err != nil {
			t.Fatal(err)
		}
		if p, _, err = s.PostDraft(w.As(t, w.Partner), p.Held.ID, 2, nil); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Release(w.As(t, w.Secretariat), p.Held.ID, 3); err != nil {
			t.Fatal(err)
		}
		for _, l := range others {
			if got := l.envelopes(1); len(got) != 1 || got[0].Event.Typename != "MessagePosted" || got[0].Event.Message.Number != 1 {
				t.Errorf("the others get %v", l.raw)
			}
		}
		for _, l := range concerned {
			got := l.envelopes(4)
			for i, want := range []string{"MessageHeld", "PostReturned", "MessageHeld", "MessagePosted"} {
				if got[i].Event.Typename != want {
					t.Errorf("%d is %s, want %s", i, got[i].Event.Typename, want)
				}
			}
		}
		events, err := w.DB.Client.LogEntry.Query().Where(logentry.ThreadID(row.ID), logentry.Personal(true)).Count(w.System())
		if err != nil || events != 3 {
			t.Errorf("%d personal events, %v", events, err)
		}
	})
}

// TestAConfidentialRoomIsSilent ends who listens to a room when it becomes so.
func TestAConfidentialRoomIsSilent(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n, s := start(t, w), thread.New(w.Runner)
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		n.knows(t, w.Chair, th)
		l := n.subscribe(t, w.Chair, activityFeed, of(th))
		l.seesRoom("[Chair] []")
		yes, no := true, false
		if _, _, err := s.Edit(w.As(t, w.Chair), th, 1, thread.Editing{Confidential: &yes}); err != nil {
			t.Fatal(err)
		}
		l.ended()
		n.subscribe(t, w.Committee, activityFeed, of(th)).ended()
		if _, _, err := s.Edit(w.As(t, w.Chair), th, 2, thread.Editing{Confidential: &no}); err != nil {
			t.Fatal(err)
		}
		n.subscribe(t, w.Committee, activityFeed, of(th)).seesRoom("[Committee] []")
	})
}

// TestRequestsOfTheHistory do not come to who was admitted without it, live or by
// replay; those that were dispatched since come whole to everybody.
func TestRequestsOfTheHistory(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		const feed = `subscription($in: EventScope!, $after: EventCursor) { events(in: $in, after: $after) { id cursor previousCursor event { __typename
			... on RequestDispatched { request { reference } } ... on RequestAnswered { request { reference } }
			... on ExtensionRequested { request { reference } extension { newDue } } ... on ExtensionDecided { request { reference } extension { newDue } }
		} } }`
		n := start(t, w)
		th := opened(t, w, w.Secretariat, w.SpecialCommittee, w.SecretariatBody)
		post(t, w, w.Chair, th, 1)
		before := dispatched(t, w, th)
		granted(t, w, w.Secretariat, th, w.CouncilBody, thread.FromAdmission)
		n.knows(t, w.Chair, th)
		all, later := n.subscribe(t, w.Committee, feed, in(th)), n.subscribe(t, w.Council, feed, in(th))
		answered(t, w, before)
		answered(t, w, dispatched(t, w, th))
		check := func(name string, got []envelope, first string, want ...string) {
			t.Helper()
			chained(t, first, got)
			for i, e := range got {
				if e.Event.Typename != want[i] {
					t.Errorf("%s: event %d is %s, want %s", name, i, e.Event.Typename, want[i])
				}
				if strings.Contains(e.raw, `"request":null`) || strings.HasPrefix(name, "later") && strings.Contains(e.raw, "/001") {
					t.Errorf("%s gets %s", name, e.raw)
				}
			}
		}
		of := []string{"ExtensionRequested", "ExtensionDecided", "RequestAnswered", "RequestDispatched", "ExtensionRequested", "ExtensionDecided", "RequestAnswered"}
		check("all", all.envelopes(7), "", of...)
		check("later", later.envelopes(4), "", of[3:]...)
		begin := w.Log.Cursor(eventlog.Position{})
		check("later, by replay", n.subscribe(t, w.Council, feed, in(th).after(begin)).envelopes(6), begin, append([]string{"ThreadOpened", "AccessGranted"}, of[3:]...)...)
		check("all, by replay", n.subscribe(t, w.Chair, feed, in(th).after(begin)).envelopes(11), begin,
			append([]string{"ThreadOpened", "MessagePosted", "RequestDispatched", "AccessGranted"}, of...)...)
	})
}
