package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/api"
	"acs-aec.org/hub/cmd/livecheck/internal/history"
)

// transport is how a listener listens.
type transport string

const (
	websockets transport = "websocket"
	sse        transport = "sse"
	polling    transport = "polling"
)

// pace is how a listener reads.
type pace string

const (
	quick  pace = "quick"
	jumpy  pace = "jumpy"  // breaks off by itself now and then
	sleepy pace = "sleepy" // stops reading for a second or two
)

// listener listens as one person to one scope, and writes down what comes. When
// its stream breaks it comes back, on any node, with the last cursor it has, or
// sometimes an older one, as a client does that was restarted.
type listener struct {
	me        *person
	scope     map[string]any // as the API names it
	by        transport
	pace      pace
	selection string
	hopeless  bool // the scope is never open to the person: NOT_FOUND is right
	d         *Deployment
	r         *rand.Rand
	api       *api.Client
	awake     atomic.Bool // it sleeps no more

	mu      sync.Mutex // protects what follows
	rec     history.Listener
	seen    map[string]bool
	cursors []string // the latest ones, the last one last
	ends    map[string]int
	wrong   []string // answers that no listener may get
}

// envelope is an envelope as it comes.
type envelope struct {
	ID             string
	Cursor         string
	PreviousCursor *string
	Event          struct {
		Typename string `json:"__typename"`
		Message  *struct {
			ID     string
			Number int
		}
	}
}

// selections are what listeners ask for in an envelope: what means the same to
// all, what is nested, what is each reader's own.
var selections = map[string]string{
	"flat":   `message { id number }`,
	"nested": `message { id number body author { name organisation { name } } }`,
	"own":    `message { id number body viewerCanEdit }`,
}

const fields = `id cursor previousCursor event { __typename ... on MessagePosted { %s } }`

func (l *listener) subscription() string {
	return fmt.Sprintf(`subscription($in: EventScope!, $after: EventCursor) { events(in: $in, after: $after) { `+fields+` } }`, selections[l.selection])
}

// ending is why a stream ended, as far as it decides what to do next.
type ending int

const (
	broken   ending = iota // come back
	denied                 // the credential is no good any more
	notFound               // the scope is not open
	misused                // the hub refuses what it should answer
)

// run listens until the context ends.
func (l *listener) run(ctx context.Context) {
	refused := ""
	for ctx.Err() == nil {
		who, err := l.me.credential(ctx, refused)
		if err != nil {
			return
		}
		after := l.position()
		var end ending
		var why string
		switch l.by {
		case websockets:
			end, why = l.listenSocket(ctx, l.d.any(l.r), who, after)
		case sse:
			end, why = l.listenSSE(ctx, l.d.any(l.r), who, after)
		case polling:
			end, why = l.poll(ctx, l.d.any(l.r), who, after)
		}
		if ctx.Err() != nil {
			return
		}
		l.ended(end, why)
		refused = ""
		switch end {
		case denied:
			refused = who.name
			pause(ctx, 100*time.Millisecond)
		case notFound:
			pause(ctx, between(l.r, 100*time.Millisecond, 400*time.Millisecond))
		default:
			if why == "line" || why == "own" {
				pause(ctx, between(l.r, 0, 150*time.Millisecond))
			} else { // the hub asks for patience
				pause(ctx, between(l.r, 100*time.Millisecond, 500*time.Millisecond))
			}
		}
	}
}

// position is where to go on.
func (l *listener) position() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.cursors); l.r.IntN(8) == 0 {
		return l.cursors[l.r.IntN(n)]
	}
	return l.cursors[len(l.cursors)-1]
}

// began begins to write down a stream.
func (l *listener) began(who signedIn, after string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rec.Streams = append(l.rec.Streams, history.Stream{Began: time.Now(), After: after, Session: who.name})
}

// got writes an envelope down on the stream that began last.
func (l *listener) got(e *envelope) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &l.rec.Streams[len(l.rec.Streams)-1]
	d := history.Delivery{ID: e.ID, Kind: e.Event.Typename, Cursor: e.Cursor, At: time.Now()}
	if e.PreviousCursor != nil {
		d.Previous = *e.PreviousCursor
		if n := len(s.Deliveries); n > 0 && s.Deliveries[n-1].Cursor == d.Previous {
			d.Previous = s.Deliveries[n-1].Cursor // the same bytes, kept once
		}
	}
	if m := e.Event.Message; m != nil {
		d.Message, d.Number = m.ID, m.Number
	}
	s.Deliveries = append(s.Deliveries, d)
	l.seen[e.ID] = true
	l.moved(e.Cursor)
}

// moved keeps a cursor. l.mu must be held.
func (l *listener) moved(cursor string) {
	if l.cursors = append(l.cursors, cursor); len(l.cursors) > 20 {
		l.cursors = l.cursors[1:]
	}
}

func (l *listener) ended(end ending, why string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ends[why]++
	if n := len(l.rec.Streams); n > 0 {
		s := &l.rec.Streams[n-1]
		if s.Ended.IsZero() {
			s.End, s.Ended, s.Completed = why, time.Now(), why == "complete"
		}
	}
	if end == misused && len(l.wrong) < 3 {
		l.wrong = append(l.wrong, why)
	}
	if l.hopeless && end != notFound && end != broken && len(l.wrong) < 3 {
		l.wrong = append(l.wrong, "a scope that is not open ends with "+why)
	}
}

// has says how many of the identifiers the listener lacks.
func (l *listener) lacks(ids []string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, u := range ids {
		if !l.seen[u] {
			n++
		}
	}
	return n
}

// latest tells of the latest streams.
func (l *listener) latest() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	for _, s := range l.rec.Streams[max(0, len(l.rec.Streams)-5):] {
		fmt.Fprintf(&b, "  began %s, %d envelopes", s.Began.Format(time.StampMilli), len(s.Deliveries))
		if n := len(s.Deliveries); n > 0 {
			fmt.Fprintf(&b, ", the last at %s", s.Deliveries[n-1].At.Format(time.StampMilli))
		}
		if !s.Ended.IsZero() {
			fmt.Fprintf(&b, ", ended %s by %s", s.Ended.Format(time.StampMilli), s.End)
		}
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (l *listener) deliveries() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.seen)
}

// judge says what a refusal means for a listener.
func judge(err error) (ending, string) {
	code := api.Code(err)
	switch code {
	case "":
		return broken, "line"
	case "NOT_FOUND":
		return notFound, code
	case "UNAUTHENTICATED":
		return denied, code
	case "UNAVAILABLE", "INTERNAL", "RATE_LIMITED":
		return broken, code
	}
	return misused, err.Error()
}

// lifetime is when a jumpy listener breaks off: never for the others.
func (l *listener) lifetime(ctx context.Context) (context.Context, context.CancelFunc) {
	if l.pace != jumpy {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, between(l.r, 200*time.Millisecond, 4*time.Second))
}

// dawdle makes a sleepy listener sleep, now and then.
func (l *listener) dawdle(ctx context.Context) {
	if l.pace == sleepy && !l.awake.Load() && l.r.IntN(60) == 0 {
		pause(ctx, between(l.r, 500*time.Millisecond, 2500*time.Millisecond))
	}
}
