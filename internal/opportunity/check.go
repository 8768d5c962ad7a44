package opportunity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/share"
)

// Limits of what an opportunity holds.
const (
	sourceLimit      = 100
	sourceIDLimit    = 200
	titleLimit       = 500
	descriptionLimit = 20_000
	eligibilityLimit = 10_000
	urlLimit         = 2000
	reasonLimit      = 1000
	countriesLimit   = 200
)

var (
	msgTaken = i18n.Message{
		EN: "This source has an opportunity with this identifier already.", ES: "Esta fuente ya tiene una oportunidad con este identificador.",
		FR: "Cette source a déjà une opportunité portant cet identifiant.",
	}
	msgMerged = i18n.Message{
		EN: "This entry was merged into another. Name that one.", ES: "Esta ficha se fusionó con otra. Indique esa otra.",
		FR: "Cette fiche a été fusionnée avec une autre. Indiquez celle-ci.",
	}
	msgAgreement = i18n.Message{
		EN: "Only an agreement that is signed or in force carries an opportunity.", ES: "Solo un acuerdo firmado o en vigor admite una oportunidad.",
		FR: "Seul un accord signé ou en vigueur peut porter une opportunité.",
	}
	msgArea = i18n.Message{
		EN: "There is no such priority area.", ES: "No existe tal área prioritaria.", FR: "Il n'existe pas de domaine prioritaire de ce nom.",
	}
	msgOrder = i18n.Message{
		EN: "It closes before it opens.", ES: "Se cierra antes de abrirse.", FR: "La clôture précède l'ouverture.",
	}
	msgCurrency = i18n.Message{
		EN: "Minimum and maximum are in one currency.", ES: "El mínimo y el máximo están en la misma moneda.", FR: "Le minimum et le maximum sont dans la même monnaie.",
	}
	msgAmounts = i18n.Message{
		EN: "The maximum is below the minimum.", ES: "El máximo es inferior al mínimo.", FR: "Le maximum est inférieur au minimum.",
	}
	msgTooMany = i18n.Message{EN: "Name at most %d.", ES: "Indique %d como máximo.", FR: "Indiquez-en %d au maximum."}
	msgTwice   = i18n.Message{EN: "This stands here twice.", ES: "Esto figura dos veces.", FR: "Ceci figure deux fois."}
	msgCountry = i18n.Message{EN: "There is no such country here.", ES: "No existe ese país aquí.", FR: "Ce pays n'existe pas ici."}
)

// checkDonor refuses a donor that does not exist or was merged into another; nil
// is not known.
func checkDonor(ctx context.Context, tx *ent.Client, u *uuid.UUID) error {
	if u == nil {
		return nil
	}
	o, err := tx.Organisation.Get(ctx, *u)
	if err != nil {
		return command.AtField("input.donorId", err)
	}
	if o.Status != organisation.StatusActive {
		return apperr.Invalid("input.donorId", msgMerged)
	}
	return nil
}

// checkAgreement refuses an agreement that is not signed or in force, or whose
// last day has passed; nil is none.
func checkAgreement(ctx context.Context, tx *ent.Client, u *uuid.UUID, today date.Date) error {
	if u == nil {
		return nil
	}
	a, err := tx.Agreement.Get(ctx, *u)
	if err != nil {
		return command.AtField("input.agreementId", err)
	}
	stands := a.Status == agreement.StatusSigned || a.Status == agreement.StatusInForce
	if !stands || a.ValidTo != nil && a.ValidTo.Last() < today {
		return apperr.Invalid("input.agreementId", msgAgreement)
	}
	return nil
}

// checkCountries refuses what is no list of countries that stand in the register.
func checkCountries(ctx context.Context, tx *ent.Client, codes []string) error {
	if len(codes) > countriesLimit {
		return apperr.Invalid("input.countries", msgTooMany, countriesLimit).With("limit", countriesLimit)
	}
	if len(codes) == 0 {
		return nil
	}
	rows, err := tx.Country.Query().Where(country.Iso2In(codes...)).All(ctx)
	if err != nil {
		return fmt.Errorf("opportunity: look for countries: %w", err)
	}
	for i, code := range codes {
		at := fmt.Sprintf("input.countries[%d]", i)
		if slices.Contains(codes[:i], code) {
			return apperr.Invalid(at, msgTwice)
		}
		if !slices.ContainsFunc(rows, func(c *ent.Country) bool { return c.Iso2 == code }) {
			return apperr.Invalid(at, msgCountry)
		}
	}
	return nil
}

// Sector is a sector that an opportunity is for: the IATI SectorVocabulary code and
// the code in that vocabulary.
type Sector struct{ Vocabulary, Code string }

// keptSectors are sectors as the row keeps them, checked.
func keptSectors(in []Sector) ([]string, error) {
	list := make([]share.Sector, len(in))
	for i, s := range in {
		list[i] = share.Sector{Vocabulary: s.Vocabulary, Code: s.Code}
	}
	rows, err := share.Sectors("input.sectors", list)
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.Vocabulary + ":" + r.Code
	}
	return out, err
}

// SectorsOf are the sectors that an opportunity is for.
func SectorsOf(o *ent.Opportunity) []Sector {
	out := make([]Sector, len(o.Sectors))
	for i, s := range o.Sectors {
		out[i].Vocabulary, out[i].Code, _ = strings.Cut(s, ":")
	}
	return out
}

// checkArea refuses an area that there is not; nil is none.
func checkArea(area *programme.Area) error {
	if area == nil {
		return nil
	}
	if err := programme.AreaValidator(*area); err != nil {
		return apperr.Invalid("input.area", msgArea).Because(err)
	}
	return nil
}

// checkDays refuses a call that closes before it opens.
func checkDays(opens, closes *date.Date) error {
	if opens != nil && closes != nil && *closes < *opens {
		return apperr.Invalid("input.closes", msgOrder)
	}
	return nil
}

// checkAmounts refuses amounts in two currencies and a maximum below the minimum.
func checkAmounts(least, most *money.Amount) error {
	switch {
	case least == nil || most == nil:
		return nil
	case least.Currency != most.Currency:
		return apperr.Invalid("input.maximum.currency", msgCurrency)
	case most.Micro < least.Micro:
		return apperr.Invalid("input.maximum.amount", msgAmounts)
	}
	return nil
}

// minimumOf and maximumOf are the amounts of an opportunity; nil where they are not
// known.
func minimumOf(o *ent.Opportunity) *money.Amount {
	if o.MinimumMicro == nil {
		return nil
	}
	return &money.Amount{Published: o.MinimumPublished, Micro: *o.MinimumMicro, Currency: o.MinimumCurrency}
}

func maximumOf(o *ent.Opportunity) *money.Amount {
	if o.MaximumMicro == nil {
		return nil
	}
	return &money.Amount{Published: o.MaximumPublished, Micro: *o.MaximumMicro, Currency: o.MaximumCurrency}
}
