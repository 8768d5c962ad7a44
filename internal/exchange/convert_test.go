package exchange_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/money"
)

func rate(source, currency string, year int, perUSD string) exchange.Rate {
	r, ok := new(big.Rat).SetString(perUSD)
	if !ok {
		panic(perUSD)
	}
	return exchange.Rate{Source: source, Currency: currency, Year: year, PerUSD: r}
}

func amount(micro int64, currency string) *money.Amount {
	return &money.Amount{Published: money.Format(micro), Micro: micro, Currency: currency}
}

func on(day date.Date) exchange.When { return exchange.When{ValueDate: &day} }

func TestConvert(t *testing.T) {
	t.Parallel()
	day := date.Date("2021-06-30")
	b := exchange.NewBook(
		rate("first", "EUR", 2021, "0.845376564367945"), rate("first", "JPY", 2021, "109.7543238394172"), rate("first", "EUR", 2022, "0.95"),
		rate("second", "EUR", 2021, "0.5"), rate("second", "XCD", 2021, "2.7"), rate("second", "KWD", 2021, "0.3"), rate("second", "XDR", 2021, "0.7"),
	)
	for _, row := range []struct {
		what   string
		amount *money.Amount
		when   exchange.When
		to     string
		want   string // amount, source, number of rates, year; or the reason
	}{
		{"to the dollar", amount(100_000_000, "EUR"), on(day), "USD", "118.29 first 1 2021"},
		{"from the dollar", amount(100_000_000, "USD"), on(day), "EUR", "84.54 first 1 2021"},
		{"a currency without cents", amount(1_000_000, "USD"), on(day), "JPY", "110 first 1 2021"},
		{"a currency with three digits", amount(1_000_000, "USD"), on(day), "KWD", "0.300 second 1 2021"},
		{"a unit of account", amount(1_000_000, "USD"), on(day), "XDR", "0.70 second 1 2021"},
		{"across, of one source", amount(100_000_000, "EUR"), on(day), "JPY", "12983 first 2 2021"},
		{"across, the other source has both", amount(1_000_000, "EUR"), on(day), "XCD", "5.40 second 2 2021"},
		{"never of two sources", amount(1_000_000, "JPY"), on(day), "XCD", "NO_RATE"},
		{"the value date decides", amount(95_000_000, "EUR"), exchange.When{ValueDate: ptr(date.Date("2022-01-01")), Date: &day}, "USD", "100.00 first 1 2022"},
		{"the date, where there is no value date", amount(95_000_000, "EUR"), exchange.When{Date: ptr(date.Date("2022-12-31"))}, "USD", "100.00 first 1 2022 assumed"},
		{"another year stands not in", amount(1_000_000, "EUR"), on("2023-01-01"), "USD", "NO_RATE"},
		{"no date", amount(1_000_000, "EUR"), exchange.When{}, "USD", "NO_DATE"},
		{"no amount", nil, on(day), "USD", "NO_AMOUNT"},
		{"nothing to convert", amount(1_234_567, "USD"), exchange.When{}, "USD", "1.234567  0 0"},
		{"no rate of the guilder", amount(1_000_000, "ANG"), on(day), "USD", "NO_RATE"},
		{"below zero", amount(-100_000_000, "EUR"), on(day), "USD", "-118.29 first 1 2021"},
		{"nearly nothing below zero", amount(-1, "EUR"), on(day), "USD", "0.00 first 1 2021"},
	} {
		c := b.Convert(row.amount, row.when, row.to)
		got := string(c.Reason)
		if c.Reason == "" {
			got = fmt.Sprintf("%s %s %d %d", c.Amount, c.Cross.Source, len(c.Cross.Rates), c.Year)
		} else if c.Exact != nil || c.Amount != "" {
			t.Errorf("%s: not converted, and %s", row.what, c.Amount)
		}
		if c.DateAssumed {
			got += " assumed"
		}
		if got != row.want || c.Currency != row.to {
			t.Errorf("%s: %s, want %s", row.what, got, row.want)
		}
	}
}

func ptr[T any](v T) *T { return &v }

// drawn are rates and amounts as they occur.
var (
	rates = rapid.Custom(func(t *rapid.T) *big.Rat {
		return big.NewRat(rapid.Int64Range(1, 1e15).Draw(t, "n"), rapid.Int64Range(1, 1e9).Draw(t, "d"))
	})
	amounts = rapid.Int64Range(-9e18, 9e18)
)

func book(eur, jpy *big.Rat) *exchange.Book {
	return exchange.NewBook(exchange.Rate{Source: "s", Currency: "EUR", Year: 2020, PerUSD: eur}, exchange.Rate{Source: "s", Currency: "JPY", Year: 2020, PerUSD: jpy})
}

func rat(t *rapid.T, s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return r
}

// half is half of the last digit that figures of the currency show.
func half(digits int64) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Mul(big.NewInt(2), new(big.Int).Exp(big.NewInt(10), big.NewInt(digits), nil)))
}

// A figure differs from what is exact by at most half of its last digit, and has
// the sign of the amount or is zero; a negative amount is the positive one with
// another sign.
func TestFiguresAreRoundedOnceAndKeepTheirSign(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		eur, jpy, micro := rates.Draw(t, "eur"), rates.Draw(t, "jpy"), amounts.Draw(t, "amount")
		b := book(eur, jpy)
		c, n := b.Convert(amount(micro, "EUR"), on("2020-05-05"), "JPY"), b.Convert(amount(-micro, "EUR"), on("2020-05-05"), "JPY")
		want := new(big.Rat).Mul(big.NewRat(micro, money.Micro), new(big.Rat).Quo(jpy, eur))
		if c.Exact.Cmp(want) != 0 {
			t.Fatalf("%s is not exact: %s", c.Exact, want)
		}
		shown := rat(t, c.Amount)
		if d := new(big.Rat).Sub(shown, want); d.Abs(d).Cmp(half(0)) > 0 {
			t.Fatalf("%s is shown as %s", want, c.Amount)
		}
		if shown.Sign()*want.Sign() < 0 || new(big.Rat).Neg(shown).Cmp(rat(t, n.Amount)) != 0 {
			t.Fatalf("%s and %s", c.Amount, n.Amount)
		}
	})
}

// There and back again is the amount, but for what the two figures were rounded by.
func TestThereAndBackAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		eur := rates.Draw(t, "eur")
		b := book(eur, big.NewRat(1, 1))
		micro := rapid.Int64Range(-1e15, 1e15).Draw(t, "amount")
		there := b.Convert(amount(micro, "USD"), on("2020-01-01"), "EUR")
		if back := new(big.Rat).Quo(there.Exact, eur); back.Cmp(big.NewRat(micro, money.Micro)) != 0 {
			t.Fatalf("exactly, %d is %s again", micro, back)
		}
		shown, err := money.Parse(there.Amount)
		if err != nil {
			t.Skip("more than an amount can be")
		}
		back := b.Convert(amount(shown, "EUR"), on("2020-01-01"), "USD")
		bound := new(big.Rat).Add(half(2), new(big.Rat).Quo(half(2), eur))
		if d := new(big.Rat).Sub(rat(t, back.Amount), big.NewRat(micro, money.Micro)); d.Abs(d).Cmp(bound) > 0 {
			t.Fatalf("%s USD are %s EUR, and these %s USD", money.Format(micro), there.Amount, back.Amount)
		}
	})
}

// What the parts are exactly is exactly the whole; figures of parts miss it by at
// most half of a last digit each.
func TestPartsAndWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := book(rates.Draw(t, "eur"), big.NewRat(1, 1))
		parts := rapid.SliceOfN(rapid.Int64Range(-1e12, 1e12), 1, 20).Draw(t, "parts")
		var whole int64
		exact, shown := new(big.Rat), new(big.Rat)
		for _, p := range parts {
			whole += p
			c := b.Convert(amount(p, "EUR"), on("2020-01-01"), "USD")
			exact.Add(exact, c.Exact)
			shown.Add(shown, rat(t, c.Amount))
		}
		c := b.Convert(amount(whole, "EUR"), on("2020-01-01"), "USD")
		if exact.Cmp(c.Exact) != 0 || exchange.Show(exact, "USD") != c.Amount {
			t.Fatalf("the parts are %s, the whole %s", exact, c.Exact)
		}
		bound := new(big.Rat).Mul(half(2), big.NewRat(int64(len(parts)), 1))
		if d := new(big.Rat).Sub(shown, exact); d.Abs(d).Cmp(bound) > 0 {
			t.Fatalf("the figures of the parts are together %s, exactly %s", shown, exact)
		}
	})
}
