package funding

import (
	"bytes"
	"math/big"
	"math/bits"
	"slices"
	"strings"

	"acs-aec.org/hub/ent/generated/ent/fundingrollup"
)

// rollups are changes of kept sums. A flow is in dozens of them, and flows of one
// activity mostly in the same: keys are compared once for each flow, and are numbers
// beside that.
type rollups struct {
	wheres map[where]int32 // the numbers of what sums are of beside type, currency and year
	whats  map[what]int32  // and of these
	sets   map[set][]spot
	sums   map[place]*tally

	whereOf []where
	whatOf  []what
}

func newRollups() *rollups {
	return &rollups{wheres: map[where]int32{}, whats: map[what]int32{}, sets: map[set][]spot{}, sums: map[place]*tally{}}
}

type where struct {
	scope       fundingrollup.Scope
	party       string
	dimension   fundingrollup.Dimension
	code        string
	reason      Reason
	internal    bool
	denominator int64
}

type what struct{ typeCode, currency, year, rateYear string }

// place is a sum: the numbers of its where and its what.
type place struct{ where, what int32 }

// spot is where a flow counts, and by which part.
type spot struct {
	where int32
	portion
}

// set is what the spots of a flow follow from.
type set struct {
	scope                                    fundingrollup.Scope
	internal                                 bool
	provider, receiver, programme, agreement string
	places, sectors, categories              *portion // the first of each list
}

// tally is what is kept: the sum of amounts in millionths times numerators, and counts.
// It adds up without allocating: the sum is high × 2^64 + low, and rest.
type tally struct {
	high, low            uint64 // of a signed number
	rest                 *big.Int
	count, leads         int64
	bareCode, bare       int64
	assumedCode, assumed int64
}

// plainParts are the numerators of which billions times any amount fit 128 bits.
const plainParts = 1_000_000_000

// add adds amount × numerator × sign.
func (t *tally) add(amount, numerator, sign int64) {
	if numerator < 0 || numerator > plainParts || amount == -1<<63 {
		if t.rest == nil {
			t.rest = new(big.Int)
		}
		x := big.NewInt(amount)
		t.rest.Add(t.rest, x.Mul(x, big.NewInt(numerator)).Mul(x, big.NewInt(sign)))
		return
	}
	size := amount * sign
	negative := size < 0
	if negative {
		size = -size
	}
	high, low := bits.Mul64(uint64(size), uint64(numerator)) //nolint:gosec // neither is below zero
	var carry uint64
	if negative {
		t.low, carry = bits.Sub64(t.low, low, 0)
		t.high, _ = bits.Sub64(t.high, high, carry)
		return
	}
	t.low, carry = bits.Add64(t.low, low, 0)
	t.high, _ = bits.Add64(t.high, high, carry)
}

// whole sets n to the sum.
func (t *tally) whole(n *big.Int) *big.Int {
	high, low, negative := t.high, t.low, t.high>>63 == 1
	if negative {
		var borrow uint64
		low, borrow = bits.Sub64(0, low, 0)
		high, _ = bits.Sub64(0, high, borrow)
	}
	if bits.UintSize == 64 {
		n.SetBits(append(n.Bits()[:0], big.Word(low), big.Word(high)))
	} else {
		n.SetUint64(high).Lsh(n, 64).Or(n, new(big.Int).SetUint64(low))
	}
	if negative {
		n.Neg(n)
	}
	if t.rest != nil {
		n.Add(n, t.rest)
	}
	return n
}

// zero says that nothing is left.
func (t *tally) zero() bool {
	if t.count|t.leads|t.bareCode|t.bare|t.assumedCode|t.assumed != 0 {
		return false
	}
	if t.rest != nil {
		return t.whole(new(big.Int)).Sign() == 0
	}
	return t.high|t.low == 0
}

// number is that of a key, a new one where it is new.
func number[K comparable](numbers map[K]int32, keys *[]K, k K) int32 {
	n, there := numbers[k]
	if !there {
		n = int32(len(*keys)) //nolint:gosec // so many do not fit memory
		numbers[k] = n
		*keys = append(*keys, k)
	}
	return n
}

// add adds the flow, or takes it away, wherever it counts.
func (rs *rollups) add(f *flow, sign int64) {
	what := number(rs.whats, &rs.whatOf, what{f.typeCode, f.currency, f.year, f.rateYear})
	for _, e := range f.scopes(sign) {
		for _, s := range rs.spots(f, e) {
			at := place{s.where, what}
			t := rs.sums[at]
			if t == nil {
				t = &tally{}
				rs.sums[at] = t
			}
			t.take(f, &s.portion, e.sign)
		}
	}
}

// spots are where the flow counts in a scope.
func (rs *rollups) spots(f *flow, e entry) []spot {
	of := set{e.scope, e.internal, f.provider, f.receiver, f.programme, f.agreement, &f.places[0], &f.sectors[0], &f.categories[0]}
	if list, there := rs.sets[of]; there {
		return list
	}
	var list []spot
	parties := partiesOf(f.provider, f.receiver)
	for _, d := range []struct {
		dimension fundingrollup.Dimension
		portions  []portion
	}{
		{fundingrollup.DimensionNothing, undivided("")},
		{fundingrollup.DimensionCountry, f.places},
		{fundingrollup.DimensionSector, f.sectors},
		{fundingrollup.DimensionCategory, f.categories},
		{fundingrollup.DimensionProvider, undivided(f.provider)},
		{fundingrollup.DimensionReceiver, undivided(f.receiver)},
		{fundingrollup.DimensionProgramme, undivided(f.programme)},
		{fundingrollup.DimensionAgreement, undivided(f.agreement)},
	} {
		for _, p := range d.portions {
			for _, party := range parties {
				w := where{e.scope, party, d.dimension, p.code, p.reason, e.internal, p.denominator}
				list = append(list, spot{number(rs.wheres, &rs.whereOf, w), p})
			}
		}
	}
	rs.sets[of] = list
	return list
}

// take takes in one flow.
func (t *tally) take(f *flow, p *portion, sign int64) {
	if f.micro == nil {
		if p.leadsCode {
			t.bareCode += sign
		}
		if p.leads {
			t.bare += sign
		}
		return
	}
	t.add(*f.micro, p.numerator, sign)
	if p.leadsCode {
		t.count += sign
		if f.assumed {
			t.assumedCode += sign
		}
	}
	if p.leads {
		t.leads += sign
		if f.assumed {
			t.assumed += sign
		}
	}
}

// key is that of a sum.
func (rs *rollups) key(at place) rollupKey {
	w, h := &rs.whereOf[at.where], &rs.whatOf[at.what]
	return rollupKey{
		scope: w.scope, party: w.party, dimension: w.dimension, code: w.code, reason: w.reason, year: h.year, typeCode: h.typeCode,
		currency: h.currency, rateYear: h.rateYear, internal: w.internal, denominator: w.denominator,
	}
}

// sheets are the changes by row, in the order of the rows' identifiers.
func (rs *rollups) sheets() []*sheet {
	// Types, currencies and years of one row have one number.
	rows, rowOf := map[what]int32{}, make([]int32, len(rs.whatOf))
	var keys []what
	for n, h := range rs.whatOf {
		k := rollupKey{year: h.year, rateYear: h.rateYear}
		s := k.sheet()
		rowOf[n] = number(rows, &keys, what{h.typeCode, h.currency, s.period, s.rateYear})
	}
	by := make(map[place]*sheet, len(rs.sums)/4+1)
	list := []*sheet{}
	for at, t := range rs.sums {
		if t.zero() {
			continue
		}
		row := place{at.where, rowOf[at.what]}
		s := by[row]
		if s == nil {
			k := rs.key(at)
			s = &sheet{key: k.sheet()}
			s.id = s.key.id()
			s.name = s.id.String()
			by[row] = s
			list = append(list, s)
		}
		s.years = append(s.years, yearChange{rs.whatOf[at.what].year, t})
	}
	slices.SortFunc(list, func(a, b *sheet) int { return bytes.Compare(a.id[:], b.id[:]) })
	for _, s := range list {
		slices.SortFunc(s.years, func(a, b yearChange) int { return strings.Compare(a.year, b.year) })
	}
	return list
}
