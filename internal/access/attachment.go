package access

import (
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/internal/viewer"
)

// Attachments: those of messages that the viewer may see; one that is in no message
// yet is for who uploaded it alone, as long as that person takes part in the
// discussion, and for who may see the draft that it is in.
var Attachments Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	posted := sql.And(sql.NotNull(s.C("message_id")), OfMessage(v, s))
	if v.Audience() != nil || !v.SignedIn() {
		return posted
	}
	drafts := sql.Table("message_drafts")
	drafted := sql.Select(drafts.C("id")).From(drafts)
	drafted.Where(Drafts(v, drafted))
	return sql.Or(posted, sql.And(sql.IsNull(s.C("message_id")), sql.Or(
		sql.And(sql.EQ(s.C("uploaded_by_id"), v.Person), sql.In(s.C("thread_id"), threadsOf(v))),
		sql.And(sql.NotNull(s.C("draft_id")), sql.In(s.C("draft_id"), drafted)),
	)))
}
