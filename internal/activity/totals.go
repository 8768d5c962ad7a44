package activity

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/money"
)

// Totals are numbers of activities and sums of transactions as published,
// nothing converted or split.
type Totals struct {
	ByStatus []StatusCount // in the order of codes
	BySum    []Sum         // by type, then by currency
	// NotCounted is how many transactions are in no sum, because they have no
	// amount that could be read exactly.
	NotCounted int
}

// StatusCount is how many activities stand in a status, by its IATI code.
type StatusCount struct {
	Code  string
	Count int
}

// Sum is the exact sum of the transactions of one type in one currency.
type Sum struct {
	TypeCode, Currency, Amount string
	Count                      int
}

// lowDigits parts a 64-bit amount in two, each so small that sums of billions of
// them fit 64 bits: SUM of whole amounts would overflow.
const lowDigits = 1 << 32

// ReadTotals adds up the activities that the viewer may see and the conditions
// admit, and their transactions: two statements, whatever there is.
func ReadTotals(ctx context.Context, client *ent.Client, conditions ...func(*sql.Selector)) (*Totals, error) {
	out := &Totals{ByStatus: []StatusCount{}, BySum: []Sum{}}
	var counts []struct {
		Code string `sql:"code"`
		N    int    `sql:"n"`
	}
	activities := client.Activity.Query()
	for _, c := range conditions {
		activities.Where(predicate.Activity(c))
	}
	err := activities.Modify(func(s *sql.Selector) {
		column := s.C(activity.FieldStatusCode)
		s.Select(sql.As(column, "code"), sql.As(sql.Count("*"), "n")).GroupBy(column)
	}).Scan(ctx, &counts)
	if err != nil {
		return nil, fmt.Errorf("activity: count by status: %w", err)
	}
	for _, c := range counts {
		out.ByStatus = append(out.ByStatus, StatusCount{c.Code, c.N})
	}
	slices.SortFunc(out.ByStatus, func(a, b StatusCount) int { return compareCodes(a.Code, b.Code) })

	var sums []struct {
		Type     string  `sql:"type"`
		Currency *string `sql:"currency"`
		High     *int64  `sql:"high"`
		Low      *int64  `sql:"low"`
		Exact    int     `sql:"exact"`
		N        int     `sql:"n"`
	}
	err = client.Transaction.Query().Where(within(conditions)).Modify(func(s *sql.Selector) {
		kind, currency, value := s.C(transaction.FieldTypeCode), s.C(transaction.FieldValueCurrency), s.C(transaction.FieldValueMicro)
		s.Select(sql.As(kind, "type"), sql.As(currency, "currency"), sql.As(sql.Count(value), "exact"), sql.As(sql.Count("*"), "n")).
			AppendSelectExprAs(halves(value, "/"), "high").AppendSelectExprAs(halves(value, "%"), "low").
			GroupBy(kind, currency)
	}).Scan(ctx, &sums)
	if err != nil {
		return nil, fmt.Errorf("activity: add up transactions: %w", err)
	}
	for _, r := range sums {
		out.NotCounted += r.N - r.Exact
		if r.Exact == 0 || r.Currency == nil {
			continue
		}
		sum := new(big.Int).Mul(big.NewInt(*r.High), big.NewInt(lowDigits))
		sum.Add(sum, big.NewInt(*r.Low))
		out.BySum = append(out.BySum, Sum{r.Type, *r.Currency, money.FormatBig(sum), r.Exact})
	}
	slices.SortFunc(out.BySum, func(a, b Sum) int {
		return cmp.Or(compareCodes(a.TypeCode, b.TypeCode), cmp.Compare(a.Currency, b.Currency))
	})
	return out, nil
}

// halves sums the high (/) or low (%) digits of a column. Both databases divide
// towards zero, so high × lowDigits + low is the value, negative ones too.
func halves(column, operator string) sql.Querier {
	return sql.ExprFunc(func(b *sql.Builder) {
		b.WriteString("CAST(SUM(").Ident(column).WriteString(fmt.Sprintf(" %s %d) AS BIGINT)", operator, int64(lowDigits)))
	})
}

// within admits the transactions of activities that the conditions admit.
func within(conditions []func(*sql.Selector)) predicate.Transaction {
	return func(s *sql.Selector) {
		if len(conditions) == 0 {
			return
		}
		t := sql.Table(activity.Table)
		q := sql.Select(t.C(activity.FieldID)).From(t)
		for _, c := range conditions {
			c(q)
		}
		s.Where(sql.In(s.C(transaction.FieldActivityID), q))
	}
}

// compareCodes orders codes as numbers; other texts come after by length.
func compareCodes(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }
