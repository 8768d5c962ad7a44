package graph

import (
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/country"
)

func createCountryInput(in model.CreateCountryInput) country.CreateInput {
	return country.CreateInput{ISO2: in.Iso2, Name: in.Name, Group: in.GroupID}
}

func editCountryInput(in model.EditCountryInput) country.EditInput {
	return country.EditInput{ID: in.ID, ExpectedRevision: in.ExpectedRevision, Name: in.Name, Group: field(in.GroupID)}
}

func createGroupInput(in model.CreateCountryGroupInput) country.CreateGroupInput {
	return country.CreateGroupInput{Code: in.Code, Name: in.Name}
}

func editGroupInput(in model.EditCountryGroupInput) country.EditGroupInput {
	return country.EditGroupInput{ID: in.ID, ExpectedRevision: in.ExpectedRevision, Name: in.Name}
}

func recordMembershipInput(in model.RecordMembershipInput) country.RecordInput {
	return country.RecordInput{
		Country: in.Of.CountryID, Organisation: in.Of.OrganisationID, Kind: in.Kind, From: in.From, To: in.To, Note: in.Note,
	}
}

func editMembershipInput(in model.EditMembershipInput) country.EditMembershipInput {
	return country.EditMembershipInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Kind: field(in.Kind), From: field(in.From), To: field(in.To), Note: field(in.Note),
	}
}
