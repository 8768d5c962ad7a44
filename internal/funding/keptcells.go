package funding

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"math/bits"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent/fundingrollup"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/store"
)

// keptGroup is what sums that are kept are told apart by beside years.
type keptGroup struct {
	code, reason, typeCode, currency string
	internal                         bool
	denominator                      int64
	over                             *big.Int // of the denominator: what the sums are to be divided by
}

// keptKey is what they are told apart by. Groups are told apart once, by a number, and
// years are compared as one.
type keptKey struct {
	group          int32
	year, rateYear uint32
}

// asNumber is the four digits of a year, or none, as a number that no other has.
func asNumber(year string) uint32 {
	var n uint32
	for i := range min(len(year), 4) {
		n = n<<8 | uint32(year[i])
	}
	return n
}

// keptRow is what sums that are kept make together, as far as the query does not
// tell them apart. The sum is high × lowDigits² + middle × lowDigits + low, and rest.
type keptRow struct {
	*keptGroup
	year, rateYear               string
	high, middle, low            int64
	rest                         *big.Int
	count, leads, bare, dateless int64
	assumed                      int64
}

const (
	lowWidth  = 9  // of lowDigits
	baseWidth = 18 // of its square
)

// addSum adds a whole number as it is written. Of parts so small, billions fit 64 bits.
func (row *keptRow) addSum(text string) error {
	digits, sign := text, int64(1)
	if strings.HasPrefix(text, "-") {
		digits, sign = text[1:], -1
	}
	if digits == "" {
		return errYears
	}
	if len(digits) > 2*baseWidth-lowWidth {
		n, ok := new(big.Int).SetString(text, 10)
		if !ok {
			return errYears
		}
		if row.rest == nil {
			row.rest = new(big.Int)
		}
		row.rest.Add(row.rest, n)
		return nil
	}
	var parts [3]int64 // low, middle, high
	for i := range parts {
		from := max(0, len(digits)-lowWidth)
		if i == 2 {
			from = 0
		}
		for _, c := range []byte(digits[from:]) {
			if c < '0' || c > '9' {
				return errYears
			}
			parts[i] = parts[i]*10 + int64(c-'0')
		}
		digits = digits[:from]
	}
	row.low, row.middle, row.high = row.low+sign*parts[0], row.middle+sign*parts[1], row.high+sign*parts[2]
	return nil
}

// sum sets n to the sum.
func (row *keptRow) sum(n *big.Int) *big.Int {
	var t tally
	t.add(row.high, plainParts, 1)
	high, low := bits.Mul64(t.low, plainParts) // times lowBase in two steps: t is below 2^94
	t.high, t.low = t.high*plainParts+high, low
	t.add(row.middle, lowDigits, 1)
	t.add(row.low, 1, 1)
	t.whole(n)
	if row.rest != nil {
		n.Add(n, row.rest)
	}
	return n
}

// statement reads the rows that sums which are asked for are in.
func (r *reading) statement(dialect string, q Query) (statement string, args []any) {
	d := sql.Dialect(dialect)
	t := d.Table(fundingrollup.Table)
	s := d.Select(
		t.C(fundingrollup.FieldCode), t.C(fundingrollup.FieldReason), t.C(fundingrollup.FieldTypeCode), t.C(fundingrollup.FieldCurrency),
		t.C(fundingrollup.FieldInternal), t.C(fundingrollup.FieldDenominator), t.C(fundingrollup.FieldRateYear), t.C(fundingrollup.FieldYears),
	).From(t)
	texts := func(column string, list []string) {
		if list != nil {
			s.Where(sql.In(s.C(column), anys(list)...))
		}
	}
	s.Where(sql.And(sql.In(s.C(fundingrollup.FieldScope), anys(r.scopes)...), sql.In(s.C(fundingrollup.FieldParty), anys(r.parties)...)))
	dimension, internal := s.C(fundingrollup.FieldDimension), s.C(fundingrollup.FieldInternal)
	if r.codes != nil || r.dimension == fundingrollup.DimensionNothing {
		s.Where(sql.EQ(dimension, string(r.dimension)))
	} else { // internal flows are left out of all rows alike: their sums by nothing are fewer
		s.Where(sql.And(
			sql.In(dimension, string(r.dimension), string(fundingrollup.DimensionNothing)),
			sql.Or(
				sql.And(sql.EQ(dimension, string(r.dimension)), sql.EQ(internal, false)),
				sql.And(sql.EQ(dimension, string(fundingrollup.DimensionNothing)), sql.EQ(internal, true)),
			),
		))
	}
	texts(fundingrollup.FieldCode, r.codes)
	texts(fundingrollup.FieldTypeCode, q.Filter.Types)
	texts(fundingrollup.FieldTypeCode, typesOf(q.Measures))
	texts(fundingrollup.FieldCurrency, q.Filter.Currencies)
	if r.from != "" || r.to != "" {
		s.Where(sql.NEQ(s.C(fundingrollup.FieldPeriod), ""))
	}
	if r.from != "" {
		s.Where(sql.GTE(s.C(fundingrollup.FieldPeriod), periodOf(r.from)))
	}
	if r.to != "" {
		s.Where(sql.LTE(s.C(fundingrollup.FieldPeriod), r.to))
	}
	return s.Limit(mostCells + 1).Query()
}

// keptReader adds up what the query does not tell apart.
type keptReader struct {
	reading
	byYear, byCode bool
	currency       string // that amounts are converted to
	one            bool   // code: who counts for it counts in all
	overs          map[int64]*big.Int
	numbers        map[keptGroup]int32
	groups         []*keptGroup
	met            map[keptKey]*keptRow
	rows           []*keptRow
	room           []keptRow // for rows: many are made at once
}

// rowsAtOnce is how many.
const rowsAtOnce = 256

func (r *reading) reader(q Query) *keptReader {
	k := &keptReader{reading: *r, currency: q.Currency, one: r.codes != nil, overs: map[int64]*big.Int{}, numbers: map[keptGroup]int32{}, met: map[keptKey]*keptRow{}}
	for _, d := range q.dimensions() {
		k.byYear = k.byYear || d == Year
		k.byCode = k.byCode || d != Year && d != TransactionType && d != Currency
	}
	return k
}

// take takes in a row of kept sums.
func (k *keptReader) take(g keptGroup, rateYear, years string) error {
	if !k.byCode || g.internal {
		g.code = ""
	}
	if g.internal {
		g.reason = ""
	}
	if g.over = k.overs[g.denominator]; g.over == nil {
		g.over = new(big.Int).Mul(big.NewInt(money.Micro), big.NewInt(g.denominator))
		k.overs[g.denominator] = g.over
	}
	n, there := k.numbers[g]
	if !there {
		n = int32(len(k.groups)) //nolint:gosec // at most mostCells
		k.numbers[g] = n
		k.groups = append(k.groups, &g)
	}
	converts := k.currency != "" && g.currency != k.currency
	return eachYear(years, func(year, numbers string) error {
		if (k.from != "" || k.to != "") && (year == "" || year < k.from || k.to != "" && year > k.to) {
			return nil
		}
		var told, rate string
		if k.byYear && !g.internal {
			told = year
		}
		if converts {
			rate = rateYearOf(rateYear, year)
		}
		key := keptKey{n, asNumber(told), asNumber(rate)}
		row := k.met[key]
		if row == nil {
			if len(k.rows) == mostCells {
				return apperr.New(apperr.QueryTooCostly, msgTooCostly).Because(errors.New("funding: too many sums"))
			}
			if len(k.room) == 0 {
				k.room = make([]keptRow, rowsAtOnce)
			}
			row, k.room = &k.room[0], k.room[1:]
			row.keptGroup, row.year, row.rateYear = k.groups[n], told, rate
			k.met[key] = row
			k.rows = append(k.rows, row)
		}
		return row.add(year, numbers, k.one)
	})
}

// add adds the numbers of a year.
func (row *keptRow) add(year, numbers string, one bool) error {
	sum, rest, more := strings.Cut(numbers, ",")
	if err := row.addSum(sum); err != nil {
		return err
	}
	var counts [6]int64
	if err := readCounts(&counts, rest, more); err != nil {
		return err
	}
	leads, bare, assumed := counts[1], counts[3], counts[5]
	if one {
		leads, bare, assumed = counts[0], counts[2], counts[4]
	}
	row.count, row.leads, row.bare, row.assumed = row.count+counts[0], row.leads+leads, row.bare+bare, row.assumed+assumed
	if year == "" {
		row.dateless += leads + bare
	}
	return nil
}

// rows reads the rows.
func (r *reading) rows(ctx context.Context, db *store.DB, q Query) ([]*keptRow, error) {
	statement, args := r.statement(db.Dialect, q)
	k := r.reader(q)
	var g keptGroup
	var rateYear, years string
	n := 0
	err := db.Read(ctx, statement, args, func(scan func(to ...any) error) error {
		if err := scan(&g.code, &g.reason, &g.typeCode, &g.currency, &g.internal, &g.denominator, &rateYear, &years); err != nil {
			return err
		}
		n++
		if n > mostCells {
			return apperr.New(apperr.QueryTooCostly, msgTooCostly).Because(errors.New("funding: too many sums"))
		}
		return k.take(g, rateYear, years)
	})
	if err != nil {
		return nil, fmt.Errorf("funding: read the sums: %w", err)
	}
	return k.rows, nil
}

// keptSums reads the sums that are kept: one statement, and one more for priority
// areas.
func keptSums(ctx context.Context, db *store.DB, q Query, r reading) (*sources, error) {
	rows, err := r.rows(ctx, db, q)
	if err != nil {
		return nil, err
	}
	p := &sources{dimensions: q.dimensions(), kept: rows, by: r.dimension, areaOf: map[string]string{}}
	if slices.Contains(q.GroupBy, Area) {
		found, err := db.Client.Programme.Query().Select(programme.FieldArea).All(system(ctx))
		if err != nil {
			return nil, fmt.Errorf("funding: read priority areas: %w", err)
		}
		for _, f := range found {
			p.areaOf[f.ID.String()] = string(f.Area)
		}
	}
	return p, nil
}

// sources are what a summary is added up from: sums that are kept, and cells that were
// added up.
type sources struct {
	dimensions []Dimension
	kept       []*keptRow
	by         fundingrollup.Dimension // that kept sums are told apart by
	areaOf     map[string]string       // of programmes
	apart      bool                    // flows of kept sums without millionths are cells
	cells      []*cell
}

// bare says whether flows without millionths are among kept sums: their texts are
// still to be looked at.
func (p *sources) bare() bool {
	return slices.ContainsFunc(p.kept, func(row *keptRow) bool { return row.bare > 0 })
}

// each hands over one part after the other as a cell, which is not to be kept: the
// next one may be in its place.
func (p *sources) each(f func(c *cell)) {
	var c cell
	var sum big.Int
	for _, row := range p.kept {
		row.cell(&c, &sum, p)
		if p.apart {
			c.Bare = 0
		}
		f(&c)
	}
	for _, c := range p.cells {
		f(c)
	}
}

// currencies hands over the currency of each part, and the year of its rate.
func (p *sources) currencies(f func(currency, year *string)) {
	for _, row := range p.kept {
		f(orNil(&row.currency), orNil(&row.rateYear))
	}
	for _, c := range p.cells {
		f(c.Currency, c.Year)
	}
}

// cell makes the row a cell, as a sum over flows has it, with its sum in n.
func (row *keptRow) cell(c *cell, n *big.Int, p *sources) {
	*c = cell{
		Type: row.typeCode, Currency: orNil(&row.currency), Year: orNil(&row.rateYear), Internal: row.internal,
		Count: row.count, Leads: row.leads, Bare: row.bare, Undated: row.dateless, Assumed: row.assumed,
	}
	if row.currency != "" {
		c.kept = row.sum(n)
		if c.kept.Sign() == 0 && row.count == 0 {
			c.kept = nil
		}
		c.over = row.over
	}
	if p.by == fundingrollup.DimensionCountry {
		c.PlaceReason = &row.reason
	} else {
		c.SectorReason = &row.reason
	}
	for i, d := range p.dimensions {
		*c.key(i) = row.key(d, p.areaOf)
	}
}

func orNil(s *string) *string {
	if *s == "" {
		return nil
	}
	return s
}

// key is the place of the key of a dimension.
func (c *cell) key(i int) **string {
	switch i {
	case 0:
		return &c.K1
	case 1:
		return &c.K2
	case 2:
		return &c.K3
	}
	return &c.K4
}

// key is that of a dimension.
func (row *keptRow) key(d Dimension, areaOf map[string]string) *string {
	switch d {
	case Year:
		return orNil(&row.year)
	case TransactionType:
		return &row.typeCode
	case Currency:
		return orNil(&row.currency)
	case Area:
		area := areaOf[row.code]
		return orNil(&area)
	}
	return orNil(&row.code)
}
