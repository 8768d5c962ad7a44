package funding

import "math/big"

// fraction is an amount that is not in lowest terms: to find those of each cell would
// cost more than all sums do.
type fraction struct{ n, d *big.Int }

// times is the fraction times a rate.
func (f fraction) times(r *big.Rat) fraction {
	return fraction{new(big.Int).Mul(f.n, r.Num()), new(big.Int).Mul(f.d, r.Denom())}
}

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
		if p.d.Cmp(f.d) == 0 {
			p.n.Add(p.n, f.n)
			return
		}
	}
	if len(s.parts) == mostParts {
		s.rest, s.parts = s.exact(), nil
	}
	s.parts = append(s.parts, fraction{new(big.Int).Set(f.n), f.d})
}

// exact is the sum.
func (s *sum) exact() *big.Rat {
	out := new(big.Rat)
	if s.rest != nil {
		out.Set(s.rest)
	}
	part := new(big.Rat)
	for _, p := range s.parts {
		out.Add(out, part.SetFrac(p.n, p.d))
	}
	return out
}
