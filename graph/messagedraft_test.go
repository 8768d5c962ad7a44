package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

const draftFields = `fragment D on MessageDraft { id revision status body bodyHtml language author { id } thread { id } replyTo { id } quotes { excerpt } mentions { body { id } }
	heldAt decidedBy { id } decidedAt reason message { id number } sentByMail viewerCanEdit viewerCanRelease }`

const (
	saveDraft    = `mutation($in: SaveDraftInput!) { saveDraft(input: $in) { draft { ...D } eventIds } } ` + draftFields
	discardDraft = `mutation($in: DiscardDraftInput!) { discardDraft(input: $in) { draft { ...D } eventIds } } ` + draftFields
	postDraft    = `mutation($in: PostDraftInput!) { postDraft(input: $in) { message { id number body author { id } quotes { excerpt } mentions { body { id } } replyTo { id } } held { ...D } eventIds } } ` + draftFields
	releasePost  = `mutation($in: ReleasePostInput!) { releasePost(input: $in) { draft { ...D } eventIds } } ` + draftFields
	returnPost   = `mutation($in: ReturnPostInput!) { returnPost(input: $in) { draft { ...D } eventIds } } ` + draftFields
	readDraft    = `query($id: ID!) { node(id: $id) { ...D } } ` + draftFields
	submitPost   = `mutation($in: PostMessageInput!) { postMessage(input: $in) { message { id number } held { ...D } eventIds } } ` + draftFields
	readHeld     = `query($id: ID!) { thread(id: $id) { number viewerPostsAreHeld heldPosts { totalCount nodes { id body } } messages { totalCount } } eventLog(in: {threadId: $id}) { envelopes { event { __typename } } } }`
)

// holding opens a discussion that holds what partners write.
func (w *world) holding(tb testing.TB, audience ...any) uuid.UUID {
	tb.Helper()
	in := vars{"subjectId": w.Donor, "title": vars{"en": "With partners"}, "audience": audience, "holdsPartnerPosts": true}
	return w.ask(tb, w.Secretariat, openThread, vars{"in": in}).ok().id("openThread.thread.id")
}

func TestWhatAPartnerWritesIsHeldUntilItIsReleased(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.holding(t, ofBody(w.SecretariatBody), ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		m := w.posted(t, w.Committee, th, "what can you give?")
		in := vars{
			"threadId": th, "body": "A **million**", "language": "en", "replyToId": m, "idempotencyKey": "k",
			"quotes": []any{quoteOf(m, 1, "what")}, "mentions": []any{w.SpecialCommittee},
		}
		var held uuid.UUID
		w.tells(t, func() {
			a := w.ask(t, w.Partner, submitPost, vars{"in": in}).ok().is("postMessage.message", nil).is("postMessage.held.status", "HELD").
				is("postMessage.held.body", "A **million**").is("postMessage.held.bodyHtml", "<p>A <strong>million</strong></p>\n").
				is("postMessage.held.author.id", id.Format(w.Partner.Person)).is("postMessage.held.replyTo.id", id.Format(m)).
				is("postMessage.held.quotes.0.excerpt", "what").is("postMessage.held.mentions.0.body.id", id.Format(w.SpecialCommittee)).
				is("postMessage.held.heldAt", "2026-11-23T14:05:00.000000Z").is("postMessage.held.viewerCanEdit", false)
			held = a.id("postMessage.held.id")
		}, "MessageHeld")
		w.tells(t, func() { // the same key twice, another input
			w.ask(t, w.Partner, submitPost, vars{"in": in}).ok().is("postMessage.held.id", id.Format(held)).is("postMessage.message", nil)
			other := vars{"threadId": th, "body": "A **million**", "language": "en", "replyToId": m, "idempotencyKey": "k", "quotes": []any{quoteOf(m, 1, "what")}}
			w.ask(t, w.Partner, submitPost, vars{"in": other}).refused("IDEMPOTENCY_KEY_REUSED")
		})
		w.tells(t, func() { // files wait with it, one's own
			in := vars{"threadId": th, "body": "see the file", "language": "en", "attachmentIds": []any{w.NewID(id.Attachment)}}
			w.ask(t, w.Partner, submitPost, vars{"in": in}).refused("INVALID_INPUT", "input.attachmentIds[0]")
		})
		// It is there for its author and the Secretariat, and for nobody else by any door.
		for name, v := range w.Viewers() {
			sees := name == "partner" || name == "secretariat"
			node := any(nil)
			if sees {
				node = id.Format(held)
			}
			w.ask(t, v, readDraft, vars{"id": held}).ok().is("node.id", node)
			if !sees && name != "committee" && name != "chair" {
				continue
			}
			a := w.ask(t, v, readHeld, vars{"id": th}).ok().is("thread.number", 1.0).is("thread.messages.totalCount", 1.0).
				is("thread.heldPosts.nodes.0.id", node).is("thread.viewerPostsAreHeld", name == "partner")
			told := strings.Join(a.all("eventLog.envelopes.*.event.__typename"), " ")
			if strings.Contains(told, "MessageHeld") != sees {
				t.Errorf("%s is told %s", name, told)
			}
			if everywhere := w.ask(t, v, `{ eventLog(in: {everything: true}) { envelopes { event { __typename } } } }`, nil).ok(); strings.Contains(everywhere.raw, "MessageHeld") != sees {
				t.Errorf("%s is told %s", name, everywhere.raw)
			}
		}
		for name, refusal := range map[string]string{"nobody": "UNAUTHENTICATED", "stranger": "NOT_FOUND", "committee": "NOT_FOUND", "council": "NOT_FOUND", "partner": "FORBIDDEN"} {
			w.tells(t, func() {
				w.ask(t, w.Viewers()[name], releasePost, at(held, 1)).refused(refusal)
				w.ask(t, w.Viewers()[name], returnPost, vars{"in": vars{"id": held, "expectedRevision": 1, "reason": "x"}}).refused(refusal)
			})
		}
		w.tells(t, func() {
			w.ask(t, w.Secretariat, releasePost, at(held, 2)).refused("CONFLICT")
			w.ask(t, w.Secretariat, returnPost, vars{"in": vars{"id": held, "expectedRevision": 1, "reason": " "}}).refused("INVALID_INPUT", "input.reason")
			w.ask(t, w.Secretariat, discardDraft, at(held, 1)).refused("FORBIDDEN")
			w.ask(t, w.Secretariat, postDraft, at(held, 1)).refused("FORBIDDEN")
			w.ask(t, w.Partner, saveDraft, vars{"in": vars{"threadId": th, "draftId": held, "expectedRevision": 1, "body": "b", "language": "en"}}).refused("CONFLICT")
			w.ask(t, w.Partner, postDraft, at(held, 1)).refused("CONFLICT")
		})
		// Given back, changed, held again, released.
		w.tells(t, func() {
			w.ask(t, w.Secretariat, returnPost, vars{"in": vars{"id": held, "expectedRevision": 1, "reason": "In which currency?"}}).ok().
				is("returnPost.draft.status", "RETURNED").is("returnPost.draft.reason", "In which currency?").is("returnPost.draft.viewerCanRelease", false).
				is("returnPost.draft.decidedBy.id", id.Format(w.Secretariat.Person))
		}, "PostReturned")
		w.ask(t, w.Partner, `query($id: ID!) { eventLog(in: {threadId: $id}) { envelopes { event { __typename ... on PostReturned { draft { reason } } } } } }`, vars{"id": th}).ok().
			is("eventLog.envelopes.3.event.draft.reason", "In which currency?")
		change := vars{"threadId": th, "draftId": held, "expectedRevision": 2, "body": "A million dollars", "language": "en", "quotes": []any{quoteOf(m, 1, "give")}}
		w.tells(t, func() {
			w.ask(t, w.Partner, saveDraft, vars{"in": change}).ok().is("saveDraft.draft.status", "DRAFT").is("saveDraft.draft.replyTo", nil).
				is("saveDraft.draft.quotes.0.excerpt", "give").is("saveDraft.draft.quotes.1", nil).is("saveDraft.draft.mentions.0", nil)
		})
		w.ask(t, w.Secretariat, readDraft, vars{"id": held}).ok().is("node", nil) // its author is at work on it
		w.tells(t, func() {
			w.ask(t, w.Partner, postDraft, at(held, 3)).ok().is("postDraft.held.status", "HELD").is("postDraft.message", nil)
		}, "MessageHeld")
		w.posted(t, w.Committee, th, "meanwhile")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, releasePost, at(held, 4)).ok().is("releasePost.draft.status", "RELEASED").is("releasePost.draft.body", nil).
				is("releasePost.draft.message.number", 3.0).is("releasePost.draft.quotes.0", nil)
		}, "MessagePosted")
		w.ask(t, w.Chair, `query($id: ID!) { thread(id: $id) { messages { nodes { number body author { id } quotes { excerpt } } } } }`, vars{"id": th}).ok().
			is("thread.messages.nodes.2.body", "A million dollars").is("thread.messages.nodes.2.author.id", id.Format(w.Partner.Person)).
			is("thread.messages.nodes.2.quotes.0.excerpt", "give")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, releasePost, at(held, 5)).refused("CONFLICT")
			w.ask(t, w.Partner, discardDraft, at(held, 5)).refused("CONFLICT")
		})
		row, err := w.DB.Client.MessageDraft.Get(w.System(), held)
		if err != nil || row.Body != "" {
			t.Errorf("the draft keeps %q, %v", row.Body, err)
		}
		// What is released can't be changed past the Secretariat.
		said := w.ask(t, w.Partner, readDraft, vars{"id": held}).ok().id("node.message.id")
		w.tells(t, func() {
			w.ask(t, w.Partner, editMessage, vars{"in": vars{"id": said, "expectedRevision": 1, "body": "Nothing"}}).refused("CONFLICT")
			w.ask(t, w.Partner, `mutation($in: ProposeTranslationInput!) { proposeTranslation(input: $in) { eventIds } }`,
				vars{"in": vars{"messageId": said, "messageRevision": 1, "language": "fr", "body": "Rien"}}).refused("CONFLICT")
		})
		w.ask(t, w.Partner, readMessage, vars{"id": said}).ok().is("node.viewerCanEdit", false).is("node.viewerCanWithdraw", true)
	})
}

func TestWhoIsHeld(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		seated := w.AddSeat(t, w.AddPerson(t, "Seated partner", w.Donor), w.BureauBody, viewer.ExecutiveBureau, "MEMBER")
		seated.Partner = true
		for name, c := range map[string]struct {
			v    *viewer.Viewer
			by   vars
			held bool
		}{
			"by the organisation":              {w.Partner, ofOrganisation(w.Donor), true},
			"as a person without a seat":       {w.Partner, ofPerson(w.Partner), true},
			"by the organisation, with a seat": {seated, ofOrganisation(w.Donor), true},
			"as a person with a seat":          {seated, ofPerson(seated), false},
			"by a body":                        {seated, ofBody(w.BureauBody), false},
			"by a seat":                        {seated, ofSeat(seated.Seats[0].ID), false},
			"no partner":                       {w.Chair, ofBody(w.SpecialCommittee), false},
		} {
			th := w.holding(t, ofBody(w.SecretariatBody), c.by)
			a := w.ask(t, c.v, submitPost, vars{"in": vars{"threadId": th, "body": "hello", "language": "en"}}).ok()
			if held := a.at("postMessage.held") != nil; held != c.held || (a.at("postMessage.message") != nil) == held {
				t.Errorf("%s: %s", name, a.raw)
			}
			w.ask(t, c.v, readHeld, vars{"id": th}).ok().is("thread.viewerPostsAreHeld", c.held)
			// In another discussion nobody is.
			other := w.opened(t, w.Secretariat, w.Donor, ofBody(w.SecretariatBody), c.by)
			w.ask(t, c.v, submitPost, vars{"in": vars{"threadId": other, "body": "hello", "language": "en"}}).ok().is("postMessage.message.number", 1.0)
		}
	})
}

func TestAPartnerWhoIsOutGetsNothingReleased(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.holding(t, ofBody(w.SecretariatBody), ofOrganisation(w.Donor))
		submit := func() uuid.UUID {
			return w.ask(t, w.Partner, submitPost, vars{"in": vars{"threadId": th, "body": "hello", "language": "en"}}).ok().id("postMessage.held.id")
		}
		held, second := submit(), submit()
		w.tells(t, func() { w.ask(t, w.Partner, discardDraft, at(second, 1)).ok().is("discardDraft.draft.body", nil) }, "PostDiscarded")
		w.ask(t, w.Secretariat, readHeld, vars{"id": th}).ok().is("thread.heldPosts.totalCount", 1.0)
		w.ask(t, w.Secretariat, readDraft, vars{"id": second}).ok().is("node", nil)
		w.excluded(t, w.Secretariat, th, ofOrganisation(w.Donor))
		w.tells(t, func() {
			w.ask(t, w.Secretariat, releasePost, at(held, 1)).refused("CONFLICT")
			w.ask(t, w.Partner, discardDraft, at(held, 1)).refused("NOT_FOUND")
		})
		w.ask(t, w.Partner, `{ viewer { drafts { totalCount nodes { id } } } }`, nil).ok().is("viewer.drafts.totalCount", 0.0)
		w.granted(t, w.Secretariat, th, ofOrganisation(w.Donor), "FROM_ADMISSION")
		w.ask(t, w.Secretariat, closeThread, at(th, w.threadRevision(t, th))).ok()
		w.tells(t, func() { w.ask(t, w.Secretariat, releasePost, at(held, 1)).refused("CONFLICT") })
		w.ask(t, w.Secretariat, reopenThread, vars{"in": vars{"id": th, "expectedRevision": w.threadRevision(t, th), "reason": "more"}}).ok()
		w.tells(t, func() {
			w.ask(t, w.Secretariat, releasePost, at(held, 1)).ok().is("releasePost.draft.message.number", 1.0)
		}, "MessagePosted")
	})
}

func TestDraftsAreTheirAuthorsAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		m := w.posted(t, w.Chair, th, "first")
		save := func(more vars) vars {
			in := vars{"threadId": th, "body": "a thought", "language": "en"}
			for k, v := range more {
				in[k] = v
			}
			return vars{"in": in}
		}
		w.tells(t, func() {
			w.ask(t, w.Nobody, saveDraft, save(nil)).refused("UNAUTHENTICATED")
			w.ask(t, w.Stranger, saveDraft, save(nil)).refused("NOT_FOUND")
			w.ask(t, w.Committee, saveDraft, save(vars{"body": "\u2060"})).refused("INVALID_INPUT", "input.body")
			w.ask(t, w.Committee, saveDraft, save(vars{"replyToId": w.NewID(id.Message)})).refused("INVALID_INPUT", "input.replyToId")
			w.ask(t, w.Committee, saveDraft, save(vars{"mentions": []any{w.BureauBody}})).refused("INVALID_INPUT", "input.mentions[0]")
		})
		var d uuid.UUID
		w.tells(t, func() {
			d = w.ask(t, w.Committee, saveDraft, save(vars{"replyToId": m, "mentions": []any{w.SpecialCommittee}, "idempotencyKey": "k"})).ok().
				is("saveDraft.draft.status", "DRAFT").is("saveDraft.draft.replyTo.id", id.Format(m)).is("saveDraft.draft.viewerCanEdit", true).id("saveDraft.draft.id")
			w.ask(t, w.Committee, saveDraft, save(vars{"replyToId": m, "mentions": []any{w.SpecialCommittee}, "idempotencyKey": "k"})).ok().is("saveDraft.draft.id", id.Format(d))
		})
		for name, v := range w.Viewers() {
			want := any(nil)
			if name == "committee" {
				want = id.Format(d)
			}
			w.ask(t, v, readDraft, vars{"id": d}).ok().is("node.id", want)
			if name == "committee" || name == "nobody" {
				continue
			}
			w.tells(t, func() {
				w.ask(t, v, postDraft, at(d, 1)).refused("NOT_FOUND")
				w.ask(t, v, discardDraft, at(d, 1)).refused("NOT_FOUND")
				w.ask(t, v, releasePost, at(d, 1)).refused("NOT_FOUND")
			})
		}
		w.ask(t, w.Committee, `query($th: ID!) { viewer { drafts(filter: {threadId: $th, status: DRAFT}, orderBy: {field: CREATED_AT}) { totalCount nodes { id } } all: drafts { nodes { id } } } }`, vars{"th": th}).ok().
			is("viewer.drafts.totalCount", 1.0).is("viewer.all.nodes.0.id", id.Format(d))
		w.tells(t, func() {
			w.ask(t, w.Committee, saveDraft, save(vars{"draftId": d, "expectedRevision": 7})).refused("CONFLICT")
			w.ask(t, w.Chair, saveDraft, save(vars{"draftId": d, "expectedRevision": 1})).refused("NOT_FOUND")
			w.ask(t, w.Committee, saveDraft, save(vars{"draftId": d, "expectedRevision": 1, "replyToId": m, "body": "a better thought", "mentions": []any{w.SpecialCommittee}})).ok().is("saveDraft.draft.revision", 2.0)
		})
		w.tells(t, func() {
			w.ask(t, w.Committee, postDraft, vars{"in": vars{"id": d, "expectedRevision": 2, "idempotencyKey": "p"}}).ok().is("postDraft.message.number", 2.0).
				is("postDraft.message.body", "a better thought").is("postDraft.message.replyTo.id", id.Format(m)).is("postDraft.message.mentions.0.body.id", id.Format(w.SpecialCommittee))
		}, "MessagePosted")
		w.tells(t, func() {
			w.ask(t, w.Committee, postDraft, vars{"in": vars{"id": d, "expectedRevision": 2, "idempotencyKey": "p"}}).ok().is("postDraft.message.number", 2.0)
			w.ask(t, w.Committee, postDraft, at(d, 3)).refused("CONFLICT")
		})
		w.ask(t, w.Committee, `{ viewer { drafts { totalCount } } }`, nil).ok().is("viewer.drafts.totalCount", 0.0)
		// At most 20 at a time, in one discussion.
		for i := range 20 {
			d = w.ask(t, w.Committee, saveDraft, save(vars{"body": fmt.Sprint("thought ", i)})).ok().id("saveDraft.draft.id")
		}
		w.tells(t, func() { w.ask(t, w.Committee, saveDraft, save(nil)).refused("CONFLICT") })
		w.ask(t, w.Chair, saveDraft, save(nil)).ok()
		w.ask(t, w.Committee, discardDraft, at(d, 1)).ok().is("discardDraft.draft.status", "DISCARDED").is("discardDraft.eventIds.0", nil)
		w.ask(t, w.Committee, saveDraft, save(nil)).ok()
		// A closed discussion takes no post.
		d = w.ask(t, w.Chair, saveDraft, save(nil)).ok().id("saveDraft.draft.id")
		w.ask(t, w.Committee, closeThread, at(th, 1)).ok()
		w.tells(t, func() { w.ask(t, w.Chair, postDraft, at(d, 1)).refused("CONFLICT") })
	})
}
