package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

type positionKey struct{}

// withPosition returns the context of an operation. If the operation asks for
// eventPosition, the position is read now, before anything else is: what the
// rest of the answer shows may hold later events, never earlier ones.
func (r *Resolver) withPosition(ctx context.Context) (context.Context, error) {
	op := graphql.GetOperationContext(ctx)
	if op.Operation == nil || op.Operation.Operation != ast.Query || !asksFor(op.Operation.SelectionSet, "eventPosition") {
		return ctx, nil
	}
	head, err := r.log.Head(ctx)
	if err != nil {
		return ctx, err
	}
	return context.WithValue(ctx, positionKey{}, r.log.Cursor(head)), nil
}

// asksFor says whether a selection names the field, in fragments too. Validated
// documents have no cycles of fragments.
func asksFor(set ast.SelectionSet, field string) bool {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if s.Name == field {
				return true
			}
		case *ast.InlineFragment:
			if asksFor(s.SelectionSet, field) {
				return true
			}
		case *ast.FragmentSpread:
			if s.Definition != nil && asksFor(s.Definition.SelectionSet, field) {
				return true
			}
		}
	}
	return false
}

// position is what withPosition read; read now where nobody did.
func (r *Resolver) position(ctx context.Context) (string, error) {
	if cursor, ok := ctx.Value(positionKey{}).(string); ok {
		return cursor, nil
	}
	head, err := r.log.Head(ctx)
	if err != nil {
		return "", err
	}
	return r.log.Cursor(head), nil
}
