package funding

import (
	"context"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/activityparticipant"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// selects says whether the filter has conditions on activities.
func (f Filter) selects() bool {
	return f.Activities != nil || f.Origin != nil || f.Statuses != nil || f.Programmes != nil || f.Areas != nil || f.Agreements != nil ||
		f.Reporting != nil || f.ReportingRefs != nil || f.Participants != nil || f.Datasets != nil || f.Run != nil || f.Identifiers != nil || f.Text != nil
}

// selection are the activities that the filter selects among those that the viewer
// may see: a statement that gives their identifiers.
func (f Filter) selection(ctx context.Context, dialect string) *sql.Selector {
	t := sql.Dialect(dialect).Table(activity.Table)
	s := sql.Dialect(dialect).Select(t.C(activity.FieldID)).From(t)
	if p := access.Activities(viewer.From(ctx), s); p != nil {
		s.Where(p)
	}
	d := sql.Dialect(dialect)
	ids := func(column string, list []uuid.UUID) {
		if list != nil {
			s.Where(batch.InP(s.C(column), list))
		}
	}
	texts := func(column string, list []string) {
		if list != nil {
			s.Where(sql.In(s.C(column), anys(list)...))
		}
	}
	ids(activity.FieldID, f.Activities)
	if f.Origin != nil {
		s.Where(sql.EQ(s.C(activity.FieldOrigin), *f.Origin))
	}
	texts(activity.FieldStatusCode, f.Statuses)
	ids(activity.FieldProgrammeID, f.Programmes)
	if f.Areas != nil {
		p := d.Table(programme.Table)
		s.Where(sql.In(s.C(activity.FieldProgrammeID), d.Select(p.C(programme.FieldID)).From(p).Where(sql.In(p.C(programme.FieldArea), anys(f.Areas)...))))
	}
	ids(activity.FieldAgreementID, f.Agreements)
	ids(activity.FieldReportingID, f.Reporting)
	texts(activity.FieldReportingRef, f.ReportingRefs)
	if f.Participants != nil {
		p := d.Table(activityparticipant.Table)
		s.Where(sql.In(s.C(activity.FieldID), d.Select(p.C(activityparticipant.FieldActivityID)).From(p).
			Where(batch.InP(p.C(activityparticipant.FieldOrganisationID), f.Participants))))
	}
	texts(activity.FieldDatasetName, f.Datasets)
	if f.Run != nil {
		ofRun(ctx, s, *f.Run)
	}
	texts(activity.FieldIatiIdentifier, f.Identifiers)
	if !f.Vanished {
		s.Where(sql.IsNull(s.C(activity.FieldVanishedAt)))
	}
	if f.Text != nil {
		titled(s, *f.Text)
	}
	return s
}

// Vanished counts the activities that a query selects but for that their publishers
// do not publish them any more; 0 for one that selects them.
func (s *Service) Vanished(ctx context.Context, q Query) (int, error) {
	if q.Filter.Vanished {
		return 0, nil
	}
	f := q.Filter
	f.Vanished = true
	return s.DB.Client.Activity.Query().Where(activity.VanishedAtNotNil(), func(sel *sql.Selector) {
		if f.selects() {
			sel.Where(sql.In(sel.C(activity.FieldID), f.selection(ctx, sel.Dialect())))
		}
	}).Count(ctx)
}

// ofRun restricts activities to those that an import brought, changed or found
// unchanged. An import that the viewer may not see brought nothing.
func ofRun(ctx context.Context, s *sql.Selector, u uuid.UUID) {
	d := sql.Dialect(s.Dialect())
	t, runs := d.Table(stageditem.Table), d.Table(importrun.Table)
	seen := d.Select(runs.C(importrun.FieldID)).From(runs).Where(sql.EQ(runs.C(importrun.FieldID), u))
	if v := viewer.From(ctx); !v.IsSystem() {
		if p := access.ImportRuns(v, seen); p != nil {
			seen.Where(p)
		}
	}
	s.Where(sql.In(s.C(activity.FieldID), d.Select(t.C(stageditem.FieldActivityID)).From(t).Where(sql.And(
		sql.In(t.C(stageditem.FieldRunID), seen), sql.NotNull(t.C(stageditem.FieldOutcome)), sql.NotNull(t.C(stageditem.FieldActivityID)),
	))))
}

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// longestText is how long a text may be that titles are searched for.
const longestText = 1000

// titled restricts activities to those whose title or identifier contains a text.
func titled(s *sql.Selector, text string) {
	if len(text) > longestText {
		s.Where(sql.ExprP("1 = 0"))
		return
	}
	like := func(column, text string) *sql.Predicate {
		return sql.P(func(b *sql.Builder) {
			b.WriteString(column).WriteString(" LIKE ").Arg("%" + escapeLike.Replace(text) + "%").WriteString(` ESCAPE '\'`)
		})
	}
	folded := i18n.Fold(text)
	s.Where(sql.Or(
		like(s.C(activity.FieldTitleKeyEn), folded), like(s.C(activity.FieldTitleKeyEs), folded), like(s.C(activity.FieldTitleKeyFr), folded),
		like("LOWER("+s.C(activity.FieldIatiIdentifier)+")", strings.ToLower(text)),
	))
}

// ofSelected restricts flows to those of the activities that are selected.
func (f Filter) ofSelected(ctx context.Context, o source) {
	if f.selects() {
		o.s.Where(sql.In(o.activity(), f.selection(ctx, o.s.Dialect())))
		return
	}
	if f.Vanished {
		return
	}
	d := sql.Dialect(o.s.Dialect())
	t := d.Table(activity.Table)
	gone := d.Select(t.C(activity.FieldID)).From(t).Where(sql.NotNull(t.C(activity.FieldVanishedAt)))
	o.s.Where(sql.NotIn(o.activity(), gone))
}

// admits restricts flows to those that the query is of, but for what the axes and
// the labels restrict.
func (q Query) admits(ctx context.Context, o source) {
	if o.budgets {
		o.s.Where(in(o.kind(), kindsOf(q.Measures)))
	} else if types := typesOf(q.Measures); types != nil {
		o.s.Where(in(o.kind(), types))
	}
	q.Filter.ofSelected(ctx, o)
	q.Filter.flows(o)
}

// flows restricts flows to those that the filter admits, but for the axes, the labels
// and the selection.
func (f Filter) flows(o source) {
	texts := func(expr string, list []string) {
		if list != nil {
			o.s.Where(in(expr, list))
		}
	}
	if o.budgets && f.Types != nil {
		o.s.Where(sql.ExprP("1 = 0")) // they are of no type
	}
	texts(o.kind(), f.Types)
	if f.From != nil {
		o.s.Where(sql.GTE(o.date(), string(*f.From)))
	}
	if f.To != nil {
		o.s.Where(sql.LTE(o.date(), string(*f.To)))
	}
	texts(o.currency(), f.Currencies)
	texts(o.provider(), keysOf(f.Providers))
	texts(o.receiver(), keysOf(f.Receivers))
	if f.Parties != nil {
		parties := keysOf(f.Parties)
		o.s.Where(sql.Or(in(o.provider(), parties), in(o.receiver(), parties)))
	}
	if f.Humanitarian != nil {
		o.s.Where(o.humanitarian(*f.Humanitarian))
	}
	for _, k := range f.Keys {
		k.admits(o)
	}
}

// admits restricts flows to those with the key, where the dimension neither splits
// nor labels.
func (k KeyOf) admits(o source) {
	never := func() { o.s.Where(sql.ExprP("1 = 0")) }
	text := func(column string) {
		if k.Code == nil {
			o.s.Where(sql.IsNull(column))
			return
		}
		o.s.Where(sql.EQ(column, *k.Code))
	}
	between := func(from, to string) {
		o.s.Where(sql.And(sql.GTE(o.date(), from), sql.LTE(o.date(), to)))
	}
	switch k.Dimension {
	case Year, Quarter:
		if k.Code == nil {
			o.s.Where(sql.IsNull(o.date()))
			return
		}
		if k.Dimension == Year {
			between(*k.Code+"-01-01", *k.Code+"-12-31")
		} else if first, last, ok := months(*k.Code); ok {
			between(first+"-01", last+"-31")
		} else {
			never()
		}
	case TransactionType:
		text(o.kind())
	case Currency:
		text(o.currency())
	case Activity:
		k.reference(o.s, o.activity())
	case Provider:
		o.s.Where(is(o.provider(), k.partyKey()))
	case Receiver:
		o.s.Where(is(o.receiver(), k.partyKey()))
	case Status, Programme, Agreement, Reporting, Area:
		d := sql.Dialect(o.s.Dialect())
		t := d.Table(activity.Table)
		q := d.Select(t.C(activity.FieldID)).From(t)
		switch k.Dimension {
		case Status:
			if k.Code == nil {
				q.Where(sql.EQ(q.C(activity.FieldStatusCode), ""))
			} else {
				q.Where(sql.EQ(q.C(activity.FieldStatusCode), *k.Code))
			}
		case Programme:
			k.reference(q, q.C(activity.FieldProgrammeID))
		case Agreement:
			k.reference(q, q.C(activity.FieldAgreementID))
		case Reporting:
			k.party(q, q.C(activity.FieldReportingID), q.C(activity.FieldReportingRef), q.C(activity.FieldReportingName))
		case Area:
			k.area(q)
		}
		o.s.Where(sql.In(o.activity(), q))
	}
}

// reference admits rows that refer to what the key names.
func (k KeyOf) reference(s *sql.Selector, column string) {
	if k.Code == nil {
		s.Where(sql.IsNull(column))
		return
	}
	u, err := id.Parse(*k.Code)
	if err != nil {
		s.Where(sql.ExprP("1 = 0"))
		return
	}
	s.Where(sql.EQ(column, u))
}

// party admits rows of an organisation, known here or not.
func (k KeyOf) party(s *sql.Selector, column, ref, name string) {
	if k.Code == nil {
		s.Where(sql.And(sql.IsNull(column), sql.EQ(ref, ""), sql.EQ(name, "")))
		return
	}
	begins := func(column, text string) *sql.Predicate {
		return sql.P(func(b *sql.Builder) { b.WriteString("SUBSTR(" + column + ", 1, 400) = ").Arg(text) })
	}
	if r, ok := strings.CutPrefix(*k.Code, byRef); ok {
		s.Where(sql.And(sql.IsNull(column), sql.NEQ(ref, ""), begins(ref, r)))
		return
	}
	if n, ok := strings.CutPrefix(*k.Code, byName); ok {
		s.Where(sql.And(sql.IsNull(column), sql.EQ(ref, ""), begins(name, n)))
		return
	}
	k.reference(s, column)
}

// area admits activities of programmes of a priority area.
func (k KeyOf) area(s *sql.Selector) {
	if k.Code == nil {
		s.Where(sql.IsNull(s.C(activity.FieldProgrammeID)))
		return
	}
	d := sql.Dialect(s.Dialect())
	p := d.Table(programme.Table)
	s.Where(sql.In(s.C(activity.FieldProgrammeID), d.Select(p.C(programme.FieldID)).From(p).Where(sql.EQ(p.C(programme.FieldArea), *k.Code))))
}
