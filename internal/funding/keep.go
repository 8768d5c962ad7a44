package funding

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"

	"acs-aec.org/hub/ent/generated/ent/fundingrollup"
	"acs-aec.org/hub/internal/store"
)

// lowBase parts a sum in two columns. Sums of two lower parts fit 64 bits.
var lowBase = big.NewInt(1_000_000_000_000_000_000)

// The columns that make the key of a kept sum, and those that are added to.
var (
	keyColumns = []string{
		fundingrollup.FieldScope, fundingrollup.FieldParty, fundingrollup.FieldDimension, fundingrollup.FieldCode, fundingrollup.FieldReason,
		fundingrollup.FieldYear, fundingrollup.FieldTypeCode, fundingrollup.FieldCurrency, fundingrollup.FieldRateYear, fundingrollup.FieldInternal,
		fundingrollup.FieldDenominator,
	}
	countColumns = []string{
		fundingrollup.FieldCount, fundingrollup.FieldLeads, fundingrollup.FieldBareCode, fundingrollup.FieldBare, fundingrollup.FieldAssumedCode, fundingrollup.FieldAssumed,
	}
	sumColumns = slices.Concat(keyColumns, []string{fundingrollup.FieldHigh, fundingrollup.FieldLow}, countColumns)
)

// keepStatement inserts what the rows of a source give, or adds it to what is there.
func keepStatement(source string) string {
	kept, fresh := func(c string) string { return fundingrollup.Table + "." + c }, func(c string) string { return "excluded." + c }
	low := "(" + kept(fundingrollup.FieldLow) + " + " + fresh(fundingrollup.FieldLow) + ")"
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) %s ON CONFLICT (%s) DO UPDATE SET %s = %s + %s + %s / %s, %s = %s %% %s", fundingrollup.Table,
		strings.Join(sumColumns, ", "), source, strings.Join(keyColumns, ", "),
		fundingrollup.FieldHigh, kept(fundingrollup.FieldHigh), fresh(fundingrollup.FieldHigh), low, lowBase, fundingrollup.FieldLow, low, lowBase)
	for _, c := range countColumns {
		fmt.Fprintf(&b, ", %s = %s + %s", c, kept(c), fresh(c))
	}
	return b.String()
}

// keptAtOnce is how many sums one run of SQLite's statement adds to: so many that
// the way there costs little, so few that parsing it does.
const keptAtOnce = 20

var (
	keepOne  = keepStatement("VALUES " + places(1))
	keepSome = keepStatement("VALUES " + places(keptAtOnce))
	keepAll  = keepStatement("SELECT * FROM UNNEST($1::varchar[], $2::varchar[], $3::varchar[], $4::varchar[], $5::varchar[], $6::varchar[], $7::varchar[], " +
		"$8::varchar[], $9::varchar[], $10::boolean[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], " +
		"$18::bigint[], $19::bigint[])")
)

// places are those of the arguments of so many rows.
func places(rows int) string {
	row := "(?" + strings.Repeat(", ?", len(sumColumns)-1) + ")"
	return row + strings.Repeat(", "+row, rows-1)
}

// write adds the changes to the sums that are kept, in the order of their keys. It
// is the last that a transaction locks before the head of the log.
func (rs rollups) write(ctx context.Context) error {
	keys := make([]*rollupKey, 0, len(rs))
	for k, r := range rs {
		if !r.zero() {
			keys = append(keys, &k)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	slices.SortFunc(keys, (*rollupKey).compare)
	var err error
	if store.DialectIn(ctx) == dialect.Postgres {
		err = store.Run(ctx, keepAll, rs.columns(keys))
	} else {
		whole := len(keys) / keptAtOnce * keptAtOnce
		err = store.Run(ctx, keepSome, rs.lists(keys[:whole], keptAtOnce)...)
		if err == nil {
			err = store.Run(ctx, keepOne, rs.lists(keys[whole:], 1)...)
		}
	}
	if err != nil {
		return fmt.Errorf("funding: add to the sums: %w", err)
	}
	return nil
}

// parts are the two columns of the sum.
func (r *rollup) parts() (high, low int64) {
	h, l := new(big.Int).QuoRem(r.sum, lowBase, new(big.Int))
	return h.Int64(), l.Int64()
}

// lists are the changes as arguments, so many rows at a time.
func (rs rollups) lists(keys []*rollupKey, atOnce int) [][]any {
	out := make([][]any, 0, len(keys)/atOnce)
	for some := range slices.Chunk(keys, atOnce) {
		args := make([]any, 0, atOnce*len(sumColumns))
		for _, k := range some {
			r := rs[*k]
			high, low := r.parts()
			args = append(args, string(k.scope), k.party, string(k.dimension), k.code, string(k.reason), k.year, k.typeCode, k.currency, k.rateYear, k.internal,
				k.denominator, high, low, r.count, r.leads, r.bareCode, r.bare, r.assumedCode, r.assumed)
		}
		out = append(out, args)
	}
	return out
}

// columns are the changes as arguments, a list for each column.
func (rs rollups) columns(keys []*rollupKey) []any {
	var texts [9]pq.StringArray
	var numbers [9]pq.Int64Array
	internal := make(pq.BoolArray, len(keys))
	for i := range texts {
		texts[i], numbers[i] = make(pq.StringArray, len(keys)), make(pq.Int64Array, len(keys))
	}
	for i, k := range keys {
		r := rs[*k]
		high, low := r.parts()
		for c, text := range [...]string{string(k.scope), k.party, string(k.dimension), k.code, string(k.reason), k.year, k.typeCode, k.currency, k.rateYear} {
			texts[c][i] = text
		}
		for c, n := range [...]int64{k.denominator, high, low, r.count, r.leads, r.bareCode, r.bare, r.assumedCode, r.assumed} {
			numbers[c][i] = n
		}
		internal[i] = k.internal
	}
	args := make([]any, 0, len(sumColumns))
	for _, t := range texts {
		args = append(args, t)
	}
	args = append(args, internal)
	for _, n := range numbers {
		args = append(args, n)
	}
	return args
}
