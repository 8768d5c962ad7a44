package graph

import (
	"context"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/notification"
	"acs-aec.org/hub/internal/personal"
	"acs-aec.org/hub/internal/reading"
)

// Personal are the rows that viewerEvents tells of beside the log. Each kind has a
// line here, and one in viewerEvent.
func Personal(r *command.Runner) []personal.Source {
	return []personal.Source{notification.New(r).Changes, reading.New(r).Changes}
}

// viewerEvent is what an envelope of viewerEvents holds.
func (r *Resolver) viewerEvent(ctx context.Context, e *live.ViewerEnvelope) (model.ViewerEvent, error) {
	switch row := e.Row.(type) {
	case *ent.Notification:
		return &model.NotificationChanged{Notification: row}, nil
	case *ent.ThreadReading:
		t, state, err := r.readings.Told(ctx, row)
		if err != nil {
			return nil, err
		}
		return &model.ReadingChanged{Thread: t, Reading: state}, nil
	default:
		return viewerEventOf(ctx, &e.Envelope), nil
	}
}
