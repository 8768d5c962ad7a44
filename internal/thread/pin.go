package thread

import (
	"context"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
)

// pinnedPlace is above the microsecond of every message.
const pinnedPlace = 1 << 61

// placeOf is where a discussion stands among others when pinned ones come first.
func placeOf(pinned bool, last *time.Time) int64 {
	var p int64
	if last != nil {
		p = last.UnixMicro()
	}
	if pinned {
		p += pinnedPlace
	}
	return p
}

// Pin puts a discussion before the others in the lists of all who take part. For
// who manages it. If it is pinned already, nothing is written or told.
func (s *Service) Pin(ctx context.Context, u uuid.UUID, expected int) (*ent.Thread, command.Receipt, error) {
	return s.pin(ctx, u, expected, true, "ThreadPinned")
}

// Unpin puts a discussion back among the others. For who manages it. If it is not
// pinned, nothing is written or told.
func (s *Service) Unpin(ctx context.Context, u uuid.UUID, expected int) (*ent.Thread, command.Receipt, error) {
	return s.pin(ctx, u, expected, false, "ThreadUnpinned")
}

func (s *Service) pin(ctx context.Context, u uuid.UUID, expected int, pinned bool, kind string) (*ent.Thread, command.Receipt, error) {
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Thread, error) {
		t, err := lockManaged(ctx, tx, u, expected)
		if err != nil || pinned == (t.PinnedAt != nil) {
			return t, err
		}
		now := s.Time()
		update := t.Update().SetPlace(placeOf(pinned, t.LastMessageAt)).SetRevision(t.Revision + 1).SetUpdatedAt(now)
		if pinned {
			update.SetPinnedAt(now)
		} else {
			update.ClearPinnedAt()
		}
		if t, err = update.Save(ctx); err != nil {
			return nil, err
		}
		return t, s.tell(ctx, kind, t, t.ID, eventlog.Facts{})
	})
}
