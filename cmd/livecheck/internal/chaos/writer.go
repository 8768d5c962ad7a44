package chaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/api"
	"acs-aec.org/hub/cmd/livecheck/internal/history"
)

// writer writes as one person, one thing after the other. What it began it
// repeats until the answer is definite.
type writer struct {
	number int
	me     *person
	w      *world
	d      *Deployment
	b      *book
	r      *rand.Rand
	api    *api.Client
	least  time.Duration // between two writes
	most   time.Duration

	threads []string
	own     []message // those that may still be changed

	mu     sync.Mutex // protects what follows
	acks   []history.Ack
	counts tally
}

// tally counts what happened to requests.
type tally struct{ acknowledged, refused, repeated int }

// message is a message of the writer's own.
type message struct {
	id, key  string
	revision int
}

// run writes until stop is closed. It returns an error if a write was refused
// that should not be.
func (w *writer) run(ctx context.Context, stop <-chan struct{}) error {
	for _, t := range w.w.threads {
		w.threads = append(w.threads, t.id)
	}
	for n := 1; ; n++ {
		select {
		case <-stop:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(between(w.r, w.least, w.most)):
		}
		key := fmt.Sprintf("w%d-%d-%s", w.number, n, w.w.tag)
		var err error
		switch p := w.r.IntN(100); {
		case p < 8 && len(w.own) > 0:
			err = w.edit(ctx, n)
		case p < 12 && len(w.own) > 0:
			err = w.withdraw(ctx)
		case p < 13 && len(w.threads) < len(w.w.threads)+3:
			err = w.open(ctx, key)
		default:
			err = w.post(ctx, w.threads[w.r.IntN(len(w.threads))], key)
		}
		if err != nil {
			return fmt.Errorf("writer %d: %s: %w", w.number, key, err)
		}
	}
}

// insist repeats until the answer is definite, and keeps when it was asked for
// and answered.
func (w *writer) insist(ctx context.Context, ask func(base string) error) (began, done time.Time, err error) {
	began = time.Now()
	for {
		err = ask(w.d.any(w.r))
		if err == nil || api.Definite(err) || ctx.Err() != nil {
			return began, time.Now(), err
		}
		w.mu.Lock()
		w.counts.repeated++
		w.mu.Unlock()
		pause(ctx, between(w.r, 20*time.Millisecond, 200*time.Millisecond))
	}
}

func (w *writer) acknowledge(a history.Ack) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acks = append(w.acks, a)
	w.counts.acknowledged++
}

// refused counts a refusal that may be: the thing was changed meanwhile, or it is
// closed.
func (w *writer) refused(err error) error {
	if api.Code(err) != "CONFLICT" {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts.refused++
	return nil
}

const (
	postMessage     = `mutation($in: PostMessageInput!) { out: postMessage(input: $in) { eventIds message { id number revision } } }`
	editMessage     = `mutation($in: EditMessageInput!) { out: editMessage(input: $in) { eventIds message { id number revision } } }`
	withdrawMessage = `mutation($in: WithdrawMessageInput!) { out: withdrawMessage(input: $in) { eventIds message { id number revision } } }`
)

// receipt is what a write is answered with.
type receipt struct {
	Out struct {
		EventIDs []string
		Message  *struct {
			ID               string
			Number, Revision int
		}
	}
}

// text is what a message says: its key first, so that it can be found again.
func text(r *rand.Rand, key, more string) string {
	return "key " + key + " " + more + strings.Repeat(" la mer, el mar, the sea", r.IntN(40))
}

// keyOf is the key that a text names.
func keyOf(body string) string {
	if f := strings.Fields(body); len(f) > 1 && f[0] == "key" {
		return f[1]
	}
	return ""
}

func (w *writer) post(ctx context.Context, thread, key string) error {
	in := map[string]any{"threadId": thread, "body": text(w.r, key, "posted"), "language": "en", "idempotencyKey": key}
	var out receipt
	began, done, err := w.insist(ctx, func(base string) error {
		return w.api.Do(ctx, base, w.me.now().Credential, postMessage, map[string]any{"in": in}, &out)
	})
	if err != nil {
		return w.refused(err)
	}
	m := out.Out.Message
	if m == nil {
		return errors.New("a post was answered without its message")
	}
	w.acknowledge(history.Ack{Key: key, Message: m.ID, Number: m.Number, Events: out.Out.EventIDs, Began: began, Done: done})
	w.own = append(w.own, message{m.ID, key, m.Revision})
	if len(w.own) > 50 {
		w.own = w.own[1:]
	}
	return nil
}

// edit changes one of the own messages. An edit has no key: if the first answer
// got lost, the second is a CONFLICT, and the revision is not known any more.
func (w *writer) edit(ctx context.Context, n int) error {
	i := w.r.IntN(len(w.own))
	m := w.own[i]
	in := map[string]any{"id": m.id, "expectedRevision": m.revision, "body": text(w.r, m.key, fmt.Sprint("edited ", n))}
	return w.change(ctx, i, editMessage, in, false)
}

func (w *writer) withdraw(ctx context.Context) error {
	i := w.r.IntN(len(w.own))
	m := w.own[i]
	return w.change(ctx, i, withdrawMessage, map[string]any{"id": m.id, "expectedRevision": m.revision}, true)
}

func (w *writer) change(ctx context.Context, i int, query string, in map[string]any, last bool) error {
	var out receipt
	began, done, err := w.insist(ctx, func(base string) error {
		return w.api.Do(ctx, base, w.me.now().Credential, query, map[string]any{"in": in}, &out)
	})
	m := w.own[i]
	if err == nil {
		w.acknowledge(history.Ack{Key: m.key, Events: out.Out.EventIDs, Began: began, Done: done})
		if out.Out.Message != nil {
			w.own[i].revision = out.Out.Message.Revision
		}
	}
	if err != nil || last {
		w.own = append(w.own[:i], w.own[i+1:]...)
	}
	if err != nil {
		return w.refused(err)
	}
	return nil
}

// open opens a discussion on one of the bodies, among it and those who are
// always there.
func (w *writer) open(ctx context.Context, key string) error {
	body := w.w.bodyA
	if w.r.IntN(2) == 1 {
		body = w.w.bodyB
	}
	t := thread{subject: body, audience: append([]string{body}, w.w.always()...)}
	var events []string
	began, done, err := w.insist(ctx, func(base string) (err error) {
		t.id, events, err = openThread(ctx, w.api, base, w.me.now().Credential, t, key)
		return err
	})
	if err != nil {
		return w.refused(err)
	}
	w.b.opened(t)
	w.acknowledge(history.Ack{Key: key, Events: events, Began: began, Done: done})
	w.threads = append(w.threads, t.id)
	return nil
}
