package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/graphqlws"
	"acs-aec.org/hub/internal/server/query"
)

// Server answers over HTTP.
type Server struct {
	c       Config
	exec    *query.Executor
	metrics *metrics
	sockets *graphqlws.Transport
	handler http.Handler

	ending   atomic.Bool     // /readyz says no
	draining context.Context // done when streams are to end
	drain    func()
}

// New makes a server. It returns an error if the configuration makes no sense.
func New(c Config) (*Server, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{c: c, metrics: newMetrics()}
	draining, begin := context.WithCancel(context.Background())
	s.draining = draining
	s.drain = sync.OnceFunc(func() { begin(); s.sockets.Drain(); c.OnDrain() })
	s.sockets = s.websockets()
	s.exec = query.New(query.Options{
		Schema: c.Schema, Limits: c.Limits, Introspection: c.Introspection,
		Present: graph.ErrorPresenter, Recover: graph.Recover, Observe: s.observe,
	})
	cors := s.cors()
	mux := http.NewServeMux()
	mux.Handle("/graphql", s.checkOrigin(cors(s.identify(http.HandlerFunc(s.graphql)))))
	s.attachments(mux, cors)
	s.importFiles(mux, cors)
	mux.Handle("/schema.graphql", readOnly(cors(schemaFile(c.Schema.Schema()))))
	mux.Handle("/healthz", readOnly(http.HandlerFunc(s.health)))
	mux.Handle("/readyz", readOnly(http.HandlerFunc(s.ready)))
	mux.Handle("/metrics", readOnly(s.metricsDoor(s.metrics.handler())))
	s.records(mux, cors)
	s.exports(mux, cors)
	s.published(mux, cors)
	for pattern, h := range c.More {
		mux.Handle(pattern, h)
	}
	mux.Handle("/", c.Front)
	s.handler = s.exchange(mux)
	return s, nil
}

// Handler answers requests. Serve does what it needs around it.
func (s *Server) Handler() http.Handler { return s.handler }

// Executor is what stands behind every transport.
func (s *Server) Executor() graphql.GraphExecutor { return s.exec }

// Metrics is where others register theirs, to be shown at /metrics.
func (s *Server) Metrics() prometheus.Registerer { return s.metrics.registry }

// Serve answers on the listener until ctx is done, and then finishes what runs: /readyz says no, after
// the drain delay no new connection is taken, event streams are cut without "complete" and websockets
// closed one after another, so that clients come back elsewhere, and requests get the shutdown time. It
// closes the listener. It returns nil when everything was finished.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: 10 * time.Second,
		WriteTimeout:      2 * time.Minute, // begins anew with each request; answers and events set their own
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.c.Log.Handler(), slog.LevelDebug), // what clients do wrong
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		ConnContext:       withConn,
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("server: serve: %w", err)
	case <-ctx.Done():
	}
	s.c.Log.Info("finishing what runs")
	s.notReady()
	if s.c.DrainDelay > 0 {
		timer := time.NewTimer(s.c.DrainDelay)
		defer timer.Stop()
		select {
		case err := <-failed:
			return fmt.Errorf("server: serve: %w", err)
		case <-timer.C:
		}
	}
	s.drain()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.c.ShutdownTime)
	defer cancel()
	err := srv.Shutdown(end)
	if err != nil {
		err = errors.Join(fmt.Errorf("server: not everything was finished: %w", err), srv.Close())
	}
	return errors.Join(err, s.sockets.Wait(end))
}
