package graph

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/activity"
)

func createActivityInput(in model.CreateActivityInput) activity.CreateInput {
	return activity.CreateInput{
		IATIIdentifier: in.IatiIdentifier, Title: in.Title, Description: in.Description, Status: activity.Status(in.Status),
		PlannedStart: in.PlannedStart, ActualStart: in.ActualStart, PlannedEnd: in.PlannedEnd, ActualEnd: in.ActualEnd,
		Programme: in.ProgrammeID, Proposal: in.ProposalID, Agreement: in.AgreementID, Participants: participants(in.Participants),
		Countries: countryShares(in.Countries), Sectors: sectorShares(in.Sectors),
	}
}

func editActivityInput(in model.EditActivityInput) activity.EditInput {
	return activity.EditInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Title: in.Title, Description: in.Description,
		PlannedStart: field(in.PlannedStart), ActualStart: field(in.ActualStart), PlannedEnd: field(in.PlannedEnd), ActualEnd: field(in.ActualEnd),
		Programme: field(in.ProgrammeID), Proposal: field(in.ProposalID), Agreement: field(in.AgreementID), Participants: listField(in.Participants, participants),
		Countries: listField(in.Countries, countryShares), Sectors: listField(in.Sectors, sectorShares),
	}
}

func participants(in []*model.ActivityParticipantInput) []activity.Participant {
	out := make([]activity.Participant, len(in))
	for i, p := range in {
		out[i] = activity.Participant{Organisation: p.OrganisationID, RoleCode: p.RoleCode}
	}
	return out
}

func recordTransactionInput(in model.RecordTransactionInput) activity.RecordInput {
	return activity.RecordInput{
		Activity: in.ActivityID, TypeCode: in.TypeCode, Date: in.Date, Value: moneyInput(in.Value), ValueDate: in.ValueDate,
		Ref: in.Ref, Description: in.Description, Provider: in.ProviderID, Receiver: in.ReceiverID,
		ProviderActivity: in.ProviderActivityRef, ReceiverActivity: in.ReceiverActivityRef,
	}
}

func editTransactionInput(in model.EditTransactionInput) activity.EditTransactionInput {
	return activity.EditTransactionInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, TypeCode: field(in.TypeCode), Date: field(in.Date), Value: moneyField(in.Value),
		ValueDate: field(in.ValueDate), Ref: field(in.Ref), Description: in.Description, Provider: field(in.ProviderID), Receiver: field(in.ReceiverID),
		ProviderActivity: field(in.ProviderActivityRef), ReceiverActivity: field(in.ReceiverActivityRef),
	}
}

// moveActivity moves an activity to a status by its name.
func (r *Resolver) moveActivity(ctx context.Context, in model.MoveActivityInput) (*model.MoveActivityPayload, error) {
	a, rec, err := r.activities.Move(ctx, in.ID, in.ExpectedRevision, activity.Status(in.Status), deref(in.Reason))
	if err != nil {
		return nil, err
	}
	return &model.MoveActivityPayload{Activity: a, Cursor: rec.Cursor, EventIds: rec.EventIDs}, nil
}

// statusOf is the status with an IATI code; nil for an unknown code.
func statusOf(code string) *model.ActivityStatus {
	s, known := activity.StatusOf(code)
	if !known {
		return nil
	}
	named := model.ActivityStatus(s)
	return &named
}

// nextActivityStatuses are the statuses that an own activity may have next.
func (r *Resolver) nextActivityStatuses(a *ent.Activity) []model.ActivityStatus {
	out := []model.ActivityStatus{}
	for _, s := range r.activities.Next(a) {
		out = append(out, model.ActivityStatus(s))
	}
	return out
}

// activityTotals adds up what the filter admits.
func (r *Resolver) activityTotals(ctx context.Context, f *model.ActivityTotalsFilter) (*model.ActivityTotals, error) {
	t, err := activity.ReadTotals(ctx, r.client, totalsConditions(ctx, f)...)
	if err != nil {
		return nil, err
	}
	out := &model.ActivityTotals{ByStatus: []*model.ActivityStatusCount{}, BySum: []*model.TransactionSum{}, NotCounted: t.NotCounted}
	for _, s := range t.ByStatus {
		out.ByStatus = append(out.ByStatus, &model.ActivityStatusCount{Status: s.Code, Count: s.Count})
	}
	for _, s := range t.BySum {
		out.BySum = append(out.BySum, &model.TransactionSum{TransactionType: s.TypeCode, Currency: s.Currency, Amount: s.Amount, Count: s.Count})
	}
	return out, nil
}

// provenance says where a record comes from; nil for one that was not imported.
// The import is read only if the query asks for it, once for all rows.
func provenance(ctx context.Context, run *uuid.UUID, read func(context.Context) (*ent.ImportRun, error), dataset string, line int) (*model.Provenance, error) {
	if run == nil {
		return nil, nil //nolint:nilnil // an own one comes from nowhere
	}
	p := &model.Provenance{DatasetName: dataset, Line: line}
	if !asks(ctx, "run") {
		return p, nil
	}
	var err error
	p.Run, err = read(ctx)
	return p, err
}

// transactionParty is who gave or received; nil where nothing is known.
func transactionParty(ctx context.Context, p model.TransactionParty, of *ent.Transaction, u *uuid.UUID, read func(context.Context) (*ent.Organisation, error)) (*model.TransactionParty, error) {
	if p == (model.TransactionParty{}) && u == nil {
		return nil, nil //nolint:nilnil // nobody is named
	}
	p.Of = of
	if !asks(ctx, "organisation") {
		return &p, nil
	}
	var err error
	p.Organisation, err = read(ctx)
	return &p, err
}
