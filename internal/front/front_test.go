package front

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

var demonstration = Options{
	DemoAccounts: []Account{{Email: "ana@demo.invalid", Password: `"<pass>"`, Role: "Secretariat"}},
	ThreadID:     `thr_"><script>`,
	ThreadSearch: "Sandy Shorelines",
}

// get asks the handler for a path, with further headers in pairs.
func get(t *testing.T, h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// paths are all that the front serves for the demonstration.
func paths(t *testing.T) []string {
	t.Helper()
	out := []string{"/", "/demo-accounts.json", "/graphiql", "/graphiql/"}
	for dir, from := range map[string]fs.FS{"page": pageFiles, "graphiql/dist": graphiqlFiles} {
		prefix := map[string]string{"page": "/", "graphiql/dist": "/graphiql/"}[dir]
		err := fs.WalkDir(from, dir, func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && !strings.HasSuffix(name, "index.html") {
				out = append(out, prefix+strings.TrimPrefix(name, dir+"/"))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(out) < 40 {
		t.Fatalf("only %d files are embedded", len(out))
	}
	return out
}

func TestEveryFileIsServedWithItsHeaders(t *testing.T) {
	t.Parallel()
	h := New(demonstration)
	for _, path := range paths(t) {
		r := get(t, h, http.MethodGet, path)
		policy, cache := PageCSP, "no-cache"
		if strings.HasPrefix(path, "/graphiql") {
			policy = GraphiQLCSP
		}
		if strings.HasPrefix(path, "/graphiql/assets/") {
			cache = "public, max-age=31536000, immutable"
		}
		if path == "/demo-accounts.json" {
			cache = "no-store"
		}
		want := map[string]string{
			"Content-Security-Policy": policy,
			"Cache-Control":           cache,
			"X-Content-Type-Options":  "nosniff",
			"Referrer-Policy":         "same-origin",
		}
		for name, value := range want {
			if got := r.Header().Get(name); got != value {
				t.Errorf("%s: %s is %q, not %q", path, name, got, value)
			}
		}
		if r.Code != http.StatusOK || r.Header().Get("Content-Type") == "" || r.Header().Get("ETag") == "" {
			t.Errorf("%s: %d, type %q, ETag %q", path, r.Code, r.Header().Get("Content-Type"), r.Header().Get("ETag"))
		}
		if len(r.Body.String()) == 0 {
			t.Errorf("%s is empty", path)
		}
	}
}

func TestPoliciesAllowNoOtherHostAndNoEval(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{PageCSP, GraphiQLCSP} {
		for directive := range strings.SplitSeq(policy, "; ") {
			name, sources, _ := strings.Cut(directive, " ")
			for source := range strings.SplitSeq(sources, " ") {
				allowed := source == "'none'" || source == "'self'" ||
					policy == GraphiQLCSP && (name == "style-src" && source == "'unsafe-inline'" || name == "img-src" && source == "data:")
				if !allowed {
					t.Errorf("%s allows %s", name, source)
				}
			}
		}
		if !strings.HasPrefix(policy, "default-src 'none'; ") {
			t.Errorf("not everything is forbidden first: %s", policy)
		}
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	h := New(demonstration)
	for _, path := range []string{"/nothing", "/page/index.html", "/index.html", "/app", "/app/", "/graphiql/index.html", "/graphiql/assets", "/graphiql/../front.go", "//"} {
		r := get(t, h, http.MethodGet, path)
		if r.Code != http.StatusNotFound || r.Header().Get("Content-Security-Policy") != PageCSP {
			t.Errorf("%s: %d with the policy %q", path, r.Code, r.Header().Get("Content-Security-Policy"))
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, "BREW"} {
		for _, path := range []string{"/", "/app.js", "/graphiql"} {
			r := get(t, h, method, path)
			if r.Code != http.StatusMethodNotAllowed || r.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d, Allow %q", method, path, r.Code, r.Header().Get("Allow"))
			}
		}
	}
}

func TestDemonstrationAccountsOnlyOnTheDemonstration(t *testing.T) {
	t.Parallel()
	var accounts []Account
	r := get(t, New(demonstration), http.MethodGet, "/demo-accounts.json")
	if err := json.Unmarshal(r.Body.Bytes(), &accounts); err != nil || len(accounts) != 1 || accounts[0] != demonstration.DemoAccounts[0] {
		t.Errorf("%v, %v", accounts, err)
	}
	plain := New(Options{})
	if r := get(t, plain, http.MethodGet, "/demo-accounts.json"); r.Code != http.StatusNotFound {
		t.Errorf("without accounts: %d", r.Code)
	}
	if page := get(t, plain, http.MethodGet, "/").Body.String(); strings.Contains(page, "data-demo") {
		t.Error("the page looks for accounts that are not there")
	}
}

func TestOptionsAreEscaped(t *testing.T) {
	t.Parallel()
	page := get(t, New(demonstration), http.MethodGet, "/").Body.String()
	for _, want := range []string{`data-thread="thr_&#34;&gt;&lt;script&gt;"`, `data-search="Sandy Shorelines"`, " data-demo>"} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestWhoHasAFileGetsItNotAgain(t *testing.T) {
	t.Parallel()
	h := New(demonstration)
	for _, path := range []string{"/", "/app.js", "/graphiql"} {
		for _, encoding := range []string{"identity", "gzip"} {
			first := get(t, h, http.MethodGet, path, "Accept-Encoding", encoding)
			again := get(t, h, http.MethodGet, path, "Accept-Encoding", encoding, "If-None-Match", first.Header().Get("ETag"))
			if again.Code != http.StatusNotModified || again.Body.String() != "" {
				t.Errorf("%s, %s: %d", path, encoding, again.Code)
			}
			if other := get(t, h, http.MethodGet, path, "Accept-Encoding", encoding, "If-None-Match", `"other"`); other.Code != http.StatusOK {
				t.Errorf("%s, %s, another ETag: %d", path, encoding, other.Code)
			}
		}
	}
}

func TestCompressedForWhoTakesIt(t *testing.T) {
	t.Parallel()
	h := New(demonstration)
	plain := get(t, h, http.MethodGet, "/app.css")
	text := plain.Body.String()
	for header, zipped := range map[string]bool{
		"gzip": true, "br, GZIP;q=0.5": true, "*": true, "": false, "br": false, "gzip;q=0": false, "gzip; q=0.000": false,
	} {
		r := get(t, h, http.MethodGet, "/app.css", "Accept-Encoding", header)
		if got := r.Header().Get("Content-Encoding") == "gzip"; got != zipped {
			t.Errorf("%q: compressed is %t", header, got)
		}
		if r.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: Vary is %q", header, r.Header().Get("Vary"))
		}
		if same := r.Header().Get("ETag") == plain.Header().Get("ETag"); same == zipped {
			t.Errorf("%q: the ETag does not tell the forms apart", header)
		}
		content := io.Reader(r.Body)
		if zipped {
			z, err := gzip.NewReader(r.Body)
			if err != nil {
				t.Fatal(err)
			}
			content = z
		}
		got, err := io.ReadAll(content)
		if err != nil || string(got) != text {
			t.Errorf("%q: another content, %v", header, err)
		}
	}
}

func TestHeadHasTheHeadersOfGet(t *testing.T) {
	t.Parallel()
	h := New(demonstration)
	r := get(t, h, http.MethodHead, "/app.js")
	if r.Code != http.StatusOK || r.Body.String() != "" || r.Header().Get("ETag") != get(t, h, http.MethodGet, "/app.js").Header().Get("ETag") {
		t.Errorf("%d, ETag %q", r.Code, r.Header().Get("ETag"))
	}
}

// An address of another host, and what makes a browser fetch what follows it: an attribute, an import,
// url(), fetch() and the like. Other mentions, such as XML namespaces and links for people, load nothing.
var (
	address = regexp.MustCompile(`(?:https?:|wss?:)?//[a-zA-Z0-9]`)
	loading = regexp.MustCompile("(?i)(?:\\b(?:src|href|action|poster)=|\\b(?:from|import)\\b ?\\(?|url\\(|" +
		"\\b(?:fetch|Worker|SharedWorker|WebSocket|EventSource|sendBeacon|importScripts)\\()[\"'`]?$")
)

// loadsFromElsewhere gives the places in a text that fetch something from another host.
func loadsFromElsewhere(text string) (found []string) {
	for at := 0; ; {
		next := strings.Index(text[at:], "//")
		if next < 0 {
			return found
		}
		slashes := at + next
		from := max(0, slashes-40)
		around := text[from:min(len(text), slashes+40)]
		for _, m := range address.FindAllStringIndex(around, -1) {
			if loading.MatchString(around[:m[0]]) {
				found = append(found, around)
			}
		}
		at = slashes + 2
	}
}

func TestNothingIsLoadedFromElsewhere(t *testing.T) {
	t.Parallel()
	h := New(demonstration)
	for _, path := range paths(t) {
		if strings.HasSuffix(path, ".ttf") || strings.HasSuffix(path, ".txt") {
			continue
		}
		text := get(t, h, http.MethodGet, path).Body.String()
		for _, place := range loadsFromElsewhere(text) {
			t.Errorf("%s loads from another host: %s", path, place)
		}
		if !strings.HasPrefix(path, "/graphiql") && strings.Contains(strings.ReplaceAll(text, "http://www.w3.org/2000/svg", ""), "://") {
			t.Errorf("%s names another host", path)
		}
	}
}

func TestLoadingFromElsewhereIsFound(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`<script src="https://cdn.example/x.js">`, `<link href=//cdn.example/x.css>`, `@import "https://cdn.example/x.css";`,
		`@font-face{src:url(https://cdn.example/x.woff2)}`, `import x from"https://cdn.example/x.js"`, "import(`https://cdn.example/x.js`)",
		`fetch("https://cdn.example/t")`, `new Worker('https://cdn.example/w.js')`, `new WebSocket("wss://cdn.example/")`,
	} {
		if len(loadsFromElsewhere(text)) == 0 {
			t.Errorf("not found: %s", text)
		}
	}
	for _, text := range []string{`xmlns="http://www.w3.org/2000/svg"`, `// see https://example.org`, `import"./x.js"`, `fetch("/graphql")`} {
		if found := loadsFromElsewhere(text); len(found) > 0 {
			t.Errorf("found wrongly: %s", found)
		}
	}
}

func TestThePageHasNoInlineScriptOrStyle(t *testing.T) {
	t.Parallel()
	h := New(demonstration)
	inline := regexp.MustCompile(`(?i)<script(?:\s[^>]*)?>[^<]|<style|\sstyle=|\son\w+=|javascript:`)
	for _, path := range []string{"/", "/graphiql"} {
		if m := inline.FindString(get(t, h, http.MethodGet, path).Body.String()); m != "" {
			t.Errorf("%s has %q, which its policy forbids", path, m)
		}
	}
}
