package funding

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/fundingrollup"
)

// key is of what a kept sum is.
type rollupKey struct {
	scope       fundingrollup.Scope
	party       string
	dimension   fundingrollup.Dimension
	code        string
	reason      Reason
	year        string
	typeCode    string
	currency    string
	rateYear    string
	internal    bool
	denominator int64
}

// compare orders keys. Whoever adds to several sums does so in this order, so that
// two who do wait for each other in turn.
func (k rollupKey) compare(o rollupKey) int {
	return cmp.Or(
		cmp.Compare(k.scope, o.scope), cmp.Compare(k.party, o.party), cmp.Compare(k.dimension, o.dimension), cmp.Compare(k.code, o.code),
		cmp.Compare(k.reason, o.reason), cmp.Compare(k.year, o.year), cmp.Compare(k.typeCode, o.typeCode), cmp.Compare(k.currency, o.currency),
		cmp.Compare(k.rateYear, o.rateYear), compareBools(k.internal, o.internal), cmp.Compare(k.denominator, o.denominator),
	)
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// rollup is what is kept: the sum of amounts in millionths times numerators, and
// counts.
type rollup struct {
	sum                  *big.Int
	count, leads         int64
	bareCode, bare       int64
	assumedCode, assumed int64
}

func (r *rollup) zero() bool {
	return r.sum.Sign() == 0 && r.count == 0 && r.leads == 0 && r.bareCode == 0 && r.bare == 0 && r.assumedCode == 0 && r.assumed == 0
}

// rollups are changes of kept sums by their keys.
type rollups map[rollupKey]*rollup

// flow is a transaction with everything that sums depend on.
type flow struct {
	id                          uuid.UUID
	typeCode, year, rateYear    string
	currency                    string
	micro                       *int64
	assumed                     bool
	provider, receiver          string // keys
	public, counterpart         bool   // the activity is public; there is a counterpart here
	counterpartPublic           bool
	programme, agreement        string
	places, sectors, categories []portion
}

// portion is a share of a flow.
type portion struct {
	code                   string
	reason                 Reason
	numerator, denominator int64
	leads, leadsCode       bool
}

// nothing is the portion of what states nothing.
var nothing = []portion{{code: Unallocated, reason: NotStated, numerator: 1, denominator: 1, leads: true, leadsCode: true}}

// undivided is the portion along a dimension that does not split.
func undivided(code string) []portion {
	return []portion{{code: code, numerator: 1, denominator: 1, leads: true, leadsCode: true}}
}

// add adds the flow, or takes it away, wherever it counts.
func (rs rollups) add(f *flow, sign int64) {
	scopes := []fundingrollup.Scope{fundingrollup.ScopeAll}
	if f.public {
		scopes = append(scopes, fundingrollup.ScopePublic)
	}
	parties := []string{""}
	for _, p := range []string{f.provider, f.receiver} {
		if _, err := uuid.Parse(p); err == nil && len(p) == 36 && !slices.Contains(parties, p) {
			parties = append(parties, p)
		}
	}
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
			for _, scope := range scopes {
				internal := f.counterpart
				if scope == fundingrollup.ScopePublic {
					internal = f.counterpartPublic
				}
				for _, party := range parties {
					rs.one(rollupKey{
						scope: scope, party: party, dimension: d.dimension, code: p.code, reason: p.reason, year: f.year, typeCode: f.typeCode,
						currency: f.currency, rateYear: f.rateYear, internal: internal, denominator: p.denominator,
					}, f, p, sign)
				}
			}
		}
	}
}

func (rs rollups) one(k rollupKey, f *flow, p portion, sign int64) {
	r := rs[k]
	if r == nil {
		r = &rollup{sum: new(big.Int)}
		rs[k] = r
	}
	if f.micro == nil {
		if p.leadsCode {
			r.bareCode += sign
		}
		if p.leads {
			r.bare += sign
		}
		return
	}
	x := new(big.Int).Mul(big.NewInt(*f.micro), big.NewInt(p.numerator))
	r.sum.Add(r.sum, x.Mul(x, big.NewInt(sign)))
	if p.leadsCode {
		r.count += sign
		if f.assumed {
			r.assumedCode += sign
		}
	}
	if p.leads {
		r.leads += sign
		if f.assumed {
			r.assumed += sign
		}
	}
}

// lowBase parts a sum in two columns. Sums of two lower parts fit 64 bits.
var lowBase = big.NewInt(1_000_000_000_000_000_000)

// keptAtOnce is how many sums one statement adds to: SQLite takes 32,766 parameters.
const keptAtOnce = 1500

// write adds the changes to the sums that are kept, in the order of their keys. It
// is the last that a transaction locks before the head of the log.
func (rs rollups) write(ctx context.Context, tx *ent.Client) error {
	keys := make([]rollupKey, 0, len(rs))
	for k, r := range rs {
		if !r.zero() {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, rollupKey.compare)
	for some := range slices.Chunk(keys, keptAtOnce) {
		creates := make([]*ent.FundingRollupCreate, len(some))
		for i, k := range some {
			r := rs[k]
			high, low := new(big.Int).QuoRem(r.sum, lowBase, new(big.Int))
			creates[i] = tx.FundingRollup.Create().SetScope(k.scope).SetParty(k.party).SetDimension(k.dimension).SetCode(k.code).SetReason(string(k.reason)).
				SetYear(k.year).SetTypeCode(k.typeCode).SetCurrency(k.currency).SetRateYear(k.rateYear).SetInternal(k.internal).SetDenominator(k.denominator).
				SetHigh(high.Int64()).SetLow(low.Int64()).SetCount(r.count).SetLeads(r.leads).
				SetBareCode(r.bareCode).SetBare(r.bare).SetAssumedCode(r.assumedCode).SetAssumed(r.assumed)
		}
		err := tx.FundingRollup.CreateBulk(creates...).OnConflict(
			sql.ConflictColumns(
				fundingrollup.FieldScope, fundingrollup.FieldParty, fundingrollup.FieldDimension, fundingrollup.FieldCode, fundingrollup.FieldReason,
				fundingrollup.FieldYear, fundingrollup.FieldTypeCode, fundingrollup.FieldCurrency, fundingrollup.FieldRateYear, fundingrollup.FieldInternal, fundingrollup.FieldDenominator,
			), sql.ResolveWith(addUp),
		).Exec(ctx)
		if err != nil {
			return fmt.Errorf("funding: add to the sums: %w", err)
		}
	}
	return nil
}

// addUp adds what would be inserted to what is there.
func addUp(u *sql.UpdateSet) {
	kept := func(column string) string { return u.Table().C(column) }
	fresh := func(column string) string { return "excluded." + column }
	low := "(" + kept(fundingrollup.FieldLow) + " + " + fresh(fundingrollup.FieldLow) + ")"
	base := lowBase.String()
	u.Set(fundingrollup.FieldHigh, sql.Expr(kept(fundingrollup.FieldHigh)+" + "+fresh(fundingrollup.FieldHigh)+" + "+low+" / "+base))
	u.Set(fundingrollup.FieldLow, sql.Expr(low+" % "+base))
	for _, c := range []string{
		fundingrollup.FieldCount, fundingrollup.FieldLeads, fundingrollup.FieldBareCode, fundingrollup.FieldBare, fundingrollup.FieldAssumedCode, fundingrollup.FieldAssumed,
	} {
		u.Set(c, sql.Expr(kept(c)+" + "+fresh(c)))
	}
}
