package graph_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/id"
)

const (
	addReaction    = `mutation($in: AddReactionInput!) { addReaction(input: $in) { message { id reactions { kind count viewerReacted persons { id } } } eventIds } }`
	removeReaction = `mutation($in: RemoveReactionInput!) { removeReaction(input: $in) { message { id reactions { kind count viewerReacted } } eventIds } }`
	readReactions  = `query($id: ID!) { node(id: $id) { ... on Message { viewerCanReact reactions { kind count viewerReacted persons(first: 2) { id } } } } }`
)

func TestReactions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody), ofOrganisation(w.Donor))
		m := w.posted(t, w.Committee, th, "what do you think?")
		in := func(kind string) vars { return vars{"in": vars{"messageId": m, "kind": kind}} }
		for name, refusal := range map[string]string{"nobody": "UNAUTHENTICATED", "stranger": "NOT_FOUND", "council": "NOT_FOUND", "bureau": "NOT_FOUND"} {
			w.tells(t, func() {
				w.ask(t, w.Viewers()[name], addReaction, in("NOTED")).refused(refusal)
				w.ask(t, w.Viewers()[name], removeReaction, in("NOTED")).refused(refusal)
			})
		}
		w.ask(t, w.Chair, removeReaction, in("THANKS")).ok().is("removeReaction.eventIds.0", nil)
		w.tells(t, func() {
			w.ask(t, w.Chair, addReaction, in("THANKS")).ok().is("addReaction.message.reactions.0.kind", "THANKS").
				is("addReaction.message.reactions.0.count", 1.0).is("addReaction.message.reactions.0.viewerReacted", true).
				is("addReaction.message.reactions.0.persons.0.id", id.Format(w.Chair.Person))
		}, "ReactionAdded")
		w.tells(t, func() { w.ask(t, w.Chair, addReaction, in("THANKS")).ok().is("addReaction.eventIds.0", nil) }) // there already
		w.ask(t, w.Partner, addReaction, in("THANKS")).ok()
		w.ask(t, w.Secretariat, addReaction, in("THANKS")).ok()
		w.ask(t, w.Secretariat, addReaction, in("QUESTION")).ok()
		w.ask(t, w.Committee, readReactions, vars{"id": m}).ok().is("node.viewerCanReact", true).
			is("node.reactions.0.count", 3.0).is("node.reactions.0.viewerReacted", false).is("node.reactions.0.persons.1.id", nil). // who sees seats only
			is("node.reactions.1.kind", "QUESTION").is("node.reactions.1.count", 1.0).is("node.reactions.2", nil)
		w.ask(t, w.Secretariat, readReactions, vars{"id": m}).ok().is("node.reactions.0.persons.1.id", id.Format(w.Partner.Person)).is("node.reactions.0.persons.2", nil)
		w.tells(t, func() {
			w.ask(t, w.Secretariat, removeReaction, in("THANKS")).ok().is("removeReaction.message.reactions.0.count", 2.0).is("removeReaction.message.reactions.0.viewerReacted", false)
		}, "ReactionRemoved")
		w.ask(t, w.Committee, `query($id: ID!) { eventLog(in: {threadId: $id}) { envelopes { actor { id } event { __typename
			... on ReactionAdded { kind message { reactions { kind count } } } ... on ReactionRemoved { kind thread { id } } } } } }`, vars{"id": th}).ok().
			is("eventLog.envelopes.2.event.kind", "THANKS").is("eventLog.envelopes.2.actor.id", id.Format(w.Chair.Person)).
			is("eventLog.envelopes.2.event.message.reactions.0.count", 2.0).
			is("eventLog.envelopes.6.event.__typename", "ReactionRemoved").is("eventLog.envelopes.6.event.kind", "THANKS")
		// Not in a closed discussion, and not on what is withdrawn.
		w.ask(t, w.Committee, closeThread, vars{"in": vars{"id": th, "expectedRevision": 1}}).ok()
		w.tells(t, func() {
			w.ask(t, w.Chair, addReaction, in("NOTED")).refused("CONFLICT")
			w.ask(t, w.Chair, removeReaction, in("THANKS")).refused("CONFLICT")
		})
		w.ask(t, w.Chair, readReactions, vars{"id": m}).ok().is("node.viewerCanReact", false).is("node.reactions.0.viewerReacted", true)
		w.ask(t, w.Committee, reopenThread, vars{"in": vars{"id": th, "expectedRevision": 2, "reason": "more"}}).ok()
		w.ask(t, w.Committee, withdrawMessage, vars{"in": vars{"id": m, "expectedRevision": 1}}).ok()
		w.ask(t, w.Chair, readReactions, vars{"id": m}).ok().is("node.viewerCanReact", false).is("node.reactions.0", nil)
		w.tells(t, func() { w.ask(t, w.Chair, addReaction, in("NOTED")).refused("CONFLICT") })
	})
}

func TestReactionsOfAPageCostTheSameStatements(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody), ofOrganisation(w.Donor))
		more := func(n int) {
			for i := range n {
				m := w.posted(t, w.Committee, th, fmt.Sprint("message ", i))
				in := vars{
					"threadId": th, "body": "answer", "language": "en", "replyToId": m, "mentions": []any{w.SpecialCommittee},
					"quotes": []any{vars{"messageId": m, "revision": 1, "excerpt": "message"}},
				}
				answer := w.ask(t, w.Chair, postMessage, vars{"in": in}).ok().id("postMessage.message.id")
				for _, u := range []uuid.UUID{m, answer} {
					w.ask(t, w.Chair, addReaction, vars{"in": vars{"messageId": u, "kind": "THANKS"}}).ok()
					w.ask(t, w.Partner, addReaction, vars{"in": vars{"messageId": u, "kind": "NOTED"}}).ok()
				}
			}
		}
		const query = `query($id: ID!) { thread(id: $id) { messages(first: 100) { nodes { replyCount replies { totalCount nodes { number } } sentByMail
			reactions { kind count viewerReacted persons { name } } quotes { excerpt isCurrentRevision message { number } } mentions { body { id } person { id } } } } } }`
		more(1)
		few := w.statements(func() { w.ask(t, w.Chair, query, vars{"id": th}).ok() })
		more(7)
		var a *answer
		many := w.statements(func() { a = w.ask(t, w.Chair, query, vars{"id": th}).ok() })
		if few != many {
			t.Errorf("%d statements for few, %d for many", few, many)
		}
		a.is("thread.messages.nodes.0.replyCount", 1.0).is("thread.messages.nodes.0.replies.nodes.0.number", 2.0).is("thread.messages.nodes.1.replyCount", 0.0).
			is("thread.messages.nodes.1.quotes.0.message.number", 1.0).is("thread.messages.nodes.15.quotes.0.excerpt", "message").
			is("thread.messages.nodes.15.mentions.0.body.id", id.Format(w.SpecialCommittee))
	})
}
