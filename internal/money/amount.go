package money

// Amount is an amount of money: the text as it was written, its exact
// millionths, the currency by its ISO 4217 code.
type Amount struct {
	Published string
	Micro     int64
	Currency  string
}

// String is the amount as the log tells it: "1500.5 USD"; "" for none.
func (a *Amount) String() string {
	if a == nil {
		return ""
	}
	return Format(a.Micro) + " " + a.Currency
}

// Input is an amount as a person gives it, not checked yet.
type Input struct{ Amount, Currency string }
