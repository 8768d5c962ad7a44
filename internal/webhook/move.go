package webhook

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/viewer"
)

// Pause has a webhook tell nothing until it is resumed. For its owner, the
// Secretariat is FORBIDDEN, others find nothing; one that is not active is a
// CONFLICT, as is another revision.
func (s *Service) Pause(ctx context.Context, u uuid.UUID, expected int) (*ent.Webhook, command.Receipt, error) {
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Webhook, error) {
		w, err := lockOwn(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if err := command.Unchanged(w.Revision, expected); err != nil {
			return nil, err
		}
		return s.move(ctx, w, Pause, webhook.StateReasonByHand, nil)
	})
}

// Resume has a paused webhook go on: where it stopped, or with what happens from
// now on. For its owner, as Pause. If the owner may not see any more what it is
// about, it is a CONFLICT.
func (s *Service) Resume(ctx context.Context, u uuid.UUID, expected int, skipMissed bool) (*ent.Webhook, command.Receipt, error) {
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Webhook, error) {
		w, err := lockOwn(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if err := command.Unchanged(w.Revision, expected); err != nil {
			return nil, err
		}
		seen, err := visible(ctx, tx, ScopeOf(w))
		if err != nil {
			return nil, err
		}
		if !seen {
			return nil, apperr.New(apperr.Conflict, msgNoAccess).With("currentStatus", string(w.State))
		}
		return s.move(ctx, w, Resume, "", func(update *ent.WebhookUpdateOne) error {
			update.SetFailures(0).ClearFailingSince().ClearNextAttemptAt()
			if !skipMissed {
				return nil
			}
			at, err := head(ctx, tx)
			if err != nil {
				return err
			}
			update.SetPositionSeq(at.Seq).SetPositionTag(at.Tag)
			return s.leaveOut(ctx, tx, w, delivery.ByHand(false), delivery.PurposeNEQ(delivery.PurposeReset))
		})
	})
}

// End ends a webhook for good: nothing that waits is sent any more. For its owner
// and the Secretariat; others find nothing. An ended one is a CONFLICT, as is
// another revision.
func (s *Service) End(ctx context.Context, u uuid.UUID, expected int) (*ent.Webhook, command.Receipt, error) {
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Webhook, error) {
		if _, err := command.SignedIn(ctx); err != nil {
			return nil, err
		}
		w, err := lock(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if v := viewer.From(ctx); !Owns(v, w) && !v.Secretariat() {
			return nil, apperr.ErrForbidden
		}
		if err := command.Unchanged(w.Revision, expected); err != nil {
			return nil, err
		}
		return s.move(ctx, w, End, webhook.StateReasonByHand, func(*ent.WebhookUpdateOne) error {
			return s.leaveOut(ctx, tx, w)
		})
	})
}

// told are the kinds of events that the moves tell.
var told = [...]string{Pause: "WebhookPaused", Resume: "WebhookResumed", End: "WebhookEnded"}

// move makes a move and tells it. The webhook is locked. A state that the move
// does not lead from is a CONFLICT.
func (s *Service) move(ctx context.Context, w *ent.Webhook, m Move, why webhook.StateReason, more func(*ent.WebhookUpdateOne) error) (*ent.Webhook, error) {
	if !Possible(m, w.State) {
		return nil, command.WrongState(string(w.State), w.Revision)
	}
	update := w.Update().SetState(moves[m].to).SetRevision(w.Revision + 1).SetUpdatedAt(s.Time())
	if why == "" {
		update.ClearStateReason()
	} else {
		update.SetStateReason(why)
	}
	if more != nil {
		if err := more(update); err != nil {
			return nil, err
		}
	}
	from := w.State
	w, err := update.Save(ctx)
	if err != nil {
		return nil, err
	}
	return w, s.tell(ctx, told[m], w, eventlog.Facts{From: string(from), To: string(w.State), Reason: string(why)})
}
