package graph_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

func ofSeat(u uuid.UUID) vars { return vars{"seatId": u} }

// granted admits a party to a discussion, with a history.
func (w *world) granted(tb testing.TB, v *viewer.Viewer, th uuid.UUID, to vars, history string) {
	tb.Helper()
	in := vars{"threadId": th, "expectedRevision": w.threadRevision(tb, th), "to": to, "history": history}
	w.ask(tb, v, grantAccess, vars{"in": in}).ok()
}

// excluded ends a party's access.
func (w *world) excluded(tb testing.TB, v *viewer.Viewer, th uuid.UUID, of vars) {
	tb.Helper()
	in := vars{"threadId": th, "expectedRevision": w.threadRevision(tb, th), "of": of}
	w.ask(tb, v, endAccess, vars{"in": in}).ok()
}

func (w *world) threadRevision(tb testing.TB, th uuid.UUID) int {
	tb.Helper()
	t, err := w.DB.Client.Thread.Get(w.System(), th)
	if err != nil {
		tb.Fatal(err)
	}
	return t.Revision
}

// now is the viewer that a person is by the clock of now.
func (w *world) now(tb testing.TB, v *viewer.Viewer) *viewer.Viewer {
	tb.Helper()
	fresh, err := account.New(w.Runner).Load(w.System(), v.Person)
	if err != nil {
		tb.Fatal(err)
	}
	return fresh
}

func TestASeatAdmitsWhoHoldsItToday(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		place := w.Committee.Seats[0].ID
		th := w.opened(t, w.Committee, w.Donor, ofSeat(place))
		w.posted(t, w.Committee, th, "from the seat")
		w.ask(t, w.Committee, `query($id: ID!) { thread(id: $id) { audience { seat { id } body { id } history endedAt } } }`, vars{"id": th}).ok().
			is("thread.audience.0.seat.id", id.Format(place)).is("thread.audience.0.body", nil).
			is("thread.audience.0.history", "FULL").is("thread.audience.0.endedAt", nil)
		for name, v := range w.Viewers() {
			want := any(nil)
			if name == "committee" {
				want = id.Format(th)
			}
			w.ask(t, v, `query($id: ID!) { thread(id: $id) { id } threads { totalCount } eventLog(in: {everything: true}) { envelopes { id } } }`, vars{"id": th}).ok().is("thread.id", want)
		}
		w.tells(t, func() {
			in := vars{"subjectId": w.Donor, "title": vars{"en": "x"}, "audience": []any{ofSeat(place)}}
			w.ask(t, w.Chair, openThread, vars{"in": in}).refused("FORBIDDEN") // another seat of the body
			in["audience"] = []any{ofBody(w.SpecialCommittee), ofSeat(w.NewID(id.Seat))}
			w.ask(t, w.Chair, openThread, vars{"in": in}).refused("INVALID_INPUT", "input.audience[1].seatId")
		})
		// The seat is another's from tomorrow on, and the discussion with it.
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Seat.Update().Where(seat.ID(place)).SetValidTo(date.Of(w.Clock.Now())).Exec(ctx)
		})
		w.ask(t, w.now(t, w.Committee), readThread, vars{"id": th}).ok().is("thread.number", 1.0)
		w.Clock.Add(24 * time.Hour)
		w.ask(t, w.now(t, w.Committee), readThread, vars{"id": th}).ok().is("thread", nil)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Seat.Update().Where(seat.ID(place)).ClearValidTo().SetPersonID(w.Stranger.Person).Exec(ctx)
		})
		w.ask(t, w.now(t, w.Stranger), readThread, vars{"id": th}).ok().is("thread.number", 1.0)
		w.tells(t, func() {
			w.ask(t, w.now(t, w.Committee), postMessage, vars{"in": vars{"threadId": th, "body": "late", "language": "en"}}).refused("NOT_FOUND")
		})
	})
}

func TestSeveralDiscussionsOfASubjectHaveAudiencesOfTheirOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := addSubjects(t, w)
		ours := w.opened(t, w.Committee, s.programme, ofBody(w.SpecialCommittee))
		theirs := w.opened(t, w.Bureau, s.programme, ofBody(w.BureauBody))
		const query = `query($id: ID!) { threads(filter: {subjectId: $id}) { totalCount nodes { id } } node(id: $id) { ... on Programme { threads { totalCount nodes { id } } } } }`
		for v, th := range map[*viewer.Viewer]uuid.UUID{w.Committee: ours, w.Bureau: theirs} {
			w.ask(t, v, query, vars{"id": s.programme}).ok().is("threads.totalCount", 1.0).is("threads.nodes.0.id", id.Format(th)).
				is("node.threads.totalCount", 1.0).is("node.threads.nodes.0.id", id.Format(th))
		}
	})
}

func TestChangesOfTheAudienceTellWhom(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		place := w.Council.Seats[0].ID
		w.granted(t, w.Committee, th, ofSeat(place), "FULL")
		w.tells(t, func() {
			in := vars{"threadId": th, "expectedRevision": w.threadRevision(t, th), "to": ofSeat(place)}
			w.ask(t, w.Committee, grantAccess, vars{"in": in}).refused("ALREADY_EXISTS", "input.to.seatId")
		})
		w.Clock.Add(time.Hour)
		w.excluded(t, w.Committee, th, ofSeat(place))
		w.ask(t, w.Committee, `query($id: ID!) { eventLog(in: {threadId: $id}) { envelopes { event { __typename
			... on AccessGranted { audience { seat { id } since } } ... on AccessEnded { audience { seat { id } endedAt } } } } } }`, vars{"id": th}).ok().
			is("eventLog.envelopes.1.event.__typename", "AccessGranted").is("eventLog.envelopes.1.event.audience.seat.id", id.Format(place)).
			is("eventLog.envelopes.2.event.__typename", "AccessEnded").is("eventLog.envelopes.2.event.audience.seat.id", id.Format(place)).
			is("eventLog.envelopes.2.event.audience.endedAt", "2026-11-23T15:05:00.000000Z")
	})
}

// TestWhoIsAdmittedWithoutTheHistorySeesNothingOfIt asks every way for what was said
// before an admission.
func TestWhoIsAdmittedWithoutTheHistorySeesNothingOfIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		old := w.posted(t, w.Committee, th, "old words")
		said := w.posted(t, w.Chair, th, "said before")
		w.ask(t, w.Committee, editMessage, vars{"in": vars{"id": old, "expectedRevision": 1, "body": "old words, better"}}).ok()
		rev := w.ask(t, w.Committee, `query($id: ID!) { node(id: $id) { ... on Message { revisions { id } } } }`, vars{"id": old}).ok().id("node.revisions.0.id")
		w.granted(t, w.Committee, th, ofBody(w.CouncilBody), "FROM_ADMISSION")
		w.granted(t, w.Committee, th, ofOrganisation(w.Donor), "FULL")
		in := vars{"threadId": th, "body": "an answer", "language": "en", "replyToId": old, "quotes": []any{vars{"messageId": old, "revision": 2, "excerpt": "better"}}}
		answer := w.ask(t, w.Committee, postMessage, vars{"in": in}).ok().id("postMessage.message.id")
		// What happens to older messages stays hidden too.
		tr := w.ask(t, w.Committee, `mutation($in: ProposeTranslationInput!) { proposeTranslation(input: $in) { translation { id } } }`,
			vars{"in": vars{"messageId": old, "messageRevision": 2, "language": "fr", "body": "mieux"}}).ok().id("proposeTranslation.translation.id")
		w.ask(t, w.Committee, addReaction, vars{"in": vars{"messageId": old, "kind": "NOTED"}}).ok()
		w.ask(t, w.Chair, editMessage, vars{"in": vars{"id": said, "expectedRevision": 1, "body": "said before, changed"}}).ok()
		w.ask(t, w.Chair, withdrawMessage, vars{"in": vars{"id": said, "expectedRevision": 2}}).ok()

		const query = `query($th: ID!, $old: ID!, $said: ID!, $rev: ID!, $tr: ID!, $answer: ID!, $chair: ID!, $who: ID!) {
			thread(id: $th) { number messages { totalCount nodes { number replyTo { id } quotes { excerpt } replyCount } } first: messages(filter: {authorId: $chair}) { totalCount } }
			nodes(ids: [$old, $said, $rev, $tr, $answer]) { __typename }
			byChair: threads(filter: {authorId: $chair}) { totalCount nodes { id } }
			byCommittee: threads(filter: {authorId: $who}) { totalCount }
			author: node(id: $chair) { __typename }
			eventLog(in: {threadId: $th}) { envelopes { event { __typename } } }
			all: eventLog(in: {everything: true}) { envelopes { event { __typename } } }
			subject: eventLog(in: {threadId: $th}, first: 100) { atHead }
		}`
		vs := vars{"th": th, "old": old, "said": said, "rev": rev, "tr": tr, "answer": answer, "chair": w.Chair.Person, "who": w.Committee.Person}
		hidden := w.ask(t, w.Council, query, vs).ok()
		hidden.is("thread.number", 3.0).is("thread.messages.totalCount", 1.0).is("thread.messages.nodes.0.number", 3.0).is("thread.messages.nodes.1", nil).
			is("thread.messages.nodes.0.replyTo", nil).is("thread.messages.nodes.0.quotes.0", nil).is("thread.first.totalCount", 0.0).
			is("nodes.0", nil).is("nodes.1", nil).is("nodes.2", nil).is("nodes.3", nil).is("nodes.4.__typename", "Message").
			is("byChair.totalCount", 0.0).is("byChair.nodes.0", nil).is("byCommittee.totalCount", 1.0)
		for _, in := range []string{"eventLog", "all"} {
			got := hidden.all(in + ".envelopes.*.event.__typename")
			want := []string{"ThreadOpened", "AccessGranted", "AccessGranted", "MessagePosted"}
			if !equal(got, want) {
				t.Errorf("%s tells %v, want %v", in, got, want)
			}
		}
		seen := w.ask(t, w.Partner, query, vs).ok()
		seen.is("thread.messages.totalCount", 3.0).is("thread.messages.nodes.2.replyTo.id", id.Format(old)).
			is("thread.messages.nodes.2.quotes.0.excerpt", "better").is("thread.messages.nodes.0.replyCount", 1.0).
			is("nodes.0.__typename", "Message").is("nodes.3.__typename", "MessageTranslation").is("byChair.totalCount", 1.0)
		if n := len(seen.at("eventLog.envelopes").([]any)); n != 11 {
			t.Errorf("%d events, want 11", n)
		}
		// Nor can one do anything with it, or learn by trying.
		w.tells(t, func() {
			w.ask(t, w.Council, addReaction, vars{"in": vars{"messageId": old, "kind": "NOTED"}}).refused("NOT_FOUND")
			in := vars{"threadId": th, "body": "hm", "language": "en", "replyToId": old}
			w.ask(t, w.Council, postMessage, vars{"in": in}).refused("INVALID_INPUT", "input.replyToId")
			in = vars{"threadId": th, "body": "hm", "language": "en", "quotes": []any{vars{"messageId": old, "revision": 2, "excerpt": "better"}}}
			w.ask(t, w.Council, postMessage, vars{"in": in}).refused("INVALID_INPUT", "input.quotes[0].messageId")
		})
	})
}

func TestTheWidestAdmissionCountsAndTheLatest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		w.posted(t, w.Committee, th, "one")
		numbers := func(v *viewer.Viewer, want ...string) {
			t.Helper()
			got := w.ask(t, v, `query($id: ID!) { thread(id: $id) { messages { nodes { number } } } }`, vars{"id": th}).ok().all("thread.messages.nodes.*.number")
			if !equal(got, want) {
				t.Errorf("sees %v, want %v", got, want)
			}
		}
		w.granted(t, w.Committee, th, ofBody(w.CouncilBody), "FROM_ADMISSION")
		w.posted(t, w.Committee, th, "two")
		numbers(w.Council, "2")
		w.granted(t, w.Committee, th, ofSeat(w.Council.Seats[0].ID), "FROM_ADMISSION")
		w.posted(t, w.Committee, th, "three")
		numbers(w.Council, "2", "3") // the body's is wider
		w.excluded(t, w.Committee, th, ofBody(w.CouncilBody))
		numbers(w.Council, "3")
		w.granted(t, w.Committee, th, ofBody(w.CouncilBody), "FULL")
		numbers(w.Council, "1", "2", "3")
		w.excluded(t, w.Committee, th, ofBody(w.CouncilBody))
		w.excluded(t, w.Committee, th, ofSeat(w.Council.Seats[0].ID))
		w.ask(t, w.Council, readThread, vars{"id": th}).ok().is("thread", nil)
		w.granted(t, w.Committee, th, ofBody(w.CouncilBody), "FROM_ADMISSION") // what it saw before does not count
		numbers(w.Council)
		w.posted(t, w.Committee, th, "four")
		numbers(w.Council, "4")
		w.ask(t, w.Council, `query($id: ID!) { thread(id: $id) { audience { history } } }`, vars{"id": th}).ok().
			is("thread.audience.0.history", "FULL").is("thread.audience.1.history", "FROM_ADMISSION")
	})
}

func equal(got, want []string) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if got[i] != want[i] {
			return false
		}
	}
	return true
}
