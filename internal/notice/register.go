package notice

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/notice"
	"acs-aec.org/hub/ent/generated/ent/noticeaddressee"
	"acs-aec.org/hub/ent/generated/ent/noticeregisterentry"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// Open enters that the viewer opened a notice, for each addressed seat that the
// viewer holds; what is entered already is not entered or told again. Who holds
// none is FORBIDDEN. A draft is a CONFLICT, a void notice is not.
func (s *Service) Open(ctx context.Context, u uuid.UUID) (*ent.Notice, command.Receipt, error) {
	return s.sign(ctx, u, func(ctx context.Context, tx *ent.Client, r reading) error {
		if r.notice.Status == notice.StatusDraft {
			return command.WrongState(string(r.notice.Status), r.notice.Revision)
		}
		for _, a := range r.mine {
			if err := s.opened(ctx, tx, r, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// Acknowledge enters that a notice is acknowledged, for each addressed seat that the
// viewer holds and for which nobody has; that the viewer opened it is entered with
// it. More often it changes nothing. Who holds no addressed seat is FORBIDDEN. A
// draft and a void notice are a CONFLICT.
func (s *Service) Acknowledge(ctx context.Context, u uuid.UUID, remark *string) (*ent.Notice, command.Receipt, error) {
	text, err := command.Optional("input.remark", remark, reasonLimit)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return s.sign(ctx, u, func(ctx context.Context, tx *ent.Client, r reading) error {
		if r.notice.Status != notice.StatusDispatched {
			return command.WrongState(string(r.notice.Status), r.notice.Revision)
		}
		for _, a := range r.mine {
			if r.has(a, noticeregisterentry.KindAcknowledged, nil) {
				continue
			}
			if err := s.opened(ctx, tx, r, a); err != nil {
				return err
			}
			entry := s.enter(tx, r.notice, a, r.person, noticeregisterentry.KindAcknowledged, r.means).SetRemark(text)
			if err := entry.Exec(ctx); err != nil {
				return fmt.Errorf("notice: enter the acknowledgement: %w", err)
			}
			if err := s.tellSeat(ctx, "NoticeAcknowledged", r.notice, a.SeatID, &r.person, eventlog.Facts{}); err != nil {
				return err
			}
		}
		return nil
	})
}

// reading is a notice before one of those whom it is addressed to.
type reading struct {
	notice  *ent.Notice
	person  uuid.UUID
	means   noticeregisterentry.Means
	mine    []*ent.NoticeAddressee     // the addressed seats that the person holds
	entries []*ent.NoticeRegisterEntry // of those seats
}

// has says whether something was entered for a seat, by a person or, with nil, by
// anybody.
func (r reading) has(a *ent.NoticeAddressee, kind noticeregisterentry.Kind, by *uuid.UUID) bool {
	for _, e := range r.entries {
		if e.AddresseeID == a.ID && e.Kind == kind && (by == nil || e.PersonID == *by) {
			return true
		}
	}
	return false
}

// sign runs what enters something for the viewer, with the notice locked.
func (s *Service) sign(ctx context.Context, u uuid.UUID, enter func(context.Context, *ent.Client, reading) error) (*ent.Notice, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	if !v.SignedIn() { // the hub itself signs for nobody
		return nil, command.Receipt{}, apperr.ErrSignIn
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Notice, error) {
		n, err := lock(ctx, tx, u)
		if err != nil {
			return nil, err
		}
		r := reading{notice: n, person: v.Person, means: meansOf(v)}
		r.mine, err = tx.NoticeAddressee.Query().
			Where(noticeaddressee.NoticeID(n.ID), batch.In(noticeaddressee.FieldSeatID, v.SeatIDs())).Order(batch.ByID).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("notice: read the viewer's seats: %w", err)
		}
		if len(r.mine) == 0 {
			return nil, apperr.ErrForbidden
		}
		r.entries, err = tx.NoticeRegisterEntry.Query().
			Where(noticeregisterentry.NoticeID(n.ID), batch.In(noticeregisterentry.FieldSeatID, v.SeatIDs())).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("notice: read the register: %w", err)
		}
		return n, enter(ctx, tx, r)
	})
}

// opened enters and tells that the person opened the notice for a seat, unless that
// is entered.
func (s *Service) opened(ctx context.Context, tx *ent.Client, r reading, a *ent.NoticeAddressee) error {
	if r.has(a, noticeregisterentry.KindOpened, &r.person) {
		return nil
	}
	if err := s.enter(tx, r.notice, a, r.person, noticeregisterentry.KindOpened, r.means).Exec(ctx); err != nil {
		return fmt.Errorf("notice: enter the opening: %w", err)
	}
	return s.tellSeat(ctx, "NoticeOpened", r.notice, a.SeatID, &r.person, eventlog.Facts{})
}

// meansOf is how the viewer asks.
func meansOf(v *viewer.Viewer) noticeregisterentry.Means {
	if id.KindOf(v.Session) == id.Token {
		return noticeregisterentry.MeansToken
	}
	return noticeregisterentry.MeansSession
}
