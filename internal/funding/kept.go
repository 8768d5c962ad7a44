package funding

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/fundingrollup"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/internal/viewer"
)

// reading is how a query is answered from the sums that are kept.
type reading struct {
	scope     fundingrollup.Scope
	party     string
	dimension fundingrollup.Dimension
	codes     []string // nil: all
	from, to  string   // years; "": no bound
}

// keptBy are the dimensions that sums are kept by.
var keptBy = map[Dimension]fundingrollup.Dimension{
	Country: fundingrollup.DimensionCountry, SectorOf: fundingrollup.DimensionSector, SectorCategory: fundingrollup.DimensionCategory,
	Provider: fundingrollup.DimensionProvider, Receiver: fundingrollup.DimensionReceiver, Programme: fundingrollup.DimensionProgramme,
	Area: fundingrollup.DimensionProgramme, Agreement: fundingrollup.DimensionAgreement,
}

// kept says how the query is answered from the sums that are kept; false where it
// must be added up. Those are of all activities that the viewer sees, by year, type
// and currency and by one dimension more, of everything or of one party.
func (q Query) kept(v *viewer.Viewer) (reading, bool) {
	r := reading{scope: fundingrollup.ScopePublic, dimension: fundingrollup.DimensionNothing}
	if v.Secretariat() || v.Sits(viewer.Council) || v.Sits(viewer.ExecutiveBureau) { // as access.Activities has it
		r.scope = fundingrollup.ScopeAll
	}
	f := q.Filter
	if f.selects() || f.Vanished || f.Markers != nil || f.Humanitarian != nil || f.Goals != nil || f.Regions != nil || f.Keys != nil {
		return r, false
	}
	ok := true
	by := func(d fundingrollup.Dimension, codes []string) {
		ok = ok && (r.dimension == fundingrollup.DimensionNothing || r.dimension == d && r.codes == nil)
		r.dimension = d
		if codes != nil {
			// Of several, a flow that is in two of them would count twice.
			ok = ok && len(codes) == 1
			r.codes = codes
		}
	}
	for _, d := range q.GroupBy {
		switch k, there := keptBy[d]; {
		case d == Year || d == TransactionType || d == Currency:
		case !there, d == SectorOf && q.vocabulary() != dac:
			return r, false
		default:
			by(k, nil)
		}
	}
	if slices.Contains(q.GroupBy, Programme) && slices.Contains(q.GroupBy, Area) {
		return r, false
	}
	if f.Countries != nil {
		by(fundingrollup.DimensionCountry, f.Countries)
	}
	if f.Sectors != nil {
		if f.Sectors.Vocabulary != dac && f.Sectors.Vocabulary != "" {
			return r, false
		}
		by(fundingrollup.DimensionSector, f.Sectors.Codes)
	}
	if f.Providers != nil {
		by(fundingrollup.DimensionProvider, keysOf(f.Providers))
	}
	if f.Receivers != nil {
		by(fundingrollup.DimensionReceiver, keysOf(f.Receivers))
	}
	if f.Parties != nil {
		if len(f.Parties) != 1 {
			return r, false
		}
		r.party = f.Parties[0].String()
	}
	if f.From != nil {
		if !strings.HasSuffix(string(*f.From), "-01-01") {
			return r, false
		}
		r.from = string(*f.From)[:4]
	}
	if f.To != nil {
		if !strings.HasSuffix(string(*f.To), "-12-31") {
			return r, false
		}
		r.to = string(*f.To)[:4]
	}
	return r, ok
}

// keptCells reads cells from the sums that are kept: one statement, and one more for
// priority areas.
func keptCells(ctx context.Context, client *ent.Client, q Query, r reading) ([]*cell, error) {
	ctx = system(ctx) // the scope is the viewer's
	find := client.FundingRollup.Query().Where(fundingrollup.ScopeEQ(r.scope), fundingrollup.Party(r.party), fundingrollup.DimensionEQ(r.dimension))
	if r.codes != nil {
		find.Where(fundingrollup.CodeIn(r.codes...))
	}
	if r.from != "" || r.to != "" {
		find.Where(fundingrollup.YearNEQ(""))
	}
	if r.from != "" {
		find.Where(fundingrollup.YearGTE(r.from))
	}
	if r.to != "" {
		find.Where(fundingrollup.YearLTE(r.to))
	}
	if q.Filter.Types != nil {
		find.Where(fundingrollup.TypeCodeIn(q.Filter.Types...))
	}
	if types := typesOf(q.Measures); types != nil {
		find.Where(fundingrollup.TypeCodeIn(types...))
	}
	if q.Filter.Currencies != nil {
		find.Where(fundingrollup.CurrencyIn(q.Filter.Currencies...))
	}
	rows, err := find.Where(func(s *sql.Selector) { s.Limit(mostCells + 1) }).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("funding: read the sums: %w", err)
	}
	areaOf := map[string]string{}
	if slices.Contains(q.GroupBy, Area) {
		found, err := client.Programme.Query().Select(programme.FieldArea).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("funding: read priority areas: %w", err)
		}
		for _, p := range found {
			areaOf[p.ID.String()] = string(p.Area)
		}
	}
	cells := make([]*cell, 0, len(rows))
	for _, row := range rows {
		c := &cell{
			Type: row.TypeCode, Currency: orNil(row.Currency), Year: orNil(row.RateYear), Internal: row.Internal,
			Count: row.Count, Leads: row.Leads, Bare: row.Bare, Assumed: row.Assumed,
		}
		if r.codes != nil { // who counts for the only code counts in all
			c.Leads, c.Bare, c.Assumed = row.Count, row.BareCode, row.AssumedCode
		}
		if row.Year == "" {
			c.Undated = c.Leads + c.Bare
		}
		if row.Currency != "" {
			c.kept = new(big.Int).Mul(big.NewInt(row.High), lowBase)
			c.kept.Add(c.kept, big.NewInt(row.Low))
			if c.kept.Sign() == 0 && row.Count == 0 {
				c.kept = nil
			}
			c.PlacePart, c.PlaceWhole = 1, row.Denominator
		}
		reason := row.Reason
		if r.dimension == fundingrollup.DimensionCountry {
			c.PlaceReason = &reason
		} else {
			c.SectorReason = &reason
		}
		for i, d := range q.dimensions() {
			*c.key(i) = c.keptKey(d, row, areaOf)
		}
		cells = append(cells, c)
	}
	return cells, nil
}

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// key is the place of the key of a dimension.
func (c *cell) key(i int) **string { return []**string{&c.K1, &c.K2, &c.K3, &c.K4}[i] }

func (c *cell) keptKey(d Dimension, row *ent.FundingRollup, areaOf map[string]string) *string {
	switch d {
	case Year:
		return orNil(row.Year)
	case TransactionType:
		return &row.TypeCode
	case Currency:
		return orNil(row.Currency)
	case Area:
		return orNil(areaOf[row.Code])
	}
	return orNil(row.Code)
}
