package webhook

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/viewer"
)

// atOnce bounds how many webhooks one look finds. Those that fail come last.
const atOnce = 256

// due are the webhooks for which something may have to be sent now, and that this
// node may take: of each scope, those with an event after their position; and
// those for which something waits. Webhooks of everything are found by the number
// of the log's head, others by one look at an index each.
func (r *Reader) due(ctx context.Context, head int64, now time.Time) ([]*ent.Webhook, error) {
	rows, err := r.s.DB.Client.Webhook.Query().
		Where(webhook.StateNEQ(webhook.StateEnded), r.free(now), pending(head, now)).
		Order(ent.Asc(webhook.FieldFailures, webhook.FieldID)).Limit(atOnce).
		Select(webhook.FieldID, webhook.FieldFailures).
		All(viewer.With(ctx, viewer.System()))
	if err != nil {
		return nil, fmt.Errorf("webhook: look what is due: %w", err)
	}
	return rows, nil
}

// free admits webhooks that no other node holds.
func (r *Reader) free(now time.Time) predicate.Webhook {
	return webhook.Or(webhook.Lease(""), webhook.Lease(r.node), webhook.LeasedUntilLT(now))
}

// pending admits webhooks for which something may have to be sent.
func pending(head int64, now time.Time) predicate.Webhook {
	return func(s *sql.Selector) {
		waits := func(byHand bool) *sql.Predicate {
			d := sql.Table(delivery.Table)
			return sql.Exists(sql.Select(d.C(delivery.FieldID)).From(d).Where(sql.And(
				sql.ColumnsEQ(d.C(delivery.FieldWebhookID), s.C(webhook.FieldID)),
				sql.EQ(d.C(delivery.FieldStatus), string(delivery.StatusWaiting)), sql.EQ(d.C(delivery.FieldByHand), byHand),
			)))
		}
		told := func(scope, column string) *sql.Predicate {
			e := sql.Table(logentry.Table)
			return sql.And(sql.NotNull(s.C(scope)), sql.Exists(sql.Select(e.C(logentry.FieldID)).From(e).Where(sql.And(
				sql.ColumnsEQ(e.C(column), s.C(scope)), sql.ColumnsGT(e.C(logentry.FieldSeq), s.C(webhook.FieldPositionSeq)),
			))))
		}
		everything := sql.And(sql.IsNull(s.C(webhook.FieldThreadID)), sql.IsNull(s.C(webhook.FieldProposalID)), sql.IsNull(s.C(webhook.FieldBodyID)),
			sql.LT(s.C(webhook.FieldPositionSeq), head))
		inOrder := sql.And(
			sql.EQ(s.C(webhook.FieldState), string(webhook.StateActive)),
			sql.Or(sql.IsNull(s.C(webhook.FieldNextAttemptAt)), sql.LTE(s.C(webhook.FieldNextAttemptAt), now)),
			sql.Or(waits(false), everything, told(webhook.FieldThreadID, logentry.FieldThreadID),
				told(webhook.FieldProposalID, logentry.FieldProposalID), told(webhook.FieldBodyID, logentry.FieldBodyID)),
		)
		s.Where(sql.Or(inOrder, waits(true)))
	}
}

// lease is how long a node may send for a webhook without looking again.
const lease = time.Minute

// spare is how much of a lease must be left for one more request.
const spare = 25 * time.Second

// take takes the lease of a webhook, or renews it, and reads the webhook. nil if
// another node holds it, or if it has ended.
func (r *Reader) take(ctx context.Context, u uuid.UUID) (*ent.Webhook, error) {
	ctx = viewer.With(ctx, viewer.System())
	now := r.s.Time()
	w, err := r.s.DB.Client.Webhook.Get(ctx, u)
	if err != nil {
		return nil, fmt.Errorf("webhook: read: %w", err)
	}
	if w.State == webhook.StateEnded {
		return nil, nil //nolint:nilnil // nothing to do
	}
	if w.Lease == r.node && w.LeasedUntil != nil && w.LeasedUntil.After(now.Add(spare)) {
		return w, nil
	}
	n, err := r.s.DB.Client.Webhook.Update().Where(webhook.ID(u), r.free(now)).SetLease(r.node).SetLeasedUntil(now.Add(lease)).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("webhook: take the lease: %w", err)
	}
	if n == 0 {
		return nil, nil //nolint:nilnil // another node was faster
	}
	// What the node before recorded is read after the lease was taken.
	w, err = r.s.DB.Client.Webhook.Get(ctx, u)
	if err != nil {
		return nil, fmt.Errorf("webhook: read: %w", err)
	}
	return w, nil
}

// release gives all leases of this node back.
func (r *Reader) release(ctx context.Context) error {
	_, err := r.s.DB.Client.Webhook.Update().Where(webhook.Lease(r.node)).SetLease("").ClearLeasedUntil().Save(viewer.With(ctx, viewer.System()))
	if err != nil {
		return fmt.Errorf("webhook: give leases back: %w", err)
	}
	return nil
}
