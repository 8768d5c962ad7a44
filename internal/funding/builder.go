package funding

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/codelist"
	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/money"
)

// builder makes a summary of cells.
type builder struct {
	q          Query
	dimensions []Dimension
	book       *exchange.Book
	rows       map[string]*Row
	met        map[string]*Row // by what stands in the database
	raw        []byte          // the name of the row that is looked for
	totals     map[kind]*sum
	excluded   map[kind]*sum
	notes      map[unconverted]*sum
	leftOver   map[unconverted]*sum // of what is excluded
	issues     map[issue]map[kind]*sum
	out        *Summary
	crosses    map[rateOf]*cross // nil: there is no rate
	takers     map[kindOfCell][]Measure
	internal   int64
	tooMany    bool
}

// rateOf is what a rate is of.
type rateOf struct {
	currency string
	year     int
}

// cross is a rate with what amounts were divided by that it was used for: most are
// divided by one number, and so are what they become.
type cross struct {
	*exchange.Cross
	over, becomes, product *big.Int
}

// of is an amount by the rate, until the next one is asked for.
func (c *cross) of(f fraction) fraction {
	if c.over != f.d {
		c.over, c.becomes = f.d, new(big.Int).Mul(f.d, c.Rate.Denom())
	}
	return fraction{c.product.Mul(f.n, c.Rate.Num()), c.becomes}
}

// cross is the rate of a currency in a year; nil where there is none.
func (b *builder) cross(currency string, year int) *cross {
	at := rateOf{currency, year}
	c, met := b.crosses[at]
	if !met {
		if found, ok := b.book.Between(currency, b.q.Currency, year); ok {
			c = &cross{Cross: &found, product: new(big.Int)}
		}
		b.crosses[at] = c
	}
	return c
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

// note is what is told of a sum that is not converted.
func (k unconverted) note(s *sum) *NotConverted {
	exact := s.exact()
	return &NotConverted{Currency: k.currency, Exact: exact, Figure: money.Rounded(exact, digits(k.currency)), Count: int(s.count), Reason: k.reason}
}

type issue struct {
	dimension Dimension
	reason    Reason
}

func newBuilder(q Query, book *exchange.Book) *builder {
	return &builder{
		q: q, dimensions: q.dimensions(), book: book, rows: map[string]*Row{}, met: map[string]*Row{}, totals: map[kind]*sum{}, excluded: map[kind]*sum{},
		notes: map[unconverted]*sum{}, leftOver: map[unconverted]*sum{}, issues: map[issue]map[kind]*sum{}, crosses: map[rateOf]*cross{}, takers: map[kindOfCell][]Measure{},
		out: &Summary{Query: q, Notes: Notes{Query: q}, Dimensions: q.dimensions(), Overlapping: labelsOf(q).overlap()},
	}
}

// kindOfCell is what the measures that take a cell in depend on.
type kindOfCell struct {
	typeCode string
	planned  bool
}

// measuresOf are the measures that take a cell in.
func (b *builder) measuresOf(c *cell) []Measure {
	k := kindOfCell{c.Type, c.planned}
	out, met := b.takers[k]
	if !met {
		out = c.measures(b.q.Measures)
		b.takers[k] = out
	}
	return out
}

// add takes a cell in, and keeps nothing of it but its texts.
func (b *builder) add(c *cell) {
	measures := b.measuresOf(c)
	if len(measures) == 0 {
		return
	}
	n := &b.out.Notes
	exact, ok := c.exact()
	if !c.Internal && !c.More {
		n.WithoutAmount += int(c.Bare)
		n.WithoutDate += int(c.Undated)
	}
	if !ok {
		if c.Internal && !c.More {
			b.internal += c.Bare
			b.out.Excluded.WithoutAmount += int(c.Bare)
		}
		return
	}
	native, currency := exact, *c.Currency
	reason := exchange.Reason("")
	if b.q.Currency != "" && currency != b.q.Currency {
		year, ok := c.year()
		if !ok {
			reason = exchange.NoDate
		} else if cross := b.cross(currency, year); cross == nil {
			reason = exchange.NoRate
		} else {
			exact = cross.of(exact)
			currency = b.q.Currency
		}
	}
	if c.Internal {
		if c.More {
			return
		}
		b.internal += c.Leads
		if reason != "" {
			at(b.leftOver, unconverted{nil, *c.Currency, reason}).add(native, c.Leads)
			return
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
		if !c.More {
			at(b.notes, unconverted{nil, *c.Currency, reason}).add(native, c.Leads)
		}
		at(b.notes, unconverted{row, *c.Currency, reason}).add(native, c.Count)
		return
	}
	if b.q.Currency != "" && *c.Currency != b.q.Currency && !c.More {
		n.DatesAssumed += int(c.Assumed)
	}
	row.currency = currency
	row.Count += int(c.Count)
	if !c.More {
		b.out.Count += int(c.Leads)
	}
	for _, m := range measures {
		at(row.cells, m).add(exact, c.Count)
		if c.More {
			continue
		}
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
func (b *builder) issue(c *cell, of kind, exact fraction) {
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
	// Most cells are of a row that is there. Keys are made once for what stands in the
	// database; several of that can make one row.
	b.raw = b.raw[:0]
	for _, code := range codes {
		b.raw = named(b.raw, code)
	}
	if r := b.met[string(b.raw)]; r != nil {
		return r
	}
	keys := make([]*Key, len(codes))
	var name []byte
	for i, d := range b.dimensions {
		keys[i] = keyOf(d, codes[i])
		name = named(name, keys[i].Code)
	}
	r := b.rows[string(name)]
	if r == nil {
		if len(b.rows) >= mostGroups {
			b.tooMany = true
			return nil
		}
		r = &Row{Keys: keys, cells: map[Measure]*sum{}}
		b.rows[string(name)] = r
	}
	b.met[string(b.raw)] = r
	return r
}

// named adds a code to the name of a row.
func named(name []byte, code *string) []byte {
	if code == nil {
		return append(name, "0\x00"...)
	}
	name = append(name, '1')
	return append(append(name, *code...), 0)
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
		if !out.Overlapping {
			out.Others = others(out)
		}
		out.Rows = out.Rows[:b.q.First]
	}
	out.Excluded.Query, out.Excluded.Amounts, out.Excluded.Count = b.q, amounts(b.excluded), int(b.internal)
	for k, s := range b.leftOver {
		out.Excluded.NotConverted = append(out.Excluded.NotConverted, k.note(s))
	}
	for k, s := range b.notes {
		n := k.note(s)
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
	slices.SortFunc(out.Excluded.NotConverted, byCurrency)
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

// String names the key: for logs and tests.
func (k *Key) String() string {
	if k.Code == nil {
		return fmt.Sprintf("%s none", k.Dimension)
	}
	return fmt.Sprintf("%s %s", k.Dimension, *k.Code)
}
