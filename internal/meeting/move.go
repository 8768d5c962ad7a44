package meeting

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/meeting"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
)

// Open records that a planned meeting has begun. For the Secretariat and who leads
// the body, as all moves; each is CONFLICT from another status or on another
// revision.
func (s *Service) Open(ctx context.Context, u uuid.UUID, revision int) (*ent.Meeting, command.Receipt, error) {
	return s.move(ctx, u, revision, meeting.StatusOpen, "MeetingOpened", nil)
}

// Close records that a meeting is over.
func (s *Service) Close(ctx context.Context, u uuid.UUID, revision int) (*ent.Meeting, command.Receipt, error) {
	return s.move(ctx, u, revision, meeting.StatusClosed, "MeetingClosed", nil)
}

// Cancel calls a planned meeting off, and says why.
func (s *Service) Cancel(ctx context.Context, u uuid.UUID, revision int, reason string) (*ent.Meeting, command.Receipt, error) {
	return s.move(ctx, u, revision, meeting.StatusCancelled, "MeetingCancelled", &reason)
}

func (s *Service) move(ctx context.Context, u uuid.UUID, revision int, to meeting.Status, kind string, reason *string) (*ent.Meeting, command.Receipt, error) {
	return s.change(ctx, u, revision, func(ctx context.Context, _ *ent.Client, m *ent.Meeting) (*ent.Meeting, error) {
		from, why := m.Status, ""
		if err := CheckMove(m, to); err != nil {
			return nil, err
		}
		if reason != nil {
			var err error
			if why, err = command.Line("input.reason", *reason, reasonLimit); err != nil {
				return nil, err
			}
		}
		m, err := m.Update().SetStatus(to).SetStatusReason(why).SetUpdatedAt(s.Time()).SetRevision(m.Revision + 1).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("meeting: move: %w", err)
		}
		return m, s.tell(ctx, kind, m, eventlog.Facts{From: string(from), To: string(to), Reason: why})
	})
}
