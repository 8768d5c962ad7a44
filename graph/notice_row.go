package graph

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/noticeregisterentry"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/notice"
	"acs-aec.org/hub/internal/viewer"

	entnotice "acs-aec.org/hub/ent/generated/ent/notice"
)

// rowOrNil is the row, nil if there is none for the viewer. It waits until the log
// has come as far as the cursor, if there is one.
func rowOrNil[T any](ctx context.Context, r *Resolver, awaitCursor *string, get func(context.Context, uuid.UUID) (*T, error), u uuid.UUID) (*T, error) {
	if awaitCursor != nil {
		if err := r.log.Await(ctx, *awaitCursor); err != nil {
			return nil, err
		}
	}
	row, err := get(ctx, u)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // the schema says null
	}
	return row, err
}

// noticeSubject is what a notice is about, nil if the viewer may not see it. The
// subjects of all siblings are read by one statement for each kind among them.
func (r *Resolver) noticeSubject(ctx context.Context, n *ent.Notice) (model.NoticeSubject, error) {
	if n.SubjectID == nil {
		return nil, nil //nolint:nilnil // it is about nothing in particular
	}
	found, err := batch.Memo(n.Siblings(), "subjects", func(rows []*ent.Notice) (map[uuid.UUID]model.Node, error) {
		var ids []uuid.UUID
		for _, n := range rows {
			if n.SubjectID != nil {
				ids = append(ids, *n.SubjectID)
			}
		}
		nodes, err := r.nodes(ctx, ids)
		out := make(map[uuid.UUID]model.Node, len(nodes))
		for i, node := range nodes {
			out[ids[i]] = node
		}
		return out, err
	})
	if err != nil {
		return nil, err
	}
	subject, _ := found[*n.SubjectID].(model.NoticeSubject)
	return subject, nil
}

// watches says whether the viewer may see the register of an addressed seat: who may
// issue the notice, and who holds the seat.
func watches(ctx context.Context, a *ent.NoticeAddressee) (bool, error) {
	v := viewer.From(ctx)
	if v.Holds(a.SeatID) {
		return true, nil
	}
	n, err := a.Notice(ctx)
	return n != nil && notice.Issues(v, n.BodyID), err
}

// entry is the first entry of a kind for an addressed seat, nil if there is none that
// the viewer may see.
func entry(ctx context.Context, a *ent.NoticeAddressee, kind noticeregisterentry.Kind) (*ent.NoticeRegisterEntry, error) {
	all, err := a.AllEntries(ctx)
	for _, e := range all {
		if e.Kind == kind {
			return e, nil
		}
	}
	return nil, err
}

// entered is when something was first entered for an addressed seat.
func entered(ctx context.Context, a *ent.NoticeAddressee, kind noticeregisterentry.Kind) (*time.Time, error) {
	e, err := entry(ctx, a, kind)
	if e == nil || err != nil {
		return nil, err
	}
	return &e.CreatedAt, nil
}

// holderNow is who holds an addressed seat today; vacant says that nobody does.
func (r *Resolver) holderNow(ctx context.Context, a *ent.NoticeAddressee) (holder *ent.Person, vacant bool, err error) {
	s, err := a.Seat(ctx)
	if err != nil || s == nil {
		return nil, false, err
	}
	if s.PersonID == nil || !body.PeriodOf(s).Holds(r.today()) {
		return nil, true, nil
	}
	holder, err = s.Person(ctx)
	return holder, false, err
}

// overdueAt says whether the day for acknowledgement has passed and the seat has not
// acknowledged; nil where the viewer may not see the register of the seat.
func (r *Resolver) overdueAt(ctx context.Context, a *ent.NoticeAddressee) (*bool, error) {
	may, err := watches(ctx, a)
	if err != nil || !may {
		return nil, err
	}
	n, err := a.Notice(ctx)
	if err != nil || n == nil {
		return nil, err
	}
	e, err := entry(ctx, a, noticeregisterentry.KindAcknowledged)
	overdue := e == nil && n.Status == entnotice.StatusDispatched && n.AcknowledgeBy != nil && *n.AcknowledgeBy < r.today()
	return &overdue, err
}

// silent are the seats that have not acknowledged a notice, of those whose register
// the viewer may see.
func silent(ctx context.Context, n *ent.Notice) ([]*ent.NoticeAddressee, error) {
	out := []*ent.NoticeAddressee{}
	if n.Status == entnotice.StatusDraft {
		return out, nil
	}
	all, err := n.AllAddressees(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		may, err := watches(ctx, a)
		if err != nil {
			return nil, err
		}
		e, err := entry(ctx, a, noticeregisterentry.KindAcknowledged)
		if err != nil {
			return nil, err
		}
		if may && e == nil {
			out = append(out, a)
		}
	}
	return out, nil
}

// noticesAwaiting counts the notices that wait for the acknowledgement of a viewer.
func (r *Resolver) noticesAwaiting(ctx context.Context, v *viewer.Viewer) (int, error) {
	return r.client.Notice.Query().Where(predicate.Notice(func(s *sql.Selector) { s.Where(notice.AwaitsP(s.C, v)) })).Count(ctx)
}
