package graph_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

const (
	quoteFields = `fragment Q on Message { id revision quotes { message { id } revision excerpt isCurrentRevision } }`
	postQuote   = `mutation($in: PostMessageInput!) { postMessage(input: $in) { message { ...Q } } } ` + quoteFields
	editQuote   = `mutation($in: EditMessageInput!) { editMessage(input: $in) { message { ...Q } } } ` + quoteFields
	readQuote   = `query($id: ID!) { node(id: $id) { ...Q } } ` + quoteFields
)

func quoteOf(m uuid.UUID, revision int, excerpt string) vars {
	return vars{"messageId": m, "revision": revision, "excerpt": excerpt}
}

func TestQuotesNameARevision(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		other := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		m := w.posted(t, w.Chair, th, "We pay **half** of it")
		gone := w.posted(t, w.Chair, th, "half")
		w.ask(t, w.Chair, withdrawMessage, vars{"in": vars{"id": gone, "expectedRevision": 1}}).ok()
		elsewhere := w.posted(t, w.Chair, other, "half")
		w.ask(t, w.Chair, editMessage, vars{"in": vars{"id": m, "expectedRevision": 1, "body": "We pay all of it"}}).ok()
		post := func(quotes ...any) vars {
			return vars{"in": vars{"threadId": th, "body": "hm", "language": "en", "quotes": quotes}}
		}
		w.tells(t, func() {
			for field, q := range map[string]vars{
				"excerpt": quoteOf(m, 2, "half"), "revision": quoteOf(m, 3, "We"), "messageId": quoteOf(elsewhere, 1, "half"),
			} {
				w.ask(t, w.Committee, postQuote, post(quoteOf(m, 1, "half"), q)).refused("INVALID_INPUT", "input.quotes[1]."+field)
			}
			w.ask(t, w.Committee, postQuote, post(quoteOf(m, -1, "half"))).refused("INVALID_INPUT", "input.quotes[0].revision")
			w.ask(t, w.Committee, postQuote, post(quoteOf(gone, 1, "half"))).refused("INVALID_INPUT", "input.quotes[0].messageId")
			w.ask(t, w.Committee, postQuote, post(quoteOf(w.NewID(id.Message), 1, "half"))).refused("INVALID_INPUT", "input.quotes[0].messageId")
			w.ask(t, w.Committee, postQuote, post(quoteOf(m, 2, "\u200b "))).refused("INVALID_INPUT", "input.quotes[0].excerpt")
			w.ask(t, w.Committee, postQuote, post(quoteOf(m, 2, strings.Repeat("x", 2001)))).refused("INVALID_INPUT", "input.quotes[0].excerpt")
			six := []any{}
			for range 6 {
				six = append(six, quoteOf(m, 2, "We"))
			}
			w.ask(t, w.Committee, postQuote, post(six...)).refused("INVALID_INPUT", "input.quotes")
		})
		var quoting uuid.UUID
		w.tells(t, func() {
			a := w.ask(t, w.Committee, postQuote, post(quoteOf(m, 1, " **half** "), quoteOf(m, 2, "We pay all"))).ok().
				is("postMessage.message.quotes.0.excerpt", "**half**").is("postMessage.message.quotes.0.revision", 1.0).
				is("postMessage.message.quotes.0.isCurrentRevision", false).is("postMessage.message.quotes.0.message.id", id.Format(m)).
				is("postMessage.message.quotes.1.excerpt", "We pay all").is("postMessage.message.quotes.1.isCurrentRevision", true)
			quoting = a.id("postMessage.message.id")
		}, "MessagePosted")
		edit := func(revision int, more vars) vars {
			in := vars{"id": quoting, "expectedRevision": revision, "body": "hm"}
			for k, v := range more {
				in[k] = v
			}
			return vars{"in": in}
		}
		w.tells(t, func() { // the same, and not named: as before
			w.ask(t, w.Committee, editQuote, edit(1, vars{"quotes": []any{quoteOf(m, 1, "**half**"), quoteOf(m, 2, "We pay all")}})).ok().is("editMessage.message.revision", 1.0)
			w.ask(t, w.Committee, editQuote, edit(1, nil)).ok().is("editMessage.message.quotes.1.excerpt", "We pay all")
			w.ask(t, w.Committee, editQuote, edit(1, vars{"quotes": []any{quoteOf(quoting, 1, "hm")}})).refused("INVALID_INPUT", "input.quotes[0].messageId") // itself
		})
		w.tells(t, func() {
			w.ask(t, w.Committee, editQuote, edit(1, vars{"quotes": []any{quoteOf(m, 2, "all")}})).ok().is("editMessage.message.revision", 2.0).
				is("editMessage.message.quotes.0.excerpt", "all").is("editMessage.message.quotes.1", nil)
		}, "MessageEdited")
		w.ask(t, w.Secretariat, readQuote, vars{"id": quoting}).ok().is("node.quotes.0.excerpt", "all")
		w.ask(t, w.Council, readQuote, vars{"id": quoting}).ok().is("node", nil)
	})
}

func TestWithdrawalErasesWhatIsQuoted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		secret := "a secret that nobody must find again"
		m := w.posted(t, w.Chair, th, secret)
		stays := w.posted(t, w.Chair, th, "plain")
		post := func(v *viewer.Viewer, quotes ...any) uuid.UUID {
			return w.ask(t, v, postQuote, vars{"in": vars{"threadId": th, "body": "hm", "language": "en", "quotes": quotes}}).ok().id("postMessage.message.id")
		}
		quoting := post(w.Committee, quoteOf(m, 1, secret), quoteOf(stays, 1, "plain"))
		draft := w.ask(t, w.Committee, saveDraft, vars{"in": vars{"threadId": th, "body": "hm", "language": "en", "quotes": []any{quoteOf(m, 1, secret)}}}).ok().id("saveDraft.draft.id")
		w.ask(t, w.Chair, withdrawMessage, vars{"in": vars{"id": m, "expectedRevision": 1}}).ok()
		w.ask(t, w.Committee, readQuote, vars{"id": quoting}).ok().is("node.quotes.0.excerpt", nil).is("node.quotes.0.isCurrentRevision", false).
			is("node.quotes.0.message.id", id.Format(m)).is("node.quotes.1.excerpt", "plain")
		w.ask(t, w.Committee, `query($id: ID!) { node(id: $id) { ... on MessageDraft { quotes { excerpt message { id } } } } }`, vars{"id": draft}).ok().
			is("node.quotes.0.message.id", id.Format(m)).is("node.quotes.0.excerpt", nil)
		w.ask(t, w.Committee, withdrawMessage, vars{"in": vars{"id": quoting, "expectedRevision": 1}}).ok()
		w.ask(t, w.Chair, readQuote, vars{"id": quoting}).ok().is("node.quotes.1.excerpt", nil)
		rows, err := w.DB.Client.MessageQuote.Query().All(w.System())
		if err != nil || len(rows) != 3 {
			t.Fatalf("%v, %v", rows, err)
		}
		for _, r := range rows {
			if r.Excerpt != "" {
				t.Errorf("kept %q", r.Excerpt)
			}
		}
	})
}

func TestAnswersAreOneLevelDeep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		m := w.posted(t, w.Chair, th, "first")
		reply := func(to uuid.UUID) *answer {
			return w.ask(t, w.Committee, postMessage, vars{"in": vars{"threadId": th, "body": "answer", "language": "en", "replyToId": to}}).ok()
		}
		a := reply(m).is("postMessage.message.replyTo.id", id.Format(m)).id("postMessage.message.id")
		b := reply(a).is("postMessage.message.replyTo.id", id.Format(m)).id("postMessage.message.id")
		w.ask(t, w.Committee, withdrawMessage, vars{"in": vars{"id": b, "expectedRevision": 1}}).ok()
		w.ask(t, w.Chair, `query($id: ID!) { node(id: $id) { ... on Message { replyCount replies(first: 1) { nodes { id } totalCount pageInfo { hasNextPage } }
			standing: replies(filter: {withdrawn: false}) { totalCount } } } }`, vars{"id": m}).ok().
			is("node.replyCount", 2.0).is("node.replies.nodes.0.id", id.Format(a)).is("node.replies.totalCount", 2.0).is("node.replies.pageInfo.hasNextPage", true).
			is("node.standing.totalCount", 1.0)
	})
}
