package funding

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/codelist"
	rules "acs-aec.org/hub/internal/country"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

var (
	msgNone        = i18n.Message{EN: "Not stated", ES: "No indicado", FR: "Non indiqué"}
	msgUnallocated = i18n.Message{EN: "Not allocated", ES: "Sin asignar", FR: "Non ventilé"}
	msgRegional    = i18n.Message{EN: "Regional", ES: "Regional", FR: "Régional"}
	msgNational    = i18n.Message{EN: "In countries", ES: "En países", FR: "Dans des pays"}
)

// areas are the priority areas by name.
var areas = map[string]i18n.Message{
	"CARIBBEAN_SEA":           {EN: "Caribbean Sea", ES: "Mar Caribe", FR: "Mer des Caraïbes"},
	"SUSTAINABLE_TOURISM":     {EN: "Sustainable tourism", ES: "Turismo sostenible", FR: "Tourisme durable"},
	"TRADE":                   {EN: "Trade", ES: "Comercio", FR: "Commerce"},
	"DISASTER_RISK_REDUCTION": {EN: "Disaster risk reduction", ES: "Reducción del riesgo de desastres", FR: "Réduction des risques de catastrophe"},
	"TRANSPORT":               {EN: "Transport", ES: "Transporte", FR: "Transports"},
	"OTHER":                   {EN: "Other", ES: "Otra", FR: "Autre"},
}

// plans are what stands in the place of a transaction's type.
var plans = map[string]i18n.Message{
	string(Budget):              {EN: "Budget", ES: "Presupuesto", FR: "Budget"},
	string(PlannedDisbursement): {EN: "Planned disbursement", ES: "Desembolso previsto", FR: "Décaissement prévu"},
}

// name gives the keys of the rows their names, with one statement for each
// dimension that needs one, and notes which members no row is of.
func (s *Service) name(ctx context.Context, out *Summary) error {
	for i, d := range out.Dimensions {
		keys := make([]*Key, len(out.Rows))
		for n, r := range out.Rows {
			keys[n] = r.Keys[i]
		}
		if err := s.nameKeys(ctx, d, keys, out.Query.vocabulary()); err != nil {
			return err
		}
		if d == Country && !out.Truncated {
			if err := s.missing(ctx, out, keys); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) nameKeys(ctx context.Context, d Dimension, keys []*Key, vocabulary string) error {
	for _, k := range keys {
		k.Name = k.plainName(ctx, vocabulary)
	}
	switch {
	case d.entity():
		return s.nameRows(ctx, d, keys)
	case d == Country:
		return s.nameCountries(ctx, keys)
	case d == SectorOf && (vocabulary == "98" || vocabulary == "99"):
		return s.nameOwnSectors(ctx, keys, vocabulary)
	}
	return nil
}

// plainName is the name of a key as far as no row is needed for it.
func (k *Key) plainName(ctx context.Context, vocabulary string) string {
	l := i18n.From(ctx)
	if k.Code == nil {
		return msgNone.In(l)
	}
	listed := func(i *codelist.Item) string {
		if i == nil {
			return *k.Code
		}
		return i.Speak(ctx, nil)
	}
	switch *k.Code {
	case Unallocated:
		return msgUnallocated.In(l)
	case Regional:
		return msgRegional.In(l)
	case National:
		return msgNational.In(l)
	}
	switch k.Dimension {
	case TransactionType:
		if m, ok := plans[*k.Code]; ok {
			return m.In(l)
		}
		return listed(codelist.Of(codelist.TransactionType, *k.Code))
	case Currency:
		return listed(codelist.Of(codelist.Currency, *k.Code))
	case Status:
		return listed(codelist.Of(codelist.ActivityStatus, *k.Code))
	case Country:
		return listed(codelist.Of(codelist.Country, *k.Code))
	case Region:
		return listed(codelist.OfRegion("", *k.Code))
	case SectorOf:
		return listed(codelist.OfSector(vocabulary, *k.Code))
	case SectorCategory:
		return listed(codelist.Of(codelist.SectorCategory, *k.Code))
	case Marker:
		return listed(codelist.Of(codelist.PolicyMarker, *k.Code))
	case Significance:
		if *k.Code == notStated {
			return msgNone.In(l)
		}
		return listed(codelist.Of(codelist.PolicySignificance, *k.Code))
	case SDG, Goals:
		return listed(codelist.Of(codelist.SDGGoals, *k.Code))
	case Area:
		if m, ok := areas[*k.Code]; ok {
			return m.In(l)
		}
	case Provider, Receiver, Reporting:
		return strings.TrimPrefix(strings.TrimPrefix(*k.Code, byRef), byName)
	}
	return *k.Code
}

// nameRows names keys that are rows.
func (s *Service) nameRows(ctx context.Context, d Dimension, keys []*Key) error {
	of := map[uuid.UUID][]*Key{}
	var ids []uuid.UUID
	for _, k := range keys {
		if k.ID == nil {
			continue
		}
		if of[*k.ID] == nil {
			ids = append(ids, *k.ID)
		}
		of[*k.ID] = append(of[*k.ID], k)
	}
	if len(ids) == 0 {
		return nil
	}
	in := batch.In("id", ids)
	var err error
	switch d {
	case Programme:
		var rows []*ent.Programme
		rows, err = s.DB.Client.Programme.Query().Where(in).All(ctx)
		for _, r := range batch.Join(rows) {
			for _, k := range of[r.ID] {
				k.Programme, k.Name = r, r.TitleText().Speak(ctx, nil)
			}
		}
	case Activity:
		var rows []*ent.Activity
		rows, err = s.DB.Client.Activity.Query().Where(in).All(ctx)
		for _, r := range batch.Join(rows) {
			for _, k := range of[r.ID] {
				k.Activity, k.Name = r, r.TitleText().Speak(ctx, nil)
			}
		}
	case Agreement:
		var rows []*ent.Agreement
		rows, err = s.DB.Client.Agreement.Query().Where(in).All(ctx)
		for _, r := range batch.Join(rows) {
			for _, k := range of[r.ID] {
				k.Agreement, k.Name = r, r.TitleText().Speak(ctx, nil)
			}
		}
	default:
		var rows []*ent.Organisation
		rows, err = s.DB.Client.Organisation.Query().Where(in).All(ctx)
		for _, r := range batch.Join(rows) {
			for _, k := range of[r.ID] {
				k.Organisation, k.Name = r, r.NameText().Speak(ctx, nil)
			}
		}
	}
	if err != nil {
		return fmt.Errorf("funding: read what rows are of: %w", err)
	}
	return nil
}

// nameCountries finds the countries that are known here.
func (s *Service) nameCountries(ctx context.Context, keys []*Key) error {
	of := map[string][]*Key{}
	for _, k := range keys {
		if k.Code != nil && len(*k.Code) == 2 {
			of[*k.Code] = append(of[*k.Code], k)
		}
	}
	if len(of) == 0 {
		return nil
	}
	codes := make([]string, 0, len(of))
	for c := range of {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	rows, err := s.DB.Client.Country.Query().Where(country.Iso2In(codes...)).All(ctx)
	if err != nil {
		return fmt.Errorf("funding: read countries: %w", err)
	}
	for _, r := range batch.Join(rows) {
		for _, k := range of[r.Iso2] {
			k.Country, k.Name = r, r.NameText().Speak(ctx, nil)
		}
	}
	return nil
}

// nameOwnSectors names sectors of a vocabulary of the publisher's own by what was
// published with them.
func (s *Service) nameOwnSectors(ctx context.Context, keys []*Key, vocabulary string) error {
	of := map[string][]*Key{}
	var names []string
	for _, k := range keys {
		if k.Code != nil && *k.Code != Unallocated {
			if of[*k.Code] == nil {
				names = append(names, *k.Code)
			}
			of[*k.Code] = append(of[*k.Code], k)
		}
	}
	for some := range slices.Chunk(names, mostNames) {
		var rows []struct {
			Code string `sql:"code"`
			Name string `sql:"name"`
		}
		err := s.DB.Client.Allocation.Query().Where(
			allocation.DimensionEQ(allocation.DimensionSector), allocation.Vocabulary(vocabulary), allocation.CodeIn(some...), allocation.NarrativeNEQ(""),
		).Modify(func(s *sql.Selector) {
			code := s.C(allocation.FieldCode)
			s.Select(sql.As(code, "code"), sql.As(sql.Min(s.C(allocation.FieldNarrative)), "name")).GroupBy(code)
		}).Scan(ctx, &rows)
		if err != nil {
			return fmt.Errorf("funding: read the names of sectors: %w", err)
		}
		for _, r := range rows {
			for _, k := range of[r.Code] {
				k.Name = r.Name
			}
		}
	}
	return nil
}

// mostNames is how many codes one statement looks for.
const mostNames = 5000

// missing notes the members of the ACS that no row is of.
func (s *Service) missing(ctx context.Context, out *Summary, keys []*Key) error {
	reported := map[string]bool{}
	for _, k := range keys {
		if k.Code != nil {
			reported[*k.Code] = true
		}
	}
	today := date.Of(s.Now())
	rows, err := s.DB.Client.Country.Query().
		Where(predicate.Country(rules.Belonging(membership.FieldCountryID, membership.KindMember, today))).Order(ent.Asc(country.FieldIso2)).All(ctx)
	if err != nil {
		return fmt.Errorf("funding: read the members: %w", err)
	}
	out.Notes.CountriesNotReported = []*ent.Country{}
	for _, c := range batch.Join(rows) {
		if !reported[c.Iso2] {
			out.Notes.CountriesNotReported = append(out.Notes.CountriesNotReported, c)
		}
	}
	return nil
}
