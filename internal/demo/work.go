package demo

import (
	"context"
	"fmt"
	"slices"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/activity"
	"acs-aec.org/hub/internal/agreement"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/programme"
	"acs-aec.org/hub/internal/proposal"
	"acs-aec.org/hub/internal/share"

	agreements "acs-aec.org/hub/ent/generated/ent/agreement"
	programmes "acs-aec.org/hub/ent/generated/ent/programme"
	proposals "acs-aec.org/hub/ent/generated/ent/proposal"
)

// agreements makes the agreements. All are signed; of one the day is not known.
func (m *maker) agreements(ctx context.Context) error {
	ctx = m.as(ctx, officer)
	s := agreement.New(m.Runner)
	for _, a := range slices.Concat(m.facts.Agreements, m.facts.Money.Agreements) {
		in := agreement.DraftInput{Kind: agreements.Kind(a.Kind), Title: a.Title.input(), Description: a.Description.input()}
		for _, p := range a.Parties {
			in.Parties = append(in.Parties, m.world.Organisations[p])
		}
		row, _, err := s.Draft(ctx, in, nil)
		if err == nil {
			row, _, err = s.Negotiate(ctx, row.ID, row.Revision)
		}
		if err == nil {
			row, _, err = s.Sign(ctx, row.ID, row.Revision, some[date.Partial](a.Signed))
		}
		if err != nil {
			return about("agreement", a.Key, err)
		}
		m.world.Agreements[a.Key] = row.ID
	}
	return nil
}

// programmes makes the programmes; all of them run or have run.
func (m *maker) programmes(ctx context.Context) error {
	ctx = m.as(ctx, officer)
	s := programme.New(m.Runner)
	for _, p := range m.facts.Programmes {
		row, _, err := s.Draft(ctx, programme.DraftInput{
			Code: p.Code, Area: programmes.Area(p.Area), Title: p.Title.input(), Objective: p.Objective.input(),
			Envelope: p.Envelope.input(), Starts: some[date.Partial](p.Starts),
		}, nil)
		if err == nil {
			row, _, err = s.Adopt(ctx, row.ID, row.Revision)
		}
		if err == nil {
			row, _, err = s.Start(ctx, row.ID, row.Revision)
		}
		if err == nil && p.Status == string(programmes.StatusClosed) {
			row, _, err = s.Close(ctx, row.ID, row.Revision, &p.StatusReason)
		}
		if err != nil {
			return about("programme", p.Code, err)
		}
		m.world.Programmes[p.Code] = row.ID
	}
	return nil
}

// proposals makes the proposals and takes each as far as it has come.
func (m *maker) proposals(ctx context.Context) error {
	s := proposal.New(m.Runner)
	for _, p := range m.facts.Proposals {
		in := proposal.DraftInput{
			Reference: p.Reference, Title: p.Title.input(), Summary: p.Summary.input(), Sponsor: m.world.Bodies[p.Sponsor],
			Programme: named(m.world.Programmes, p.Programme), Requested: p.Requested.input(),
			Starts: some[date.Partial](p.Starts), Ends: some[date.Partial](p.Ends), Countries: even(p.Countries), Sectors: sectors(p.Sectors),
		}
		for i, percentage := range p.SectorShares {
			in.Sectors[i].Percentage = &percentage
		}
		row, _, err := s.Draft(m.as(ctx, p.Author), in, nil)
		if err != nil {
			return about("proposal", p.Key, err)
		}
		m.world.Proposals[p.Key] = row.ID
		if err := m.advance(ctx, s, p, row); err != nil {
			return about("proposal", p.Key, err)
		}
	}
	return nil
}

// ways are the moves by which a draft comes to a status.
var ways = map[proposals.Status][]proposal.Move{
	proposals.StatusDraft:                  {},
	proposals.StatusSubmitted:              {proposal.Submit},
	proposals.StatusReturned:               {proposal.Submit, proposal.Return},
	proposals.StatusWithdrawn:              {proposal.Submit, proposal.Withdraw},
	proposals.StatusUnderAssessment:        {proposal.Submit, proposal.Admit, proposal.StartAssessment},
	proposals.StatusOnAgenda:               tabled,
	proposals.StatusApprovedWithConditions: append(slices.Clone(tabled), proposal.Decide),
	proposals.StatusInImplementation: append(slices.Clone(tabled), proposal.Decide, proposal.ConfirmFinancing,
		proposal.StartImplementation),
}

var tabled = []proposal.Move{
	proposal.Submit, proposal.Admit, proposal.StartAssessment, proposal.CompleteAssessment, proposal.PlaceOnAgenda,
}

// advance takes a draft to the status that the files name: its author submits
// and withdraws it, or the hub itself; the officer does the rest.
func (m *maker) advance(ctx context.Context, s *proposal.Service, p proposalFact, row *ent.Proposal) error {
	to := proposals.Status(p.Status)
	way, ok := ways[to]
	if !ok {
		return fmt.Errorf("demo: no way leads to %s", to)
	}
	sponsor, secretariat := m.as(ctx, p.Author), m.as(ctx, officer)
	for _, move := range way {
		var err error
		switch move {
		case proposal.Submit:
			row, _, err = s.Submit(sponsor, row.ID, row.Revision)
		case proposal.Admit:
			row, _, err = s.Admit(secretariat, row.ID, row.Revision)
		case proposal.Return:
			row, _, err = s.Return(secretariat, row.ID, row.Revision, p.Reason)
		case proposal.StartAssessment:
			row, _, err = s.StartAssessment(secretariat, row.ID, row.Revision)
		case proposal.CompleteAssessment:
			row, _, err = s.CompleteAssessment(secretariat, row.ID, row.Revision)
		case proposal.PlaceOnAgenda:
			row, _, err = s.PlaceOnAgenda(secretariat, row.ID, row.Revision)
		case proposal.Decide:
			outcome := proposals.StatusApproved
			if to == proposals.StatusApprovedWithConditions {
				outcome = to
			}
			row, _, err = s.Decide(secretariat, row.ID, row.Revision, outcome, p.Reason)
		case proposal.ConfirmFinancing:
			row, _, err = s.ConfirmFinancing(secretariat, row.ID, row.Revision)
		case proposal.StartImplementation:
			row, _, err = s.StartImplementation(secretariat, row.ID, row.Revision)
		case proposal.Withdraw:
			row, _, err = s.Withdraw(sponsor, row.ID, row.Revision, p.Reason)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// activities makes the projects and publishes them. Money is recorded only where
// an amount and its day are known.
func (m *maker) activities(ctx context.Context) error {
	ctx = m.as(ctx, officer)
	s := activity.New(m.Runner)
	for _, a := range m.facts.Activities {
		row, _, err := s.Create(ctx, m.activity(a), nil)
		if err == nil {
			row, _, err = s.Publish(ctx, row.ID, row.Revision)
		}
		if err == nil && a.Transaction != nil {
			_, _, err = s.Record(ctx, activity.RecordInput{
				Activity: row.ID, TypeCode: a.Transaction.Type, Date: date.Date(a.Transaction.Date), Value: a.Transaction.input(),
				Description: a.Transaction.Description.input(), Provider: named(m.world.Organisations, a.Transaction.Provider),
			}, nil)
		}
		if err != nil {
			return about("activity", a.Key, err)
		}
		m.world.Activities[a.Key] = row.ID
	}
	return nil
}

// activity is an activity as a person gives it.
func (m *maker) activity(a activityFact) activity.CreateInput {
	in := activity.CreateInput{
		IATIIdentifier: a.Identifier, Title: a.Title.input(), Description: a.Description.input(), Status: activity.Status(a.Status),
		PlannedStart: some[date.Date](a.PlannedStart), PlannedEnd: some[date.Date](a.PlannedEnd),
		ActualStart: some[date.Date](a.ActualStart), ActualEnd: some[date.Date](a.ActualEnd),
		Programme: named(m.world.Programmes, a.Programme), Proposal: named(m.world.Proposals, a.Proposal),
		Countries: even(a.Countries), Sectors: sectors(a.Sectors),
	}
	for _, p := range a.Participants {
		in.Participants = append(in.Participants, activity.Participant{Organisation: m.world.Organisations[p.Organisation], RoleCode: p.Role})
	}
	return in
}

// input is the amount as a person gives it; nil is none.
func (a *amount) input() *money.Input {
	if a == nil {
		return nil
	}
	return &money.Input{Amount: a.Amount, Currency: a.Currency}
}

// even are countries with equal shares to the hundredth of a percent, by largest
// remainder: what is left over goes to the lower codes.
func even(codes []string) []share.Country {
	codes = slices.Sorted(slices.Values(codes))
	out := make([]share.Country, len(codes))
	for i, code := range codes {
		hundredths := 10_000 / len(codes)
		if i < 10_000%len(codes) {
			hundredths++
		}
		percentage := money.Format(int64(hundredths) * money.Micro / 100)
		out[i] = share.Country{Code: code, Percentage: &percentage}
	}
	return out
}

// sectors are sectors of the DAC's five digits, without percentages.
func sectors(codes []string) []share.Sector {
	out := make([]share.Sector, len(codes))
	for i, code := range codes {
		out[i] = share.Sector{Vocabulary: "1", Code: code}
	}
	return out
}
