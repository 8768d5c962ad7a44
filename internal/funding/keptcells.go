package funding

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent/fundingrollup"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/store"
)

// keptKey is what rows of sums that are kept are told apart by.
type keptKey struct {
	code, reason, year, typeCode, currency, rateYear string
	internal                                         bool
	denominator                                      int64
}

// keptRow is what sums that are kept make together, as far as the query does not
// tell them apart. The sum is high × lowBase + middle × lowDigits + low.
type keptRow struct {
	keptKey
	high, middle, low            int64
	count, leads, bare, dateless int64
	assumed                      int64
}

func (row *keptRow) scan(scan func(to ...any) error) error {
	return scan(&row.code, &row.reason, &row.year, &row.typeCode, &row.currency, &row.rateYear, &row.internal, &row.denominator,
		&row.high, &row.middle, &row.low, &row.count, &row.leads, &row.bare, &row.dateless, &row.assumed)
}

func (row *keptRow) add(o *keptRow) {
	row.high, row.middle, row.low = row.high+o.high, row.middle+o.middle, row.low+o.low
	row.count, row.leads, row.bare, row.dateless, row.assumed = row.count+o.count, row.leads+o.leads, row.bare+o.bare, row.dateless+o.dateless, row.assumed+o.assumed
}

// statement reads the rows. The database adds up what the query does not tell apart.
// Where it tells everything apart, the sums come as they are kept: those of several
// scopes or organisations are still to be added up.
func (r *reading) statement(dialect string, q Query) (statement string, args []any) {
	d := sql.Dialect(dialect)
	t := d.Table(fundingrollup.Table)
	s := d.Select().From(t)
	texts := func(column string, list []string) {
		if list != nil {
			s.Where(sql.In(s.C(column), anys(list)...))
		}
	}
	s.Where(sql.And(sql.In(s.C(fundingrollup.FieldScope), anys(r.scopes)...), sql.In(s.C(fundingrollup.FieldParty), anys(r.parties)...),
		sql.EQ(s.C(fundingrollup.FieldDimension), string(r.dimension))))
	texts(fundingrollup.FieldCode, r.codes)
	texts(fundingrollup.FieldTypeCode, q.Filter.Types)
	texts(fundingrollup.FieldTypeCode, typesOf(q.Measures))
	texts(fundingrollup.FieldCurrency, q.Filter.Currencies)
	if r.from != "" || r.to != "" {
		s.Where(sql.NEQ(s.C(fundingrollup.FieldYear), ""))
	}
	if r.from != "" {
		s.Where(sql.GTE(s.C(fundingrollup.FieldYear), r.from))
	}
	if r.to != "" {
		s.Where(sql.LTE(s.C(fundingrollup.FieldYear), r.to))
	}

	byYear, byCode := false, false
	for _, d := range q.dimensions() {
		byYear = byYear || d == Year
		byCode = byCode || d != Year && d != TransactionType && d != Currency
	}
	apart := byYear && (byCode || r.dimension == fundingrollup.DimensionNothing || len(r.codes) == 1)
	var groups []string
	column := func(c string, told bool) {
		if !told {
			s.AppendSelectExprAs(sql.Raw("''"), c)
			return
		}
		s.AppendSelect(s.C(c))
		groups = append(groups, s.C(c))
	}
	column(fundingrollup.FieldCode, byCode)
	column(fundingrollup.FieldReason, true)
	column(fundingrollup.FieldYear, byYear)
	column(fundingrollup.FieldTypeCode, true)
	column(fundingrollup.FieldCurrency, true)
	switch {
	case apart, q.Currency == "":
		column(fundingrollup.FieldRateYear, apart)
	default: // Check knows the currency, so it is three letters
		year := "CASE WHEN " + s.C(fundingrollup.FieldCurrency) + " = '" + q.Currency + "' THEN '' ELSE " + s.C(fundingrollup.FieldRateYear) + " END"
		s.AppendSelectExprAs(sql.Raw(year), fundingrollup.FieldRateYear)
		groups = append(groups, year)
	}
	column(fundingrollup.FieldInternal, true)
	column(fundingrollup.FieldDenominator, true)
	sum := func(expr string) {
		if !apart {
			expr = "CAST(SUM(" + expr + ") AS BIGINT)"
		}
		s.AppendSelectExpr(sql.Raw(expr))
	}
	sum(s.C(fundingrollup.FieldHigh))
	sum(fmt.Sprintf("%s / %d", s.C(fundingrollup.FieldLow), lowDigits))
	sum(fmt.Sprintf("%s %% %d", s.C(fundingrollup.FieldLow), lowDigits))
	leads, bare, assumed := fundingrollup.FieldLeads, fundingrollup.FieldBare, fundingrollup.FieldAssumed
	if r.codes != nil { // who counts for the only code counts in all
		leads, bare, assumed = fundingrollup.FieldCount, fundingrollup.FieldBareCode, fundingrollup.FieldAssumedCode
	}
	sum(s.C(fundingrollup.FieldCount))
	sum(s.C(leads))
	sum(s.C(bare))
	sum("CASE WHEN " + s.C(fundingrollup.FieldYear) + " = '' THEN " + s.C(leads) + " + " + s.C(bare) + " ELSE 0 END")
	sum(s.C(assumed))
	if !apart {
		s.GroupBy(groups...)
	}
	return s.Limit(mostCells + 1).Query()
}

// rows reads the rows.
func (r *reading) rows(ctx context.Context, db *store.DB, q Query) ([]*keptRow, error) {
	statement, args := r.statement(db.Dialect, q)
	several := len(r.scopes)*len(r.parties) > 1
	met := map[keptKey]*keptRow{}
	var rows []*keptRow
	err := db.Read(ctx, statement, args, func(scan func(to ...any) error) error {
		row := &keptRow{}
		if err := row.scan(scan); err != nil {
			return err
		}
		if several {
			if first := met[row.keptKey]; first != nil {
				first.add(row)
				return nil
			}
			met[row.keptKey] = row
		}
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("funding: read the sums: %w", err)
	}
	if len(rows) > mostCells {
		return nil, apperr.New(apperr.QueryTooCostly, msgTooCostly).Because(errors.New("funding: too many sums"))
	}
	return rows, nil
}

// keptCells reads cells from the sums that are kept: one statement, and one more for
// priority areas.
func keptCells(ctx context.Context, db *store.DB, q Query, r reading) ([]*cell, error) {
	rows, err := r.rows(ctx, db, q)
	if err != nil {
		return nil, err
	}
	areaOf := map[string]string{}
	if slices.Contains(q.GroupBy, Area) {
		found, err := db.Client.Programme.Query().Select(programme.FieldArea).All(system(ctx))
		if err != nil {
			return nil, fmt.Errorf("funding: read priority areas: %w", err)
		}
		for _, p := range found {
			areaOf[p.ID.String()] = string(p.Area)
		}
	}
	cells := make([]*cell, 0, len(rows))
	for _, row := range rows {
		cells = append(cells, row.cell(q, r, areaOf))
	}
	return cells, nil
}

// cell is the row as a sum over flows has it.
func (row *keptRow) cell(q Query, r reading, areaOf map[string]string) *cell {
	c := &cell{
		Type: row.typeCode, Currency: orNil(row.currency), Year: orNil(row.rateYear), Internal: row.internal,
		Count: row.count, Leads: row.leads, Bare: row.bare, Undated: row.dateless, Assumed: row.assumed,
	}
	if row.currency != "" {
		c.kept = new(big.Int).Mul(big.NewInt(row.high), lowBase)
		c.kept.Add(c.kept, new(big.Int).Mul(big.NewInt(row.middle), big.NewInt(lowDigits)))
		c.kept.Add(c.kept, big.NewInt(row.low))
		if c.kept.Sign() == 0 && row.count == 0 {
			c.kept = nil
		}
		c.PlacePart, c.PlaceWhole = 1, row.denominator
	}
	if r.dimension == fundingrollup.DimensionCountry {
		c.PlaceReason = &row.reason
	} else {
		c.SectorReason = &row.reason
	}
	for i, d := range q.dimensions() {
		*c.key(i) = row.key(d, areaOf)
	}
	return c
}

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// key is the place of the key of a dimension.
func (c *cell) key(i int) **string { return []**string{&c.K1, &c.K2, &c.K3, &c.K4}[i] }

// key is that of a dimension.
func (row *keptRow) key(d Dimension, areaOf map[string]string) *string {
	switch d {
	case Year:
		return orNil(row.year)
	case TransactionType:
		return &row.typeCode
	case Currency:
		return orNil(row.currency)
	case Area:
		return orNil(areaOf[row.code])
	}
	return orNil(row.code)
}
