package opportunity

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
)

// Screen records that an identified opportunity is worth a closer look. For the
// Secretariat, as all moves; each is CONFLICT from another status or on another
// revision.
func (s *Service) Screen(ctx context.Context, u uuid.UUID, revision int) (*ent.Opportunity, command.Receipt, error) {
	return s.move(ctx, u, revision, opportunity.StatusScreened, nil)
}

// Shortlist records that a screened opportunity is among those to choose from.
func (s *Service) Shortlist(ctx context.Context, u uuid.UUID, revision int) (*ent.Opportunity, command.Receipt, error) {
	return s.move(ctx, u, revision, opportunity.StatusShortlisted, nil)
}

// Pursue records that the ACS applies.
func (s *Service) Pursue(ctx context.Context, u uuid.UUID, revision int) (*ent.Opportunity, command.Receipt, error) {
	return s.move(ctx, u, revision, opportunity.StatusPursued, nil)
}

// Win records that the donor chose the ACS.
func (s *Service) Win(ctx context.Context, u uuid.UUID, revision int) (*ent.Opportunity, command.Receipt, error) {
	return s.move(ctx, u, revision, opportunity.StatusWon, nil)
}

// Lose records that the donor did not choose the ACS; why, if that is known.
func (s *Service) Lose(ctx context.Context, u uuid.UUID, revision int, reason *string) (*ent.Opportunity, command.Receipt, error) {
	return s.move(ctx, u, revision, opportunity.StatusLost, func() (string, error) {
		return command.Optional("input.reason", reason, reasonLimit)
	})
}

// Dismiss records that the ACS leaves the opportunity, and why.
func (s *Service) Dismiss(ctx context.Context, u uuid.UUID, revision int, reason string) (*ent.Opportunity, command.Receipt, error) {
	return s.move(ctx, u, revision, opportunity.StatusDismissed, func() (string, error) {
		return command.Line("input.reason", reason, reasonLimit)
	})
}

// Reopen takes up an opportunity that was closed and whose last day was put off
// since.
func (s *Service) Reopen(ctx context.Context, u uuid.UUID, revision int) (*ent.Opportunity, command.Receipt, error) {
	return s.move(ctx, u, revision, opportunity.StatusIdentified, nil)
}

func (s *Service) move(ctx context.Context, u uuid.UUID, revision int, to opportunity.Status, reason func() (string, error)) (*ent.Opportunity, command.Receipt, error) {
	return s.change(ctx, u, revision, func(ctx context.Context, _ *ent.Client, o *ent.Opportunity) (*ent.Opportunity, error) {
		from := o.Status
		if err := CheckMove(o, to, s.today()); err != nil {
			return nil, err
		}
		why := ""
		if reason != nil {
			var err error
			if why, err = reason(); err != nil {
				return nil, err
			}
		}
		o, err := o.Update().SetStatus(to).SetStatusReason(why).SetUpdatedAt(s.Time()).SetRevision(o.Revision + 1).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("opportunity: move: %w", err)
		}
		return o, s.tell(ctx, "OpportunityMoved", o, eventlog.Facts{From: string(from), To: string(to), Reason: why})
	})
}
