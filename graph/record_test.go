package graph_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/record"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

const makeRecord = `mutation($in: MakeRecordInput!) { makeRecord(input: $in) { thread { id } url eventIds } }`

// recorded is a discussion with an edit, a translation, a quote, a reaction and a
// withdrawal.
func (w *world) recorded(t *testing.T) uuid.UUID {
	t.Helper()
	th := w.opened(t, w.Secretariat, w.Donor, ofBody(w.SecretariatBody), ofBody(w.SpecialCommittee))
	m := w.posted(t, w.Committee, th, "first <script>alert(1)</script>")
	w.ask(t, w.Committee, `mutation($in: EditMessageInput!) { editMessage(input: $in) { message { id } } }`, at(m, 1, "body", "first, changed")).ok()
	w.ask(t, w.Chair, proposeTranslation, rendering(m, "fr", "premier, changé", "messageRevision", 2)).ok()
	w.ask(t, w.Chair, postMessage, vars{"in": vars{"threadId": th, "body": "I agree", "language": "en", "quotes": []any{vars{"messageId": m, "revision": 2, "excerpt": "changed"}}}}).ok()
	w.ask(t, w.Chair, `mutation($m: ID!) { addReaction(input: { messageId: $m, kind: THANKS }) { message { id } } }`, vars{"m": m}).ok()
	gone := w.posted(t, w.Committee, th, "unspeakable")
	w.ask(t, w.Committee, `mutation($in: WithdrawMessageInput!) { withdrawMessage(input: $in) { message { id } } }`, at(gone, 1)).ok()
	return th
}

// wrote writes a record as the viewer, checks it, and returns its files.
func (w *world) wrote(t *testing.T, s *record.Service, v *viewer.Viewer, th uuid.UUID) (*record.Manifest, map[string]string) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "record.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := s.Write(i18n.With(w.As(t, v), i18n.ES), f, th, i18n.ES); err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	key, err := s.PublicKey(w.System())
	if err != nil {
		t.Fatal(err)
	}
	m, err := record.Verify(f, info.Size(), key)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range z.File {
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name] = string(content)
	}
	return m, files
}

func (w *world) records(t *testing.T) *record.Service {
	t.Helper()
	s, err := record.New(w.Runner, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMakeRecord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.recorded(t)
		for name, refusal := range map[string]string{
			"nobody": "UNAUTHENTICATED", "stranger": "NOT_FOUND", "partner": "NOT_FOUND", "council": "NOT_FOUND", "committee": "FORBIDDEN", "chair": "FORBIDDEN",
		} {
			w.tells(t, func() {
				w.ask(t, w.Viewers()[name], makeRecord, vars{"in": vars{"threadId": th}}).refused(refusal)
			})
		}
		w.ask(t, w.Chair, `query($id: ID!) { thread(id: $id) { viewerCanMakeRecord } }`, vars{"id": th}).ok().is("thread.viewerCanMakeRecord", false)
		w.ask(t, w.Secretariat, `query($id: ID!) { thread(id: $id) { viewerCanMakeRecord } }`, vars{"id": th}).ok().is("thread.viewerCanMakeRecord", true)
		s := w.records(t)
		var link string
		w.tells(t, func() {
			a := w.ask(t, w.Secretariat, makeRecord, vars{"in": vars{"threadId": th, "language": "es"}}).ok()
			link = strings.TrimPrefix(a.at("makeRecord.url").(string), "/records/")
		}, "RecordMade")
		if u, in, err := s.Linked(w.As(t, w.Secretariat), link); err != nil || u != th || in != i18n.ES {
			t.Errorf("the link leads to %v, %v, %v", u, in, err)
		}
		for name, v := range map[string]*viewer.Viewer{"chair": w.Chair, "nobody": w.Nobody} {
			if _, _, err := s.Linked(w.As(t, v), link); apperr.CodeOf(err) != apperr.NotFound {
				t.Errorf("the link of another person: %s: %v", name, err)
			}
		}
		w.Clock.Add(6 * time.Minute)
		if _, _, err := s.Linked(w.As(t, w.Secretariat), link); apperr.CodeOf(err) != apperr.NotFound {
			t.Errorf("an old link: %v", err)
		}
		m, files := w.wrote(t, s, w.Secretariat, th)
		if m.Messages != 3 || m.Events < 8 || m.ExportedBy == nil {
			t.Errorf("%+v", m)
		}
		for name, content := range files {
			if strings.Contains(content, "unspeakable") || strings.Contains(content, "<script>alert") && name == "index.html" {
				t.Errorf("%s holds what it must not", name)
			}
		}
		for _, want := range []string{`"body":"first, changed"`, `"premier, changé"`, `"excerpt":"changed"`, `"kind":"THANKS"`, `"earlier":[{"revision":1`} {
			if !strings.Contains(files["messages.jsonl"], want) {
				t.Errorf("%s is not in messages.jsonl: %s", want, files["messages.jsonl"])
			}
		}
		if !strings.Contains(files["index.html"], `lang="es"`) || !strings.Contains(files["index.html"], "Expediente hecho") {
			t.Error("the page is not in Spanish")
		}
		if f, err := os.Create(filepath.Join(t.TempDir(), "x")); err == nil {
			defer f.Close()
			if _, err := s.Write(w.As(t, w.Chair), f, th, i18n.EN); apperr.CodeOf(err) != apperr.NotFound {
				t.Errorf("a chair writes it: %v", err)
			}
		}
		w.ask(t, w.Nobody, `{ recordKey { id pem } }`, nil).ok().is("recordKey.id", m.Key)
	})
}

func TestWhoSeesAPartMakesNoRecord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		w.posted(t, w.Committee, th, "before")
		if _, _, err := thread.New(w.Runner).Grant(w.As(t, w.Committee), th, 1, thread.Party{Body: &w.SecretariatBody}, thread.FromAdmission); err != nil {
			t.Fatal(err)
		}
		w.posted(t, w.Committee, th, "after")
		w.tells(t, func() { w.ask(t, w.Secretariat, makeRecord, vars{"in": vars{"threadId": th}}).refused("FORBIDDEN") })
	})
}

func TestErasedBySchedule(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th, held, open := w.recorded(t), w.recorded(t), w.recorded(t)
		for range 30 { // more than one transaction erases
			w.posted(t, w.Committee, th, "a word")
		}
		for _, u := range []uuid.UUID{th, held} {
			w.ask(t, w.Secretariat, closeThread, vars{"in": vars{"id": u, "expectedRevision": 1}}).ok()
		}
		w.ask(t, w.Secretariat, setRetention, schedule(5, 0)).ok()
		w.ask(t, w.Secretariat, placeLegalHold, hold(held)).ok()
		threads := thread.New(w.Runner)
		w.Clock.Set(time.Date(2031, 11, 22, 12, 0, 0, 0, time.UTC)) // the day before
		w.tells(t, func() {
			if err := threads.EraseDue(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
		w.Clock.Add(24 * time.Hour)
		before := len(w.Told(t))
		if err := threads.EraseDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		told := w.Told(t)[before:]
		if len(told) != 33 || told[len(told)-1] != "ThreadErased" || told[0] != "MessageWithdrawn" {
			t.Errorf("told %v", told)
		}
		read := func(u uuid.UUID) *answer {
			return w.ask(t, w.Chair, `query($id: ID!) { thread(id: $id) { erasedAt title messages(first: 100) { nodes { number body withdrawnAt } } } }`, vars{"id": u}).ok()
		}
		gone := read(th).is("thread.title", "Discussion")
		for i, body := range gone.all("thread.messages.nodes.*.body") {
			if body != "null" {
				t.Errorf("message %d says %s", i+1, body)
			}
		}
		if gone.at("thread.erasedAt") == nil {
			t.Error("it is not marked")
		}
		for _, u := range []uuid.UUID{held, open} {
			read(u).is("thread.erasedAt", nil).is("thread.messages.nodes.0.body", "first, changed")
		}
		w.tells(t, func() {
			if err := threads.EraseDue(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
		m, files := w.wrote(t, w.records(t), w.Secretariat, th)
		if m.Messages != 33 || bytes.Contains([]byte(files["messages.jsonl"]), []byte("a word")) {
			t.Errorf("the record after it: %+v", m)
		}
	})
}
