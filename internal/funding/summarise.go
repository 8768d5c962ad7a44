package funding

import (
	"context"
	"errors"
	"math/big"
	"slices"
	"strconv"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/viewer"
)

// mostGroups is how many rows a summary is made of at most, given or not.
const mostGroups = 50_000

// Summarise adds up what the viewer of the context may see. It returns
// INVALID_INPUT for what can't be asked, QUERY_TOO_COSTLY for what takes longer
// than the limit, UNAVAILABLE while sums are being prepared.
func (s *Service) Summarise(ctx context.Context, q Query) (*Summary, error) {
	if err := s.Askable(ctx, q); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	if err := s.Standing(ctx, &q); err != nil {
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

// Askable refuses what can't be asked: INVALID_INPUT with the argument at fault. It
// is Query.Check, and looks for the source of exchange rates too.
func (s *Service) Askable(ctx context.Context, q Query) error {
	if err := q.Check(); err != nil {
		return err
	}
	return exchange.Named(ctx, s.DB.Client, "rateSource", q.RateSource)
}

// cells reads sums that are kept, and adds up within the limit what is not.
func (s *Service) cells(ctx context.Context, q Query) ([]*cell, error) {
	var kept []*cell
	of := noFlows
	if q.moves() {
		of = allFlows
	}
	if r, ok := q.kept(viewer.From(ctx)); ok && of == allFlows && !s.scans {
		var err error
		if kept, err = keptCells(ctx, s.DB, q, r); err != nil {
			return nil, err
		}
		of = noFlows
		if bare(kept) {
			of = texts
		}
	}
	if of == noFlows && len(kindsOf(q.Measures)) == 0 {
		return kept, nil
	}
	limited, stop := context.WithTimeout(ctx, s.Limit)
	defer stop()
	cells, err := scan(limited, s.DB.Client, s.DB.Dialect, q, of)
	if err != nil && ctx.Err() == nil && errors.Is(limited.Err(), context.DeadlineExceeded) {
		return nil, apperr.New(apperr.QueryTooCostly, msgTooCostly).Because(err)
	}
	if of == texts {
		for _, c := range cells {
			if !c.planned {
				c.Undated = 0 // they are among those of the kept sums
			}
		}
		for _, c := range kept {
			c.Bare = 0 // they are in cells of their own
		}
	}
	return append(kept, cells...), err
}

// bare says whether flows without millionths are among kept sums: their texts are
// still to be looked at.
func bare(kept []*cell) bool {
	return slices.ContainsFunc(kept, func(c *cell) bool { return c.Bare > 0 })
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

// exact is the sum in its own currency; false where there is none.
func (c *cell) exact() (fraction, bool) {
	if c.kept != nil {
		return fraction{c.kept, c.over}, true
	}
	var n *big.Int
	if c.digits == nil {
		if c.High == nil || c.Low == nil || c.Currency == nil {
			return fraction{}, false
		}
		n = new(big.Int).Mul(big.NewInt(*c.High), big.NewInt(lowDigits))
		n.Add(n, big.NewInt(*c.Low))
	}
	d := big.NewInt(money.Micro)
	if c.digits != nil {
		n = new(big.Int).Mul(c.digits.Num(), big.NewInt(c.Flows))
		d = new(big.Int).Set(c.digits.Denom())
	}
	for _, part := range [][2]int64{{c.PlacePart, c.PlaceWhole}, {c.SectorPart, c.SectorWhole}} {
		if part[1] != 0 && part[0] != part[1] {
			n.Mul(n, big.NewInt(part[0]))
			d.Mul(d, big.NewInt(part[1]))
		}
	}
	return fraction{n, d}, true
}
