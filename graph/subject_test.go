package graph_test

import (
	"testing"

	"acs-aec.org/hub/internal/id"
)

// TestDiscussionsOnOpportunitiesAndMeetings goes through every place in which what
// a discussion is about shows.
func TestDiscussionsOnOpportunitiesAndMeetings(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		call := w.addOpportunity(t, "Mangrove call", vars{"sourceId": "MNG-77"})
		session := w.convened(t, w.SpecialCommittee, "Plenary session", vars{"reference": "SES/3"})
		const query = `query($u: ID!, $text: String!) {
			node(id: $u) { ... on Opportunity { threads { totalCount } } ... on Meeting { threads { totalCount } } }
			threads(filter: {subjectId: $u}) { totalCount nodes { subject { __typename ... on Opportunity { title } ... on Meeting { title } } } }
			any: threads { totalCount nodes { subject { __typename } } }
			search(text: $text, filter: {subjectId: $u}) { totalCount } found: search(text: $text) { totalCount }
		}`
		for kind, c := range map[string]struct {
			on   any
			text string
		}{"Opportunity": {call, "mng"}, "Meeting": {session, "plenary"}} {
			in := vars{"subjectId": c.on, "title": vars{"en": "Talk"}, "audience": []any{ofBody(w.SpecialCommittee), ofOrganisation(w.Donor)}}
			w.tells(t, func() {
				w.ask(t, w.Stranger, openThread, vars{"in": vars{"subjectId": c.on, "title": vars{"en": "x"}, "audience": []any{ofPerson(w.Stranger)}}}).refused("FORBIDDEN")
			})
			th := w.ask(t, w.Committee, openThread, vars{"in": in}).ok().id("openThread.thread.id")
			w.posted(t, w.Committee, th, "words")
			w.ask(t, w.Committee, query, vars{"u": c.on, "text": c.text}).ok().is("node.threads.totalCount", 1.0).is("threads.totalCount", 1.0).
				is("threads.nodes.0.subject.__typename", kind).is("search.totalCount", 1.0)
			// Who takes part and does not see the subject does not find it out.
			a := w.ask(t, w.Partner, query, vars{"u": c.on, "text": c.text}).ok().is("node", nil).is("threads.totalCount", 0.0).is("search.totalCount", 0.0)
			if a.at("any.nodes.0.subject") != nil {
				t.Errorf("a subject is told: %s", a.raw)
			}
			w.ask(t, w.Secretariat, query, vars{"u": c.on, "text": c.text}).ok().is("threads.totalCount", 0.0).is("search.totalCount", 0.0).is("found.totalCount", 0.0)
			// Holds and schedules.
			hold := w.ask(t, w.Secretariat, `mutation($in: PlaceLegalHoldInput!) { placeLegalHold(input: $in) { hold { id on { __typename } } } }`,
				vars{"in": vars{"onId": c.on, "reason": "Audit"}}).ok().is("placeLegalHold.hold.on.__typename", kind).id("placeLegalHold.hold.id")
			w.ask(t, w.Committee, `query($t: ID!) { thread(id: $t) { onHold } }`, vars{"t": th}).ok().is("thread.onHold", true)
			w.ask(t, w.Secretariat, `query($u: ID!) { legalHolds(filter: {onId: $u}) { totalCount } }`, vars{"u": c.on}).ok().is("legalHolds.totalCount", 1.0)
			w.ask(t, w.Committee, `query($h: ID!) { node(id: $h) { id } }`, vars{"h": hold}).ok().is("node", nil)
		}
		for _, kind := range []string{"OPPORTUNITY", "MEETING"} {
			w.ask(t, w.Secretariat, setRetention, vars{"in": vars{"kind": kind, "years": 3, "expectedRevision": 0}}).ok()
		}
		// A subject that one may not see can't be taken.
		other := w.convened(t, w.CouncilBody, "Council", nil)
		w.tells(t, func() {
			in := vars{"subjectId": other, "title": vars{"en": "x"}, "audience": []any{ofBody(w.SpecialCommittee)}}
			w.ask(t, w.Committee, openThread, vars{"in": in}).refused("INVALID_INPUT", "input.subjectId")
		})
		// The meeting's scope has the discussions on it, for who takes part.
		const log = `query($u: ID!) { eventLog(in: {meetingId: $u}) { envelopes { event { __typename } } } }`
		w.ask(t, w.Committee, log, vars{"u": session}).ok().is("eventLog.envelopes.0.event.__typename", "MeetingConvened").
			is("eventLog.envelopes.1.event.__typename", "ThreadOpened").is("eventLog.envelopes.2.event.__typename", "MessagePosted").is("eventLog.envelopes.3", nil)
		w.ask(t, w.Secretariat, log, vars{"u": session}).ok().is("eventLog.envelopes.0.event.__typename", "MeetingConvened").is("eventLog.envelopes.1", nil)
		// A new title is found.
		w.ask(t, w.Secretariat, editMeeting, vars{"in": vars{"id": session, "expectedRevision": 1, "title": vars{"en": "Cetacean hearing"}}}).ok()
		w.ask(t, w.Committee, query, vars{"u": session, "text": "cetacean"}).ok().is("search.totalCount", 1.0)
		w.ask(t, w.Secretariat, editOpportunity, vars{"in": vars{"id": call, "expectedRevision": 1, "title": vars{"en": "Ocelot call"}}}).ok()
		w.ask(t, w.Committee, query, vars{"u": call, "text": "ocelot"}).ok().is("search.totalCount", 1.0)
		// Notices can be about them, and webhooks tell of a meeting.
		for _, on := range []any{call, session} {
			w.ask(t, w.Secretariat, draftNotice, vars{"in": vars{
				"bodyId": w.SecretariatBody, "title": vars{"en": "N"}, "content": vars{"en": "C"}, "subjectId": on, "seatIds": []any{w.Council.Seats[0].ID},
			}}).ok()
		}
		hooked := w.hooked(t, w.Committee, vars{"meetingId": session})
		w.ask(t, w.Committee, `query($h: ID!) { node(id: $h) { ... on Webhook { everything meeting { id } body { id } } } }`, vars{"h": hooked}).ok().
			is("node.meeting.id", id.Format(session)).is("node.everything", false).is("node.body", nil)
		w.ask(t, w.Council, createWebhook, hook(vars{"meetingId": session})).refused("NOT_FOUND", "input.in")
	})
}
