package funding

import (
	"cmp"
	"math/big"
	"slices"
)

// apportion rounds parts to so many digits that they make the rounded whole
// together: by largest remainder, ties to the earlier part. The whole is the sum of
// the parts, rounded once, half away from zero. nil parts stay nil.
func apportion(parts []*big.Rat, digits int) (out []*big.Rat, whole *big.Rat) {
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
	total, floors := new(big.Rat), new(big.Int)
	floor := make([]*big.Int, len(parts))
	rest := make([]*big.Rat, len(parts))
	var order []int
	for i, p := range parts {
		if p == nil {
			continue
		}
		total.Add(total, p)
		scaled := new(big.Rat).Mul(p, unit)
		floor[i] = new(big.Int).Div(scaled.Num(), scaled.Denom()) // towards minus infinity: denominators are above zero
		rest[i] = scaled.Sub(scaled, new(big.Rat).SetInt(floor[i]))
		floors.Add(floors, floor[i])
		order = append(order, i)
	}
	rounded := round(new(big.Rat).Mul(total, unit))
	left := new(big.Int).Sub(rounded, floors).Int64()
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Or(rest[b].Cmp(rest[a]), cmp.Compare(a, b)) })
	for _, i := range order {
		if left <= 0 {
			break
		}
		floor[i].Add(floor[i], big.NewInt(1))
		left--
	}
	out = make([]*big.Rat, len(parts))
	for i, f := range floor {
		if f != nil {
			out[i] = new(big.Rat).SetFrac(f, unit.Num())
		}
	}
	return out, new(big.Rat).SetFrac(rounded, unit.Num())
}

// round rounds half away from zero.
func round(r *big.Rat) *big.Int {
	double := new(big.Int).Mul(new(big.Int).Abs(r.Num()), big.NewInt(2))
	double.Add(double, r.Denom())
	n := double.Div(double, new(big.Int).Mul(r.Denom(), big.NewInt(2)))
	if r.Sign() < 0 {
		n.Neg(n)
	}
	return n
}
