package server_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/netip"
	"net/textproto"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/server"
)

func TestWhoIsAsking(t *testing.T) {
	t.Parallel()
	w := start(t)
	const anonymous = "nobody from 127.0.0.1 with test"
	for name, c := range map[string]struct {
		headers []string
		status  int
		want    string // in the body
		cleared bool
	}{
		"nobody":                          {nil, 200, anonymous, false},
		"a token":                         {[]string{"Authorization", "Bearer good"}, 200, ana.String(), false},
		"a token, written otherwise":      {[]string{"Authorization", "bearer  good"}, 200, ana.String(), false},
		"a bad token":                     {[]string{"Authorization", "Bearer bad"}, 401, "UNAUTHENTICATED", false},
		"an empty token":                  {[]string{"Authorization", "Bearer "}, 401, "UNAUTHENTICATED", false},
		"another scheme":                  {[]string{"Authorization", "Basic Z29vZDpnb29k"}, 401, "UNAUTHENTICATED", false},
		"a very long token":               {[]string{"Authorization", "Bearer " + strings.Repeat("x", 5000)}, 401, "UNAUTHENTICATED", false},
		"a session":                       {[]string{"Cookie", "hub_session=good"}, 200, ana.String(), false},
		"a bad session":                   {[]string{"Cookie", "hub_session=bad"}, 200, anonymous, true},
		"a bad token beside a session":    {[]string{"Authorization", "Bearer bad", "Cookie", "hub_session=good"}, 401, "UNAUTHENTICATED", false},
		"a good token beside a bad one":   {[]string{"Authorization", "Bearer good", "Cookie", "hub_session=bad"}, 200, ana.String(), false},
		"another cookie":                  {[]string{"Cookie", "session=good; __Host-hub_session=good"}, 200, anonymous, false},
		"nobody can be asked, a session":  {[]string{"Cookie", "hub_session=later"}, 503, "UNAVAILABLE", false},
		"nobody can be asked, with token": {[]string{"Authorization", "Bearer later"}, 503, "UNAVAILABLE", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := w.post("{ who }", append(c.headers, "User-Agent", "test")...)
			if r.StatusCode != c.status || !strings.Contains(r.body, c.want) {
				t.Errorf("%d %s", r.StatusCode, r.body)
			}
			if set := r.Header.Get("Set-Cookie"); (set != "") != c.cleared || c.cleared && !strings.HasPrefix(set, "hub_session=; Path=/; Expires=Thu, 01 Jan 1970") {
				t.Errorf("Set-Cookie %q", set)
			}
			if (r.Header.Get("WWW-Authenticate") != "") != (c.status == 401) {
				t.Errorf("WWW-Authenticate %q", r.Header.Get("WWW-Authenticate"))
			}
		})
	}
}

func TestTheSessionCookie(t *testing.T) {
	t.Parallel()
	const plain = "hub_session=a secret; Path=/; Expires=Fri, 01 Jan 2100 00:00:00 GMT; HttpOnly; SameSite=Lax"
	const secure = "__Host-hub_session=a secret; Path=/; Expires=Fri, 01 Jan 2100 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax"
	quoted := func(s string) string { return strings.Replace(s, "a secret", `"a secret"`, 1) }
	proxy := func(c *server.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }
	for name, c := range map[string]struct {
		config  func(*server.Config)
		headers []string
		want    string
	}{
		"without TLS":                         {func(*server.Config) {}, nil, plain},
		"with TLS by the configuration":       {func(c *server.Config) { c.SecureCookies = true }, nil, secure},
		"with TLS in front":                   {proxy, []string{"X-Forwarded-Proto", "https"}, secure},
		"with TLS in front that is not known": {func(*server.Config) {}, []string{"X-Forwarded-Proto", "https"}, plain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, c.config)
			if r := w.post("mutation { signIn }", c.headers...); r.Header.Get("Set-Cookie") != quoted(c.want) {
				t.Errorf("%q: %s", r.Header.Get("Set-Cookie"), r.body)
			}
			name, _, _ := strings.Cut(c.want, "=")
			r := w.post("mutation { signOut }", append(c.headers, "Cookie", name+"=good")...)
			if set := r.Header.Get("Set-Cookie"); !strings.HasPrefix(set, name+"=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly;") {
				t.Errorf("%q", set)
			}
			r = w.post("mutation { signIn }", append(c.headers, "Cookie", name+"=bad")...)
			if set := r.Header.Values("Set-Cookie"); len(set) != 1 || set[0] != quoted(c.want) {
				t.Errorf("over a bad one: %q", set)
			}
			if r := w.post("{ who }", append(c.headers, "Cookie", name+"=good")...); !strings.Contains(r.body, ana.String()) {
				t.Errorf("not read: %s", r.body)
			}
		})
	}
}

func TestWhereARequestComesFrom(t *testing.T) {
	t.Parallel()
	proxies := func(c *server.Config) {
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
	}
	for forwarded, want := range map[string]string{
		"":                          "127.0.0.1",
		"203.0.113.9":               "203.0.113.9",
		"198.51.100.1, 203.0.113.9": "203.0.113.9", // what the client wrote itself is not believed
		"203.0.113.9, 10.1.2.3":     "203.0.113.9",
		"rubbish, 203.0.113.9":      "203.0.113.9",
		"203.0.113.9, rubbish":      "127.0.0.1",
		"2001:db8:1:2:3:4:5:6":      "2001:db8:1:2::/64",
		"::ffff:203.0.113.9":        "203.0.113.9",
	} {
		r := start(t, proxies).post("{ who }", "X-Forwarded-For", forwarded)
		if !strings.Contains(r.body, "nobody from "+want+" with") {
			t.Errorf("%q: %s", forwarded, r.body)
		}
		r = start(t).post("{ who }", "X-Forwarded-For", forwarded)
		if !strings.Contains(r.body, "nobody from 127.0.0.1 with") {
			t.Errorf("without proxies, %q: %s", forwarded, r.body)
		}
	}
}

// What a page of another origin can make a browser send with the session does nothing.
func TestForeignPages(t *testing.T) {
	t.Parallel()
	w := start(t)
	here := w.url
	cookie := []string{"Cookie", "hub_session=good"}
	for name, c := range map[string]struct {
		headers []string
		status  int
	}{
		"a program":                              {cookie, 200},
		"the hub's own page":                     {append([]string{"Origin", here, "Sec-Fetch-Site", "same-origin"}, cookie...), 200},
		"an allowed page":                        {append([]string{"Origin", "https://app.example.org", "Sec-Fetch-Site", "cross-site"}, cookie...), 200},
		"a foreign page":                         {append([]string{"Origin", "https://evil.example"}, cookie...), 403},
		"a page whose name begins alike":         {append([]string{"Origin", here + ".evil.example"}, cookie...), 403},
		"an allowed name without TLS":            {append([]string{"Origin", "http://app.example.org"}, cookie...), 403},
		"a page without an origin":               {append([]string{"Origin", "null"}, cookie...), 403},
		"a foreign page that hides its origin":   {append([]string{"Sec-Fetch-Site", "cross-site"}, cookie...), 403},
		"a sibling that hides its origin":        {append([]string{"Sec-Fetch-Site", "same-site"}, cookie...), 403},
		"typed by the person":                    {append([]string{"Sec-Fetch-Site", "none"}, cookie...), 200},
		"a foreign page without the session":     {[]string{"Origin", "https://evil.example"}, 200},
		"a foreign page with a token of its own": {append([]string{"Origin", "https://evil.example", "Authorization", "Bearer good"}, cookie...), 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := w.post("mutation { signOut }", c.headers...)
			if r.StatusCode != c.status || (r.code() == "FORBIDDEN") != (c.status == 403) {
				t.Errorf("%d %s", r.StatusCode, r.body)
			}
			if c.status == 403 && r.Header.Get("Set-Cookie") != "" {
				t.Error("something was done")
			}
			got := w.send(http.MethodGet, "/graphql?query=%7Bwho%7D", "", c.headers...)
			if got.StatusCode != c.status {
				t.Errorf("GET: %d %s", got.StatusCode, got.body)
			}
		})
	}
	for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
		r := w.send(http.MethodPost, "/graphql", ask("mutation { signOut }"), append([]string{"Content-Type", contentType}, cookie...)...)
		if r.StatusCode < 400 || r.StatusCode >= 500 || r.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %s", contentType, r.StatusCode, r.body)
		}
	}
}

func TestWhichPagesMayRead(t *testing.T) {
	t.Parallel()
	w := start(t)
	for origin, allowed := range map[string]bool{
		"https://app.example.org": true, "https://evil.example": false, "http://app.example.org": false,
		"https://app.example.org.evil.example": false, "null": false,
	} {
		want := ""
		if allowed {
			want = origin
		}
		r := w.post("{ hello }", "Origin", origin)
		if got := r.Header.Get("Access-Control-Allow-Origin"); got != want || (r.Header.Get("Access-Control-Allow-Credentials") == "true") != allowed {
			t.Errorf("%s: %q", origin, got)
		}
		pre := w.send(http.MethodOptions, "/graphql", "", "Origin", origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type")
		if got := pre.Header.Get("Access-Control-Allow-Origin"); got != want || (pre.Header.Get("Access-Control-Allow-Headers") != "") != allowed {
			t.Errorf("asked before, %s: %d %v", origin, pre.StatusCode, pre.Header)
		}
	}
	none := start(t, func(c *server.Config) { c.AllowedOrigins = nil })
	if r := none.post("{ hello }", "Origin", "https://app.example.org"); r.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("without a list, everybody may read")
	}
}

// form writes a multipart request: parts in pairs of name and text; a name with @ is a file.
func form(t *testing.T, parts ...string) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		h := textproto.MIMEHeader{}
		name, file := strings.CutPrefix(parts[i], "@")
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name=%q`, name))
		if file {
			h.Set("Content-Disposition", fmt.Sprintf(`form-data; name=%q; filename="note.txt"`, name))
			h.Set("Content-Type", "text/plain")
		}
		p, err := m.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = p.Write([]byte(parts[i+1]))
	}
	_ = m.Close()
	return b.String(), m.FormDataContentType()
}

func TestUploads(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *server.Config) { c.UploadLimit, c.UploadFiles = 1<<20, 2 })
	const upload = `{"query":"mutation ($f: Upload!) { upload(file: $f) }","variables":{"f":null}}`
	const two = `{"query":"mutation ($f: Upload!, $g: Upload!) { upload(file: $f) g: upload(file: $g) }","variables":{"f":null,"g":null}}`
	large := strings.Repeat("x", 2<<20)
	for name, c := range map[string]struct {
		parts  []string
		status int
		code   string
		has    string
	}{
		"a file":                 {[]string{"operations", upload, "map", `{"0":["variables.f"]}`, "@0", "text"}, 200, "", `"note.txt text/plain 4 text"`},
		"one file twice":         {[]string{"operations", two, "map", `{"0":["variables.f","variables.g"]}`, "@0", "text"}, 200, "", `"g":"note.txt text/plain 4 text"`},
		"two files":              {[]string{"operations", two, "map", `{"0":["variables.f"],"1":["variables.g"]}`, "@0", "text", "@1", "more"}, 200, "", `"g":"note.txt text/plain 4 more"`},
		"no file":                {[]string{"operations", ask("{ hello }"), "map", "{}"}, 200, "", "hello world"},
		"too many files":         {[]string{"operations", two, "map", `{"0":[],"1":[],"2":[]}`}, 413, "QUERY_TOO_COSTLY", `"limit":2`},
		"too large":              {[]string{"operations", upload, "map", `{"0":["variables.f"]}`, "@0", large}, 413, "QUERY_TOO_COSTLY", `"limit":1048576`},
		"nothing":                {nil, 400, "INVALID_INPUT", ""},
		"the map first":          {[]string{"map", "{}", "operations", upload}, 400, "INVALID_INPUT", ""},
		"no map":                 {[]string{"operations", upload}, 400, "INVALID_INPUT", ""},
		"a map that is none":     {[]string{"operations", upload, "map", "[]"}, 400, "INVALID_INPUT", ""},
		"a file not sent":        {[]string{"operations", upload, "map", `{"0":["variables.f"]}`}, 400, "INVALID_INPUT", ""},
		"a file not named":       {[]string{"operations", upload, "map", `{}`, "@0", "text"}, 400, "INVALID_INPUT", ""},
		"outside of variables":   {[]string{"operations", upload, "map", `{"0":["query"]}`, "@0", "text"}, 400, "INVALID_INPUT", ""},
		"where nothing is":       {[]string{"operations", upload, "map", `{"0":["variables.h"]}`, "@0", "text"}, 400, "INVALID_INPUT", ""},
		"within a file":          {[]string{"operations", upload, "map", `{"0":["variables.f","variables.f.0"]}`, "@0", "text"}, 400, "INVALID_INPUT", ""},
		"over a value":           {[]string{"operations", `{"query":"{ hello }","variables":{"f":"x"}}`, "map", `{"0":["variables.f"]}`, "@0", "text"}, 400, "INVALID_INPUT", ""},
		"an index out of range":  {[]string{"operations", `{"query":"{ hello }","variables":{"f":[]}}`, "map", `{"0":["variables.f.0"]}`, "@0", "text"}, 400, "INVALID_INPUT", ""},
		"a batch":                {[]string{"operations", "[" + upload + "]", "map", `{}`}, 400, "INVALID_INPUT", "one at a time"},
		"operations in disorder": {[]string{"operations", "{", "map", `{}`}, 400, "INVALID_INPUT", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, contentType := form(t, c.parts...)
			for _, preflight := range []string{"Apollo-Require-Preflight", "X-Requested-With", "GraphQL-Preflight"} {
				r := w.send(http.MethodPost, "/graphql", body, "Content-Type", contentType, preflight, "1")
				if r.StatusCode != c.status || r.code() != c.code || !strings.Contains(r.body, c.has) {
					t.Errorf("%d %q: %.300s", r.StatusCode, r.code(), r.body)
				}
			}
			if r := w.send(http.MethodPost, "/graphql", body, "Content-Type", contentType); r.StatusCode != http.StatusForbidden || r.code() != "FORBIDDEN" {
				t.Errorf("without a header of its own: %d %s", r.StatusCode, r.body)
			}
		})
	}
}
