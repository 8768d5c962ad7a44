package access

import (
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/viewer"
)

// Formal traffic: notices, and requests for information.

// Notices: the Secretariat sees all; chair, vice-chair and rapporteur those of
// their body; who holds an addressed seat what was dispatched to it.
var Notices Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Audience() != nil || !v.SignedIn() {
		return never()
	}
	if v.Secretariat() {
		return nil
	}
	if !v.Seated() {
		return never()
	}
	t := sql.Table("notice_addressees")
	mine := sql.Select(t.C("notice_id")).From(t).Where(batch.InP(t.C("seat_id"), v.SeatIDs()))
	return sql.Or(
		batch.InP(s.C("body_id"), v.Led()),
		sql.And(sql.NEQ(s.C("status"), "DRAFT"), sql.In(s.C("id"), mine)),
	)
}

// OfNotice admits what belongs to a notice that the viewer may see.
var OfNotice Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	return within(v, s, "notice_id", "notices", Notices)
}

// Register: the entries of a notice are for the Secretariat and those who lead
// the body that issued it, and those of a seat for who holds it.
var Register Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Audience() != nil || !v.SignedIn() {
		return never()
	}
	if v.Secretariat() {
		return nil
	}
	if !v.Seated() {
		return never()
	}
	t := sql.Table("notices")
	led := sql.Select(t.C("id")).From(t).Where(batch.InP(t.C("body_id"), v.Led()))
	return sql.Or(batch.InP(s.C("seat_id"), v.SeatIDs()), sql.In(s.C("notice_id"), led))
}

// Requests: who takes part in the discussion sees those that were dispatched, and
// who was admitted without the history those that were dispatched since; drafts are
// for those of them who may issue for the asking body, the Secretariat and those
// who lead it.
var Requests Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	issued := sql.NEQ(s.C("status"), "DRAFT")
	if a := v.Audience(); a != nil {
		if a.From() > 0 { // not all of it see all of them
			return never()
		}
		return sql.And(checkedIn(s.C("thread_id"), threadsOf(v)), issued)
	}
	if !v.SignedIn() {
		return never()
	}
	since := admittedBy(v, s.C("thread_id"), s.C("dispatched_at"))
	seen := sql.Or(
		checkedIn(s.C("thread_id"), admitted(v, wholly)),
		sql.And(checkedIn(s.C("thread_id"), admitted(v, partly)), sql.Or(sql.IsNull(s.C("dispatched_at")), sql.Exists(since))),
	)
	if v.Secretariat() {
		return seen
	}
	return sql.And(seen, sql.Or(issued, batch.InP(s.C("body_id"), v.Led())))
}

// admittedBy selects the viewer's admissions to a thread that held when a request was
// dispatched: columns of a thread's id and of the moment.
func admittedBy(v *viewer.Viewer, thread, dispatched string) *sql.Selector {
	t := sql.Table("thread_audiences").As("admissions")
	return sql.Select(t.C("id")).From(t).Where(sql.And(
		sql.ColumnsEQ(t.C("thread_id"), thread), sql.ColumnsLTE(t.C("created_at"), dispatched), mine(v, t),
	))
}

// ofRequestsSince admits the events of a thread, by its column, that are not about a
// request for information, or an extension of one, that was dispatched before the
// viewer was admitted.
func ofRequestsSince(v *viewer.Viewer, thread, subject string) *sql.Predicate {
	r, x, of := sql.Table("information_requests").As("told"), sql.Table("request_extensions").As("longer"), sql.Table("information_requests").As("extended")
	before := func(r *sql.SelectTable) *sql.Predicate {
		return sql.And(sql.NotNull(r.C("dispatched_at")), sql.NotExists(admittedBy(v, thread, r.C("dispatched_at"))))
	}
	return sql.And(
		sql.NotExists(sql.Select(r.C("id")).From(r).Where(sql.And(sql.ColumnsEQ(r.C("id"), subject), before(r)))),
		sql.NotExists(sql.Select(x.C("id")).From(x).Join(of).On(of.C("id"), x.C("request_id")).
			Where(sql.And(sql.ColumnsEQ(x.C("id"), subject), before(of)))),
	)
}

// OfRequest admits what belongs to a request that the viewer may see.
var OfRequest Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	return within(v, s, "request_id", "information_requests", Requests)
}
