package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/bus"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/server/query"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// wait is how long a test waits for what must come.
const wait = 20 * time.Second

// node is an engine with the API over it, as a process of its own would be.
type node struct {
	*live.Engine
	w    *dbtest.World
	exec graphql.GraphExecutor
	stop func()
}

// start starts a node over a world.
func start(tb testing.TB, w *dbtest.World, change ...func(*live.Options)) *node {
	tb.Helper()
	o := live.Options{
		Log: w.Log, Client: w.DB.Client, Accounts: account.New(w.Runner), Personal: w.Personal, Sources: graph.Personal(w.Runner), Now: w.Now, NewID: w.NewID,
		CheckpointEvery: time.Hour, Poll: 20 * time.Millisecond,
	}
	for _, f := range change {
		f(&o)
	}
	e := live.New(o)
	r, err := graph.New(w.Runner)
	if err != nil {
		tb.Fatal(err)
	}
	exec := query.New(query.Options{Schema: graph.Schema(r.WithLive(e)), Present: graph.ErrorPresenter, Recover: graph.Recover})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { e.Run(ctx) })
	stop := sync.OnceFunc(func() { cancel(); running.Wait() })
	tb.Cleanup(stop)
	return &node{e, w, exec, stop}
}

// withBus connects a node to others.
func withBus(b *bus.Bus) func(*live.Options) { return func(o *live.Options) { o.Bus = b } }

// envelope is what a client gets of an event.
type envelope struct {
	ID             string
	Cursor         string
	PreviousCursor *string
	Event          struct {
		Typename string `json:"__typename"`
		Message  *struct {
			Number int
			Body   *string
		}
	}
	raw string
}

// listener is a client of one stream. It takes what it is given as long as it is
// not full.
type listener struct {
	tb     testing.TB
	link   *live.Link
	stream *live.Stream

	mu       sync.Mutex
	got      []envelope
	raw      []string
	complete bool
	errs     gqlerror.List
	cut      *live.Reason
	full     bool
	refused  bool
	news     chan struct{} // closed at each change
}

func (l *listener) changed() {
	close(l.news)
	l.news = make(chan struct{})
}

func (l *listener) Next(a *live.Answer, cursor, previous string) bool {
	body := a.AppendTo(nil, cursor, previous)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.full {
		l.refused = true
		l.changed()
		return false
	}
	if l.complete {
		l.tb.Errorf("something comes after the end: %s", body)
	}
	var r struct {
		Data   map[string]json.RawMessage
		Errors []any
	}
	if err := json.Unmarshal(body, &r); err != nil {
		l.tb.Errorf("no JSON: %v: %s", err, body)
		return true
	}
	for _, field := range r.Data {
		e := envelope{raw: string(body)}
		if err := json.Unmarshal(field, &e); err != nil {
			l.tb.Errorf("no envelope: %v: %s", err, body)
		}
		l.got = append(l.got, e)
	}
	l.raw = append(l.raw, string(body))
	l.changed()
	return true
}

func (l *listener) Complete() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.complete = true
	l.changed()
}

func (l *listener) Fail(errs gqlerror.List) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errs = errs
	l.changed()
}

// until waits until the test holds of what came.
func (l *listener) until(what string, test func() bool) {
	l.tb.Helper()
	limit := time.After(wait)
	for {
		l.mu.Lock()
		ok, news := test(), l.news
		l.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-news:
		case <-limit:
			l.mu.Lock()
			defer l.mu.Unlock()
			l.tb.Fatalf("%s did not come; %d envelopes came: %v, complete %v, cut %v", what, len(l.got), l.raw[max(0, len(l.raw)-3):], l.complete, l.cut)
		}
	}
}

// envelopes waits for that many envelopes and gives all that came.
func (l *listener) envelopes(n int) []envelope {
	l.tb.Helper()
	l.until(fmt.Sprintf("envelope %d", n), func() bool { return len(l.got) >= n })
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.got)
}

// ended waits for the end of the stream.
func (l *listener) ended() {
	l.tb.Helper()
	l.until("the end", func() bool { return l.complete })
}

// wasCut waits until the connection is cut.
func (l *listener) wasCut() live.Reason {
	l.tb.Helper()
	l.until("the cut", func() bool { return l.cut != nil })
	return *l.cut
}

// fill lets the client take nothing any more, or everything again.
func (l *listener) fill(full bool) {
	l.mu.Lock()
	l.full = full
	again := !full && l.refused
	l.refused = false
	l.mu.Unlock()
	if again {
		l.stream.Drained()
	}
}

// numbers are the numbers of the messages that were posted.
func numbers(got []envelope) []int {
	var out []int
	for _, e := range got {
		if e.Event.Typename == "MessagePosted" {
			out = append(out, e.Event.Message.Number)
		}
	}
	return out
}

// chained checks that each envelope continues the one before.
func chained(tb testing.TB, after string, got []envelope) {
	tb.Helper()
	for i, e := range got {
		previous := ""
		if e.PreviousCursor != nil {
			previous = *e.PreviousCursor
		}
		if previous != after {
			tb.Errorf("envelope %d (%s) does not continue the one before", i, e.Event.Typename)
		}
		after = e.Cursor
	}
}

const threadFeed = `subscription($in: EventScope!, $after: EventCursor) { events(in: $in, after: $after) { id cursor previousCursor event {
	__typename
	... on MessagePosted { message { number body author { name organisation { name } } } thread { id title } }
	... on MessageEdited { message { number body } }
	... on MessageWithdrawn { message { number body } }
} } }`

// aloneFeed selects a field that each viewer sees differently.
const aloneFeed = `subscription($in: EventScope!, $after: EventCursor) { events(in: $in, after: $after) { id cursor previousCursor event {
	__typename
	... on MessagePosted { message { number body viewerCanEdit } }
} } }`

type vars map[string]any

// sent is what comes of variables on the wire: the executor changes what it gets.
func (v vars) sent(tb testing.TB) map[string]any {
	tb.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		tb.Fatal(err)
	}
	return out
}

func in(thread uuid.UUID) vars { return vars{"in": map[string]any{"threadId": id.Format(thread)}} }

var everything = vars{"in": map[string]any{"everything": true}}

func (v vars) after(cursor string) vars {
	out := vars{"after": cursor}
	for k, e := range v {
		out[k] = e
	}
	return out
}

// connect opens a connection as a viewer.
func (n *node) connect(tb testing.TB, v *viewer.Viewer) (*live.Link, *listener) {
	tb.Helper()
	l := &listener{tb: tb, news: make(chan struct{})}
	link, err := n.Attach(viewer.With(tb.Context(), v), v, func(why live.Reason) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.cut = &why
		l.changed()
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(link.Close)
	l.link = link
	return link, l
}

// subscribe opens a stream on a connection of its own.
func (n *node) subscribe(tb testing.TB, v *viewer.Viewer, text string, in vars) *listener {
	tb.Helper()
	link, l := n.connect(tb, v)
	if errs := n.open(tb, link, v, l, text, in); errs != nil {
		tb.Fatal(errs)
	}
	return l
}

// knows waits until the node has got everything that has happened in a discussion.
func (n *node) knows(tb testing.TB, v *viewer.Viewer, th uuid.UUID) {
	tb.Helper()
	events, err := n.w.DB.Client.LogEntry.Query().Where(logentry.ThreadID(th)).Count(n.w.System())
	if err != nil {
		tb.Fatal(err)
	}
	l := n.subscribe(tb, v, threadFeed, in(th).after(n.w.Log.Cursor(eventlog.Position{})))
	l.envelopes(events)
	l.link.Close()
}

// refused is the code with which a subscription is refused.
func (n *node) refused(tb testing.TB, v *viewer.Viewer, text string, in vars) string {
	tb.Helper()
	link, l := n.connect(tb, v)
	defer link.Close()
	errs := n.open(tb, link, v, l, text, in)
	if len(errs) == 0 {
		return ""
	}
	return fmt.Sprint(errs[0].Extensions["code"])
}

func (n *node) open(tb testing.TB, link *live.Link, v *viewer.Viewer, l *listener, text string, in vars) gqlerror.List {
	tb.Helper()
	ctx := i18n.With(viewer.With(context.WithoutCancel(tb.Context()), v), i18n.EN)
	ctx = graphql.StartOperationTrace(ctx)
	op, errs := n.exec.CreateOperationContext(ctx, &graphql.RawParams{Query: text, Variables: in.sent(tb)})
	if errs != nil {
		return errs
	}
	s, errs := link.Open(graphql.WithOperationContext(ctx, op), n.exec, op, l)
	l.mu.Lock()
	l.stream = s
	l.mu.Unlock()
	return errs
}

// ask runs a query or mutation and gives the code with which it was refused.
func (n *node) ask(tb testing.TB, v *viewer.Viewer, text string, in vars) string {
	tb.Helper()
	ctx := graphql.StartOperationTrace(i18n.With(viewer.With(tb.Context(), v), i18n.EN))
	op, errs := n.exec.CreateOperationContext(ctx, &graphql.RawParams{Query: text, Variables: in.sent(tb)})
	if errs == nil {
		next, ctx := n.exec.DispatchOperation(graphql.WithOperationContext(ctx, op), op)
		errs = next(ctx).Errors
	}
	if len(errs) == 0 {
		return ""
	}
	return fmt.Sprint(errs[0].Extensions["code"])
}

// opened opens a discussion on the donor among bodies and persons.
func opened(tb testing.TB, w *dbtest.World, v *viewer.Viewer, audience ...uuid.UUID) uuid.UUID {
	tb.Helper()
	title := "Discussion"
	parties := make([]thread.Party, len(audience))
	for i, u := range audience {
		parties[i] = party(u)
	}
	t, _, err := thread.New(w.Runner).Open(w.As(tb, v), thread.Opening{Subject: w.Donor, Title: &i18n.TextInput{En: &title}, Audience: parties}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return t.ID
}

func party(u uuid.UUID) thread.Party {
	switch id.KindOf(u) {
	case id.Body:
		return thread.Party{Body: &u}
	case id.Person:
		return thread.Party{Person: &u}
	}
	return thread.Party{Organisation: &u}
}

var texts atomic.Int64

// post posts messages.
func post(tb testing.TB, w *dbtest.World, v *viewer.Viewer, in uuid.UUID, n int) uuid.UUID {
	tb.Helper()
	var last uuid.UUID
	for range n {
		m, _, err := thread.New(w.Runner).Post(w.As(tb, v), thread.Posting{Thread: in, Body: fmt.Sprintf("text %d", texts.Add(1)), Language: i18n.EN}, nil)
		if err != nil {
			tb.Fatal(err)
		}
		last = m.ID
	}
	return last
}

// revision is the present revision of a discussion.
func revision(tb testing.TB, w *dbtest.World, th uuid.UUID) int {
	tb.Helper()
	t, err := w.DB.Client.Thread.Get(w.System(), th)
	if err != nil {
		tb.Fatal(err)
	}
	return t.Revision
}

// count is 1 to n.
func count(from, to int) []int {
	var out []int
	for i := from; i <= to; i++ {
		out = append(out, i)
	}
	return out
}

// mask hides cursors and identifiers.
func mask(e envelope) string {
	out := strings.ReplaceAll(e.raw, e.Cursor, "C")
	if e.PreviousCursor != nil {
		out = strings.ReplaceAll(out, *e.PreviousCursor, "P")
	}
	return out
}
