package exchange

import (
	"context"
	"fmt"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/exchangerate"
	"acs-aec.org/hub/ent/generated/ent/exchangeratesource"
	"acs-aec.org/hub/internal/batch"
)

// Need is what is to be converted: from which currencies, in which years, and by
// whose rates.
type Need struct {
	Currencies []string
	Years      []int
	// Source is the only one that counts; nil: all do.
	Source *string
}

// Load reads the rates that are needed: two statements, however much it is, none
// for nothing.
func Load(ctx context.Context, client *ent.Client, n Need) (*Book, error) {
	if len(n.Currencies) == 0 || len(n.Years) == 0 {
		return NewBook(), nil
	}
	q := client.ExchangeRate.Query().Where(exchangerate.CurrencyIn(n.Currencies...), exchangerate.YearIn(n.Years...))
	if n.Source != nil {
		q.Where(exchangerate.HasSourceWith(exchangeratesource.Name(*n.Source)))
	}
	rows, err := q.Order(ent.Asc(exchangerate.FieldSourceID, exchangerate.FieldCurrency, exchangerate.FieldYear)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("exchange: read rates: %w", err)
	}
	rates := make([]Rate, 0, len(rows))
	for _, row := range batch.Join(rows) {
		source, err := row.Source(ctx)
		if err != nil {
			return nil, fmt.Errorf("exchange: read the source of a rate: %w", err)
		}
		per, err := PerUSD(row)
		if err != nil {
			return nil, err
		}
		rates = append(rates, Rate{Source: source.Name, Currency: row.Currency, Year: row.Year, PerUSD: per, Row: row})
	}
	return NewBook(rates...), nil
}
