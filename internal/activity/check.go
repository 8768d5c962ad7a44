package activity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/programme"
	agreements "acs-aec.org/hub/internal/agreement"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

var (
	msgSymbols = i18n.Message{
		EN: "An IATI identifier has no spaces and none of / & | ?.", ES: "Un identificador IATI no lleva espacios ni / & | ?.",
		FR: "Un identifiant IITA ne contient ni espaces ni / & | ?.",
	}
	msgStatus = i18n.Message{
		EN: "This is not a status of an activity.", ES: "Esto no es un estado de una actividad.", FR: "Ce n'est pas un état d'une activité.",
	}
	msgFuture = i18n.Message{
		EN: "This can't be in the future.", ES: "No puede ser una fecha futura.", FR: "Cette date ne peut être dans le futur.",
	}
	msgPeriod = i18n.Message{
		EN: "It can't end before it begins.", ES: "No puede terminar antes de empezar.", FR: "La fin ne peut précéder le début.",
	}
	msgDraft = i18n.Message{
		EN: "That programme is still a draft.", ES: "Ese programa es todavía un borrador.", FR: "Ce programme est encore un projet.",
	}
	msgUnsigned = i18n.Message{
		EN: "That agreement was not signed.", ES: "Ese acuerdo no se firmó.", FR: "Cet accord n'a pas été signé.",
	}
	msgRole = i18n.Message{
		EN: "This is not a code of the IATI OrganisationRole list: 1 funding, 2 accountable, 3 extending, 4 implementing.",
		ES: "No es un código de la lista OrganisationRole de la IATI: 1 financiadora, 2 responsable, 3 canalizadora, 4 ejecutora.",
		FR: "Ce n'est pas un code de la liste OrganisationRole de l'IITA : 1 financement, 2 responsabilité, 3 relais, 4 mise en œuvre.",
	}
	msgTwice = i18n.Message{
		EN: "This stands here twice.", ES: "Esto figura dos veces.", FR: "Ceci figure deux fois.",
	}
	msgMerged = i18n.Message{
		EN: "This organisation was merged into another: name that one.", ES: "Esta organización se fusionó con otra: indique esa.",
		FR: "Cette organisation a été fusionnée avec une autre : indiquez celle-ci.",
	}
	msgTooMany = i18n.Message{
		EN: "Name at most %d.", ES: "Indique %d como máximo.", FR: "Indiquez-en %d au maximum.",
	}
)

// checkIdentifier refuses what rule 1.3.13 of the IATI standard does, and
// spaces.
func checkIdentifier(in string) (string, error) {
	s, err := command.Line("input.iatiIdentifier", in, identifierLimit)
	if err == nil && strings.ContainsAny(s, "/&|? ") {
		return "", apperr.Invalid("input.iatiIdentifier", msgSymbols)
	}
	return s, err
}

// dates are the days of an activity.
type dates struct{ plannedStart, actualStart, plannedEnd, actualEnd *date.Date }

func (s *Service) today() date.Date { return date.Of(s.Now()) }

// checkDates refuses actual days in the future, and ends before beginnings.
func (s *Service) checkDates(d dates) error {
	today := s.today()
	switch {
	case d.actualStart != nil && *d.actualStart > today:
		return apperr.Invalid("input.actualStart", msgFuture)
	case d.actualEnd != nil && *d.actualEnd > today:
		return apperr.Invalid("input.actualEnd", msgFuture)
	case d.plannedStart != nil && d.plannedEnd != nil && *d.plannedEnd < *d.plannedStart:
		return apperr.Invalid("input.plannedEnd", msgPeriod)
	case d.actualStart != nil && d.actualEnd != nil && *d.actualEnd < *d.actualStart:
		return apperr.Invalid("input.actualEnd", msgPeriod)
	}
	return nil
}

// checkProgramme refuses drafts: an activity may be public, they never are.
func checkProgramme(ctx context.Context, tx *ent.Client, u *uuid.UUID) error {
	if u == nil {
		return nil
	}
	p, err := tx.Programme.Get(ctx, *u)
	if err != nil {
		return command.AtField("input.programmeId", err)
	}
	if p.Status == programme.StatusDraft {
		return apperr.Invalid("input.programmeId", msgDraft)
	}
	return nil
}

// checkAgreement refuses agreements that were not signed: an activity may be public,
// and sums by agreement too; who signed may be known to all, who negotiates not.
func checkAgreement(ctx context.Context, tx *ent.Client, u *uuid.UUID) error {
	if u == nil {
		return nil
	}
	a, err := tx.Agreement.Get(ctx, *u)
	if err != nil {
		return command.AtField("input.agreementId", err)
	}
	if !agreements.Public(a) {
		return apperr.Invalid("input.agreementId", msgUnsigned)
	}
	return nil
}

func checkProposal(ctx context.Context, tx *ent.Client, u *uuid.UUID) error {
	if u == nil {
		return nil
	}
	_, err := tx.Proposal.Get(ctx, *u)
	return command.AtField("input.proposalId", err)
}

// participantLimit is how many organisations an activity names at most.
const participantLimit = 200

// part is a participant that was checked.
type part struct {
	role         string
	organisation *ent.Organisation
}

// participants checks who takes part.
func (*Service) participants(ctx context.Context, tx *ent.Client, in []Participant) ([]part, error) {
	if len(in) == 0 {
		return nil, nil
	}
	if len(in) > participantLimit {
		return nil, apperr.Invalid("input.participants", msgTooMany, participantLimit).With("limit", participantLimit)
	}
	ids := make([]uuid.UUID, len(in))
	for i, p := range in {
		ids[i] = p.Organisation
	}
	found, err := tx.Organisation.Query().Where(organisation.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("activity: read the participants: %w", err)
	}
	known := map[uuid.UUID]*ent.Organisation{}
	for _, o := range found {
		known[o.ID] = o
	}
	out := make([]part, len(in))
	for i, p := range in {
		at := fmt.Sprintf("input.participants[%d]", i)
		o := known[p.Organisation]
		if err := checkOrganisation(at+".organisationId", o); err != nil {
			return nil, err
		}
		if !slices.Contains([]string{"1", "2", "3", "4"}, p.RoleCode) {
			return nil, apperr.Invalid(at+".roleCode", msgRole)
		}
		if slices.Contains(in[:i], p) {
			return nil, apperr.Invalid(at+".organisationId", msgTwice)
		}
		out[i] = part{p.RoleCode, o}
	}
	return out, nil
}

var msgNoOrganisation = i18n.Message{
	EN: "There is no such organisation.", ES: "No existe esa organización.", FR: "Cette organisation n'existe pas.",
}

// checkOrganisation refuses an organisation that is not there, nil, or was merged
// into another.
func checkOrganisation(field string, o *ent.Organisation) error {
	if o == nil {
		return apperr.Invalid(field, msgNoOrganisation)
	}
	if o.Status == organisation.StatusMerged {
		return apperr.Invalid(field, msgMerged)
	}
	return nil
}
