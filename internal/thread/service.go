package thread

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/store"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

const (
	titleLimit  = 300
	reasonLimit = 1000
	bodyLimit   = 20_000
	// audienceLimit bounds the audience, which is read whole.
	audienceLimit = 50
)

// lock reads a discussion that the viewer takes part in and keeps every other
// writer out of it until the transaction ends. Others read as NOT_FOUND.
func lock(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Thread, error) {
	t, err := tx.Thread.Query().Where(thread.ID(u), store.Locked(tx)).Only(ctx)
	if err != nil {
		return nil, command.Found(err)
	}
	// Who held the lock before may have ended the viewer's access. The statement
	// that waited for the lock did not see that: another one does.
	in, err := tx.Thread.Query().Where(thread.ID(u)).Exist(ctx)
	if err == nil && !in {
		err = apperr.ErrNotFound
	}
	return t, err
}

// lockManaged is lock for who manages the discussion, on the revision that the
// change was made on. Others are FORBIDDEN, another revision is a CONFLICT.
func lockManaged(ctx context.Context, tx *ent.Client, u uuid.UUID, expected int) (*ent.Thread, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, err
	}
	t, err := lock(ctx, tx, u)
	if err != nil {
		return nil, err
	}
	if err := command.Allow(ctx, manages(v, t)); err != nil {
		return nil, err
	}
	return t, command.Unchanged(t.Revision, expected)
}

// lockMessage reads a message that the viewer may see, with its discussion
// locked.
func lockMessage(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Message, *ent.Thread, error) {
	m, err := tx.Message.Query().Where(message.ID(u)).Select(message.FieldThreadID).Only(ctx)
	if err != nil {
		return nil, nil, command.Found(err)
	}
	t, err := lock(ctx, tx, m.ThreadID)
	if err != nil {
		return nil, nil, err
	}
	m, err = tx.Message.Query().Where(message.ID(u)).Only(ctx)
	return m, t, command.Found(err)
}

// tell tells an event of the discussion. Its subject's scopes are told with it;
// who sees it follows from the discussion alone, and from the message whose number
// the facts name.
func (s *Service) tell(ctx context.Context, kind string, t *ent.Thread, subject uuid.UUID, facts eventlog.Facts) error {
	return s.Log.Append(ctx, event(kind, t, subject, facts))
}

func event(kind string, t *ent.Thread, subject uuid.UUID, facts eventlog.Facts) eventlog.Event {
	return eventlog.Event{
		Kind: kind, Subject: subject, Facts: facts, Thread: &t.ID, Message: facts.Number,
		Proposal: t.ProposalID, Body: t.BodyID, Agreement: t.AgreementID, Programme: t.ProgrammeID,
		Opportunity: t.OpportunityID, Meeting: t.MeetingID,
	}
}

// seen is the row, nil if the viewer may not see it.
func seen[T any](row *T, err error) (*T, error) {
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // done, but not for these eyes
	}
	return row, err
}
