package thread

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/messagedraft"
	"acs-aec.org/hub/ent/generated/ent/retentionschedule"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/attachment"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/retention"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// eraseLimit bounds how many messages one transaction withdraws.
const eraseLimit = 25

// EraseDue withdraws the messages of discussions that were closed longer ago than
// the schedule of their kind keeps them, in many short transactions. What is under
// a legal hold stays, and so do titles, formal requests and the event log. The hub
// itself does it; what is under way when it fails goes on the next time.
func (s *Service) EraseDue(ctx context.Context) error {
	ctx = viewer.With(ctx, viewer.System())
	schedules, err := s.DB.Client.RetentionSchedule.Query().Where(retentionschedule.YearsNotNil()).All(ctx)
	if err != nil {
		return fmt.Errorf("thread: read the retention schedules: %w", err)
	}
	for _, schedule := range schedules {
		for after := uuid.Nil; ; {
			u, err := s.dueAfter(ctx, schedule, after)
			if ent.IsNotFound(err) {
				break
			}
			if err == nil {
				err = s.eraseThread(ctx, u, schedule)
			}
			if err != nil {
				return fmt.Errorf("thread: erase what is kept no longer: %w", err)
			}
			after = u
		}
	}
	return nil
}

// dueAfter is the next discussion whose texts are to be erased, by identifier.
func (s *Service) dueAfter(ctx context.Context, schedule *ent.RetentionSchedule, after uuid.UUID) (uuid.UUID, error) {
	column := retention.Column(schedule.Kind)
	return s.DB.Client.Thread.Query().
		Where(thread.StatusEQ(thread.StatusClosed), thread.ClosedAtLT(retention.ClosedBefore(s.Now(), *schedule.Years)),
			thread.ErasedAtIsNil(), thread.IDGT(after), func(q *sql.Selector) { q.Where(sql.NotNull(q.C(column))) }).
		Order(batch.ByID).FirstID(ctx)
}

// eraseThread withdraws the messages of one discussion, a few at a time.
func (s *Service) eraseThread(ctx context.Context, u uuid.UUID, schedule *ent.RetentionSchedule) error {
	for more := true; more; {
		more = false
		err := store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) (err error) {
			more, err = s.eraseSome(ctx, tx, u, schedule)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eraseSome withdraws a few messages; more says that others stand.
func (s *Service) eraseSome(ctx context.Context, tx *ent.Client, u uuid.UUID, schedule *ent.RetentionSchedule) (more bool, err error) {
	t, err := tx.Thread.Query().Where(thread.ID(u), store.Locked(tx)).Only(ctx)
	if err != nil {
		return false, err
	}
	// It may have been opened again meanwhile.
	if due := retention.EraseOn(t, []*ent.RetentionSchedule{schedule}); due == nil || *due > date.Of(s.Now()) {
		return false, nil
	}
	if err := retention.Check(ctx, tx, t); apperr.CodeOf(err) == apperr.Conflict {
		return false, nil // a hold wins
	} else if err != nil {
		return false, err
	}
	rows, err := tx.Message.Query().Where(message.ThreadID(u), message.WithdrawnAtIsNil()).
		Order(ent.Asc(message.FieldNumber)).Limit(eraseLimit).All(ctx)
	if err != nil {
		return false, err
	}
	why := fmt.Sprintf("Retention period over (%[1]d years) · Plazo de conservación vencido (%[1]d años) · Durée de conservation écoulée (%[1]d ans)", *schedule.Years)
	for _, m := range rows {
		if _, err := s.withdraw(ctx, tx, m, t, why); err != nil {
			return false, err
		}
	}
	drafts, err := tx.MessageDraft.Query().Where(messagedraft.ThreadID(u), messagedraft.BodyNEQ("")).Order(batch.ByID).Limit(eraseLimit).All(ctx)
	if err != nil {
		return false, err
	}
	for _, d := range drafts {
		err := forget(ctx, tx, d)
		if err == nil {
			err = attachment.EraseDraft(ctx, tx, d.ID, s.Time())
		}
		if err == nil {
			err = d.Update().SetStatus(messagedraft.StatusDiscarded).SetBody("").SetReason("").SetRevision(d.Revision + 1).SetUpdatedAt(s.Time()).Exec(ctx)
		}
		if err != nil {
			return false, err
		}
	}
	if len(rows) == eraseLimit || len(drafts) == eraseLimit {
		return true, nil
	}
	if err := tx.Thread.UpdateOneID(u).SetErasedAt(s.Time()).SetRevision(t.Revision + 1).SetUpdatedAt(s.Time()).Exec(ctx); err != nil {
		return false, err
	}
	return false, s.tell(ctx, "ThreadErased", t, t.ID, eventlog.Facts{})
}
