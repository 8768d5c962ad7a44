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

// cells reads sums that are kept, and adds up within the limit what is not.
func (s *Service) cells(ctx context.Context, q Query) ([]*cell, error) {
	var kept []*cell
	moves := q.moves()
	if r, ok := q.kept(viewer.From(ctx)); ok && moves && !s.scans {
		var err error
		if kept, err = keptCells(ctx, s.DB, q, r); err != nil {
			return nil, err
		}
		moves = false
	}
	if !moves && len(kindsOf(q.Measures)) == 0 {
		return kept, nil
	}
	limited, stop := context.WithTimeout(ctx, s.Limit)
	defer stop()
	cells, err := scan(limited, s.DB.Client, s.DB.Dialect, q, moves)
	if err != nil && ctx.Err() == nil && errors.Is(limited.Err(), context.DeadlineExceeded) {
		return nil, apperr.New(apperr.QueryTooCostly, msgTooCostly).Because(err)
	}
	return append(kept, cells...), err
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
	n := c.kept
	if n == nil {
		if c.High == nil || c.Low == nil || c.Currency == nil {
			return fraction{}, false
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
	return fraction{n, d}, true
}
