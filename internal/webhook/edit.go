package webhook

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
)

// Edit is a change of a webhook. What is not given stays.
type Edit struct {
	ID               uuid.UUID
	ExpectedRevision int
	Name, URL        *string
	Kinds            command.Field[[]string]
}

// Edit changes a webhook. For its owner, the Secretariat is FORBIDDEN, others find
// nothing. An ended one is a CONFLICT, as is another revision. A new address is
// tried at once. If nothing changes, nothing is written or told.
func (s *Service) Edit(ctx context.Context, in Edit) (*ent.Webhook, command.Receipt, error) {
	_, err := person(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if in.URL != nil {
		url, err := s.address(*in.URL)
		if err != nil {
			return nil, command.Receipt{}, err
		}
		in.URL = &url
	}
	if in.Name != nil {
		name, err := command.Line("input.name", *in.Name, nameLimit)
		if err != nil {
			return nil, command.Receipt{}, err
		}
		in.Name = &name
	}
	var kinds []string
	if in.Kinds.Value != nil {
		if kinds, err = s.kinds(*in.Kinds.Value); err != nil {
			return nil, command.Receipt{}, err
		}
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Webhook, error) {
		w, err := lockOwn(ctx, tx, in.ID)
		if err != nil {
			return nil, err
		}
		if err := command.Unchanged(w.Revision, in.ExpectedRevision); err != nil {
			return nil, err
		}
		if w.State == webhook.StateEnded {
			return nil, command.WrongState(string(w.State), w.Revision)
		}
		diff, update := eventlog.Diff{}, w.Update()
		if in.Name != nil {
			diff.Text("name", *in.Name != w.Name)
			update.SetName(*in.Name)
		}
		if in.URL != nil {
			diff.Text("url", *in.URL != w.URL)
			update.SetURL(*in.URL)
			if *in.URL != w.URL {
				update.ClearNextAttemptAt().ClearFailingSince().SetFailures(0)
			}
		}
		if in.Kinds.Given {
			diff.Text("eventKinds", !slices.Equal(kinds, w.EventKinds))
			update.SetEventKinds(kinds)
		}
		if !diff.Any() {
			return w, nil
		}
		w, err = update.SetRevision(w.Revision + 1).SetUpdatedAt(s.Time()).Save(ctx)
		if err != nil {
			return nil, err
		}
		return w, s.tell(ctx, "WebhookEdited", w, eventlog.Facts{Changes: diff.Changes})
	})
}

// RotateSecret gives a webhook another secret, which is told this once. The one
// before signs too for Overlap; one before that, no more. For its owner; an ended
// webhook is a CONFLICT, as is another revision, so that a repetition makes none.
func (s *Service) RotateSecret(ctx context.Context, u uuid.UUID, expected int) (*ent.Webhook, string, command.Receipt, error) {
	var told string
	w, rec, err := command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Webhook, error) {
		w, err := lockOwn(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if err := command.Unchanged(w.Revision, expected); err != nil {
			return nil, err
		}
		if w.State == webhook.StateEnded {
			return nil, command.WrongState(string(w.State), w.Revision)
		}
		now := s.Time()
		secret, kept := s.secrets.make()
		w, err = w.Update().SetSecret(kept).SetPreviousSecret(w.Secret).SetPreviousSecretUntil(now.Add(Overlap)).
			SetRevision(w.Revision + 1).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return nil, err
		}
		told = secret
		return w, s.tell(ctx, "WebhookSecretRotated", w, eventlog.Facts{})
	})
	if err != nil {
		return nil, "", command.Receipt{}, err
	}
	return w, told, rec, nil
}
