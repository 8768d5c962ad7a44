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

// exact is the sum. Denominators are multiplied, so that lowest terms are looked for
// once.
func (s *sum) exact() *big.Rat {
	if len(s.parts) == 0 && s.rest != nil {
		return new(big.Rat).Set(s.rest)
	}
	n, d, x := new(big.Int), big.NewInt(1), new(big.Int)
	for _, p := range s.parts {
		if q, r := x.QuoRem(d, p.d, new(big.Int)); r.Sign() == 0 { // as where some is not converted
			n.Add(n, q.Mul(q, p.n))
			continue
		}
		if q, r := x.QuoRem(p.d, d, new(big.Int)); r.Sign() == 0 {
			n.Add(n.Mul(n, q), p.n)
			d.Set(p.d)
			continue
		}
		n.Mul(n, p.d)
		n.Add(n, x.Mul(d, p.n))
		d.Mul(d, p.d)
	}
	out := new(big.Rat).SetFrac(n, d)
	if s.rest != nil {
		out.Add(out, s.rest)
	}
	return out
}
