package access

import (
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent/messagedraft"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/viewer"
)

// Threads: those whose audience the viewer belongs to, nobody else's, whatever
// else the viewer may do.
var Threads Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	return sql.In(s.C("id"), threadsOf(v))
}

// OfThread admits what belongs to a thread that the viewer takes part in, whatever
// of its messages the viewer sees.
var OfThread Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	return checkedIn(s.C("thread_id"), threadsOf(v))
}

// OwnInThread admits rows of the viewer's own about threads that the viewer takes
// part in.
var OwnInThread Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if !v.SignedIn() {
		return never()
	}
	return sql.And(sql.EQ(s.C("person_id"), v.Person), OfThread(v, s))
}

// Messages: those of such threads, for who was admitted without the history the
// later ones. Who belongs to several parties of an audience sees what any of them
// sees.
var Messages Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	return Numbered(v, s.C("thread_id"), s.C("number"))
}

// OfMessage admits what belongs to a message that the viewer sees.
var OfMessage Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	return seenMessage(v, s.C("message_id"))
}

// Drafts: one's own; for the Secretariat that takes part, those that wait for it or
// did.
var Drafts Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Audience() != nil || !v.SignedIn() {
		return never()
	}
	may := sql.EQ(s.C(messagedraft.FieldAuthorID), v.Person)
	if v.Secretariat() {
		shown := sql.In(s.C(messagedraft.FieldStatus),
			string(messagedraft.StatusHeld), string(messagedraft.StatusReturned), string(messagedraft.StatusReleased))
		// What was decided before the history began for the viewer is history.
		begun := sql.Or(sql.EQ(s.C(messagedraft.FieldStatus), string(messagedraft.StatusHeld)),
			checkedIn(s.C(messagedraft.FieldThreadID), admitted(v, wholly)))
		may = sql.Or(may, sql.And(shown, sql.NotNull(s.C(messagedraft.FieldHeldAt)), begun))
	}
	return sql.And(checkedIn(s.C(messagedraft.FieldThreadID), threadsOf(v)), may)
}

// OfMessageOrDraft admits what belongs to a message or a draft that the viewer
// sees.
var OfMessageOrDraft Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Audience() != nil {
		return seenMessage(v, s.C("message_id"))
	}
	t := sql.Table(messagedraft.Table)
	q := sql.Select(t.C("id")).From(t)
	own := sql.Exists(q.Where(sql.And(sql.ColumnsEQ(t.C("id"), s.C("draft_id")), Drafts(v, q))))
	return sql.Or(seenMessage(v, s.C("message_id")), own)
}

// Quotes are for who sees both messages. An audience is given those that quote what
// only some of it see: their excerpts follow the quoted message, which it is not
// given, and so its answer is made for each member.
var Quotes Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Audience() != nil {
		return seenMessage(v, s.C("message_id"))
	}
	return sql.And(OfMessageOrDraft(v, s), seenMessage(v, s.C("quoted_id")))
}

// eventsOfThreads admits the events of threads that the viewer sees. An audience
// is given all of its thread's: who of it sees which is decided at delivery.
func eventsOfThreads(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	thread, number := s.C("thread_id"), s.C("message_number")
	if v.Audience() != nil {
		return sql.In(thread, threadsOf(v))
	}
	in := sql.Or(
		sql.In(thread, admitted(v, wholly)),
		sql.And(sql.In(thread, admitted(v, partly)), sql.Or(sql.IsNull(number), sql.Exists(admissionBefore(v, thread, number))),
			ofRequestsSince(v, thread, s.C("subject_id"))),
	)
	if v.Secretariat() {
		return in
	}
	return sql.And(in, sql.Or(sql.EQ(s.C("personal"), false), sql.EQ(s.C("person_id"), v.Person)))
}

// Numbered admits what has a number among the messages of a thread: columns of a
// thread's id and of a number.
func Numbered(v *viewer.Viewer, thread, number string) *sql.Predicate {
	if a := v.Audience(); a != nil {
		return sql.And(sql.EQ(thread, a.Thread()), sql.GT(number, a.From()))
	}
	if !v.SignedIn() {
		return never()
	}
	// Most see all, which costs nothing for each message.
	return sql.Or(
		checkedIn(thread, admitted(v, wholly)),
		sql.And(checkedIn(thread, admitted(v, partly)), sql.Exists(admissionBefore(v, thread, number))),
	)
}

// seenMessage admits rows whose column holds the id of a message that the viewer
// sees.
func seenMessage(v *viewer.Viewer, column string) *sql.Predicate {
	t := sql.Table("messages").As("seen_messages")
	return sql.Exists(sql.Select(t.C("id")).From(t).
		Where(sql.And(sql.ColumnsEQ(t.C("id"), column), Numbered(v, t.C("thread_id"), t.C("number")))))
}

// wroteTo admits persons, by the column of their id, who wrote a message that the
// viewer sees.
func wroteTo(v *viewer.Viewer, person string) *sql.Predicate {
	m := sql.Table("messages").As("written")
	if a := v.Audience(); a != nil {
		return sql.Exists(sql.Select(m.C("id")).From(m).Where(sql.And(
			sql.EQ(m.C("thread_id"), a.Thread()), sql.ColumnsEQ(m.C("author_id"), person), sql.GT(m.C("number"), a.From()),
		)))
	}
	t := sql.Table("thread_audiences").As("admissions")
	q := sql.Select(t.C("id")).From(t).Join(m).On(t.C("thread_id"), m.C("thread_id"))
	return sql.Exists(q.Where(sql.And(
		sql.ColumnsEQ(m.C("author_id"), person), sql.ColumnsLT(t.C("from_number"), m.C("number")), mine(v, t),
	)))
}

// checkedIn admits rows whose column is among what the query selects. SQLite is
// told (by the plus) to find the rows by their own conditions first: it would
// rather begin with all that the viewer may see.
func checkedIn(column string, q *sql.Selector) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		if b.Dialect() == dialect.SQLite {
			b.WriteString("+")
		}
		b.Ident(column).WriteString(" IN ").Wrap(func(b *sql.Builder) { b.Join(q) })
	})
}

// threadsOf selects the threads that the viewer takes part in now.
func threadsOf(v *viewer.Viewer) *sql.Selector {
	if a := v.Audience(); a != nil {
		t := sql.Table("threads")
		return sql.Select(t.C("id")).From(t).Where(sql.EQ(t.C("id"), a.Thread()))
	}
	return admitted(v, func(*sql.SelectTable) *sql.Predicate { return nil })
}

// wholly and partly say whether an admission came with all of the history.
func wholly(t *sql.SelectTable) *sql.Predicate { return sql.EQ(t.C("from_number"), 0) }
func partly(t *sql.SelectTable) *sql.Predicate { return sql.GT(t.C("from_number"), 0) }

// admitted selects the threads of those admissions of the viewer that hold now.
func admitted(v *viewer.Viewer, which func(*sql.SelectTable) *sql.Predicate) *sql.Selector {
	t := sql.Table("thread_audiences")
	q := sql.Select(t.C("thread_id")).From(t)
	if p := which(t); p != nil {
		return q.Where(sql.And(mine(v, t), p))
	}
	return q.Where(mine(v, t))
}

// admissionBefore selects the viewer's admissions to a thread that were before a
// message.
func admissionBefore(v *viewer.Viewer, thread, number string) *sql.Selector {
	t := sql.Table("thread_audiences").As("admissions")
	return sql.Select(t.C("id")).From(t).Where(sql.And(
		sql.ColumnsEQ(t.C("thread_id"), thread), sql.ColumnsLT(t.C("from_number"), number), mine(v, t),
	))
}

// Hidden selects the number of the last message that the viewer does not see, by the
// column of a thread's id; no number for a thread that the viewer does not see.
func Hidden(v *viewer.Viewer, thread string) *sql.Selector {
	t := sql.Table("thread_audiences").As("admissions")
	return sql.Select(sql.Min(t.C("from_number"))).From(t).Where(sql.And(sql.ColumnsEQ(t.C("thread_id"), thread), mine(v, t)))
}

// Mine restricts places in audiences to those by which the viewer takes part now.
func Mine(v *viewer.Viewer) func(*sql.Selector) {
	return func(s *sql.Selector) { s.Where(mine(v, sql.Table(s.TableName()))) }
}

// mine admits the places in audiences by which the viewer takes part now.
func mine(v *viewer.Viewer, t *sql.SelectTable) *sql.Predicate {
	if !v.SignedIn() {
		return never()
	}
	may := []*sql.Predicate{sql.EQ(t.C("person_id"), v.Person)}
	if v.HasOrganisation() {
		may = append(may, sql.EQ(t.C("organisation_id"), v.Organisation))
	}
	if v.Seated() {
		may = append(may, batch.InP(t.C("body_id"), v.Bodies()), batch.InP(t.C("seat_id"), v.SeatIDs()))
	}
	return sql.And(sql.IsNull(t.C("ended_at")), sql.Or(may...))
}
