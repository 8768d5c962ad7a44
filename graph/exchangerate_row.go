package graph

import (
	"context"
	"io"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/money"
)

var (
	msgNoCurrency = i18n.Message{
		EN: "%s is no currency of ISO 4217.", ES: "%s no es una moneda de la norma ISO 4217.", FR: "%s n'est pas une monnaie de la norme ISO 4217.",
	}
	msgNoFile = i18n.Message{
		EN: "The file could not be read. Send it again.", ES: "No se pudo leer el archivo. Envíelo de nuevo.", FR: "Le fichier n'a pas pu être lu. Envoyez-le à nouveau.",
	}
)

// bookKey names the rates that rows read together are converted with.
type bookKey struct{ to, source string }

// converted converts a transaction's amount. The rates are read once for all
// transactions that were read together.
func (r *Resolver) converted(ctx context.Context, t *ent.Transaction, to string, source *string) (*exchange.Conversion, error) {
	if known(codelist.Currency, to) == nil {
		return nil, apperr.Invalid("to", msgNoCurrency, to)
	}
	book, err := batch.Memo(t.Siblings(), bookKey{to, deref(source)}, func(rows []*ent.Transaction) (*exchange.Book, error) {
		if err := exchange.Named(ctx, r.client, "source", deref(source)); err != nil {
			return nil, err
		}
		return exchange.Load(ctx, r.client, needed(rows, to, source))
	})
	if err != nil {
		return nil, err
	}
	var a *money.Amount
	if t.ValueMicro != nil {
		a = &money.Amount{Published: t.ValuePublished, Micro: *t.ValueMicro, Currency: t.ValueCurrency}
	}
	c := book.Convert(a, when(t), to)
	return &c, nil
}

func when(t *ent.Transaction) exchange.When {
	return exchange.When{ValueDate: t.ValueDate, Date: t.Date}
}

// needed is what it takes to convert the transactions.
func needed(rows []*ent.Transaction, to string, source *string) exchange.Need {
	n := exchange.Need{Source: source}
	for _, t := range rows {
		year, ok := when(t).Year()
		if !ok || t.ValueMicro == nil || t.ValueCurrency == to {
			continue
		}
		for _, c := range []string{t.ValueCurrency, to} {
			if c != exchange.Base && !slices.Contains(n.Currencies, c) {
				n.Currencies = append(n.Currencies, c)
			}
		}
		if !slices.Contains(n.Years, year) {
			n.Years = append(n.Years, year)
		}
	}
	return n
}

// rateDigits is how many digits of a rate are shown.
const rateDigits = 12

// publishedRates are the rates that a conversion follows from.
func publishedRates(c *exchange.Conversion) []*ent.ExchangeRate {
	out := make([]*ent.ExchangeRate, len(c.Cross.Rates))
	for i, r := range c.Cross.Rates {
		out[i] = r.Row
	}
	return out
}

// ifConverted is a value of a conversion; nil where it is not converted.
func ifConverted[T any](c *exchange.Conversion, v T) *T {
	if c.Reason != "" {
		return nil
	}
	return &v
}

// unlessZero is a value; nil where it is the zero value.
func unlessZero[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// importRates brings rates in, or says what that would do.
func (r *Resolver) importRates(ctx context.Context, in model.ImportExchangeRatesInput) (*model.ImportExchangeRatesPayload, error) {
	raw, err := io.ReadAll(io.LimitReader(content(in.File), exchange.MaxBytes+1))
	if err != nil {
		return nil, apperr.Invalid("input.file", msgNoFile).Because(err)
	}
	file := exchange.Input{Source: in.Source, FileName: in.File.Filename, Content: raw}
	if in.DryRun {
		report, err := r.exchange.Try(ctx, file)
		if err != nil {
			return nil, err
		}
		head, err := r.log.Head(ctx)
		if err != nil {
			return nil, err
		}
		return &model.ImportExchangeRatesPayload{Report: report, Cursor: r.log.Cursor(head), EventIds: []uuid.UUID{}}, nil
	}
	row, report, rec, err := r.exchange.Import(ctx, file, in.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	return &model.ImportExchangeRatesPayload{Import: row, Report: report, Cursor: rec.Cursor, EventIds: rec.EventIDs}, nil
}
