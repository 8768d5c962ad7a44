package graph

import (
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/opportunity"
)

func identifyOpportunityInput(in model.IdentifyOpportunityInput) opportunity.IdentifyInput {
	return opportunity.IdentifyInput{
		Source: in.Source, SourceID: in.SourceID, Title: in.Title, Description: in.Description, Eligibility: in.Eligibility,
		Donor: in.DonorID, Agreement: in.AgreementID, Opens: in.Opens, Closes: in.Closes,
		Minimum: moneyInput(in.Minimum), Maximum: moneyInput(in.Maximum), Area: in.Area, Countries: in.Countries,
		Sectors: sectorsIn(in.Sectors), URL: in.URL,
	}
}

func editOpportunityInput(in model.EditOpportunityInput) opportunity.EditInput {
	return opportunity.EditInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Source: field(in.Source), SourceID: field(in.SourceID),
		Title: in.Title, Description: in.Description, Eligibility: in.Eligibility,
		Donor: field(in.DonorID), Agreement: field(in.AgreementID), Opens: field(in.Opens), Closes: field(in.Closes),
		Minimum: moneyField(in.Minimum), Maximum: moneyField(in.Maximum), Area: field(in.Area),
		Countries: listField(in.Countries, func(codes []string) []string { return codes }), Sectors: listField(in.Sectors, sectorsIn),
		URL: field(in.URL),
	}
}

func sectorsIn(in []*model.SectorInput) []opportunity.Sector {
	out := make([]opportunity.Sector, len(in))
	for i, s := range in {
		out[i] = opportunity.Sector{Vocabulary: s.Vocabulary, Code: s.Code}
	}
	return out
}
