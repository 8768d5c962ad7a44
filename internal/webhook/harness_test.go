package webhook_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/delivery"
	entwebhook "acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/outbound"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
	"acs-aec.org/hub/internal/webhook"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// wait is how long a test waits for what must come.
const wait = 20 * time.Second

var loopback = outbound.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}

// rig is a world whose webhooks may be on this machine.
type rig struct {
	*dbtest.World
	hooks *webhook.Service
}

func each(t *testing.T, test func(t *testing.T, w *rig)) {
	t.Helper()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		t.Helper()
		test(t, newRig(t, w))
	})
}

func newRig(tb testing.TB, w *dbtest.World) *rig {
	tb.Helper()
	s, err := webhook.New(w.Runner, loopback, func(string) bool { return true })
	if err != nil {
		tb.Fatal(err)
	}
	return &rig{w, s}
}

// start starts the reader of a node.
func (w *rig) start(tb testing.TB, change ...func(*webhook.Options)) (stop func()) {
	tb.Helper()
	client := outbound.New(outbound.Options{Guard: loopback, Timeout: 5 * time.Second})
	o := webhook.Options{
		Service: w.hooks, Accounts: account.New(w.Runner), Poster: client, Poll: 10 * time.Millisecond,
		Logger: slog.New(slog.NewTextHandler(logs{tb}, nil)),
	}
	for _, f := range change {
		f(&o)
	}
	r := webhook.NewReader(o)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	stop = sync.OnceFunc(func() { cancel(); running.Wait(); client.Close() })
	tb.Cleanup(stop)
	return stop
}

// logs are lines that a test shows when it fails.
type logs struct{ tb testing.TB }

func (l logs) Write(b []byte) (int, error) {
	l.tb.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

// request is what a receiver was sent.
type request struct {
	id, kind, subject, thread, cursor string
	facts                             map[string]any
	raw                               []byte
	header                            http.Header
}

// receiver is an outside system.
type receiver struct {
	tb   testing.TB
	url  string
	got  chan request
	mu   sync.Mutex // guards answer
	answ func(request) int
}

// receive starts a receiver that answers 204.
func receive(tb testing.TB) *receiver {
	tb.Helper()
	r := &receiver{tb: tb, got: make(chan request, 1000), answ: func(request) int { return http.StatusNoContent }}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		raw, err := io.ReadAll(req.Body)
		if err != nil {
			return
		}
		var body struct {
			ID, Kind, Subject, Thread, Cursor string
			Facts                             map[string]any
		}
		if err := json.Unmarshal(raw, &body); err != nil {
			tb.Errorf("%v: %s", err, raw)
		}
		in := request{body.ID, body.Kind, body.Subject, body.Thread, body.Cursor, body.Facts, raw, req.Header}
		if in.header.Get("webhook-id") != in.id {
			tb.Errorf("the header names %s, the body %s", in.header.Get("webhook-id"), in.id)
		}
		r.mu.Lock()
		f := r.answ
		r.mu.Unlock()
		status := f(in)
		r.got <- in
		w.WriteHeader(status)
	}))
	tb.Cleanup(srv.Close)
	r.url = srv.URL
	return r
}

// answer changes what is answered.
func (r *receiver) answer(f func(request) int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answ = f
}

// status answers with this status from now on.
func (r *receiver) status(n int) { r.answer(func(request) int { return n }) }

// next is what comes next, which must be of this kind.
func (r *receiver) next(kind string) request {
	r.tb.Helper()
	select {
	case in := <-r.got:
		if in.kind != kind {
			r.tb.Fatalf("%s comes, want %s: %s", in.kind, kind, in.raw)
		}
		return in
	case <-time.After(wait):
		r.tb.Fatalf("no %s comes", kind)
	}
	return request{}
}

// nothing checks that nothing has come.
func (r *receiver) nothing() {
	r.tb.Helper()
	select {
	case in := <-r.got:
		r.tb.Fatalf("this comes: %s", in.raw)
	default:
	}
}

// signed checks the signatures of a request: one with each of the secrets, in
// their order.
func (r *receiver) signed(in request, secrets ...string) {
	r.tb.Helper()
	at, err := strconv.ParseInt(in.header.Get("webhook-timestamp"), 10, 64)
	if err != nil {
		r.tb.Fatal(err)
	}
	want := make([]string, len(secrets))
	for i, s := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, "whsec_"))
		if err != nil || len(key) != 32 {
			r.tb.Fatalf("a secret of %d bytes: %v", len(key), err)
		}
		want[i] = webhook.Signature(key, in.id, time.Unix(at, 0), in.raw)
	}
	if got := in.header.Get("webhook-signature"); got != strings.Join(want, " ") {
		r.tb.Errorf("signed %q, want %q", got, want)
	}
}

// created makes a webhook of a person to a receiver.
func (w *rig) created(tb testing.TB, v *viewer.Viewer, to *receiver, scope eventlog.Scope, kinds ...string) (uuid.UUID, string) {
	tb.Helper()
	h, secret, _, err := w.hooks.Create(w.As(tb, v), webhook.Creation{Name: "Test", URL: to.url + "/hook", Scope: scope, Kinds: kinds}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return h.ID, secret
}

// row is how a webhook stands.
func (w *rig) row(tb testing.TB, u uuid.UUID) *ent.Webhook {
	tb.Helper()
	h, err := w.DB.Client.Webhook.Get(w.System(), u)
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

// until waits until a webhook stands so.
func (w *rig) until(tb testing.TB, u uuid.UUID, what string, is func(*ent.Webhook) bool) *ent.Webhook {
	tb.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(wait); ; {
		h := w.row(tb, u)
		if is(h) {
			return h
		}
		select {
		case <-tick.C:
		case <-late:
			tb.Fatalf("it is never so that %s: %+v", what, h)
		}
	}
}

// deliveries are those of a webhook, oldest first, as kind and status.
func (w *rig) deliveries(tb testing.TB, u uuid.UUID) []string {
	tb.Helper()
	rows, err := w.DB.Client.Delivery.Query().Where(delivery.WebhookID(u)).Order(ent.Asc(delivery.FieldID)).All(w.System())
	if err != nil {
		tb.Fatal(err)
	}
	out := make([]string, len(rows))
	for i, d := range rows {
		out[i] = d.Kind + " " + string(d.Status)
	}
	return out
}

// untilDeliveries waits until the deliveries of a webhook are these.
func (w *rig) untilDeliveries(tb testing.TB, u uuid.UUID, want ...string) {
	tb.Helper()
	var got []string
	w.until(tb, u, "deliveries are "+strings.Join(want, ", "), func(*ent.Webhook) bool {
		got = w.deliveries(tb, u)
		return slices.Equal(got, want)
	})
}

// last is the latest delivery of a webhook.
func (w *rig) last(tb testing.TB, u uuid.UUID) *ent.Delivery {
	tb.Helper()
	d, err := w.DB.Client.Delivery.Query().Where(delivery.WebhookID(u)).Order(ent.Desc(delivery.FieldID)).First(w.System())
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// opened opens a discussion.
func (w *rig) opened(tb testing.TB, v *viewer.Viewer, audience ...thread.Party) uuid.UUID {
	tb.Helper()
	title := "A discussion"
	th, _, err := thread.New(w.Runner).Open(w.As(tb, v), thread.Opening{Subject: w.Donor, Title: &i18n.TextInput{En: &title}, Audience: audience}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return th.ID
}

var texts atomic.Int64

// posted posts messages, and gives the identifiers of the events.
func (w *rig) posted(tb testing.TB, v *viewer.Viewer, th uuid.UUID, n int) {
	tb.Helper()
	for range n {
		body := "secret text " + strconv.FormatInt(texts.Add(1), 10)
		if _, _, err := thread.New(w.Runner).Post(w.As(tb, v), thread.Posting{Thread: th, Body: body, Language: i18n.EN}, nil); err != nil {
			tb.Fatal(err)
		}
	}
}

func active(h *ent.Webhook) bool { return h.State == entwebhook.StateActive }
