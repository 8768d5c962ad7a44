package access

import (
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/internal/viewer"
)

// SearchDocuments admits what is found of discussions that the viewer takes part in,
// and of the messages among it those that the viewer sees.
var SearchDocuments Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	number := s.C("number")
	return sql.Or(sql.And(sql.IsNull(number), OfThread(v, s)), Numbered(v, s.C("thread_id"), number))
}

// Subjects says of a column that holds what a discussion is about that the viewer
// may see that. It never holds of a column without a value.
func Subjects(v *viewer.Viewer, column string) *sql.Predicate {
	if v.IsSystem() {
		return sql.NotNull(column)
	}
	var may []*sql.Predicate
	for _, of := range []struct {
		table string
		rule  Rule
	}{
		{organisation.Table, Public},
		{body.Table, Public},
		{agreement.Table, Agreements},
		{programme.Table, Programmes},
		{proposal.Table, Proposals},
		{activity.Table, Activities},
		{"opportunities", Opportunities},
		{"meetings", Meetings},
	} {
		t := sql.Table(of.table)
		q := sql.Select(t.C("id")).From(t).Where(sql.ColumnsEQ(t.C("id"), column))
		if p := of.rule(v, q); p != nil {
			q.Where(p)
		}
		may = append(may, sql.Exists(q))
	}
	return sql.Or(may...)
}
