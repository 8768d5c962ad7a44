package graph

import (
	"slices"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/agreement"
)

func draftAgreementInput(in model.DraftAgreementInput) agreement.DraftInput {
	return agreement.DraftInput{
		Kind: in.Kind, Title: in.Title, Description: in.Description, Number: in.Number, Parties: in.PartyIds,
		ValidFrom: in.ValidFrom, ValidTo: in.ValidTo,
	}
}

func editAgreementInput(in model.EditAgreementInput) agreement.EditInput {
	return agreement.EditInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Kind: field(in.Kind), Title: in.Title, Description: in.Description,
		Number: field(in.Number), Parties: listField(in.PartyIds, slices.Clone), ValidFrom: field(in.ValidFrom), ValidTo: field(in.ValidTo),
	}
}
