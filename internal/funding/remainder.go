package funding

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
)

// apportion rounds parts to so many digits that they make the rounded whole
// together: by largest remainder, ties to the earlier part. The whole is the sum of
// the parts, rounded once, half away from zero. Parts that are none stay nil. What is given are
// units of the last digit.
func apportion(parts []fraction, total fraction, digits int) (out []*big.Int, whole *big.Int) {
	return apportionTimes(parts, total, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil), nil)
}

// remainder is what a part has above a whole number of units: rest / of, and its first
// 64 binary digits, which most differ by.
type remainder struct {
	part     int
	rest, of *big.Int
	first    uint64
}

// compare orders remainders.
func (r *remainder) compare(o *remainder) int {
	if n := cmp.Compare(r.first, o.first); n != 0 {
		return n
	}
	return new(big.Int).Mul(r.rest, o.of).Cmp(new(big.Int).Mul(o.rest, r.of))
}

// apportionTimes apportions the parts times a whole number, divided by another one
// (nil: 1), each in units.
func apportionTimes(parts []fraction, total fraction, times, by *big.Int) (out []*big.Int, whole *big.Int) {
	var over, becomes *big.Int // most have one denominator
	scaled := func(n *big.Int, f fraction) (*big.Int, *big.Int) {
		n.Mul(f.n, times)
		if by == nil {
			return n, f.d
		}
		if f.d != over {
			over, becomes = f.d, new(big.Int).Mul(f.d, by)
			becomes.Abs(becomes)
		}
		if by.Sign() < 0 {
			n.Neg(n)
		}
		return n, becomes
	}
	out = make([]*big.Int, len(parts))
	order, room := make([]*remainder, 0, len(parts)), make([]remainder, len(parts))
	numbers := make([]big.Int, 2*len(parts))
	floors, x, product := new(big.Int), new(big.Int), new(big.Int)
	for i, p := range parts {
		if p.n == nil {
			continue
		}
		n, d := scaled(product, p)
		r := &room[i]
		r.part, r.rest, r.of = i, &numbers[2*i], d
		out[i], _ = numbers[2*i+1].DivMod(n, d, r.rest) // towards minus infinity: denominators are above zero
		r.first = x.Quo(x.Lsh(r.rest, 64), d).Uint64()
		floors.Add(floors, out[i])
		order = append(order, r)
	}
	n, d := scaled(product, total)
	whole = round(n, d)
	left := x.Sub(whole, floors).Int64()
	slices.SortFunc(order, func(a, b *remainder) int { return cmp.Or(b.compare(a), cmp.Compare(a.part, b.part)) })
	one := big.NewInt(1)
	for _, r := range order[:min(max(left, 0), int64(len(order)))] {
		out[r.part].Add(out[r.part], one)
	}
	return out, whole
}

// round rounds a fraction half away from zero. The denominator is above zero.
func round(num, denom *big.Int) *big.Int {
	n := new(big.Int).Abs(num)
	n.Add(n.Lsh(n, 1), denom)
	n.Quo(n, new(big.Int).Lsh(denom, 1))
	if num.Sign() < 0 {
		n.Neg(n)
	}
	return n
}

// written writes units of the last of so many digits.
func written(units *big.Int, digits int) string {
	s := new(big.Int).Abs(units).String()
	if digits > 0 {
		if len(s) <= digits {
			s = strings.Repeat("0", digits+1-len(s)) + s
		}
		s = s[:len(s)-digits] + "." + s[len(s)-digits:]
	}
	if units.Sign() < 0 {
		s = "-" + s
	}
	return s
}
