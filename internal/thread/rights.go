package thread

import (
	"context"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/messagetranslation"
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
	if err != nil || t == nil || t.Status != thread.StatusOpen {
		return false, err
	}
	held, err := s.PostsAreHeld(ctx, t)
	return !held, err
}

// CanWithdraw says whether the viewer may withdraw the message now.
func (s *Service) CanWithdraw(ctx context.Context, m *ent.Message) bool {
	return m.WithdrawnAt == nil && withdraws(viewer.From(ctx), m)
}

// translated says whether the viewer proposed the translation.
func translated(v *viewer.Viewer, t *ent.MessageTranslation) bool {
	return v.SignedIn() && t.MadeByID == v.Person
}

// takesBack says whether the viewer may take the translation back as long as it
// stands.
func takesBack(v *viewer.Viewer, t *ent.MessageTranslation) bool {
	return v.Secretariat() || t.Status != messagetranslation.StatusOfficial && translated(v, t)
}

// CanEditTranslation says whether the viewer may change the translation now.
func (s *Service) CanEditTranslation(ctx context.Context, t *ent.MessageTranslation) (bool, error) {
	if t.Status != messagetranslation.StatusDraft || !translated(viewer.From(ctx), t) {
		return false, nil
	}
	m, err := t.Message(ctx)
	if m == nil || err != nil || m.Language == t.Language {
		return false, err
	}
	in, err := m.Thread(ctx)
	if err != nil || in == nil || in.Status != thread.StatusOpen {
		return false, err
	}
	held, err := s.PostsAreHeld(ctx, in)
	return !held, err
}

// CanMakeOfficial says whether the viewer may make the translation official now,
// unless another one is.
func (s *Service) CanMakeOfficial(ctx context.Context, t *ent.MessageTranslation) (bool, error) {
	if t.Status != messagetranslation.StatusDraft || !viewer.From(ctx).Secretariat() {
		return false, nil
	}
	outdated, err := s.Outdated(ctx, t)
	return !outdated, err
}

// CanWithdrawTranslation says whether the viewer may take the translation back
// now.
func (s *Service) CanWithdrawTranslation(ctx context.Context, t *ent.MessageTranslation) bool {
	return t.Status != messagetranslation.StatusWithdrawn && takesBack(viewer.From(ctx), t)
}
