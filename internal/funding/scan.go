package funding

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/fundingshare"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/money"
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
	// Text is the amount, as published, of all flows of the cell: one that does not fit
	// millionths, or none; nil where they have millionths. Flows counts them.
	Text  *string `sql:"px"`
	Flows int64   `sql:"fl"`
	// Count is of flows with an amount, each once for the keys; Leads counts each once
	// in all.
	Count int64 `sql:"n"`
	Leads int64 `sql:"nl"`
	// Bare are those without an amount, Undated those without a date, Assumed those
	// whose rate is of the date for want of a value date; each once in all.
	Bare    int64
	Undated int64 `sql:"nu"`
	Assumed int64 `sql:"na"`

	// More: the flows are in another cell too, which leads.
	More bool `sql:"more"`

	// planned is whether it is of budgets.
	planned bool
	// digits is the number that Text is.
	digits *big.Rat
	// kept is a sum that is kept, in the place of High and Low, and over what it is to be
	// divided by: one number for all that have it.
	kept, over *big.Int
}

// measures are those that take the cell in, of those asked for.
func (c *cell) measures(asked []Measure) []Measure {
	if c.planned {
		return []Measure{Measure(c.Type)}
	}
	return measuresOf(c.Type, asked)
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

// scan adds up flows: one statement, and one for budgets where they are asked for.
// Of transactions it looks at all, at those without millionths, or at none.
func scan(ctx context.Context, client *ent.Client, dialect string, q Query, of extent) ([]*cell, error) {
	sp, err := splitOf(q)
	if err != nil {
		return nil, err
	}
	var cells []*cell
	if of != noFlows {
		sc := &scanner{ctx: ctx, q: q, split: sp, labels: labelsOf(q), dialect: dialect}
		err := client.Transaction.Query().Modify(func(s *sql.Selector) {
			if of == texts {
				s.Where(sql.IsNull(s.C(transaction.FieldValueMicro)))
			}
			sc.statement(transactionsOf(s))
		}).Scan(ctx, &cells)
		if err != nil {
			return nil, fmt.Errorf("funding: add up: %w", err)
		}
	}
	if len(kindsOf(q.Measures)) > 0 {
		sc := &scanner{ctx: ctx, q: q, split: sp, labels: labelsOf(q), dialect: dialect}
		var planned []*cell
		err := client.Budget.Query().Modify(func(s *sql.Selector) { sc.statement(budgetsOf(s)) }).Scan(ctx, &planned)
		if err != nil {
			return nil, fmt.Errorf("funding: add up budgets: %w", err)
		}
		for _, c := range planned {
			c.planned = true
		}
		cells = append(cells, planned...)
	}
	for _, c := range cells {
		c.read()
	}
	if len(cells) > mostCells {
		return nil, apperr.New(apperr.QueryTooCostly, msgTooCostly).Because(errors.New("funding: too many cells"))
	}
	return cells, nil
}

// extent is which transactions a scan looks at.
type extent int

const (
	noFlows extent = iota
	texts          // those without millionths
	allFlows
)

// read reads the amount of a cell whose flows have no millionths. Flows whose text
// is no number are without an amount.
func (c *cell) read() {
	if c.Text == nil {
		return
	}
	if digits, ok := money.Exact(*c.Text); ok && c.Currency != nil {
		c.digits = digits
		return
	}
	c.Bare, c.Count, c.Leads, c.Assumed = c.Leads, 0, 0, 0
}

// scanner writes the statement that adds up.
type scanner struct {
	ctx     context.Context //nolint:containedctx // it lives as long as the statement is written
	q       Query
	split   split
	labels  labels
	dialect string
	groups  []string
}

// group adds a column by which the statement groups.
func (sc *scanner) group(o source, expr, as string) {
	o.s.AppendSelectExprAs(sql.Raw(expr), as)
	sc.groups = append(sc.groups, as)
}

func (sc *scanner) statement(o source) {
	o.s.Select()
	sc.q.admits(sc.ctx, o)
	k := keys{place: sc.join(o, sc.split.place, "p"), sector: sc.join(o, sc.split.sector, "f")}
	more := ""
	for _, x := range sc.labels.all() {
		if !x.byCode && !x.bySignificance {
			x.admits(o)
			continue
		}
		l := x.join(o, strings.ToLower(string(x.of)))
		if x.of == Goals {
			k.goals = l
		} else {
			k.marker = l
		}
		more += " AND " + l.leads
	}
	k.join(o, sc.q.dimensions())
	for i, dim := range sc.q.dimensions() {
		sc.group(o, k.key(o, dim), fmt.Sprintf("k%d", i+1))
	}
	sc.group(o, o.kind(), "ty")
	sc.group(o, o.currency(), "cu")
	year := "SUBSTR(COALESCE(" + o.valueDate() + ", " + o.date() + "), 1, 4)"
	converted := sc.q.Currency != ""
	if converted {
		sc.group(o, year, "ry")
	}
	sc.group(o, "CASE WHEN "+o.value()+" IS NULL THEN COALESCE("+o.published()+", '') END", "px")
	sc.internal(o)
	k.place.group(sc, o, "pn", "pd", "pr")
	k.sector.group(sc, o, "sn", "sd", "sr")
	if more != "" {
		sc.group(o, "CASE WHEN TRUE"+more+" THEN FALSE ELSE TRUE END", "more")
	}
	sc.sums(o, k.place, k.sector, converted)
	o.s.GroupBy(sc.groups...).Limit(mostCells + 1)
}

// internal groups by whether flows are left out: transactions with a counterpart in
// the selection, budgets that are counted elsewhere.
func (sc *scanner) internal(o source) {
	if o.budgets {
		left := leftOutOfSums(sc.ctx, o, sc.q.Filter)
		o.s.AppendSelectExprAs(sql.P(func(b *sql.Builder) {
			b.WriteString("CASE WHEN ").Join(left).WriteString(" THEN TRUE ELSE FALSE END")
		}), "inl")
		sc.groups = append(sc.groups, "inl")
		return
	}
	c := sc.q.Filter.selection(sc.ctx, sc.dialect).As("c")
	o.s.LeftJoin(c).OnP(sql.ExprP(c.C(activity.FieldID) + " = " + o.counterpart() + " AND " + c.C(activity.FieldID) + " <> " + o.activity()))
	sc.group(o, "CASE WHEN "+c.C(activity.FieldID)+" IS NULL THEN FALSE ELSE TRUE END", "inl")
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
func (sc *scanner) join(o source, u *use, as string) *joined {
	if u == nil {
		return nil
	}
	s := o.s
	d := sql.Dialect(sc.dialect)
	if !u.restricted() {
		f := d.Table(fundingshare.Table).As(as)
		s.LeftJoin(f).OnP(sql.And(
			sql.ExprP(f.C(fundingshare.FieldOwnerID)+" = "+o.owner(u.axis)),
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
	on := sql.ExprP(some.C(fundingshare.FieldOwnerID) + " = " + o.owner(u.axis))
	if u.unallocatedToo() {
		s.LeftJoin(some).OnP(on)
		s.Where(sql.Or(sql.NotNull(some.C(fundingshare.FieldOwnerID)), u.nothing(o)))
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
func (j *joined) group(sc *scanner, o source, part, whole, reason string) {
	if j == nil {
		return
	}
	sc.group(o, j.numerator, part)
	sc.group(o, j.denominator, whole)
	if !j.unsplit {
		sc.group(o, j.reason, reason)
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
func (sc *scanner) sums(o source, place, sector *joined, converted bool) {
	value, dated, valued := o.value(), o.date(), o.valueDate()
	sum := func(expr, as string) {
		o.s.AppendSelectExprAs(sql.Raw("CAST(SUM("+expr+") AS BIGINT)"), as)
	}
	when := func(condition, as string) { sum("CASE WHEN "+condition+" THEN 1 ELSE 0 END", as) }
	sum(fmt.Sprintf("%s / %d", value, lowDigits), "hi")
	sum(fmt.Sprintf("%s %% %d", value, lowDigits), "lo")
	all := counts(true, place, sector)
	when("TRUE"+counts(false, place, sector), "n")
	when("TRUE"+all, "nl")
	when(dated+" IS NULL"+all, "nu")
	when("TRUE", "fl")
	if converted {
		when(valued+" IS NULL AND "+dated+" IS NOT NULL"+all, "na")
	}
}
