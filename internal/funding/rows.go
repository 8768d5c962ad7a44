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
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/money"
)

// Conditions restrict transactions to those behind the figures of a query: those
// that are added up, or the internal flows that are not. With Filter.Keys they are
// those of one row. The viewer of the context decides on the selection; the
// transactions must be read as that viewer.
func (s *Service) Conditions(ctx context.Context, q Query, internal bool) ([]func(*sql.Selector), error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	sp, err := splitOf(q)
	if err != nil {
		return nil, err
	}
	out := []func(*sql.Selector){q.Filter.flows, func(s *sql.Selector) {
		if types := typesOf(q.Measures); types != nil {
			s.Where(sql.In(s.C(transaction.FieldTypeCode), anys(types)...))
		}
		selection := q.Filter.selection(ctx, s.Dialect())
		if q.Filter.selects() {
			s.Where(sql.In(s.C(transaction.FieldActivityID), selection))
		}
		other := q.Filter.selection(ctx, s.Dialect())
		other.Where(sql.P(func(b *sql.Builder) {
			b.Ident(other.C(activity.FieldID)).WriteString(" = " + counterpart(s) + " AND ").Ident(other.C(activity.FieldID)).
				WriteString(" <> " + s.C(transaction.FieldActivityID))
		}))
		if internal {
			s.Where(sql.Exists(other))
		} else {
			s.Where(sql.NotExists(other))
		}
	}}
	for _, u := range []*use{sp.place, sp.sector} {
		if u != nil {
			out = append(out, u.admits)
		}
	}
	return out, nil
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

// Flows says what transactions add to the figures of a query: three statements,
// however many there are.
func (s *Service) Flows(ctx context.Context, q Query, rows []*ent.Transaction) (map[uuid.UUID]*Flow, error) {
	sp, err := splitOf(q)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]*Flow, len(rows))
	for _, t := range rows {
		out[t.ID] = &Flow{Part: big.NewRat(1, 1)}
	}
	for _, u := range []*use{sp.place, sp.sector} {
		if u == nil || !u.restricted() {
			continue
		}
		if err := s.parts(ctx, u, rows, out); err != nil {
			return nil, err
		}
	}
	book, err := s.bookOf(ctx, q, rows)
	if err != nil {
		return nil, err
	}
	for _, t := range rows {
		f := out[t.ID]
		var a *money.Amount
		if t.ValueMicro != nil {
			a = &money.Amount{Published: t.ValuePublished, Micro: *t.ValueMicro, Currency: t.ValueCurrency}
		}
		to := q.Currency
		if to == "" {
			to = t.ValueCurrency
		}
		f.Conversion = book.Convert(a, exchange.When{ValueDate: t.ValueDate, Date: t.Date}, to)
		if f.Conversion.Exact == nil {
			continue
		}
		f.Exact = new(big.Rat).Mul(f.Conversion.Exact, f.Part)
		f.Figure, f.Unrounded = money.Rounded(f.Exact, digits(to)), money.Rounded(f.Exact, 12)
	}
	return out, nil
}

// bookOf reads the rates that transactions are converted with.
func (s *Service) bookOf(ctx context.Context, q Query, rows []*ent.Transaction) (*exchange.Book, error) {
	var n exchange.Need
	if q.RateSource != "" {
		n.Source = &q.RateSource
	}
	for _, t := range rows {
		year, ok := exchange.When{ValueDate: t.ValueDate, Date: t.Date}.Year()
		if q.Currency == "" || !ok || t.ValueMicro == nil || t.ValueCurrency == q.Currency {
			continue
		}
		for _, c := range []string{t.ValueCurrency, q.Currency} {
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
func (s *Service) parts(ctx context.Context, u *use, rows []*ent.Transaction, out map[uuid.UUID]*Flow) error {
	owner := func(t *ent.Transaction) uuid.UUID {
		if u.axis == Place && t.OwnPlaces || u.axis != Place && t.OwnSectors {
			return t.ID
		}
		return t.ActivityID
	}
	var owners []uuid.UUID
	for _, t := range rows {
		if o := owner(t); !slices.Contains(owners, o) {
			owners = append(owners, o)
		}
	}
	found, err := s.DB.Client.FundingShare.Query().Where(func(s *sql.Selector) {
		s.Where(sql.And(batch.InP(s.C(fundingshare.FieldOwnerID), owners), sql.EQ(s.C(fundingshare.FieldAxis), string(u.axis)),
			sql.EQ(s.C(fundingshare.FieldVocabulary), u.vocabulary)))
	}).All(system(ctx)) // of transactions that the viewer has read
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
	for _, t := range rows {
		o := owner(t)
		switch part := parts[o]; {
		case part != nil:
			out[t.ID].Part.Mul(out[t.ID].Part, part)
		case stated[o] || !u.unallocatedToo():
			out[t.ID].Part = new(big.Rat)
		}
	}
	return nil
}

// counts says whether the use admits a share.
func (u *use) counts(f *ent.FundingShare) bool {
	in := func(list []string, code string) bool { return list == nil || slices.Contains(list, code) }
	return in(u.codes, f.Code) && in(u.regions, f.Region) && in(u.categories, categoryOf(f.Code))
}
