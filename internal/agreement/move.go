package agreement

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
)

var (
	msgOrder = i18n.Message{
		EN: "The last day lies before the first.", ES: "El último día es anterior al primero.", FR: "Le dernier jour précède le premier.",
	}
	msgFuture = i18n.Message{
		EN: "This day has not come yet.", ES: "Este día todavía no ha llegado.", FR: "Ce jour n'est pas encore arrivé.",
	}
	msgNoEnd = i18n.Message{
		EN: "Give the last day: none is recorded.", ES: "Indique el último día: no hay ninguno registrado.",
		FR: "Indiquez le dernier jour : aucun n'est enregistré.",
	}
)

// Negotiate opens negotiations on a draft. For the Secretariat, as all moves;
// each is CONFLICT from another status or on another revision.
func (s *Service) Negotiate(ctx context.Context, u uuid.UUID, revision int) (*ent.Agreement, command.Receipt, error) {
	return s.move(ctx, u, revision, agreement.StatusNegotiating, "", nil)
}

// Sign records that an agreement was signed, not in the future. nil: the day is
// not known.
func (s *Service) Sign(ctx context.Context, u uuid.UUID, revision int, on *date.Partial) (*ent.Agreement, command.Receipt, error) {
	return s.move(ctx, u, revision, agreement.StatusSigned, "", func(_ *ent.Agreement, w *ent.AgreementUpdateOne) error {
		if on == nil {
			return nil
		}
		w.SetSignedOn(*on)
		return s.notFuture("input.signedOn", *on)
	})
}

// BringIntoForce records that a signed agreement is in force, from the given
// day, or from the one that is recorded, or from that of its signature.
func (s *Service) BringIntoForce(ctx context.Context, u uuid.UUID, revision int, from *date.Partial) (*ent.Agreement, command.Receipt, error) {
	return s.move(ctx, u, revision, agreement.StatusInForce, "", func(a *ent.Agreement, w *ent.AgreementUpdateOne) error {
		field := "input.validFrom"
		switch {
		case from != nil:
			if err := s.notFuture(field, *from); err != nil {
				return err
			}
		case a.ValidFrom != nil:
			return nil
		default:
			from = a.SignedOn
		}
		if from == nil {
			return nil
		}
		w.SetValidFrom(*from)
		return at(field, inOrder(from, a.ValidTo))
	})
}

// Expire records that an agreement has come to its end, on the given day or on
// the one that is recorded. Without either it is INVALID_INPUT.
func (s *Service) Expire(ctx context.Context, u uuid.UUID, revision int, to *date.Partial) (*ent.Agreement, command.Receipt, error) {
	return s.move(ctx, u, revision, agreement.StatusExpired, "", func(a *ent.Agreement, w *ent.AgreementUpdateOne) error {
		if to == nil {
			if a.ValidTo == nil {
				return apperr.Invalid("input.validTo", msgNoEnd)
			}
			return nil
		}
		if err := s.notFuture("input.validTo", *to); err != nil {
			return err
		}
		w.SetValidTo(*to)
		return inOrder(a.ValidFrom, to)
	})
}

// Terminate records that an agreement was ended before its time, or never
// signed, and why.
func (s *Service) Terminate(ctx context.Context, u uuid.UUID, revision int, reason string) (*ent.Agreement, command.Receipt, error) {
	return s.move(ctx, u, revision, agreement.StatusTerminated, reason, nil)
}

// move moves an agreement. with checks and writes what belongs to the move.
func (s *Service) move(ctx context.Context, u uuid.UUID, revision int, to agreement.Status, reason string,
	with func(*ent.Agreement, *ent.AgreementUpdateOne) error,
) (*ent.Agreement, command.Receipt, error) {
	return s.change(ctx, u, revision, func(ctx context.Context, _ *ent.Client, a *ent.Agreement) (*ent.Agreement, error) {
		from := a.Status
		if err := CheckMove(a, to); err != nil {
			return nil, err
		}
		if to == agreement.StatusTerminated {
			var err error
			if reason, err = command.Optional("input.reason", &reason, reasonLimit); err == nil && reason == "" {
				_, err = command.Line("input.reason", reason, reasonLimit)
			}
			if err != nil {
				return nil, err
			}
		}
		w := a.Update().SetStatus(to).SetStatusReason(reason).SetUpdatedAt(s.Time()).SetRevision(a.Revision + 1)
		if with != nil {
			if err := with(a, w); err != nil {
				return nil, err
			}
		}
		a, err := w.Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("agreement: move: %w", err)
		}
		return a, s.tell(ctx, "AgreementMoved", a, eventlog.Facts{From: string(from), To: string(to), Reason: reason})
	})
}

// notFuture refuses a date all of whose days are still to come.
func (s *Service) notFuture(field string, d date.Partial) error {
	if d.First() > date.Of(s.Now()) {
		return apperr.Invalid(field, msgFuture)
	}
	return nil
}

// inOrder refuses a period that ends before it begins.
func inOrder(from, to *date.Partial) error {
	if from != nil && to != nil && to.Last() < from.First() {
		return apperr.Invalid("input.validTo", msgOrder)
	}
	return nil
}

// at names another field at fault.
func at(field string, err error) error {
	if err == nil {
		return nil
	}
	return apperr.Invalid(field, msgOrder).Because(err)
}
