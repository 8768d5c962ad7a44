package notice

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/notice"
	"acs-aec.org/hub/ent/generated/ent/noticeaddressee"
	"acs-aec.org/hub/ent/generated/ent/noticeregisterentry"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/reference"
	"acs-aec.org/hub/internal/store"

	bodies "acs-aec.org/hub/internal/body"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

const (
	titleLimit   = 300
	contentLimit = 20_000
	reasonLimit  = 1000
	// addresseeLimit bounds the addressees, who are read whole and told one by one.
	addresseeLimit = 60
)

// Dispatch sends a draft out under the next reference of its body. For who may
// issue for the body, others are FORBIDDEN. What is no draft any more is a CONFLICT,
// and so is a body that was dissolved; a day that has passed and a seat that has
// ended since are INVALID_INPUT.
func (s *Service) Dispatch(ctx context.Context, u uuid.UUID, expected int) (*ent.Notice, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Notice, error) {
		n, err := s.lockIssued(ctx, tx, u, expected)
		if err != nil {
			return nil, err
		}
		if err := CheckMove(n.Status, notice.StatusDispatched, n.Revision); err != nil {
			return nil, err
		}
		if err := s.notPast("acknowledgeBy", n.AcknowledgeBy); err != nil {
			return nil, err
		}
		b, err := tx.Body.Get(ctx, n.BodyID)
		if err != nil {
			return nil, fmt.Errorf("notice: read the body: %w", err)
		}
		if b.Status != body.StatusActive {
			return nil, apperr.New(apperr.Conflict, msgDissolved).With("currentStatus", string(b.Status))
		}
		if err := s.recordHolders(ctx, tx, n); err != nil {
			return nil, err
		}
		to, err := s.addressees(ctx, tx, n)
		if err != nil {
			return nil, err
		}
		for i, a := range to {
			if s.over(a.seat) {
				return nil, apperr.Invalid(fmt.Sprintf("seatIds[%d]", i), msgEnded)
			}
		}
		if err := s.deliver(ctx, tx, n, to); err != nil {
			return nil, err
		}
		now := s.Time()
		ref, err := reference.Next(ctx, tx, b, now)
		if err != nil {
			return nil, err
		}
		w := n.Update().SetStatus(notice.StatusDispatched).SetReference(ref.Text).SetYear(ref.Year).SetDispatchedAt(now).
			SetNillableDueUntold(n.AcknowledgeBy).SetUpdatedAt(now).SetRevision(n.Revision + 1)
		if v.SignedIn() {
			w.SetDispatchedByID(v.Person)
		}
		if n, err = w.Save(ctx); err != nil {
			return nil, fmt.Errorf("notice: dispatch: %w", err)
		}
		facts := eventlog.Facts{From: string(notice.StatusDraft), To: string(n.Status), Reference: ref.Text}
		if err := s.tell(ctx, "NoticeDispatched", n, facts); err != nil {
			return nil, err
		}
		for _, a := range to {
			if err := s.tellSeat(ctx, "NoticeDelivered", n, a.seat.ID, a.row.HolderID, eventlog.Facts{Reference: ref.Text}); err != nil {
				return nil, err
			}
		}
		return n, nil
	})
}

// recordHolders writes down who holds each addressed seat today.
func (s *Service) recordHolders(ctx context.Context, tx *ent.Client, n *ent.Notice) error {
	today := s.today()
	err := tx.NoticeAddressee.Update().Where(noticeaddressee.NoticeID(n.ID)).Modify(func(u *sql.UpdateBuilder) {
		t := sql.Dialect(u.Dialect()).Table(seat.Table)
		holder := sql.Dialect(u.Dialect()).Select(t.C(seat.FieldPersonID)).From(t).Where(sql.And(
			sql.ColumnsEQ(t.C(seat.FieldID), sql.Table(noticeaddressee.Table).C(noticeaddressee.FieldSeatID)),
			bodies.InForceP(t.C, today),
		))
		u.Set(noticeaddressee.FieldHolderID, sql.ExprFunc(func(b *sql.Builder) { b.Wrap(func(b *sql.Builder) { b.Join(holder) }) }))
	}).Exec(ctx)
	if err != nil {
		return fmt.Errorf("notice: record who holds the seats: %w", err)
	}
	return nil
}

// addressed is a seat that a notice goes to.
type addressed struct {
	row  *ent.NoticeAddressee
	seat *ent.Seat
}

// holder is who holds the seat today; nil if nobody does.
func (s *Service) holder(a addressed) *uuid.UUID {
	if !bodies.PeriodOf(a.seat).Holds(s.today()) {
		return nil
	}
	return a.seat.PersonID
}

// addressees are the seats that a notice goes to, in their order.
func (s *Service) addressees(ctx context.Context, tx *ent.Client, n *ent.Notice) ([]addressed, error) {
	rows, err := tx.NoticeAddressee.Query().Where(noticeaddressee.NoticeID(n.ID)).Order(batch.ByID).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("notice: read the addressees: %w", err)
	}
	ids := make([]uuid.UUID, len(rows))
	for i, a := range rows {
		ids[i] = a.SeatID
	}
	seats, err := tx.Seat.Query().Where(batch.In(seat.FieldID, ids)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("notice: read the seats: %w", err)
	}
	found := make(map[uuid.UUID]*ent.Seat, len(seats))
	for _, r := range seats {
		found[r.ID] = r
	}
	out := make([]addressed, len(rows))
	for i, a := range rows {
		out[i] = addressed{a, found[a.SeatID]} // a foreign key: it is there
	}
	return out, nil
}

// deliver enters the delivery to those who hold the seats.
func (s *Service) deliver(ctx context.Context, tx *ent.Client, n *ent.Notice, to []addressed) error {
	var entries []*ent.NoticeRegisterEntryCreate
	for _, a := range to {
		if a.row.HolderID != nil {
			entries = append(entries, s.enter(tx, n, a.row, *a.row.HolderID, noticeregisterentry.KindDelivered, noticeregisterentry.MeansInbox))
		}
	}
	if len(entries) == 0 {
		return nil
	}
	if err := tx.NoticeRegisterEntry.CreateBulk(entries...).Exec(ctx); err != nil {
		return fmt.Errorf("notice: enter the delivery: %w", err)
	}
	return nil
}

// Void declares a dispatched notice void, with a reason; its reference and register
// stay. For who may issue for the body, others are FORBIDDEN. What is not
// dispatched, or void already, is a CONFLICT.
func (s *Service) Void(ctx context.Context, u uuid.UUID, expected int, reason string) (*ent.Notice, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	why, err := command.Line("input.reason", reason, reasonLimit)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Notice, error) {
		n, err := s.lockIssued(ctx, tx, u, expected)
		if err != nil {
			return nil, err
		}
		if err := CheckMove(n.Status, notice.StatusVoid, n.Revision); err != nil {
			return nil, err
		}
		now := s.Time()
		w := n.Update().SetStatus(notice.StatusVoid).SetVoidedAt(now).SetVoidReason(why).ClearDueUntold().SetUpdatedAt(now).SetRevision(n.Revision + 1)
		if v.SignedIn() {
			w.SetVoidedByID(v.Person)
		}
		if n, err = w.Save(ctx); err != nil {
			return nil, fmt.Errorf("notice: declare void: %w", err)
		}
		to, err := s.addressees(ctx, tx, n)
		if err != nil {
			return nil, err
		}
		if err := s.tell(ctx, "NoticeVoided", n, eventlog.Facts{From: string(notice.StatusDispatched), To: string(n.Status)}); err != nil {
			return nil, err
		}
		for _, a := range to {
			err := s.Log.Append(ctx, eventlog.Event{Kind: "NoticeRecalled", Subject: n.ID, Body: &n.BodyID, Seat: &a.seat.ID, Person: s.holder(a)})
			if err != nil {
				return nil, err
			}
		}
		return n, nil
	})
}

// lock reads a notice that the viewer may see and keeps others from writing to it
// and its register. NOT_FOUND if there is none.
func lock(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Notice, error) {
	n, err := tx.Notice.Query().Where(notice.ID(u), store.Locked(tx)).Only(ctx)
	return n, command.Found(err)
}

// lockIssued is lock for who may issue the notice, on the revision that was read.
// Others are FORBIDDEN, another revision is a CONFLICT.
func (s *Service) lockIssued(ctx context.Context, tx *ent.Client, u uuid.UUID, expected int) (*ent.Notice, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, err
	}
	n, err := lock(ctx, tx, u)
	if err != nil {
		return nil, err
	}
	if err := command.Allow(ctx, Issues(v, n.BodyID)); err != nil {
		return nil, err
	}
	return n, command.Unchanged(n.Revision, expected)
}

// tell appends an event for those who may issue the notice.
func (s *Service) tell(ctx context.Context, kind string, n *ent.Notice, facts eventlog.Facts) error {
	return s.Log.Append(ctx, eventlog.Event{Kind: kind, Subject: n.ID, Body: &n.BodyID, Led: true, Facts: facts})
}

// tellSeat appends an event for who holds an addressed seat, and for those who may
// issue the notice. person is whom it concerns.
func (s *Service) tellSeat(ctx context.Context, kind string, n *ent.Notice, seat uuid.UUID, person *uuid.UUID, facts eventlog.Facts) error {
	return s.Log.Append(ctx, eventlog.Event{Kind: kind, Subject: n.ID, Body: &n.BodyID, Seat: &seat, Person: person, Led: true, Facts: facts})
}

// enter is a new entry of the register.
func (s *Service) enter(tx *ent.Client, n *ent.Notice, a *ent.NoticeAddressee, person uuid.UUID, kind noticeregisterentry.Kind, means noticeregisterentry.Means) *ent.NoticeRegisterEntryCreate {
	return tx.NoticeRegisterEntry.Create().SetID(s.NewID(id.Register)).SetCreatedAt(s.Time()).SetNoticeID(n.ID).SetAddresseeID(a.ID).
		SetSeatID(a.SeatID).SetPersonID(person).SetKind(kind).SetMeans(means)
}

func (s *Service) today() date.Date { return date.Of(s.Now()) }
