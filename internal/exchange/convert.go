package exchange

import (
	"math/big"
	"strconv"

	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/money"
)

// Reason says why an amount was not converted.
type Reason string

// The reasons.
const (
	NoAmount Reason = "NO_AMOUNT" // there is none that could be read exactly
	NoDate   Reason = "NO_DATE"   // no date, so no year
	NoRate   Reason = "NO_RATE"   // no source has what is needed of that year
)

// Conversion is an amount in another currency and how it came about, or why it is
// not converted.
type Conversion struct {
	Currency string
	// Exact is the amount before it is rounded, for sums; nil where there is a Reason.
	Exact *big.Rat
	// Amount is the figure to show.
	Amount string
	// Cross is the rate; its Rates are empty where nothing was to be converted.
	Cross Cross
	// Year is that of the rate; 0 where nothing was to be converted.
	Year int
	// DateAssumed says that no value date was stated, and another date decided.
	DateAssumed bool
	Reason      Reason
}

// When is the day whose rate applies: the value date, or else the date.
type When struct{ ValueDate, Date *date.Date }

func (w When) day() (day *date.Date, assumed bool) {
	if w.ValueDate != nil {
		return w.ValueDate, false
	}
	return w.Date, w.Date != nil
}

// Year is the year whose rates apply; false where no date is known.
func (w When) Year() (int, bool) {
	day, _ := w.day()
	if day == nil || len(*day) < 4 {
		return 0, false
	}
	year, err := strconv.Atoi(string((*day)[:4]))
	return year, err == nil
}

// Convert converts an amount; nil is none.
func (b *Book) Convert(a *money.Amount, when When, to string) Conversion {
	c := Conversion{Currency: to}
	if a == nil {
		c.Reason = NoAmount
		return c
	}
	exact := new(big.Rat).SetFrac(big.NewInt(a.Micro), big.NewInt(money.Micro))
	if a.Currency == to {
		c.Exact, c.Amount, c.Cross.Rate = exact, money.Written(a.Published, a.Micro), big.NewRat(1, 1)
		return c
	}
	year, ok := when.Year()
	if !ok {
		c.Reason = NoDate
		return c
	}
	_, c.DateAssumed = when.day()
	c.Year = year
	if c.Cross, ok = b.Between(a.Currency, to, year); !ok {
		c.Reason = NoRate
		return c
	}
	c.Exact = exact.Mul(exact, c.Cross.Rate)
	c.Amount = Show(c.Exact, to)
	return c
}

// withoutUnit is how many digits a currency is shown with for which ISO 4217 names
// no minor unit.
const withoutUnit = 2

// Show rounds an amount of a currency as a figure shows it.
func Show(exact *big.Rat, currency string) string {
	digits := withoutUnit
	if i := codelist.Of(codelist.Currency, currency); i != nil && i.Digits != nil {
		digits = *i.Digits
	}
	return money.Rounded(exact, digits)
}
