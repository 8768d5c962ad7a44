package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/activityparticipant"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/access"
	activities "acs-aec.org/hub/internal/activity"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/page"
	"acs-aec.org/hub/internal/viewer"
)

func activityOrder(ctx context.Context, o *model.ActivityOrder) page.Order[*ent.Activity] {
	if o == nil {
		o = &model.ActivityOrder{Field: model.ActivityOrderFieldTitle, Direction: model.OrderDirectionAsc}
	}
	order := page.Order[*ent.Activity]{Desc: descending(o.Direction)}
	switch o.Field {
	case model.ActivityOrderFieldIatiIdentifier:
		order.Column = activity.FieldIatiIdentifier
		order.Value = func(a *ent.Activity) any { return a.IatiIdentifier }
	case model.ActivityOrderFieldActualStart:
		order.Column = activity.FieldActualStart
		order.Value = func(a *ent.Activity) any { return day(a.ActualStart) }
	case model.ActivityOrderFieldCreatedAt:
		order.Column, order.Kind = activity.FieldCreatedAt, page.Moment
		order.Value = func(a *ent.Activity) any { return a.CreatedAt }
	default:
		order.Column = keyColumn(ctx, "title")
		order.Value = func(a *ent.Activity) any { return byLanguage(ctx, a.TitleKeyEn, a.TitleKeyEs, a.TitleKeyFr) }
	}
	return order
}

// day is a date that may be missing, as an order compares it.
func day(d *date.Date) any {
	if d == nil {
		return nil
	}
	return string(*d)
}

func activityConditions(ctx context.Context, f *model.ActivityFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		equals(activity.FieldOrigin, f.Origin), oneOf(activity.FieldStatusCode, statusCodes(f.Status)),
		sharedWith(f.Country), sharedAs(f.Sector), equals(activity.FieldProgrammeID, f.ProgrammeID), equals(activity.FieldAgreementID, f.AgreementID),
		withParticipant(f.ParticipantID), equals(activity.FieldReportingRef, f.ReportingRef),
		equals(activity.FieldIatiIdentifier, f.IatiIdentifier), equals(activity.FieldDatasetName, f.DatasetName),
		fromRun(ctx, f.ImportRunID), titled(f.Text, activity.FieldIatiIdentifier),
		equals(activity.FieldFlagged, f.HasErrors), vanished(f.Vanished),
	}
}

func totalsConditions(ctx context.Context, f *model.ActivityTotalsFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		fromRun(ctx, f.ImportRunID), equals(activity.FieldDatasetName, f.DatasetName), equals(activity.FieldOrigin, f.Origin),
	}
}

// vanished restricts activities to those that their dataset does not have any more,
// or to those that it has.
func vanished(v *bool) condition {
	return func(s *sql.Selector) {
		switch {
		case v == nil:
		case *v:
			s.Where(sql.NotNull(s.C(activity.FieldVanishedAt)))
		default:
			s.Where(sql.IsNull(s.C(activity.FieldVanishedAt)))
		}
	}
}

// sharedWith restricts activities to those for a country, stated on the activity
// or on one of its transactions.
func sharedWith(country *string) condition {
	return func(s *sql.Selector) {
		if country == nil {
			return
		}
		stated(s, func(t *sql.SelectTable) *sql.Predicate {
			return sql.And(sql.EQ(t.C(allocation.FieldDimension), string(allocation.DimensionCountry)), sql.EQ(t.C(allocation.FieldCode), *country))
		})
	}
}

// sharedAs restricts activities to those of a sector, stated on the activity or
// on one of its transactions. A sector without a vocabulary is of vocabulary 1,
// as IATI has it.
func sharedAs(f *model.SectorFilter) condition {
	return func(s *sql.Selector) {
		if f == nil {
			return
		}
		vocabularies := []any{f.Vocabulary}
		if f.Vocabulary == "1" {
			vocabularies = append(vocabularies, "")
		}
		stated(s, func(t *sql.SelectTable) *sql.Predicate {
			return sql.And(
				sql.EQ(t.C(allocation.FieldDimension), string(allocation.DimensionSector)), sql.EQ(t.C(allocation.FieldCode), f.Code),
				sql.In(t.C(allocation.FieldVocabulary), vocabularies...),
			)
		})
	}
}

// stated restricts activities to those with such a share, on the activity or on
// one of its transactions.
func stated(s *sql.Selector, such func(*sql.SelectTable) *sql.Predicate) {
	direct := sql.Table(allocation.Table)
	onActivity := sql.Select(direct.C(allocation.FieldActivityID)).From(direct).
		Where(sql.And(such(direct), sql.NotNull(direct.C(allocation.FieldActivityID))))
	below, t := sql.Table(allocation.Table), sql.Table(transaction.Table)
	onTransaction := sql.Select(t.C(transaction.FieldActivityID)).From(t).Join(below).
		On(below.C(allocation.FieldTransactionID), t.C(transaction.FieldID))
	onTransaction.Where(such(below))
	s.Where(sql.Or(sql.In(s.C("id"), onActivity), sql.In(s.C("id"), onTransaction)))
}

// withParticipant restricts activities to those in which an organisation takes
// part.
func withParticipant(u *uuid.UUID) condition {
	return func(s *sql.Selector) {
		if u == nil {
			return
		}
		t := sql.Table(activityparticipant.Table)
		s.Where(sql.In(s.C("id"), sql.Select(t.C(activityparticipant.FieldActivityID)).From(t).
			Where(sql.EQ(t.C(activityparticipant.FieldOrganisationID), *u))))
	}
}

// fromRun restricts activities to those that an import brought, changed or found
// unchanged. An import that the viewer may not see brought nothing.
func fromRun(ctx context.Context, u *uuid.UUID) condition {
	return func(s *sql.Selector) {
		if u == nil {
			return
		}
		t := sql.Table(stageditem.Table)
		items := sql.Select(t.C(stageditem.FieldActivityID)).From(t).Where(sql.And(
			sql.EQ(t.C(stageditem.FieldRunID), *u), sql.NotNull(t.C(stageditem.FieldOutcome)), sql.NotNull(t.C(stageditem.FieldActivityID)),
		))
		if v := viewer.From(ctx); !v.IsSystem() {
			runs := sql.Table(importrun.Table)
			seen := sql.Select(runs.C(importrun.FieldID)).From(runs)
			if p := access.ImportRuns(v, seen); p != nil {
				items.Where(sql.In(t.C(stageditem.FieldRunID), seen.Where(p)))
			}
		}
		s.Where(sql.In(s.C("id"), items))
	}
}

// statusCodes are the IATI codes of statuses; nil for nil.
func statusCodes(in []model.ActivityStatus) []string {
	if in == nil {
		return nil
	}
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = activities.Status(s).Code()
	}
	return out
}
