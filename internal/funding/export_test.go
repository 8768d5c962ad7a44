package funding

import (
	"context"
	"fmt"
	"math/big"
	"slices"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/internal/viewer"
)

// Few flows are merged at a time in tests, so that there are several times.
func init() { mergedAtOnce = 2 }

// Apportion is apportion for tests.
var Apportion = apportion

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
	line := func(k rollupKey, r *rollup) string {
		return fmt.Sprintf("%+v %s %d %d %d %d %d %d", k, r.sum, r.count, r.leads, r.bare, r.bareCode, r.assumed, r.assumedCode)
	}
	rows, err := client.FundingRollup.Query().All(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		r := &rollup{
			sum: new(big.Int), count: row.Count, leads: row.Leads, bare: row.Bare, bareCode: row.BareCode, assumed: row.Assumed, assumedCode: row.AssumedCode,
		}
		r.sum.Mul(big.NewInt(row.High), lowBase).Add(r.sum, big.NewInt(row.Low))
		if !r.zero() {
			kept = append(kept, line(rollupKey{
				row.Scope, row.Party, row.Dimension, row.Code, Reason(row.Reason), row.Year, row.TypeCode, row.Currency, row.RateYear, row.Internal, row.Denominator,
			}, r))
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
	sums := rollups{}
	for _, f := range flows {
		sums.add(f, 1)
	}
	for k, r := range sums {
		if !r.zero() {
			counted = append(counted, line(k, r))
		}
	}
	slices.Sort(kept)
	slices.Sort(counted)
	return kept, counted, nil
}
