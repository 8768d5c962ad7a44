package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// watchedModes are the modes that a file has while f runs.
func watchedModes(file string, f func()) map[os.FileMode]bool {
	modes, ended, stop := map[os.FileMode]bool{}, make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			if at, err := os.Stat(file); err == nil {
				modes[at.Mode().Perm()] = true
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	f()
	close(stop)
	<-ended
	return modes
}

func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		ctx := viewer.With(t.Context(), viewer.System())
		db := dbtest.Open(t, address, store.Options{})
		add := func(db *store.DB, code string) {
			if err := store.InTx(ctx, db, func(ctx context.Context, tx *ent.Client) error { return group(tx, code).Exec(ctx) }); err != nil {
				t.Fatal(err)
			}
		}
		add(db, "KEPT")
		file := filepath.Join(t.TempDir(), "copy")
		// What a killed copy left is no hindrance, and nobody else reads what is written.
		if err := os.WriteFile(file+".partial", []byte("rubbish"), 0o600); err != nil {
			t.Fatal(err)
		}
		modes := watchedModes(file+".partial", func() {
			if err := store.Backup(ctx, address, file); err != nil {
				t.Error(err)
			}
		})
		if whole, err := os.Stat(file); err != nil || whole.Mode().Perm() != 0o600 || len(modes) != 1 || !modes[0o600] {
			t.Fatalf("others can read the copy: %v, while it was written %v, %v", whole, modes, err)
		}
		if err := store.Backup(ctx, address, file); err == nil || !strings.Contains(err.Error(), "exists already") {
			t.Errorf("a second copy to the same file: %v", err)
		}
		add(db, "LATER")
		embedded := db.Path != ""
		if embedded {
			if _, err := store.Restore(ctx, address, file, moment); !errors.Is(err, store.ErrInUse) {
				t.Errorf("restore while in use: %v", err)
			}
			if n := db.Client.CountryGroup.Query().CountX(ctx); n != 2 {
				t.Errorf("a refused restore left %d rows", n)
			}
		}
		again := func() *store.DB {
			if embedded {
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
			}
			kept, err := store.Restore(ctx, address, file, moment)
			if err != nil {
				t.Fatal(err)
			}
			if embedded {
				if _, err := os.Stat(kept); err != nil {
					t.Errorf("what was there is not kept: %v", err)
				}
			}
			return dbtest.Open(t, address, store.Options{})
		}()
		codes, err := again.Client.CountryGroup.Query().Select("code").Strings(ctx)
		if err != nil || len(codes) != 1 || codes[0] != "KEPT" {
			t.Errorf("restored: %v, %v", codes, err)
		}
	})
}

func TestRestoreRefusesWhatIsNoCopy(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		ctx := viewer.With(t.Context(), viewer.System())
		dir := t.TempDir()
		rubbish := filepath.Join(dir, "rubbish")
		if err := os.WriteFile(rubbish, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{rubbish, filepath.Join(dir, "missing")} {
			if _, err := store.Restore(ctx, address, file, moment); err == nil {
				t.Errorf("%s was restored", filepath.Base(file))
			}
		}
		db := dbtest.Open(t, address, store.Options{})
		if _, err := db.Migrations(ctx); err != nil {
			t.Errorf("a refused restore did harm: %v", err)
		}
	})
}
