package graph

import (
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/proposal"
)

func draftProposalInput(in model.DraftProposalInput) proposal.DraftInput {
	return proposal.DraftInput{
		Reference: in.Reference, Title: in.Title, Summary: in.Summary, Sponsor: in.SponsorID, Programme: in.ProgrammeID,
		Opportunity: in.OpportunityID, Requested: moneyInput(in.Requested), Starts: in.Starts, Ends: in.Ends,
		Countries: countryShares(in.Countries), Sectors: sectorShares(in.Sectors),
	}
}

func editProposalInput(in model.EditProposalInput) proposal.EditInput {
	return proposal.EditInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Title: in.Title, Summary: in.Summary,
		Programme: field(in.ProgrammeID), Opportunity: field(in.OpportunityID), Requested: moneyField(in.Requested),
		Starts: field(in.Starts), Ends: field(in.Ends),
		Countries: listField(in.Countries, countryShares), Sectors: listField(in.Sectors, sectorShares),
	}
}
