package notice

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/notice"
	"acs-aec.org/hub/ent/generated/ent/noticeaddressee"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"

	"entgo.io/ent/dialect/sql"
)

// passLimit bounds of how many notices one transaction tells: each has up to 60
// addressees.
const passLimit = 10

// PassTime tells of the notices whose day for acknowledgement has passed, once a
// notice and seat that has not acknowledged, whoever else does so at the same time.
// The hub itself tells it. What is under way when it fails is told the next time.
func (s *Service) PassTime(ctx context.Context) error {
	ctx = viewer.With(ctx, viewer.System())
	for n := passLimit; n == passLimit; {
		err := store.InTx(viewer.Command(ctx), s.DB, func(ctx context.Context, tx *ent.Client) (err error) {
			n, err = s.passDue(ctx, tx)
			return err
		})
		if err != nil {
			return fmt.Errorf("notice: tell of days that passed: %w", err)
		}
	}
	return nil
}

// passDue tells of a few notices, and says of how many.
func (s *Service) passDue(ctx context.Context, tx *ent.Client) (int, error) {
	rows, err := tx.Notice.Query().Where(notice.DueUntoldLT(s.today()), store.Locked(tx)).Order(batch.ByID).Limit(passLimit).All(ctx)
	if err != nil {
		return 0, err
	}
	for _, n := range rows {
		missing, err := s.missing(ctx, tx, n)
		if err != nil {
			return 0, err
		}
		for _, a := range missing {
			if err := s.tellSeat(ctx, "NoticeUnacknowledged", n, a.seat.ID, s.holder(a), eventlog.Facts{Reference: *n.Reference}); err != nil {
				return 0, err
			}
		}
		if err := n.Update().ClearDueUntold().Exec(ctx); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// missing are the addressees that have not acknowledged.
func (s *Service) missing(ctx context.Context, tx *ent.Client, n *ent.Notice) ([]addressed, error) {
	open, err := tx.NoticeAddressee.Query().Where(noticeaddressee.NoticeID(n.ID), predicate.NoticeAddressee(func(q *sql.Selector) {
		q.Where(notAcknowledged(q.C("id")))
	})).IDs(ctx)
	if err != nil {
		return nil, err
	}
	waiting := make(map[uuid.UUID]bool, len(open))
	for _, u := range open {
		waiting[u] = true
	}
	all, err := s.addressees(ctx, tx, n)
	out := all[:0:0]
	for _, a := range all {
		if waiting[a.row.ID] {
			out = append(out, a)
		}
	}
	return out, err
}
