package writing

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// List writes the elements of a list one after the other. An element that panics
// is null, with an error.
func List(ctx context.Context, length int, element func(ctx context.Context, i int) graphql.Marshaler) graphql.Array {
	out := make(graphql.Array, length)
	places := make([]place, length)
	for i := range length {
		places[i].index = i
		places[i].Index = &places[i].index
		out[i] = one(graphql.WithFieldContext(ctx, &places[i].FieldContext), i, element)
	}
	return out
}

// place is where an element stands in the list, as paths of errors tell it.
type place struct {
	graphql.FieldContext
	index int
}

func one(ctx context.Context, i int, element func(ctx context.Context, i int) graphql.Marshaler) (m graphql.Marshaler) {
	defer func() {
		if r := recover(); r != nil {
			graphql.AddError(ctx, graphql.Recover(ctx, r))
			m = graphql.Null
		}
	}()
	return element(ctx, i)
}
