package webhook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/outbound"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// gone is the status with which a receiver wants to hear no more.
const gone = 410

// errMoved says that what was sent is not what stands next any more: another node
// has taken over, or a person has skipped it. Nothing is recorded.
var errMoved = errors.New("webhook: somebody else has moved on")

// record records what became of something that was sent, with the webhook's
// position, in one transaction.
func (r *Reader) record(ctx context.Context, s *sending, out outbound.Outcome) error {
	if out.Failure == "" {
		r.sluggish.Remove(s.w.ID)
	}
	dead := false
	err := store.InTx(ctx, r.s.DB, func(ctx context.Context, tx *ent.Client) (err error) {
		dead = false
		w, err := tx.Webhook.Query().Where(webhook.ID(s.w.ID), store.Locked(tx)).Only(ctx)
		if err != nil {
			return fmt.Errorf("webhook: lock: %w", err)
		}
		if w.Lease != r.node || w.State == webhook.StateEnded {
			return errMoved
		}
		if s.d != nil && s.d.ByHand {
			return r.recordByHand(ctx, tx, w, s, out)
		}
		if position(w) != position(s.w) {
			return errMoved
		}
		dead, err = r.recordInOrder(ctx, tx, w, s, out)
		return err
	})
	if errors.Is(err, errMoved) {
		return nil
	}
	if err == nil {
		r.metrics.sent(out.Failure, dead)
	}
	return err
}

// recordInOrder records an attempt in the order: the position moves on if it is
// the last one at this event.
func (r *Reader) recordInOrder(ctx context.Context, tx *ent.Client, w *ent.Webhook, s *sending, out outbound.Outcome) (dead bool, err error) {
	now := r.s.Time()
	attempts := 1
	if s.d != nil {
		attempts += s.d.Attempts
	}
	ended := out.Status == gone
	dead = out.Failure != "" && (ended || attempts >= Attempts)
	update := w.Update()
	status := delivery.StatusWaiting
	switch {
	case out.Failure == "":
		status = delivery.StatusDelivered
		update.SetFailures(0).ClearFailingSince().ClearNextAttemptAt().SetLastSuccessAt(now)
	case dead:
		status = delivery.StatusDead
		update.AddFailures(1).ClearNextAttemptAt()
	default:
		update.AddFailures(1).SetNextAttemptAt(now.Add(backoff(attempts, lot(), out.After)))
	}
	if out.Failure != "" && w.FailingSince == nil {
		update.SetFailingSince(now)
	}
	if status != delivery.StatusWaiting && s.entry != nil {
		update.SetPositionSeq(s.entry.Seq).SetPositionTag(s.entry.ID)
	}
	if err := update.Exec(ctx); err != nil {
		return false, fmt.Errorf("webhook: record: %w", err)
	}
	if s.d == nil {
		err = r.first(ctx, tx, w, s, status, out)
	} else {
		err = r.attempted(ctx, tx, s.d, status, out)
	}
	if err != nil {
		return false, err
	}
	switch {
	case ended:
		return dead, r.s.haltIn(ctx, tx, w.ID, End, webhook.StateReasonGone)
	case dead && w.FailingSince != nil && now.Sub(*w.FailingSince) >= failingLimit:
		return dead, r.s.haltIn(ctx, tx, w.ID, Pause, webhook.StateReasonFailing)
	}
	return dead, nil
}

// recordByHand records the one attempt at something outside of the order.
func (r *Reader) recordByHand(ctx context.Context, tx *ent.Client, w *ent.Webhook, s *sending, out outbound.Outcome) error {
	status := delivery.StatusDelivered
	if out.Failure != "" {
		status = delivery.StatusDead
		if s.d.Purpose == delivery.PurposeTest {
			status = delivery.StatusFailed
		}
	} else if err := w.Update().SetLastSuccessAt(r.s.Time()).Exec(ctx); err != nil {
		return fmt.Errorf("webhook: record: %w", err)
	}
	if err := r.attempted(ctx, tx, s.d, status, out); err != nil {
		return err
	}
	if out.Status == gone {
		return r.s.haltIn(ctx, tx, w.ID, End, webhook.StateReasonGone)
	}
	return nil
}

// first writes down the first attempt at an event.
func (r *Reader) first(ctx context.Context, tx *ent.Client, w *ent.Webhook, s *sending, status delivery.Status, out outbound.Outcome) error {
	now := r.s.Time()
	create := tx.Delivery.Create().SetID(r.s.NewID(id.Delivery)).SetCreatedAt(now).SetWebhookID(w.ID).SetEventID(s.entry.ID).SetSeq(s.entry.Seq).
		SetKind(s.entry.Kind).SetPurpose(delivery.PurposeEvent).SetStatus(status).SetAttempts(1).SetLastAttemptAt(now).SetHTTPStatus(out.Status)
	if out.Failure != "" {
		create.SetFailure(delivery.Failure(out.Failure))
	}
	if status != delivery.StatusWaiting {
		create.SetEndedAt(now)
	}
	// One that is known already is told again: what becomes of it now counts.
	err := create.OnConflict(sql.ConflictColumns(delivery.FieldWebhookID, delivery.FieldEventID), sql.ResolveWith(func(u *sql.UpdateSet) {
		for _, c := range []string{
			delivery.FieldStatus, delivery.FieldAttempts, delivery.FieldLastAttemptAt, delivery.FieldHTTPStatus, delivery.FieldFailure, delivery.FieldEndedAt,
		} {
			u.SetExcluded(c)
		}
	})).Exec(ctx)
	if err != nil {
		return fmt.Errorf("webhook: record: %w", err)
	}
	return nil
}

// attempted writes down another attempt at what waits.
func (r *Reader) attempted(ctx context.Context, tx *ent.Client, d *ent.Delivery, status delivery.Status, out outbound.Outcome) error {
	now := r.s.Time()
	update := tx.Delivery.Update().Where(delivery.ID(d.ID), delivery.StatusEQ(delivery.StatusWaiting), delivery.ByHand(d.ByHand)).
		SetStatus(status).SetByHand(false).AddAttempts(1).SetLastAttemptAt(now).SetHTTPStatus(out.Status)
	if out.Failure == "" {
		update.ClearFailure()
	} else {
		update.SetFailure(delivery.Failure(out.Failure))
	}
	if status != delivery.StatusWaiting {
		update.SetEndedAt(now)
	}
	n, err := update.Save(ctx)
	if err == nil && n == 0 {
		err = errMoved
	}
	return err
}

// passOverEvery is how long a position may lag behind what was searched in vain.
const passOverEvery = 5 * time.Second

// passOver moves a webhook's position on over events that are not for it. It does
// so now and then only: what is found again after the hub's end costs little, a
// write for each event that passes by would not.
func (r *Reader) passOver(ctx context.Context, w *ent.Webhook, to eventlog.Position) error {
	now := r.s.Time()
	l, _ := r.lately.Get(w.ID)
	if to.Seq <= w.PositionSeq {
		return nil
	}
	if ScopeOf(w) == (eventlog.Scope{}) && to.Seq-w.PositionSeq < stretch && now.Sub(l.at) < passOverEvery {
		r.lately.Add(w.ID, look{upTo: to, at: l.at})
		return nil
	}
	_, err := r.s.DB.Client.Webhook.Update().
		Where(webhook.ID(w.ID), webhook.Lease(r.node), webhook.PositionSeq(w.PositionSeq), webhook.PositionTag(w.PositionTag)).
		SetPositionSeq(to.Seq).SetPositionTag(to.Tag).Save(viewer.With(ctx, viewer.System()))
	if err != nil {
		return fmt.Errorf("webhook: pass over: %w", err)
	}
	r.lately.Add(w.ID, look{upTo: to, at: now})
	return nil
}

// withhold leaves out an event that waits and that the owner may not see any more.
func (r *Reader) withhold(ctx context.Context, w *ent.Webhook, d *ent.Delivery) error {
	return store.InTx(viewer.With(ctx, viewer.System()), r.s.DB, func(ctx context.Context, tx *ent.Client) error {
		now, err := tx.Webhook.Query().Where(webhook.ID(w.ID), store.Locked(tx)).Only(ctx)
		if err != nil || now.Lease != r.node {
			return err
		}
		if !d.ByHand && position(now) == position(w) {
			if err := now.Update().SetPositionSeq(d.Seq).SetPositionTag(d.EventID).ClearNextAttemptAt().Exec(ctx); err != nil {
				return err
			}
		}
		return tx.Delivery.Update().Where(delivery.ID(d.ID), delivery.StatusEQ(delivery.StatusWaiting)).SetStatus(delivery.StatusSkipped).
			SetByHand(false).SetFailure(delivery.FailureNoAccess).SetEndedAt(r.s.Time()).Exec(ctx)
	})
}

// halt has the hub itself pause a webhook whose owner has no right to it any more.
// What a person asked for before is left out.
func (s *Service) halt(ctx context.Context, u uuid.UUID) error {
	return store.InTx(viewer.With(ctx, viewer.System()), s.DB, func(ctx context.Context, tx *ent.Client) error {
		if err := s.haltIn(ctx, tx, u, Pause, webhook.StateReasonNoAccess); err != nil {
			return err
		}
		return tx.Delivery.Update().Where(delivery.WebhookID(u), delivery.StatusEQ(delivery.StatusWaiting), delivery.ByHand(true)).
			SetStatus(delivery.StatusSkipped).SetByHand(false).SetFailure(delivery.FailureNoAccess).SetEndedAt(s.Time()).Exec(ctx)
	})
}

// haltIn has the hub itself pause or end a webhook, unless somebody did.
func (s *Service) haltIn(ctx context.Context, tx *ent.Client, u uuid.UUID, m Move, why webhook.StateReason) error {
	w, err := lock(ctx, tx, u)
	if err != nil || !Possible(m, w.State) {
		return err
	}
	_, err = s.move(ctx, w, m, why, func(*ent.WebhookUpdateOne) error {
		if m != End {
			return nil
		}
		return s.leaveOut(ctx, tx, w)
	})
	return err
}
