package graph_test

import (
	"strings"
	"testing"
)

func TestHugeAndHostilePostsAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		post := func(more vars) vars {
			in := vars{"threadId": th, "body": "hello", "language": "en"}
			for k, v := range more {
				in[k] = v
			}
			return vars{"in": in}
		}
		w.tells(t, func() {
			w.ask(t, w.Committee, postMessage, post(vars{"body": strings.Repeat("a", 10<<20)})).refused("INVALID_INPUT", "input.body")
			w.ask(t, w.Committee, postMessage, post(vars{"body": strings.Repeat("\u200b", 10<<18)})).refused("INVALID_INPUT", "input.body")
			w.ask(t, w.Committee, saveDraft, post(vars{"body": strings.Repeat("a", 10<<20)})).refused("INVALID_INPUT", "input.body")
			w.ask(t, w.Committee, postMessage, post(vars{"quotes": []any{vars{"messageId": th, "revision": 1, "excerpt": "x"}}})).refused("INVALID_INPUT", "input.quotes[0].messageId")
		})
		for _, body := range []string{
			strings.Repeat(">", 5000) + "deep", strings.Repeat("[", 5000) + "x" + strings.Repeat("](javascript:1)", 300),
			"<script>alert(1)</script> [x](javascript:alert(1)) ![x](data:text/html,x) <javascript:alert(1)>", strings.Repeat("- ", 5000) + "x",
		} {
			html, _ := w.ask(t, w.Committee, postMessage, post(vars{"body": body})).ok().at("postMessage.message.bodyHtml").(string)
			for _, bad := range []string{"<script", `href="javascript`, `href="data`, "<img"} {
				if strings.Contains(html, bad) {
					t.Errorf("%q in %.200s", bad, html)
				}
			}
		}
	})
}

func TestAKeyCoversQuotesAndMentions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		m := w.posted(t, w.Chair, th, "one and two")
		in := func(excerpt string, mentions ...any) vars {
			return vars{"in": vars{"threadId": th, "body": "hm", "language": "en", "idempotencyKey": "k", "quotes": []any{quoteOf(m, 1, excerpt)}, "mentions": mentions}}
		}
		first := w.ask(t, w.Committee, postMessage, in("one", w.Chair.Person)).ok()
		w.tells(t, func() {
			w.ask(t, w.Committee, postMessage, in("one", w.Chair.Person)).ok().is("postMessage.message.id", first.at("postMessage.message.id"))
			w.ask(t, w.Committee, postMessage, in("two", w.Chair.Person)).refused("IDEMPOTENCY_KEY_REUSED")
			w.ask(t, w.Committee, postMessage, in("one", w.SpecialCommittee)).refused("IDEMPOTENCY_KEY_REUSED")
			w.ask(t, w.Committee, postMessage, in("one")).refused("IDEMPOTENCY_KEY_REUSED")
		})
	})
}

func TestAPostCostsTheSameHoweverManyTakePart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		cost := func(audience ...any) int64 {
			th := w.opened(t, w.Committee, w.Donor, append([]any{ofBody(w.SpecialCommittee)}, audience...)...)
			m := w.posted(t, w.Committee, th, "warm")
			in := vars{"threadId": th, "body": "hello", "language": "en", "replyToId": m, "quotes": []any{quoteOf(m, 1, "warm")}, "mentions": []any{w.SpecialCommittee, w.Chair.Person}}
			return w.statements(func() { w.ask(t, w.Committee, postMessage, vars{"in": in}).ok() })
		}
		few := cost()
		if many := cost(ofBody(w.SecretariatBody), ofBody(w.CouncilBody), ofBody(w.BureauBody), ofBody(w.OtherCommittee), ofOrganisation(w.Donor), ofOrganisation(w.Other), ofSeat(w.Council.Seats[0].ID)); many != few {
			t.Errorf("%d statements among many, %d among few", many, few)
		}
	})
}
