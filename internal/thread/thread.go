package thread

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/meeting"
	"acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/search"
)

// Opening is a discussion to open.
type Opening struct {
	Subject  uuid.UUID
	Title    *i18n.TextInput
	Audience []Party
	// Confidential says that nobody is told who is in it, and that mails tell nothing
	// of it.
	Confidential bool `json:",omitempty"`
	// HoldsPartnerPosts says that what partners write waits for the Secretariat.
	HoldsPartnerPosts bool `json:",omitempty"`
}

var msgAudience = i18n.Message{
	EN: "A discussion is among 1 to %d.", ES: "Una discusión tiene de 1 a %d participantes.", FR: "Une discussion réunit de 1 à %d participants.",
}

// Open opens a discussion. For the Secretariat, and for seats of a body in the
// audience; others are FORBIDDEN. A subject or a member of the audience that the
// viewer may not see is an INVALID_INPUT. A Secretariat that is not of the
// audience gets no discussion back: it does not see what it opened.
func (s *Service) Open(ctx context.Context, in Opening, key *string) (*ent.Thread, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if n := len(in.Audience); n < 1 || n > audienceLimit {
		return nil, command.Receipt{}, apperr.Invalid("input.audience", msgAudience, audienceLimit).With("limit", audienceLimit)
	}
	if err := command.Allow(ctx, v.Secretariat() || sitsAmong(v, in.Audience)); err != nil {
		return nil, command.Receipt{}, err
	}
	t, rec, err := command.Create(ctx, s.Runner, command.Claim{Key: key, Mutation: "openThread", Input: in},
		func(ctx context.Context, tx *ent.Client) (*ent.Thread, error) { return s.open(ctx, tx, in) },
		func(t *ent.Thread) uuid.UUID { return t.ID },
		func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Thread, error) {
			return seen(tx.Thread.Get(ctx, u))
		})
	if err != nil || !v.IsSystem() && !among(v, in.Audience) {
		return nil, rec, err
	}
	return t, rec, nil
}

func (s *Service) open(ctx context.Context, tx *ent.Client, in Opening) (*ent.Thread, error) {
	now := s.Time()
	title, err := command.Text(ctx, "input.title", in.Title, titleLimit, true, now)
	if err != nil {
		return nil, err
	}
	create := tx.Thread.Create().SetID(s.NewID(id.Thread)).SetCreatedAt(now).SetUpdatedAt(now).SetTitleText(title).
		SetConfidentiality(confidentiality(in.Confidential)).SetHoldsPartnerPosts(in.HoldsPartnerPosts)
	if v, err := command.SignedIn(ctx); err != nil {
		return nil, err
	} else if v.SignedIn() {
		create.SetOpenedByID(v.Person)
	}
	if err := about(ctx, tx, create, in.Subject); err != nil {
		return nil, command.AtField("input.subjectId", err)
	}
	if err := known(ctx, tx, in.Audience); err != nil {
		return nil, err
	}
	t, err := create.Save(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]*ent.ThreadAudienceCreate, len(in.Audience))
	for i, p := range in.Audience {
		rows[i] = s.admit(tx, t, p, Full)
	}
	if err := tx.ThreadAudience.CreateBulk(rows...).Exec(ctx); err != nil {
		return nil, err
	}
	if err := search.Opened(ctx, tx, t); err != nil {
		return nil, err
	}
	return t, s.tell(ctx, "ThreadOpened", t, t.ID, eventlog.Facts{})
}

// about sets what a new discussion is about. A subject that does not exist, that
// the viewer may not see, or that nobody can discuss is not found.
func about(ctx context.Context, tx *ent.Client, create *ent.ThreadCreate, subject uuid.UUID) error {
	var found bool
	var err error
	switch id.KindOf(subject) {
	case id.Organisation:
		create.SetOrganisationID(subject)
		found, err = tx.Organisation.Query().Where(organisation.ID(subject)).Exist(ctx)
	case id.Agreement:
		create.SetAgreementID(subject)
		found, err = tx.Agreement.Query().Where(agreement.ID(subject)).Exist(ctx)
	case id.Programme:
		create.SetProgrammeID(subject)
		found, err = tx.Programme.Query().Where(programme.ID(subject)).Exist(ctx)
	case id.Proposal:
		create.SetProposalID(subject)
		found, err = tx.Proposal.Query().Where(proposal.ID(subject)).Exist(ctx)
	case id.Activity:
		create.SetActivityID(subject)
		found, err = tx.Activity.Query().Where(activity.ID(subject)).Exist(ctx)
	case id.Body:
		create.SetBodyID(subject)
		found, err = tx.Body.Query().Where(body.ID(subject)).Exist(ctx)
	case id.Opportunity:
		create.SetOpportunityID(subject)
		found, err = tx.Opportunity.Query().Where(opportunity.ID(subject)).Exist(ctx)
	case id.Meeting:
		create.SetMeetingID(subject)
		found, err = tx.Meeting.Query().Where(meeting.ID(subject)).Exist(ctx)
	}
	if err == nil && !found {
		err = new(ent.NotFoundError)
	}
	return err
}

// Editing are the changes of a discussion; nil leaves a thing as it is.
type Editing struct {
	Title             *i18n.TextInput
	Confidential      *bool
	HoldsPartnerPosts *bool
}

func confidentiality(confidential bool) thread.Confidentiality {
	if confidential {
		return thread.ConfidentialityConfidential
	}
	return thread.ConfidentialityNormal
}

// Edit changes a discussion's title, whether it is confidential, and whether what
// partners write is held. For who manages it. If nothing changes, nothing is
// written or told.
func (s *Service) Edit(ctx context.Context, u uuid.UUID, expected int, in Editing) (*ent.Thread, command.Receipt, error) {
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Thread, error) {
		t, err := lockManaged(ctx, tx, u, expected)
		if err != nil {
			return nil, err
		}
		title, changed, err := command.EditText(ctx, "input.title", t.TitleText(), in.Title, titleLimit, true, s.Time())
		if err != nil {
			return nil, err
		}
		secrecy, holds := t.Confidentiality, t.HoldsPartnerPosts
		if in.Confidential != nil {
			secrecy = confidentiality(*in.Confidential)
		}
		if in.HoldsPartnerPosts != nil {
			holds = *in.HoldsPartnerPosts
		}
		diff := eventlog.Diff{}
		diff.Text("title", changed)
		diff.Value("confidentiality", string(t.Confidentiality), string(secrecy))
		diff.Value("holdsPartnerPosts", strconv.FormatBool(t.HoldsPartnerPosts), strconv.FormatBool(holds))
		if !diff.Any() {
			return t, nil
		}
		t, err = t.Update().SetTitleText(title).SetConfidentiality(secrecy).SetHoldsPartnerPosts(holds).
			SetRevision(t.Revision + 1).SetUpdatedAt(s.Time()).Save(ctx)
		if err != nil {
			return nil, err
		}
		if err := search.Retitled(ctx, tx, t); err != nil {
			return nil, err
		}
		return t, s.tell(ctx, "ThreadEdited", t, t.ID, eventlog.Facts{Changes: diff.Changes})
	})
}

// Close ends posting; what was said stays readable. For who manages the
// discussion. A closed one is a CONFLICT.
func (s *Service) Close(ctx context.Context, u uuid.UUID, expected int, reason *string) (*ent.Thread, command.Receipt, error) {
	if _, err := command.SignedIn(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	why, err := command.Optional("input.reason", reason, reasonLimit)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return s.move(ctx, u, expected, thread.StatusClosed, "ThreadClosed", why)
}

// Reopen lets people post again. For who manages the discussion. An open one is
// a CONFLICT.
func (s *Service) Reopen(ctx context.Context, u uuid.UUID, expected int, reason string) (*ent.Thread, command.Receipt, error) {
	if _, err := command.SignedIn(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	why, err := command.Line("input.reason", reason, reasonLimit)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return s.move(ctx, u, expected, thread.StatusOpen, "ThreadReopened", why)
}

func (s *Service) move(ctx context.Context, u uuid.UUID, expected int, to thread.Status, kind, why string) (*ent.Thread, command.Receipt, error) {
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Thread, error) {
		t, err := lockManaged(ctx, tx, u, expected)
		if err != nil {
			return nil, err
		}
		from := t.Status
		if err := CheckMove(from, to, t.Revision); err != nil {
			return nil, err
		}
		update := t.Update().SetStatus(to).SetStatusReason(why).SetRevision(t.Revision + 1).SetUpdatedAt(s.Time())
		if to == thread.StatusClosed {
			update.SetClosedAt(s.Time())
		} else {
			update.ClearClosedAt()
		}
		t, err = update.Save(ctx)
		if err != nil {
			return nil, err
		}
		return t, s.tell(ctx, kind, t, t.ID, eventlog.Facts{From: string(from), To: string(to)})
	})
}
