package graphqlws

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/viewer"
)

// Engine answers subscriptions.
type Engine interface {
	// Attach registers a connection of v. RATE_LIMITED means that the person has too
	// many. cut is called at most once, by any goroutine, perhaps before Attach
	// returns; it does not block.
	Attach(ctx context.Context, v *viewer.Viewer, cut func(live.Reason)) (Link, error)
}

// Link is a connection that an Engine knows.
type Link interface {
	// Open begins a subscription. Its errors are told as they are. The answers come
	// through out, perhaps before Open returns.
	Open(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, out live.Outlet) (Stream, gqlerror.List)
	// Close ends the connection and its streams. It may be called again.
	Close()
}

// Stream is a subscription that has begun.
type Stream interface {
	// Drained says that there is room again, after Next said that there was none.
	Drained()
	// Close ends the stream. Nothing comes after it returns. It may be called again.
	Close()
}

// Adapt makes an Engine of an Attach that returns links and streams of types of
// its own.
func Adapt[L opener[S], S Stream](attach func(context.Context, *viewer.Viewer, func(live.Reason)) (L, error)) Engine {
	return adapted[L, S](attach)
}

type opener[S Stream] interface {
	Open(context.Context, graphql.GraphExecutor, *graphql.OperationContext, live.Outlet) (S, gqlerror.List)
	Close()
}

type adapted[L opener[S], S Stream] func(context.Context, *viewer.Viewer, func(live.Reason)) (L, error)

func (a adapted[L, S]) Attach(ctx context.Context, v *viewer.Viewer, cut func(live.Reason)) (Link, error) {
	l, err := a(ctx, v, cut)
	if err != nil {
		return nil, err
	}
	return adaptedLink[L, S]{l}, nil
}

type adaptedLink[L opener[S], S Stream] struct{ to L }

func (l adaptedLink[L, S]) Open(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, out live.Outlet) (Stream, gqlerror.List) {
	s, errs := l.to.Open(ctx, exec, op, out)
	if errs != nil {
		return nil, errs
	}
	return s, nil
}

func (l adaptedLink[L, S]) Close() { l.to.Close() }
