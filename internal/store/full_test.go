package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"entgo.io/ent/dialect"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// fill makes the database say that its disk is full to who writes a group.
func fill(t *testing.T, db *store.DB) {
	t.Helper()
	statements := []string{"VACUUM", "PRAGMA max_page_count = 1"}
	if db.Dialect == dialect.Postgres {
		statements = []string{
			"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$",
			"CREATE TRIGGER full_disk BEFORE INSERT ON country_groups FOR EACH ROW EXECUTE FUNCTION full_disk()",
		}
	}
	for _, s := range statements {
		if _, err := db.SQL().ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFullDiskIsToldInWords(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := viewer.With(t.Context(), viewer.System())
		fill(t, db)
		err := store.InTx(ctx, db, func(ctx context.Context, tx *ent.Client) error {
			for i := range 200 { // more than the pages that are there have room for
				g := group(tx, fmt.Sprint("G", i)).SetNameText(i18n.Text{EN: strings.Repeat("x", 200), Authentic: i18n.EN})
				if err := g.Exec(ctx); err != nil {
					return fmt.Errorf("write a group: %w", err)
				}
			}
			return nil
		})
		var e *apperr.Error
		if !errors.As(err, &e) || e.Code != apperr.Unavailable || !strings.Contains(e.Sentence(i18n.EN), "disk is full") || e.Cause == nil {
			t.Fatalf("%v", err)
		}
		for _, l := range i18n.Langs {
			if s := e.Sentence(l); strings.Contains(strings.ToLower(s), "sql") || strings.Contains(s, "53100") {
				t.Errorf("%s: %q", l, s)
			}
		}
		if n := db.Client.CountryGroup.Query().CountX(ctx); n != 0 {
			t.Errorf("%d rows are there", n)
		}
	})
}

func TestWhatIsAFullDisk(t *testing.T) {
	t.Parallel()
	full := fmt.Errorf("copy: %w", &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC})
	if err := store.Told(full); apperr.CodeOf(err) != apperr.Unavailable || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v", err)
	}
	known := apperr.ErrNotFound.Because(full)
	for _, err := range []error{nil, errors.New("disk"), known, &fs.PathError{Op: "write", Path: "x", Err: syscall.EACCES}} {
		if got := store.Told(err); got != err { //nolint:errorlint // as it is
			t.Errorf("%v became %v", err, got)
		}
	}
}
