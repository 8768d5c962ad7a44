package funding

import (
	"context"
	"fmt"
	"math/big"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/fundingshare"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/money"
)

// Conditions restrict transactions to those behind the figures of a query: those
// that are added up, or the internal flows that are not. With Filter.Keys they are
// those of one row. The viewer of the context decides on the selection; the
// transactions must be read as that viewer.
func (s *Service) Conditions(ctx context.Context, q Query, internal bool) ([]func(*sql.Selector), error) {
	return s.conditions(ctx, q, transactionsOf, func(q Query, o source) *sql.Predicate {
		other := q.Filter.selection(ctx, o.s.Dialect())
		other.Where(sql.ExprP(other.C(activity.FieldID) + " = " + o.counterpart() + " AND " + other.C(activity.FieldID) + " <> " + o.activity()))
		if internal {
			return sql.Exists(other)
		}
		return sql.NotExists(other)
	})
}

// conditions restrict rows of a table to those of a query that count.
func (s *Service) conditions(ctx context.Context, q Query, of func(*sql.Selector) source, count func(Query, source) *sql.Predicate) ([]func(*sql.Selector), error) {
	if err := s.Askable(ctx, q); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	if err := s.Standing(ctx, &q); err != nil {
		return nil, err
	}
	sp, err := splitOf(q)
	if err != nil {
		return nil, err
	}
	return []func(*sql.Selector){func(sel *sql.Selector) {
		o := of(sel)
		q.admits(ctx, o)
		sel.Where(count(q, o))
		for _, u := range []*use{sp.place, sp.sector} {
			if u != nil {
				u.admits(o)
			}
		}
		for _, x := range labelsOf(q).all() {
			x.admits(o)
		}
	}}, nil
}

// Flow is what a transaction adds to a figure.
type Flow struct {
	// Part is the part of its amount that counts.
	Part *big.Rat
	// Conversion is its whole amount in the currency that was asked for, or why it is
	// not converted; without one, its amount as it is.
	Conversion exchange.Conversion
	// Exact is what it adds, nil where it adds nothing.
	Exact *big.Rat
	// Figure is that rounded as the currency is shown, Unrounded to twelve decimals.
	Figure, Unrounded string
}

// item is a row of money, whatever table it is of.
type item struct {
	id, activity          uuid.UUID
	ownPlaces, ownSectors bool
	amount                *money.Amount
	times                 *big.Rat // how often the amount; nil: once
	currency              string
	when                  exchange.When
}

// Flows says what transactions add to the figures of a query: three statements,
// however many there are.
func (s *Service) Flows(ctx context.Context, q Query, rows []*ent.Transaction) (map[uuid.UUID]*Flow, error) {
	items := make([]item, len(rows))
	for i, t := range rows {
		items[i] = item{
			id: t.ID, activity: t.ActivityID, ownPlaces: t.OwnPlaces, ownSectors: t.OwnSectors, currency: t.ValueCurrency,
			when: exchange.When{ValueDate: t.ValueDate, Date: t.Date},
		}
		items[i].worth(t.ValuePublished, t.ValueMicro)
	}
	return s.flows(ctx, q, items)
}

// BudgetFlows says what budgets add to the figures of a query, likewise.
func (s *Service) BudgetFlows(ctx context.Context, q Query, rows []*ent.Budget) (map[uuid.UUID]*Flow, error) {
	items := make([]item, len(rows))
	for i, b := range rows {
		items[i] = item{id: b.ID, activity: b.ActivityID, currency: b.ValueCurrency, when: exchange.When{ValueDate: b.ValueDate, Date: b.PeriodStart}}
		items[i].worth(b.ValuePublished, b.ValueMicro)
	}
	return s.flows(ctx, q, items)
}

// worth sets the amount: that of the millionths, or as often one as the text says
// where they do not fit.
func (t *item) worth(published string, micro *int64) {
	if micro != nil {
		t.amount = &money.Amount{Published: published, Micro: *micro, Currency: t.currency}
		return
	}
	if digits, ok := money.Exact(published); ok && t.currency != "" {
		t.amount, t.times = &money.Amount{Published: "1", Micro: money.Micro, Currency: t.currency}, digits
	}
}

func (s *Service) flows(ctx context.Context, q Query, items []item) (map[uuid.UUID]*Flow, error) {
	sp, err := splitOf(q)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]*Flow, len(items))
	for _, t := range items {
		out[t.id] = &Flow{Part: big.NewRat(1, 1)}
	}
	for _, u := range []*use{sp.place, sp.sector} {
		if u == nil || !u.restricted() {
			continue
		}
		if err := s.parts(ctx, u, items, out); err != nil {
			return nil, err
		}
	}
	book, err := s.bookOf(ctx, q, items)
	if err != nil {
		return nil, err
	}
	for _, t := range items {
		f := out[t.id]
		to := q.Currency
		if to == "" {
			to = t.currency
		}
		f.Conversion = book.Convert(t.amount, t.when, to)
		if f.Conversion.Exact == nil {
			continue
		}
		if t.times != nil {
			f.Conversion.Exact = new(big.Rat).Mul(f.Conversion.Exact, t.times)
			f.Conversion.Amount = exchange.Show(f.Conversion.Exact, to)
		}
		f.Exact = new(big.Rat).Mul(f.Conversion.Exact, f.Part)
		f.Figure, f.Unrounded = money.Rounded(f.Exact, digits(to)), money.Rounded(f.Exact, 12)
	}
	return out, nil
}

// bookOf reads the rates that money is converted with.
func (s *Service) bookOf(ctx context.Context, q Query, items []item) (*exchange.Book, error) {
	var n exchange.Need
	if q.RateSource != "" {
		n.Source = &q.RateSource
	}
	for _, t := range items {
		year, ok := t.when.Year()
		if q.Currency == "" || !ok || t.amount == nil || t.currency == q.Currency {
			continue
		}
		for _, c := range []string{t.currency, q.Currency} {
			if c != exchange.Base && !slices.Contains(n.Currencies, c) {
				n.Currencies = append(n.Currencies, c)
			}
		}
		if !slices.Contains(n.Years, year) {
			n.Years = append(n.Years, year)
		}
	}
	return exchange.Load(ctx, s.DB.Client, n)
}

// parts multiplies the flows by what of them the axis admits.
func (s *Service) parts(ctx context.Context, u *use, items []item, out map[uuid.UUID]*Flow) error {
	owner := func(t item) uuid.UUID {
		if u.axis == Place && t.ownPlaces || u.axis != Place && t.ownSectors {
			return t.id
		}
		return t.activity
	}
	var owners []uuid.UUID
	for _, t := range items {
		if o := owner(t); !slices.Contains(owners, o) {
			owners = append(owners, o)
		}
	}
	found, err := s.DB.Client.FundingShare.Query().Where(func(s *sql.Selector) {
		s.Where(sql.And(batch.InP(s.C(fundingshare.FieldOwnerID), owners), sql.EQ(s.C(fundingshare.FieldAxis), string(u.axis)),
			sql.EQ(s.C(fundingshare.FieldVocabulary), u.vocabulary)))
	}).All(system(ctx)) // of what the viewer has read
	if err != nil {
		return fmt.Errorf("funding: read shares: %w", err)
	}
	parts, stated := map[uuid.UUID]*big.Rat{}, map[uuid.UUID]bool{}
	for _, f := range found {
		stated[f.OwnerID] = true
		if !u.counts(f) {
			continue
		}
		if parts[f.OwnerID] == nil {
			parts[f.OwnerID] = new(big.Rat)
		}
		parts[f.OwnerID].Add(parts[f.OwnerID], big.NewRat(f.Numerator, f.Denominator))
	}
	for _, t := range items {
		o := owner(t)
		switch part := parts[o]; {
		case part != nil:
			out[t.id].Part.Mul(out[t.id].Part, part)
		case stated[o] || !u.unallocatedToo():
			out[t.id].Part = new(big.Rat)
		}
	}
	return nil
}

// counts says whether the use admits a share.
func (u *use) counts(f *ent.FundingShare) bool {
	in := func(list []string, code string) bool { return list == nil || slices.Contains(list, code) }
	return in(u.codes, f.Code) && in(u.regions, f.Region) && in(u.categories, categoryOf(f.Code))
}
