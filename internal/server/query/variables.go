package query

import (
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
	fitted, err := validator.VariableValues(e.schema.Schema(), op, given)
	if err != nil {
		return nil, gqlerror.List{found(err)}
	}
	return fitted, nil
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
