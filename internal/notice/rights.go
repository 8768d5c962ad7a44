package notice

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/notice"
	"acs-aec.org/hub/ent/generated/ent/noticeaddressee"
	"acs-aec.org/hub/ent/generated/ent/noticeregisterentry"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/viewer"
)

// Issues says whether the viewer may issue for a body: the Secretariat, and chair,
// vice-chair and rapporteur of the body.
func Issues(v *viewer.Viewer, body uuid.UUID) bool { return v.Secretariat() || v.Leads(body) }

// MayEdit says whether the viewer may edit or discard the notice now.
func (*Service) MayEdit(v *viewer.Viewer, n *ent.Notice) bool {
	return n.Status == notice.StatusDraft && Issues(v, n.BodyID)
}

// MayDispatch says whether the viewer may dispatch the notice now.
func (s *Service) MayDispatch(v *viewer.Viewer, n *ent.Notice) bool { return s.MayEdit(v, n) }

// MayVoid says whether the viewer may declare the notice void now.
func (*Service) MayVoid(v *viewer.Viewer, n *ent.Notice) bool {
	return n.Status == notice.StatusDispatched && Issues(v, n.BodyID)
}

// MayAcknowledge says whether the viewer holds an addressed seat for which the
// notice is not acknowledged, and may do so now. It is read once for all notices
// that were read together.
func (s *Service) MayAcknowledge(ctx context.Context, n *ent.Notice) (bool, error) {
	v := viewer.From(ctx)
	if n.Status != notice.StatusDispatched || !v.Seated() {
		return false, nil
	}
	waiting, err := batch.Many(ctx, n.Siblings(), n, "waiting for the viewer", func(n *ent.Notice) uuid.UUID { return n.ID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.NoticeAddressee, error) {
			return s.DB.Client.NoticeAddressee.Query().
				Where(batch.In(noticeaddressee.FieldNoticeID, ids), predicate.NoticeAddressee(waitingFor(v.SeatIDs()))).All(ctx)
		}, func(a *ent.NoticeAddressee) uuid.UUID { return a.NoticeID })
	return len(waiting) > 0, err
}

// waitingFor admits the addressees among these seats that have not acknowledged.
func waitingFor(seats []uuid.UUID) func(*sql.Selector) {
	return func(s *sql.Selector) {
		s.Where(sql.And(batch.InP(s.C(noticeaddressee.FieldSeatID), seats), notAcknowledged(s.C("id"))))
	}
}

// notAcknowledged says that an addressee has no entry of acknowledgement.
func notAcknowledged(addressee string) *sql.Predicate {
	t := sql.Table(noticeregisterentry.Table)
	return sql.Not(sql.Exists(sql.Select(t.C("id")).From(t).Where(sql.And(
		sql.ColumnsEQ(t.C(noticeregisterentry.FieldAddresseeID), addressee),
		sql.EQ(t.C(noticeregisterentry.FieldKind), string(noticeregisterentry.KindAcknowledged)),
	))))
}

// AddressedP says that a notice was dispatched to a seat which the viewer holds, of
// a table whose columns are named by column.
func AddressedP(column func(string) string, v *viewer.Viewer) *sql.Predicate {
	t := sql.Table(noticeaddressee.Table)
	mine := sql.Select(t.C(noticeaddressee.FieldNoticeID)).From(t).Where(batch.InP(t.C(noticeaddressee.FieldSeatID), v.SeatIDs()))
	return sql.And(sql.NEQ(column(notice.FieldStatus), string(notice.StatusDraft)), sql.In(column(notice.FieldID), mine))
}

// AwaitsP says that a notice waits for the viewer's acknowledgement, of a table whose
// columns are named by column.
func AwaitsP(column func(string) string, v *viewer.Viewer) *sql.Predicate {
	t := sql.Table(noticeaddressee.Table)
	mine := sql.Select(t.C(noticeaddressee.FieldNoticeID)).From(t).
		Where(sql.And(batch.InP(t.C(noticeaddressee.FieldSeatID), v.SeatIDs()), notAcknowledged(t.C("id"))))
	return sql.And(sql.EQ(column(notice.FieldStatus), string(notice.StatusDispatched)), sql.In(column(notice.FieldID), mine))
}
