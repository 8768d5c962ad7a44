package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"acs-aec.org/hub/internal/viewer"
)

type (
	positionKey       struct{}
	viewerPositionKey struct{}
)

// withPosition returns the context of an operation. If the operation asks for
// eventPosition or viewerPosition, the position is read now, before anything else
// is: what the rest of the answer shows may hold later events, never earlier ones.
func (r *Resolver) withPosition(ctx context.Context) (context.Context, error) {
	op := graphql.GetOperationContext(ctx)
	if op.Operation == nil || op.Operation.Operation != ast.Query {
		return ctx, nil
	}
	for _, p := range []struct {
		path []string
		key  any
		read func(context.Context) (string, error)
	}{
		{[]string{"eventPosition"}, positionKey{}, r.position},
		{[]string{"viewer", "viewerPosition"}, viewerPositionKey{}, r.viewerPosition},
	} {
		if !asksFor(op.Operation.SelectionSet, p.path...) {
			continue
		}
		cursor, err := p.read(ctx)
		if err != nil {
			return ctx, err
		}
		ctx = context.WithValue(ctx, p.key, cursor)
	}
	return ctx, nil
}

// asksFor says whether a selection names the field at a path, in fragments too.
// Validated documents have no cycles of fragments.
func asksFor(set ast.SelectionSet, path ...string) bool {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if s.Name == path[0] && (len(path) == 1 || asksFor(s.SelectionSet, path[1:]...)) {
				return true
			}
		case *ast.InlineFragment:
			if asksFor(s.SelectionSet, path...) {
				return true
			}
		case *ast.FragmentSpread:
			if s.Definition != nil && asksFor(s.Definition.SelectionSet, path...) {
				return true
			}
		}
	}
	return false
}

// viewerPosition is where viewerEvents stands for the viewer: what withPosition read;
// read now where nobody did. For nobody there is none.
func (r *Resolver) viewerPosition(ctx context.Context) (string, error) {
	if cursor, ok := ctx.Value(viewerPositionKey{}).(string); ok && cursor != "" {
		return cursor, nil
	}
	v := viewer.From(ctx)
	if !v.SignedIn() {
		return "", nil
	}
	place, err := r.own.Now(ctx, v.Person)
	if err != nil {
		return "", err
	}
	return r.own.Cursor(v.Person, place), nil
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
