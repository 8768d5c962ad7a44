package reading

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/threadreading"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/personal"
)

// Changes are the rows that whoever listens as a person is told of: a
// personal.Source. Those of discussions that the person does not see any more are
// left out.
func (s *Service) Changes(ctx context.Context, person uuid.UUID, after, upTo int64, limit int) ([]personal.Row, error) {
	rows, err := s.DB.Client.ThreadReading.Query().
		Where(threadreading.PersonID(person), threadreading.VersionGT(after), threadreading.VersionLTE(upTo)).
		Order(ent.Asc(threadreading.FieldVersion)).Limit(limit).All(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]personal.Row, len(rows))
	for i, r := range batch.Join(rows) {
		out[i] = personal.Row{ID: r.ID, Version: r.Version, ChangedAt: r.UpdatedAt, Thread: &r.ThreadID, Value: r}
	}
	return out, nil
}

// Told is a row as it is told: the discussion, and how the person who asks stands to
// it now; nil where the person does not see it any more.
func (s *Service) Told(ctx context.Context, row *ent.ThreadReading) (*ent.Thread, *State, error) {
	t, err := row.Thread(ctx)
	if t == nil || err != nil {
		return nil, nil, err
	}
	state, err := s.seen(ctx, t, stateOf(t, row))
	return t, state, err
}
