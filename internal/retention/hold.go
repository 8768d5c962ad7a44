package retention

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/legalhold"
	"acs-aec.org/hub/ent/generated/ent/meeting"
	"acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

var (
	errHeld = apperr.New(apperr.Conflict, i18n.Message{
		EN: "This discussion is under a legal hold: nothing in it is deleted. The Secretariat can say more.",
		ES: "Esta discusión está bajo retención legal: no se borra nada en ella. La Secretaría puede informarle.",
		FR: "Cette discussion est sous conservation légale : rien n'y est supprimé. Le Secrétariat peut vous en dire plus.",
	})
	msgReleased = i18n.Message{
		EN: "This hold was released already.", ES: "Esta retención ya se levantó.", FR: "Cette conservation a déjà été levée.",
	}
)

// Place places a legal hold on a discussion, or on a subject and all discussions
// about it. For the Secretariat; on a discussion for those of it who take part.
func (s *Service) Place(ctx context.Context, on uuid.UUID, reason string, key *string) (*ent.LegalHold, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	why, err := command.Line("input.reason", reason, reasonLimit)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	input := struct {
		On  uuid.UUID
		Why string
	}{on, why}
	return command.Create(ctx, s.Runner, command.Claim{Key: key, Mutation: "placeLegalHold", Input: input},
		func(ctx context.Context, tx *ent.Client) (*ent.LegalHold, error) { return s.place(ctx, tx, on, why) },
		func(h *ent.LegalHold) uuid.UUID { return h.ID },
		func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.LegalHold, error) {
			h, err := tx.LegalHold.Get(ctx, u)
			return h, command.Found(err)
		})
}

func (s *Service) place(ctx context.Context, tx *ent.Client, on uuid.UUID, why string) (*ent.LegalHold, error) {
	c := tx.LegalHold.Create().SetID(s.NewID(id.Hold)).SetCreatedAt(s.Time()).SetReason(why)
	if err := lockHeld(ctx, tx, on); err != nil {
		return nil, command.AtField("input.onId", err)
	}
	switch id.KindOf(on) {
	case id.Thread:
		c.SetThreadID(on)
	case id.Organisation:
		c.SetOrganisationID(on)
	case id.Agreement:
		c.SetAgreementID(on)
	case id.Programme:
		c.SetProgrammeID(on)
	case id.Proposal:
		c.SetProposalID(on)
	case id.Activity:
		c.SetActivityID(on)
	case id.Body:
		c.SetBodyID(on)
	case id.Opportunity:
		c.SetOpportunityID(on)
	case id.Meeting:
		c.SetMeetingID(on)
	}
	if v := viewer.From(ctx); v.SignedIn() {
		c.SetPlacedByID(v.Person)
	}
	h, err := c.Save(ctx)
	if err != nil {
		return nil, err
	}
	return h, s.tellHold(ctx, "LegalHoldPlaced", h)
}

// lockHeld keeps every other transaction from erasing what the hold is on, until
// this one ends. What the viewer may not see, and what is not discussed, is not
// found.
func lockHeld(ctx context.Context, tx *ent.Client, on uuid.UUID) (err error) {
	switch id.KindOf(on) {
	case id.Thread:
		_, err = tx.Thread.Query().Where(thread.ID(on), store.Locked(tx)).OnlyID(ctx)
	case id.Organisation:
		_, err = tx.Organisation.Query().Where(organisation.ID(on), store.Locked(tx)).OnlyID(ctx)
	case id.Agreement:
		_, err = tx.Agreement.Query().Where(agreement.ID(on), store.Locked(tx)).OnlyID(ctx)
	case id.Programme:
		_, err = tx.Programme.Query().Where(programme.ID(on), store.Locked(tx)).OnlyID(ctx)
	case id.Proposal:
		_, err = tx.Proposal.Query().Where(proposal.ID(on), store.Locked(tx)).OnlyID(ctx)
	case id.Activity:
		_, err = tx.Activity.Query().Where(activity.ID(on), store.Locked(tx)).OnlyID(ctx)
	case id.Body:
		_, err = tx.Body.Query().Where(body.ID(on), store.Locked(tx)).OnlyID(ctx)
	case id.Opportunity:
		_, err = tx.Opportunity.Query().Where(opportunity.ID(on), store.Locked(tx)).OnlyID(ctx)
	case id.Meeting:
		_, err = tx.Meeting.Query().Where(meeting.ID(on), store.Locked(tx)).OnlyID(ctx)
	default:
		err = new(ent.NotFoundError)
	}
	return err
}

// Release ends a hold. For the Secretariat that may see it. One that was released
// is a CONFLICT.
func (s *Service) Release(ctx context.Context, u uuid.UUID, reason string) (*ent.LegalHold, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	why, err := command.Line("input.reason", reason, reasonLimit)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.LegalHold, error) {
		h, err := tx.LegalHold.Query().Where(legalhold.ID(u), store.Locked(tx)).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		if h.ReleasedAt != nil {
			return nil, apperr.New(apperr.Conflict, msgReleased)
		}
		c := h.Update().SetReleasedAt(s.Time()).SetReleaseReason(why)
		if v := viewer.From(ctx); v.SignedIn() {
			c.SetReleasedByID(v.Person)
		}
		if h, err = c.Save(ctx); err != nil {
			return nil, err
		}
		return h, s.tellHold(ctx, "LegalHoldReleased", h)
	})
}

// tellHold tells a hold on a discussion to who takes part in it, another one to
// the Secretariat.
func (s *Service) tellHold(ctx context.Context, kind string, h *ent.LegalHold) error {
	e := eventlog.Event{Kind: kind, Subject: h.ID, Thread: h.ThreadID}
	return s.Log.Append(ctx, e)
}

// Held says of discussions whether a hold stands, whoever asks; it tells nothing
// else of the hold. It costs one statement.
func (s *Service) Held(ctx context.Context, client *ent.Client, threads []*ent.Thread) (map[uuid.UUID]bool, error) {
	var on []uuid.UUID
	for _, t := range threads {
		on = append(on, t.ID)
		if u := SubjectOf(t); u != uuid.Nil {
			on = append(on, u)
		}
	}
	rows, err := client.LegalHold.Query().Where(legalhold.ReleasedAtIsNil(), among(on)).All(viewer.With(ctx, viewer.System()))
	if err != nil {
		return nil, err
	}
	held := map[uuid.UUID]bool{}
	for _, h := range rows {
		held[On(h)] = true
	}
	out := make(map[uuid.UUID]bool, len(threads))
	for _, t := range threads {
		out[t.ID] = held[t.ID] || held[SubjectOf(t)]
	}
	return out, nil
}

// among admits holds on one of these things.
func among(on []uuid.UUID) predicate.LegalHold {
	kinds := map[id.Kind][]uuid.UUID{}
	for _, u := range on {
		kinds[id.KindOf(u)] = append(kinds[id.KindOf(u)], u)
	}
	return legalhold.Or(
		legalhold.ThreadIDIn(kinds[id.Thread]...), legalhold.OrganisationIDIn(kinds[id.Organisation]...),
		legalhold.AgreementIDIn(kinds[id.Agreement]...), legalhold.ProgrammeIDIn(kinds[id.Programme]...),
		legalhold.ProposalIDIn(kinds[id.Proposal]...), legalhold.ActivityIDIn(kinds[id.Activity]...),
		legalhold.BodyIDIn(kinds[id.Body]...),
		legalhold.OpportunityIDIn(kinds[id.Opportunity]...), legalhold.MeetingIDIn(kinds[id.Meeting]...),
	)
}

// Check refuses to erase anything of a discussion while a hold stands on it or on
// its subject: CONFLICT. The discussion must be locked; its subject is, after
// this, until the transaction ends.
func Check(ctx context.Context, tx *ent.Client, t *ent.Thread) error {
	ctx = viewer.With(ctx, viewer.System())
	subject := SubjectOf(t)
	if err := lockHeld(ctx, tx, subject); err != nil {
		return err
	}
	held, err := tx.LegalHold.Query().Where(legalhold.ReleasedAtIsNil(), among([]uuid.UUID{t.ID, subject})).Exist(ctx)
	if err == nil && held {
		err = errHeld.With("currentRevision", t.Revision)
	}
	return err
}

// On is what a hold is on: a discussion or a subject.
func On(h *ent.LegalHold) uuid.UUID {
	return first(h.ThreadID, h.OrganisationID, h.AgreementID, h.ProgrammeID, h.ProposalID, h.ActivityID, h.BodyID, h.OpportunityID, h.MeetingID)
}

// SubjectOf is what a discussion is about.
func SubjectOf(t *ent.Thread) uuid.UUID {
	return first(t.OrganisationID, t.AgreementID, t.ProgrammeID, t.ProposalID, t.ActivityID, t.BodyID, t.OpportunityID, t.MeetingID)
}

func first(refs ...*uuid.UUID) uuid.UUID {
	for _, u := range refs {
		if u != nil {
			return *u
		}
	}
	return uuid.Nil
}

// number is a number as the log tells it; "" for none.
func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
