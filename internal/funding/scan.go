package funding

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/fundingshare"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

// cell is what is added up of flows that have everything in common that figures
// depend on: keys, type, currency, the year of the rate, the part.
type cell struct {
	K1 *string `sql:"k1"`
	K2 *string `sql:"k2"`
	K3 *string `sql:"k3"`
	K4 *string `sql:"k4"`
	// Why the money of the place, of the sector is Unallocated; nil, "" where it is not.
	PlaceReason  *string `sql:"pr"`
	SectorReason *string `sql:"sr"`

	Type     string  `sql:"ty"`
	Currency *string `sql:"cu"`
	Year     *string `sql:"ry"` // nil: no date
	Internal bool    `sql:"inl"`

	PlacePart   int64 `sql:"pn"`
	PlaceWhole  int64 `sql:"pd"`
	SectorPart  int64 `sql:"sn"`
	SectorWhole int64 `sql:"sd"`

	// The sum in millionths is High × lowDigits + Low; nil where no flow has an amount.
	High *int64 `sql:"hi"`
	Low  *int64 `sql:"lo"`
	// Count is of flows with an amount, each once for the keys; Leads counts each once
	// in all.
	Count int64 `sql:"n"`
	Leads int64 `sql:"nl"`
	// Bare are those without an amount, Undated those without a date, Assumed those
	// whose rate is of the date for want of a value date; each once in all.
	Bare    int64 `sql:"nb"`
	Undated int64 `sql:"nu"`
	Assumed int64 `sql:"na"`

	// kept is a sum that is kept, in the place of High and Low.
	kept *big.Int
}

func (c *cell) keys() []*string { return []*string{c.K1, c.K2, c.K3, c.K4} }

// lowDigits parts a 64-bit amount in two, each so small that sums of billions of
// them fit 64 bits.
const lowDigits = 1_000_000_000

// mostCells is how many cells are held at once.
const mostCells = 300_000

var msgTooCostly = i18n.Message{
	EN: "Adding this up takes too long. Restrict it to fewer activities or years, or group by less.",
	ES: "Sumar esto lleva demasiado tiempo. Restrínjalo a menos actividades o años, o agrupe por menos.",
	FR: "Ce calcul prend trop de temps. Limitez-le à moins d'activités ou d'années, ou regroupez selon moins de critères.",
}

// scan adds up flows: one statement.
func scan(ctx context.Context, client *ent.Client, dialect string, q Query) ([]*cell, error) {
	sp, err := splitOf(q)
	if err != nil {
		return nil, err
	}
	sc := &scanner{ctx: ctx, q: q, split: sp, dialect: dialect}
	var cells []*cell
	if err := client.Transaction.Query().Where(q.Filter.flows).Modify(sc.statement).Scan(ctx, &cells); err != nil {
		return nil, fmt.Errorf("funding: add up: %w", err)
	}
	if len(cells) > mostCells {
		return nil, apperr.New(apperr.QueryTooCostly, msgTooCostly).Because(errors.New("funding: too many cells"))
	}
	return cells, nil
}

// scanner writes the statement that adds up.
type scanner struct {
	ctx     context.Context //nolint:containedctx // it lives as long as the statement is written
	q       Query
	split   split
	dialect string
	groups  []string
}

// group adds a column by which the statement groups.
func (sc *scanner) group(s *sql.Selector, expr, as string) {
	s.AppendSelectExprAs(sql.Raw(expr), as)
	sc.groups = append(sc.groups, as)
}

func (sc *scanner) statement(s *sql.Selector) {
	d := sql.Dialect(sc.dialect)
	s.Select()
	if types := typesOf(sc.q.Measures); types != nil {
		s.Where(sql.In(s.C(transaction.FieldTypeCode), anys(types)...))
	}
	if sc.q.Filter.selects() {
		s.Where(sql.In(s.C(transaction.FieldActivityID), sc.q.Filter.selection(sc.ctx, sc.dialect)))
	}
	place, sector := sc.join(s, sc.split.place, "p"), sc.join(s, sc.split.sector, "f")
	var a, g *sql.SelectTable
	for i, dim := range sc.q.dimensions() {
		if a == nil && (dim == Status || dim == Programme || dim == Area || dim == Reporting || dim == Agreement) {
			a = d.Table(activity.Table).As("a")
			s.Join(a).On(s.C(transaction.FieldActivityID), a.C(activity.FieldID))
		}
		if dim == Area {
			g = d.Table(programme.Table).As("g")
			s.LeftJoin(g).On(a.C(activity.FieldProgrammeID), g.C(programme.FieldID))
		}
		sc.group(s, sc.key(s, dim, a, g, place, sector), fmt.Sprintf("k%d", i+1))
	}
	sc.group(s, s.C(transaction.FieldTypeCode), "ty")
	sc.group(s, s.C(transaction.FieldValueCurrency), "cu")
	year := "SUBSTR(COALESCE(" + s.C(transaction.FieldValueDate) + ", " + s.C(transaction.FieldDate) + "), 1, 4)"
	converted := sc.q.Currency != ""
	if converted {
		sc.group(s, year, "ry")
	}
	sc.internal(s)
	place.group(sc, s, "pn", "pd", "pr")
	sector.group(sc, s, "sn", "sd", "sr")
	sc.sums(s, place, sector, converted)
	s.GroupBy(sc.groups...).Limit(mostCells + 1)
}

// internal joins the counterparts of the selection and groups by whether there is
// one.
func (sc *scanner) internal(s *sql.Selector) {
	c := sc.q.Filter.selection(sc.ctx, sc.dialect).As("c")
	s.LeftJoin(c).OnP(sql.ExprP(c.C(activity.FieldID) + " = " + counterpart(s) + " AND " + c.C(activity.FieldID) + " <> " + s.C(transaction.FieldActivityID)))
	sc.group(s, "CASE WHEN "+c.C(activity.FieldID)+" IS NULL THEN FALSE ELSE TRUE END", "inl")
}

// counterpart is the activity at the other end of a flow, in a statement over
// transactions.
func counterpart(s *sql.Selector) string {
	kind := s.C(transaction.FieldTypeCode)
	return "CASE WHEN " + kind + " IN (" + quoted(outgoing) + ") THEN " + s.C(transaction.FieldReceiverActivityID) +
		" WHEN " + kind + " IN (" + quoted(incoming) + ") THEN " + s.C(transaction.FieldProviderActivityID) + " END"
}

// quoted writes the program's own words, never input.
func quoted(words []string) string {
	out := ""
	for i, w := range words {
		if i > 0 {
			out += ", "
		}
		out += "'" + w + "'"
	}
	return out
}

// joined is an axis in the statement; nil: it is not there.
type joined struct {
	use                    *use
	code, region, category string // the keys
	numerator, denominator string
	reason                 string
	leads, leadsKey        string // whether the row counts: in all, for its keys
	unsplit                bool   // one row a transaction
}

// join joins the shares of an axis.
func (sc *scanner) join(s *sql.Selector, u *use, as string) *joined {
	if u == nil {
		return nil
	}
	d := sql.Dialect(sc.dialect)
	if !u.restricted() {
		f := d.Table(fundingshare.Table).As(as)
		s.LeftJoin(f).OnP(sql.And(
			sql.ExprP(f.C(fundingshare.FieldOwnerID)+" = "+u.owner(s)),
			sql.EQ(f.C(fundingshare.FieldAxis), string(u.axis)), sql.EQ(f.C(fundingshare.FieldVocabulary), u.vocabulary),
		))
		j := sc.joined(u, f.C)
		j.leads, j.leadsKey = "COALESCE("+f.C(fundingshare.FieldLeads)+", TRUE)", "TRUE"
		switch {
		case u.byCode && u.byRegion, u.byCode && u.axis != Place:
		case u.byCode:
			j.leadsKey = "COALESCE(" + f.C(fundingshare.FieldLeadsCode) + ", TRUE)"
		case u.byRegion:
			j.leadsKey = "COALESCE(" + f.C(fundingshare.FieldLeadsRegion) + ", TRUE)"
		}
		return j
	}
	t := d.Table(fundingshare.Table)
	some := d.Select(t.C(fundingshare.FieldOwnerID)).From(t).Where(u.such(t))
	if u.grouped() {
		some.AppendSelect(t.C(fundingshare.FieldCode), t.C(fundingshare.FieldRegion), t.C(fundingshare.FieldNumerator), t.C(fundingshare.FieldDenominator), t.C(fundingshare.FieldReason))
		keys := ""
		if u.byCode {
			keys += ", " + t.C(fundingshare.FieldCode)
		}
		if u.byRegion {
			keys += ", " + t.C(fundingshare.FieldRegion)
		}
		if u.byCategory {
			keys += ", " + category(t.C(fundingshare.FieldCode))
		}
		first := func(of string) sql.Querier {
			return sql.Raw("ROW_NUMBER() OVER (PARTITION BY " + t.C(fundingshare.FieldOwnerID) + of + " ORDER BY " + t.C(fundingshare.FieldCode) + ", " + t.C(fundingshare.FieldRegion) + ")")
		}
		some.AppendSelectExprAs(first(""), "place_of_row").AppendSelectExprAs(first(keys), "place_of_key")
	} else {
		some.AppendSelectExprAs(sql.Raw("CAST(SUM("+t.C(fundingshare.FieldNumerator)+") AS BIGINT)"), fundingshare.FieldNumerator).
			AppendSelectExprAs(sql.Raw("MIN("+t.C(fundingshare.FieldDenominator)+")"), fundingshare.FieldDenominator).
			GroupBy(t.C(fundingshare.FieldOwnerID))
	}
	some.As(as)
	on := sql.ExprP(some.C(fundingshare.FieldOwnerID) + " = " + u.owner(s))
	if u.unallocatedToo() {
		s.LeftJoin(some).OnP(on)
		s.Where(sql.Or(sql.NotNull(some.C(fundingshare.FieldOwnerID)), u.nothing(s)))
	} else {
		s.Join(some).OnP(on)
	}
	if !u.grouped() {
		return &joined{
			use: u, numerator: "COALESCE(" + some.C(fundingshare.FieldNumerator) + ", 1)",
			denominator: "COALESCE(" + some.C(fundingshare.FieldDenominator) + ", 1)", unsplit: true,
		}
	}
	j := sc.joined(u, some.C)
	j.leads, j.leadsKey = "COALESCE("+some.C("place_of_row")+", 1) = 1", "COALESCE("+some.C("place_of_key")+", 1) = 1"
	return j
}

func (sc *scanner) joined(u *use, column func(string) string) *joined {
	or := func(c, otherwise string) string { return "COALESCE(" + column(c) + ", " + otherwise + ")" }
	code := or(fundingshare.FieldCode, "'"+Unallocated+"'")
	return &joined{
		use: u, code: code, region: or(fundingshare.FieldRegion, "'"+Unallocated+"'"), category: category(code),
		numerator: or(fundingshare.FieldNumerator, "1"), denominator: or(fundingshare.FieldDenominator, "1"),
		reason: or(fundingshare.FieldReason, "'"+string(NotStated)+"'"),
	}
}

// group groups by the parts of the axis.
func (j *joined) group(sc *scanner, s *sql.Selector, part, whole, reason string) {
	if j == nil {
		return
	}
	sc.group(s, j.numerator, part)
	sc.group(s, j.denominator, whole)
	if !j.unsplit {
		sc.group(s, j.reason, reason)
	}
}

// counts says whether a row counts, for its keys or in all.
func counts(all bool, axes ...*joined) string {
	out := ""
	for _, j := range axes {
		if j == nil || j.unsplit {
			continue
		}
		flag := j.leadsKey
		if all {
			flag = j.leads
		}
		out += " AND " + flag
	}
	return out
}

// sums adds the sums and counts.
func (sc *scanner) sums(s *sql.Selector, place, sector *joined, converted bool) {
	value, dated, valued := s.C(transaction.FieldValueMicro), s.C(transaction.FieldDate), s.C(transaction.FieldValueDate)
	sum := func(expr, as string) {
		s.AppendSelectExprAs(sql.Raw("CAST(SUM("+expr+") AS BIGINT)"), as)
	}
	when := func(condition, as string) { sum("CASE WHEN "+condition+" THEN 1 ELSE 0 END", as) }
	sum(fmt.Sprintf("%s / %d", value, lowDigits), "hi")
	sum(fmt.Sprintf("%s %% %d", value, lowDigits), "lo")
	all := counts(true, place, sector)
	when(value+" IS NOT NULL"+counts(false, place, sector), "n")
	when(value+" IS NOT NULL"+all, "nl")
	when(value+" IS NULL"+all, "nb")
	when(dated+" IS NULL"+all, "nu")
	if converted {
		when(value+" IS NOT NULL AND "+valued+" IS NULL AND "+dated+" IS NOT NULL"+all, "na")
	}
}

// key is the key of a dimension in the statement.
func (*scanner) key(s *sql.Selector, d Dimension, a, g *sql.SelectTable, place, sector *joined) string {
	switch d {
	case Year:
		return "SUBSTR(" + s.C(transaction.FieldDate) + ", 1, 4)"
	case Quarter:
		return "SUBSTR(" + s.C(transaction.FieldDate) + ", 1, 7)"
	case Currency:
		return s.C(transaction.FieldValueCurrency)
	case Status:
		return a.C(activity.FieldStatusCode)
	case Programme:
		return a.C(activity.FieldProgrammeID)
	case Area:
		return g.C(programme.FieldArea)
	case Activity:
		return s.C(transaction.FieldActivityID)
	case Provider:
		return "NULLIF(" + s.C(transaction.FieldProviderKey) + ", '')"
	case Receiver:
		return "NULLIF(" + s.C(transaction.FieldReceiverKey) + ", '')"
	case Reporting:
		return organisationKey(a.C(activity.FieldReportingID), a.C(activity.FieldReportingRef), a.C(activity.FieldReportingName))
	case Agreement:
		return a.C(activity.FieldAgreementID)
	case Country:
		return place.code
	case Region:
		return place.region
	case SectorOf, SDG:
		return sector.code
	case SectorCategory:
		if sector.use.byCategory {
			return sector.category
		}
		return sector.code
	}
	return s.C(transaction.FieldTypeCode)
}

// organisationKey is an organisation, known here or as it was published.
func organisationKey(u, ref, name string) string {
	return "CASE WHEN " + u + " IS NOT NULL THEN CAST(" + u + " AS TEXT) WHEN " + ref + " <> '' THEN '" + byRef + "' || SUBSTR(" + ref +
		", 1, 400) WHEN " + name + " <> '' THEN '" + byName + "' || SUBSTR(" + name + ", 1, 400) END"
}
