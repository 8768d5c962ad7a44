package proposal

import (
	"context"
	"fmt"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/share"
)

// memberStates is how many member states a proposal is for at least: the Special
// Fund finances what is regional.
const memberStates = 2

var (
	msgNoTitle   = i18n.Message{EN: "The title is missing.", ES: "Falta el título.", FR: "Le titre manque."}
	msgNoSummary = i18n.Message{
		EN: "The summary is missing: say what it is about.", ES: "Falta el resumen: diga de qué trata.", FR: "Le résumé manque : dites de quoi il s'agit.",
	}
	msgNoAmount = i18n.Message{
		EN: "The amount asked for is missing.", ES: "Falta la cantidad solicitada.", FR: "La somme demandée manque.",
	}
	msgCountries = i18n.Message{
		EN: "Name at least %d member states, and for each country its percentage.",
		ES: "Indique al menos %d Estados miembros y el porcentaje de cada país.",
		FR: "Indiquez au moins %d États membres, et le pourcentage de chaque pays.",
	}
	msgSectors = i18n.Message{
		EN: "Name the sectors, with percentages where there are several.", ES: "Indique los sectores, con porcentajes si hay varios.",
		FR: "Indiquez les secteurs, avec leurs pourcentages s'il y en a plusieurs.",
	}
)

// checkComplete refuses to submit what lacks something: INVALID_INPUT of the
// first thing, with the names of all in `missing`.
func (s *Service) checkComplete(ctx context.Context, tx *ent.Client, p *ent.Proposal, _ string) error {
	b, err := tx.Body.Get(ctx, p.SponsorID)
	if err != nil {
		return fmt.Errorf("proposal: read the sponsor: %w", err)
	}
	countries, err := share.Read(ctx, tx, share.Owner{Proposal: &p.ID}, allocation.DimensionCountry)
	if err != nil {
		return err
	}
	sectors, err := share.Read(ctx, tx, share.Owner{Proposal: &p.ID}, allocation.DimensionSector)
	if err != nil {
		return err
	}
	members, err := s.members(ctx, tx, countries)
	if err != nil {
		return err
	}
	title, summary := p.TitleText(), p.SummaryText()
	var first *apperr.Error
	var missing []string
	lacks := func(is bool, field string, text i18n.Message, args ...any) {
		if !is {
			return
		}
		if missing = append(missing, field); first == nil {
			first = apperr.Invalid(field, text, args...)
		}
	}
	lacks(!isSponsor(b), "sponsor", msgSponsor)
	lacks(title.In(title.Authentic) == "", "title", msgNoTitle)
	lacks(summary.In(summary.Authentic) == "", "summary", msgNoSummary)
	lacks(p.RequestedMicro == nil || *p.RequestedMicro <= 0, "requested", msgNoAmount)
	lacks(members < memberStates || !share.Complete(countries), "countries", msgCountries, memberStates)
	lacks(!share.Complete(sectors), "sectors", msgSectors)
	if first != nil {
		return first.With("missing", missing)
	}
	return nil
}

// members counts the countries that are members of the ACS today.
func (s *Service) members(ctx context.Context, tx *ent.Client, rows []share.Row) (int, error) {
	codes := make([]string, len(rows))
	for i, r := range rows {
		codes[i] = r.Code
	}
	found, err := tx.Membership.Query().
		Where(membership.KindEQ(membership.KindMember), membership.HasCountryWith(country.Iso2In(codes...))).All(ctx)
	if err != nil {
		return 0, fmt.Errorf("proposal: read the memberships: %w", err)
	}
	today := date.Of(s.Now())
	states := map[string]bool{}
	for _, m := range found {
		begun := m.ValidFrom == nil || m.ValidFrom.First() <= today
		over := m.ValidTo != nil && m.ValidTo.Last() < today
		if begun && !over {
			states[command.Ref(m.CountryID)] = true
		}
	}
	return len(states), nil
}
