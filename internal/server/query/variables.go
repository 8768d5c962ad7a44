package query

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"

	"acs-aec.org/hub/internal/apperr"
)

// variables checks the size of the variables, then fits them to their types.
func (e *Executor) variables(op *ast.OperationDefinition, given map[string]any) (map[string]any, gqlerror.List) {
	s := sizes{limits: e.limits}
	for _, v := range given {
		if refusal := s.look(v, 0); refusal != nil {
			return nil, alone(refusal)
		}
	}
	// Before gqlparser, which writes what it makes of the values into them.
	for _, v := range op.VariableDefinitions {
		if refusal := e.strict(v.Type, given[v.Variable], v.Variable); refusal != nil {
			return nil, alone(refusal)
		}
	}
	fitted, err := validator.VariableValues(e.schema.Schema(), op, given)
	if err != nil {
		return nil, gqlerror.List{found(err)}
	}
	return fitted, nil
}

// strict refuses what gqlparser lets pass in a variable but not in a document: several or no fields of
// a @oneOf input, a number for a String, a string for a number.
func (e *Executor) strict(typ *ast.Type, v any, path string) *apperr.Error {
	if v == nil {
		return nil
	}
	if typ.Elem != nil {
		list, ok := v.([]any)
		if !ok {
			return e.strict(typ.Elem, v, path)
		}
		for i, inner := range list {
			if refusal := e.strict(typ.Elem, inner, fmt.Sprintf("%s[%d]", path, i)); refusal != nil {
				return refusal
			}
		}
		return nil
	}
	switch v := v.(type) {
	case string:
		if typ.NamedType == "Int" || typ.NamedType == "Float" {
			return apperr.Invalid(path, msgNumberWanted)
		}
	case json.Number:
		if typ.NamedType == "String" {
			return apperr.Invalid(path, msgStringWanted)
		}
		if n, err := strconv.ParseInt(v.String(), 10, 64); typ.NamedType == "Int" && err == nil && n != int64(int32(n)) { //nolint:gosec // the loss is what is looked for
			return apperr.Invalid(path, msgNumberWanted)
		}
	case map[string]any:
		return e.strictFields(e.schema.Schema().Types[typ.NamedType], v, path)
	}
	return nil
}

func (e *Executor) strictFields(def *ast.Definition, fields map[string]any, path string) *apperr.Error {
	if def == nil || def.Kind != ast.InputObject {
		return nil
	}
	if def.Directives.ForName("oneOf") != nil {
		if len(fields) != 1 {
			return apperr.Invalid(path, msgOneOf)
		}
		for name, v := range fields {
			if v == nil {
				return apperr.Invalid(path+"."+name, msgOneOf)
			}
		}
	}
	for _, field := range def.Fields { // in the schema's order: the same refusal each time
		if refusal := e.strict(field.Type, fields[field.Name], path+"."+field.Name); refusal != nil {
			return refusal
		}
	}
	return nil
}

// sizes counts what variables hold.
type sizes struct {
	limits Limits
	values int
}

func (s *sizes) look(v any, depth int) *apperr.Error {
	if s.values++; s.values > s.limits.Values {
		return tooCostly("values", s.limits.Values, msgValues)
	}
	if depth > s.limits.Nesting {
		return tooCostly("nesting", s.limits.Nesting, msgNesting)
	}
	switch v := v.(type) {
	case []any:
		if len(v) > s.limits.List {
			return tooCostly("list", s.limits.List, msgList)
		}
		for _, inner := range v {
			if refusal := s.look(inner, depth+1); refusal != nil {
				return refusal
			}
		}
	case map[string]any:
		for _, inner := range v {
			if refusal := s.look(inner, depth+1); refusal != nil {
				return refusal
			}
		}
	}
	return nil
}
