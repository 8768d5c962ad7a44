package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/viewer"
)

// executionTime bounds the making of one answer.
const executionTime = 20 * time.Second

// Why an answer could not be made.
var (
	// errFailed: something behind it is away, and will be there again.
	errFailed = errors.New("live: an answer could not be made")
	// errBroken: a fault of ours, which may be there the next time too.
	errBroken = fmt.Errorf("%w: something broke", errFailed)
)

// slotTexts stand for cursors in an answer until each stream's own take their
// places. They are drawn when the engine is made, and nobody learns them.
type slotTexts struct{ cursor, previous string }

// operation is a subscription that can be executed.
type operation struct {
	ctx  context.Context //nolint:containedctx // of the client that began it: its language and request
	exec graphql.GraphExecutor
	op   *graphql.OperationContext
}

// asking is a context in which the viewer asks, whoever asked before.
func asking(ctx context.Context, v *viewer.Viewer) context.Context { return viewer.With(ctx, v) }

// execute makes the response that tells something to the viewer. errFailed if
// something behind it failed that may work again.
func (e *Engine) execute(o *operation, v *viewer.Viewer, d *delivery) (*graphql.Response, error) {
	e.running <- struct{}{}
	defer func() { <-e.running }()
	ctx, cancel := context.WithTimeout(asking(context.WithValue(o.ctx, callKey{}, d), v), executionTime)
	defer cancel()
	next, ctx := o.exec.DispatchOperation(ctx, o.op)
	r := next(ctx)
	if r == nil {
		return nil, errFailed
	}
	for _, err := range r.Errors {
		switch code, _ := err.Extensions["code"].(apperr.Code); code {
		case apperr.Internal:
			return r, errBroken
		case apperr.Unavailable:
			return r, errFailed
		}
	}
	r.Extensions = nil // the cost stands for an operation, not for each event
	return r, nil
}

// delivered is the delivery of an event, with its slots. What an entry of the log is
// about is read anew for every delivery: rows that one viewer has read are not for
// another.
func (e *Engine) delivered(ev *event) *delivery {
	env := &eventlog.Envelope{Cursor: e.slots.cursor, PreviousCursor: &e.slots.previous}
	if ev.row != nil {
		env.ID, env.CommittedAt = ev.row.Event(), ev.row.ChangedAt.UTC()
		return &delivery{envelope: env, row: ev.row.Value}
	}
	entry := *ev.entry
	entry.SetSiblings(nil)
	env.ID, env.Entry, env.CommittedAt = entry.ID, &entry, entry.CommittedAt
	return &delivery{envelope: env}
}

// answer encodes a response and finds its slots.
func (e *Engine) answer(r *graphql.Response) (*Answer, error) {
	body, err := Encode(r)
	if err != nil {
		return nil, err
	}
	a := &Answer{}
	cursor, previous := []byte(`"`+e.slots.cursor+`"`), []byte(`"`+e.slots.previous+`"`)
	for {
		at, kind, size := len(body), slotCursor, 0
		if i := bytes.Index(body, cursor); i >= 0 {
			at, size = i, len(cursor)
		}
		if i := bytes.Index(body[:at], previous); i >= 0 {
			at, kind, size = i, slotPrevious, len(previous)
		}
		a.parts = append(a.parts, body[:at:at])
		if size == 0 {
			return a, nil
		}
		a.slots = append(a.slots, kind)
		body = body[at+size:]
	}
}
