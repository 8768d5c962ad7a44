package graphqlws

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"

	"acs-aec.org/hub/internal/viewer"
)

// Settings are what differs between deployments. Zero values stand for their defaults.
type Settings struct {
	InitTime  time.Duration // for connection_init to come; default 10 s
	PingEvery time.Duration // between pings of the hub; default 8 s
	PongTime  time.Duration // for a pong to come; default 5 s
	WriteTime time.Duration // for the network to take what is waiting; default 5 s
	CloseTime time.Duration // for the client to answer a close; default 3 s
	DrainTime time.Duration // over which a node that ends sends its clients away; default 5 s

	MessageLimit int // bytes of a message from a client; default 64 KiB
	QueueLimit   int // bytes of short messages that may wait for a slow client; default 64 KiB
	SendBuffer   int // bytes that the system keeps for a client; default 32 KiB
	Operations   int // of a socket at a time; default 16
	Sockets      int // of this node at a time; default 50,000
}

// Config is what a Transport works with. Context and Authenticate are needed, and a default stands
// for everything else.
type Config struct {
	Settings

	// Engine answers subscriptions; nil: there are none.
	Engine Engine
	// Context makes the context of a socket from the request that opens it, with who is asking, the
	// language and the rest. It must not lead back to the request, which would then live as long.
	Context func(*http.Request) context.Context
	// Authenticate finds whose token it is. UNAUTHENTICATED: it is not, or no longer, good.
	Authenticate func(ctx context.Context, token string) (*viewer.Viewer, error)
	// Origin says whether a page of the request's origin may open a socket. nil: none of another
	// host, as websocket.Upgrader has it.
	Origin func(*http.Request) bool
	// Refuse answers a request that does not become a socket.
	Refuse func(w http.ResponseWriter, r *http.Request, status int, err error)
	// Recover says what is told of a panic.
	Recover graphql.RecoverFunc
	// Ended hears of every socket that has ended, with its context. It must not block.
	Ended func(context.Context, End)
	// Metrics is where the metrics are registered; nil: nowhere.
	Metrics prometheus.Registerer
	// Now is the clock.
	Now func() time.Time
}

// End is how a socket ended.
type End struct {
	Code       int  // of the close; 1006 where nobody said one
	ByClient   bool // the client closed, or was gone
	Operations int  // that were asked for
	Lasted     time.Duration
}

func (c Config) withDefaults() Config {
	or(&c.InitTime, 10*time.Second)
	or(&c.PingEvery, 8*time.Second)
	or(&c.PongTime, 5*time.Second)
	or(&c.WriteTime, 5*time.Second)
	or(&c.CloseTime, 3*time.Second)
	or(&c.DrainTime, 5*time.Second)
	or(&c.MessageLimit, 64<<10)
	or(&c.QueueLimit, 64<<10)
	or(&c.SendBuffer, 32<<10)
	or(&c.Operations, 16)
	or(&c.Sockets, 50_000)
	if c.Refuse == nil {
		c.Refuse = func(w http.ResponseWriter, _ *http.Request, status int, _ error) {
			http.Error(w, http.StatusText(status), status)
		}
	}
	if c.Recover == nil {
		c.Recover = graphql.DefaultRecover
	}
	if c.Ended == nil {
		c.Ended = func(context.Context, End) {}
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // the default clock
	}
	return c
}

func or[T int | time.Duration](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}
