package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/importissue"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/page"
)

func runOrder(o *model.ImportRunOrder) page.Order[*ent.ImportRun] {
	if o == nil {
		o = &model.ImportRunOrder{Field: model.ImportRunOrderFieldCreatedAt, Direction: model.OrderDirectionDesc}
	}
	if o.Field == model.ImportRunOrderFieldDatasetName {
		return page.Order[*ent.ImportRun]{
			Column: importrun.FieldDatasetName, Desc: descending(o.Direction),
			Value: func(r *ent.ImportRun) any { return r.DatasetName },
		}
	}
	return page.Order[*ent.ImportRun]{
		Column: importrun.FieldCreatedAt, Kind: page.Moment, Desc: descending(o.Direction),
		Value: func(r *ent.ImportRun) any { return r.CreatedAt },
	}
}

func runConditions(f *model.ImportRunFilter) ([]condition, error) {
	if f == nil {
		return nil, nil
	}
	since, err := beganFrom(f.From)
	if err != nil {
		return nil, err
	}
	return []condition{equals(importrun.FieldStatus, f.Status), equals(importrun.FieldDatasetName, f.DatasetName), since}, nil
}

// beganFrom restricts runs to those that began on a day, in Port of Spain, or
// later.
func beganFrom(day *date.Date) (condition, error) {
	if day == nil {
		return func(*sql.Selector) {}, nil
	}
	start, err := day.Start()
	if err != nil {
		return nil, err
	}
	return func(s *sql.Selector) { s.Where(sql.GTE(s.C(importrun.FieldCreatedAt), start.UTC())) }, nil
}

// whyRefused is why a file was refused, nil if it was not.
func whyRefused(ctx context.Context, r *ent.ImportRun) *string {
	if r.Status != importrun.StatusRefused {
		return nil
	}
	why := i18n.Message{EN: r.RefusalEn, ES: r.RefusalEs, FR: r.RefusalFr}.In(i18n.From(ctx))
	return &why
}

func issueOrder() page.Order[*ent.ImportIssue] {
	return page.Order[*ent.ImportIssue]{
		Column: importissue.FieldPosition, Kind: page.Number, Value: func(i *ent.ImportIssue) any { return int64(i.Position) },
	}
}

func issueConditions(f *model.ImportIssueFilter) []condition {
	if f == nil {
		return nil
	}
	return []condition{
		equals(importissue.FieldSeverity, f.Severity), equals(importissue.FieldRule, f.Rule),
		equals(importissue.FieldActivityIdentifier, f.ActivityIdentifier),
	}
}
