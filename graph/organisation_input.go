package graph

import (
	"slices"

	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/organisation"
)

func createOrganisationInput(in model.CreateOrganisationInput) organisation.CreateInput {
	return organisation.CreateInput{
		Name: in.Name, Identifier: in.Identifier, TypeCode: in.TypeCode, Kinds: words(in.Kinds), Aliases: in.Aliases, Country: in.CountryID,
	}
}

func editOrganisationInput(in model.EditOrganisationInput) organisation.EditInput {
	return organisation.EditInput{
		ID: in.ID, ExpectedRevision: in.ExpectedRevision, Name: in.Name, Identifier: field(in.Identifier), TypeCode: field(in.TypeCode),
		Kinds: listField(in.Kinds, words), Aliases: listField(in.Aliases, slices.Clone), Country: field(in.CountryID),
	}
}

// words are the names of enum values.
func words[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
