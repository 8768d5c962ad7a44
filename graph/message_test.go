package graph_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

const messageFields = `fragment M on Message { id number revision body bodyHtml language createdAt editedAt withdrawnAt withdrawalReason
	author { id } thread { id } replyTo { id } withdrawnBy { id } revisions { id number body language replacedAt } viewerCanEdit viewerCanWithdraw }`

const (
	postMessage     = `mutation($in: PostMessageInput!) { postMessage(input: $in) { message { ...M } cursor eventIds } } ` + messageFields
	editMessage     = `mutation($in: EditMessageInput!) { editMessage(input: $in) { message { ...M } eventIds } } ` + messageFields
	withdrawMessage = `mutation($in: WithdrawMessageInput!) { withdrawMessage(input: $in) { message { ...M } eventIds } } ` + messageFields
	readMessage     = `query($id: ID!) { node(id: $id) { ...M } } ` + messageFields
)

// posted writes a message as the viewer.
func (w *world) posted(tb testing.TB, v *viewer.Viewer, th uuid.UUID, body string) uuid.UUID {
	tb.Helper()
	return w.ask(tb, v, postMessage, vars{"in": vars{"threadId": th, "body": body, "language": "en"}}).ok().id("postMessage.message.id")
}

func TestPostMessage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		other := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		elsewhere := w.posted(t, w.Committee, other, "elsewhere")
		post := func(body string) vars { return vars{"threadId": th, "body": body, "language": "en"} }
		for name, refusal := range map[string]string{"nobody": "UNAUTHENTICATED", "stranger": "NOT_FOUND", "council": "NOT_FOUND", "secretariat": "NOT_FOUND"} {
			w.tells(t, func() { w.ask(t, w.Viewers()[name], postMessage, vars{"in": post("hello")}).refused(refusal) })
		}
		w.tells(t, func() {
			w.ask(t, w.Committee, postMessage, vars{"in": post(" \n\t ")}).refused("INVALID_INPUT", "input.body")
			for _, shows := range []string{
				"\u200b", "\ufeff\u2060\u200d", "\u00ad", "\u202e \u202c", "\u0301", "\u2800\n\u3164\uffa0\u115f", "\ufe0f", "\U000e0041", "\u180e\u034f", "\u2028\u00a0",
			} {
				w.ask(t, w.Committee, postMessage, vars{"in": post(shows)}).refused("INVALID_INPUT", "input.body")
			}
			w.ask(t, w.Committee, postMessage, vars{"in": post(strings.Repeat("€", 20_001))}).refused("INVALID_INPUT", "input.body")
			w.ask(t, w.Committee, postMessage, vars{"in": post("a\x00b")}).refused("INVALID_INPUT", "input.body")
			in := post("hello")
			in["replyToId"] = elsewhere
			w.ask(t, w.Committee, postMessage, vars{"in": in}).refused("INVALID_INPUT", "input.replyToId")
			in["replyToId"] = w.NewID(id.Message)
			w.ask(t, w.Committee, postMessage, vars{"in": in}).refused("INVALID_INPUT", "input.replyToId")
			in = post("hello")
			in["threadId"] = w.NewID(id.Thread)
			w.ask(t, w.Committee, postMessage, vars{"in": in}).refused("NOT_FOUND")
			in["threadId"] = w.Donor
			w.ask(t, w.Committee, postMessage, vars{"in": in}).refused("INVALID_INPUT", "input.threadId")
		})
		w.Clock.Add(time.Minute)
		w.tells(t, func() {
			w.ask(t, w.Partner, postMessage, vars{"in": post("  **Bonjour** ![x](https://a.invalid/x.png) <b>\n")}).ok().
				is("postMessage.message.number", 1.0).is("postMessage.message.revision", 1.0).
				is("postMessage.message.body", "**Bonjour** ![x](https://a.invalid/x.png) <b>").
				is("postMessage.message.bodyHtml", `<p><strong>Bonjour</strong> <a href="https://a.invalid/x.png" rel="nofollow noopener noreferrer">x</a> &lt;b&gt;</p>`+"\n").
				is("postMessage.message.author.id", id.Format(w.Partner.Person)).is("postMessage.message.thread.id", id.Format(th)).
				is("postMessage.message.editedAt", nil).is("postMessage.message.withdrawnAt", nil).is("postMessage.message.replyTo", nil).
				is("postMessage.message.createdAt", "2026-11-23T14:06:00.000000Z").
				is("postMessage.message.viewerCanEdit", true).is("postMessage.message.viewerCanWithdraw", true)
		}, "MessagePosted")
		long := post(strings.Repeat("€", 20_000))
		a := w.ask(t, w.Committee, postMessage, vars{"in": long}).ok().is("postMessage.message.number", 2.0)
		in := post("an answer")
		in["replyToId"] = a.at("postMessage.message.id")
		w.ask(t, w.Chair, postMessage, vars{"in": in}).ok().is("postMessage.message.replyTo.id", in["replyToId"]).is("postMessage.message.number", 3.0)
		in["body"] = "another answer"
		w.ask(t, w.Partner, postMessage, vars{"in": in}).ok().is("postMessage.message.replyTo.id", in["replyToId"]).is("postMessage.message.number", 4.0)
		w.ask(t, w.Chair, readThread, vars{"id": th}).ok().is("thread.number", 4.0).is("thread.lastMessageAt", "2026-11-23T14:06:00.000000Z").is("thread.revision", 1.0)
		w.ask(t, w.Committee, readMessage, vars{"id": in["replyToId"]}).ok().is("node.viewerCanEdit", true)
		w.ask(t, w.Chair, readMessage, vars{"id": in["replyToId"]}).ok().is("node.viewerCanEdit", false).is("node.viewerCanWithdraw", false)
		// The author is seen by those who talk to each other, and only by them.
		w.ask(t, w.Partner, readMessage, vars{"id": in["replyToId"]}).ok().is("node.author.id", id.Format(w.Committee.Person))
	})
}

func TestEditMessage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		m := w.posted(t, w.Committee, th, "first")
		edit := func(revision int, body string, more ...any) vars {
			in := vars{"id": m, "expectedRevision": revision, "body": body}
			for i := 0; i < len(more); i += 2 {
				in[more[i].(string)] = more[i+1]
			}
			return vars{"in": in}
		}
		for name, refusal := range map[string]string{"nobody": "UNAUTHENTICATED", "stranger": "NOT_FOUND", "council": "NOT_FOUND", "chair": "FORBIDDEN", "secretariat": "FORBIDDEN"} {
			w.tells(t, func() { w.ask(t, w.Viewers()[name], editMessage, edit(1, "changed")).refused(refusal) })
		}
		w.tells(t, func() {
			w.ask(t, w.Committee, editMessage, edit(1, " first\n")).ok().is("editMessage.message.revision", 1.0).is("editMessage.message.editedAt", nil)
			w.ask(t, w.Committee, editMessage, edit(1, "")).refused("INVALID_INPUT", "input.body")
			w.ask(t, w.Committee, editMessage, edit(1, "\u200b")).refused("INVALID_INPUT", "input.body")
			w.ask(t, w.Committee, editMessage, edit(1, "x", "language", nil)).refused("INVALID_INPUT", "input.language")
			w.ask(t, w.Committee, editMessage, edit(2, "x")).refused("CONFLICT")
		})
		w.Clock.Add(time.Minute)
		w.tells(t, func() { w.ask(t, w.Committee, editMessage, edit(1, "second")).ok() }, "MessageEdited")
		w.Clock.Add(time.Minute)
		w.tells(t, func() {
			w.ask(t, w.Committee, editMessage, edit(2, "tercero", "language", "es")).ok().
				is("editMessage.message.body", "tercero").is("editMessage.message.language", "es").is("editMessage.message.revision", 3.0).
				is("editMessage.message.editedAt", "2026-11-23T14:07:00.000000Z").
				is("editMessage.message.revisions.0.number", 1.0).is("editMessage.message.revisions.0.body", "first").
				is("editMessage.message.revisions.0.replacedAt", "2026-11-23T14:06:00.000000Z").
				is("editMessage.message.revisions.1.number", 2.0).is("editMessage.message.revisions.1.body", "second").
				is("editMessage.message.revisions.1.language", "en").is("editMessage.message.revisions.2", nil)
		}, "MessageEdited")
		w.ask(t, w.Committee, `query($id: ID!) { eventLog(in: {threadId: $id}) { envelopes { event { __typename ... on MessageEdited { message { body } thread { id } } } } } }`, vars{"id": th}).ok().
			is("eventLog.envelopes.3.event.message.body", "tercero").is("eventLog.envelopes.3.event.thread.id", id.Format(th))
		w.ask(t, w.Committee, closeThread, vars{"in": vars{"id": th, "expectedRevision": 1}}).ok()
		w.tells(t, func() { w.ask(t, w.Committee, editMessage, edit(3, "late")).refused("CONFLICT") })
		w.ask(t, w.Committee, readMessage, vars{"id": m}).ok().is("node.viewerCanEdit", false).is("node.viewerCanWithdraw", true).is("node.body", "tercero")
	})
}

func TestWithdrawMessage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		secret := "a secret that nobody must find again"
		m := w.posted(t, w.Committee, th, secret)
		w.ask(t, w.Committee, editMessage, vars{"in": vars{"id": m, "expectedRevision": 1, "body": secret + " twice"}}).ok()
		withdraw := func(u uuid.UUID, revision int, reason any) vars {
			return vars{"in": vars{"id": u, "expectedRevision": revision, "reason": reason}}
		}
		for name, refusal := range map[string]string{"nobody": "UNAUTHENTICATED", "stranger": "NOT_FOUND", "council": "NOT_FOUND", "chair": "FORBIDDEN"} {
			w.tells(t, func() { w.ask(t, w.Viewers()[name], withdrawMessage, withdraw(m, 2, nil)).refused(refusal) })
		}
		w.tells(t, func() {
			w.ask(t, w.Committee, withdrawMessage, withdraw(m, 1, nil)).refused("CONFLICT")
			w.ask(t, w.Committee, withdrawMessage, withdraw(m, 2, strings.Repeat("x", 1001))).refused("INVALID_INPUT", "input.reason")
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, withdrawMessage, withdraw(m, 2, "Names a person")).ok().
				is("withdrawMessage.message.body", nil).is("withdrawMessage.message.bodyHtml", nil).is("withdrawMessage.message.revision", 3.0).
				is("withdrawMessage.message.withdrawnBy.id", id.Format(w.Secretariat.Person)).is("withdrawMessage.message.withdrawalReason", "Names a person").
				is("withdrawMessage.message.number", 1.0).is("withdrawMessage.message.revisions.0.body", nil).is("withdrawMessage.message.revisions.0.number", 1.0).
				is("withdrawMessage.message.viewerCanWithdraw", false)
		}, "MessageWithdrawn")
		w.tells(t, func() {
			w.ask(t, w.Committee, withdrawMessage, withdraw(m, 3, nil)).refused("CONFLICT")
			w.ask(t, w.Committee, editMessage, vars{"in": vars{"id": m, "expectedRevision": 3, "body": "again"}}).refused("CONFLICT")
		})
		w.ask(t, w.Committee, readMessage, vars{"id": m}).ok().is("node.viewerCanEdit", false).is("node.viewerCanWithdraw", false).is("node.body", nil)
		// No row holds a piece of it, the log's least of all.
		rows, err := w.DB.Client.Message.Query().All(w.System())
		if err != nil || len(rows) != 1 || rows[0].Body != "" {
			t.Errorf("%v, %v", rows, err)
		}
		texts, err := w.DB.Client.MessageRevision.Query().All(w.System())
		if err != nil || len(texts) != 1 || texts[0].Body != "" {
			t.Errorf("%v, %v", texts, err)
		}
		entries, err := w.DB.Client.LogEntry.Query().Order(logentry.BySeq()).All(w.System())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if strings.Contains(string(e.Facts), "secret") {
				t.Errorf("the log holds %s", e.Facts)
			}
		}
		if last := entries[len(entries)-1]; strings.Contains(string(last.Facts), "digest") {
			t.Errorf("the withdrawal tells %s", last.Facts)
		}
		// One's own, in a closed discussion too, and an answer to it stays.
		own := w.posted(t, w.Committee, th, "mine")
		in := vars{"threadId": th, "body": "answer", "language": "en", "replyToId": own}
		answer := w.ask(t, w.Chair, postMessage, vars{"in": in}).ok().id("postMessage.message.id")
		w.ask(t, w.Committee, closeThread, vars{"in": vars{"id": th, "expectedRevision": 1}}).ok()
		w.ask(t, w.Committee, withdrawMessage, withdraw(own, 1, nil)).ok().is("withdrawMessage.message.withdrawalReason", "")
		w.ask(t, w.Chair, readMessage, vars{"id": answer}).ok().is("node.replyTo.id", id.Format(own)).is("node.body", "answer")
	})
}

func TestPostingAgainUnderTheSameKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofPerson(w.Committee))
		in := vars{"threadId": th, "body": "once", "language": "en", "idempotencyKey": "k"}
		first := w.ask(t, w.Chair, postMessage, vars{"in": in}).ok()
		w.tells(t, func() {
			w.ask(t, w.Chair, postMessage, vars{"in": in}).ok().is("postMessage.message.id", first.at("postMessage.message.id")).
				is("postMessage.eventIds.0", first.at("postMessage.eventIds.0"))
			spaced := vars{"threadId": th, "body": " once ", "language": "en", "idempotencyKey": "k"}
			w.ask(t, w.Chair, postMessage, vars{"in": spaced}).ok().is("postMessage.message.id", first.at("postMessage.message.id"))
			other := vars{"threadId": th, "body": "twice", "language": "en", "idempotencyKey": "k"}
			w.ask(t, w.Chair, postMessage, vars{"in": other}).refused("IDEMPOTENCY_KEY_REUSED")
		})
		// A repetition is answered under today's rights.
		w.ask(t, w.Committee, endAccess, vars{"in": vars{"threadId": th, "expectedRevision": 1, "of": ofBody(w.SpecialCommittee)}}).ok()
		w.tells(t, func() { w.ask(t, w.Chair, postMessage, vars{"in": in}).ok().is("postMessage.message", nil) })
		// A refusal is not kept.
		in = vars{"threadId": th, "body": "", "language": "en", "idempotencyKey": "k2"}
		w.ask(t, w.Committee, postMessage, vars{"in": in}).refused("INVALID_INPUT")
		in["body"] = "now"
		w.ask(t, w.Committee, postMessage, vars{"in": in}).ok().is("postMessage.message.number", 2.0)
	})
}

func TestReadYourOwnWrites(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		in := vars{"threadId": th, "body": "now", "language": "en"}
		cursor := w.ask(t, w.Committee, postMessage, vars{"in": in}).ok().at("postMessage.cursor")
		const query = `query($id: ID!, $c: EventCursor) { thread(id: $id, awaitCursor: $c) { number } }`
		w.ask(t, w.Committee, query, vars{"id": th, "c": cursor}).ok().is("thread.number", 1.0)
		w.ask(t, w.Stranger, query, vars{"id": th, "c": cursor}).ok().is("thread", nil)
		w.ask(t, w.Committee, query, vars{"id": th, "c": "forged"}).refused("INVALID_INPUT", "awaitCursor")
		w.ask(t, w.Committee, query, vars{"id": w.Donor}).refused("INVALID_INPUT", "id")
	})
}

func TestWhatIsToldSpeaksTheLanguageOfTheRequest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		seen := map[string]bool{}
		for _, l := range i18n.Langs {
			a := w.askIn(t, w.Committee, l, postMessage, vars{"in": vars{"threadId": th, "body": "", "language": "en"}}).refused("INVALID_INPUT", "input.body")
			seen[a.Errors[0].Message] = true
		}
		if len(seen) != 3 {
			t.Errorf("the sentences are %v", seen)
		}
	})
}
