package live

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/personal"
	"acs-aec.org/hub/internal/viewer"
)

// What the resolvers of the subscription fields call. An operation is executed
// once when it begins, to say what it wants (opening), and once for each answer,
// to make it (delivery): no channel and no goroutine waits between.

var errNotDurable = apperr.New(apperr.Unavailable, i18n.Message{
	EN: "Subscriptions need a websocket (graphql-transport-ws) or an event stream (Accept: text/event-stream).",
	ES: "Las suscripciones necesitan un websocket (graphql-transport-ws) o un flujo de eventos (Accept: text/event-stream).",
	FR: "Les abonnements exigent un websocket (graphql-transport-ws) ou un flux d'événements (Accept: text/event-stream).",
})

var errCursor = apperr.Invalid("after", i18n.Message{
	EN: "This is not a cursor: give one that came with an event, or eventPosition.",
	ES: "Esto no es un cursor: dé uno que llegó con un evento, o eventPosition.",
	FR: "Ce n'est pas un curseur : donnez-en un qui est venu avec un événement, ou eventPosition.",
})

// noCursor says that a letter is not of those that cursors are made of. What a
// client gives as one stands in its answers again, as it is.
func noCursor(r rune) bool {
	return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

type callKey struct{}

// opening is an operation that begins.
type opening struct {
	e       *Engine
	link    *Link
	subject subject // nil until the resolver has said
}

// subject is what a stream is about.
type subject interface {
	// enter makes the stream one of those that may get it.
	enter(s *Stream, exec graphql.GraphExecutor, op *graphql.OperationContext)
	// start lets it begin.
	start(s *Stream)
}

// seat is the place of a stream that is not durable.
type seat interface {
	// leave takes the stream away.
	leave(s *Stream)
	// drained says that the stream can be told something again.
	drained(s *Stream)
	// scope is what its person must see.
	scope() eventlog.Scope
	// admits says whether the person may have it, beside what the scope says.
	admits(v *viewer.Viewer) bool
}

// delivery is an answer to be made: of an envelope, of an activity, of figures, or of
// how far an import has come.
type delivery struct {
	envelope *eventlog.Envelope
	row      any // what the envelope tells, if it is no event of the log
	activity *Activity
	figures  *FiguresChanged
	progress *RunProgress
}

// Events is what the field events asks for: NOT_FOUND for a scope that the viewer
// may not see, INVALID_INPUT for what is no cursor.
func Events(ctx context.Context, scope eventlog.Scope, after *string) (<-chan *eventlog.Envelope, error) {
	switch call := ctx.Value(callKey{}).(type) {
	case *delivery:
		return one(call.envelope), nil
	case *opening:
		from, err := call.from(ctx, scope, after)
		if err != nil {
			return nil, err
		}
		call.subject = from
		return none[*eventlog.Envelope](), nil
	}
	return nil, errNotDurable
}

// ViewerEvents is what the field viewerEvents asks for: UNAUTHENTICATED for
// nobody.
func ViewerEvents(ctx context.Context, after *string) (<-chan *ViewerEnvelope, error) {
	switch call := ctx.Value(callKey{}).(type) {
	case *delivery:
		return one(&ViewerEnvelope{*call.envelope, call.row}), nil
	case *opening:
		v := call.link.viewer()
		if !v.SignedIn() {
			return nil, apperr.ErrSignIn
		}
		from, err := call.ownFrom(ctx, v.Person, after)
		if err != nil {
			return nil, err
		}
		call.subject = from
		return none[*ViewerEnvelope](), nil
	}
	return nil, errNotDurable
}

// ThreadActivity is what the field threadActivity asks for: NOT_FOUND for a
// thread that the viewer may not see.
func ThreadActivity(ctx context.Context, thread uuid.UUID) (<-chan *Activity, error) {
	switch call := ctx.Value(callKey{}).(type) {
	case *delivery:
		return one(call.activity), nil
	case *opening:
		if err := call.e.visible(ctx, call.link, eventlog.Scope{Thread: &thread}); err != nil {
			return nil, err
		}
		closings := call.e.activity.closings.Load()
		row, err := call.e.o.Client.Thread.Get(ctx, thread)
		if ent.IsNotFound(err) {
			return nil, apperr.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		call.subject = &attendance{a: call.e.activity, thread: thread, closings: closings, closed: silent(row)}
		return none[*Activity](), nil
	}
	return nil, errNotDurable
}

func one[T any](v T) <-chan T {
	c := make(chan T, 1)
	c <- v
	close(c)
	return c
}

func none[T any]() <-chan T {
	c := make(chan T)
	close(c)
	return c
}

// start is where a durable stream begins.
type start struct {
	e       *Engine
	scope   eventlog.Scope
	at      eventlog.Position
	version personal.Version // of what concerns one person alone
	after   string           // as the client gave it, "" if it did not
	unknown bool             // the position is not one of this log, or too old
}

// from finds out where a stream begins.
func (o *opening) from(ctx context.Context, scope eventlog.Scope, after *string) (*start, error) {
	if err := o.e.visible(ctx, o.link, scope); err != nil {
		return nil, err
	}
	s := &start{e: o.e, scope: scope, at: o.e.ring.last()}
	if after == nil {
		return s, nil
	}
	if strings.ContainsFunc(*after, noCursor) {
		return nil, errCursor
	}
	s.after = *after
	p, err := o.e.log.Open(*after)
	switch {
	case apperr.CodeOf(err) == apperr.InvalidInput:
		return nil, err
	case err != nil:
		s.unknown = true
		return s, nil //nolint:nilerr // the stream says so
	}
	known, err := o.e.knows(ctx, p)
	if err != nil {
		return nil, err
	}
	if !known {
		s.unknown = true
		return s, nil
	}
	s.at = p
	return s, nil
}

// knows says whether a stream can go on from a position.
func (e *Engine) knows(ctx context.Context, p eventlog.Position) (bool, error) {
	if e.ring.knows(p) {
		return true, nil
	}
	known, at, err := e.log.Known(ctx, p)
	return known && (p.Seq == 0 || e.o.Now().Sub(at) <= resumable), err
}

func (s *start) enter(stream *Stream, exec graphql.GraphExecutor, op *graphql.OperationContext) {
	stream.pos, stream.version, stream.wakes, stream.last = s.at, s.version, notLooked, s.after
	stream.generation = s.e.generation.Load()
	if s.unknown {
		stream.generation = unknownGeneration // the stream says so first of all
	}
	stream.bucket = draw(buckets)
	s.e.join(stream, s.scope, exec, op)
}

func (s *start) start(stream *Stream) { stream.resume() }

// visible refuses a scope that the person may not see. Of threads it is known
// from memory, and read again before it is refused.
func (e *Engine) visible(ctx context.Context, l *Link, scope eventlog.Scope) error {
	seen, err := e.sees(ctx, l, scope)
	if err == nil && !seen && scope.Thread != nil {
		// Another node may have admitted the person a moment ago, and its event is still
		// on the way.
		if err = e.rights.changed(ctx, *scope.Thread); err == nil {
			seen, err = e.sees(ctx, l, scope)
		}
	}
	if err == nil && !seen {
		return apperr.ErrNotFound
	}
	return err
}

func (e *Engine) sees(ctx context.Context, l *Link, scope eventlog.Scope) (bool, error) {
	v := l.viewer()
	switch {
	case scope.Thread != nil:
		of, err := e.rights.audience(ctx, *scope.Thread)
		return err == nil && of.parties.Load().Admits(v), err
	case scope.Person != nil:
		return v.Person == *scope.Person, nil
	case scope.Proposal == nil && scope.Body == nil && scope.Meeting == nil:
		return true, nil
	}
	err := e.log.Visible(asking(ctx, v), scope)
	if apperr.CodeOf(err) == apperr.NotFound {
		return false, nil
	}
	return err == nil, err
}
