package live

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"acs-aec.org/hub/internal/i18n"
)

// groupKey names streams whose answers are the same but for their cursors.
type groupKey [sha256.Size]byte

// keyFor names the group of an operation: its document, variables and language,
// without the position after which it begins. own keeps the streams of one
// person apart from others'.
func keyFor(ctx context.Context, op *graphql.OperationContext, own uuid.UUID) groupKey {
	text, variables := op.RawQuery, op.Variables
	if after := afterOf(op.Operation); after != nil {
		switch after.Kind {
		case ast.Variable:
			if usesOf(op.Doc, after.Raw) == 1 {
				variables = make(map[string]any, len(op.Variables))
				for name, value := range op.Variables {
					if name != after.Raw {
						variables[name] = value
					}
				}
			}
		case ast.StringValue:
			// A cursor is never twice the same: what is the same text is the same use.
			if len(after.Raw) > 40 && strings.Count(text, after.Raw) == 1 {
				text = strings.Replace(text, after.Raw, "", 1)
			}
		}
	}
	encoded, err := json.Marshal(variables) // names in order
	if err != nil {
		encoded = strconv.AppendUint(nil, rand.Uint64(), 36) //nolint:gosec // a group of its own, no secret
	}
	h := sha256.New()
	for _, part := range [][]byte{[]byte(op.OperationName), []byte(text), encoded, []byte(i18n.From(ctx)), own[:]} {
		var size [8]byte
		for i := range size {
			size[i] = byte(len(part) >> (8 * i))
		}
		h.Write(size[:])
		h.Write(part)
	}
	return groupKey(h.Sum(nil))
}

// rootsOf are the places that select from the one field of a subscription. Their
// arguments are the same, what they select is put together.
func rootsOf(set ast.SelectionSet) []*ast.Field {
	var out []*ast.Field
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			out = append(out, s)
		case *ast.InlineFragment:
			out = append(out, rootsOf(s.SelectionSet)...)
		case *ast.FragmentSpread:
			if s.Definition != nil {
				out = append(out, rootsOf(s.Definition.SelectionSet)...)
			}
		}
	}
	return out
}

// afterOf is the value of the root field's argument after, nil if there is none.
func afterOf(op *ast.OperationDefinition) *ast.Value {
	for _, root := range rootsOf(op.SelectionSet) {
		if a := root.Arguments.ForName("after"); a != nil {
			return a.Value
		}
	}
	return nil
}

// usesOf counts where a variable stands in a document, its declarations not
// counted.
func usesOf(doc *ast.QueryDocument, name string) int {
	n := 0
	var value func(v *ast.Value)
	value = func(v *ast.Value) {
		if v == nil {
			return
		}
		if v.Kind == ast.Variable && v.Raw == name {
			n++
		}
		for _, c := range v.Children {
			value(c.Value)
		}
	}
	directives := func(list ast.DirectiveList) {
		for _, d := range list {
			for _, a := range d.Arguments {
				value(a.Value)
			}
		}
	}
	var selections func(set ast.SelectionSet)
	selections = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				for _, a := range s.Arguments {
					value(a.Value)
				}
				directives(s.Directives)
				selections(s.SelectionSet)
			case *ast.InlineFragment:
				directives(s.Directives)
				selections(s.SelectionSet)
			case *ast.FragmentSpread:
				directives(s.Directives)
			}
		}
	}
	for _, op := range doc.Operations {
		directives(op.Directives)
		selections(op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		directives(f.Directives)
		selections(f.SelectionSet)
	}
	return n
}

// sharable says whether every field that is selected below the root is declared
// in the schema to mean the same to all who may see an event (@shared). What is
// not declared is individual. Validated documents have no cycles of fragments.
func sharable(op *ast.OperationDefinition) bool {
	for _, root := range rootsOf(op.SelectionSet) {
		if !declared(root.SelectionSet) {
			return false
		}
	}
	return true
}

func declared(set ast.SelectionSet) bool {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if s.Name == "__typename" {
				continue
			}
			if s.Definition == nil || s.ObjectDefinition == nil ||
				s.Definition.Directives.ForName("shared") == nil && s.ObjectDefinition.Directives.ForName("shared") == nil {
				return false
			}
			if !declared(s.SelectionSet) {
				return false
			}
		case *ast.InlineFragment:
			if !declared(s.SelectionSet) {
				return false
			}
		case *ast.FragmentSpread:
			if s.Definition == nil || !declared(s.Definition.SelectionSet) {
				return false
			}
		}
	}
	return true
}

// newest says whether a field is selected that tells how things stand now, and
// not at the event: its answer is stale after any other event.
func newest(set ast.SelectionSet) bool {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if s.Definition != nil {
				if d := s.Definition.Directives.ForName("shared"); d != nil {
					if a := d.Arguments.ForName("newest"); a != nil && a.Value.Raw == "true" {
						return true
					}
				}
			}
			if newest(s.SelectionSet) {
				return true
			}
		case *ast.InlineFragment:
			if newest(s.SelectionSet) {
				return true
			}
		case *ast.FragmentSpread:
			if s.Definition != nil && newest(s.Definition.SelectionSet) {
				return true
			}
		}
	}
	return false
}

// draw draws a number below n by lot.
func draw(n uint8) uint8 { return uint8(rand.N(uint16(n))) } //nolint:gosec // when, not what: no secret
