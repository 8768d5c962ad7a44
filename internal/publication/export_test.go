package publication

import (
	"context"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/viewer"
)

// Assembled are all public activities as they are put together from rows, whether
// or not a rule is broken in them.
func (s *Service) Assembled(ctx context.Context) ([]*iati.Activity, error) {
	ctx = viewer.With(ctx, viewer.Nobody())
	rows, err := s.Client.Activity.Query().Where(public()).Order(ent.Asc("iati_identifier")).All(ctx)
	if err != nil {
		return nil, err
	}
	return s.assemble(ctx, rows)
}
