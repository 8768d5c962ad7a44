package exchange

import (
	"fmt"
	"math/big"
	"regexp"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/exchangerate"
)

// Base is the currency against which rates are published.
const Base = "USD"

// Rate is what a source says of a currency in a year.
type Rate struct {
	Source, Currency string
	Year             int
	// PerUSD is how many units one dollar is.
	PerUSD *big.Rat
	// Row is where it is kept; nil for one that is not.
	Row *ent.ExchangeRate
}

// number is how a rate is written: nothing that a rational number would not be.
var number = regexp.MustCompile(`^[0-9]{1,20}(\.[0-9]{1,30})?$`)

// perUSD is a published number as units for one dollar. Zero, and what is no plain
// decimal number, is refused.
func perUSD(published string, quote exchangerate.Quote) (*big.Rat, error) {
	if !number.MatchString(published) {
		return nil, fmt.Errorf("exchange: %q is not a rate", published)
	}
	r, ok := new(big.Rat).SetString(published)
	if !ok || r.Sign() <= 0 {
		return nil, fmt.Errorf("exchange: %q is not a rate", published)
	}
	if quote == exchangerate.QuoteInUSD {
		r.Inv(r)
	}
	return r, nil
}

// PerUSD is how many units of its currency one dollar is, by a rate that is kept.
func PerUSD(row *ent.ExchangeRate) (*big.Rat, error) { return perUSD(row.Published, row.Quote) }

// Book is a collection of rates to convert with.
type Book struct {
	sources []string // in the order in which they count
	rates   map[string]map[of]Rate
}

// of is what a rate is of.
type of struct {
	currency string
	year     int
}

// NewBook collects rates. Sources count in the order in which they come.
func NewBook(rates ...Rate) *Book {
	b := &Book{rates: map[string]map[of]Rate{}}
	for _, r := range rates {
		if b.rates[r.Source] == nil {
			b.sources, b.rates[r.Source] = append(b.sources, r.Source), map[of]Rate{}
		}
		b.rates[r.Source][of{r.Currency, r.Year}] = r
	}
	return b
}

// Cross is a rate between two currencies.
type Cross struct {
	// Rate is how many units of the one are one unit of the other, exactly.
	Rate   *big.Rat
	Source string
	// Rates are the published ones that it follows from: one, where the dollar is one
	// of the two; else two, that of the currency converted from first.
	Rates []Rate
}

// Between is how many units of one currency are one unit of the other in a year;
// false where no source has what is needed.
func (b *Book) Between(from, to string, year int) (Cross, bool) {
	for _, source := range b.sources {
		c := Cross{Rate: big.NewRat(1, 1), Source: source}
		if b.divide(&c, from, year) && b.multiply(&c, to, year) {
			return c, true
		}
	}
	return Cross{}, false
}

func (b *Book) divide(c *Cross, currency string, year int) bool {
	if currency == Base {
		return true
	}
	r, ok := b.rates[c.Source][of{currency, year}]
	if ok {
		c.Rate.Quo(c.Rate, r.PerUSD)
		c.Rates = append(c.Rates, r)
	}
	return ok
}

func (b *Book) multiply(c *Cross, currency string, year int) bool {
	if currency == Base {
		return true
	}
	r, ok := b.rates[c.Source][of{currency, year}]
	if ok {
		c.Rate.Mul(c.Rate, r.PerUSD)
		c.Rates = append(c.Rates, r)
	}
	return ok
}
