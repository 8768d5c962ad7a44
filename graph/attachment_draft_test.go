package graph_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/thread"
)

const readDraftFiles = `query($id: ID!) { node(id: $id) { ... on MessageDraft { status attachments { id name status } } ... on Message { number files: attachments { id name status } } } }`

// What a partner attaches to a post that is held is seen by the Secretariat, does not
// expire, and goes with the post.
func TestAttachmentsOfHeldPosts(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.holding(t, ofBody(w.SecretariatBody), ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		b, a := w.sent(t, "partner", th, "b.txt"), w.sent(t, "partner", th, "a.txt")
		var held uuid.UUID
		w.tells(t, func() {
			held = w.ask(t, w.Partner, submitPost, with(th, a, b)).ok().is("postMessage.message", nil).id("postMessage.held.id")
		}, "MessageHeld")
		w.tells(t, func() {
			w.ask(t, w.Partner, submitPost, with(th, a)).refused("INVALID_INPUT", "input.attachmentIds[0]")
			w.ask(t, w.Partner, discardAttachment, vars{"in": vars{"id": a}}).refused("CONFLICT")
			w.ask(t, w.Secretariat, discardAttachment, vars{"in": vars{"id": a}}).refused("FORBIDDEN")
			w.ask(t, w.Secretariat, postMessage, with(th, a)).refused("INVALID_INPUT", "input.attachmentIds[0]")
		})
		w.Clock.Add(100 * time.Hour)
		if err := w.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.keeps(t, 2)
		for name, v := range w.Viewers() {
			sees := name == "partner" || name == "secretariat"
			got := w.ask(t, v, readAttachment, vars{"id": a}).ok()
			if (got.at("node") != nil) != sees {
				t.Errorf("%s: %s", name, got.raw)
			}
			got = w.ask(t, v, readDraftFiles, vars{"id": held}).ok()
			if want := map[bool]any{true: "a.txt"}[sees]; got.at("node.attachments.0.name") != want {
				t.Errorf("%s: %s", name, got.raw)
			}
			if link := w.link(t, v, a, false); (link != "") != sees {
				t.Errorf("%s: %q", name, link)
			} else if r := w.do(t, name, http.MethodGet, link, nil); sees && r.body != "the content of a.txt" {
				t.Errorf("%s: %d %s", name, r.StatusCode, r.body)
			}
			if got := w.ask(t, v, readAttachments, vars{"id": th}).ok(); got.at("node") != nil && got.at("node.attachments.totalCount") != 0.0 {
				t.Errorf("%s: %s", name, got.raw)
			}
		}
		w.tells(t, func() { w.ask(t, w.Secretariat, releasePost, at(held, 1)).ok() }, "MessagePosted")
		m := w.DB.Client.Message.Query().OnlyIDX(w.System())
		w.ask(t, w.Chair, readDraftFiles, vars{"id": m}).ok().is("node.files.0.name", "a.txt").is("node.files.1.name", "b.txt").is("node.files.1.status", "ATTACHED")
		w.ask(t, w.Secretariat, readDraftFiles, vars{"id": held}).ok().is("node.attachments.0", nil)
		facts, err := eventlog.DecodeFacts(w.DB.Client.LogEntry.Query().Where(logentry.Kind("MessagePosted")).OnlyX(w.System()).Facts)
		if err != nil || len(facts.Files) != 2 || facts.Files[0].ID != a || facts.Files[1].ID != b {
			t.Errorf("the log says %v: %v", facts, err)
		}
		// What is given up is erased.
		c := w.sent(t, "partner", th, "c.txt")
		held = w.ask(t, w.Partner, submitPost, with(th, c)).ok().id("postMessage.held.id")
		w.ask(t, w.Partner, discardDraft, at(held, 1)).ok()
		if err := w.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.keeps(t, 2)
		w.ask(t, w.Partner, readAttachment, vars{"id": c}).ok().is("node", nil)
	})
}

// A draft names its files anew each time it is saved.
func TestAttachmentsOfDrafts(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		a, b := w.sent(t, "chair", th, "a.txt"), w.sent(t, "chair", th, "b.txt")
		save := func(draft any, revision int, attachments ...any) *answer {
			t.Helper()
			in := vars{"threadId": th, "body": "see the files", "language": "en", "attachmentIds": attachments}
			if draft != nil {
				in["draftId"], in["expectedRevision"] = draft, revision
			}
			return w.ask(t, w.Chair, saveDraft, vars{"in": in})
		}
		has := func(u uuid.UUID, want string) {
			t.Helper()
			got := w.ask(t, w.Chair, readDraftFiles, vars{"id": u}).ok()
			if names := strings.Join(got.all("node.attachments.*.name"), " "); names != want {
				t.Errorf("the draft has %q, want %q", names, want)
			}
		}
		w.tells(t, func() {
			d := save(nil, 0, b, a).ok().id("saveDraft.draft.id")
			has(d, "b.txt a.txt")
			save(nil, 0, a).refused("INVALID_INPUT", "input.attachmentIds[0]")
			save(d, 1, a, w.NewID(id.Attachment)).refused("INVALID_INPUT", "input.attachmentIds[1]")
			has(d, "b.txt a.txt")
			save(d, 1, a).ok()
			has(d, "a.txt")
			for name, v := range w.Viewers() {
				if got := w.ask(t, v, readAttachment, vars{"id": a}).ok().at("node"); (got != nil) != (name == "chair") {
					t.Errorf("%s: %v", name, got)
				}
			}
			w.Clock.Add(30 * time.Hour)
			if err := w.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.keeps(t, 1) // what is in no draft any more has expired
			w.ask(t, w.Chair, readAttachment, vars{"id": b}).ok().is("node", nil)
			has(d, "a.txt")
		})
		w.tells(t, func() {
			d := w.DB.Client.MessageDraft.Query().OnlyX(w.System())
			w.ask(t, w.Chair, postDraft, at(d.ID, d.Revision)).ok()
		}, "MessagePosted")
		w.ask(t, w.Partner, `query($id: ID!) { thread(id: $id) { messages { nodes { attachments { name } } } } }`, vars{"id": th}).ok().
			is("thread.messages.nodes.0.attachments.0.name", "a.txt")
		// Drafts read their files together.
		read := func() int64 {
			return w.statements(func() {
				w.ask(t, w.Chair, `{ viewer { drafts { nodes { attachments { name } } } } }`, nil).ok()
			})
		}
		save(nil, 0, w.sent(t, "chair", th, "1.txt")).ok()
		one := read()
		for i := range 4 {
			save(nil, 0, w.sent(t, "chair", th, fmt.Sprintf("%d.txt", i))).ok()
		}
		if all := read(); all != one {
			t.Errorf("one draft costs %d statements, five %d", one, all)
		}
	})
}

// TestErasureTakesFiles from the store, whatever became of the post that they are in:
// what is withdrawn at once, what was held, returned or not posted by the schedule.
func TestErasureTakesFiles(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.holding(t, ofBody(w.SecretariatBody), ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		submit := func(name string) (uuid.UUID, uuid.UUID) {
			t.Helper()
			file := w.sent(t, "partner", th, name)
			return w.ask(t, w.Partner, submitPost, with(th, file)).ok().id("postMessage.held.id"), file
		}
		_, waits := submit("held.txt")
		returned, back := submit("returned.txt")
		w.ask(t, w.Secretariat, returnPost, at(returned, 1, "reason", "Which currency?")).ok()
		released, gone := submit("withdrawn.txt")
		w.ask(t, w.Secretariat, releasePost, at(released, 1)).ok()
		m := w.DB.Client.Message.Query().OnlyIDX(w.System())
		another, stands := submit("stands.txt")
		w.ask(t, w.Secretariat, releasePost, at(another, 1)).ok()
		draft := w.sent(t, "chair", th, "draft.txt")
		w.ask(t, w.Chair, saveDraft, with(th, draft)).ok()
		w.keeps(t, 5)
		sweep := func() {
			t.Helper()
			if err := w.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		w.ask(t, w.Partner, withdrawMessage, vars{"in": vars{"id": m, "expectedRevision": 1}}).ok()
		sweep()
		w.keeps(t, 4)
		w.ask(t, w.Secretariat, readAttachment, vars{"id": gone}).ok().is("node.status", "ERASED").is("node.url", nil)

		w.ask(t, w.Secretariat, closeThread, vars{"in": vars{"id": th, "expectedRevision": w.DB.Client.Thread.GetX(w.System(), th).Revision}}).ok()
		w.ask(t, w.Secretariat, setRetention, schedule(1, 0)).ok()
		erase := func() {
			t.Helper()
			if err := thread.New(w.Runner).EraseDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			sweep()
		}
		erase() // not yet
		w.keeps(t, 4)
		w.Clock.Add(3 * 366 * 24 * time.Hour)
		held := w.ask(t, w.Secretariat, placeLegalHold, vars{"in": vars{"onId": th, "reason": "court"}}).ok().id("placeLegalHold.hold.id")
		erase() // and not while there is a legal hold
		w.keeps(t, 4)
		w.ask(t, w.Secretariat, releaseLegalHold, vars{"in": vars{"id": held, "reason": "over"}}).ok()
		erase()
		w.keeps(t, 0)
		for _, u := range []uuid.UUID{waits, back, draft, stands} {
			for name, v := range w.Viewers() {
				if a := w.ask(t, v, readAttachment, vars{"id": u}).ok(); a.at("node") != nil && (a.at("node.status") != "ERASED" || a.at("node.url") != nil) {
					t.Errorf("%s sees %s", name, a.raw)
				}
			}
		}
	})
}
