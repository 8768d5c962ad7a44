package query

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// most is where sums stop: far past any limit, far from overflow.
const most = math.MaxInt32

func add(a, b int) int { return min(a+b, most) }

func times(n, each int) int {
	if n > 0 && each > most/n {
		return most
	}
	return min(n*each, most)
}

// costing adds up what an operation may cost: 1 for each field, times the size of every page and list
// around it. A field with a complexity function of its own costs what that says. The directive @listSize
// says of lists how long they are, and which of them a page bounds.
type costing struct {
	schema    graphql.ExecutableSchema
	limits    Limits
	variables map[string]any
	fault     *gqlerror.Error // the first condition that is neither true nor false

	around []map[string]any // the arguments of the fields around the one that is looked at
}

// page is what the field around a selection says of the size of the lists in it.
type page struct {
	all   bool     // they are paid for already
	lists []string // these hold so many
	size  int
}

// cost is what the operation may cost, and what its questions about the schema may.
func (c *costing) cost(ctx context.Context, op *ast.OperationDefinition) (data, introspection int) {
	var root *ast.Definition
	switch s := c.schema.Schema(); op.Operation {
	case ast.Mutation:
		root = s.Mutation
	case ast.Subscription:
		root = s.Subscription
	default:
		root = s.Query
	}
	return c.set(ctx, op.SelectionSet, root, page{}, &introspection), introspection
}

// set is the cost of selections on one object. Where the object may be of several types, it is of one
// of them: the most costly counts.
func (c *costing) set(ctx context.Context, set ast.SelectionSet, on *ast.Definition, in page, introspection *int) int {
	shared, dearest := 0, 0
	var only map[string]int // what is asked of one type only
	fragment := func(directives ast.DirectiveList, condition string, inner ast.SelectionSet) {
		if !c.included(directives) {
			return
		}
		def := on
		if condition != "" {
			def = c.schema.Schema().Types[condition]
		}
		n := c.set(ctx, inner, def, in, introspection)
		if def == on || def.Kind != ast.Object || on.Kind == ast.Object {
			shared = add(shared, n)
			return
		}
		if only == nil {
			only = map[string]int{}
		}
		only[def.Name] = add(only[def.Name], n)
		dearest = max(dearest, only[def.Name])
	}
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if c.included(s.Directives) {
				shared = add(shared, c.field(ctx, s, on, in, introspection))
			}
		case *ast.InlineFragment:
			fragment(s.Directives, s.TypeCondition, s.SelectionSet)
		case *ast.FragmentSpread:
			fragment(s.Directives, s.Definition.TypeCondition, s.Definition.SelectionSet)
		}
	}
	return add(shared, dearest)
}

// field is the cost of one field with everything in it.
func (c *costing) field(ctx context.Context, f *ast.Field, on *ast.Definition, in page, introspection *int) int {
	switch {
	case f.Name == "__typename":
		return 0
	case introspection != nil && (f.Name == "__schema" || f.Name == "__type"):
		*introspection = add(*introspection, c.introspection(f))
		return 0
	}
	def := f.Definition
	var args map[string]any
	if len(def.Arguments) > 0 {
		args = f.ArgumentMap(c.variables)
	}
	size, pages := c.size(def, args, in)
	inner := 0
	if len(f.SelectionSet) > 0 {
		c.around = append(c.around, args)
		inner = c.set(ctx, f.SelectionSet, c.schema.Schema().Types[def.Type.Name()], pages, nil)
		c.around = c.around[:len(c.around)-1]
	}
	if own, ok := c.own(ctx, on, f.Name, inner, args); ok {
		return min(own, most)
	}
	return add(1, times(size, inner))
}

// own asks the schema for a complexity function; of those of an interface's types the most costly
// counts.
func (c *costing) own(ctx context.Context, on *ast.Definition, field string, inner int, args map[string]any) (int, bool) {
	if on.Kind != ast.Interface {
		n, ok := c.schema.Complexity(ctx, on.Name, field, inner, args)
		return n, ok && n >= 1
	}
	highest := 0
	for _, t := range c.schema.Schema().GetPossibleTypes(on) {
		if n, ok := c.schema.Complexity(ctx, t.Name, field, inner, args); ok {
			highest = max(highest, n)
		}
	}
	return highest, highest >= 1
}

// size is how many objects a field may give, and what it says of the lists in them.
func (c *costing) size(def *ast.FieldDefinition, args map[string]any, in page) (size int, pages page) {
	told := def.Directives.ForName("listSize")
	first, last := def.Arguments.ForName("first") != nil, def.Arguments.ForName("last") != nil
	switch {
	case first || last:
		n, said := number(args["first"])
		if m, ok := number(args["last"]); ok {
			n, said = max(n, m), true
		}
		if !said {
			n = c.limits.PageUnsaid
		}
		// The field itself refuses more.
		if lists := sizedFields(told); lists != nil {
			return 1, page{lists: lists, size: min(max(n, 1), c.limits.Rows)}
		}
		return min(max(n, 1), c.limits.Page), page{all: true}
	case slices.Contains(in.lists, def.Name):
		return in.size, page{}
	case def.Type.Elem == nil || in.all:
		return 1, page{}
	case told != nil:
		return c.told(told), page{}
	}
	for _, v := range args { // nodes(ids:)
		if list, ok := v.([]any); ok {
			return max(len(list), 1), page{}
		}
	}
	return c.limits.ListUnsaid, page{}
}

// sizedFields are the lists that the directive names; nil for none.
func sizedFields(told *ast.Directive) []string {
	if told == nil {
		return nil
	}
	named := told.Arguments.ForName("sizedFields")
	if named == nil {
		return nil
	}
	var out []string
	for _, c := range named.Value.Children {
		out = append(out, c.Value.Raw)
	}
	return out
}

// told is how many elements a list holds as its directive tells.
func (c *costing) told(d *ast.Directive) int {
	if named := d.Arguments.ForName("argument"); named != nil {
		for _, args := range slices.Backward(c.around) {
			if list, ok := args[named.Value.Raw].([]any); ok {
				return max(len(list), 1)
			}
		}
	}
	if assumed := d.Arguments.ForName("assumedSize"); assumed != nil {
		if n, err := strconv.Atoi(assumed.Value.Raw); err == nil {
			return max(n, 1)
		}
	}
	return c.limits.ListUnsaid
}

func number(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case int64:
		return int(max(min(v, most), 0)), true
	case float64:
		return int(max(min(v, most), 0)), true
	case json.Number:
		n, err := v.Int64()
		return int(max(min(n, most), 0)), err == nil
	}
	return 0, false
}

// included reads @skip and @include.
func (c *costing) included(directives ast.DirectiveList) bool {
	for _, d := range directives {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		v, err := d.Arguments.ForName("if").Value.Value(c.variables)
		on, ok := v.(bool)
		if err != nil || !ok {
			if c.fault == nil {
				c.fault = at(d.Position, errCondition)
			}
			return true
		}
		if on == (d.Name == "skip") {
			return false
		}
	}
	return true
}

// lists are how many entries the lists of the schema's description are taken to hold.
var lists = map[string]int{
	"possibleTypes": 10, "fields": 10, "inputFields": 10, "enumValues": 10,
	"args": 3, "interfaces": 2, "directives": 10, "locations": 3,
}

// introspection is the cost of a question about the schema.
func (c *costing) introspection(f *ast.Field) int {
	inner := 0
	var in func(set ast.SelectionSet)
	in = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				inner = add(inner, c.introspection(s))
			case *ast.InlineFragment:
				in(s.SelectionSet)
			case *ast.FragmentSpread:
				in(s.Definition.SelectionSet)
			}
		}
	}
	in(f.SelectionSet)
	size, ok := lists[f.Name]
	switch {
	case f.Name == "types":
		size = len(c.schema.Schema().Types)
	case !ok:
		size = 1
	}
	return add(1, times(size, inner))
}

// introspectionLimit is three times what the usual question costs that tools ask.
func introspectionLimit(schema graphql.ExecutableSchema) int {
	doc, err := parser.ParseQuery(&ast.Source{Input: usualIntrospection})
	if err != nil {
		panic("query: " + err.Error())
	}
	for _, f := range doc.Fragments {
		link(f.SelectionSet, doc)
	}
	link(doc.Operations[0].SelectionSet, doc)
	c := &costing{schema: schema}
	return times(3, c.introspection(doc.Operations[0].SelectionSet[0].(*ast.Field)))
}

// link gives each spread its fragment, as the validator does.
func link(set ast.SelectionSet, doc *ast.QueryDocument) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			link(s.SelectionSet, doc)
		case *ast.FragmentSpread:
			s.Definition = doc.Fragments.ForName(s.Name)
		}
	}
}

const usualIntrospection = `{ __schema {
  description queryType { name kind } mutationType { name kind } subscriptionType { name kind }
  types { ...FullType }
  directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
} }
fragment FullType on __Type {
  kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }`
