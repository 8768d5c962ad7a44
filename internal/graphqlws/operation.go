package graphqlws

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/viewer"
)

// operation is one that a client has asked for. It is the outlet of its stream. Once it has ended its
// id is free, and nothing that it still says reaches the client.
type operation struct {
	s  *socket
	id string // quoted

	// Guarded by the socket's mu:
	ended   bool               // for the client
	runs    bool               // its goroutine has not returned
	single  bool               // it is a query or mutation, and counted as running
	waiting bool               // the stream has an answer and there was no room
	drained bool               // there is room again, and the stream is not known yet
	stream  Stream             // of a subscription, once it is open
	cancel  context.CancelFunc // of a query
}

var _ live.Outlet = (*operation)(nil)

// run takes the operation from its parameters to its answer, or to its stream.
func (o *operation) run(p *graphql.RawParams) {
	defer o.ran()
	s := o.s
	// An operation that signs somebody in changes who is asking, for itself alone.
	asking := viewer.With(s.ctx, s.viewer)
	ctx := asking
	defer func() {
		if panicked := recover(); panicked != nil {
			err := s.t.c.Recover(ctx, panicked)
			o.Fail(s.exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(err)}).Errors)
		}
	}()
	ctx = graphql.StartOperationTrace(ctx)
	op, errs := s.exec.CreateOperationContext(ctx, p)
	switch {
	case errs != nil:
		o.Fail(s.exec.DispatchError(graphql.WithOperationContext(ctx, op), errs).Errors)
	case op.Operation.Operation == ast.Subscription:
		o.open(asking, op) // which a stream keeps: no more than it needs
	default:
		o.once(ctx, op)
	}
}

// open begins a subscription.
func (o *operation) open(ctx context.Context, op *graphql.OperationContext) {
	s := o.s
	s.mu.Lock()
	link := s.link
	s.mu.Unlock()
	if link == nil {
		o.Fail(s.exec.DispatchError(graphql.WithOperationContext(ctx, op), gqlerror.List{gqlerror.Wrap(errNoSubscriptions)}).Errors)
		return
	}
	stream, errs := link.Open(ctx, s.exec, op, o)
	if errs != nil {
		o.Fail(errs)
		return
	}
	s.mu.Lock()
	o.stream = stream
	ended, drained := o.ended, o.drained
	s.mu.Unlock()
	switch {
	case ended: // meanwhile
		stream.Close()
	case drained:
		stream.Drained()
	}
}

// once executes a query or a mutation. A query ends when the client or the socket does; a mutation that
// has begun goes on to its end, which nobody hears of then: half of it can't be taken back by leaving.
func (o *operation) once(ctx context.Context, op *graphql.OperationContext) {
	if !o.begin(ctx, op, &ctx) {
		return
	}
	next, ctx := o.s.exec.DispatchOperation(ctx, op)
	r := next(ctx)
	switch {
	case r == nil:
		o.Complete()
	case len(r.Data) == 0 && len(r.Errors) > 0:
		o.Fail(r.Errors)
	default:
		o.answer(r)
	}
}

// begin notes that a query or mutation runs, and gives it its context. It returns false if it has
// ended already.
func (o *operation) begin(ctx context.Context, op *graphql.OperationContext, its *context.Context) bool {
	o.s.mu.Lock()
	defer o.s.mu.Unlock()
	if o.ended {
		return false
	}
	o.single = true
	o.s.running++
	if op.Operation.Operation == ast.Mutation {
		*its = context.WithoutCancel(ctx)
	} else {
		*its, o.cancel = context.WithCancel(ctx)
	}
	return true
}

// answer sends the one answer and the end. It waits for room, unlike a stream: its goroutine is its own.
func (o *operation) answer(r *graphql.Response) {
	body, err := live.Encode(r)
	if err != nil {
		panic(err) // extensions that are no JSON
	}
	buf := buffers.Get().(*[]byte)
	defer release(buf)
	*buf = append(append(o.head(*buf, kindNext), body...), '}')
	frame := framed(*buf)

	s := o.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.writing && !o.ended && !s.closing {
		if s.roomy == nil {
			s.roomy = make(chan struct{})
		}
		roomy := s.roomy
		s.mu.Unlock()
		<-roomy
		s.mu.Lock()
	}
	if o.ended || s.closing {
		return
	}
	s.put(frame)
	s.t.metrics.out[kindNext].Inc()
	o.completed()
}

// head begins a message in a buffer.
func (o *operation) head(b []byte, kind string) []byte {
	b = append(b[:0], make([]byte, headerRoom)...)
	b = append(b, `{"id":`...)
	b = append(b, o.id...)
	b = append(b, `,"type":"`...)
	b = append(b, kind...)
	return append(b, `","payload":`...)
}

// Next gives the client an answer of a subscription.
func (o *operation) Next(a *live.Answer, cursor, previous string) bool {
	s := o.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if o.ended || s.closing {
		return true
	}
	if s.writing {
		o.waiting = true
		s.t.metrics.stalled.Inc()
		return false
	}
	buf := buffers.Get().(*[]byte)
	*buf = append(a.AppendTo(o.head(*buf, kindNext), cursor, previous), '}')
	s.put(framed(*buf))
	release(buf)
	s.t.metrics.out[kindNext].Inc()
	return true
}

// Complete tells the client that nothing more comes.
func (o *operation) Complete() {
	o.s.mu.Lock()
	defer o.s.mu.Unlock()
	if !o.ended && !o.s.closing {
		o.completed()
	}
}

// completed MUST be called with the socket's mu held, for an operation that has not ended.
func (o *operation) completed() {
	o.end()
	o.s.tellLocked(kindComplete, small(`{"id":`, o.id, `,"type":"complete"}`))
}

// Fail tells the client that nothing more comes, and why.
func (o *operation) Fail(errs gqlerror.List) {
	frame := errorFrame(o.id, errs)
	o.s.mu.Lock()
	defer o.s.mu.Unlock()
	if !o.ended && !o.s.closing {
		o.end()
		o.s.tellLocked(kindError, frame)
	}
}

// end makes the id free. MUST be called with the socket's mu held, once.
func (o *operation) end() {
	o.ended = true
	s := o.s
	for i, other := range s.ops {
		if other == o {
			last := len(s.ops) - 1
			s.ops[i], s.ops[last] = s.ops[last], nil
			s.ops = s.ops[:last]
			break
		}
	}
	if !o.runs {
		o.over()
	}
}

// ran notes that the operation's goroutine returns.
func (o *operation) ran() {
	s := o.s
	s.mu.Lock()
	o.runs = false
	if o.single {
		s.running--
	}
	if o.cancel != nil {
		o.cancel()
	}
	if o.ended {
		o.over()
	}
	if s.leaving && s.running == 0 {
		s.shut(closeRestart)
	}
	s.mu.Unlock()
}

// over MUST be called with the socket's mu held, once.
func (o *operation) over() {
	o.s.busy--
	o.s.t.ended()
}
