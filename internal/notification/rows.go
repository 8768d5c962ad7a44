package notification

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/notification"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/personal"
)

// Changes are the rows that whoever listens as a person is told of: a
// personal.Source. What the person may not see any more is left out.
func (s *Service) Changes(ctx context.Context, person uuid.UUID, after, upTo int64, limit int) ([]personal.Row, error) {
	rows, err := s.DB.Client.Notification.Query().
		Where(notification.PersonID(person), notification.VersionGT(after), notification.VersionLTE(upTo)).
		Order(ent.Asc(notification.FieldVersion)).Limit(limit).All(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]personal.Row, len(rows))
	for i, n := range batch.Join(rows) {
		out[i] = personal.Row{ID: n.ID, Version: n.Version, ChangedAt: n.ChangedAt, Thread: n.ThreadID, Value: n}
	}
	return out, nil
}
