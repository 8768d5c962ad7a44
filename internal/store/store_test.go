package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

func as[T any](err error, target *T) bool { return errors.As(err, target) }

var moment = time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)

func group(tx *ent.Client, code string) *ent.CountryGroupCreate {
	return tx.CountryGroup.Create().SetID(id.New(id.CountryGroup, moment)).SetCode(code).SetCreatedAt(moment).SetUpdatedAt(moment)
}

func TestTransactionsAreWholeOrNothing(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	add := func(db *store.DB, code string) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			return store.InTx(ctx, db, func(ctx context.Context, tx *ent.Client) error { return group(tx, code).Exec(ctx) })
		}
	}
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := viewer.With(t.Context(), viewer.System())
		for name, run := range map[string]func(ctx context.Context, tx *ent.Client) error{
			"fn fails": func(ctx context.Context, _ *ent.Client) error { return errors.Join(add(db, "A")(ctx), boom) },
			"the last fails": func(ctx context.Context, _ *ent.Client) error {
				store.BeforeCommit(ctx, func(context.Context, *ent.Client) error { return boom })
				return add(db, "A")(ctx)
			},
			"inner is hidden": func(ctx context.Context, _ *ent.Client) error {
				_ = store.InTx(ctx, db, func(context.Context, *ent.Client) error { return boom })
				return add(db, "A")(ctx)
			},
		} {
			committed := false
			err := store.InTx(ctx, db, func(ctx context.Context, tx *ent.Client) error {
				store.AfterCommit(ctx, func() { committed = true })
				return run(ctx, tx)
			})
			if !errors.Is(err, boom) {
				t.Errorf("%s: %v", name, err)
			}
			if n := db.Client.CountryGroup.Query().CountX(ctx); n != 0 || committed {
				t.Errorf("%s: %d rows are there, committed: %v", name, n, committed)
			}
		}
		if err := add(db, "A")(ctx); err != nil {
			t.Fatal(err)
		}
		err := add(db, "A")(ctx)
		if !store.IsUnique(err) || !store.Violates(err, "code") || store.IsForeignKey(err) {
			t.Errorf("the second A: %v", err)
		}
		err = store.InTx(ctx, db, func(ctx context.Context, tx *ent.Client) error {
			return tx.Country.Create().SetID(id.New(id.Country, moment)).SetIso2("JM").SetGroupID(id.New(id.CountryGroup, moment)).
				SetCreatedAt(moment).SetUpdatedAt(moment).Exec(ctx)
		})
		if !store.IsForeignKey(err) || store.IsUnique(err) {
			t.Errorf("a group that is not there: %v", err)
		}
	})
}

func TestPanicRollsBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := viewer.With(t.Context(), viewer.System())
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = store.InTx(ctx, db, func(ctx context.Context, tx *ent.Client) error {
				group(tx, "A").ExecX(ctx)
				panic("boom")
			})
		}()
		if n := db.Client.CountryGroup.Query().CountX(ctx); n != 0 {
			t.Errorf("%d rows are there", n)
		}
	})
}

func TestAnotherDatabaseInsideIsRefused(t *testing.T) {
	t.Parallel()
	a := dbtest.Open(t, dbtest.SQLite(t), store.Options{})
	b := dbtest.Open(t, dbtest.SQLite(t), store.Options{})
	nothing := func(context.Context, *ent.Client) error { return nil }
	err := store.InTx(t.Context(), a, func(ctx context.Context, _ *ent.Client) error { return store.InTx(ctx, b, nothing) })
	if !errors.Is(err, store.ErrOtherDatabase) {
		t.Error(err)
	}
}

// A server of one's own machine mostly has no TLS, which the driver asks for.
func TestOpenSaysHowToDoWithoutTLS(t *testing.T) {
	t.Parallel()
	address := strings.Replace(dbtest.Postgres(t), "sslmode=disable", "sslmode=require", 1)
	if db, err := store.Open(t.Context(), address, store.Options{}); err == nil {
		_ = db.Close()
		t.Skip("this server speaks TLS")
	} else if !strings.Contains(err.Error(), "?sslmode=disable") {
		t.Error(err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for address, part := range map[string]string{
		"":                                     "sqlite:PATH",
		"mysql://x":                            "sqlite:PATH",
		"sqlite:":                              "sqlite:PATH",
		"sqlite:" + filepath.Join(t.TempDir()): "",
		"postgres://hub:geheim@127.0.0.1:1/hub?sslmode=disable": "reach the database",
	} {
		_, err := store.Open(t.Context(), address, store.Options{})
		if err == nil || !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
