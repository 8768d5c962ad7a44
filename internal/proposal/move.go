package proposal

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/viewer"
)

// sponsors says whether the viewer works on the proposals of a body.
func sponsors(v *viewer.Viewer, sponsor uuid.UUID) bool { return v.SitsIn(sponsor) || v.Secretariat() }

// allowed says whether a move of this body's proposals is the viewer's to make.
func allowed(m Move, v *viewer.Viewer, sponsor uuid.UUID) bool {
	switch m {
	case Submit:
		return v.Leads(sponsor)
	case Withdraw:
		return v.Leads(sponsor) || v.Secretariat()
	}
	return v.Secretariat()
}

// MayEdit says whether the viewer may edit the proposal now.
func (*Service) MayEdit(v *viewer.Viewer, p *ent.Proposal) bool {
	return sponsors(v, p.SponsorID) && Editable(p.Status)
}

// May says whether the viewer may make the move now.
func (*Service) May(m Move, v *viewer.Viewer, p *ent.Proposal) bool {
	return allowed(m, v, p.SponsorID) && possible(m, p.Status)
}

// MaySubmit says whether the viewer may submit the proposal now.
func (s *Service) MaySubmit(v *viewer.Viewer, p *ent.Proposal) bool { return s.May(Submit, v, p) }

// MayWithdraw says whether the viewer may withdraw the proposal now.
func (s *Service) MayWithdraw(v *viewer.Viewer, p *ent.Proposal) bool { return s.May(Withdraw, v, p) }

// MayMove says whether the viewer may record a move of the Secretariat or the
// Council now.
func (s *Service) MayMove(v *viewer.Viewer, p *ent.Proposal) bool {
	for m := Admit; m < Withdraw; m++ {
		if s.May(m, v, p) {
			return true
		}
	}
	return false
}

// Next are the statuses that a proposal may have next, whoever decides.
func (*Service) Next(p *ent.Proposal) []proposal.Status { return Next(p.Status) }

// Submit puts a draft or returned proposal before the Special Fund. For chair,
// vice-chair and rapporteur of the sponsoring body. One that lacks something is
// INVALID_INPUT of what it lacks.
func (s *Service) Submit(ctx context.Context, u uuid.UUID, revision int) (*ent.Proposal, command.Receipt, error) {
	return s.move(ctx, Submit, u, revision, proposal.StatusSubmitted, "", s.checkComplete)
}

// Admit finds a submitted proposal complete and admissible. For the Secretariat.
func (s *Service) Admit(ctx context.Context, u uuid.UUID, revision int) (*ent.Proposal, command.Receipt, error) {
	return s.move(ctx, Admit, u, revision, proposal.StatusAdmissible, "", nil)
}

// Return sends a proposal back to its sponsor, with a reason. For the
// Secretariat.
func (s *Service) Return(ctx context.Context, u uuid.UUID, revision int, reason string) (*ent.Proposal, command.Receipt, error) {
	return s.move(ctx, Return, u, revision, proposal.StatusReturned, reason, needsReason)
}

// StartAssessment begins the assessment of an admissible proposal. For the
// Secretariat.
func (s *Service) StartAssessment(ctx context.Context, u uuid.UUID, revision int) (*ent.Proposal, command.Receipt, error) {
	return s.move(ctx, StartAssessment, u, revision, proposal.StatusUnderAssessment, "", nil)
}

// CompleteAssessment ends the assessment. For the Secretariat.
func (s *Service) CompleteAssessment(ctx context.Context, u uuid.UUID, revision int) (*ent.Proposal, command.Receipt, error) {
	return s.move(ctx, CompleteAssessment, u, revision, proposal.StatusAssessed, "", nil)
}

// PlaceOnAgenda puts an assessed or deferred proposal on the Council's agenda.
// For the Secretariat.
func (s *Service) PlaceOnAgenda(ctx context.Context, u uuid.UUID, revision int) (*ent.Proposal, command.Receipt, error) {
	return s.move(ctx, PlaceOnAgenda, u, revision, proposal.StatusOnAgenda, "", nil)
}

// Decide records what the Council decided; anything but approval has a reason.
// For the Secretariat.
func (s *Service) Decide(ctx context.Context, u uuid.UUID, revision int, outcome proposal.Status, reason string) (*ent.Proposal, command.Receipt, error) {
	checks := needsReason
	if outcome == proposal.StatusApproved {
		checks = nil
	}
	return s.move(ctx, Decide, u, revision, outcome, reason, checks)
}

// ConfirmFinancing records that the money of an approved proposal is secured:
// from then on everybody sees it. For the Secretariat.
func (s *Service) ConfirmFinancing(ctx context.Context, u uuid.UUID, revision int) (*ent.Proposal, command.Receipt, error) {
	return s.move(ctx, ConfirmFinancing, u, revision, proposal.StatusFinanced, "", nil)
}

// StartImplementation records that implementation has begun. For the
// Secretariat.
func (s *Service) StartImplementation(ctx context.Context, u uuid.UUID, revision int) (*ent.Proposal, command.Receipt, error) {
	return s.move(ctx, StartImplementation, u, revision, proposal.StatusInImplementation, "", nil)
}

// Close closes an implemented proposal. For the Secretariat.
func (s *Service) Close(ctx context.Context, u uuid.UUID, revision int) (*ent.Proposal, command.Receipt, error) {
	return s.move(ctx, Close, u, revision, proposal.StatusClosed, "", nil)
}

// Withdraw withdraws a proposal that is not decided, with a reason. For chair,
// vice-chair and rapporteur of the sponsoring body, and the Secretariat.
func (s *Service) Withdraw(ctx context.Context, u uuid.UUID, revision int, reason string) (*ent.Proposal, command.Receipt, error) {
	return s.move(ctx, Withdraw, u, revision, proposal.StatusWithdrawn, reason, needsReason)
}

// check refuses a move for what the proposal is, or what was said.
type check func(ctx context.Context, tx *ent.Client, p *ent.Proposal, reason string) error

// move takes a proposal to another status. Refusals in this order:
// UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, CONFLICT, INVALID_INPUT.
func (s *Service) move(ctx context.Context, m Move, u uuid.UUID, revision int, to proposal.Status, reason string, checks check) (*ent.Proposal, command.Receipt, error) {
	if _, err := command.SignedIn(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Proposal, error) {
		p, err := lock(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if err := command.Allow(ctx, allowed(m, viewer.From(ctx), p.SponsorID)); err != nil {
			return nil, err
		}
		if err := command.Unchanged(p.Revision, revision); err != nil {
			return nil, err
		}
		if !CheckMove(m, p.Status, to) {
			return nil, command.WrongState(string(p.Status), p.Revision)
		}
		reason := command.Trim(reason)
		if err := command.Fits("input.reason", reason, reasonLimit); err != nil {
			return nil, err
		}
		if checks != nil {
			if err := checks(ctx, tx, p, reason); err != nil {
				return nil, err
			}
		}
		from, now := p.Status, s.Time()
		w := p.Update().SetStatus(to).SetStatusReason(reason).SetUpdatedAt(now).SetRevision(p.Revision + 1)
		if to == proposal.StatusSubmitted && p.SubmittedAt == nil {
			w.SetSubmittedAt(now)
		}
		if decided(to) {
			w.SetDecidedAt(now)
		}
		if p, err = w.Save(ctx); err != nil {
			return nil, fmt.Errorf("proposal: move to %s: %w", to, err)
		}
		return p, s.tell(ctx, "ProposalMoved", p, eventlog.Facts{From: string(from), To: string(to), Reason: reason})
	})
}

var msgReason = i18n.Message{EN: "Say why.", ES: "Diga por qué.", FR: "Dites pourquoi."}

func needsReason(_ context.Context, _ *ent.Client, _ *ent.Proposal, reason string) error {
	if reason == "" {
		return apperr.Invalid("input.reason", msgReason)
	}
	return nil
}
