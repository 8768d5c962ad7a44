package graph

import (
	"maps"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"acs-aec.org/hub/graph/generated"
)

func TestNeedOf(t *testing.T) {
	t.Parallel()
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	for query, want := range map[string]map[string][]string{
		`{ thread(id: "x") { title messages { nodes { number author { name } } } } }`: {
			"messages": {"id", "number", "author_id"}, "persons": {"id", "name"},
		},
		`{ a: persons { nodes { id } } b: persons { edges { node { ...P } cursor } pageInfo { endCursor } } } fragment P on Person { email o: organisation { __typename } }`: {
			"persons": {"id", "email", "organisation_id"},
		},
		`{ persons { nodes { ... on Person { name } name } } organisations { totalCount } }`:               {"persons": {"id", "name"}},
		`{ thread(id: "x") { messages { nodes { body(in: "fr") text(in: "es") { body isOriginal } } } } }`: {"messages": {"id", "body", "language", "revision"}},
		// What looks at more than can be said reads all rows whole, also those of others.
		`{ persons { nodes { name viewerCanEdit } } }`:                                         nil,
		`{ persons { nodes { name } } viewer { isSecretariat } }`:                              nil,
		`{ persons { nodes { seats { id } } } organisations { nodes { name } } }`:              nil,
		`{ node(id: "x") { ... on Person { name } } }`:                                         nil,
		`mutation { signOut { ended } }`:                                                       nil,
		`subscription { threadActivity(threadId: "x") { present { name } } }`:                  nil,
		`{ thread(id: "x") { messages { nodes { id viewerCanWithdraw author { name } } } } }`:  nil,
		`{ thread(id: "x") { messages { nodes { text(in: "fr") { translation { id } } } } } }`: nil,
		`{ organisations { nodes { name agreements { totalCount } id } } }`:                    nil,
		`{ thread(id: "x") { id subject { __typename } messages { nodes { id } } } }`:          nil,
		`{ organisations { nodes { names { text translations { madeAt } } } } }`:               nil,
	} {
		doc, errs := gqlparser.LoadQueryWithRules(schema, query, rules.NewDefaultRules())
		if errs != nil {
			t.Errorf("%s: %v", query, errs)
			continue
		}
		n := needOf(&graphql.OperationContext{Operation: doc.Operations[0]})
		if (n == nil) != (want == nil) || !slices.Equal(slices.Sorted(maps.Keys(n)), slices.Sorted(maps.Keys(want))) {
			t.Errorf("%s: %v", query, n)
		}
		for table, fields := range want {
			if !slices.Equal(n[table].Fields, fields) {
				t.Errorf("%s: %s: %v", query, table, n[table].Fields)
			}
		}
	}
	if needOf(&graphql.OperationContext{}) != nil {
		t.Error("need of nothing")
	}
}

// What is said of fields is said of fields that there are.
func TestColumnsAreOfFields(t *testing.T) {
	t.Parallel()
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	known := func(typ, field string) {
		if def := schema.Types[typ]; def == nil || def.Kind != ast.Object || def.Fields.ForName(field) == nil {
			t.Errorf("there is no %s.%s", typ, field)
		}
	}
	for typ, n := range narrow {
		for field := range n.fields {
			known(typ, field)
		}
	}
	for typ, fields := range beside {
		for _, field := range fields {
			known(typ, field)
		}
	}
}
