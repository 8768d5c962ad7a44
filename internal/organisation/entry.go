package organisation

import (
	"slices"
	"strings"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
)

// Limits of what an entry holds.
const (
	nameLimit       = 400
	identifierLimit = 200
	aliasLimit      = 200
	aliasCount      = 20
)

// Kinds are what an organisation can be to the ACS, in the order in which an
// entry holds them.
var Kinds = []string{"DONOR", "PARTNER", "IMPLEMENTER", "RESEARCH", "AGENCY", "ACS"}

// typeCodes are those of the IATI OrganisationType list, version 2.03.
var typeCodes = []string{
	"10", "11", "15", "21", "22", "23", "24", "30", "40", "60", "70", "71", "72", "73", "80", "90",
}

var (
	msgKind = i18n.Message{
		EN: "An organisation can't be this to the ACS.", ES: "Una organización no puede ser esto para la AEC.",
		FR: "Une organisation ne peut être cela pour l'AEC.",
	}
	msgType = i18n.Message{
		EN: "This code is not in the IATI list of organisation types.", ES: "Este código no está en la lista IATI de tipos de organización.",
		FR: "Ce code ne figure pas dans la liste IATI des types d'organisation.",
	}
	msgAliases = i18n.Message{
		EN: "An organisation has at most %d other names here.", ES: "Una organización tiene aquí %d otros nombres como máximo.",
		FR: "Une organisation a ici au plus %d autres noms.",
	}
)

// kindsOf are the kinds, each once and in order.
func kindsOf(field string, given []string) ([]string, error) {
	out := []string{}
	for _, k := range given {
		if !slices.Contains(Kinds, k) {
			return nil, apperr.Invalid(field, msgKind)
		}
	}
	for _, k := range Kinds {
		if slices.Contains(given, k) {
			out = append(out, k)
		}
	}
	return out, nil
}

// aliasesOf are the other names, each once however it is written.
func aliasesOf(field string, given []string) ([]string, error) {
	if len(given) > aliasCount {
		return nil, apperr.Invalid(field, msgAliases, aliasCount).With("limit", aliasCount)
	}
	out, seen := []string{}, map[string]bool{}
	for _, a := range given {
		a, err := command.Line(field, a, aliasLimit)
		if err != nil {
			return nil, err
		}
		if !seen[i18n.Fold(a)] {
			seen[i18n.Fold(a)] = true
			out = append(out, a)
		}
	}
	return out, nil
}

// identifierOf is an identifier; nil is none.
func identifierOf(field string, given *string) (*string, error) {
	if given == nil {
		return nil, nil //nolint:nilnil // no identifier
	}
	s, err := command.Line(field, *given, identifierLimit)
	return &s, err
}

// checkType refuses a code that is not in the list; nil is none.
func checkType(field string, code *string) error {
	if code != nil && !slices.Contains(typeCodes, *code) {
		return apperr.Invalid(field, msgType)
	}
	return nil
}

// foldedLimit is how much of an entry can be searched.
const foldedLimit = 10_000

// Folded is what an organisation is found by: every name, other name and
// identifier, a line each, without capitals and accents.
func Folded(name i18n.Text, aliases []string, identifier *string) string {
	var lines []string
	add := func(s string) {
		if s = i18n.Fold(s); s != "" && !slices.Contains(lines, s) {
			lines = append(lines, s)
		}
	}
	for _, l := range i18n.Langs {
		add(name.Get(l))
	}
	add(name.Other)
	for _, a := range aliases {
		add(a)
	}
	if identifier != nil {
		add(*identifier)
	}
	s := strings.Join(lines, "\n")
	if len(s) > foldedLimit {
		s = strings.ToValidUTF8(s[:foldedLimit], "")
	}
	return s
}
