package store_test

import (
	"context"
	"errors"
	"testing"

	"entgo.io/ent/dialect"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// A statement that is run belongs to the transaction: it is undone with it, and its
// faults are the transaction's.
func TestRunIsPartOfTheTransaction(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := viewer.With(t.Context(), viewer.System())
		rename := "UPDATE country_groups SET code = ? WHERE code = ?"
		if db.Dialect == dialect.Postgres {
			rename = "UPDATE country_groups SET code = $1 WHERE code = $2"
		}
		codes := func() []string {
			return db.Client.CountryGroup.Query().Order(ent.Asc("code")).Select("code").StringsX(ctx)
		}
		run := func(then error, args ...[]any) error {
			return store.InTx(ctx, db, func(ctx context.Context, _ *ent.Client) error {
				if d := store.DialectIn(ctx); d != db.Dialect {
					t.Errorf("the dialect is %q", d)
				}
				return errors.Join(store.Run(ctx, rename, args...), then)
			})
		}
		err := store.InTx(ctx, db, func(ctx context.Context, tx *ent.Client) error {
			return errors.Join(group(tx, "A").Exec(ctx), group(tx, "B").Exec(ctx))
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := run(boom, []any{"C", "A"}); !errors.Is(err, boom) || codes()[0] != "A" {
			t.Errorf("%v, %v", err, codes())
		}
		if err := run(nil, []any{"C", "A"}, []any{"C", "B"}); !store.Violates(err, "code") || codes()[0] != "A" {
			t.Errorf("twice the same: %v, %v", err, codes())
		}
		if err := run(nil, []any{"C", "A"}, []any{"D", "B"}); err != nil || codes()[0] != "C" || codes()[1] != "D" {
			t.Errorf("%v, %v", err, codes())
		}
		if err := store.Run(ctx, rename, []any{"A", "C"}); err == nil || codes()[0] != "C" {
			t.Errorf("outside of a transaction: %v, %v", err, codes())
		}
	})
}
