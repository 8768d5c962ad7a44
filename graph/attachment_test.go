package graph_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/attachment"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/filestore"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/server"
	"acs-aec.org/hub/internal/viewer"
)

const attachmentFields = `fragment A on Attachment { id name description mediaType size sha256 status scan finding createdAt erasedAt url
	message { id } thread { id } uploadedBy { id } }`

const (
	uploadAttachment  = `mutation($in: UploadAttachmentInput!) { uploadAttachment(input: $in) { attachment { ...A } cursor eventIds } } ` + attachmentFields
	discardAttachment = `mutation($in: DiscardAttachmentInput!) { discardAttachment(input: $in) { id cursor eventIds } }`
	readAttachment    = `query($id: ID!) { node(id: $id) { ...A } } ` + attachmentFields
	readAttachments   = `query($id: ID!) { node(id: $id) { ... on Message { files: attachments { ...A } } ... on Thread { attachments { totalCount nodes { ...A } } viewerAttachments { ...A } } } } ` + attachmentFields
)

// filed is a world with a place for files, behind a real server.
type filed struct {
	*world
	url    string
	folder string
	files  *filestore.Store
	*attachment.Service
}

// withFiles runs a test in a world with a place for files on each kind of database.
func withFiles(t *testing.T, test func(t *testing.T, w *filed), change ...func(*attachment.Options)) {
	t.Helper()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		test(t, w.filed(t, change...))
	})
}

func (w *world) filed(t *testing.T, change ...func(*attachment.Options)) *filed {
	t.Helper()
	f := &filed{world: w, folder: filepath.Join(t.TempDir(), "files")}
	f.files = filestore.Folder(f.folder)
	o := attachment.Options{Files: f.files, Logger: slog.New(slog.DiscardHandler)}
	for _, c := range change {
		c(&o)
	}
	s, err := attachment.New(w.Runner, o)
	if err != nil {
		t.Fatal(err)
	}
	f.Service = s
	r, err := graph.New(w.Runner)
	if err != nil {
		t.Fatal(err)
	}
	r = r.WithAttachments(s)
	w.api = apiOver(r)
	srv, err := server.New(server.Config{
		Schema: graph.Schema(r), Attachments: s, UploadLimit: 60 << 20, Log: slog.New(slog.DiscardHandler),
		AllowedOrigins: []string{"https://app.example.org"}, BodyTime: 5 * time.Second,
		Authenticate: func(_ context.Context, c server.Credentials) (*viewer.Viewer, error) {
			if v := w.Viewers()[c.Bearer+c.Session]; v != nil {
				return v, nil
			}
			return nil, apperr.ErrSignIn
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(srv.Handler())
	t.Cleanup(web.Close)
	f.url = web.URL
	return f
}

// kept are the names of what lies in the folder of files, of temporary files too.
func (w *filed) kept(tb testing.TB) []string {
	tb.Helper()
	var names []string
	err := filepath.WalkDir(w.folder, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, d.Name())
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return names
}

// keeps checks that nothing more and nothing less lies in the store than what the
// rows say, and how many files that is.
func (w *filed) keeps(tb testing.TB, n int) {
	tb.Helper()
	if got := w.kept(tb); len(got) != n {
		tb.Errorf("%d files are kept, want %d: %v", len(got), n, got)
	}
	if got := w.DB.Client.StoredFile.Query().CountX(w.System()); got != n {
		tb.Errorf("%d files are in the database, want %d", got, n)
	}
}

// reply is an answer over HTTP.
type reply struct {
	*http.Response
	body string
}

// do sends a request as the person of that name; "" is nobody.
func (w *filed) do(tb testing.TB, who, method, path string, body io.Reader, headers ...string) reply {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), method, w.url+path, body)
	if err != nil {
		tb.Fatal(err)
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+who)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Cookie" {
			r.Header.Del("Authorization")
		}
	}
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return reply{got, string(text)}
}

// upload sends a file by the multipart specification.
func (w *filed) upload(tb testing.TB, who, name, declared, content string, in vars) *answer {
	tb.Helper()
	return w.uploadBy(tb, uploadAttachment, who, name, declared, content, in)
}

// uploadBy is upload by an operation of one's own.
func (w *filed) uploadBy(tb testing.TB, operation, who, name, declared, content string, in vars) *answer {
	tb.Helper()
	in["file"] = nil
	operations, err := json.Marshal(map[string]any{"query": operation, "variables": map[string]any{"in": texts(in)}})
	if err != nil {
		tb.Fatal(err)
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("operations", string(operations))
	_ = m.WriteField("map", `{"0":["variables.in.file"]}`)
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="0"; filename=%q`, name))
	h.Set("Content-Type", declared)
	p, err := m.CreatePart(h)
	if err != nil {
		tb.Fatal(err)
	}
	_, _ = io.WriteString(p, content)
	_ = m.Close()
	r := w.do(tb, who, http.MethodPost, "/graphql", &b, "Content-Type", m.FormDataContentType(), "GraphQL-Preflight", "1")
	a := &answer{tb: tb, raw: r.body}
	if err := json.Unmarshal([]byte(r.body), a); err != nil {
		tb.Fatalf("%v: %s", err, r.body)
	}
	return a
}

// sent is a small text that a person has uploaded for a discussion.
func (w *filed) sent(tb testing.TB, who string, th uuid.UUID, name string) uuid.UUID {
	tb.Helper()
	return w.upload(tb, who, name, "text/plain", "the content of "+name, vars{"threadId": th}).ok().id("uploadAttachment.attachment.id")
}

// post sends a file as the body of a request.
func (w *filed) post(tb testing.TB, who string, th uuid.UUID, name string, body io.Reader, headers ...string) reply {
	tb.Helper()
	q := url.Values{"thread": {id.Format(th)}, "name": {name}}
	return w.do(tb, who, http.MethodPost, "/attachments?"+q.Encode(), body, append([]string{"GraphQL-Preflight", "1"}, headers...)...)
}

// told is the code and the field of the only error.
func (r reply) told() string {
	var a struct {
		Errors []struct{ Extensions struct{ Code, Field string } }
	}
	if json.Unmarshal([]byte(r.body), &a) != nil || len(a.Errors) != 1 {
		return ""
	}
	return strings.TrimSpace(a.Errors[0].Extensions.Code + " " + a.Errors[0].Extensions.Field)
}

// with is a message with attachments.
func with(th uuid.UUID, attachments ...any) vars {
	return vars{"in": vars{"threadId": th, "body": "see the files", "language": "en", "attachmentIds": attachments}}
}

const pdf = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\nthe report"

func TestUploadAttachment(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		for who, refusal := range map[string]string{"": "UNAUTHENTICATED", "stranger": "NOT_FOUND", "council": "NOT_FOUND", "secretariat": "NOT_FOUND"} {
			w.tells(t, func() {
				w.upload(t, who, "a.pdf", "application/pdf", pdf, vars{"threadId": th}).refused(refusal)
				if r := w.post(t, who, th, "a.pdf", strings.NewReader(pdf)); r.told() != refusal {
					t.Errorf("%q by HTTP: %d %s", who, r.StatusCode, r.body)
				}
			})
		}
		w.keeps(t, 0)
		w.tells(t, func() {
			sum := sha256.Sum256([]byte(pdf))
			in := func() vars {
				return vars{"threadId": th, "description": " The year's report ", "idempotencyKey": "k"}
			}
			a := w.upload(t, "committee", `C:\Users\Ana\Rapport\u202e année.pdf`, "application/pdf", pdf, in()).ok()
			a.is("uploadAttachment.attachment.mediaType", "application/pdf").is("uploadAttachment.attachment.size", float64(len(pdf))).
				is("uploadAttachment.attachment.sha256", hex.EncodeToString(sum[:])).is("uploadAttachment.attachment.description", "The year's report").
				is("uploadAttachment.attachment.status", "PENDING").is("uploadAttachment.attachment.scan", "NOT_SCANNED").
				is("uploadAttachment.attachment.message", nil).is("uploadAttachment.attachment.thread.id", id.Format(th)).
				is("uploadAttachment.attachment.uploadedBy.id", id.Format(w.Committee.Person)).
				is("uploadAttachment.attachment.createdAt", "2026-11-23T14:05:00.000000Z").is("uploadAttachment.attachment.erasedAt", nil)
			if n := len(a.at("uploadAttachment.eventIds").([]any)); n != 0 {
				t.Errorf("%d events", n)
			}
			w.upload(t, "committee", `Rapport\u202e année.pdf`, "application/pdf", pdf, in()).ok().
				is("uploadAttachment.attachment.id", a.at("uploadAttachment.attachment.id"))
			w.keeps(t, 1)
			w.upload(t, "committee", `Rapport\u202e année.pdf`, "application/pdf", pdf+"!", in()).refused("IDEMPOTENCY_KEY_REUSED", "input.idempotencyKey")
			w.keeps(t, 1)
			// The same by plain HTTP, under another key.
			q := url.Values{"thread": {id.Format(th)}, "name": {"other.pdf"}, "idempotencyKey": {"l"}}
			for range 2 {
				r := w.do(t, "committee", http.MethodPost, "/attachments?"+q.Encode(), strings.NewReader(pdf), "X-Requested-With", "x")
				if r.StatusCode != http.StatusCreated || !strings.Contains(r.body, `"name":"other.pdf"`) || !strings.Contains(r.body, `"status":"PENDING"`) {
					t.Errorf("by HTTP: %d %s", r.StatusCode, r.body)
				}
			}
			w.keeps(t, 2)
			// Pending files are their uploader's alone.
			u := a.id("uploadAttachment.attachment.id")
			for name, v := range w.Viewers() {
				mine := name == "committee"
				if got := w.ask(t, v, readAttachment, vars{"id": u}).ok().at("node"); (got != nil) != mine {
					t.Errorf("%s: %v", name, got)
				}
				if got := w.ask(t, v, readAttachments, vars{"id": th}).ok(); fmt.Sprint(got.at("node.viewerAttachments.0.id")) != fmt.Sprint(map[bool]any{true: id.Format(u)}[mine]) {
					t.Errorf("%s: %s", name, got.raw)
				}
			}
			w.ask(t, w.Committee, readAttachments, vars{"id": th}).ok().is("node.attachments.totalCount", 0.0).
				is("node.viewerAttachments.1.name", "other.pdf")
			w.ask(t, w.Chair, discardAttachment, vars{"in": vars{"id": u}}).refused("NOT_FOUND")
			w.ask(t, w.Committee, discardAttachment, vars{"in": vars{"id": th}}).refused("INVALID_INPUT", "input.id")
			w.ask(t, w.Committee, discardAttachment, vars{"in": vars{"id": u}}).ok().is("discardAttachment.id", id.Format(u))
			w.ask(t, w.Committee, discardAttachment, vars{"in": vars{"id": u}}).refused("NOT_FOUND")
			w.ask(t, w.Committee, readAttachment, vars{"id": u}).ok().is("node", nil)
			if err := w.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.keeps(t, 1)
		})
		w.ask(t, w.Committee, closeThread, at(th, 1)).ok()
		w.upload(t, "committee", "a.pdf", "", pdf, vars{"threadId": th}).refused("CONFLICT")
		w.keeps(t, 1)
	})
}

func TestWhatIsNotKept(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		png := "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00", 100)
		html := "<!DOCTYPE html><script>alert(1)</script>"
		w.tells(t, func() {
			for name, c := range map[string]struct{ name, declared, content, field string }{
				"a page in a picture":      {"a.png", "image/png", html, "input.file"},
				"a page that says it":      {"a.html", "text/html", html, "input.file"},
				"a page in a text":         {"a.txt", "text/plain", html, "input.file"},
				"a drawing that runs":      {"a.svg", "image/svg+xml", "<svg/>", "input.file"},
				"a picture called text":    {"a.txt", "text/plain", png, "input.file"},
				"a picture declared text":  {"a.png", "text/plain", png, "input.file"},
				"a program":                {"a.pdf", "application/pdf", "MZ\x90\x00\x03", "input.file"},
				"a script":                 {"a.txt", "text/plain", "#!/bin/sh", "input.file"},
				"nothing":                  {"a.txt", "text/plain", "", "input.file"},
				"one byte too many":        {"a.txt", "text/plain", strings.Repeat("x", 2001), "input.file"},
				"no name":                  {"", "text/plain", "text", "input.name"},
				"a name of nothing":        {"\u202e\u200b..", "text/plain", "text", "input.name"},
				"a name that is too long":  {strings.Repeat("é", 197) + ".txt", "text/plain", "text", "input.name"},
				"two endings":              {"a.txt.exe", "text/plain", "text", "input.file"},
				"an ending turned around":  {"a\u202etxt.exe", "text/plain", "text", "input.file"},
				"a path with an ending":    {"a.txt/b.exe", "text/plain", "text", "input.file"},
				"an ending behind nothing": {"a.exe\x00.txt\x00", "text/plain", "MZ\x90\x00", "input.file"},
			} {
				in := vars{"threadId": th, "name": strings.ReplaceAll(c.name, "\x00", "")}
				a := w.upload(t, "committee", "file", c.declared, c.content, in)
				if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "INVALID_INPUT" || a.Errors[0].Extensions["field"] != c.field {
					t.Errorf("%s: %s", name, a.raw)
				}
				if r := w.post(t, "committee", th, c.name, strings.NewReader(c.content), "Content-Type", c.declared); r.told() != "INVALID_INPUT "+c.field {
					t.Errorf("%s by HTTP: %d %s", name, r.StatusCode, r.body)
				}
				w.keeps(t, 0)
			}
			refused := func(what, want string, r reply) {
				t.Helper()
				if r.told() != want {
					t.Errorf("%s: %d %s", what, r.StatusCode, r.body)
				}
			}
			long := strings.Repeat("x", 1001)
			w.upload(t, "committee", "a.txt", "", "text", vars{"threadId": th, "description": long}).refused("INVALID_INPUT", "input.description")
			w.upload(t, "committee", "a.txt", "", "text", vars{"threadId": w.Donor}).refused("INVALID_INPUT", "input.threadId")
			w.upload(t, "committee", "a.txt", "", "text", vars{"threadId": w.NewID(id.Thread)}).refused("NOT_FOUND")
			w.upload(t, "committee", "a.txt", "", "text", vars{"threadId": th, "idempotencyKey": ""}).refused("INVALID_INPUT", "input.idempotencyKey")
			refused("no discussion", "INVALID_INPUT thread", w.do(t, "committee", "POST", "/attachments?name=a.txt", strings.NewReader("x"), "GraphQL-Preflight", "1"))
			refused("a wrong one", "INVALID_INPUT thread", w.do(t, "committee", "POST", "/attachments?name=a.txt&thread="+id.Format(w.Donor), strings.NewReader("x"), "GraphQL-Preflight", "1"))
			refused("GET", "INVALID_INPUT", w.do(t, "committee", "GET", "/attachments?name=a.txt", nil))
			refused("packed", "INVALID_INPUT", w.post(t, "committee", th, "a.txt", strings.NewReader("x"), "Content-Encoding", "gzip"))
			path := "/attachments?name=a.txt&thread=" + id.Format(th)
			cookie := []string{"Cookie", "hub_session=committee"}
			bare := w.do(t, "", "POST", path, strings.NewReader("x"), cookie...)
			refused("without a header of its own", "FORBIDDEN", bare)
			if strings.Contains(bare.body, "multipart") || !strings.Contains(bare.body, "add GraphQL-Preflight: 1") {
				t.Errorf("without a header of its own: %s", bare.body)
			}
			refused("from a foreign page", "FORBIDDEN", w.do(t, "", "POST", path, strings.NewReader("x"), append(cookie, "GraphQL-Preflight", "1", "Origin", "https://evil.example")...))
			w.keeps(t, 0)
			if r := w.do(t, "", "POST", path, strings.NewReader("x"), append(cookie, "GraphQL-Preflight", "1", "Origin", "https://app.example.org")...); r.StatusCode != http.StatusCreated {
				t.Errorf("from an allowed page: %d %s", r.StatusCode, r.body)
			}
		})
		w.keeps(t, 1)
		if n := w.DB.Client.Attachment.Query().CountX(w.System()); n != 1 {
			t.Errorf("there are %d attachments", n)
		}
	}, func(o *attachment.Options) { o.Limit = 2000 })
}

func TestPostWithAttachments(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		other := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		b, a := w.sent(t, "committee", th, "b.txt"), w.sent(t, "committee", th, "a.txt")
		hers, elsewhere := w.sent(t, "chair", th, "hers.txt"), w.sent(t, "committee", other, "elsewhere.txt")
		w.tells(t, func() {
			refuse := func(code, field string, attachments ...any) {
				t.Helper()
				w.ask(t, w.Committee, postMessage, with(th, attachments...)).refused(code, field)
			}
			refuse("INVALID_INPUT", "input.attachmentIds[1]", a, hers)
			refuse("INVALID_INPUT", "input.attachmentIds[0]", elsewhere)
			refuse("INVALID_INPUT", "input.attachmentIds[0]", w.NewID(id.Attachment))
			refuse("INVALID_INPUT", "input.attachmentIds", th)
			refuse("INVALID_INPUT", "input.attachmentIds[2]", a, b, a)
			eleven := make([]any, 11)
			for i := range eleven {
				eleven[i] = w.NewID(id.Attachment)
			}
			refuse("INVALID_INPUT", "input.attachmentIds", eleven...)
		})
		w.ask(t, w.Chair, readThread, vars{"id": th}).ok().is("thread.number", nil)
		var m uuid.UUID
		w.tells(t, func() {
			in := with(th, a, b)
			in["in"].(vars)["idempotencyKey"] = "k"
			m = w.ask(t, w.Committee, postMessage, in).ok().id("postMessage.message.id")
			w.ask(t, w.Committee, postMessage, in).ok().is("postMessage.message.id", id.Format(m))
			in["in"].(vars)["attachmentIds"] = []any{b, a}
			w.ask(t, w.Committee, postMessage, in).refused("IDEMPOTENCY_KEY_REUSED")
			w.ask(t, w.Committee, postMessage, with(th, a)).refused("INVALID_INPUT", "input.attachmentIds[0]")
			w.ask(t, w.Committee, discardAttachment, vars{"in": vars{"id": a}}).refused("CONFLICT")
		}, "MessagePosted")
		entry := w.DB.Client.LogEntry.Query().Where(logentry.Kind("MessagePosted")).OnlyX(w.System())
		facts, err := eventlog.DecodeFacts(entry.Facts)
		sum := sha256.Sum256([]byte("the content of a.txt"))
		if err != nil || len(facts.Files) != 2 || facts.Files[0].ID != a || !bytes.Equal(facts.Files[0].SHA256, sum[:]) || bytes.Contains(entry.Facts, []byte("txt")) {
			t.Errorf("the log says %s: %v", entry.Facts, err)
		}
		for name, v := range w.Viewers() {
			sees := name == "committee" || name == "chair" || name == "partner"
			got := w.ask(t, v, readAttachments, vars{"id": m}).ok()
			if want := map[bool]any{true: "a.txt"}[sees]; got.at("node.files.0.name") != want {
				t.Errorf("%s: %s", name, got.raw)
			}
			got = w.ask(t, v, readAttachment, vars{"id": b}).ok()
			if want := map[bool]any{true: "ATTACHED"}[sees]; got.at("node.status") != want || sees && got.at("node.message.id") != id.Format(m) {
				t.Errorf("%s: %s", name, got.raw)
			}
			got = w.ask(t, v, readAttachments, vars{"id": th}).ok()
			if want := map[bool]any{true: 2.0}[sees]; got.at("node.attachments.totalCount") != want {
				t.Errorf("%s: %s", name, got.raw)
			}
		}
		list := func(v *viewer.Viewer, args string) string {
			t.Helper()
			return strings.Join(w.ask(t, v, `query($id: ID!) { thread(id: $id) { attachments(`+args+`) { nodes { name } } } }`, vars{"id": th}).ok().all("thread.attachments.nodes.*.name"), " ")
		}
		for args, want := range map[string]string{
			`orderBy: { field: NAME }`: "a.txt b.txt", `orderBy: { field: NAME, direction: DESC }, first: 1`: "b.txt",
			`orderBy: { field: SIZE }, last: 1`: "a.txt", `orderBy: { field: CREATED_AT }`: "b.txt a.txt", `first: 1`: "a.txt",
			`filter: { text: "B.T" }`: "b.txt", `filter: { mediaType: "application/pdf" }`: "", `filter: { mediaType: "text/plain" }, first: 5`: "a.txt b.txt",
			`filter: { text: "hers" }`: "", fmt.Sprintf(`filter: { uploadedById: %q }`, id.Format(w.Chair.Person)): "",
		} {
			if got := list(w.Chair, args); got != want {
				t.Errorf("%s: %q, want %q", args, got, want)
			}
		}
		// The number of statements follows from the shape of a query.
		read := func(n int) int64 {
			return w.statements(func() {
				w.ask(t, w.Partner, fmt.Sprintf(`query($id: ID!) { thread(id: $id) { messages(last: %d) { nodes { number attachments { name message { number } uploadedBy { name } url } } } attachments(first: %d) { totalCount nodes { name } } } }`, n, n), vars{"id": th}).ok()
			})
		}
		one := read(1)
		for i := range 4 {
			w.ask(t, w.Chair, postMessage, with(th, w.sent(t, "chair", th, fmt.Sprintf("%d.txt", i)), w.sent(t, "chair", th, fmt.Sprintf("%d.md", i)))).ok()
		}
		if all := read(50); all != one {
			t.Errorf("one message costs %d statements, five %d", one, all)
		}
		post := func(in vars) int64 {
			return w.statements(func() { w.ask(t, w.Chair, postMessage, in).ok() })
		}
		bare := post(vars{"in": vars{"threadId": th, "body": "x", "language": "en"}})
		if cost := post(with(th, hers)); cost > bare+3 { // to read them, to put them into the message, to make it found by their names
			t.Errorf("a message costs %d statements, with an attachment %d", bare, cost)
		}
	})
}

func TestWithdrawnAttachmentsAreErased(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		a, stays := w.sent(t, "committee", th, "secret.txt"), w.sent(t, "chair", th, "stays.txt")
		m := w.ask(t, w.Committee, postMessage, with(th, a)).ok().id("postMessage.message.id")
		w.ask(t, w.Chair, postMessage, with(th, stays)).ok()
		link := w.ask(t, w.Chair, readAttachment, vars{"id": a}).ok().at("node.url").(string)
		if r := w.do(t, "chair", "GET", link, nil); r.body != "the content of secret.txt" {
			t.Fatalf("before: %d %s", r.StatusCode, r.body)
		}
		w.keeps(t, 2)
		w.tells(t, func() { w.ask(t, w.Committee, withdrawMessage, at(m, 1)).ok() }, "MessageWithdrawn")
		// At once, though the content is there until the next sweep.
		if r := w.do(t, "chair", "GET", link, nil); r.StatusCode != http.StatusNotFound {
			t.Errorf("after: %d %s", r.StatusCode, r.body)
		}
		w.ask(t, w.Chair, readAttachments, vars{"id": m}).ok().is("node.files.0.status", "ERASED").is("node.files.0.name", nil).
			is("node.files.0.description", nil).is("node.files.0.url", nil).is("node.files.0.erasedAt", "2026-11-23T14:05:00.000000Z")
		got := w.ask(t, w.Chair, readAttachments, vars{"id": th}).ok().is("node.attachments.totalCount", 1.0)
		if strings.Contains(got.raw, "secret") {
			t.Error(got.raw)
		}
		w.ask(t, w.Committee, postMessage, with(th, a)).refused("INVALID_INPUT", "input.attachmentIds[0]")
		if err := w.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.keeps(t, 1)
		row := w.DB.Client.Attachment.GetX(w.System(), a)
		if row.Name+row.NameKey+row.Description+row.FileKey != "" {
			t.Errorf("still there: %v", row)
		}
	})
}

func TestPendingAttachmentsExpire(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		old, posted := w.sent(t, "committee", th, "old.txt"), w.sent(t, "committee", th, "posted.txt")
		w.ask(t, w.Committee, postMessage, with(th, posted)).ok()
		w.Clock.Add(23 * time.Hour)
		young := w.sent(t, "committee", th, "young.txt")
		sweep := func() {
			t.Helper()
			if err := w.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		sweep()
		w.keeps(t, 3)
		w.Clock.Add(61 * time.Minute)
		w.tells(t, sweep)
		w.keeps(t, 2)
		w.ask(t, w.Committee, readAttachment, vars{"id": old}).ok().is("node", nil)
		w.ask(t, w.Committee, postMessage, with(th, old)).refused("INVALID_INPUT", "input.attachmentIds[0]")
		w.ask(t, w.Committee, postMessage, with(th, young)).ok()
		w.Clock.Add(1000 * time.Hour)
		sweep()
		w.keeps(t, 2)
		for range attachment.PerPerson {
			w.sent(t, "chair", th, "x.txt")
		}
		w.upload(t, "chair", "x.txt", "", "one too many", vars{"threadId": th}).refused("CONFLICT", "input.file")
		w.keeps(t, 2+attachment.PerPerson)
		w.sent(t, "committee", th, "another person's.txt")
		w.Clock.Add(25 * time.Hour)
		sweep()
		w.keeps(t, 2)
	})
}

// One file may stand in several places of an operation.
func TestOneFileTwice(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		a := w.uploadBy(t, `mutation($in: UploadAttachmentInput!) { a: uploadAttachment(input: $in) { attachment { ...A } } b: uploadAttachment(input: $in) { attachment { ...A } } } `+attachmentFields,
			"committee", "a.txt", "text/plain", "the content", vars{"threadId": th}).ok()
		if a.id("a.attachment.id") == a.id("b.attachment.id") || a.at("a.attachment.sha256") != a.at("b.attachment.sha256") || a.at("b.attachment.size") != 11.0 {
			t.Errorf("%s", a.raw)
		}
		w.keeps(t, 2)
	})
}
