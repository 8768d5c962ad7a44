package graph_test

import (
	"testing"
	"time"

	"acs-aec.org/hub/internal/informationrequest"
	"acs-aec.org/hub/internal/notice"
	"acs-aec.org/hub/internal/viewer"
)

// told checks what the viewer is told since the last look, latest first.
func (w *world) told(tb testing.TB, v *viewer.Viewer, kinds ...string) {
	tb.Helper()
	w.notify(tb)
	a := w.ask(tb, v, readInbox, vars{"f": vars{"unseen": true}, "n": 100}).ok()
	got := a.all("viewer.notifications.nodes.*.kind")
	same := len(got) == len(kinds)
	for i := range got {
		same = same && got[i] == kinds[i]
	}
	if !same {
		tb.Errorf("told %v, want %v", got, kinds)
	}
	if len(got) > 0 {
		w.ask(tb, v, markSeen, vars{"in": vars{"upToId": a.at("viewer.notifications.nodes.0.id")}}).ok()
	}
}

// TestMentionsAreTold to whom they reach, a body's people too; in a discussion
// that one has muted only by name.
func TestMentionsAreTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Secretariat, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody), ofOrganisation(w.Donor))
		for _, v := range []*viewer.Viewer{w.Chair, w.Committee, w.Partner} {
			w.told(t, v, "ACCESS")
		}
		post := func(mentions ...any) {
			t.Helper()
			w.ask(t, w.Secretariat, postMessage, vars{"in": vars{"threadId": th, "body": "look", "language": "en", "mentions": mentions}}).ok()
		}
		post(w.Chair.Person)
		w.told(t, w.Chair, "MENTION")
		w.told(t, w.Committee)
		post(w.SpecialCommittee, w.Chair.Person) // for two reasons, once
		w.told(t, w.Chair, "MENTION")
		w.told(t, w.Committee, "MENTION")
		w.told(t, w.Partner)
		w.ask(t, w.Committee, `mutation($in: MuteThreadInput!) { muteThread(input: $in) { thread { id } } }`, vars{"in": vars{"threadId": th}}).ok()
		post(w.SpecialCommittee)
		w.told(t, w.Committee)
		post(w.Committee.Person)
		w.told(t, w.Committee, "MENTION")
	})
}

// TestMentionsOfEditsAreTold to those who are newly mentioned, once for each message,
// and never to who is without access.
func TestMentionsOfEditsAreTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Secretariat, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody), ofBody(w.BureauBody))
		for _, v := range []*viewer.Viewer{w.Chair, w.Committee, w.Bureau} {
			w.told(t, v, "ACCESS")
		}
		m := w.ask(t, w.Secretariat, postMention, vars{"in": vars{"threadId": th, "body": "look", "language": "en", "mentions": []any{w.Chair.Person}}}).ok().
			id("postMessage.message.id")
		w.told(t, w.Chair, "MENTION")
		w.granted(t, w.Secretariat, th, ofPerson(w.Stranger), "FROM_ADMISSION") // and does not see the message
		w.told(t, w.Stranger, "ACCESS")
		revision := 0
		edit := func(in ...any) {
			t.Helper()
			w.Clock.Add(time.Minute)
			revision++
			what := vars{"id": m, "expectedRevision": revision, "body": "look"}
			for i := 0; i < len(in); i += 2 {
				what[in[i].(string)] = in[i+1]
			}
			w.ask(t, w.Secretariat, editMention, vars{"in": what}).ok()
		}
		quiet := func(all ...*viewer.Viewer) {
			t.Helper()
			for _, v := range all {
				w.told(t, v)
			}
		}
		edit("mentions", []any{w.Committee.Person, w.Chair.Person, w.Stranger.Person})
		w.told(t, w.Committee, "MENTION")
		quiet(w.Chair, w.Stranger, w.Bureau, w.Secretariat)
		edit("body", "look here") // mentions nobody anew, nor does a new quotation
		quiet(w.Committee, w.Chair, w.Bureau)
		edit("mentions", []any{w.SpecialCommittee}) // the same people by another name
		quiet(w.Committee, w.Chair, w.Bureau)
		edit("mentions", []any{})
		edit("mentions", []any{w.Committee.Person}) // and back again
		quiet(w.Committee, w.Chair)
		w.ask(t, w.Bureau, `mutation($in: MuteThreadInput!) { muteThread(input: $in) { thread { id } } }`, vars{"in": vars{"threadId": th}}).ok()
		edit("mentions", []any{w.BureauBody})
		quiet(w.Bureau)
		edit("mentions", []any{w.Bureau.Person, w.BureauBody})
		w.told(t, w.Bureau, "MENTION")

		// Where the reader comes late, post and edits are told as one.
		m = w.ask(t, w.Secretariat, postMention, vars{"in": vars{"threadId": th, "body": "look", "language": "en"}}).ok().id("postMessage.message.id")
		revision = 0
		edit("mentions", []any{w.Committee.Person})
		edit("mentions", []any{w.Committee.Person, w.Chair.Person})
		w.told(t, w.Committee, "MENTION")
		w.told(t, w.Chair, "MENTION")
		// What was withdrawn meanwhile tells nobody.
		m = w.ask(t, w.Secretariat, postMention, vars{"in": vars{"threadId": th, "body": "look", "language": "en"}}).ok().id("postMessage.message.id")
		quiet(w.Committee)
		revision = 0
		edit("mentions", []any{w.Committee.Person})
		w.ask(t, w.Secretariat, withdrawMessage, vars{"in": vars{"id": m, "expectedRevision": 2}}).ok()
		quiet(w.Committee)
		// Who is out by then is not told, whoever mentions them.
		m = w.ask(t, w.Secretariat, postMention, vars{"in": vars{"threadId": th, "body": "look", "language": "en"}}).ok().id("postMessage.message.id")
		revision = 0
		edit("mentions", []any{w.Chair.Person})
		w.excluded(t, w.Secretariat, th, ofBody(w.SpecialCommittee))
		quiet(w.Chair)
	})
}

// TestHeldPostsAreTold to the Secretariat that takes part, and what becomes of them
// to their author; to nobody else.
func TestHeldPostsAreTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.holding(t, ofBody(w.SecretariatBody), ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		w.told(t, w.Partner, "ACCESS")
		w.told(t, w.Chair, "ACCESS")
		hold := func() *answer {
			return w.ask(t, w.Partner, submitPost, vars{"in": vars{"threadId": th, "body": "A million", "language": "en"}}).ok()
		}
		first, second := hold().id("postMessage.held.id"), hold().id("postMessage.held.id")
		w.told(t, w.Secretariat, "HELD_POST", "HELD_POST")
		w.told(t, w.Chair)
		w.told(t, w.Partner)
		w.ask(t, w.Secretariat, releasePost, at(first, 1)).ok()
		w.ask(t, w.Secretariat, returnPost, at(second, 1, "reason", "Which currency?")).ok()
		w.told(t, w.Partner, "RETURNED_POST", "RELEASED_POST")
		w.told(t, w.Chair)
		w.told(t, w.Secretariat)
	})
}

// TestFormalTrafficIsTold to whom it is addressed, and its answers to who asked.
func TestFormalTrafficIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		n := w.dispatched(t, w.Secretariat, convening(w.SecretariatBody, []any{seatOf(w.Council), seatOf(w.Bureau)}, "acknowledgeBy", "2026-11-24"))
		w.told(t, w.Council, "NOTICE")
		w.told(t, w.Bureau, "NOTICE")
		w.told(t, w.Chair)
		w.ask(t, w.Council, acknowledgeNotice, only(n)).ok()
		th, _ := w.room(t)
		w.told(t, w.Stranger, "ACCESS")
		w.told(t, w.Committee, "ACCESS")
		u := w.asked(t, w.Secretariat, w.asking(th, ofPerson(w.Stranger), "due", "2026-11-24"))
		w.told(t, w.Stranger, "REQUEST")
		w.told(t, w.Committee)
		wish := w.ask(t, w.Stranger, askLonger, vars{"in": vars{"requestId": u, "newDue": "2026-11-25", "reason": "holidays"}}).ok().id("requestExtension.extension.id")
		w.told(t, w.Secretariat, "ANSWER")
		w.ask(t, w.Secretariat, decideLonger, vars{"in": vars{"id": wish, "grant": true}}).ok()
		w.told(t, w.Stranger, "REQUEST")
		w.Clock.Add(4 * 24 * time.Hour)
		for range 2 {
			if err := notice.New(w.Runner).PassTime(w.System()); err != nil {
				t.Fatal(err)
			}
			if err := informationrequest.New(w.Runner).PassTime(w.System()); err != nil {
				t.Fatal(err)
			}
		}
		w.told(t, w.Stranger, "DUE")
		w.told(t, w.Secretariat, "DUE")
		w.told(t, w.Bureau, "DUE")
		w.told(t, w.Council)
		w.ask(t, w.Stranger, answerRequest, words(u)).ok()
		w.told(t, w.Secretariat, "ANSWER")
	})
}

// TestDecisionsAreTold to the body that sponsors the proposal, whatever the outcome;
// what is no decision is not.
func TestDecisionsAreTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		for i, outcome := range []string{"APPROVED", "APPROVED_WITH_CONDITIONS", "DEFERRED", "RETURNED", "REJECTED"} {
			p := w.drafted(t, outcome, nil)
			revision := w.through(t, p, "submitProposal", "admitProposal", "startAssessment", "completeAssessment", "placeProposalOnAgenda")
			for _, v := range []*viewer.Viewer{w.Chair, w.Committee, w.Council} {
				w.told(t, v)
			}
			w.moveProposal(t, w.Secretariat, "recordProposalDecision", vars{"id": p, "expectedRevision": revision, "outcome": outcome, "reason": "because"}).ok()
			w.told(t, w.Chair, "DECISION")
			w.told(t, w.Committee, "DECISION")
			for _, v := range []*viewer.Viewer{w.Council, w.Bureau, w.Secretariat, w.Stranger, w.Partner} {
				w.told(t, v)
			}
			a := w.ask(t, w.Chair, `{ viewer { notifications { totalCount nodes { kind event { ... on ProposalMoved { to proposal { reference } } } thread { id } } } } }`, nil).ok()
			a.is("viewer.notifications.totalCount", float64(i+1)).is("viewer.notifications.nodes.0.event.to", outcome).
				is("viewer.notifications.nodes.0.event.proposal.reference", outcome)
		}
	})
}

// TestAVoidedRequestIsTold to whom it was addressed to, and no more to who is out.
func TestAVoidedRequestIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th, _ := w.room(t)
		w.told(t, w.Stranger, "ACCESS")
		w.told(t, w.Committee, "ACCESS")
		first, second := w.asked(t, w.Secretariat, w.asking(th, ofPerson(w.Stranger))), w.asked(t, w.Secretariat, w.asking(th, ofPerson(w.Stranger)))
		w.told(t, w.Stranger, "REQUEST", "REQUEST")
		w.ask(t, w.Secretariat, voidRequest, at(first, 2, "reason", "settled")).ok()
		w.told(t, w.Stranger, "REQUEST")
		w.told(t, w.Committee)
		w.told(t, w.Secretariat)
		w.ask(t, w.Stranger, `{ viewer { notifications(first: 1) { nodes { event { ... on RequestVoided { request { status voidReason } } } } } } }`, nil).ok().
			is("viewer.notifications.nodes.0.event.request.status", "VOID").is("viewer.notifications.nodes.0.event.request.voidReason", "settled")
		w.excluded(t, w.Secretariat, th, ofPerson(w.Stranger))
		w.ask(t, w.Secretariat, voidRequest, at(second, 2, "reason", "settled")).ok()
		w.told(t, w.Stranger)
	})
}
