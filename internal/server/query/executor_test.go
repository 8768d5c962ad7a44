package query_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/graph/generated"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/server/query"
	"acs-aec.org/hub/internal/server/schematest"
)

func executor(o query.Options) *query.Executor {
	if o.Schema == nil {
		o.Schema = schematest.New()
	}
	o.Present, o.Recover = graph.ErrorPresenter, graph.Recover
	return query.New(o)
}

// ask takes a request through the executor as a transport does.
func ask(ctx context.Context, e *query.Executor, p *graphql.RawParams) *graphql.Response {
	op, errs := e.CreateOperationContext(ctx, p)
	if errs != nil {
		return e.DispatchError(graphql.WithOperationContext(ctx, op), errs)
	}
	next, ctx := e.DispatchOperation(ctx, op)
	return next(ctx)
}

func askText(t *testing.T, e *query.Executor, text string) *graphql.Response {
	t.Helper()
	return ask(t.Context(), e, &graphql.RawParams{Query: text})
}

func codes(errs gqlerror.List) (out []apperr.Code) {
	for _, err := range errs {
		code, _ := err.Extensions["code"].(apperr.Code)
		out = append(out, code)
	}
	return out
}

// fragments chains n fragments, each of which uses the next one twice.
func fragments(n int) string {
	var b strings.Builder
	b.WriteString("{ thing { ...F0 } }")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Thing { parent { ...F%d } parent { ...F%d } }", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Thing { name }", n)
	return b.String()
}

// widening chains n fragments, each of which uses the next one twice at its own level.
func widening(n int) string {
	var b strings.Builder
	b.WriteString("{ thing { ...F0 } }")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Thing { ...F%d ...F%d }", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Thing { name }", n)
	return b.String()
}

// many selects n times the same under different names.
func many(n int, what string, before ...string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d: %s", i, what)
	}
	return strings.Join(before, "") + "{" + b.String() + "}"
}

func aliases(n int) string { return many(n, "hello ") }

// wrapped are n fragments that use F.
func wrapped(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " fragment W%d on Thing { ...F }", i)
	}
	return b.String()
}

// introspection is what tools ask about the schema.
func introspection(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("testdata/introspection.graphql")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhatAsksTooMuchIsRefusedCheaply(t *testing.T) {
	t.Parallel()
	page := func(inner string) string { return "things(first: 100) { nodes { " + inner + " } }" }
	for name, c := range map[string]struct{ text, limit string }{
		"bytes":                         {"{hello} #" + strings.Repeat("x", 300<<10), "text"},
		"tokens":                        {"{" + strings.Repeat("hello ", 20_000) + "}", "tokens"},
		"the same field":                {"{" + strings.Repeat("hello ", 10_000) + "}", "rootFields"},
		"the same field, deeper":        {"{ thing {" + strings.Repeat("name ", 4_000) + "} }", "repeats"},
		"the same object":               {"{ thing {" + strings.Repeat("parent { name } ", 1_500) + "} }", "repeats"},
		"fields":                        {many(99, "thing { ...F } ") + " fragment F on Thing " + many(100, "name "), "fields"},
		"aliases":                       {"{ thing { parent " + aliases(600) + "} }", "aliases"},
		"100,000 aliases":               {aliases(20_000), "text"},
		"depth":                         {"{ thing " + strings.Repeat("{ parent ", 99) + "{ name }" + strings.Repeat("}", 99) + "}", "depth"},
		"depth past the parser":         {strings.Repeat("{ thing ", 1_500) + strings.Repeat("}", 1_500), "depth"},
		"depth by inline fragments":     {"{ " + strings.Repeat("... { ", 200) + "hello" + strings.Repeat("}", 200) + "}", "depth"},
		"directives":                    {"{ hello " + strings.Repeat("@include(if: true) ", 400) + "}", "directives"},
		"unknown directives":            {"{ hello " + strings.Repeat("@x ", 4_000) + "}", "directives"},
		"fragments that double, nested": {fragments(20), "repeats"},
		"fragments that double, level":  {widening(60), "repeats"},
		"a chain of wide fragments":     {widening(12), "repeats"},
		"pages of pages of pages":       {"{" + page(page(page("name"))) + "}", "cost"},
		"pages over fragments":          {"{ ...Q } fragment Q on Query { ...R } fragment R on Query {" + page(page(page("name"))) + "}", "cost"},
		"lists of lists":                {"{ thing { tags { tags { tags { tags { tags { tags { tags { name } } } } } } } } }", "cost"},
		"dear fields":                   {"{ dear a: dear }", "cost"},
		"mutations":                     {"mutation {" + strings.Repeat("signOut ", 21) + "}", "mutations"},
		"operations":                    {strings.Repeat("query { hello } ", 60), "operations"},
		"fragments in many fragments":   {"{ hello }" + many(400, "name ", "fragment F on Thing ") + wrapped(150), "reach"},
		"unused fragments":              {"{ hello }" + strings.Repeat(" fragment X on Thing { name }", 300), "fragments"},
		"variables":                     {"query (" + strings.Repeat("$a: Int ", 300) + ") { hello }", "variables"},
		"a long list":                   {"{ byIds(ids: [" + strings.Repeat(`"a" `, 1_100) + "]) { name } }", "list"},
		"a deep value":                  {"{ hello(name: " + strings.Repeat("[", 50) + strings.Repeat("]", 50) + ") }", "nesting"},
		"questions about the schema":    {strings.Replace(introspection(t), "__schema {", "a: __schema { types { name ...FullType } } b: __schema { types { name ...FullType } } c: __schema { types { name ...FullType } } __schema {", 1), "introspection"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := executor(query.Options{Introspection: true})
			for range 2 { // a refusal is not kept, and is the same again
				began := time.Now()
				r := askText(t, e, c.text)
				if len(r.Errors) != 1 || len(r.Data) != 0 {
					t.Fatalf("errors %v, data %s", r.Errors, r.Data)
				}
				told := r.Errors[0].Extensions
				if told["code"] != apperr.QueryTooCostly || told["limitName"] != c.limit {
					t.Errorf("%v: %s", told, r.Errors[0].Message)
				}
				if limit, ok := told["limit"].(int); !ok || limit <= 0 {
					t.Errorf("limit %v", told["limit"])
				}
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("refused after %s", took)
				}
			}
		})
	}
}

func TestWhatIsMalformed(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":                      "",
		"a comment":                    "# nothing",
		"half":                         "{",
		"no such field":                "{ helo }",
		"only fragments":               "fragment F on Thing { name }",
		"a fragment in itself":         "{ thing { ...F } } fragment F on Thing { parent { ...F } }",
		"fragments in one another":     "{ thing { ...F } } fragment F on Thing { ...G } fragment G on Thing { ...F }",
		"two operations":               "query A { hello } query B { hello }",
		"conflicting fields":           `{ hello hello(name: "x") }`,
		"a number that is too large":   "{ things(first: 99999999999999999999) { totalCount } }",
		"a float that is too large":    "{ thing { number(of: 1e999) } }",
		"an unknown argument":          "{ hello(nam: 1) }",
		"deferred":                     "{ ... @defer { hello } }",
		"a subscription to two":        "subscription { count(to: 1) waits }",
		"a leaf that is none":          "{ thing }",
		"a variable that is not there": "{ hello(name: $x) }",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := askText(t, executor(query.Options{}), text)
			if len(r.Errors) == 0 || len(r.Data) != 0 {
				t.Fatalf("errors %v, data %s", r.Errors, r.Data)
			}
			for i, code := range codes(r.Errors) {
				if code != apperr.InvalidInput || strings.Contains(strings.ToLower(r.Errors[i].Message), "did you mean") {
					t.Errorf("%s: %s", code, r.Errors[i].Message)
				}
			}
		})
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	long, deep := make([]any, 2_000), any("x")
	for range 40 {
		deep = map[string]any{"deep": deep}
	}
	many := make([]any, 500)
	for i := range many {
		many[i] = make([]any, 100)
	}
	const note = "mutation ($n: NoteInput!) { note(input: $n) }"
	to := func(whom map[string]any) map[string]any {
		return map[string]any{"text": "x", "to": []any{whom}}
	}
	for name, c := range map[string]struct {
		text string
		vars map[string]any
		code apperr.Code
	}{
		"missing":            {note, nil, apperr.InvalidInput},
		"null":               {note, map[string]any{"n": nil}, apperr.InvalidInput},
		"unknown field":      {note, map[string]any{"n": map[string]any{"text": "x", "more": 1}}, apperr.InvalidInput},
		"long list":          {note, map[string]any{"n": map[string]any{"text": "x", "tags": long}}, apperr.QueryTooCostly},
		"deep":               {note, map[string]any{"n": deep}, apperr.QueryTooCostly},
		"many":               {note, map[string]any{"n": many}, apperr.QueryTooCostly},
		"page by variable":   {"query ($p: Int) { things(first: $p) { nodes { things(first: $p) { nodes { things(first: $p) { nodes { name } } } } } } }", map[string]any{"p": json.Number("100")}, apperr.QueryTooCostly},
		"page by default":    {"query ($p: Int = 100) { things(first: $p) { nodes { things(last: $p) { nodes { things(first: $p) { nodes { name } } } } } } }", nil, apperr.QueryTooCostly},
		"no condition":       {"query ($c: Boolean = true) { hello @include(if: $c) }", map[string]any{"c": nil}, apperr.InvalidInput},
		"left out is free":   {"query ($c: Boolean!) { dear a: dear @include(if: $c) }", map[string]any{"c": false}, ""},
		"one of":             {note, map[string]any{"n": to(map[string]any{"name": "x"})}, ""},
		"none of":            {note, map[string]any{"n": to(map[string]any{})}, apperr.InvalidInput},
		"two of":             {note, map[string]any{"n": to(map[string]any{"name": "x", "number": json.Number("1")})}, apperr.InvalidInput},
		"one of and null":    {note, map[string]any{"n": to(map[string]any{"name": "x", "number": nil})}, apperr.InvalidInput},
		"one that is null":   {note, map[string]any{"n": to(map[string]any{"name": nil})}, apperr.InvalidInput},
		"no list of one of":  {note, map[string]any{"n": map[string]any{"text": "x", "to": map[string]any{}}}, apperr.InvalidInput},
		"string for Int":     {"query ($p: Int) { things(first: $p) { nodes { name } } }", map[string]any{"p": "1"}, apperr.InvalidInput},
		"number for String":  {note, map[string]any{"n": map[string]any{"text": json.Number("1")}}, apperr.InvalidInput},
		"as it should be":    {note, map[string]any{"n": map[string]any{"text": "x"}}, ""},
		"more than is asked": {"{ hello }", map[string]any{"other": "x"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := ask(t.Context(), executor(query.Options{}), &graphql.RawParams{Query: c.text, Variables: c.vars})
			var got apperr.Code
			if len(r.Errors) > 0 {
				got = codes(r.Errors)[0]
			}
			if got != c.code || (got == "") != (len(r.Data) > 0) {
				t.Errorf("%q: %v, %s", got, r.Errors, r.Data)
			}
		})
	}
}

func TestPersistedQueries(t *testing.T) {
	t.Parallel()
	e := executor(query.Options{})
	persisted := func(text, of string) *graphql.RawParams {
		sum := sha256.Sum256([]byte(of))
		return &graphql.RawParams{Query: text, Extensions: map[string]any{
			"persistedQuery": map[string]any{"version": json.Number("1"), "sha256Hash": hex.EncodeToString(sum[:])},
		}}
	}
	notFound := func(r *graphql.Response) bool {
		return len(r.Errors) == 1 && r.Errors[0].Message == "PersistedQueryNotFound" && codes(r.Errors)[0] == apperr.NotFound
	}
	if r := ask(t.Context(), e, persisted("", "{ hello }")); !notFound(r) {
		t.Errorf("before: %v", r.Errors)
	}
	if r := ask(t.Context(), e, persisted("{ hello }", "{ other }")); codes(r.Errors)[0] != apperr.InvalidInput {
		t.Errorf("another hash: %v", r.Errors)
	}
	if r := ask(t.Context(), e, persisted("{ helo }", "{ helo }")); codes(r.Errors)[0] != apperr.InvalidInput {
		t.Errorf("an invalid one: %v", r.Errors)
	}
	if r := ask(t.Context(), e, persisted("", "{ helo }")); !notFound(r) {
		t.Errorf("an invalid one was kept: %v", r.Errors)
	}
	for _, text := range []string{"{ hello }", "", "{ hello }", ""} {
		if r := ask(t.Context(), e, persisted(text, "{ hello }")); string(r.Data) != "{\"hello\":\"hello world\"\n}" {
			t.Errorf("%q: %v %s", text, r.Errors, r.Data)
		}
	}
	for _, wrong := range []any{"x", map[string]any{}, map[string]any{"version": 2, "sha256Hash": strings.Repeat("a", 64)}, map[string]any{"version": 1, "sha256Hash": "ABC"}} {
		r := ask(t.Context(), e, &graphql.RawParams{Query: "{ hello }", Extensions: map[string]any{"persistedQuery": wrong}})
		if len(r.Errors) != 1 || codes(r.Errors)[0] != apperr.InvalidInput {
			t.Errorf("%v: %v", wrong, r.Errors)
		}
	}
}

func TestCachesAreBounded(t *testing.T) {
	t.Parallel()
	e := executor(query.Options{Limits: query.Limits{Persisted: 10, Documents: 10}})
	ext := func(i int) (string, map[string]any) {
		text := fmt.Sprintf("{ a%d: hello }", i)
		sum := sha256.Sum256([]byte(text))
		return text, map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hex.EncodeToString(sum[:])}}
	}
	for i := range 50 {
		text, x := ext(i)
		if r := ask(t.Context(), e, &graphql.RawParams{Query: text, Extensions: x}); r.Errors != nil {
			t.Fatal(r.Errors)
		}
	}
	there := 0
	for i := range 50 {
		_, x := ext(i)
		if r := ask(t.Context(), e, &graphql.RawParams{Extensions: x}); r.Errors == nil {
			there++
		}
	}
	if there != 10 {
		t.Errorf("%d queries are kept", there)
	}
}

func TestTheCostIsTold(t *testing.T) {
	t.Parallel()
	e := executor(query.Options{Limits: query.Limits{Cost: 70_000}})
	for text, want := range map[string]int{
		"{ hello }":      1,
		"{ __typename }": 0,
		"{ things(first: 10) { nodes { name } } }":             1 + 10*2,
		"{ things { totalCount } }":                            1 + 20,
		"{ things(last: 5) { nodes { name tags { name } } } }": 1 + 5*(1+1+1+5),
		"{ things(first: 1000) { totalCount } }":               1 + 100,
		"{ dear }":                                             40_000,
		`{ byIds(ids: ["a", "b"]) { name } }`:                  1 + 2,
		"{ named { name ... on Thing { parent { name } } ... on Place { things(first: 3) { totalCount } } } }": 1 + 1 + 1 + 3,
	} {
		r := askText(t, e, text)
		got, _ := r.Extensions["cost"].(map[string]int)
		if r.Errors != nil || got["requested"] != want || got["limit"] != 70_000 {
			t.Errorf("%s: %v, %v, not %d", text, r.Errors, got, want)
		}
	}
}

func TestErrorsAreCounted(t *testing.T) {
	t.Parallel()
	r := askText(t, executor(query.Options{}), "{ fails(times: 99) hello }")
	if len(r.Errors) != 20 || r.Extensions["errorsLeftOut"] != int64(80) {
		t.Errorf("%d errors, %v", len(r.Errors), r.Extensions)
	}
	for _, err := range r.Errors {
		if strings.Contains(err.Message, "secret") || err.Extensions["code"] != apperr.Internal {
			t.Errorf("%v", err)
		}
	}
	if !strings.Contains(string(r.Data), "hello world") {
		t.Errorf("data %s", r.Data)
	}
}

func TestAPanicIsAnAnswer(t *testing.T) {
	t.Parallel()
	r := askText(t, executor(query.Options{}), "{ panics }")
	if len(r.Errors) != 1 || codes(r.Errors)[0] != apperr.Internal || strings.Contains(r.Errors[0].Message, "secret") || string(r.Data) != "null" {
		t.Errorf("%v, %s", r.Errors, r.Data)
	}
}

func TestWhatTakesTooLongIsGivenUp(t *testing.T) {
	t.Parallel()
	r := askText(t, executor(query.Options{Limits: query.Limits{Execution: 10 * time.Millisecond}}), "{ waits hello }")
	if len(r.Errors) != 1 || codes(r.Errors)[0] != apperr.QueryTooCostly || r.Errors[0].Extensions["limitName"] != "seconds" {
		t.Errorf("%v", r.Errors)
	}
}

func TestIntrospectionIsASetting(t *testing.T) {
	t.Parallel()
	for text, asks := range map[string]bool{
		"{ __schema { types { name } } }":                           true,
		`{ a: __type(name: "Thing") { name } }`:                     true,
		"{ ...F } fragment F on Query { __schema { description } }": true,
		"{ __typename hello }":                                      false,
	} {
		if r := askText(t, executor(query.Options{Introspection: true}), text); r.Errors != nil {
			t.Errorf("on: %s: %v", text, r.Errors)
		}
		r := askText(t, executor(query.Options{}), text)
		if refused := len(r.Errors) == 1 && codes(r.Errors)[0] == apperr.Forbidden && len(r.Data) == 0; refused != asks {
			t.Errorf("off: %s: %v", text, r.Errors)
		}
	}
}

// The whole question of GraphiQL, Apollo and Relay is answered on the hub's own schema.
func TestToolsLearnTheSchema(t *testing.T) {
	t.Parallel()
	e := executor(query.Options{Schema: generated.NewExecutableSchema(generated.Config{}), Introspection: true})
	r := askText(t, e, introspection(t))
	var told struct {
		Schema struct{ Types []struct{ Name string } } `json:"__schema"`
	}
	if err := json.Unmarshal(r.Data, &told); err != nil || r.Errors != nil || len(told.Schema.Types) < 100 {
		t.Errorf("%v, %v, %d types", err, r.Errors, len(told.Schema.Types))
	}
}

func TestASubscriptionGoesOnUntilItsEnd(t *testing.T) {
	t.Parallel()
	e := executor(query.Options{})
	op, errs := e.CreateOperationContext(t.Context(), &graphql.RawParams{Query: "subscription { count(to: 3) }"})
	if errs != nil {
		t.Fatal(errs)
	}
	next, ctx := e.DispatchOperation(t.Context(), op)
	for i := 1; i <= 3; i++ {
		if r := next(ctx); string(r.Data) != fmt.Sprintf(`{"count":%d}`, i) || (r.Extensions["cost"] != nil) != (i == 1) {
			t.Errorf("%d: %s %v", i, r.Data, r.Extensions)
		}
	}
	if r := next(ctx); r != nil {
		t.Errorf("after the end: %s", r.Data)
	}
	r := askText(t, e, "subscription { count(to: -1) }")
	if len(r.Errors) != 1 || len(r.Data) != 0 {
		t.Errorf("not begun: %v %s", r.Errors, r.Data)
	}
}

func TestEveryAnswerIsObserved(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []string
	e := executor(query.Options{Observe: func(_ context.Context, o query.Outcome) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, fmt.Sprint(o.Kind, o.Executed, len(o.Errors), o.Cost))
	}})
	for _, text := range []string{"{ hello }", "{", "mutation { signOut }", "{ fails }", "{ dear a: dear }"} {
		askText(t, e, text)
	}
	want := "query true 0 1,false 1 0,mutation true 0 1,query true 1 1,query false 1 0"
	got := strings.Join(seen, ",")
	if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Error(got)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	e := executor(query.Options{Limits: query.Limits{Documents: 3}})
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() {
			for j := range 20 {
				r := ask(t.Context(), e, &graphql.RawParams{Query: fmt.Sprintf("query ($n: String!) { a%d: hello(name: $n) thing { ...F } } fragment F on Thing { name }", j%5), Variables: map[string]any{"n": fmt.Sprint(i)}})
				if want := fmt.Sprintf(`"hello %d"`, i); r.Errors != nil || !strings.Contains(string(r.Data), want) {
					t.Errorf("%v %s", r.Errors, r.Data)
				}
			}
		})
	}
	all.Wait()
}
