package tableimport

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"acs-aec.org/hub/ent/generated/ent"
	entopportunity "acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/opportunity"
	"acs-aec.org/hub/internal/tabular"
)

var (
	msgNoCurrency = i18n.Message{
		EN: "Amounts need a currency.", ES: "Los importes necesitan una moneda.", FR: "Les montants exigent une devise.",
	}
	msgDays = i18n.Message{
		EN: "It closes before it opens.", ES: "Cierra antes de abrir.", FR: "Elle clôture avant d'ouvrir.",
	}
	msgAmounts = i18n.Message{
		EN: "Amounts are not below zero, and the maximum is not below the minimum.",
		ES: "Los importes no son negativos y el máximo no es menor que el mínimo.",
		FR: "Les montants ne sont pas négatifs et le maximum n'est pas inférieur au minimum.",
	}
	msgLanguage = i18n.Message{
		EN: "The language is en, es or fr.", ES: "El idioma es en, es o fr.", FR: "La langue est en, es ou fr.",
	}
)

// opportunities are rows of funding opportunities.
type opportunities struct {
	*Service
	parties parties
}

func (*opportunities) key(r tabular.Record) string {
	return r.Values["source"] + "\x00" + r.Values["source_id"]
}

func (o *opportunities) check(ctx context.Context, rows []tabular.Record) ([]Issue, error) {
	o.parties.Service = o.Service
	var out []Issue
	for _, r := range rows {
		unknown, err := o.parties.unknown(ctx, r, "donor_ref", "donor")
		if err != nil {
			return nil, err
		}
		out = append(out, unknown...)
		if r.Values["currency"] == "" && (r.Values["minimum"] != "" || r.Values["maximum"] != "") {
			out = append(out, Issue{"currency", r.Line, "currency", msgNoCurrency})
		}
		if from, to := r.Values["opens"], r.Values["closes"]; from != "" && to != "" && from > to {
			out = append(out, Issue{"order", r.Line, "closes", msgDays})
		}
		least, most := amountOf(r, "minimum"), amountOf(r, "maximum")
		if least != nil && least.Sign() < 0 || most != nil && most.Sign() < 0 || least != nil && most != nil && least.Cmp(most) > 0 {
			out = append(out, Issue{"order", r.Line, "maximum", msgAmounts})
		}
		if l := r.Values["language"]; l != "" && !slices.Contains(i18n.Langs[:], i18n.Lang(l)) {
			out = append(out, Issue{"language", r.Line, "language", msgLanguage})
		}
	}
	return out, nil
}

func (o *opportunities) apply(ctx context.Context, rows []tabular.Record, into *Report) error {
	o.parties.Service = o.Service
	var sources, ids []string
	for _, r := range rows {
		sources, ids = append(sources, r.Values["source"]), append(ids, r.Values["source_id"])
	}
	all, err := o.DB.Client.Opportunity.Query().Where(entopportunity.SourceIn(sources...), entopportunity.SourceIDIn(ids...)).All(ctx)
	if err != nil {
		return fmt.Errorf("tableimport: read opportunities: %w", err)
	}
	known := map[string]*ent.Opportunity{}
	for _, row := range all {
		known[row.Source+"\x00"+command.Word(row.SourceID)] = row
	}
	for _, r := range rows {
		if err := o.row(ctx, known[o.key(r)], r, into); err != nil {
			return fmt.Errorf("tableimport: line %d: %w", r.Line, err)
		}
	}
	return nil
}

// row identifies an opportunity, or brings one up to date.
func (o *opportunities) row(ctx context.Context, here *ent.Opportunity, r tabular.Record, into *Report) error {
	v := r.Values
	donor, err := o.parties.find(ctx, v["donor_ref"], v["donor"])
	if err != nil {
		return err
	}
	lang := i18n.Lang(v["language"])
	amount := func(key string) *money.Input {
		if v[key] == "" {
			return nil
		}
		return &money.Input{Amount: v[key], Currency: v["currency"]}
	}
	var sectors []opportunity.Sector
	for _, code := range codes(v["sectors"]) {
		sectors = append(sectors, opportunity.Sector{Vocabulary: "1", Code: code})
	}
	if here == nil {
		_, _, err := o.opportunities.Identify(ctx, opportunity.IdentifyInput{
			Source: v["source"], SourceID: given[string](v["source_id"]), Title: saidIn(lang, v["title"]), Description: saidIn(lang, v["description"]),
			Eligibility: saidIn(lang, v["eligibility"]), Donor: donor, Opens: given[date.Date](v["opens"]), Closes: given[date.Date](v["closes"]),
			Minimum: amount("minimum"), Maximum: amount("maximum"), Countries: codes(v["countries"]), Sectors: sectors, URL: given[string](v["url"]),
		}, nil)
		if err != nil {
			return into.leave(r.Line, err)
		}
		into.Created++
		return nil
	}
	in := opportunity.EditInput{
		ID: here.ID, ExpectedRevision: here.Revision, Title: saidIn(lang, v["title"]), Description: saidIn(lang, v["description"]),
		Eligibility: saidIn(lang, v["eligibility"]), Opens: set[date.Date](v["opens"]), Closes: set[date.Date](v["closes"]), URL: set[string](v["url"]),
	}
	if donor != nil {
		in.Donor = command.Set(*donor)
	}
	if m := amount("minimum"); m != nil {
		in.Minimum = command.Set(*m)
	}
	if m := amount("maximum"); m != nil {
		in.Maximum = command.Set(*m)
	}
	if v["countries"] != "" {
		in.Countries = command.Set(codes(v["countries"]))
	}
	if sectors != nil {
		in.Sectors = command.Set(sectors)
	}
	_, rec, err := o.opportunities.Edit(ctx, in)
	return into.changed(r.Line, len(rec.EventIDs), err)
}

// set is a field that an empty cell leaves as it is.
func set[T ~string](s string) command.Field[T] {
	if s == "" {
		return command.Field[T]{}
	}
	return command.Set(T(s))
}

// codes are those of a list.
func codes(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ";")
}

// amountOf is an amount of a row; nil for none.
func amountOf(r tabular.Record, key string) *big.Rat {
	n, ok := new(big.Rat).SetString(r.Values[key])
	if !ok {
		return nil
	}
	return n
}
