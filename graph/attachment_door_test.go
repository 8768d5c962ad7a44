package graph_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/threadaudience"
	"acs-aec.org/hub/internal/attachment"
	"acs-aec.org/hub/internal/clamd"
	"acs-aec.org/hub/internal/clamd/clamdtest"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// link is where the viewer can download an attachment now.
func (w *filed) link(tb testing.TB, v *viewer.Viewer, u uuid.UUID, inline bool) string {
	tb.Helper()
	link, _ := w.ask(tb, v, `query($id: ID!, $inline: Boolean!) { node(id: $id) { ... on Attachment { url(inline: $inline) } } }`,
		vars{"id": u, "inline": inline}).ok().at("node.url").(string)
	return link
}

func TestDownload(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		name := `Año "1" 100%;a.txt`
		u := w.upload(t, "committee", "x", "", "0123456789", vars{"threadId": th, "name": name}).ok().id("uploadAttachment.attachment.id")
		picture := w.upload(t, "committee", "a.png", "image/png", "\x89PNG\r\n\x1a\n<script>alert(1)</script>", vars{"threadId": th}).ok().
			id("uploadAttachment.attachment.id")
		get := func(who, link string, headers ...string) reply {
			t.Helper()
			return w.do(t, who, http.MethodGet, link, nil, headers...)
		}
		mine := w.link(t, w.Committee, u, false)
		if r := get("committee", mine); r.StatusCode != http.StatusOK || r.body != "0123456789" {
			t.Errorf("my own before it is posted: %d %s", r.StatusCode, r.body)
		}
		for who := range w.Viewers() {
			want := http.StatusNotFound
			if who == "nobody" {
				who, want = "", http.StatusUnauthorized
			}
			if r := get(who, mine); who != "committee" && r.StatusCode != want {
				t.Errorf("%q by the link of another: %d", who, r.StatusCode)
			}
		}
		w.ask(t, w.Committee, postMessage, with(th, u, picture)).ok()
		if r := get("chair", mine); r.StatusCode != http.StatusNotFound {
			t.Errorf("the link of another who may see it too: %d", r.StatusCode)
		}
		link := w.link(t, w.Partner, u, true)
		r := get("partner", link, "Origin", "https://app.example.org")
		for header, want := range map[string]string{
			"Content-Type": "text/plain", "Content-Length": "10", "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes",
			"Content-Disposition": `attachment; filename="A_o _1_ 100_;a.txt"; filename*=UTF-8''A%C3%B1o%20_1_%20100%25%3Ba.txt`,
			"Cache-Control":       "private, no-cache", "Access-Control-Allow-Origin": "https://app.example.org",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
			"Etag":                    `"84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882"`,
		} {
			if got := r.Header.Get(header); got != want {
				t.Errorf("%s: %q, want %q", header, got, want)
			}
		}
		if r.StatusCode != http.StatusOK || r.body != "0123456789" {
			t.Errorf("%d %q", r.StatusCode, r.body)
		}
		tag := r.Header.Get("Etag")
		for what, c := range map[string]struct {
			headers []string
			status  int
			body    string
		}{
			"the middle":      {[]string{"Range", "bytes=2-4"}, 206, "234"},
			"the end":         {[]string{"Range", "bytes=-3", "If-Range", tag}, 206, "789"},
			"of another one":  {[]string{"Range", "bytes=-3", "If-Range", `"other"`}, 200, "0123456789"},
			"beyond the end":  {[]string{"Range", "bytes=20-"}, 416, "invalid range: failed to overlap\n"},
			"what I have":     {[]string{"If-None-Match", tag}, 304, ""},
			"in a session":    {[]string{"Cookie", "hub_session=partner"}, 200, "0123456789"},
			"from elsewhere":  {[]string{"Cookie", "hub_session=partner", "Sec-Fetch-Site", "cross-site"}, 200, "0123456789"},
			"another session": {[]string{"Cookie", "hub_session=chair"}, 404, ""},
		} {
			if got := get("partner", link, c.headers...); got.StatusCode != c.status || c.status < 400 && got.body != c.body {
				t.Errorf("%s: %d %q", what, got.StatusCode, got.body)
			}
		}
		if got := w.do(t, "partner", http.MethodHead, link, nil); got.StatusCode != http.StatusOK || got.body != "" || got.ContentLength != 10 {
			t.Errorf("HEAD: %d %q", got.StatusCode, got.body)
		}
		if got := w.do(t, "partner", http.MethodPost, link, nil); got.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST: %d", got.StatusCode)
		}
		for _, c := range []struct {
			inline bool
			want   string
		}{{true, "inline"}, {false, "attachment"}} {
			got := get("chair", w.link(t, w.Chair, picture, c.inline))
			if how, _, _ := strings.Cut(got.Header.Get("Content-Disposition"), ";"); how != c.want || got.Header.Get("Content-Type") != "image/png" || got.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("a picture: %v", got.Header)
			}
		}
		for _, forged := range []string{"/attachments/", "/attachments/x", link[:len(link)-1] + "~", link + "A", strings.Replace(link, "/attachments/", "/attachments/A", 1)} {
			if got := get("partner", forged); got.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", forged, got.StatusCode)
			}
		}
		w.Clock.Add(attachment.LinkLife)
		if got := get("partner", link); got.StatusCode != http.StatusOK {
			t.Errorf("after five minutes: %d", got.StatusCode)
		}
		w.Clock.Add(time.Second)
		if got := get("partner", link); got.StatusCode != http.StatusNotFound {
			t.Errorf("later: %d", got.StatusCode)
		}
		// Access that has ended ends downloads, whatever link there is.
		link = w.link(t, w.Partner, u, false)
		stays := w.link(t, w.Chair, u, false)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.ThreadAudience.Update().Where(threadaudience.ThreadID(th), threadaudience.OrganisationID(w.Donor)).SetEndedAt(w.Time()).Exec(ctx)
		})
		for _, headers := range [][]string{nil, {"If-None-Match", tag}, {"Range", "bytes=0-1"}} {
			if got := get("partner", link, headers...); got.StatusCode != http.StatusNotFound {
				t.Errorf("without access: %d %s", got.StatusCode, got.body)
			}
		}
		if w.link(t, w.Partner, u, false) != "" {
			t.Error("a link without access")
		}
		if got := get("chair", stays); got.StatusCode != http.StatusOK {
			t.Errorf("with access: %d", got.StatusCode)
		}
	})
}

// One's own pending file is as closed as the discussion that it is for.
func TestPendingAttachmentsGoWithAccess(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		u := w.sent(t, "partner", th, "a.txt")
		link := w.link(t, w.Partner, u, false)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.ThreadAudience.Update().Where(threadaudience.ThreadID(th), threadaudience.OrganisationID(w.Donor)).SetEndedAt(w.Time()).Exec(ctx)
		})
		w.ask(t, w.Partner, readAttachment, vars{"id": u}).ok().is("node", nil)
		if r := w.do(t, "partner", http.MethodGet, link, nil); r.StatusCode != http.StatusNotFound {
			t.Errorf("%d", r.StatusCode)
		}
		w.ask(t, w.Partner, postMessage, with(th, u)).refused("NOT_FOUND")
		w.ask(t, w.Partner, discardAttachment, vars{"in": vars{"id": u}}).refused("NOT_FOUND")
	})
}

// An upload that breaks off leaves nothing.
func TestCutUploads(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		gone := errors.New("the sender goes away")
		ctx := w.As(t, w.Committee)
		w.tells(t, func() {
			in := attachment.Uploading{Thread: th, Name: "a.txt", Content: io.MultiReader(strings.NewReader(strings.Repeat("x", 1<<20)), broken{gone})}
			if _, _, err := w.Upload(ctx, in, nil); !errors.Is(err, gone) {
				t.Errorf("a cut upload: %v", err)
			}
			w.keeps(t, 0)
			cancelled, cancel := context.WithCancel(ctx)
			in.Content = io.MultiReader(strings.NewReader("x"), onRead{cancel}, strings.NewReader("y"))
			if _, _, err := w.Upload(cancelled, in, nil); err == nil {
				t.Error("an upload whose request has ended is kept")
			}
			w.keeps(t, 0)
			// Over the wire: the length is declared, less comes, the connection goes.
			pr, pw := io.Pipe()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/attachments?name=a.txt&thread="+id.Format(th), pr)
			if err != nil {
				t.Fatal(err)
			}
			r.ContentLength = 1 << 20
			r.Header.Set("Authorization", "Bearer committee")
			r.Header.Set("GraphQL-Preflight", "1")
			transport, done := &http.Transport{}, make(chan bool)
			go func() {
				resp, err := transport.RoundTrip(r)
				if err == nil {
					_ = resp.Body.Close()
					t.Errorf("answered %d", resp.StatusCode)
				}
				close(done)
			}()
			until := func(n int) {
				t.Helper()
				for late := time.After(20 * time.Second); w.DB.Client.StoredFile.Query().CountX(w.System()) != n; {
					select {
					case <-late:
						t.Fatalf("there are not %d files", n)
					default:
						runtime.Gosched()
					}
				}
			}
			_, _ = io.WriteString(pw, strings.Repeat("x", 100_000))
			until(1)
			_ = pw.CloseWithError(gone)
			<-done
			transport.CloseIdleConnections()
			until(0)
			w.keeps(t, 0)
			// A killed process: the row and half a file are there, nobody forgets them.
			const key = "0123456789abcdef"
			w.Write(t, func(ctx context.Context, tx *ent.Client) error {
				return tx.StoredFile.Create().SetID(key).SetCreatedAt(w.Time()).SetPersonID(w.Committee.Person).SetEraseAt(w.Time().Add(2 * time.Hour)).Exec(ctx)
			})
			half := filepath.Join(w.folder, key[:2], key+".partial")
			if err := errors.Join(os.MkdirAll(filepath.Dir(half), 0o700), os.WriteFile(half, []byte("half"), 0o600)); err != nil {
				t.Fatal(err)
			}
			for _, n := range []int{1, 0} {
				if err := w.Sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.keeps(t, n)
				w.Clock.Add(2 * time.Hour)
			}
		})
		if n := w.DB.Client.Attachment.Query().CountX(w.System()); n != 0 {
			t.Errorf("there are %d attachments", n)
		}
	})
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// onRead calls a function when it is read, and is empty.
type onRead struct{ f func() }

func (o onRead) Read([]byte) (int, error) { o.f(); return 0, io.EOF }

// What can't be erased is tried again until it is gone.
func TestErasingIsTriedAgain(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		u := w.sent(t, "committee", th, "a.txt")
		w.ask(t, w.Committee, discardAttachment, vars{"in": vars{"id": u}}).ok()
		// A folder in the place of the file can't be removed as long as something is in it.
		name := w.kept(t)[0]
		place := filepath.Join(w.folder, name[:2], name)
		if err := errors.Join(os.Remove(place), os.MkdirAll(filepath.Join(place, "x"), 0o700)); err != nil {
			t.Fatal(err)
		}
		if err := w.Sweep(t.Context()); err == nil {
			t.Error("nobody says that it failed")
		}
		if n := w.DB.Client.StoredFile.Query().CountX(w.System()); n != 1 {
			t.Errorf("%d rows", n)
		}
		if err := os.Remove(filepath.Join(place, "x")); err != nil {
			t.Fatal(err)
		}
		if err := w.Sweep(t.Context()); err != nil || w.DB.Client.StoredFile.Query().CountX(w.System()) != 1 {
			t.Errorf("it is tried again at once: %v", err)
		}
		w.Clock.Add(2 * time.Minute)
		if err := w.Sweep(t.Context()); err != nil {
			t.Error(err)
		}
		w.keeps(t, 0)
	})
}

func TestVirusScanner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, world *world) {
		d := clamdtest.Start(t)
		scanner, err := clamd.New(d.Address)
		if err != nil {
			t.Fatal(err)
		}
		w := world.filed(t, func(o *attachment.Options) { o.Scanner = scanner })
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		w.tells(t, func() {
			w.upload(t, "committee", "a.txt", "", "clean", vars{"threadId": th}).ok().is("uploadAttachment.attachment.scan", "CLEAN")
			w.keeps(t, 1)
			w.upload(t, "committee", "a.txt", "", clamdtest.Virus, vars{"threadId": th}).refused("INVALID_INPUT", "input.file")
			w.keeps(t, 1)
			d.Limit(3) // it can't say anything of larger files
		})
		fine := w.upload(t, "committee", "fine.txt", "", "clean too", vars{"threadId": th}).ok().is("uploadAttachment.attachment.scan", "WAITING").
			is("uploadAttachment.attachment.url", nil).id("uploadAttachment.attachment.id")
		bad := w.upload(t, "committee", "bad.txt", "", clamdtest.Virus, vars{"threadId": th}).ok().id("uploadAttachment.attachment.id")
		sweep := func() {
			t.Helper()
			if err := w.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		w.tells(t, func() {
			w.ask(t, w.Committee, postMessage, with(th, fine)).refused("CONFLICT", "input.attachmentIds[0]")
			w.Clock.Add(time.Minute)
			sweep()
			w.ask(t, w.Committee, postMessage, with(th, fine)).refused("CONFLICT", "input.attachmentIds[0]")
			d.Limit(0)
			w.ask(t, w.Committee, readAttachment, vars{"id": bad}).ok().is("node.scan", "WAITING")
		})
		w.Clock.Add(10 * time.Minute)
		w.tells(t, sweep, "AttachmentRefused")
		w.keeps(t, 2)
		w.ask(t, w.Committee, readAttachment, vars{"id": bad}).ok().is("node.status", "REFUSED").is("node.scan", "INFECTED").
			is("node.finding", clamdtest.Finding).is("node.url", nil).is("node.name", "bad.txt")
		w.tells(t, func() {
			w.ask(t, w.Committee, postMessage, with(th, bad)).refused("CONFLICT")
			w.ask(t, w.Committee, postMessage, with(th, fine)).ok().is("postMessage.message.number", 1.0)
		}, "MessagePosted")
		const read = `{ eventLog(in: { everything: true }) { envelopes { actor { id } event { __typename ... on AttachmentRefused { attachment { name finding } } } } } }`
		for name, v := range w.Viewers() {
			got := w.ask(t, v, read, nil).ok().raw
			if sees := name == "committee" || name == "secretariat"; strings.Contains(got, "AttachmentRefused") != sees || strings.Contains(got, "bad.txt") != (name == "committee") {
				t.Errorf("%s: %s", name, got)
			}
		}
		w.Clock.Add(25 * time.Hour)
		sweep()
		w.keeps(t, 1)
		w.ask(t, w.Committee, readAttachment, vars{"id": bad}).ok().is("node", nil)
	})
}

// Many at once: the limit of a person holds, and a file that is posted while its
// time runs out is either posted or gone.
func TestAttachmentsAtOnce(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		var all sync.WaitGroup
		for i := range attachment.PerPerson + 10 {
			all.Go(func() {
				in := attachment.Uploading{Thread: th, Name: fmt.Sprintf("%d.txt", i), Content: strings.NewReader("text")}
				_, _, _ = w.Upload(w.As(t, w.Committee), in, nil)
			})
		}
		all.Wait()
		w.keeps(t, attachment.PerPerson)
		w.Clock.Add(25 * time.Hour)
		ids := w.DB.Client.Attachment.Query().IDsX(w.System())
		for chunk := range 4 {
			mine := make([]any, 5)
			for i, u := range ids[5*chunk : 5*chunk+5] {
				mine[i] = u
			}
			all.Go(func() { w.ask(t, w.Committee, postMessage, with(th, mine...)) })
		}
		all.Go(func() {
			if err := w.Sweep(w.System()); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		if err := w.Sweep(t.Context()); err != nil {
			t.Error(err)
		}
		posted := 0
		for _, a := range w.DB.Client.Attachment.Query().AllX(w.System()) {
			posted++
			content, err := w.files.Open(t.Context(), a.FileKey)
			if err != nil || a.MessageID == nil {
				t.Errorf("%s: %v", a.Name, err)
				continue
			}
			_ = content.Close()
		}
		w.keeps(t, posted)
		if posted%5 != 0 {
			t.Errorf("%d are posted", posted)
		}
	})
}

// letters are a long text.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// A large file takes no more memory than a small one, by either way, up and down.
func TestLargeAttachmentsAreStreamed(t *testing.T) {
	const size = 200 << 20
	each(t, func(t *testing.T, world *world) {
		w := world.filed(t, func(o *attachment.Options) { o.Limit = size })
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		costs := func(what string, f func()) {
			t.Helper()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			f()
			runtime.ReadMemStats(&after)
			if spent := after.TotalAlloc - before.TotalAlloc; spent > 16<<20 {
				t.Errorf("%s allocates %d MiB", what, spent>>20)
			} else {
				t.Logf("%s allocates %d KiB", what, spent>>10)
			}
		}
		costs("an upload", func() {
			r := w.post(t, "committee", th, "a.txt", io.LimitReader(letters{}, size))
			if r.StatusCode != http.StatusCreated {
				t.Fatalf("%d %s", r.StatusCode, r.body)
			}
		})
		if r := w.post(t, "committee", th, "a.txt", io.LimitReader(letters{}, size+1)); r.told() != "INVALID_INPUT input.file" {
			t.Errorf("one byte more: %d %s", r.StatusCode, r.body)
		}
		w.keeps(t, 1)
		u := w.DB.Client.Attachment.Query().OnlyIDX(w.System())
		link := w.link(t, w.Committee, u, false)
		costs("a download", func() {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+link, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer committee")
			got, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer got.Body.Close()
			if n, err := io.Copy(io.Discard, got.Body); err != nil || n != size {
				t.Errorf("%d bytes: %v", n, err)
			}
		})
	})
}

// Who was admitted from now on sees no attachment of an earlier message, by any door.
func TestAttachmentsFromAdmission(t *testing.T) {
	t.Parallel()
	withFiles(t, func(t *testing.T, w *filed) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		before := w.sent(t, "committee", th, "before.txt")
		m := w.ask(t, w.Committee, postMessage, with(th, before)).ok().id("postMessage.message.id")
		w.granted(t, w.Committee, th, ofBody(w.CouncilBody), "FROM_ADMISSION")
		after := w.sent(t, "committee", th, "after.txt")
		w.ask(t, w.Committee, postMessage, with(th, after)).ok()
		w.ask(t, w.Council, readAttachment, vars{"id": before}).ok().is("node", nil)
		w.ask(t, w.Council, readAttachments, vars{"id": m}).ok().is("node", nil)
		w.ask(t, w.Council, readAttachments, vars{"id": th}).ok().is("node.attachments.totalCount", 1.0).is("node.attachments.nodes.0.name", "after.txt")
		for args, want := range map[string]float64{`filter: { text: "before" }`: 0, `filter: { text: "after" }`: 1, `orderBy: { field: SIZE }`: 1} {
			w.ask(t, w.Council, `query($id: ID!) { thread(id: $id) { attachments(`+args+`) { totalCount } } }`, vars{"id": th}).ok().
				is("thread.attachments.totalCount", want)
		}
		if w.link(t, w.Council, before, false) != "" {
			t.Error("a link to what is not open")
		}
		if r := w.do(t, "council", http.MethodGet, w.link(t, w.Council, after, false), nil); r.body != "the content of after.txt" {
			t.Errorf("%d %s", r.StatusCode, r.body)
		}
	})
}
