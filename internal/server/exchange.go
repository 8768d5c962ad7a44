package server

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/server/query"
	"acs-aec.org/hub/internal/viewer"
)

// exchange is a request with its answer, or a websocket, as far as the log and the cookies are concerned.
type exchange struct {
	id  string
	log *slog.Logger // its lines carry the id
	jar jar

	mu    sync.Mutex // guards what follows
	kind  string
	cost  int
	codes []string
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// note keeps what became of an operation, for the line in the log.
func (x *exchange) note(kind string, cost int, codes []string) {
	if x == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.kind, x.cost = kind, cost
	x.codes = append(x.codes, codes[:min(len(codes), max(0, 5-len(x.codes)))]...)
}

// observe hears of every answer of the executor.
func (s *Server) observe(ctx context.Context, o query.Outcome) {
	codes := codesOf(o.Errors)
	kind := s.metrics.operation(o, codes)
	exchangeOf(ctx).note(kind, o.Cost, codes)
}

func codesOf(errs gqlerror.List) []string {
	out := make([]string, len(errs))
	for i, err := range errs {
		code, _ := err.Extensions["code"].(apperr.Code)
		out[i] = string(code)
	}
	return out
}

// exchange gives each request an id, headers and a line in the log, and answers for what panics.
func (s *Server) exchange(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		x := &exchange{id: requestID(r.Header.Get("X-Request-Id"))}
		x.jar.secure = s.secure(r)
		log := s.c.Log.With(slog.String("request", x.id))
		x.log = log
		ctx := context.WithValue(r.Context(), exchangeKey{}, x)
		ctx = graph.WithRequest(ctx, graph.Request{ID: x.id, Log: log})
		ctx = viewer.WithOrigin(ctx, s.origin(r))
		ctx = i18n.With(ctx, i18n.FromAcceptLanguage(r.Header.Get("Accept-Language")))
		ctx = viewer.WithUserAgent(ctx, cut(r.UserAgent(), 200))
		r = r.WithContext(ctx)

		w.Header().Set("X-Request-Id", x.id)
		secureHeaders(w.Header(), x.jar.secure)
		rec := &recorder{ResponseWriter: w, jar: &x.jar}
		inFlight := s.metrics.inFlight
		inFlight.Inc()
		defer func() {
			inFlight.Dec()
			panicked := recover()
			if err, ok := panicked.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(panicked)
			}
			if panicked != nil {
				err := graph.Recover(ctx, panicked)
				if rec.status == 0 {
					s.refuse(rec, r, http.StatusInternalServerError, err)
				}
			}
			took := time.Since(started)
			s.metrics.request(r, rec.status, took)
			s.line(log, r, rec, x, took)
		}()
		next.ServeHTTP(rec, r)
	})
}

// line writes the request's line into the log: where it went and what became of it, never what it said.
func (s *Server) line(log *slog.Logger, r *http.Request, rec *recorder, x *exchange, took time.Duration) {
	level := slog.LevelInfo
	switch r.Pattern {
	case "/healthz", "/readyz", "/metrics":
		level = slog.LevelDebug
	}
	if rec.status >= http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{
		slog.String("method", methodLabel(r.Method)), slog.String("route", r.Pattern), slog.Int("status", rec.status),
		slog.Int64("bytes", rec.bytes), slog.Duration("took", took), slog.String("from", viewer.OriginFrom(r.Context())),
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.kind != "" {
		attrs = append(attrs, slog.String("operation", x.kind), slog.Int("cost", x.cost))
	}
	if len(x.codes) > 0 {
		attrs = append(attrs, slog.String("codes", strings.Join(x.codes, ",")))
	}
	log.LogAttrs(r.Context(), level, "request", attrs...)
}

// requestID is the id that the caller gave, if it is one to keep, or a new one.
func requestID(given string) string {
	if len(given) < 8 || len(given) > 64 {
		return rand.Text()
	}
	for _, c := range []byte(given) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' && c != '.' {
			return rand.Text()
		}
	}
	return given
}

func cut(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "")
}

// recorder remembers what was answered, and adds the cookies before the first byte.
type recorder struct {
	http.ResponseWriter
	jar    *jar
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
		r.jar.write(r.Header())
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Flush is for those who look for an http.Flusher.
func (r *recorder) Flush() { _ = http.NewResponseController(r.ResponseWriter).Flush() }

// Hijack is for those who look for an http.Hijacker, as websockets do.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(r.ResponseWriter).Hijack()
	if err == nil {
		r.status = http.StatusSwitchingProtocols
		r.jar.write(http.Header{}) // to nobody: no answer carries cookies from here on
	}
	return conn, rw, err
}
