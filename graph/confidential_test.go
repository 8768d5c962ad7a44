package graph_test

import (
	"testing"
	"time"

	"acs-aec.org/hub/internal/id"
)

func TestAConfidentialDiscussionTellsNobodyWhoIsThere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		in := vars{"subjectId": w.Donor, "title": vars{"en": "Hushed"}, "audience": []any{ofBody(w.SpecialCommittee)}, "confidentiality": "CONFIDENTIAL"}
		th := w.ask(t, w.Committee, openThread, vars{"in": in}).ok().id("openThread.thread.id")
		const typing = `mutation($id: ID!) { reportTyping(input: {threadId: $id}) { thread { confidentiality } } }`
		w.ask(t, w.Committee, typing, vars{"id": th}).refused("CONFLICT")
		edit := func(revision int, to string) vars {
			return vars{"in": vars{"id": th, "expectedRevision": revision, "confidentiality": to}}
		}
		w.tells(t, func() {
			w.ask(t, w.Chair, editThread, edit(1, "NORMAL")).refused("FORBIDDEN")
			w.ask(t, w.Stranger, editThread, edit(1, "NORMAL")).refused("NOT_FOUND")
			w.ask(t, w.Committee, editThread, edit(1, "CONFIDENTIAL")).ok() // nothing changes
		})
		w.tells(t, func() { w.ask(t, w.Committee, editThread, edit(1, "NORMAL")).ok() }, "ThreadEdited")
		w.ask(t, w.Committee, typing, vars{"id": th}).ok().is("reportTyping.thread.confidentiality", "NORMAL")
		w.ask(t, w.Committee, `query($id: ID!) { eventLog(in: {threadId: $id}) { envelopes { event { ... on ThreadEdited { changes { field before after } } } } } }`, vars{"id": th}).ok().
			is("eventLog.envelopes.1.event.changes.0.field", "confidentiality").is("eventLog.envelopes.1.event.changes.0.after", "NORMAL")
		w.ask(t, w.Stranger, typing, vars{"id": th}).refused("NOT_FOUND")
		w.ask(t, w.Committee, closeThread, vars{"in": vars{"id": th, "expectedRevision": 2}}).ok()
		w.ask(t, w.Committee, typing, vars{"id": th}).refused("CONFLICT")
	})
}

func TestPinnedDiscussionsComeFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		w.Clock.Add(time.Second)
		second := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
		w.Clock.Add(time.Second)
		third := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
		w.posted(t, w.Chair, first, "x")
		w.Clock.Add(time.Minute)
		w.posted(t, w.Chair, second, "y")
		const (
			pin   = `mutation($in: PinThreadInput!) { pinThread(input: $in) { thread { pinnedAt revision } eventIds } }`
			unpin = `mutation($in: UnpinThreadInput!) { unpinThread(input: $in) { thread { pinnedAt revision } eventIds } }`
			list  = `query($d: OrderDirection!, $after: String) { threads(orderBy: {field: PINNED, direction: $d}, first: 2, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } }
				pinned: threads(filter: {pinned: true}) { totalCount nodes { id } } others: threads(filter: {pinned: false}) { totalCount } }`
		)
		in := func(revision int) vars { return vars{"in": vars{"id": first, "expectedRevision": revision}} }
		for name, refusal := range map[string]string{"nobody": "UNAUTHENTICATED", "stranger": "NOT_FOUND", "secretariat": "NOT_FOUND", "chair": "FORBIDDEN"} {
			w.tells(t, func() {
				w.ask(t, w.Viewers()[name], pin, in(1)).refused(refusal)
				w.ask(t, w.Viewers()[name], unpin, in(1)).refused(refusal)
			})
		}
		w.tells(t, func() { w.ask(t, w.Committee, unpin, in(1)).ok().is("unpinThread.thread.revision", 1.0) })
		w.tells(t, func() {
			w.ask(t, w.Committee, pin, in(1)).ok().is("pinThread.thread.pinnedAt", "2026-11-23T14:06:02.000000Z").is("pinThread.thread.revision", 2.0)
		}, "ThreadPinned")
		w.tells(t, func() {
			w.ask(t, w.Committee, pin, in(2)).ok().is("pinThread.thread.revision", 2.0)
			w.ask(t, w.Committee, pin, in(1)).refused("CONFLICT")
		})
		a := w.ask(t, w.Chair, list, vars{"d": "DESC"}).ok().is("threads.nodes.0.id", id.Format(first)).is("threads.nodes.1.id", id.Format(second)).
			is("pinned.totalCount", 1.0).is("pinned.nodes.0.id", id.Format(first)).is("others.totalCount", 2.0)
		w.ask(t, w.Chair, list, vars{"d": "DESC", "after": a.at("threads.pageInfo.endCursor")}).ok().is("threads.nodes.0.id", id.Format(third)).is("threads.pageInfo.hasNextPage", false)
		w.ask(t, w.Chair, list, vars{"d": "ASC"}).ok().is("threads.nodes.0.id", id.Format(third)).is("threads.nodes.1.id", id.Format(second))
		w.posted(t, w.Chair, first, "pinned ones stay first") // also after a message
		w.ask(t, w.Chair, list, vars{"d": "DESC"}).ok().is("threads.nodes.0.id", id.Format(first))
		w.tells(t, func() { w.ask(t, w.Committee, unpin, in(2)).ok().is("unpinThread.thread.pinnedAt", nil) }, "ThreadUnpinned")
		w.posted(t, w.Chair, second, "z")
		w.Clock.Add(time.Minute)
		w.posted(t, w.Chair, second, "z")
		w.ask(t, w.Chair, list, vars{"d": "DESC"}).ok().is("threads.nodes.0.id", id.Format(second)).is("pinned.totalCount", 0.0)
	})
}
