package graph

import (
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/body"
)

func createBodyInput(in model.CreateBodyInput) body.CreateInput {
	return body.CreateInput{Code: in.Code, Name: in.Name, Kind: in.Kind, Parent: in.ParentID, DecisionRule: in.DecisionRule}
}

func editBodyInput(in model.EditBodyInput) body.EditInput {
	return body.EditInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Name: in.Name, Parent: field(in.ParentID), DecisionRule: field(in.DecisionRule),
	}
}

func assignSeatInput(in model.AssignSeatInput) body.AssignInput {
	return body.AssignInput{
		Body: in.BodyID, Role: in.Role, Country: in.CountryID, Organisation: in.OrganisationID, Person: in.PersonID,
		Period: body.Period{From: in.From, To: in.To}, Votes: in.Votes,
	}
}

func editSeatInput(in model.EditSeatInput) body.EditSeatInput {
	return body.EditSeatInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Role: field(in.Role), Person: field(in.PersonID),
		From: field(in.From), To: field(in.To), Votes: field(in.Votes),
	}
}

func assignPostInput(in model.AssignStaffPostInput) body.AssignPostInput {
	return body.AssignPostInput{
		Body: in.BodyID, Person: in.PersonID, Title: in.Title, Period: body.Period{From: in.From, To: in.To},
	}
}

func editPostInput(in model.EditStaffPostInput) body.EditPostInput {
	return body.EditPostInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Title: in.Title, From: field(in.From), To: field(in.To),
	}
}
