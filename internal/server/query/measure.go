package query

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// measure refuses a document that asks for too much. It takes two looks: one at the text as it is
// written, in time that grows with its length; and one with the fragments put in, which stops when
// its budget is used up. What passes can be validated and merged in bounded time: the validator
// compares each pair of fields that answer under the same name, at every level, and these pairs are
// counted here.
func measure(doc *ast.QueryDocument, l Limits, introspection bool) *gqlerror.Error {
	m := &measurer{limits: l, introspection: introspection, fragments: map[string]*ast.FragmentDefinition{}}
	if err := m.definitions(doc); err != nil {
		return err
	}
	if err := m.cycles(doc); err != nil {
		return err
	}
	for _, op := range doc.Operations {
		m.op, m.fields = op, 0
		if err := m.level([]ast.SelectionSet{op.SelectionSet}, 1, 0); err != nil {
			return err
		}
	}
	m.op = nil
	for _, f := range doc.Fragments { // the validator looks at each by itself too, used or not
		if err := m.level([]ast.SelectionSet{f.SelectionSet}, 1, 0); err != nil {
			return err
		}
	}
	return nil
}

type measurer struct {
	limits        Limits
	introspection bool
	fragments     map[string]*ast.FragmentDefinition

	aliases, directives, variables int // in the text

	op      *ast.OperationDefinition // nil within a fragment by itself
	fields  int                      // of op
	reach   int                      // of everything
	repeats int                      // of everything
}

// definitions looks at the text as it is written.
func (m *measurer) definitions(doc *ast.QueryDocument) *gqlerror.Error {
	if len(doc.Operations) > m.limits.Operations {
		return at(doc.Operations[m.limits.Operations].Position, tooCostly("operations", m.limits.Operations, msgOperations))
	}
	if len(doc.Fragments) > m.limits.Fragments {
		return at(doc.Fragments[m.limits.Fragments].Position, tooCostly("fragments", m.limits.Fragments, msgFragments))
	}
	for _, f := range doc.Fragments {
		if _, ok := m.fragments[f.Name]; !ok { // the first counts, as with the validator
			m.fragments[f.Name] = f
		}
	}
	for _, op := range doc.Operations {
		if m.variables += len(op.VariableDefinitions); m.variables > m.limits.Variables {
			return at(op.Position, tooCostly("variables", m.limits.Variables, msgVariables))
		}
		for _, v := range op.VariableDefinitions {
			if err := m.value(v.DefaultValue, 0); err != nil {
				return err
			}
			if err := m.uses(v.Directives); err != nil {
				return err
			}
		}
		if err := m.uses(op.Directives); err != nil {
			return err
		}
		if err := m.written(op.SelectionSet, 0); err != nil {
			return err
		}
	}
	for _, f := range doc.Fragments {
		if err := m.uses(f.Directives); err != nil {
			return err
		}
		if err := m.written(f.SelectionSet, 0); err != nil {
			return err
		}
	}
	return nil
}

// written looks at selections as they are written. Braces within braces count as levels, also those
// of inline fragments: twice as many as fields may have.
func (m *measurer) written(set ast.SelectionSet, depth int) *gqlerror.Error {
	if depth > 2*m.limits.Depth {
		return at(set[0].GetPosition(), tooCostly("depth", m.limits.Depth, msgDepth))
	}
	for _, s := range set {
		var directives ast.DirectiveList
		var inner ast.SelectionSet
		switch s := s.(type) {
		case *ast.Field:
			directives, inner = s.Directives, s.SelectionSet
			if s.Alias != s.Name {
				if m.aliases++; m.aliases > m.limits.Aliases {
					return at(s.Position, tooCostly("aliases", m.limits.Aliases, msgAliases))
				}
			}
			for _, a := range s.Arguments {
				if err := m.value(a.Value, 0); err != nil {
					return err
				}
			}
		case *ast.InlineFragment:
			directives, inner = s.Directives, s.SelectionSet
		case *ast.FragmentSpread:
			directives = s.Directives
		}
		if err := m.uses(directives); err != nil {
			return err
		}
		if len(inner) > 0 {
			if err := m.written(inner, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// uses counts directives.
func (m *measurer) uses(list ast.DirectiveList) *gqlerror.Error {
	for _, d := range list {
		if m.directives++; m.directives > m.limits.Directives {
			return at(d.Position, tooCostly("directives", m.limits.Directives, msgDirectives))
		}
		if d.Name == "defer" {
			return at(d.Position, errDefer)
		}
		for _, a := range d.Arguments {
			if err := m.value(a.Value, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// value looks at a literal. Numbers that Go can't hold are refused here: gqlgen panics at them.
func (m *measurer) value(v *ast.Value, depth int) *gqlerror.Error {
	if v == nil {
		return nil
	}
	var err error
	switch v.Kind {
	case ast.IntValue:
		_, err = strconv.ParseInt(v.Raw, 10, 64)
	case ast.FloatValue:
		_, err = strconv.ParseFloat(v.Raw, 64)
	}
	if err != nil {
		return at(v.Position, errNumber)
	}
	if v.Kind == ast.ListValue && len(v.Children) > m.limits.List {
		return at(v.Position, tooCostly("list", m.limits.List, msgList))
	}
	if depth > m.limits.Nesting {
		return at(v.Position, tooCostly("nesting", m.limits.Nesting, msgNesting))
	}
	for _, c := range v.Children {
		if err := m.value(c.Value, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// cycles refuses fragments that contain themselves, so that all others have an end.
func (m *measurer) cycles(doc *ast.QueryDocument) *gqlerror.Error {
	const open, done = 1, 2
	state := map[string]int{}
	var visit func(set ast.SelectionSet) *gqlerror.Error
	visit = func(set ast.SelectionSet) *gqlerror.Error {
		for _, s := range set {
			var err *gqlerror.Error
			switch s := s.(type) {
			case *ast.Field:
				err = visit(s.SelectionSet)
			case *ast.InlineFragment:
				err = visit(s.SelectionSet)
			case *ast.FragmentSpread:
				f := m.fragments[s.Name]
				switch {
				case f == nil || state[s.Name] == done: // an unknown one is for the validator
				case state[s.Name] == open:
					err = at(s.Position, errCycle)
				default:
					state[s.Name] = open
					err = visit(f.SelectionSet)
					state[s.Name] = done
				}
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	for _, f := range doc.Fragments {
		if state[f.Name] == 0 {
			state[f.Name] = open
			if err := visit(f.SelectionSet); err != nil {
				return err
			}
			state[f.Name] = done
		}
	}
	return nil
}

// answers are the fields of one level that answer under one name.
type answers struct {
	sets  []ast.SelectionSet
	count int
	wraps int // inline fragments around one of them, at most
}

// level looks at selections that answer at the same place, with the fragments put in. Each inline
// fragment around fields lets the validator compare them once more: wraps adds these up.
func (m *measurer) level(sets []ast.SelectionSet, depth, wraps int) *gqlerror.Error {
	byName := map[string]*answers{}
	var order []*answers
	var collect func(set ast.SelectionSet, wraps int) *gqlerror.Error
	collect = func(set ast.SelectionSet, wraps int) *gqlerror.Error {
		for _, s := range set {
			if m.reach++; m.reach > m.limits.Reach {
				return at(s.GetPosition(), tooCostly("reach", m.limits.Reach, msgSpreads))
			}
			var err *gqlerror.Error
			switch s := s.(type) {
			case *ast.InlineFragment:
				err = collect(s.SelectionSet, wraps+1)
			case *ast.FragmentSpread:
				if f := m.fragments[s.Name]; f != nil {
					err = collect(f.SelectionSet, wraps)
				}
			case *ast.Field:
				if err = m.field(s, depth); err != nil {
					return err
				}
				name := s.Alias
				if name == "" {
					name = s.Name
				}
				f := byName[name]
				if f == nil {
					f = &answers{}
					byName[name] = f
					order = append(order, f)
				}
				m.repeats += f.count * (1 + max(wraps, f.wraps))
				f.count++
				f.wraps = max(f.wraps, wraps)
				if len(s.SelectionSet) > 0 {
					f.sets = append(f.sets, s.SelectionSet)
				}
				if m.repeats > m.limits.Repeats {
					err = at(s.Position, tooCostly("repeats", m.limits.Repeats, msgRepeats))
				}
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	for _, set := range sets {
		if err := collect(set, wraps); err != nil {
			return err
		}
	}
	for _, f := range order {
		if len(f.sets) > 0 {
			if err := m.level(f.sets, depth+1, f.wraps); err != nil {
				return err
			}
		}
	}
	return nil
}

// field counts one use of a field.
func (m *measurer) field(f *ast.Field, depth int) *gqlerror.Error {
	if depth > m.limits.Depth {
		return at(f.Position, tooCostly("depth", m.limits.Depth, msgDepth))
	}
	if m.op == nil {
		return nil
	}
	if m.fields++; m.fields > m.limits.Fields {
		return at(f.Position, tooCostly("fields", m.limits.Fields, msgFields))
	}
	if depth > 1 {
		return nil
	}
	if !m.introspection && m.op.Operation == ast.Query && (f.Name == "__schema" || f.Name == "__type") {
		return at(f.Position, errIntrospection)
	}
	return m.root(f)
}

// root refuses too many fields at the root of an operation. Roots come first in a level, so that
// m.fields counts them.
func (m *measurer) root(f *ast.Field) *gqlerror.Error {
	limit, name := m.limits.RootFields, "rootFields"
	if m.op.Operation == ast.Mutation {
		limit, name = m.limits.Mutations, "mutations"
	}
	if m.fields > limit {
		return at(f.Position, tooCostly(name, limit, msgRootFields))
	}
	return nil
}
