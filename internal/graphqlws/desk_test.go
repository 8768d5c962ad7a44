package graphqlws_test

import (
	"context"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/internal/graphqlws"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/viewer"
)

// desk is an engine at which the test sits: it sees who comes, and says what is answered.
type desk struct {
	links   chan *deskLink
	streams chan *deskStream
	open    func(*deskStream) gqlerror.List // before Open returns; nil: nothing
}

func newDesk() *desk {
	return &desk{links: make(chan *deskLink, 1000), streams: make(chan *deskStream, 1000)}
}

type deskLink struct {
	d      *desk
	viewer *viewer.Viewer
	cut    func(live.Reason)
	closed chan struct{}
	once   atomic.Bool
}

type deskStream struct {
	out     live.Outlet
	drained chan struct{}
	closed  chan struct{}
	once    atomic.Bool
}

func (d *desk) attach(_ context.Context, v *viewer.Viewer, cut func(live.Reason)) (*deskLink, error) {
	l := &deskLink{d: d, viewer: v, cut: cut, closed: make(chan struct{})}
	d.links <- l
	return l, nil
}

func (l *deskLink) Open(_ context.Context, _ graphql.GraphExecutor, _ *graphql.OperationContext, out live.Outlet) (*deskStream, gqlerror.List) {
	s := &deskStream{out: out, drained: make(chan struct{}, 100), closed: make(chan struct{})}
	if l.d.open != nil {
		if errs := l.d.open(s); errs != nil {
			return nil, errs
		}
	}
	l.d.streams <- s
	return s, nil
}

func (l *deskLink) Close() {
	if !l.once.Swap(true) {
		close(l.closed)
	}
}

func (s *deskStream) Drained() { s.drained <- struct{}{} }

func (s *deskStream) Close() {
	if !s.once.Swap(true) {
		close(s.closed)
	}
}

// sitting has the world answered by a desk.
func sitting(d *desk) func(*graphqlws.Config) {
	return func(c *graphqlws.Config) { c.Engine = graphqlws.Adapt(d.attach) }
}
