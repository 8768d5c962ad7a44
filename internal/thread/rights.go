package thread

import (
	"context"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/viewer"
)

// Who may do what. Each is asked of rows that the viewer sees, and who sees a
// discussion takes part in it: the policies let nobody else.

// manages says whether the viewer may edit, close and reopen the discussion and
// change its audience.
func manages(v *viewer.Viewer, t *ent.Thread) bool {
	return v.Secretariat() || v.SignedIn() && t.OpenedByID != nil && *t.OpenedByID == v.Person
}

// wrote says whether the viewer is the message's author.
func wrote(v *viewer.Viewer, m *ent.Message) bool { return v.SignedIn() && m.AuthorID == v.Person }

// withdraws says whether the viewer may withdraw the message as long as it
// stands.
func withdraws(v *viewer.Viewer, m *ent.Message) bool { return v.Secretariat() || wrote(v, m) }

// CanPost says whether the viewer may post in the discussion now.
func (s *Service) CanPost(ctx context.Context, t *ent.Thread) bool {
	return viewer.From(ctx).SignedIn() && t.Status == thread.StatusOpen
}

// CanManage says whether the viewer may edit, close and reopen the discussion
// and change its audience now.
func (s *Service) CanManage(ctx context.Context, t *ent.Thread) bool {
	return manages(viewer.From(ctx), t)
}

// CanEdit says whether the viewer may change the message now.
func (s *Service) CanEdit(ctx context.Context, m *ent.Message) (bool, error) {
	if !wrote(viewer.From(ctx), m) || m.WithdrawnAt != nil {
		return false, nil
	}
	t, err := m.Thread(ctx)
	return t != nil && t.Status == thread.StatusOpen, err
}

// CanWithdraw says whether the viewer may withdraw the message now.
func (s *Service) CanWithdraw(ctx context.Context, m *ent.Message) bool {
	return m.WithdrawnAt == nil && withdraws(viewer.From(ctx), m)
}
