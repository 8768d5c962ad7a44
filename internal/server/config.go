package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/internal/attachment"
	"acs-aec.org/hub/internal/graphqlws"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/record"
	"acs-aec.org/hub/internal/server/query"
	"acs-aec.org/hub/internal/viewer"
)

// Credentials are what a request shows of who is asking: one of the two, never both.
type Credentials struct {
	Bearer  string // the token of an Authorization header
	Session string // the value of the session cookie
}

// Config is what differs between deployments, and what the server is made of. Zero values stand for
// their defaults; only Schema is needed.
type Config struct {
	Schema        graphql.ExecutableSchema
	Limits        query.Limits
	Introspection bool         // whether questions about the schema are answered
	Front         http.Handler // answers every path that nobody else does; nil: 404

	Live    graphqlws.Engine   // answers subscriptions; nil: there are none
	Sockets graphqlws.Settings // of websockets

	// Attachments keeps files; nil: there are no paths for them.
	Attachments *attachment.Service

	// Imports takes files to be imported; nil: there is no path for them.
	Imports *importrun.Service

	// Records makes records of discussions; nil: they can't be fetched.
	Records *record.Service
	// Exports makes lists and summaries as files; nil: they can't be fetched.
	Exports Exports
	// Publication writes the ACS's own portfolio; nil: it can't be fetched.
	Publication Publication
	// More are further paths, by the pattern of http.ServeMux.
	More map[string]http.Handler

	// Authenticate finds who is asking. An error UNAUTHENTICATED means that the credentials are not, or
	// no longer, good. It is not called for requests without any. nil: everybody is nobody.
	Authenticate func(context.Context, Credentials) (*viewer.Viewer, error)
	// Ready says what keeps the server from answering; it is asked by /readyz. nil: nothing.
	Ready func(context.Context) error
	// OnDrain is called once when the end begins: for connections that the server does not own. It must
	// not block.
	OnDrain func()

	Log *slog.Logger // default: slog.Default()

	AllowedOrigins []string       // pages of these origins may call with a session: https://app.example.org
	TrustedProxies []netip.Prefix // whose X-Forwarded-For, -Proto and -Host are believed
	SecureCookies  bool           // the browser speaks TLS, with whomever
	MetricsToken   string         // opens /metrics from elsewhere than this machine
	MetricsPublic  bool           // /metrics is open to all

	BodyLimit   int64 // bytes of a request; default 1 MiB
	UploadLimit int64 // bytes of a multipart request of a person, BodyLimit of nobody; default 32 MiB
	UploadFiles int   // in one request; default 10

	KeepAlive    time.Duration // between signs of life on an event stream; default 12 s
	BodyTime     time.Duration // for reading a request; default 30 s
	UploadTime   time.Duration // for reading a multipart request; default 5 min
	WriteTime    time.Duration // for writing an answer; default 30 s
	EventTime    time.Duration // for writing an event; default 5 s
	DrainDelay   time.Duration // from "not ready" to closing the door, for balancers to notice; default none
	ShutdownTime time.Duration // for what runs; default 25 s
}

// withDefaults fills in what is not set and checks the rest.
func (c Config) withDefaults() (Config, error) {
	if c.Schema == nil {
		return c, errors.New("server: no schema")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Front == nil {
		c.Front = http.NotFoundHandler()
	}
	if c.Authenticate == nil {
		c.Authenticate = func(context.Context, Credentials) (*viewer.Viewer, error) { return viewer.Nobody(), nil }
	}
	if c.Ready == nil {
		c.Ready = func(context.Context) error { return nil }
	}
	if c.OnDrain == nil {
		c.OnDrain = func() {}
	}
	orElse(&c.BodyLimit, 1<<20)
	orElse(&c.UploadLimit, 32<<20)
	orElse(&c.UploadFiles, 10)
	orElse(&c.KeepAlive, 12*time.Second)
	orElse(&c.BodyTime, 30*time.Second)
	orElse(&c.UploadTime, 5*time.Minute)
	orElse(&c.WriteTime, 30*time.Second)
	orElse(&c.EventTime, 5*time.Second)
	orElse(&c.ShutdownTime, 25*time.Second)
	for _, o := range c.AllowedOrigins {
		u, err := url.Parse(o)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || o != u.Scheme+"://"+u.Host {
			return c, fmt.Errorf("server: %q is not an origin, such as https://app.example.org", o)
		}
	}
	return c, nil
}

func orElse[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
