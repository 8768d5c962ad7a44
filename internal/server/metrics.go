package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/vektah/gqlparser/v2/ast"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/server/query"
)

// metrics are what Prometheus is told. All labels come from fixed lists.
type metrics struct {
	registry *prometheus.Registry

	operations *prometheus.CounterVec   // kind, outcome
	durations  *prometheus.HistogramVec // kind
	costs      *prometheus.HistogramVec // kind
	errors     *prometheus.CounterVec   // code
	requests   *prometheus.CounterVec   // route, method, status
	times      *prometheus.HistogramVec // route
	inFlight   prometheus.Gauge
	streams    prometheus.Gauge
}

func newMetrics() *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, buckets []float64, label string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, []string{label})
	}
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	seconds := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20}
	m := &metrics{
		registry:   prometheus.NewRegistry(),
		operations: counter("hub_graphql_operations_total", "Answers to operations; of subscriptions, events.", "kind", "outcome"),
		durations:  histogram("hub_graphql_operation_seconds", "How long the execution of queries and mutations took.", seconds, "kind"),
		costs:      histogram("hub_graphql_operation_cost", "What operations that were executed might have cost.", prometheus.ExponentialBuckets(1, 4, 9), "kind"),
		errors:     counter("hub_graphql_errors_total", "Errors that were told, by their code.", "code"),
		requests:   counter("hub_http_requests_total", "Requests that were answered.", "route", "method", "status"),
		times:      histogram("hub_http_request_seconds", "How long requests took.", seconds, "route"),
		inFlight:   gauge("hub_http_requests_in_flight", "Requests that are being answered."),
		streams:    gauge("hub_event_streams", "Event streams over HTTP that are open."),
	}
	m.registry.MustRegister(m.operations, m.durations, m.costs, m.errors, m.requests, m.times, m.inFlight, m.streams,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// operation counts an answer, and returns its kind as a label.
func (m *metrics) operation(o query.Outcome, codes []string) (kind string) {
	switch o.Kind {
	case ast.Query, ast.Mutation, ast.Subscription:
		kind = string(o.Kind)
	default:
		kind = "unknown"
	}
	outcome := "ok"
	switch {
	case !o.Executed:
		outcome = "refused"
	case len(codes) > 0:
		outcome = "errors"
	}
	m.operations.WithLabelValues(kind, outcome).Inc()
	if o.Executed && o.Kind != ast.Subscription {
		m.durations.WithLabelValues(kind).Observe(o.Duration.Seconds())
		m.costs.WithLabelValues(kind).Observe(float64(o.Cost))
	}
	m.refusal(codes)
	return kind
}

// refusal counts errors by their code.
func (m *metrics) refusal(codes []string) {
	for _, code := range codes {
		m.errors.WithLabelValues(codeLabel(code)).Inc()
	}
}

func codeLabel(code string) string {
	switch c := apperr.Code(code); c {
	case apperr.Unauthenticated, apperr.Forbidden, apperr.NotFound, apperr.InvalidInput, apperr.AlreadyExists, apperr.Conflict,
		apperr.IdempotencyKeyReused, apperr.QueryTooCostly, apperr.RateLimited, apperr.Unavailable, apperr.Internal:
		return code
	}
	return "other"
}

// request counts a request. Its route is the pattern that matched.
func (m *metrics) request(r *http.Request, status int, took time.Duration) {
	m.requests.WithLabelValues(r.Pattern, methodLabel(r.Method), strconv.Itoa(status)).Inc()
	if status != http.StatusSwitchingProtocols {
		m.times.WithLabelValues(r.Pattern).Observe(took.Seconds())
	}
}

// metricsDoor lets in programs on this machine, whoever has the token, or everybody if so configured.
// To others there is nothing.
func (s *Server) metricsDoor(next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(s.c.MetricsToken))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, shown := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		got := sha256.Sum256([]byte(token))
		known := shown && s.c.MetricsToken != "" && subtle.ConstantTimeCompare(got[:], want[:]) == 1
		if !known && !s.c.MetricsPublic && !s.local(r) {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
