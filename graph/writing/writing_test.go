package writing_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"acs-aec.org/hub/graph/writing"
)

// answering is a context in which errors are collected.
func answering(t *testing.T) context.Context {
	t.Helper()
	return graphql.WithResponseContext(t.Context(), graphql.DefaultErrorPresenter, graphql.DefaultRecover)
}

func text(m graphql.Marshaler) string {
	var b bytes.Buffer
	m.MarshalGQL(&b)
	return b.String()
}

func fields(names ...string) []graphql.CollectedField {
	out := make([]graphql.CollectedField, len(names))
	for i, n := range names {
		out[i] = graphql.CollectedField{Field: &ast.Field{Name: n, Alias: n}}
	}
	return out
}

func TestObject(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{
		0: "{}", 1: `{"f0":0}`, 8: `{"f0":0,"f1":1,"f2":2,"f3":3,"f4":4,"f5":5,"f6":6,"f7":7}`,
		9: `{"f0":0,"f1":1,"f2":2,"f3":3,"f4":4,"f5":5,"f6":6,"f7":7,"f8":8}`,
	} {
		names := make([]string, n)
		for i := range names {
			names[i] = fmt.Sprint("f", i)
		}
		o := writing.NewObject(fields(names...))
		for i := range o.Values {
			o.Values[i] = graphql.MarshalInt(i)
		}
		if got := text(o); got != want {
			t.Errorf("%d fields: %s", n, got)
		}
		var b strings.Builder // a writer that is no buffer
		o.MarshalGQL(&b)
		if b.String() != want {
			t.Errorf("%d fields: %s", n, b.String())
		}
	}
}

func TestAnElementThatPanicsIsNull(t *testing.T) {
	t.Parallel()
	ctx := answering(t)
	got := text(writing.List(ctx, 3, func(ctx context.Context, i int) graphql.Marshaler {
		if i == 1 {
			panic("boom")
		}
		return graphql.MarshalString(graphql.GetPath(ctx).String())
	}))
	if got != `["[0]",null,"[2]"]` {
		t.Error(got)
	}
	if errs := graphql.GetErrors(ctx); len(errs) != 1 || errs[0].Path.String() != "[1]" {
		t.Errorf("%v", errs)
	}
}

type row struct{ name string }

func operation(kind ast.Operation) *graphql.OperationContext {
	return &graphql.OperationContext{Operation: &ast.OperationDefinition{Operation: kind}}
}

func TestARowIsWrittenOnce(t *testing.T) {
	t.Parallel()
	a, b := &row{"a"}, &row{"b"}
	this, that := ast.SelectionSet{&ast.Field{Name: "x"}, &ast.Field{Name: "y"}}, ast.SelectionSet{&ast.Field{Name: "x"}}
	writes := 0
	write := func(_ context.Context, sel ast.SelectionSet, r *row) graphql.Marshaler {
		writes++
		if r == nil {
			return graphql.Null
		}
		return graphql.MarshalString(fmt.Sprint(r.name, len(sel)))
	}
	for kind, want := range map[ast.Operation]int{ast.Query: 5, ast.Mutation: 9, ast.Subscription: 9} {
		writes = 0
		ctx, rows := answering(t), writing.NewRows(operation(kind))
		var got strings.Builder
		for _, c := range []struct {
			row *row
			sel ast.SelectionSet
		}{{a, this}, {a, this}, {b, this}, {a, that}, {a, this[:1]}, {a, this}, {a, that}, {a, this[:1]}, {nil, this}} {
			got.WriteString(text(writing.Once(ctx, rows, c.sel, c.row, write)))
		}
		if got.String() != `"a2""a2""b2""a1""a1""a2""a1""a1"null` || writes != want {
			t.Errorf("%s: %s by %d writes", kind, got.String(), writes)
		}
	}
	if writing.NewRows(nil) != nil {
		t.Error("rows of no operation")
	}
}

// An error tells where it happened, so it happens at each place.
func TestWhatWentWrongIsDoneAgain(t *testing.T) {
	t.Parallel()
	ctx, rows := answering(t), writing.NewRows(operation(ast.Query))
	sel := ast.SelectionSet{&ast.Field{Name: "x"}}
	bad := &row{"bad"}
	for _, result := range []graphql.Marshaler{graphql.Null, graphql.MarshalString("partly")} {
		for range 3 {
			m := writing.Once(ctx, rows, sel, bad, func(ctx context.Context, _ ast.SelectionSet, _ *row) graphql.Marshaler {
				graphql.AddError(ctx, errors.New("boom"))
				return result
			})
			if text(m) != text(result) {
				t.Error(text(m))
			}
		}
	}
	if n := len(graphql.GetErrors(ctx)); n != 6 {
		t.Errorf("%d errors", n)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	first := writing.Text(graphql.MarshalString("first"))
	if second := writing.Text(graphql.MarshalString("second")); string(first) != `"first"` || string(second) != `"second"` {
		t.Errorf("%s, %s", first, second)
	}
	if n := len(writing.Text(graphql.MarshalString(strings.Repeat("x", 2<<20)))); n != 2<<20+2 {
		t.Errorf("%d bytes", n)
	}
	if m := writing.Text(graphql.WriterFunc(func(w io.Writer) { // one within another
		_, _ = w.Write(append([]byte("["), append(writing.Text(graphql.MarshalInt(1)), ']')...))
	})); string(m) != "[1]" {
		t.Errorf("%s", m)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestAWriterThatFails(t *testing.T) {
	t.Parallel()
	o := writing.NewObject(fields("a"))
	o.Values[0] = graphql.MarshalString("x")
	o.MarshalGQL(failing{}) // whoever gave it knows
}
