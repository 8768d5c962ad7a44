package search

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
)

// subjectColumns are the columns of discussions by the kind of their subject.
var subjectColumns = map[id.Kind]string{
	id.Organisation: thread.FieldOrganisationID, id.Agreement: thread.FieldAgreementID, id.Programme: thread.FieldProgrammeID,
	id.Proposal: thread.FieldProposalID, id.Activity: thread.FieldActivityID, id.Body: thread.FieldBodyID,
	id.Opportunity: thread.FieldOpportunityID, id.Meeting: thread.FieldMeetingID,
}

// subjectOf is what a discussion is about.
func subjectOf(t *ent.Thread) uuid.UUID {
	for _, u := range []*uuid.UUID{t.OrganisationID, t.AgreementID, t.ProgrammeID, t.ProposalID, t.ActivityID, t.BodyID, t.OpportunityID, t.MeetingID} {
		if u != nil {
			return *u
		}
	}
	return uuid.Nil // no discussion is about nothing: the database sees to that
}

// NamesOf are the texts by which a discussion is found if it is about the row: its
// name or title first, then what it is known by.
func NamesOf(row any) []i18n.Text {
	switch r := row.(type) {
	case *ent.Organisation:
		out := []i18n.Text{r.NameText()}
		for _, a := range r.Aliases {
			out = append(out, i18n.Text{Other: a})
		}
		return out
	case *ent.Agreement:
		out := []i18n.Text{r.TitleText()}
		if r.Number != nil {
			out = append(out, i18n.Text{Other: *r.Number})
		}
		return out
	case *ent.Programme:
		return []i18n.Text{r.TitleText(), {Other: r.Code}}
	case *ent.Proposal:
		return []i18n.Text{r.TitleText(), {Other: r.Reference}}
	case *ent.Activity:
		return []i18n.Text{r.TitleText()}
	case *ent.Body:
		return []i18n.Text{r.NameText(), {Other: r.Code}}
	case *ent.Opportunity:
		out := []i18n.Text{r.TitleText()}
		if r.SourceID != nil {
			out = append(out, i18n.Text{Other: *r.SourceID})
		}
		return out
	case *ent.Meeting:
		out := []i18n.Text{r.TitleText()}
		if r.Reference != nil {
			out = append(out, i18n.Text{Other: *r.Reference})
		}
		return out
	}
	return nil
}

// namesOf reads the names of what discussions are about, with one statement for
// each kind among them. modify may lock them.
func namesOf(ctx context.Context, tx *ent.Client, rows []*ent.Thread, modify ...func(*sql.Selector)) (map[uuid.UUID][]i18n.Text, error) {
	of := map[id.Kind][]uuid.UUID{}
	for _, t := range rows {
		u := subjectOf(t)
		of[id.KindOf(u)] = append(of[id.KindOf(u)], u)
	}
	names := map[uuid.UUID][]i18n.Text{}
	for kind, ids := range of {
		where := func(s *sql.Selector) {
			batch.In("id", ids)(s)
			for _, m := range modify {
				m(s)
			}
		}
		if err := readNames(ctx, tx, kind, where, names); err != nil {
			return nil, fmt.Errorf("search: read what discussions are about: %w", err)
		}
	}
	return names, nil
}

func readNames(ctx context.Context, tx *ent.Client, kind id.Kind, where func(*sql.Selector), into map[uuid.UUID][]i18n.Text) error {
	switch kind {
	case id.Organisation:
		rows, err := tx.Organisation.Query().Where(predicate.Organisation(where)).All(ctx)
		return keep(into, rows, err, func(r *ent.Organisation) uuid.UUID { return r.ID })
	case id.Agreement:
		rows, err := tx.Agreement.Query().Where(predicate.Agreement(where)).All(ctx)
		return keep(into, rows, err, func(r *ent.Agreement) uuid.UUID { return r.ID })
	case id.Programme:
		rows, err := tx.Programme.Query().Where(predicate.Programme(where)).All(ctx)
		return keep(into, rows, err, func(r *ent.Programme) uuid.UUID { return r.ID })
	case id.Proposal:
		rows, err := tx.Proposal.Query().Where(predicate.Proposal(where)).All(ctx)
		return keep(into, rows, err, func(r *ent.Proposal) uuid.UUID { return r.ID })
	case id.Activity:
		rows, err := tx.Activity.Query().Where(predicate.Activity(where)).All(ctx)
		return keep(into, rows, err, func(r *ent.Activity) uuid.UUID { return r.ID })
	case id.Body:
		rows, err := tx.Body.Query().Where(predicate.Body(where)).All(ctx)
		return keep(into, rows, err, func(r *ent.Body) uuid.UUID { return r.ID })
	case id.Opportunity:
		rows, err := tx.Opportunity.Query().Where(predicate.Opportunity(where)).All(ctx)
		return keep(into, rows, err, func(r *ent.Opportunity) uuid.UUID { return r.ID })
	case id.Meeting:
		rows, err := tx.Meeting.Query().Where(predicate.Meeting(where)).All(ctx)
		return keep(into, rows, err, func(r *ent.Meeting) uuid.UUID { return r.ID })
	}
	return nil
}

func keep[T any](into map[uuid.UUID][]i18n.Text, rows []T, err error, idOf func(T) uuid.UUID) error {
	for _, r := range rows {
		into[idOf(r)] = NamesOf(r)
	}
	return err
}
