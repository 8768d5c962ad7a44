package live

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/viewer"
)

var errCrowded = apperr.New(apperr.RateLimited, i18n.Message{
	EN: "There are too many open connections. Close another one first.",
	ES: "Hay demasiadas conexiones abiertas. Cierre antes otra.",
	FR: "Il y a trop de connexions ouvertes. Fermez-en d'abord une autre.",
})

var errOneField = apperr.New(apperr.InvalidInput, i18n.Message{
	EN: "A subscription selects one field: send another one for each further field.",
	ES: "Una suscripción selecciona un solo campo: envíe otra por cada campo más.",
	FR: "Un abonnement sélectionne un seul champ : envoyez-en un autre pour chaque champ de plus.",
})

// Link is a connection over which streams run: a socket, or an event stream. It
// is cut when what it was opened with is good no more.
type Link struct {
	e       *Engine
	who     *who
	session uuid.UUID // the session or token; uuid.Nil: nothing that could end
	origin  string    // of nobody
	cut     func(Reason)

	mu      sync.Mutex // guards what follows
	streams []*Stream
	expires time.Time // when to look at the session or token again; zero: never
	closed  bool
	gone    bool // it was cut
}

// Attach registers a connection of whoever asks. cut is called at most once, from
// any goroutine, and must not block: the connection must then end for that
// reason. RATE_LIMITED if there are too many connections already.
func (e *Engine) Attach(ctx context.Context, v *viewer.Viewer, cut func(Reason)) (*Link, error) {
	select {
	case <-e.ready:
	case <-ctx.Done():
		return nil, apperr.ErrUnavailable.Because(ctx.Err())
	}
	l := &Link{e: e, cut: cut, session: v.Session, origin: viewer.OriginFrom(ctx)}
	// What asks the database with the context of a socket leaves traces in it that stay as long.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	w, err := e.rights.enter(ctx, l, v.Person, func(links map[*Link]struct{}) bool {
		if v.Person != uuid.Nil {
			return len(links) >= e.o.LinksPerPerson
		}
		n := 0
		for other := range links {
			if other.origin == l.origin {
				n++
			}
		}
		return n >= e.o.LinksPerStranger
	})
	if err != nil {
		return nil, err
	}
	l.who = w
	e.metrics.links.Add(1)
	if l.session != uuid.Nil {
		// What the tailer has applied before the link was there is looked up now.
		if err := e.verifyLinks(ctx, []*Link{l}); err != nil {
			l.Close()
			return nil, err
		}
	}
	return l, nil
}

// viewer is who asks, with the rights of now.
func (l *Link) viewer() *viewer.Viewer { return l.who.on(l.e.today()) }

// Open begins a subscription for an operation that has passed
// CreateOperationContext of the executor. ctx says in which language, for which
// request; it is kept as long as the stream. The errors are what the client is
// told, and then there is no stream. Else answers go to out, the first perhaps
// before Open returns.
func (l *Link) Open(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, out Outlet) (*Stream, gqlerror.List) {
	ctx = context.WithoutCancel(ctx)
	o := &opening{e: l.e, link: l}
	asking := viewer.With(context.WithValue(ctx, callKey{}, o), l.viewer())
	if len(graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Subscription"})) != 1 {
		return nil, refusal(ctx, exec, op, errOneField)
	}
	next, asking := exec.DispatchOperation(asking, op)
	if r := next(asking); r != nil && len(r.Errors) > 0 {
		return nil, r.Errors
	}
	if o.subject == nil {
		return nil, refusal(ctx, exec, op, errNotDurable)
	}
	s := &Stream{link: l, out: out, ctx: ctx, idx: -1}
	o.subject.enter(s, exec, op)
	l.mu.Lock()
	over := l.closed || l.gone
	l.streams = append(l.streams, s)
	l.mu.Unlock()
	l.e.metrics.streams.Add(1)
	if over {
		s.Close()
		return nil, refusal(ctx, exec, op, apperr.ErrUnavailable)
	}
	o.subject.start(s)
	// What was lost between the first look and now, nobody has told the stream.
	if err := s.recheck(ctx); err != nil {
		s.Close()
		return nil, refusal(ctx, exec, op, err)
	}
	return s, nil
}

// refusal presents an error as the executor does.
func refusal(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, err error) gqlerror.List {
	return exec.DispatchError(graphql.WithOperationContext(ctx, op), gqlerror.List{gqlerror.Wrap(err)}).Errors
}

// all are the streams of the connection.
func (l *Link) all() []*Stream {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.streams)
}

// forget takes a stream that has ended out.
func (l *Link) forget(s *Stream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(l.streams, s); i >= 0 {
		l.streams = slices.Delete(l.streams, i, i+1)
		l.e.metrics.streams.Add(-1)
	}
}

// Close ends the connection's streams and forgets it. It may be called twice.
func (l *Link) Close() {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.closed = true
	streams := slices.Clone(l.streams)
	l.mu.Unlock()
	for _, s := range streams {
		s.Close()
	}
	l.e.rights.leave(l, l.who)
	l.e.metrics.links.Add(-1)
}

// end cuts the connection.
func (l *Link) end(why Reason) {
	l.mu.Lock()
	if l.gone || l.closed {
		l.mu.Unlock()
		return
	}
	l.gone = true
	streams := slices.Clone(l.streams)
	l.mu.Unlock()
	for _, s := range streams {
		s.Close() // nothing comes any more, however long the connection takes to end
	}
	l.cut(why)
}

// verifyLinks cuts the connections whose session or token is good no more, and
// looks again when it expires.
func (e *Engine) verifyLinks(ctx context.Context, links []*Link) error {
	for some := range slices.Chunk(links, 200) {
		ids := make([]uuid.UUID, 0, len(some))
		for _, l := range some {
			if l.session != uuid.Nil {
				ids = append(ids, l.session)
			}
		}
		if len(ids) == 0 {
			continue
		}
		good, err := e.rights.accounts.Live(ctx, ids)
		if err != nil {
			return err
		}
		for _, l := range some {
			if l.session == uuid.Nil {
				continue
			}
			if until, ok := good[l.session]; ok {
				l.until(until)
			} else {
				l.end(Revoked)
			}
		}
	}
	return nil
}

// until says when to look at the session or token again: when it expires. It may
// live longer by then.
func (l *Link) until(t time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.expires = t
}

// expire looks at the sessions and tokens whose time has come. Those of a link
// whose session can't be looked up are cut: the client comes back.
func (e *Engine) expire() {
	now := e.o.Now()
	var due []*Link
	for _, l := range e.rights.linksOf(e.rights.all(everybody)) {
		l.mu.Lock()
		if !l.expires.IsZero() && !now.Before(l.expires) && !l.gone {
			l.expires = time.Time{}
			due = append(due, l)
		}
		l.mu.Unlock()
	}
	if len(due) == 0 {
		return
	}
	go func() { // the tailer does not wait for it
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := e.verifyLinks(ctx, due); err != nil {
			e.o.Logger.LogAttrs(ctx, slog.LevelWarn, "sessions can't be looked up: their connections are cut", slog.String("cause", err.Error()))
			for _, l := range due {
				l.end(Lagging)
			}
		}
	}()
}
