package funding

import (
	"cmp"
	"math/big"
	"slices"
	"sync"

	"acs-aec.org/hub/internal/money"
)

// measures are the columns: those asked for, or those of which there is money.
func (b *builder) measures() []Measure {
	if len(b.q.Measures) > 0 {
		return b.q.Measures
	}
	var out []Measure
	for k := range b.totals {
		if !slices.Contains(out, k.measure) {
			out = append(out, k.measure)
		}
	}
	slices.SortFunc(out, func(a, b Measure) int { return cmp.Compare(a.rank(), b.rank()) })
	return out
}

// figures rounds the amounts of the rows, which stand in the order of their keys, so
// that they make the totals, and gives these. Each measure is rounded for itself, on a
// processor of its own where there is one.
func (b *builder) figures(rows []*Row, measures []Measure) []*Amount {
	for _, r := range rows {
		r.Amounts = make([]*Amount, len(measures))
		if r.currency == "" {
			r.currency = b.q.Currency
		}
	}
	currencies := []string{b.q.Currency}
	if b.q.Currency == "" {
		currencies = nil
		for k := range b.totals {
			if !slices.Contains(currencies, k.currency) {
				currencies = append(currencies, k.currency)
			}
		}
		slices.Sort(currencies)
	}
	totals := make([]*Amount, len(currencies)*len(measures)) // by currency, then by measure
	var under sync.WaitGroup
	for i, m := range measures {
		under.Go(func() {
			for _, r := range rows {
				r.Amounts[i] = &Amount{Measure: m, Currency: r.currency}
				if s := r.cells[m]; s != nil {
					r.Amounts[i].exact, r.Amounts[i].Count = s.fraction(), int(s.count)
				}
			}
			for n, currency := range currencies {
				totals[n*len(measures)+i] = b.total(rows, i, m, currency)
			}
		})
	}
	under.Wait()
	return totals
}

// total rounds the amounts of a measure in a currency, and gives their total.
func (b *builder) total(rows []*Row, i int, m Measure, currency string) *Amount {
	t := &Amount{Measure: m, Currency: currency}
	s := b.totals[kind{m, currency}]
	if s == nil {
		return t
	}
	t.exact, t.Count, t.Share = s.fraction(), int(s.count), "100.0000"
	var of []*Amount
	for _, r := range rows {
		if r.currency == currency {
			of = append(of, r.Amounts[i])
		}
	}
	if b.out.Overlapping {
		alone(of, t, digits(currency))
		return t
	}
	t.Figure = figure(of, t.exact, digits(currency))
	if t.exact.n.Sign() == 0 {
		t.Share = ""
		return t
	}
	shares(of, t.exact)
	return t
}

// alone rounds the amounts of rows that overlap, and their total, each for itself.
func alone(of []*Amount, total *Amount, digits int) {
	whole := total.Exact()
	total.Figure = money.Rounded(whole, digits)
	if whole.Sign() == 0 {
		total.Share = ""
	}
	for _, a := range of {
		part := a.Exact()
		if part == nil {
			continue
		}
		a.Figure = money.Rounded(part, digits)
		if whole.Sign() != 0 {
			part.Quo(part, whole)
			a.Share = money.Rounded(part.Mul(part, big.NewRat(100, 1)), 4)
		}
	}
}

// figure rounds amounts together, and gives the figure of their sum.
func figure(of []*Amount, total fraction, digits int) string {
	parts, whole := apportion(exacts(of), total, digits)
	for i, p := range parts {
		if p != nil {
			of[i].Figure = written(p, digits)
		}
	}
	return written(whole, digits)
}

func exacts(of []*Amount) []fraction {
	out := make([]fraction, len(of))
	for i, a := range of {
		out[i] = a.exact
	}
	return out
}

// shareDigits is how many digits percentages have.
const shareDigits = 4

// shares gives amounts their percentages of the total, which is not zero.
func shares(of []*Amount, total fraction) {
	// 100 × a / total, in units of the last digit
	times := new(big.Int).Exp(big.NewInt(10), big.NewInt(2+shareDigits), nil)
	parts, _ := apportionTimes(exacts(of), total, times.Mul(times, total.d), total.n)
	for i, p := range parts {
		if p != nil {
			of[i].Share = written(p, shareDigits)
		}
	}
}

// others is what the rows that are not given make together.
func others(out *Summary) []*Amount {
	list := make([]*Amount, 0, len(out.Totals))
	for _, t := range out.Totals {
		o := &Amount{Measure: t.Measure, Currency: t.Currency}
		list = append(list, o)
		figure, rest := new(big.Rat), &sum{}
		for _, r := range out.Rows[out.Query.First:] {
			for _, a := range r.Amounts {
				if a.Measure != t.Measure || a.Currency != t.Currency || a.exact.n == nil {
					continue
				}
				rest.add(a.exact, int64(a.Count))
				f, _ := new(big.Rat).SetString(a.Figure)
				figure.Add(figure, f)
			}
		}
		if len(rest.parts) > 0 || rest.rest != nil {
			o.exact, o.Figure, o.Count = rest.fraction(), money.Rounded(figure, digits(t.Currency)), int(rest.count)
		}
	}
	return list
}

// amounts are sums as figures, by measure, then by currency.
func amounts(sums map[kind]*sum) []*Amount {
	out := make([]*Amount, 0, len(sums))
	for k, s := range sums {
		exact := s.fraction()
		out = append(out, &Amount{
			Measure: k.measure, Currency: k.currency, exact: exact, Figure: money.Rounded(exact.rat(), digits(k.currency)), Count: int(s.count),
		})
	}
	slices.SortFunc(out, func(a, b *Amount) int {
		return cmp.Or(cmp.Compare(a.Measure.rank(), b.Measure.rank()), cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Currency, b.Currency))
	})
	return out
}
