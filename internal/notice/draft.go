package notice

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/meeting"
	"acs-aec.org/hub/ent/generated/ent/noticeaddressee"
	"acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"

	entnotice "acs-aec.org/hub/ent/generated/ent/notice"
)

var (
	msgSeats = i18n.Message{
		EN: "A notice goes to 1 to %d seats.", ES: "Un aviso se dirige a entre 1 y %d puestos.", FR: "Un avis s'adresse à 1 à %d sièges.",
	}
	msgTwice = i18n.Message{
		EN: "This seat is named twice.", ES: "Este puesto figura dos veces.", FR: "Ce siège est indiqué deux fois.",
	}
	msgEnded = i18n.Message{
		EN: "This seat has ended. Name the one that follows it.", ES: "Este puesto ha terminado. Indique el que lo sigue.",
		FR: "Ce siège a pris fin. Indiquez celui qui le suit.",
	}
	msgPast = i18n.Message{
		EN: "This day has passed. Name today or a later day.", ES: "Este día ya pasó. Indique hoy o un día posterior.",
		FR: "Ce jour est passé. Indiquez aujourd'hui ou un jour ultérieur.",
	}
	msgDissolved = i18n.Message{
		EN: "This body was dissolved and issues nothing.", ES: "Este órgano fue disuelto y no emite nada.", FR: "Cet organe a été dissous et n'émet rien.",
	}
)

// DraftInput is a new notice.
type DraftInput struct {
	Body          uuid.UUID
	Title         *i18n.TextInput
	Content       *i18n.TextInput
	Subject       *uuid.UUID
	AcknowledgeBy *date.Date
	Seats         []uuid.UUID
}

// Draft drafts a notice. For who may issue for the body, others are FORBIDDEN. A
// dissolved body, a subject that the viewer may not see, a day that has passed, and
// seats that there are not, that have ended or that are named twice are
// INVALID_INPUT.
func (s *Service) Draft(ctx context.Context, in DraftInput, key *string) (*ent.Notice, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if err := command.Allow(ctx, Issues(v, in.Body)); err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Create(ctx, s.Runner, command.Claim{Key: key, Mutation: "draftNotice", Input: in},
		func(ctx context.Context, tx *ent.Client) (*ent.Notice, error) { return s.draft(ctx, tx, v, in) },
		func(n *ent.Notice) uuid.UUID { return n.ID },
		func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Notice, error) {
			n, err := tx.Notice.Get(ctx, u)
			if ent.IsNotFound(err) {
				return nil, nil //nolint:nilnil // it was thrown away since, or is not for these eyes any more
			}
			return n, err
		})
}

func (s *Service) draft(ctx context.Context, tx *ent.Client, v *viewer.Viewer, in DraftInput) (*ent.Notice, error) {
	now := s.Time()
	title, err := command.Text(ctx, "input.title", in.Title, titleLimit, true, now)
	if err != nil {
		return nil, err
	}
	content, err := command.Text(ctx, "input.content", in.Content, contentLimit, true, now)
	if err != nil {
		return nil, err
	}
	if _, err := issuer(ctx, tx, in.Body); err != nil {
		return nil, err
	}
	if err := about(ctx, tx, in.Subject); err != nil {
		return nil, err
	}
	if err := s.notPast("input.acknowledgeBy", in.AcknowledgeBy); err != nil {
		return nil, err
	}
	if err := s.addressable(ctx, tx, in.Seats); err != nil {
		return nil, err
	}
	create := tx.Notice.Create().SetID(s.NewID(id.Notice)).SetCreatedAt(now).SetUpdatedAt(now).SetBodyID(in.Body).
		SetTitleText(title).SetContentText(content).SetNillableSubjectID(in.Subject).SetNillableAcknowledgeBy(in.AcknowledgeBy)
	if v.SignedIn() {
		create.SetDraftedByID(v.Person)
	}
	n, err := create.Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("notice: draft: %w", err)
	}
	if err := s.address(ctx, tx, n, in.Seats); err != nil {
		return nil, err
	}
	return n, s.tell(ctx, "NoticeDrafted", n, eventlog.Facts{})
}

// EditInput is a change of a draft. What is not given stays.
type EditInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Title            *i18n.TextInput
	Content          *i18n.TextInput
	Subject          command.Field[uuid.UUID]
	AcknowledgeBy    command.Field[date.Date]
	// Seats are the whole list; nil: it stays.
	Seats []uuid.UUID
}

// Edit changes a draft. For who may issue for the body, others are FORBIDDEN. What
// is no draft any more is a CONFLICT. If nothing changes, nothing is written or told.
func (s *Service) Edit(ctx context.Context, in EditInput) (*ent.Notice, command.Receipt, error) {
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Notice, error) {
		n, err := s.lockDraft(ctx, tx, in.ID, in.ExpectedRevision)
		if err != nil {
			return nil, err
		}
		now := s.Time()
		title, renamed, err := command.EditText(ctx, "input.title", n.TitleText(), in.Title, titleLimit, true, now)
		if err != nil {
			return nil, err
		}
		content, rewritten, err := command.EditText(ctx, "input.content", n.ContentText(), in.Content, contentLimit, true, now)
		if err != nil {
			return nil, err
		}
		subject, by := in.Subject.OrNil(n.SubjectID), in.AcknowledgeBy.OrNil(n.AcknowledgeBy)
		readdressed, err := s.readdressed(ctx, tx, n, in.Seats)
		if err != nil {
			return nil, err
		}
		var d eventlog.Diff
		d.Text("title", renamed)
		d.Text("content", rewritten)
		d.Text("subject", command.Ref(n.SubjectID) != command.Ref(subject))
		d.Value("acknowledgeBy", command.Word(n.AcknowledgeBy), command.Word(by))
		d.Text("addressees", readdressed)
		if !d.Any() {
			return n, nil
		}
		if command.Ref(n.SubjectID) != command.Ref(subject) {
			if err := about(ctx, tx, subject); err != nil {
				return nil, err
			}
		}
		if command.Word(n.AcknowledgeBy) != command.Word(by) {
			if err := s.notPast("input.acknowledgeBy", by); err != nil {
				return nil, err
			}
		}
		if readdressed {
			if err := s.addressable(ctx, tx, in.Seats); err != nil {
				return nil, err
			}
			if _, err := tx.NoticeAddressee.Delete().Where(noticeaddressee.NoticeID(n.ID)).Exec(ctx); err != nil {
				return nil, fmt.Errorf("notice: take addressees away: %w", err)
			}
			if err := s.address(ctx, tx, n, in.Seats); err != nil {
				return nil, err
			}
		}
		u := n.Update().SetTitleText(title).SetContentText(content).SetUpdatedAt(now).SetRevision(n.Revision + 1)
		command.Put(subject, u.SetSubjectID, u.ClearSubjectID)
		command.Put(by, u.SetAcknowledgeBy, u.ClearAcknowledgeBy)
		if n, err = u.Save(ctx); err != nil {
			return nil, fmt.Errorf("notice: edit: %w", err)
		}
		return n, s.tell(ctx, "NoticeEdited", n, eventlog.Facts{Changes: d.Changes})
	})
}

// Discard throws a draft away for good, with its addressees. For who may issue for
// the body, others are FORBIDDEN. What is no draft any more is a CONFLICT.
func (s *Service) Discard(ctx context.Context, u uuid.UUID, expected int) (command.Receipt, error) {
	_, rec, err := command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Notice, error) {
		n, err := s.lockDraft(ctx, tx, u, expected)
		if err != nil {
			return nil, err
		}
		if _, err := tx.NoticeAddressee.Delete().Where(noticeaddressee.NoticeID(n.ID)).Exec(ctx); err != nil {
			return nil, fmt.Errorf("notice: take addressees away: %w", err)
		}
		if err := tx.Notice.DeleteOne(n).Exec(ctx); err != nil {
			return nil, fmt.Errorf("notice: discard: %w", err)
		}
		return nil, s.tell(ctx, "NoticeDiscarded", n, eventlog.Facts{})
	})
	return rec, err
}

// lockDraft locks a draft for who may issue it, on the revision that was read.
func (s *Service) lockDraft(ctx context.Context, tx *ent.Client, u uuid.UUID, expected int) (*ent.Notice, error) {
	n, err := s.lockIssued(ctx, tx, u, expected)
	if err != nil {
		return nil, err
	}
	if n.Status != entnotice.StatusDraft {
		return nil, command.WrongState(string(n.Status), n.Revision)
	}
	return n, nil
}

// readdressed says whether the seats are others than those that the notice goes to.
func (s *Service) readdressed(ctx context.Context, tx *ent.Client, n *ent.Notice, seats []uuid.UUID) (bool, error) {
	if seats == nil {
		return false, nil
	}
	rows, err := tx.NoticeAddressee.Query().Where(noticeaddressee.NoticeID(n.ID)).All(ctx)
	if err != nil {
		return false, fmt.Errorf("notice: read the addressees: %w", err)
	}
	before := make([]uuid.UUID, len(rows))
	for i, a := range rows {
		before[i] = a.SeatID
	}
	compare := func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }
	return !slices.Equal(slices.SortedFunc(slices.Values(before), compare), slices.SortedFunc(slices.Values(seats), compare)), nil
}

// addressable refuses a list of seats that a notice can't go to.
func (s *Service) addressable(ctx context.Context, tx *ent.Client, seats []uuid.UUID) error {
	if n := len(seats); n < 1 || n > addresseeLimit {
		return apperr.Invalid("input.seatIds", msgSeats, addresseeLimit).With("limit", addresseeLimit)
	}
	rows, err := tx.Seat.Query().Where(batch.In(seat.FieldID, seats)).All(ctx)
	if err != nil {
		return fmt.Errorf("notice: read the seats: %w", err)
	}
	found := make(map[uuid.UUID]*ent.Seat, len(rows))
	for _, r := range rows {
		found[r.ID] = r
	}
	seen := make(map[uuid.UUID]bool, len(seats))
	for i, u := range seats {
		field := fmt.Sprintf("input.seatIds[%d]", i)
		switch {
		case found[u] == nil:
			return command.AtField(field, new(ent.NotFoundError))
		case seen[u]:
			return apperr.Invalid(field, msgTwice)
		case s.over(found[u]):
			return apperr.Invalid(field, msgEnded)
		}
		seen[u] = true
	}
	return nil
}

// over says whether the last day of a seat has passed.
func (s *Service) over(r *ent.Seat) bool { return r.ValidTo != nil && *r.ValidTo < s.today() }

// address makes the notice go to the seats, in their order.
func (s *Service) address(ctx context.Context, tx *ent.Client, n *ent.Notice, seats []uuid.UUID) error {
	rows := make([]*ent.NoticeAddresseeCreate, len(seats))
	for i, u := range seats {
		rows[i] = tx.NoticeAddressee.Create().SetID(s.NewID(id.Addressee)).SetCreatedAt(s.Time()).SetNoticeID(n.ID).SetSeatID(u)
	}
	if err := tx.NoticeAddressee.CreateBulk(rows...).Exec(ctx); err != nil {
		return fmt.Errorf("notice: write the addressees: %w", err)
	}
	return nil
}

// notPast refuses a day that has passed in Port of Spain; nil passes.
func (s *Service) notPast(field string, day *date.Date) error {
	if day != nil && *day < s.today() {
		return apperr.Invalid(field, msgPast)
	}
	return nil
}

// issuer is the body that issues. One that is not there or was dissolved is
// INVALID_INPUT.
func issuer(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Body, error) {
	b, err := tx.Body.Get(ctx, u)
	if err != nil {
		return nil, command.AtField("input.bodyId", err)
	}
	if b.Status != body.StatusActive {
		return nil, apperr.Invalid("input.bodyId", msgDissolved)
	}
	return b, nil
}

// about refuses a subject that does not exist or that the viewer may not see; nil
// is none.
func about(ctx context.Context, tx *ent.Client, subject *uuid.UUID) error {
	if subject == nil {
		return nil
	}
	u := *subject
	var found bool
	var err error
	switch id.KindOf(u) {
	case id.Organisation:
		found, err = tx.Organisation.Query().Where(organisation.ID(u)).Exist(ctx)
	case id.Agreement:
		found, err = tx.Agreement.Query().Where(agreement.ID(u)).Exist(ctx)
	case id.Programme:
		found, err = tx.Programme.Query().Where(programme.ID(u)).Exist(ctx)
	case id.Proposal:
		found, err = tx.Proposal.Query().Where(proposal.ID(u)).Exist(ctx)
	case id.Activity:
		found, err = tx.Activity.Query().Where(activity.ID(u)).Exist(ctx)
	case id.Body:
		found, err = tx.Body.Query().Where(body.ID(u)).Exist(ctx)
	case id.Opportunity:
		found, err = tx.Opportunity.Query().Where(opportunity.ID(u)).Exist(ctx)
	case id.Meeting:
		found, err = tx.Meeting.Query().Where(meeting.ID(u)).Exist(ctx)
	case id.Thread:
		found, err = tx.Thread.Query().Where(thread.ID(u)).Exist(ctx)
	}
	if err == nil && !found {
		err = new(ent.NotFoundError)
	}
	return command.AtField("input.subjectId", err)
}
