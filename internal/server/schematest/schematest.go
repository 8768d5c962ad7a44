// Package schematest is an executable schema without generated code, for tests of what stands around
// one: a list that pages, fields that fail, panic and wait, an upload, a subscription.
package schematest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/viewer"
)

// SDL is the schema.
const SDL = `
interface Named { name: String! }
type Thing implements Named { name: String! parent: Thing things(first: Int, last: Int): ThingConnection! tags: [Thing!]! number(of: Float): Int }
type Place implements Named { name: String! things(first: Int, last: Int): ThingConnection! }
type ThingConnection { nodes: [Thing!]! totalCount: Int! }
type Query {
  hello(name: String = "world"): String!
  who: String!
  language: String!
  thing: Thing
  named: Named
  things(first: Int, last: Int): ThingConnection!
  byIds(ids: [ID!]!): [Thing]!
  dear: Int
  fails(times: Int): String
  panics: String
  waits: String
}
input NoteInput { text: String! tags: [String!] deep: NoteInput to: [NoteTo!] }
input NoteTo @oneOf { name: String number: Int }
type Mutation { note(input: NoteInput!): String! upload(file: Upload!): String! signIn: String! signOut: String! lasts: String }
type Subscription { count(to: Int!): Int! waits: Int! }
scalar Upload
`

// Schema executes SDL.
type Schema struct {
	schema *ast.Schema
	// Waiting gets a value when a field has begun to wait.
	Waiting chan struct{}
	// Go on: a waiting field ends when it is closed.
	GoOn chan struct{}
	// Lasted gets what the context of a lasting mutation said at its end.
	Lasted chan error
}

// New makes a schema.
func New() *Schema {
	return &Schema{
		schema:  gqlparser.MustLoadSchema(&ast.Source{Name: "test.graphqls", Input: SDL}),
		Waiting: make(chan struct{}, 100), GoOn: make(chan struct{}), Lasted: make(chan error, 1),
	}
}

// Schema is the parsed schema.
func (s *Schema) Schema() *ast.Schema { return s.schema }

// Complexity says that Query.dear is dear.
func (s *Schema) Complexity(_ context.Context, typeName, field string, _ int, _ map[string]any) (int, bool) {
	return 40_000, typeName == "Query" && field == "dear"
}

// Exec executes the operation of the context.
func (s *Schema) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if op.Operation.Operation == ast.Subscription {
		return s.subscribe(ctx, op)
	}
	root := s.schema.Query
	if op.Operation.Operation == ast.Mutation {
		root = s.schema.Mutation
	}
	done := false
	return func(ctx context.Context) *graphql.Response {
		if done {
			return nil
		}
		done = true
		var b bytes.Buffer
		s.object(ctx, &b, op, op.Operation.SelectionSet, root)
		return &graphql.Response{Data: b.Bytes()}
	}
}

func (s *Schema) subscribe(ctx context.Context, op *graphql.OperationContext) graphql.ResponseHandler {
	f := graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Subscription"})[0]
	to := 1
	if f.Name == "count" {
		n, _ := f.ArgumentMap(op.Variables)["to"].(int64)
		if to = int(n); to < 0 {
			graphql.AddError(ctx, errors.New("negative"))
			return nil
		}
	}
	i := 0
	return func(ctx context.Context) *graphql.Response {
		if i++; i > to {
			return nil
		}
		if f.Name == "waits" {
			s.Waiting <- struct{}{}
			select {
			case <-ctx.Done():
				return nil
			case <-s.GoOn:
			}
		}
		return &graphql.Response{Data: fmt.Appendf(nil, `{%q:%d}`, f.Alias, i)}
	}
}

// object writes the fields of an object; null where a field that may not be null failed.
func (s *Schema) object(ctx context.Context, b *bytes.Buffer, op *graphql.OperationContext, set ast.SelectionSet, on *ast.Definition) {
	b.WriteByte('{')
	for i, f := range graphql.CollectFields(op, set, append([]string{on.Name}, on.Interfaces...)) {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, "%q:", f.Alias)
		s.field(ctx, b, op, f, on)
	}
	b.WriteByte('}')
}

func (s *Schema) field(ctx context.Context, b *bytes.Buffer, op *graphql.OperationContext, f graphql.CollectedField, on *ast.Definition) {
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: on.Name, Field: f})
	switch f.Name {
	case "__typename":
		fmt.Fprintf(b, "%q", on.Name)
		return
	case "__type", "__schema":
		if op.DisableIntrospection {
			panic("introspection")
		}
		if f.Name == "__type" && introspection.WrapTypeFromDef(s.schema, s.schema.Types[fmt.Sprint(f.ArgumentMap(op.Variables)["name"])]) == nil {
			b.WriteString("null")
			return
		}
		b.WriteString("{}")
		return
	}
	v, err := s.resolve(ctx, f.Name, f.ArgumentMap(op.Variables))
	if err != nil {
		graphql.AddError(ctx, err)
		b.WriteString("null")
		return
	}
	kind := s.schema.Types[f.Definition.Type.Name()]
	switch {
	case kind.Kind == ast.Interface:
		s.object(ctx, b, op, f.Selections, s.schema.Types["Thing"])
	case kind.Kind != ast.Object:
		_ = json.NewEncoder(b).Encode(v)
	case f.Definition.Type.Elem != nil:
		b.WriteByte('[')
		s.object(ctx, b, op, f.Selections, kind)
		b.WriteByte(']')
	default:
		s.object(ctx, b, op, f.Selections, kind)
	}
}

func (s *Schema) resolve(ctx context.Context, name string, args map[string]any) (any, error) {
	switch name {
	case "hello":
		return fmt.Sprint("hello ", args["name"]), nil
	case "who":
		if v := viewer.From(ctx); v.SignedIn() {
			return v.Person.String(), nil
		}
		return "nobody from " + viewer.OriginFrom(ctx) + " with " + viewer.UserAgentFrom(ctx), nil
	case "language":
		return string(i18n.From(ctx)), nil
	case "fails":
		n, _ := args["times"].(int64)
		for range n {
			graphql.AddError(ctx, errors.New("secret cause"))
		}
		return nil, errors.New("secret cause")
	case "panics":
		panic("secret cause")
	case "waits":
		s.Waiting <- struct{}{}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-s.GoOn:
			return "waited", nil
		}
	case "lasts": // whatever its context says meanwhile
		s.Waiting <- struct{}{}
		<-s.GoOn
		s.Lasted <- ctx.Err()
		return "lasted", nil
	case "note":
		return fmt.Sprint(args["input"].(map[string]any)["text"]), nil
	case "upload":
		file, err := graphql.UnmarshalUpload(args["file"])
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(file.File)
		return fmt.Sprintf("%s %s %d %s", file.Filename, file.ContentType, file.Size, text), err
	case "signIn":
		if err := viewer.NeedJar(ctx); err != nil {
			return nil, err
		}
		viewer.JarFrom(ctx).SetSession("a secret", time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
		return "in", nil
	case "signOut":
		viewer.JarFrom(ctx).ClearSession()
		return "out", nil
	}
	return 1, nil
}
