package webhook

import (
	"context"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/viewer"
)

// Who may do what. Each is asked of rows that the viewer sees: one's own, and for
// the Secretariat everybody's.

// Owns says whether it is the viewer's own.
func Owns(v *viewer.Viewer, w *ent.Webhook) bool { return v.SignedIn() && v.Person == w.OwnerID }

// CanEdit says whether the viewer may edit it, test it and change its secret.
func CanEdit(v *viewer.Viewer, w *ent.Webhook) bool {
	return Owns(v, w) && w.State != webhook.StateEnded
}

// CanPause says whether the viewer may pause it now.
func CanPause(v *viewer.Viewer, w *ent.Webhook) bool { return Owns(v, w) && Possible(Pause, w.State) }

// CanResume says whether the viewer may resume it now, as long as what it is
// about is visible.
func CanResume(v *viewer.Viewer, w *ent.Webhook) bool { return Owns(v, w) && Possible(Resume, w.State) }

// CanEnd says whether the viewer may end it now.
func CanEnd(v *viewer.Viewer, w *ent.Webhook) bool {
	return (Owns(v, w) || v.Secretariat()) && Possible(End, w.State)
}

// CanHandle says whether the viewer may do that about the delivery now.
func (s *Service) CanHandle(ctx context.Context, h Handling, d *ent.Delivery) (bool, error) {
	if !Handled(h, d.Purpose, d.Status) {
		return false, nil
	}
	w, err := d.Webhook(ctx)
	return w != nil && CanEdit(viewer.From(ctx), w), err
}

// NextAttempt is when a delivery is sent again by itself; nil if it does not wait
// in its place, or if it is sent as soon as its webhook has its turn.
func (s *Service) NextAttempt(ctx context.Context, d *ent.Delivery) (*time.Time, error) {
	if d.Status != delivery.StatusWaiting || d.ByHand {
		return nil, nil //nolint:nilnil // it does not wait
	}
	w, err := d.Webhook(ctx)
	if w == nil || err != nil {
		return nil, err
	}
	return w.NextAttemptAt, nil
}
