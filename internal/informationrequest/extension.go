package informationrequest

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/informationrequest"
	"acs-aec.org/hub/ent/generated/ent/requestextension"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

var (
	msgNotLater = i18n.Message{
		EN: "Ask for a day after %s, which stands.", ES: "Pida un día posterior al vigente, %s.", FR: "Demandez un jour postérieur à celui en vigueur, le %s.",
	}
	msgPending = i18n.Message{
		EN: "A later day was asked for already and is not decided.", ES: "Ya se pidió un día posterior y aún no se ha decidido.",
		FR: "Un report a déjà été demandé et n'est pas encore tranché.",
	}
	msgExtensions = i18n.Message{
		EN: "A later day was asked for %d times already.", ES: "Ya se pidió un día posterior %d veces.", FR: "Un report a déjà été demandé %d fois.",
	}
)

// ExtensionInput is the wish for a later day.
type ExtensionInput struct {
	Request uuid.UUID
	NewDue  date.Date
	Reason  string
}

// RequestExtension asks for a later day to answer a dispatched request. For whom it
// is addressed to, others are FORBIDDEN. What does not wait for an answer, a closed
// discussion, and a wish while another one waits are a CONFLICT; a day that is not
// later, or has passed, is INVALID_INPUT.
func (s *Service) RequestExtension(ctx context.Context, in ExtensionInput, key *string) (*ent.RequestExtension, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if in.Reason, err = command.Line("input.reason", in.Reason, reasonLimit); err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "requestExtension", Input: in}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.RequestExtension, error) {
		r, t, err := s.lockAddressed(ctx, tx, in.Request)
		if err != nil {
			return nil, err
		}
		if r.Status != informationrequest.StatusDispatched {
			return nil, command.WrongState(string(r.Status), r.Revision)
		}
		if t.Status != thread.StatusOpen {
			return nil, command.WrongState(string(t.Status), r.Revision)
		}
		if in.NewDue <= r.Due {
			return nil, apperr.Invalid("input.newDue", msgNotLater, string(r.Due))
		}
		if in.NewDue < s.today() {
			return nil, apperr.Invalid("input.newDue", msgPast)
		}
		all, err := extensions(ctx, tx, r)
		switch {
		case err != nil:
			return nil, err
		case waiting(all) != nil:
			return nil, apperr.New(apperr.Conflict, msgPending).With("currentRevision", r.Revision)
		case len(all) >= extensionLimit:
			return nil, apperr.New(apperr.Conflict, msgExtensions, extensionLimit).With("limit", extensionLimit)
		}
		e, err := tx.RequestExtension.Create().SetID(s.NewID(id.Extension)).SetCreatedAt(s.Time()).SetRequestID(r.ID).SetRequestedByID(v.Person).
			SetReason(in.Reason).SetOldDue(r.Due).SetNewDue(in.NewDue).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("informationrequest: ask for a later day: %w", err)
		}
		return e, s.tell(ctx, "ExtensionRequested", t, r, e.ID, eventlog.Facts{Changes: later(e)})
	}, func(e *ent.RequestExtension) uuid.UUID { return e.ID }, func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.RequestExtension, error) {
		e, err := tx.RequestExtension.Get(ctx, u)
		if ent.IsNotFound(err) {
			return nil, nil //nolint:nilnil // done, but not for these eyes
		}
		return e, err
	})
}

// Decide grants or refuses a later day, also in a closed discussion; a refusal has a
// reason. For who may issue for the asking body, others are FORBIDDEN. What is
// decided already is a CONFLICT.
func (s *Service) Decide(ctx context.Context, u uuid.UUID, grant bool, reason *string) (*ent.RequestExtension, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	why, err := command.Optional("input.reason", reason, reasonLimit)
	if err == nil && !grant {
		why, err = command.Line("input.reason", why, reasonLimit)
	}
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.RequestExtension, error) {
		e, err := tx.RequestExtension.Get(ctx, u)
		if err != nil {
			return nil, command.Found(err)
		}
		r, t, err := lock(ctx, tx, e.RequestID)
		if err != nil {
			return nil, err
		}
		if err := command.Allow(ctx, issues(v, r)); err != nil {
			return nil, err
		}
		if e, err = tx.RequestExtension.Get(ctx, u); err != nil {
			return nil, command.Found(err)
		}
		if e.Status != requestextension.StatusRequested {
			return nil, command.WrongState(string(e.Status), r.Revision)
		}
		if grant {
			u := r.Update().SetDue(e.NewDue).SetDueUntold(e.NewDue).SetUpdatedAt(s.Time()).SetRevision(r.Revision + 1)
			if err := u.Exec(ctx); err != nil {
				return nil, fmt.Errorf("informationrequest: move the day: %w", err)
			}
		}
		return s.decide(ctx, t, r, e, grant, why)
	})
}

// decide writes and tells what became of a wish.
func (s *Service) decide(ctx context.Context, t *ent.Thread, r *ent.InformationRequest, e *ent.RequestExtension, grant bool, why string) (*ent.RequestExtension, error) {
	to := requestextension.StatusRefused
	facts := eventlog.Facts{From: string(e.Status)}
	if grant {
		to = requestextension.StatusGranted
		facts.Changes = later(e)
	}
	facts.To = string(to)
	w := e.Update().SetStatus(to).SetDecidedAt(s.Time()).SetDecisionReason(why)
	if v := viewer.From(ctx); v.SignedIn() {
		w.SetDecidedByID(v.Person)
	}
	e, err := w.Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("informationrequest: decide on a later day: %w", err)
	}
	return e, s.tell(ctx, "ExtensionDecided", t, r, e.ID, facts)
}

// settle refuses the wish that still waits when its request comes to its end.
func (s *Service) settle(ctx context.Context, tx *ent.Client, t *ent.Thread, r *ent.InformationRequest) error {
	all, err := extensions(ctx, tx, r)
	if err != nil {
		return err
	}
	if e := waiting(all); e != nil {
		_, err = s.decide(ctx, t, r, e, false, "")
	}
	return err
}

// extensions are the wishes for a later day of a request.
func extensions(ctx context.Context, tx *ent.Client, r *ent.InformationRequest) ([]*ent.RequestExtension, error) {
	all, err := tx.RequestExtension.Query().Where(requestextension.RequestID(r.ID)).Order(batch.ByID).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("informationrequest: read the wishes for a later day: %w", err)
	}
	return all, nil
}

// later is the change of the day that a wish asks for.
func later(e *ent.RequestExtension) []eventlog.Change {
	var d eventlog.Diff
	d.Value("due", string(e.OldDue), string(e.NewDue))
	return d.Changes
}
