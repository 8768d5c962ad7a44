package graph

import (
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/programme"
)

func draftProgrammeInput(in model.DraftProgrammeInput) programme.DraftInput {
	return programme.DraftInput{
		Code: in.Code, Area: in.Area, Title: in.Title, Objective: in.Objective, Envelope: moneyInput(in.Envelope),
		Starts: in.Starts, Ends: in.Ends,
	}
}

func editProgrammeInput(in model.EditProgrammeInput) programme.EditInput {
	return programme.EditInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Area: field(in.Area), Title: in.Title, Objective: in.Objective,
		Envelope: moneyField(in.Envelope), Starts: field(in.Starts), Ends: field(in.Ends),
	}
}
