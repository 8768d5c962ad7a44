package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/google/uuid"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a database with viewers, and the API over it.
type world struct {
	*dbtest.World
	api http.Handler
}

// each runs a test in a world of its own on each kind of database.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		t.Helper()
		test(t, newWorld(t, w))
	})
}

func newWorld(tb testing.TB, w *dbtest.World) *world {
	tb.Helper()
	r, err := graph.New(w.Runner)
	if err != nil {
		tb.Fatal(err)
	}
	return &world{World: w, api: apiOver(r)}
}

func apiOver(r *graph.Resolver) http.Handler {
	api := handler.New(graph.Schema(r))
	api.AddTransport(transport.POST{})
	api.SetErrorPresenter(graph.ErrorPresenter)
	api.SetRecoverFunc(graph.Recover)
	return api
}

// vars are the variables of a query. Identifiers may stand in them as they are.
type vars map[string]any

// answer is what the API answered.
type answer struct {
	tb     testing.TB
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
	raw string
}

// ask asks as the viewer, in English unless the viewer chose a language.
func (w *world) ask(tb testing.TB, v *viewer.Viewer, query string, in vars) *answer {
	tb.Helper()
	l := v.Language
	if l == "" {
		l = i18n.EN
	}
	return w.askIn(tb, v, l, query, in)
}

// askIn asks as the viewer, in a language.
func (w *world) askIn(tb testing.TB, v *viewer.Viewer, l i18n.Lang, query string, in vars) *answer {
	tb.Helper()
	return w.askAs(viewer.With(tb.Context(), v), tb, l, query, in)
}

// askAs asks in a context that says who asks.
func (w *world) askAs(ctx context.Context, tb testing.TB, l i18n.Lang, query string, in vars) *answer {
	tb.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": texts(in)})
	if err != nil {
		tb.Fatal(err)
	}
	req := httptest.NewRequestWithContext(i18n.With(ctx, l), http.MethodPost, "/graphql", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, req)
	a := &answer{tb: tb, raw: rec.Body.String()}
	if err := json.Unmarshal(rec.Body.Bytes(), a); err != nil {
		tb.Fatalf("%v: %s", err, a.raw)
	}
	return a
}

// texts writes the identifiers in variables as clients do.
func texts(v any) any {
	switch v := v.(type) {
	case vars:
		out := map[string]any{}
		for k, e := range v {
			out[k] = texts(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = texts(e)
		}
		return out
	case []uuid.UUID:
		out := make([]any, len(v))
		for i, u := range v {
			out[i] = id.Format(u)
		}
		return out
	case uuid.UUID:
		return id.Format(v)
	}
	return v
}

// ok is the answer without errors.
func (a *answer) ok() *answer {
	a.tb.Helper()
	if len(a.Errors) > 0 {
		a.tb.Fatalf("unexpected errors: %s", a.raw)
	}
	return a
}

// refused checks that the only error has this code, and this input field if one
// is named.
func (a *answer) refused(code string, field ...string) *answer {
	a.tb.Helper()
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != code {
		a.tb.Fatalf("want one error %s: %s", code, a.raw)
	}
	if len(field) > 0 && a.Errors[0].Extensions["field"] != field[0] {
		a.tb.Fatalf("want the error at %s: %s", field[0], a.raw)
	}
	return a
}

// at is the value at a path such as "agreement.parties.0.name"; nil where the
// path leads nowhere.
func (a *answer) at(path string) any {
	a.tb.Helper()
	var v any = a.Data
	for _, step := range strings.Split(path, ".") {
		switch c := v.(type) {
		case map[string]any:
			v = c[step]
		case []any:
			n := 0
			for _, d := range step {
				n = n*10 + int(d-'0')
			}
			if n >= len(c) {
				return nil
			}
			v = c[n]
		default:
			return nil
		}
	}
	return v
}

// all are the values at a path whose step "*" stands for every element of a
// list, written as text.
func (a *answer) all(path string) []string {
	a.tb.Helper()
	before, after, found := strings.Cut(path, ".*.")
	if !found {
		a.tb.Fatalf("no .*. in %q", path)
	}
	list, _ := a.at(before).([]any)
	out := make([]string, len(list))
	for i, e := range list {
		sub := &answer{tb: a.tb, Data: map[string]any{"e": e}}
		switch v := sub.at("e." + after).(type) {
		case string:
			out[i] = v
		default:
			raw, err := json.Marshal(v)
			if err != nil {
				a.tb.Fatal(err)
			}
			out[i] = string(raw)
		}
	}
	return out
}

// id is the identifier at a path.
func (a *answer) id(path string) uuid.UUID {
	a.tb.Helper()
	s, _ := a.at(path).(string)
	u, err := id.Parse(s)
	if err != nil {
		a.tb.Fatalf("no identifier at %s: %s", path, a.raw)
	}
	return u
}

// is checks the value at a path; numbers are float64.
func (a *answer) is(path string, want any) *answer {
	a.tb.Helper()
	if got := a.at(path); got != want {
		a.tb.Errorf("%s is %v, want %v", path, got, want)
	}
	return a
}

// statements counts the statements that an action costs.
func (w *world) statements(action func()) int64 {
	before := w.Statements.Load()
	action()
	return w.Statements.Load() - before
}

// tells checks that an action tells these events and no others.
func (w *world) tells(tb testing.TB, action func(), kinds ...string) {
	tb.Helper()
	before := w.Told(tb)
	action()
	if got := w.Told(tb)[len(before):]; !slices.Equal(got, kinds) {
		tb.Errorf("told %v, want %v", got, kinds)
	}
}
