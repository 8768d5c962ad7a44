package graph

import (
	"context"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
)

var msgEverything = i18n.Message{
	EN: "everything must be true.", ES: "everything debe ser true.", FR: "everything doit être true.",
}

// scopeOf is the scope that a client names.
func scopeOf(in model.EventScope) (eventlog.Scope, error) {
	switch {
	case in.Everything != nil && !*in.Everything:
		return eventlog.Scope{}, apperr.Invalid("in.everything", msgEverything)
	}
	return eventlog.Scope{Thread: in.ThreadID, Proposal: in.ProposalID, Body: in.BodyID, Meeting: in.MeetingID}, nil
}

// eventOf is what an envelope holds. An entry of a kind that this schema does
// not know, as a newer node writes them, is a Checkpoint: keep the cursor.
func eventOf(ctx context.Context, e *eventlog.Envelope) model.Event {
	switch e.Notice {
	case eventlog.ResetNotice:
		return &model.StreamReset{Reason: e.Reset.In(i18n.From(ctx))}
	case eventlog.EndedNotice:
		return &model.AccessEnded{}
	case eventlog.NoNotice:
		if event, ok := model.NewEvent(e.Entry); ok {
			return event
		}
	}
	return &model.Checkpoint{At: e.CommittedAt}
}

// viewerEventOf is eventOf for what concerns one person alone.
func viewerEventOf(ctx context.Context, e *eventlog.Envelope) model.ViewerEvent {
	if event, ok := eventOf(ctx, e).(model.ViewerEvent); ok {
		return event
	}
	return &model.Checkpoint{At: e.CommittedAt}
}

// deref is the value, or the zero value for none.
func deref[T any](p *T) T {
	var zero T
	return or(p, zero)
}

// or is the value, or the other one for none.
func or[T any](p *T, other T) T {
	if p == nil {
		return other
	}
	return *p
}
