package webhook

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	entperson "acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/outbound"
	"acs-aec.org/hub/internal/viewer"
)

// perTurn is how many requests a webhook may send before another one has its turn.
const perTurn = 20

// stretch is how many events one statement looks through.
const stretch = 5000

// slowAfter is how long a request may take before the receiver counts as slow.
const slowAfter = 2 * time.Second

// userAgent is what the hub calls itself.
const userAgent = "acs-hub-webhooks/1"

// sending is one thing to send.
type sending struct {
	w     *ent.Webhook
	entry *ent.LogEntry // nil for what is no event of the log
	d     *ent.Delivery // nil for the first attempt of an event
	id    string        // what the receiver knows it by
	body  []byte        // made when it is sure that it is sent
}

// turn sends what is due for a webhook, one after the other. more says that there
// may be more at once.
func (r *Reader) turn(ctx context.Context, u uuid.UUID) (more bool, err error) {
	w, err := r.take(ctx, u)
	if err != nil || w == nil {
		return false, err
	}
	head, err := r.s.Log.Head(ctx)
	if err != nil {
		return false, err
	}
	as, err := r.owner(ctx, w, true)
	if err != nil || as == nil {
		return false, err
	}
	known, _, err := r.s.Log.Known(ctx, position(w))
	if err != nil {
		return false, err
	}
	if !known {
		return true, r.s.reset(ctx, u)
	}
	for range perTurn {
		s, again, err := r.next(as, w, head)
		if err != nil || s == nil {
			return again, err
		}
		if head, err = r.s.Log.Head(ctx); err != nil {
			return false, err
		}
		var sure bool
		if w, as, sure, err = r.confirm(ctx, s); err != nil || w == nil || as == nil {
			return false, err
		}
		if sure {
			if err := r.send(ctx, s); err != nil {
				return false, err
			}
			if w, err = r.take(ctx, u); err != nil || w == nil {
				return false, err
			}
		}
		if ctx.Err() != nil {
			return false, nil //nolint:nilerr // the hub ends: what is left is for later
		}
	}
	return true, nil
}

// confirm looks at the webhook and at its owner's rights once more, after what is
// to be sent was found: what ended them before it happened has ended them here.
// sure says that it may be sent; its body is made then.
func (r *Reader) confirm(ctx context.Context, s *sending) (w *ent.Webhook, as context.Context, sure bool, err error) {
	if w, err = r.take(ctx, s.w.ID); err != nil || w == nil {
		return nil, nil, false, err
	}
	if as, err = r.owner(ctx, w, false); err != nil || as == nil {
		return nil, nil, false, err
	}
	if w.Revision != s.w.Revision || position(w) != position(s.w) {
		return w, as, false, nil
	}
	s.w = w
	if s.entry == nil {
		cursor := ""
		if s.d.Purpose == delivery.PurposeReset {
			cursor = r.s.Log.Cursor(position(w))
		}
		s.body, err = noticeBody(s.d, cursor)
		return w, as, true, err
	}
	seen, err := r.s.DB.Client.LogEntry.Query().Where(logentry.Seq(s.entry.Seq)).Exist(as)
	if err != nil || !seen {
		return w, as, false, err
	}
	s.body, err = r.body(as, s.entry)
	return w, as, true, err
}

func position(w *ent.Webhook) eventlog.Position {
	return eventlog.Position{Seq: w.PositionSeq, Tag: w.PositionTag}
}

// owner is a context in which the owner asks with the rights of now. It is nil,
// and the webhook paused, if the owner has no access any more, or does not see
// what the webhook is about (which is looked at if so asked).
func (r *Reader) owner(ctx context.Context, w *ent.Webhook, scope bool) (context.Context, error) {
	v, err := r.o.Accounts.Load(ctx, w.OwnerID)
	if err == nil {
		ctx := viewer.With(ctx, v)
		if !scope {
			return ctx, nil
		}
		if err = r.s.Log.Visible(ctx, ScopeOf(w)); err == nil {
			return ctx, nil
		}
	}
	if errors.Is(err, apperr.ErrNotFound) {
		return nil, r.s.halt(ctx, w.ID)
	}
	return nil, err
}

// next is what is to be sent next, as the owner may see it; nil if there is
// nothing. again says that it is worth while to look again at once. The owner's
// rights were read after the head: they hold for all that comes before it, so
// nothing is passed over that has become visible.
func (r *Reader) next(ctx context.Context, w *ent.Webhook, head eventlog.Position) (s *sending, again bool, err error) {
	byHand, err := r.waiting(ctx, w, true)
	if err != nil {
		return nil, false, err
	}
	if byHand != nil {
		return r.again(ctx, w, byHand)
	}
	if w.State != webhook.StateActive || w.NextAttemptAt != nil && w.NextAttemptAt.After(r.s.Time()) {
		return nil, false, nil
	}
	inOrder, err := r.waiting(ctx, w, false)
	if err != nil {
		return nil, false, err
	}
	if inOrder != nil {
		return r.again(ctx, w, inOrder)
	}
	return r.fresh(ctx, w, head)
}

// waiting is what waits longest, outside of the order or in it.
func (r *Reader) waiting(ctx context.Context, w *ent.Webhook, byHand bool) (*ent.Delivery, error) {
	d, err := r.s.DB.Client.Delivery.Query().
		Where(delivery.WebhookID(w.ID), delivery.StatusEQ(delivery.StatusWaiting), delivery.ByHand(byHand)).
		Order(ent.Asc(delivery.FieldID)).First(viewer.With(ctx, viewer.System()))
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // nothing waits
	}
	if err != nil {
		return nil, fmt.Errorf("webhook: read what waits: %w", err)
	}
	return d, nil
}

// again is another attempt at a delivery. An event that the owner may not see any
// more is left out instead.
func (r *Reader) again(ctx context.Context, w *ent.Webhook, d *ent.Delivery) (*sending, bool, error) {
	s := &sending{w: w, d: d, id: id.Format(d.EventID)}
	if d.Purpose != delivery.PurposeEvent {
		return s, false, nil
	}
	e, err := r.s.DB.Client.LogEntry.Query().Where(logentry.Seq(d.Seq), logentry.ID(d.EventID)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, true, r.withhold(ctx, w, d)
	}
	if err != nil {
		return nil, false, fmt.Errorf("webhook: read an event: %w", err)
	}
	s.entry = e
	return s, false, nil
}

// fresh is the first event after the position and up to the head that the webhook
// is for and that its owner may see. What comes before it is passed over.
func (r *Reader) fresh(ctx context.Context, w *ent.Webhook, head eventlog.Position) (*sending, bool, error) {
	from := position(w)
	if l, ok := r.lately.Get(w.ID); ok && l.upTo.Seq > from.Seq {
		from = l.upTo
	}
	upTo := head
	if everything := ScopeOf(w) == (eventlog.Scope{}); everything && head.Seq > from.Seq+stretch {
		var err error
		if upTo, err = r.place(ctx, from.Seq+stretch); err != nil {
			return nil, false, err
		}
	}
	if upTo.Seq <= from.Seq {
		return nil, false, r.passOver(ctx, w, from)
	}
	e, err := r.s.DB.Client.LogEntry.Query().
		Where(logentry.SeqGT(from.Seq), logentry.SeqLTE(upTo.Seq), within(w), ofKinds(w.EventKinds)).
		Order(ent.Asc(logentry.FieldSeq)).First(ctx)
	if ent.IsNotFound(err) {
		return nil, upTo != head, r.passOver(ctx, w, upTo)
	}
	if err != nil {
		return nil, false, fmt.Errorf("webhook: read the next event: %w", err)
	}
	return &sending{w: w, entry: e, id: id.Format(e.ID)}, false, nil
}

// place is the position after the event with this number.
func (r *Reader) place(ctx context.Context, seq int64) (eventlog.Position, error) {
	u, err := r.s.DB.Client.LogEntry.Query().Where(logentry.Seq(seq)).OnlyID(viewer.With(ctx, viewer.System()))
	if err != nil {
		return eventlog.Position{}, fmt.Errorf("webhook: find a place in the log: %w", err)
	}
	return eventlog.Position{Seq: seq, Tag: u}, nil
}

// within admits the events of a webhook's scope.
func within(w *ent.Webhook) predicate.LogEntry {
	switch {
	case w.ThreadID != nil:
		return logentry.ThreadID(*w.ThreadID)
	case w.ProposalID != nil:
		return logentry.ProposalID(*w.ProposalID)
	case w.BodyID != nil:
		return logentry.BodyID(*w.BodyID)
	}
	return logentry.SeqGT(0)
}

// ofKinds admits events of these kinds; of all, if there are none.
func ofKinds(kinds []string) predicate.LogEntry {
	if len(kinds) == 0 {
		return logentry.SeqGT(0)
	}
	return logentry.KindIn(kinds...)
}

// body is what is sent of an event, with those persons whom the owner may see.
func (r *Reader) body(ctx context.Context, e *ent.LogEntry) ([]byte, error) {
	seen, err := r.s.DB.Client.Person.Query().Where(entperson.IDIn(persons(e)...)).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("webhook: read whom it names: %w", err)
	}
	sees := make(map[uuid.UUID]bool, len(seen))
	for _, u := range seen {
		sees[u] = true
	}
	return eventBody(e, r.s.Log.Cursor(eventlog.Position{Seq: e.Seq, Tag: e.ID}), sees)
}

// send sends one thing and records what became of it. The hub's end does not
// interrupt it: it takes as long as a request may.
func (r *Reader) send(ctx context.Context, s *sending) error {
	ctx = viewer.With(context.WithoutCancel(ctx), viewer.System())
	at := r.s.Time()
	signature, err := r.s.secrets.sign(s.w, s.id, at, s.body)
	if err != nil {
		return err
	}
	out, err := r.o.Poster.Post(ctx, s.w.URL, map[string]string{
		"Content-Type": "application/json", "User-Agent": userAgent,
		"webhook-id": s.id, "webhook-timestamp": strconv.FormatInt(at.Unix(), 10), "webhook-signature": signature,
	}, s.body)
	if err != nil {
		return err
	}
	if r.s.Time().Sub(at) > slowAfter || out.Failure == outbound.TimedOut {
		r.sluggish.Add(s.w.ID, struct{}{})
	} else {
		r.sluggish.Remove(s.w.ID)
	}
	r.o.Sent(s.id)
	return r.record(ctx, s, out)
}
