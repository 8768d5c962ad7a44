package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/graphqlws"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/viewer"
)

// websockets is the transport for them.
func (s *Server) websockets() *graphqlws.Transport {
	return graphqlws.New(graphqlws.Config{
		Settings: s.c.Sockets, Engine: s.c.Live,
		Context: s.socketContext, Ended: s.socketEnded,
		Authenticate: func(ctx context.Context, token string) (*viewer.Viewer, error) {
			return s.c.Authenticate(ctx, Credentials{Bearer: token})
		},
		// Browsers always say the origin of a page that opens a websocket.
		Origin: func(r *http.Request) bool { return !s.foreign(r) },
		Refuse: s.refuse, Recover: graph.Recover, Metrics: s.metrics.registry,
	})
}

// socket opens a websocket. What was to become of the session cookie goes with the answer to that.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	exchangeOf(r.Context()).jar.write(w.Header())
	s.sockets.Do(w, r, s.exec) //nolint:contextcheck // a websocket outlives the request, and its context
}

// socketContext is the context of a websocket: what the context of the request that opens it says, and
// nothing of the request, which is gone then.
func (s *Server) socketContext(r *http.Request) context.Context {
	from := r.Context()
	x := &exchange{id: exchangeOf(from).id, log: exchangeOf(from).log}
	ctx := context.WithValue(context.Background(), exchangeKey{}, x)
	ctx = graph.WithRequest(ctx, graph.Request{ID: x.id, Log: x.log})
	ctx = viewer.WithOrigin(ctx, viewer.OriginFrom(from))
	ctx = viewer.WithUserAgent(ctx, strings.Clone(viewer.UserAgentFrom(from)))
	ctx = i18n.With(ctx, i18n.From(from))
	return viewer.WithoutJar(viewer.With(ctx, viewer.From(from)))
}

// socketEnded writes a line into the log about a websocket that has ended.
func (s *Server) socketEnded(ctx context.Context, e graphqlws.End) {
	x := exchangeOf(ctx)
	x.mu.Lock()
	codes := strings.Join(x.codes, ",")
	x.mu.Unlock()
	by := "hub"
	if e.ByClient {
		by = "client"
	}
	attrs := []slog.Attr{
		slog.Int("code", e.Code), slog.String("by", by), slog.Int("operations", e.Operations),
		slog.Duration("took", e.Lasted), slog.String("from", viewer.OriginFrom(ctx)),
	}
	if codes != "" {
		attrs = append(attrs, slog.String("codes", codes))
	}
	x.log.LogAttrs(ctx, slog.LevelInfo, "websocket", attrs...)
}

type connKey struct{}

// withConn has requests know the connection on which they came.
func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// narrow has the system keep little for a client that does not read: an event stream has no other way
// to notice.
func narrow(ctx context.Context, bytes int) {
	if c, ok := ctx.Value(connKey{}).(interface{ SetWriteBuffer(int) error }); ok {
		_ = c.SetWriteBuffer(bytes) // an unwilling system keeps its own size
	}
}
