package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/server"
)

const (
	asJSON     = "application/json"
	asResponse = "application/graphql-response+json"
	asStream   = "text/event-stream"
)

func ask(query string) string {
	b, _ := json.Marshal(map[string]string{"query": query}) // a string is always JSON
	return string(b)
}

// The specification of GraphQL over HTTP, case by case: what its audits ask, and what they leave out.
func TestGraphQLOverHTTP(t *testing.T) {
	t.Parallel()
	w := start(t)
	const hello = "{ hello }"
	get := func(params ...string) string {
		v := url.Values{}
		for i := 0; i < len(params); i += 2 {
			v.Set(params[i], params[i+1])
		}
		return "/graphql?" + v.Encode()
	}
	for name, c := range map[string]struct {
		method, path, body string
		contentType        string // "-": none
		accept             string
		status             int
		media              string // of the answer; default JSON
		code               string // of its first error
		has                string
	}{
		// media types
		"JSON wanted":                   {body: ask(hello), accept: asJSON, status: 200},
		"the response type wanted":      {body: ask(hello), accept: asResponse, status: 200, media: asResponse},
		"anything wanted":               {body: ask(hello), accept: "*/*", status: 200},
		"any application wanted":        {body: ask(hello), accept: "application/*", status: 200},
		"nothing said":                  {body: ask(hello), status: 200},
		"Apollo":                        {body: ask(hello), accept: asResponse + ",application/json;q=0.9", status: 200, media: asResponse},
		"urql":                          {body: ask(hello), accept: "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed", status: 200, media: asResponse},
		"JSON first":                    {body: ask(hello), accept: "application/json, application/graphql-response+json", status: 200},
		"JSON preferred":                {body: ask(hello), accept: "application/graphql-response+json;q=0.5, application/json", status: 200},
		"the response type excluded":    {body: ask(hello), accept: "application/graphql-response+json;q=0, */*;q=0.1", status: 200},
		"a browser":                     {body: ask(hello), accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", status: 200},
		"UTF-8 wanted":                  {body: ask(hello), accept: "application/json; charset=utf-8", status: 200},
		"a type that is not there":      {body: ask(hello), accept: "text/html", status: 406, code: "INVALID_INPUT"},
		"an encoding that is not there": {body: ask(hello), accept: "application/json; charset=iso-8859-1", status: 406, code: "INVALID_INPUT"},
		"everything excluded":           {body: ask(hello), accept: "*/*;q=0", status: 406, code: "INVALID_INPUT"},
		"UTF-8 sent":                    {body: ask(`{ hello(name: "🏃") }`), contentType: "application/json; charset=UTF-8", status: 200, has: "🏃"},
		"another encoding sent":         {body: ask(hello), contentType: "application/json; charset=utf-16", status: 415, code: "INVALID_INPUT"},
		"no content type":               {body: ask(hello), contentType: "-", status: 415, code: "INVALID_INPUT"},
		"plain text":                    {body: ask(hello), contentType: "text/plain", status: 415, code: "INVALID_INPUT"},
		"a form":                        {body: "query=%7Bhello%7D", contentType: "application/x-www-form-urlencoded", status: 415, code: "INVALID_INPUT"},
		"GraphQL as such":               {body: hello, contentType: "application/graphql", status: 415, code: "INVALID_INPUT"},
		"a content type that is none":   {body: ask(hello), contentType: "application/json;;", status: 415, code: "INVALID_INPUT"},
		"not UTF-8":                     {body: "{\"query\": \"{ hello(name: \\\"\xff\\\") }\"}", status: 400, code: "INVALID_INPUT"},

		// methods
		"GET":                                {method: "GET", path: get("query", hello), status: 200, has: "hello world"},
		"GET with variables":                 {method: "GET", path: get("query", "query Q($n: String!) { hello(name: $n) }", "operationName", "Q", "variables", `{"n":"x"}`, "extensions", "{}"), status: 200, has: "hello x"},
		"GET with variables that are none":   {method: "GET", path: get("query", hello, "variables", "{"), status: 400, code: "INVALID_INPUT"},
		"GET with a list of variables":       {method: "GET", path: get("query", hello, "variables", "[]"), status: 400, code: "INVALID_INPUT"},
		"GET without a query":                {method: "GET", path: "/graphql", status: 400, code: "INVALID_INPUT"},
		"GET with a bad address":             {method: "GET", path: "/graphql?query=%zz", status: 400, code: "INVALID_INPUT"},
		"GET of a mutation":                  {method: "GET", path: get("query", "mutation { signOut }"), accept: asResponse, status: 405, media: asResponse, code: "INVALID_INPUT"},
		"GET of a mutation by name":          {method: "GET", path: get("query", "query A { hello } mutation B { signOut }", "operationName", "B"), status: 405, code: "INVALID_INPUT"},
		"GET of the query beside a mutation": {method: "GET", path: get("query", "query A { hello } mutation B { signOut }", "operationName", "A"), status: 200},
		"PUT":                                {method: "PUT", body: ask(hello), status: 405, code: "INVALID_INPUT"},
		"HEAD":                               {method: "HEAD", path: get("query", hello), status: 405},
		"DELETE":                             {method: "DELETE", status: 405, code: "INVALID_INPUT"},

		// parameters
		"no body":                           {status: 400, code: "INVALID_INPUT"},
		"half a body":                       {body: `{"query": "`, status: 400, code: "INVALID_INPUT"},
		"half a body, the response type":    {body: `{"query": "`, accept: asResponse, status: 400, media: asResponse, code: "INVALID_INPUT"},
		"two bodies":                        {body: ask(hello) + ask(hello), status: 400, code: "INVALID_INPUT"},
		"a string":                          {body: `"{ hello }"`, status: 400, code: "INVALID_INPUT"},
		"a batch":                           {body: "[" + ask(hello) + "]", status: 400, code: "INVALID_INPUT", has: "one at a time"},
		"a batch of none":                   {body: " []", status: 400, code: "INVALID_INPUT"},
		"no query":                          {body: `{"qeury": "{ hello }"}`, status: 400, code: "INVALID_INPUT"},
		"an empty query":                    {body: `{"query": ""}`, status: 400, code: "INVALID_INPUT"},
		"a query that is an object":         {body: `{"query": {}}`, status: 400, code: "INVALID_INPUT"},
		"an operationName that is a number": {body: `{"query": "{ hello }", "operationName": 0}`, status: 400, code: "INVALID_INPUT"},
		"variables that are a list":         {body: `{"query": "{ hello }", "variables": []}`, status: 400, code: "INVALID_INPUT"},
		"extensions that are a string":      {body: `{"query": "{ hello }", "extensions": ""}`, status: 400, code: "INVALID_INPUT"},
		"everything null":                   {body: `{"query": "{ hello }", "operationName": null, "variables": null, "extensions": null}`, status: 200},
		"more than is known":                {body: `{"query": "{ hello }", "more": [], "extensions": {"some": "value"}}`, status: 200},
		"several operations":                {body: ask("query A { hello } query B { hello }"), accept: asResponse, status: 400, media: asResponse, code: "INVALID_INPUT"},
		"too large":                         {body: ask(hello + strings.Repeat(" ", 2<<20)), status: 413, code: "QUERY_TOO_COSTLY", has: `"limit":1048576`},

		// outcomes
		"not parsed, JSON":                {body: ask("{"), accept: asJSON, status: 200, code: "INVALID_INPUT"},
		"not parsed, the response type":   {body: ask("{"), accept: asResponse, status: 400, media: asResponse, code: "INVALID_INPUT"},
		"not valid, JSON":                 {body: ask("{ none }"), accept: asJSON, status: 200, code: "INVALID_INPUT"},
		"not valid, the response type":    {body: ask("{ none }"), accept: asResponse, status: 400, media: asResponse, code: "INVALID_INPUT"},
		"a variable is missing, JSON":     {body: ask("query ($n: String!) { hello(name: $n) }"), accept: asJSON, status: 200, code: "INVALID_INPUT"},
		"a variable is missing, response": {body: ask("query ($n: String!) { hello(name: $n) }"), accept: asResponse, status: 400, media: asResponse, code: "INVALID_INPUT"},
		"too costly":                      {body: ask("{ dear a: dear }"), accept: asResponse, status: 400, media: asResponse, code: "QUERY_TOO_COSTLY", has: `"limit":50000`},
		"in part":                         {body: ask("{ hello fails }"), accept: asResponse, status: 200, media: asResponse, code: "INTERNAL", has: "hello world"},
		"a panic":                         {body: ask("{ panics }"), accept: asResponse, status: 200, media: asResponse, code: "INTERNAL", has: `"data":null`},
		"a subscription":                  {body: ask("subscription { count(to: 1) }"), accept: asResponse, status: 400, media: asResponse, code: "INVALID_INPUT"},
		"an upgrade":                      {body: ask(hello), status: 200},
		"a hash that is not known":        {body: `{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "` + strings.Repeat("ab", 32) + `"}}}`, status: 200, code: "NOT_FOUND", has: `"message":"PersistedQueryNotFound"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			method, path, media := c.method, c.path, c.media
			if method == "" {
				method = http.MethodPost
			}
			if path == "" {
				path = "/graphql"
			}
			if media == "" {
				media = asJSON
			}
			var headers []string
			switch {
			case c.contentType == "" && method != http.MethodGet && method != http.MethodHead:
				headers = append(headers, "Content-Type", asJSON)
			case c.contentType != "" && c.contentType != "-":
				headers = append(headers, "Content-Type", c.contentType)
			}
			if c.accept != "" {
				headers = append(headers, "Accept", c.accept)
			}
			r := w.send(method, path, c.body, headers...)
			if r.StatusCode != c.status || r.code() != c.code || !strings.Contains(r.body, c.has) {
				t.Errorf("%d %q: %s", r.StatusCode, r.code(), r.body)
			}
			if got := r.Header.Get("Content-Type"); got != media+"; charset=utf-8" {
				t.Errorf("as %s", got)
			}
			var told map[string]any
			if method != http.MethodHead {
				if err := json.Unmarshal([]byte(r.body), &told); err != nil {
					t.Errorf("%v: %s", err, r.body)
				}
			}
			if _, data := told["data"]; data != (c.code == "" || c.has == "hello world" || strings.HasPrefix(c.has, `"data"`)) && method != http.MethodHead {
				t.Errorf("data: %s", r.body)
			}
			if allow := r.Header.Get("Allow"); (allow != "") != (c.status == 405) || method == "GET" && c.status == 405 && allow != "POST" {
				t.Errorf("Allow %q", allow)
			}
			if r.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("Cache-Control %q", r.Header.Get("Cache-Control"))
			}
			if strings.Contains(r.body, "qeury") || strings.Contains(r.body, "Did you") {
				t.Errorf("the request is repeated: %s", r.body)
			}
		})
	}
}

func TestSubscriptionsWithoutAnEngine(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *server.Config) { c.Live = nil })
	r := w.post("subscription { count(to: 1) }", "Accept", asStream)
	if r.StatusCode != http.StatusNotImplemented || r.code() != "UNAVAILABLE" {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
}

// Some clients offer to speak HTTP/2, which is none of our business.
func TestAnUpgradeToSomethingElse(t *testing.T) {
	t.Parallel()
	w := start(t)
	if r := w.post("{ hello }", "Connection", "Upgrade, HTTP2-Settings", "Upgrade", "h2c", "HTTP2-Settings", "AAMAAABk"); r.StatusCode != http.StatusOK {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
}

// A number that a float can't hold arrives as it was sent.
func TestLargeNumbersStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	w := start(t)
	r := w.send(http.MethodPost, "/graphql", `{"query":"mutation ($t: String!) { note(input: {text: $t}) }","variables":{"t":"9007199254740993"}}`, "Content-Type", asJSON)
	if !strings.Contains(r.body, `"9007199254740993"`) {
		t.Error(r.body)
	}
}

// A text arrives as it was sent, or not at all: half of a character is no text.
func TestHalfACharacterIsRefused(t *testing.T) {
	t.Parallel()
	w := start(t)
	variable := func(text string) reply {
		return w.send(http.MethodPost, "/graphql", `{"query":"mutation ($t: String!) { note(input: {text: $t}) }","variables":{"t":"`+text+`"}}`, "Content-Type", asJSON)
	}
	document := func(text string) reply { return w.post(`mutation { note(input: {text: "` + text + `"}) }`) }
	byGet := func(text string) reply {
		v := url.Values{"query": {`query ($t: String!) { echo(text: $t) }`}, "variables": {`{"t":"` + text + `"}`}}
		return w.send(http.MethodGet, "/graphql?"+v.Encode(), "")
	}
	for _, half := range []string{`\ud83d`, `\uDE00`, `\ude00\ud83d`, `\ud83d\ud83d\ude00`, `\\\ud83d`, `a\ud83dz`, `\ud83d\n`, `\ud83d\u0041`} {
		for name, send := range map[string]func(string) reply{"variable": variable, "document": document, "GET": byGet} {
			status := http.StatusBadRequest
			if name == "document" { // refused as documents are, to who wants plain JSON
				status = http.StatusOK
			}
			if r := send(half); r.StatusCode != status || r.code() != "INVALID_INPUT" || !strings.Contains(r.body, "half of a character") {
				t.Errorf("%s %s: %d %s", name, half, r.StatusCode, r.body)
			}
		}
	}
	for text, want := range map[string]string{
		`\ud83d\ude00`: "😀", `\uD83D\uDE00\u0041`: "😀A", `\\ud83d`: `\\ud83d`, `\ufffd`: "\ufffd", `\uD7FF\uE000`: "\ud7ff\ue000", "😀": "😀",
	} {
		for name, send := range map[string]func(string) reply{"variable": variable, "document": document} {
			if r := send(text); !strings.Contains(r.body, want) {
				t.Errorf("%s %s: %s, want %s", name, text, r.body, want)
			}
		}
	}
}

func TestRefusalsSpeakTheLanguageOfTheRequest(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, c := range []struct{ accept, token, want string }{
		{"", "", "en"},
		{"fr-CA,fr;q=0.9", "", "fr"},
		{"es", "", "es"},
		{"de", "", "en"},
		{"fr", "good", "fr"},
		{"fr", "spanish", "es"}, // what the person has chosen goes first
	} {
		headers := []string{"Accept-Language", c.accept}
		if c.token != "" {
			headers = append(headers, "Authorization", "Bearer "+c.token)
		}
		if r := w.post("{ language }", headers...); !strings.Contains(r.body, `"`+c.want+`"`) {
			t.Errorf("%+v: %s", c, r.body)
		}
	}
	if r := w.post("{ dear a: dear }", "Accept-Language", "es"); !strings.Contains(r.body, "La respuesta costaría ") {
		t.Error(r.body)
	}
	if r := w.send(http.MethodPost, "/graphql", "[]", "Content-Type", asJSON, "Accept-Language", "fr"); !strings.Contains(r.body, "Plusieurs opérations") {
		t.Error(r.body)
	}
}

func TestEventStreams(t *testing.T) {
	t.Parallel()
	w := start(t)
	next := func(bodies ...string) string {
		var b strings.Builder
		b.WriteString(":\n\n")
		for _, body := range bodies {
			b.WriteString("event: next\ndata: " + body + "\n\n")
		}
		return b.String() + "event: complete\ndata:\n\n"
	}
	const cost = `,"extensions":{"cost":{"limit":50000,"requested":1}}}`
	query := url.Values{"query": {"subscription { count(to: 2) }"}}.Encode()
	for name, c := range map[string]struct {
		method, path, body, accept string
		want                       string
	}{
		"a subscription":               {"POST", "/graphql", ask("subscription { count(to: 2) }"), asStream, next(`{"data":{"count":1}`+cost, `{"data":{"count":2}}`)},
		"a subscription by GET":        {"GET", "/graphql?" + query, "", asStream, next(`{"data":{"count":1}`+cost, `{"data":{"count":2}}`)},
		"a subscription, JSON as well": {"POST", "/graphql", ask("subscription { count(to: 1) }"), asJSON + ", " + asStream, next(`{"data":{"count":1}` + cost)},
		"a query":                      {"POST", "/graphql", ask("{ hello }"), asStream, next("{\"data\":{\"hello\":\"hello world\"\ndata: }" + cost)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			headers := []string{"Accept", c.accept}
			if c.method == http.MethodPost {
				headers = append(headers, "Content-Type", asJSON)
			}
			r := w.send(c.method, c.path, c.body, headers...)
			if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != asStream+"; charset=utf-8" || r.body != c.want {
				t.Errorf("%d %s:\n%s\nnot\n%s", r.StatusCode, r.Header.Get("Content-Type"), r.body, c.want)
			}
		})
	}
	r := w.post("{ none }", "Accept", asStream)
	if r.StatusCode != http.StatusOK || !strings.Contains(r.body, "event: next\ndata: {\"errors\":") || !strings.HasSuffix(r.body, "event: complete\ndata:\n\n") {
		t.Errorf("what is refused: %d %s", r.StatusCode, r.body)
	}
	if r := w.post("subscription { count(to: -1) }", "Accept", asStream); !strings.Contains(r.body, `"code":"INTERNAL"`) || strings.Contains(r.body, `"data"`) {
		t.Errorf("what does not begin: %s", r.body)
	}
	if r := w.post("{ hello }", "Accept", asJSON+", "+asStream); r.Header.Get("Content-Type") != asJSON+"; charset=utf-8" {
		t.Errorf("a query, JSON as well: %s", r.Header.Get("Content-Type"))
	}
	if r := w.send(http.MethodPost, "/graphql", "{", "Accept", asStream, "Content-Type", asJSON); r.StatusCode != http.StatusBadRequest || r.code() != "INVALID_INPUT" {
		t.Errorf("no JSON: %d %s", r.StatusCode, r.body)
	}
}

func TestSignsOfLifeOnAQuietStream(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *server.Config) { c.KeepAlive = 1 })
	got := make(chan reply, 1)
	go func() { got <- w.post("subscription { waits }", "Accept", asStream) }()
	<-w.schema.Waiting
	close(w.schema.GoOn)
	if r := <-got; !strings.HasPrefix(r.body, ":\n\n") || !strings.HasSuffix(r.body, "event: complete\ndata:\n\n") {
		t.Errorf("%.200s", r.body)
	}
}
