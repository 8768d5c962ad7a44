package webhook

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/ent/generated/ent/meeting"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/ent/generated/ent/webhook"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/outbound"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

const (
	// perPerson is how many webhooks a person may have that have not ended.
	perPerson  = 20
	nameLimit  = 100
	kindsLimit = 50
)

// Service holds the commands.
type Service struct {
	*command.Runner
	secrets secrets
	guard   outbound.Guard
	known   func(kind string) bool
}

// New makes a service. guard decides which addresses may be named, known which
// kinds of events there are.
func New(r *command.Runner, guard outbound.Guard, known func(kind string) bool) (*Service, error) {
	s, err := newSecrets(r.Key)
	if err != nil {
		return nil, err
	}
	return &Service{Runner: r, secrets: s, guard: guard, known: known}, nil
}

// WithGuard is the service with another guard.
func (s *Service) WithGuard(g outbound.Guard) *Service {
	c := *s
	c.guard = g
	return &c
}

// ScopeOf is where what a webhook tells happens.
func ScopeOf(w *ent.Webhook) eventlog.Scope {
	return eventlog.Scope{Thread: w.ThreadID, Proposal: w.ProposalID, Body: w.BodyID, Meeting: w.MeetingID}
}

// person is who asks, if it is a person: the hub itself has no webhooks.
func person(ctx context.Context) (*viewer.Viewer, error) {
	v := viewer.From(ctx)
	if !v.SignedIn() {
		return nil, apperr.ErrSignIn
	}
	return v, nil
}

// lock reads a webhook that the viewer may see and keeps every other writer out
// of it until the transaction ends.
func lock(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Webhook, error) {
	w, err := tx.Webhook.Query().Where(webhook.ID(u), store.Locked(tx)).Only(ctx)
	return w, command.Found(err)
}

// lockOwn is lock for its owner. The Secretariat is FORBIDDEN.
func lockOwn(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Webhook, error) {
	v, err := person(ctx)
	if err != nil {
		return nil, err
	}
	w, err := lock(ctx, tx, u)
	if err == nil && w.OwnerID != v.Person {
		err = apperr.ErrForbidden
	}
	return w, err
}

// tell tells an event of a webhook: to its owner, and to the Secretariat, which
// learns that there is one and not what for.
func (s *Service) tell(ctx context.Context, kind string, w *ent.Webhook, facts eventlog.Facts) error {
	return s.Log.Append(ctx, eventlog.Event{Kind: kind, Subject: w.ID, Person: &w.OwnerID, Personal: true, Facts: facts})
}

// visible says whether the viewer may see the scope now.
func visible(ctx context.Context, tx *ent.Client, scope eventlog.Scope) (bool, error) {
	switch {
	case scope.Thread != nil:
		return tx.Thread.Query().Where(thread.ID(*scope.Thread)).Exist(ctx)
	case scope.Proposal != nil:
		return tx.Proposal.Query().Where(proposal.ID(*scope.Proposal)).Exist(ctx)
	case scope.Body != nil:
		return tx.Body.Query().Where(body.ID(*scope.Body)).Exist(ctx)
	case scope.Meeting != nil:
		return tx.Meeting.Query().Where(meeting.ID(*scope.Meeting)).Exist(ctx)
	}
	return true, nil
}

// head is where the log stands.
func head(ctx context.Context, tx *ent.Client) (eventlog.Position, error) {
	e, err := tx.LogEntry.Query().Order(logentry.BySeq(sql.OrderDesc())).Select(logentry.FieldSeq).First(viewer.With(ctx, viewer.System()))
	if ent.IsNotFound(err) {
		return eventlog.Position{}, nil
	}
	if err != nil {
		return eventlog.Position{}, err
	}
	return eventlog.Position{Seq: e.Seq, Tag: e.ID}, nil
}

var msgNoAccess = i18n.Message{
	EN: "You don't see what this webhook is about any more: it can't go on.",
	ES: "Usted ya no ve aquello de lo que trata este webhook: no puede continuar.",
	FR: "Vous ne voyez plus ce sur quoi porte ce webhook : il ne peut pas continuer.",
}
