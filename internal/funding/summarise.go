package funding

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/viewer"
)

// mostGroups is how many rows a summary is made of at most, given or not.
const mostGroups = 50_000

// Summarise adds up what the viewer of the context may see. It returns
// INVALID_INPUT for what can't be asked, QUERY_TOO_COSTLY for what takes longer
// than the limit, UNAVAILABLE while sums are being prepared.
func (s *Service) Summarise(ctx context.Context, q Query) (*Summary, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	cells, err := s.cells(ctx, q)
	if err != nil {
		return nil, err
	}
	book, err := s.book(ctx, q, cells)
	if err != nil {
		return nil, err
	}
	b := newBuilder(q, book)
	for _, c := range cells {
		b.add(c)
	}
	out, err := b.summary()
	if err != nil {
		return nil, err
	}
	if err := s.name(ctx, out); err != nil {
		return nil, err
	}
	return out, nil
}

// cells reads sums that are kept, or adds up within the limit.
func (s *Service) cells(ctx context.Context, q Query) ([]*cell, error) {
	if r, ok := q.kept(viewer.From(ctx)); ok && !s.scans {
		return keptCells(ctx, s.DB.Client, q, r)
	}
	limited, stop := context.WithTimeout(ctx, s.Limit)
	defer stop()
	cells, err := scan(limited, s.DB.Client, s.DB.Dialect, q)
	if err != nil && ctx.Err() == nil && errors.Is(limited.Err(), context.DeadlineExceeded) {
		return nil, apperr.New(apperr.QueryTooCostly, msgTooCostly).Because(err)
	}
	return cells, err
}

// book reads the rates that cells are converted with.
func (s *Service) book(ctx context.Context, q Query, cells []*cell) (*exchange.Book, error) {
	if q.Currency == "" {
		return exchange.NewBook(), nil
	}
	var n exchange.Need
	if q.RateSource != "" {
		n.Source = &q.RateSource
	}
	need := func(currency string) {
		if currency != exchange.Base && !slices.Contains(n.Currencies, currency) {
			n.Currencies = append(n.Currencies, currency)
		}
	}
	for _, c := range cells {
		year, ok := c.year()
		if c.Currency == nil || *c.Currency == q.Currency || !ok {
			continue
		}
		need(*c.Currency)
		need(q.Currency)
		if !slices.Contains(n.Years, year) {
			n.Years = append(n.Years, year)
		}
	}
	return exchange.Load(ctx, s.DB.Client, n)
}

func (c *cell) year() (int, bool) {
	if c.Year == nil {
		return 0, false
	}
	y, err := strconv.Atoi(*c.Year)
	return y, err == nil
}

// exact is the sum in its own currency; nil where there is none.
func (c *cell) exact() *big.Rat {
	n := c.kept
	if n == nil {
		if c.High == nil || c.Low == nil || c.Currency == nil {
			return nil
		}
		n = new(big.Int).Mul(big.NewInt(*c.High), big.NewInt(lowDigits))
		n.Add(n, big.NewInt(*c.Low))
	}
	d := big.NewInt(money.Micro)
	for _, part := range [][2]int64{{c.PlacePart, c.PlaceWhole}, {c.SectorPart, c.SectorWhole}} {
		if part[1] != 0 && part[0] != part[1] {
			n.Mul(n, big.NewInt(part[0]))
			d.Mul(d, big.NewInt(part[1]))
		}
	}
	return new(big.Rat).SetFrac(n, d)
}

// builder makes a summary of cells.
type builder struct {
	q          Query
	dimensions []Dimension
	book       *exchange.Book
	rows       map[string]*Row
	totals     map[kind]*sum
	excluded   map[kind]*sum
	notes      map[unconverted]*sum
	issues     map[issue]map[kind]*sum
	out        *Summary
	internal   int64
	tooMany    bool
}

// kind is a kind of money in a currency.
type kind struct {
	measure  Measure
	currency string
}

type unconverted struct {
	row      *Row // nil: of everything
	currency string
	reason   exchange.Reason
}

type issue struct {
	dimension Dimension
	reason    Reason
}

func newBuilder(q Query, book *exchange.Book) *builder {
	return &builder{
		q: q, dimensions: q.dimensions(), book: book, rows: map[string]*Row{}, totals: map[kind]*sum{}, excluded: map[kind]*sum{},
		notes: map[unconverted]*sum{}, issues: map[issue]map[kind]*sum{}, out: &Summary{Query: q, Dimensions: q.dimensions()},
	}
}

// add takes a cell in.
func (b *builder) add(c *cell) {
	measures := measuresOf(c.Type, b.q.Measures)
	if len(measures) == 0 {
		return
	}
	n := &b.out.Notes
	exact := c.exact()
	if !c.Internal {
		n.WithoutAmount += int(c.Bare)
		n.WithoutDate += int(c.Undated)
	}
	if exact == nil {
		return
	}
	native, currency := exact, *c.Currency
	reason := exchange.Reason("")
	if b.q.Currency != "" && currency != b.q.Currency {
		year, ok := c.year()
		var cross exchange.Cross
		switch {
		case !ok:
			reason = exchange.NoDate
		default:
			if cross, ok = b.book.Between(currency, b.q.Currency, year); !ok {
				reason = exchange.NoRate
				break
			}
			exact = new(big.Rat).Mul(exact, cross.Rate)
			currency = b.q.Currency
		}
	}
	if c.Internal {
		b.internal += c.Leads
		if reason != "" {
			return // it is counted among what was left out, and in no figure
		}
		for _, m := range measures {
			at(b.excluded, kind{m, currency}).add(exact, c.Leads)
		}
		return
	}
	row := b.row(c)
	if row == nil {
		return
	}
	if reason != "" {
		at(b.notes, unconverted{nil, *c.Currency, reason}).add(native, c.Leads)
		at(b.notes, unconverted{row, *c.Currency, reason}).add(native, c.Count)
		return
	}
	if b.q.Currency != "" && *c.Currency != b.q.Currency {
		n.DatesAssumed += int(c.Assumed)
	}
	row.currency = currency
	row.Count += int(c.Count)
	b.out.Count += int(c.Leads)
	for _, m := range measures {
		if row.cells[m] == nil {
			row.cells[m] = &sum{}
		}
		row.cells[m].add(exact, c.Count)
		at(b.totals, kind{m, currency}).add(exact, c.Leads)
		b.issue(c, kind{m, currency}, exact)
	}
}

func at[K comparable](m map[K]*sum, k K) *sum {
	s := m[k]
	if s == nil {
		s = &sum{}
		m[k] = s
	}
	return s
}

// issue notes what is Unallocated in the dimensions of the rows.
func (b *builder) issue(c *cell, of kind, exact *big.Rat) {
	for _, d := range b.dimensions {
		reason := c.PlaceReason
		switch {
		case !d.splits():
			continue
		case d != Country && d != Region:
			reason = c.SectorReason
		}
		if reason == nil || *reason == "" {
			continue
		}
		k := issue{d, Reason(*reason)}
		if b.issues[k] == nil {
			b.issues[k] = map[kind]*sum{}
		}
		at(b.issues[k], of).add(exact, c.Leads)
	}
}

// row is the row of a cell; nil where there are too many.
func (b *builder) row(c *cell) *Row {
	codes := c.keys()[:len(b.dimensions)]
	keys := make([]*Key, len(codes))
	var name strings.Builder
	for i, d := range b.dimensions {
		keys[i] = keyOf(d, codes[i])
		if keys[i].Code == nil {
			name.WriteString("0")
		} else {
			name.WriteString("1" + *keys[i].Code)
		}
		name.WriteByte(0)
	}
	r := b.rows[name.String()]
	if r == nil {
		if len(b.rows) >= mostGroups {
			b.tooMany = true
			return nil
		}
		r = &Row{Keys: keys, cells: map[Measure]*sum{}}
		b.rows[name.String()] = r
	}
	return r
}

// keyOf is the key of what stands in the database.
func keyOf(d Dimension, code *string) *Key {
	k := &Key{Dimension: d, Code: code}
	switch {
	case code == nil:
	case d == Quarter:
		q := quarterOf(*code)
		k.Code = &q
	case d.entity():
		if u, err := uuid.Parse(*code); err == nil {
			text := id.Format(u)
			k.ID, k.Code = &u, &text
		}
	}
	return k
}

// digits is how many digits figures of a currency have.
func digits(currency string) int {
	if i := codelist.Of(codelist.Currency, currency); i != nil && i.Digits != nil {
		return *i.Digits
	}
	return 2
}

// summary finishes the answer.
func (b *builder) summary() (*Summary, error) {
	if b.tooMany {
		return nil, apperr.New(apperr.QueryTooCostly, msgTooCostly).Because(errors.New("funding: too many rows"))
	}
	out := b.out
	out.Measures = b.measures()
	out.Rows = make([]*Row, 0, len(b.rows))
	for _, r := range b.rows {
		out.Rows = append(out.Rows, r)
	}
	slices.SortFunc(out.Rows, compareKeys)
	out.Totals = b.figures(out.Rows, out.Measures)
	b.order(out)
	out.RowCount = len(out.Rows)
	if b.q.First > 0 && len(out.Rows) > b.q.First {
		out.Truncated = true
		out.Others = others(out)
		out.Rows = out.Rows[:b.q.First]
	}
	out.Excluded = Excluded{Query: b.q, Amounts: amounts(b.excluded), Count: int(b.internal)}
	for k, s := range b.notes {
		n := &NotConverted{
			Currency: k.currency, Exact: s.exact, Figure: money.Rounded(s.exact, digits(k.currency)), Count: int(s.count), Reason: k.reason,
		}
		if k.row == nil {
			out.Notes.NotConverted = append(out.Notes.NotConverted, n)
		} else {
			k.row.NotConverted = append(k.row.NotConverted, n)
		}
	}
	byCurrency := func(a, b *NotConverted) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Reason, b.Reason))
	}
	slices.SortFunc(out.Notes.NotConverted, byCurrency)
	for _, r := range out.Rows {
		slices.SortFunc(r.NotConverted, byCurrency)
	}
	for k, sums := range b.issues {
		i := &Issue{Dimension: k.dimension, Reason: k.reason, Amounts: amounts(sums)}
		for _, a := range i.Amounts {
			if a.Measure != Spent || len(b.q.Measures) == 1 { // it counts again what is in two others
				i.Count += a.Count
			}
		}
		out.Notes.Unallocated = append(out.Notes.Unallocated, i)
	}
	slices.SortFunc(out.Notes.Unallocated, func(a, b *Issue) int {
		return cmp.Or(cmp.Compare(a.Dimension, b.Dimension), cmp.Compare(a.Reason, b.Reason))
	})
	return out, nil
}

// measures are the columns: those asked for, or those of which there is money.
func (b *builder) measures() []Measure {
	if len(b.q.Measures) > 0 {
		return b.q.Measures
	}
	var out []Measure
	for k := range b.totals {
		if !slices.Contains(out, k.measure) {
			out = append(out, k.measure)
		}
	}
	slices.SortFunc(out, func(a, b Measure) int { return cmp.Compare(a.rank(), b.rank()) })
	return out
}

// figures rounds the amounts of the rows, which stand in the order of their keys, so
// that they make the totals, and gives these.
func (b *builder) figures(rows []*Row, measures []Measure) []*Amount {
	for _, r := range rows {
		r.Amounts = make([]*Amount, len(measures))
		if r.currency == "" {
			r.currency = b.q.Currency
		}
		for i, m := range measures {
			r.Amounts[i] = &Amount{Measure: m, Currency: r.currency}
			if s := r.cells[m]; s != nil {
				r.Amounts[i].Exact, r.Amounts[i].Count = s.exact, int(s.count)
			}
		}
	}
	currencies := []string{b.q.Currency}
	if b.q.Currency == "" {
		currencies = nil
		for k := range b.totals {
			if !slices.Contains(currencies, k.currency) {
				currencies = append(currencies, k.currency)
			}
		}
		slices.Sort(currencies)
	}
	totals := []*Amount{}
	for _, currency := range currencies {
		for i, m := range measures {
			t := &Amount{Measure: m, Currency: currency}
			totals = append(totals, t)
			s := b.totals[kind{m, currency}]
			if s == nil {
				continue
			}
			t.Exact, t.Count, t.Share = s.exact, int(s.count), "100.0000"
			var of []*Amount
			for _, r := range rows {
				if r.currency == currency {
					of = append(of, r.Amounts[i])
				}
			}
			t.Figure = figure(of, digits(currency))
			if s.exact.Sign() == 0 {
				t.Share = ""
				continue
			}
			shares(of, s.exact)
		}
	}
	return totals
}

// figure rounds amounts together, and gives the figure of their sum.
func figure(of []*Amount, digits int) string {
	exact := make([]*big.Rat, len(of))
	for i, a := range of {
		exact[i] = a.Exact
	}
	parts, whole := apportion(exact, digits)
	for i, p := range parts {
		if p != nil {
			of[i].Figure = money.Rounded(p, digits)
		}
	}
	return money.Rounded(whole, digits)
}

// shares gives amounts their parts of the total.
func shares(of []*Amount, total *big.Rat) {
	parts := make([]*big.Rat, len(of))
	per := new(big.Rat).Quo(big.NewRat(100, 1), total)
	for i, a := range of {
		if a.Exact != nil {
			parts[i] = new(big.Rat).Mul(a.Exact, per)
		}
	}
	parts, _ = apportion(parts, 4)
	for i, p := range parts {
		if p != nil {
			of[i].Share = money.Rounded(p, 4)
		}
	}
}

// others is what the rows that are not given make together.
func others(out *Summary) []*Amount {
	list := make([]*Amount, 0, len(out.Totals))
	for _, t := range out.Totals {
		o := &Amount{Measure: t.Measure, Currency: t.Currency}
		list = append(list, o)
		figure := new(big.Rat)
		for _, r := range out.Rows[out.Query.First:] {
			for _, a := range r.Amounts {
				if a.Measure != t.Measure || a.Currency != t.Currency || a.Exact == nil {
					continue
				}
				if o.Exact == nil {
					o.Exact = new(big.Rat)
				}
				o.Exact.Add(o.Exact, a.Exact)
				f, _ := new(big.Rat).SetString(a.Figure)
				figure.Add(figure, f)
				o.Count += a.Count
			}
		}
		if o.Exact != nil {
			o.Figure = money.Rounded(figure, digits(t.Currency))
		}
	}
	return list
}

// amounts are sums as figures, by measure, then by currency.
func amounts(sums map[kind]*sum) []*Amount {
	out := make([]*Amount, 0, len(sums))
	for k, s := range sums {
		out = append(out, &Amount{
			Measure: k.measure, Currency: k.currency, Exact: s.exact, Figure: money.Rounded(s.exact, digits(k.currency)), Count: int(s.count),
		})
	}
	slices.SortFunc(out, func(a, b *Amount) int {
		return cmp.Or(cmp.Compare(a.Measure.rank(), b.Measure.rank()), cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Currency, b.Currency))
	})
	return out
}

// order puts the rows, which stand in the order of their keys, in the order that is
// asked for.
func (b *builder) order(out *Summary) {
	o := b.q.Order
	if o == nil {
		return
	}
	if o.By == ByKey {
		if o.Desc {
			slices.Reverse(out.Rows)
		}
		return
	}
	m := o.Measure
	if m == "" && len(out.Measures) > 0 {
		m = out.Measures[0]
	}
	i := slices.Index(out.Measures, m)
	if i < 0 {
		return
	}
	slices.SortStableFunc(out.Rows, func(x, y *Row) int {
		a, b := x.Amounts[i], y.Amounts[i]
		n := cmp.Compare(a.Count, b.Count)
		if o.By == ByAmount {
			switch {
			case a.Exact == nil && b.Exact == nil:
				n = 0
			case a.Exact == nil:
				return 1 // what has none comes last, either way
			case b.Exact == nil:
				return -1
			default:
				n = a.Exact.Cmp(b.Exact)
			}
		}
		if o.Desc {
			return -n
		}
		return n
	})
}

// compareKeys orders rows by their keys, numbers as numbers, Unallocated after what
// is, and what has no key last.
func compareKeys(a, b *Row) int {
	for i, k := range a.Keys {
		if n := compareCodes(k.Code, b.Keys[i].Code); n != 0 {
			return n
		}
	}
	return 0
}

func compareCodes(a, b *string) int {
	rank := func(s *string) int {
		switch {
		case s == nil:
			return 3
		case *s == Unallocated:
			return 2
		case *s == Regional, *s == National:
			return 1
		}
		return 0
	}
	if n := cmp.Compare(rank(a), rank(b)); n != 0 || a == nil {
		return n
	}
	x, errX := strconv.Atoi(*a)
	y, errY := strconv.Atoi(*b)
	if errX == nil && errY == nil && x != y {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(*a, *b)
}

// String names the key: for logs and tests.
func (k *Key) String() string {
	if k.Code == nil {
		return fmt.Sprintf("%s none", k.Dimension)
	}
	return fmt.Sprintf("%s %s", k.Dimension, *k.Code)
}
