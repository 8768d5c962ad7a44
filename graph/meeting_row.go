package graph

import (
	"context"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/viewer"
)

// meetingLink is where one takes part in a meeting from afar, for who is signed in.
func meetingLink(ctx context.Context, m *ent.Meeting) *string {
	if v := viewer.From(ctx); !v.SignedIn() && !v.IsSystem() {
		return nil
	}
	return orNone(m.Link)
}
