package funding

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/internal/viewer"
)

// Few flows are merged at a time in tests, so that there are several times.
func init() { mergedAtOnce = 2 }

// Apportion apportions parts of their sum, and gives them as they are written.
func Apportion(parts []*big.Rat, digits int) (out []*big.Rat, whole *big.Rat) {
	total := new(big.Rat)
	for _, p := range parts {
		if p != nil {
			total.Add(total, p)
		}
	}
	fractions := make([]fraction, len(parts))
	for i, p := range parts {
		if p != nil {
			fractions[i] = fraction{p.Num(), p.Denom()}
		}
	}
	units, all := apportion(fractions, fraction{total.Num(), total.Denom()}, digits)
	read := func(n *big.Int) *big.Rat {
		if n == nil {
			return nil
		}
		r, ok := new(big.Rat).SetString(written(n, digits))
		if !ok || len(r.FloatString(digits)) != len(written(n, digits)) {
			panic(written(n, digits))
		}
		return r
	}
	for _, n := range units {
		out = append(out, read(n))
	}
	return out, read(all)
}

// Changed changes the sums of a row, and Read reads them: by year the sum and the counts.
func Changed(text string, changes map[string][7]int64) (string, error) {
	var of []yearChange
	for _, year := range slices.Sorted(maps.Keys(changes)) {
		n := changes[year]
		t := &tally{count: n[1], leads: n[2], bareCode: n[3], bare: n[4], assumedCode: n[5], assumed: n[6]}
		t.add(n[0], 1, 1)
		of = append(of, yearChange{year, t})
	}
	return changedYears(text, of)
}

// Tallied adds up amounts times numerators.
func Tallied(list [][3]int64) *big.Int {
	t := &tally{count: 1}
	for _, x := range list {
		t.add(x[0], x[1], x[2])
	}
	return t.whole(new(big.Int))
}

// Written reads sums as rows have them, and writes what they make together.
func Written(sums []string) (string, error) {
	t := &tally{}
	for _, s := range sums {
		if err := t.read(s); err != nil {
			return "", err
		}
	}
	return string(t.write(nil)), nil
}

// Scanned reads a sum as queries do, so many times.
func Scanned(sum string, times int) (*big.Int, error) {
	row := &keptRow{}
	for range times {
		if err := row.addSum(sum); err != nil {
			return nil, err
		}
	}
	return row.sum(new(big.Int)), nil
}

// Sum adds fractions up.
func Sum(fractions [][2]int64) *big.Rat {
	s := &sum{}
	for _, f := range fractions {
		s.add(fraction{big.NewInt(f[0]), big.NewInt(f[1])}, 1)
	}
	return s.exact()
}

// Scanning lets the service add everything up.
func (s *Service) Scanning() *Service {
	s.scans = true
	return s
}

// IsKept says whether a query is answered from kept sums.
func IsKept(q Query, v *viewer.Viewer) bool {
	_, ok := q.kept(v)
	return ok
}

// Forget makes everything as it is after the migration: nothing is counted.
func Forget(ctx context.Context, tx *ent.Client) error {
	if _, err := tx.FundingRollup.Delete().Exec(ctx); err != nil {
		return err
	}
	return tx.Activity.Update().SetFundingCounted(false).Exec(ctx)
}

// KeptAndCounted are the sums that are kept and those that a recount gives, as lines.
func KeptAndCounted(ctx context.Context, client *ent.Client) (kept, counted []string, err error) {
	line := func(k rollupKey, r *tally) string {
		return fmt.Sprintf("%+v %s %d %d %d %d %d %d", k, r.whole(new(big.Int)), r.count, r.leads, r.bare, r.bareCode, r.assumed, r.assumedCode)
	}
	rows, err := client.FundingRollup.Query().All(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		at := sheetKey{
			row.Scope, row.Party, row.Dimension, row.Code, Reason(row.Reason), row.TypeCode, row.Currency, row.Period, row.RateYear, row.Internal, row.Denominator,
		}
		if row.ID != at.id() {
			return nil, nil, fmt.Errorf("%v is not the row of its key", row)
		}
		err := eachYear(row.Years, func(year, numbers string) error {
			r := &tally{}
			if err := r.read(numbers); err != nil {
				return err
			}
			k := at.of(year)
			if k.sheet() != at {
				return fmt.Errorf("%v has a year that is not its own: %s", row, year)
			}
			kept = append(kept, line(k, r))
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	ids, err := client.Activity.Query().Order(ent.Asc(activity.FieldID)).IDs(ctx)
	if err != nil {
		return nil, nil, err
	}
	flows, err := read(ctx, client, Of{Activities: ids})
	if err != nil {
		return nil, nil, err
	}
	sums := newRollups()
	for _, f := range flows {
		sums.add(f, 1)
	}
	for at, t := range sums.sums {
		if !t.zero() {
			counted = append(counted, line(sums.key(at), t))
		}
	}
	slices.Sort(kept)
	slices.Sort(counted)
	return kept, counted, nil
}
