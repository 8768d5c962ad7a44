package front

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// hubSchema is the schema as it is written in graph/, which the server serves.
func hubSchema(t *testing.T) *ast.Schema {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "..", "graph", "*.graphqls"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no schema found: %v", err)
	}
	var sources []*ast.Source
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: name, Input: string(text)})
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestWhatThePageAsksFitsTheSchema(t *testing.T) {
	t.Parallel()
	schema := hubSchema(t)
	source, err := pageFiles.ReadFile("page/app/queries.js")
	if err != nil {
		t.Fatal(err)
	}
	operations := documents(t, string(source))
	if len(operations) < 10 {
		t.Fatalf("only %d operations found", len(operations))
	}
	for name, document := range operations {
		if _, errs := gqlparser.LoadQueryWithRules(schema, document, nil); errs != nil {
			t.Errorf("%s: %v", name, errs)
		}
	}
}

func TestGraphiQLBeginsWithAQueryThatFitsTheSchema(t *testing.T) {
	t.Parallel()
	query, err := os.ReadFile(filepath.Join("graphiql", "src", "default-query.graphql"))
	if err != nil {
		t.Fatal(err)
	}
	if _, errs := gqlparser.LoadQueryWithRules(hubSchema(t), string(query), nil); errs != nil {
		t.Error(errs)
	}
	bundles, err := filepath.Glob(filepath.Join("graphiql", "dist", "assets", "graphiql-*.js"))
	if err != nil || len(bundles) != 1 {
		t.Fatalf("bundles: %v, %v", bundles, err)
	}
	bundle, err := os.ReadFile(bundles[0])
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(query)) {
		if line = strings.TrimSpace(line); !strings.Contains(string(bundle), line) {
			t.Errorf("%q is not in the bundle: build it again", line)
		}
	}
}

var (
	constant = regexp.MustCompile("(?s)(export )?const (\\w+) = `(.*?)`;")
	included = regexp.MustCompile(`\$\{(\w+)\}`)
)

// documents reads the operations that a script exports, with the fragments that they include.
func documents(t *testing.T, script string) map[string]string {
	t.Helper()
	texts, exported := map[string]string{}, map[string]string{}
	for _, m := range constant.FindAllStringSubmatch(script, -1) {
		export, name, text := m[1], m[2], m[3]
		text = included.ReplaceAllStringFunc(text, func(use string) string {
			fragment, ok := texts[included.FindStringSubmatch(use)[1]]
			if !ok {
				t.Fatal(fmt.Errorf("%s includes %s, which is not there", name, use))
			}
			return fragment
		})
		texts[name] = text
		if export != "" {
			exported[name] = text
		}
	}
	return exported
}
