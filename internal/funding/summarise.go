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
	p, err := s.sources(ctx, q)
	if err != nil {
		return nil, err
	}
	book, err := s.book(ctx, q, p)
	if err != nil {
		return nil, err
	}
	b := newBuilder(q, book)
	p.each(b.add)
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

// sources reads sums that are kept, and adds up within the limit what is not.
func (s *Service) sources(ctx context.Context, q Query) (*sources, error) {
	p := &sources{}
	of := noFlows
	if q.moves() {
		of = allFlows
	}
	if r, ok := q.kept(viewer.From(ctx)); ok && of == allFlows && !s.scans {
		var err error
		if p, err = keptSums(ctx, s.DB, q, r); err != nil {
			return nil, err
		}
		of = noFlows
		if p.bare() {
			of = texts
		}
	}
	if of == noFlows && len(kindsOf(q.Measures)) == 0 {
		return p, nil
	}
	limited, stop := context.WithTimeout(ctx, s.Limit)
	defer stop()
	var err error
	p.cells, err = scan(limited, s.DB.Client, s.DB.Dialect, q, of)
	if err != nil && ctx.Err() == nil && errors.Is(limited.Err(), context.DeadlineExceeded) {
		return nil, apperr.New(apperr.QueryTooCostly, msgTooCostly).Because(err)
	}
	if p.apart = of == texts; p.apart {
		for _, c := range p.cells {
			if !c.planned {
				c.Undated = 0 // they are among those of the kept sums
			}
		}
	}
	return p, err
}

// book reads the rates that parts are converted with.
func (s *Service) book(ctx context.Context, q Query, p *sources) (*exchange.Book, error) {
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
	p.currencies(func(currency, year *string) {
		if currency == nil || *currency == q.Currency || year == nil {
			return
		}
		y, err := strconv.Atoi(*year)
		if err != nil {
			return
		}
		need(*currency)
		need(q.Currency)
		if !slices.Contains(n.Years, y) {
			n.Years = append(n.Years, y)
		}
	})
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
