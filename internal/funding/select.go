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
	"acs-aec.org/hub/ent/generated/ent/transaction"
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
	if f.Text != nil {
		titled(s, *f.Text)
	}
	return s
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

// flows restricts transactions to those that the filter admits, but for the axes and
// for the selection.
func (f Filter) flows(s *sql.Selector) {
	texts := func(column string, list []string) {
		if list != nil {
			s.Where(sql.In(s.C(column), anys(list)...))
		}
	}
	texts(transaction.FieldTypeCode, f.Types)
	if f.From != nil {
		s.Where(sql.GTE(s.C(transaction.FieldDate), string(*f.From)))
	}
	if f.To != nil {
		s.Where(sql.LTE(s.C(transaction.FieldDate), string(*f.To)))
	}
	texts(transaction.FieldValueCurrency, f.Currencies)
	texts(transaction.FieldProviderKey, keysOf(f.Providers))
	texts(transaction.FieldReceiverKey, keysOf(f.Receivers))
	if f.Parties != nil {
		parties := anys(keysOf(f.Parties))
		s.Where(sql.Or(sql.In(s.C(transaction.FieldProviderKey), parties...), sql.In(s.C(transaction.FieldReceiverKey), parties...)))
	}
	if f.Humanitarian != nil {
		s.Where(sql.EQ(s.C(transaction.FieldHumanitarian), *f.Humanitarian))
	}
	for _, k := range f.Keys {
		k.admits(s)
	}
}

// admits restricts transactions to those with the key, where the dimension does not
// split.
func (k KeyOf) admits(s *sql.Selector) {
	never := func() { s.Where(sql.ExprP("1 = 0")) }
	text := func(column string) {
		if k.Code == nil {
			s.Where(sql.IsNull(column))
			return
		}
		s.Where(sql.EQ(column, *k.Code))
	}
	between := func(from, to string) {
		s.Where(sql.And(sql.GTE(s.C(transaction.FieldDate), from), sql.LTE(s.C(transaction.FieldDate), to)))
	}
	switch k.Dimension {
	case Year, Quarter:
		if k.Code == nil {
			s.Where(sql.IsNull(s.C(transaction.FieldDate)))
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
		text(s.C(transaction.FieldTypeCode))
	case Currency:
		text(s.C(transaction.FieldValueCurrency))
	case Activity:
		k.reference(s, s.C(transaction.FieldActivityID))
	case Provider:
		s.Where(sql.EQ(s.C(transaction.FieldProviderKey), k.partyKey()))
	case Receiver:
		s.Where(sql.EQ(s.C(transaction.FieldReceiverKey), k.partyKey()))
	case Status, Programme, Agreement, Reporting, Area:
		d := sql.Dialect(s.Dialect())
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
		s.Where(sql.In(s.C(transaction.FieldActivityID), q))
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
