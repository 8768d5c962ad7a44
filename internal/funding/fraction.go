package funding

import "math/big"

// fraction is an amount that is not in lowest terms: to find those of each cell would
// cost more than all sums do.
type fraction struct{ n, d *big.Int }

// mostParts is how many denominators a sum keeps apart. There are as many as there are
// rates, times those of shares.
const mostParts = 64

// sum adds up, amounts of one denominator as whole numbers.
type sum struct {
	parts []fraction
	rest  *big.Rat
	count int64
}

func (s *sum) add(f fraction, n int64) {
	s.count += n
	for _, p := range s.parts {
		if p.d == f.d || p.d.Cmp(f.d) == 0 {
			p.n.Add(p.n, f.n)
			return
		}
	}
	if len(s.parts) == mostParts {
		s.rest, s.parts = s.exact(), nil
	}
	s.parts = append(s.parts, fraction{new(big.Int).Set(f.n), f.d})
}

// exact is the sum in lowest terms.
func (s *sum) exact() *big.Rat { return s.fraction().rat() }

// rat is the fraction in lowest terms; nil for none.
func (f fraction) rat() *big.Rat {
	if f.n == nil {
		return nil
	}
	return new(big.Rat).SetFrac(f.n, f.d)
}

// compare orders fractions.
func (f fraction) compare(o fraction) int {
	if f.d == o.d {
		return f.n.Cmp(o.n)
	}
	return new(big.Int).Mul(f.n, o.d).Cmp(new(big.Int).Mul(o.n, f.d))
}

// fraction is the sum. Denominators are multiplied: to look for lowest terms would cost
// more than all else that is done with it.
func (s *sum) fraction() fraction {
	switch {
	case len(s.parts) == 0 && s.rest != nil:
		return fraction{new(big.Int).Set(s.rest.Num()), s.rest.Denom()}
	case len(s.parts) == 1 && s.rest == nil:
		return fraction{new(big.Int).Set(s.parts[0].n), s.parts[0].d}
	}
	n, d, x, y := new(big.Int), big.NewInt(1), new(big.Int), new(big.Int)
	take := func(p fraction) {
		if q, r := x.QuoRem(d, p.d, y); r.Sign() == 0 { // as where some is not converted
			n.Add(n, q.Mul(q, p.n))
			return
		}
		if q, r := x.QuoRem(p.d, d, y); r.Sign() == 0 {
			n.Add(n.Mul(n, q), p.n)
			d.Set(p.d)
			return
		}
		n.Mul(n, p.d)
		n.Add(n, x.Mul(d, p.n))
		d.Mul(d, p.d)
	}
	for _, p := range s.parts {
		take(p)
	}
	if s.rest != nil {
		take(fraction{s.rest.Num(), s.rest.Denom()})
	}
	return fraction{n, d}
}
