package front

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// The hub answers once for all who listen only where every field is declared to mean the same to all.
func TestWhatThePageFollowsIsSharedByAllWhoListen(t *testing.T) {
	t.Parallel()
	schema := hubSchema(t)
	source, err := pageFiles.ReadFile("page/app/queries.js")
	if err != nil {
		t.Fatal(err)
	}
	operations := documents(t, string(source))
	for _, name := range []string{"happening", "elsewhere"} {
		if own := individual(t, schema, operations[name]); len(own) > 0 {
			t.Errorf("%s asks for what is individual: %v", name, own)
		}
	}
	if own := individual(t, schema, operations["mine"]); len(own) == 0 {
		t.Error("viewerEvents counts as shared: this test finds nothing")
	}
}

// individual gives the fields below the root of a subscription that are not declared to be shared.
func individual(t *testing.T, schema *ast.Schema, document string) (found []string) {
	t.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(schema, document, nil)
	if errs != nil {
		t.Fatal(errs)
	}
	var walk func(set ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				shared := s.Name == "__typename" || s.Definition.Directives.ForName("shared") != nil ||
					s.ObjectDefinition.Directives.ForName("shared") != nil
				if !shared {
					found = append(found, s.ObjectDefinition.Name+"."+s.Name)
				}
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				walk(s.Definition.SelectionSet)
			}
		}
	}
	walk(doc.Operations[0].SelectionSet[0].(*ast.Field).SelectionSet)
	return found
}

var (
	tableRow = regexp.MustCompile(`(?m)^//\t(\d{4})  .*  (don't|sign in|come back)[:, \n]`)
	codeSet  = regexp.MustCompile(`const (signInAgain|outdated) = new Set\(\[([\d, ]+)\]\)`)
	code     = regexp.MustCompile(`\d{4}`)
)

// The page comes back where the hub's table of close codes says so, and only there.
func TestThePageComesBackAsTheHubSays(t *testing.T) {
	t.Parallel()
	script, err := pageFiles.ReadFile("page/app/socket.js")
	if err != nil {
		t.Fatal(err)
	}
	sets := map[string][]string{}
	for _, m := range codeSet.FindAllStringSubmatch(string(script), -1) {
		sets[m[1]] = code.FindAllString(m[2], -1)
	}
	table, err := os.ReadFile(filepath.Join("..", "graphqlws", "doc.go"))
	if err != nil {
		t.Fatal(err)
	}
	rows := tableRow.FindAllStringSubmatch(string(table), -1)
	if len(rows) < 10 || len(sets) != 2 {
		t.Fatalf("%d rows, %d sets found", len(rows), len(sets))
	}
	for _, row := range rows {
		stays := slices.Contains(sets["outdated"], row[1])
		signsIn := slices.Contains(sets["signInAgain"], row[1])
		switch row[2] {
		case "don't":
			// After 4401 the page asks who is signed in: it may have missed that nobody is.
			if !stays && !signsIn {
				t.Errorf("%s: the page comes back, where the hub says not to", row[1])
			}
		case "sign in":
			if !signsIn {
				t.Errorf("%s: the page does not look whether somebody is signed in", row[1])
			}
		default:
			if stays || signsIn {
				t.Errorf("%s: the page does not come back", row[1])
			}
		}
	}
}
