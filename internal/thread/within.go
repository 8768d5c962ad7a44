package thread

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
)

// Lock is for what else is written within a discussion: it reads one that the viewer
// takes part in and keeps every other writer out of it until the transaction ends.
// Others read as NOT_FOUND.
func Lock(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Thread, error) {
	return lock(ctx, tx, u)
}
