package informationrequest

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/informationrequest"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/reference"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"

	entthread "acs-aec.org/hub/ent/generated/ent/thread"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

const (
	textLimit   = 20_000
	reasonLimit = 1000
	// extensionLimit bounds the wishes for a later day of a request, which are read
	// whole.
	extensionLimit = 20
	// stopLimit bounds the requests that stop a proposal's clock, which are read whole.
	stopLimit = 100
)

var msgStops = i18n.Message{
	EN: "%d requests have stopped this clock already. Ask without stopping it.",
	ES: "%d solicitudes ya han detenido este plazo. Pregunte sin detenerlo.",
	FR: "%d demandes ont déjà arrêté ce délai. Interrogez sans l'arrêter.",
}

// Dispatch sends a draft out under the next reference of its body. For who may issue
// for the body, others are FORBIDDEN. What is no draft any more is a CONFLICT, and
// so are a closed discussion and a dissolved body; a day that has passed and an
// addressee whom the audience does not name any more are INVALID_INPUT.
func (s *Service) Dispatch(ctx context.Context, u uuid.UUID, expected int) (*ent.InformationRequest, command.Receipt, error) {
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.InformationRequest, error) {
		r, t, err := s.lockIssued(ctx, tx, u, expected)
		if err != nil {
			return nil, err
		}
		if err := CheckMove(r.Status, informationrequest.StatusDispatched, r.Revision); err != nil {
			return nil, err
		}
		if t.Status != entthread.StatusOpen {
			return nil, command.WrongState(string(t.Status), r.Revision)
		}
		if r.Due < s.today() {
			return nil, apperr.Invalid("due", msgPast)
		}
		to := Addressee{Body: r.AddresseeBodyID, Seat: r.AddresseeSeatID, Person: r.AddresseePersonID, Organisation: r.AddresseeOrganisationID}
		if err := s.checkAddressee(ctx, tx, t, to); err != nil {
			return nil, err
		}
		b, err := tx.Body.Get(ctx, r.BodyID)
		if err != nil {
			return nil, fmt.Errorf("informationrequest: read the body: %w", err)
		}
		if b.Status != body.StatusActive {
			return nil, apperr.New(apperr.Conflict, msgDissolved).With("currentStatus", string(b.Status))
		}
		if err := s.roomToStop(ctx, tx, r); err != nil {
			return nil, err
		}
		now := s.Time()
		ref, err := reference.Next(ctx, tx, b, now)
		if err != nil {
			return nil, err
		}
		w := r.Update().SetStatus(informationrequest.StatusDispatched).SetReference(ref.Text).SetYear(ref.Year).SetDispatchedAt(now).
			SetDueUntold(r.Due).SetUpdatedAt(now).SetRevision(r.Revision + 1)
		if v := viewer.From(ctx); v.SignedIn() {
			w.SetDispatchedByID(v.Person)
		}
		from := r.Status
		if r, err = w.Save(ctx); err != nil {
			return nil, fmt.Errorf("informationrequest: dispatch: %w", err)
		}
		return r, s.tell(ctx, "RequestDispatched", t, r, r.ID, eventlog.Facts{
			From: string(from), To: string(r.Status), Reference: ref.Text, Digest: digest(r.Question),
		})
	})
}

// roomToStop refuses one request too many that stops the clock of a proposal:
// CONFLICT. The proposal is locked against others that do the same.
func (s *Service) roomToStop(ctx context.Context, tx *ent.Client, r *ent.InformationRequest) error {
	if !r.StopsClock {
		return nil
	}
	system := viewer.With(ctx, viewer.System())
	if _, err := tx.Proposal.Query().Where(proposal.ID(*r.ProposalID), store.Locked(tx)).Select(proposal.FieldID).Only(system); err != nil {
		return fmt.Errorf("informationrequest: lock the proposal: %w", err)
	}
	n, err := tx.InformationRequest.Query().Where(
		informationrequest.ProposalID(*r.ProposalID), informationrequest.StopsClock(true), informationrequest.StatusNEQ(informationrequest.StatusDraft),
	).Count(system)
	if err != nil {
		return fmt.Errorf("informationrequest: count what stops the clock: %w", err)
	}
	if n >= stopLimit {
		return apperr.New(apperr.Conflict, msgStops, stopLimit).With("limit", stopLimit)
	}
	return nil
}

// Answer answers a dispatched request, once. For whom it is addressed to, others are
// FORBIDDEN. What does not wait for an answer and a closed discussion are a
// CONFLICT. A wish for a later day that still waits is refused with it.
func (s *Service) Answer(ctx context.Context, u uuid.UUID, answer string, language i18n.Lang, key *string) (*ent.InformationRequest, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if answer, err = text("input.answer", answer); err != nil {
		return nil, command.Receipt{}, err
	}
	claim := command.Claim{Key: key, Mutation: "answerInformationRequest", Input: []any{u, answer, language}}
	return command.Create(ctx, s.Runner, claim, func(ctx context.Context, tx *ent.Client) (*ent.InformationRequest, error) {
		r, t, err := s.lockAddressed(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		if err := CheckMove(r.Status, informationrequest.StatusAnswered, r.Revision); err != nil {
			return nil, err
		}
		if t.Status != entthread.StatusOpen {
			return nil, command.WrongState(string(t.Status), r.Revision)
		}
		if err := s.settle(ctx, tx, t, r); err != nil {
			return nil, err
		}
		now, from := s.Time(), r.Status
		r, err = r.Update().SetStatus(informationrequest.StatusAnswered).SetAnswer(answer).SetAnswerLanguage(language).SetAnsweredAt(now).
			SetAnsweredByID(v.Person).ClearDueUntold().SetUpdatedAt(now).SetRevision(r.Revision + 1).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("informationrequest: answer: %w", err)
		}
		return r, s.tell(ctx, "RequestAnswered", t, r, r.ID, eventlog.Facts{From: string(from), To: string(r.Status), Digest: digest(answer)})
	}, func(r *ent.InformationRequest) uuid.UUID { return r.ID }, seen)
}

// Void declares a dispatched request void, with a reason, also in a closed
// discussion. For who may issue for the body, others are FORBIDDEN. What does not
// wait for an answer is a CONFLICT.
func (s *Service) Void(ctx context.Context, u uuid.UUID, expected int, reason string) (*ent.InformationRequest, command.Receipt, error) {
	if _, err := command.SignedIn(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	why, err := command.Line("input.reason", reason, reasonLimit)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.InformationRequest, error) {
		r, t, err := s.lockIssued(ctx, tx, u, expected)
		if err != nil {
			return nil, err
		}
		if err := CheckMove(r.Status, informationrequest.StatusVoid, r.Revision); err != nil {
			return nil, err
		}
		if err := s.settle(ctx, tx, t, r); err != nil {
			return nil, err
		}
		now, from := s.Time(), r.Status
		w := r.Update().SetStatus(informationrequest.StatusVoid).SetVoidedAt(now).SetVoidReason(why).ClearDueUntold().
			SetUpdatedAt(now).SetRevision(r.Revision + 1)
		if v := viewer.From(ctx); v.SignedIn() {
			w.SetVoidedByID(v.Person)
		}
		if r, err = w.Save(ctx); err != nil {
			return nil, fmt.Errorf("informationrequest: declare void: %w", err)
		}
		return r, s.tell(ctx, "RequestVoided", t, r, r.ID, eventlog.Facts{From: string(from), To: string(r.Status)})
	})
}

// lock reads a request that the viewer may see, with its discussion locked.
func lock(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.InformationRequest, *ent.Thread, error) {
	r, err := tx.InformationRequest.Query().Where(informationrequest.ID(u)).Select(informationrequest.FieldThreadID).Only(ctx)
	if err != nil {
		return nil, nil, command.Found(err)
	}
	t, err := thread.Lock(ctx, tx, r.ThreadID)
	if err != nil {
		return nil, nil, err
	}
	r, err = tx.InformationRequest.Get(ctx, u)
	return r, t, command.Found(err)
}

// lockIssued is lock for who may issue the request, on the revision that was read.
// Others are FORBIDDEN, another revision is a CONFLICT.
func (s *Service) lockIssued(ctx context.Context, tx *ent.Client, u uuid.UUID, expected int) (*ent.InformationRequest, *ent.Thread, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, nil, err
	}
	r, t, err := lock(ctx, tx, u)
	if err != nil {
		return nil, nil, err
	}
	if err := command.Allow(ctx, issues(v, r)); err != nil {
		return nil, nil, err
	}
	return r, t, command.Unchanged(r.Revision, expected)
}

// lockAddressed is lock for whom the request is addressed to. Others are FORBIDDEN.
func (s *Service) lockAddressed(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.InformationRequest, *ent.Thread, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, nil, err
	}
	r, t, err := lock(ctx, tx, u)
	if err != nil {
		return nil, nil, err
	}
	if !answers(v, r) { // the hub itself speaks for nobody
		return nil, nil, apperr.ErrForbidden
	}
	return r, t, nil
}

// tell appends an event in the request's discussion, in the scopes of its subject
// and of the asking body; who sees it follows from the discussion alone.
func (s *Service) tell(ctx context.Context, kind string, t *ent.Thread, r *ent.InformationRequest, subject uuid.UUID, facts eventlog.Facts) error {
	in := t.BodyID
	if in == nil {
		in = &r.BodyID
	}
	return s.Log.Append(ctx, eventlog.Event{
		Kind: kind, Subject: subject, Facts: facts, Thread: &t.ID,
		Proposal: t.ProposalID, Body: in, Agreement: t.AgreementID, Programme: t.ProgrammeID, Opportunity: t.OpportunityID, Meeting: t.MeetingID,
	})
}

func digest(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// seen is a request, nil if it is not there any more or the viewer may not see it.
func seen(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.InformationRequest, error) {
	r, err := tx.InformationRequest.Get(ctx, u)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // done, but not for these eyes
	}
	return r, err
}

func (s *Service) today() date.Date { return date.Of(s.Now()) }
