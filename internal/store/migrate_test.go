package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"acs-aec.org/hub/ent/generated/ent/migrate"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/store"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// TestMigrationsMatchTheSchema shows that the steps lead to what ent/schema says.
// With HUB_MIGRATION=name it drafts the step that is missing.
func TestMigrationsMatchTheSchema(t *testing.T) {
	t.Parallel()
	test := func(t *testing.T, address string) {
		db := dbtest.Open(t, address, store.Options{})
		if _, err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		var missing bytes.Buffer
		if err := db.Client.Schema.WriteTo(t.Context(), &missing); err != nil {
			t.Fatal(err)
		}
		steps := statements(missing.String())
		if len(steps) == 0 {
			return
		}
		if name := os.Getenv("HUB_MIGRATION"); name != "" {
			draft(t, db.Dialect, name, steps)
			return
		}
		t.Errorf("ent/schema has what no migration makes (see ent/migrations):\n%s", strings.Join(steps, "\n"))
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "sqlite:"+filepath.Join(t.TempDir(), "hub.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, dbtest.EmptyPostgres(t))
	})
}

// TestNamesFitBothDatabases: PostgreSQL takes 63 bytes for a name. A longer one is cut by ent, in the
// schema that all share, and differently for each database: which name is asked for would depend on
// which database was opened first. An index of many columns gets a name of its own: StorageKey.
func TestNamesFitBothDatabases(t *testing.T) {
	t.Parallel()
	const most = 63
	hashed := regexp.MustCompile(`_[0-9a-f]{32}$`) // what ent makes of a longer name
	fits := func(table, name string) {
		if len(name) > most || hashed.MatchString(name) {
			t.Errorf("%s: the name %q does not fit into %d bytes", table, name, most)
		}
	}
	for _, table := range migrate.Tables {
		fits(table.Name, table.Name)
		for _, index := range table.Indexes {
			fits(table.Name, index.Name)
		}
		for _, key := range table.ForeignKeys {
			fits(table.Name, key.Symbol)
		}
	}
}

// statements are those of a script that do something.
func statements(script string) []string {
	var out []string
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line == "" || line == "BEGIN;" || line == "COMMIT;" || strings.HasPrefix(line, "PRAGMA") || strings.HasPrefix(line, "--") {
			continue
		}
		out = append(out, line)
	}
	return out
}

func draft(t *testing.T, d, name string, steps []string) {
	t.Helper()
	if !regexp.MustCompile(`^[a-z0-9_]+$`).MatchString(name) {
		t.Fatalf("a migration has a name in small letters: %q", name)
	}
	dir := "sqlite"
	if d == dialect.Postgres {
		dir = "postgres"
	}
	path := filepath.Join("..", "..", "ent", "migrations", dir, fmt.Sprintf("%s_%s.sql", time.Now().UTC().Format("20060102150405"), name))
	content := "-- +goose Up\n" + strings.Join(steps, "\n") + "\n"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Logf("drafted %s: read it, complete it, commit it", path)
}

func TestNewerDatabaseIsLeftAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		_, err := db.SQL().ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99990101000000, true)")
		if err != nil {
			t.Fatal(err)
		}
		var newer *store.NewerError
		if _, err := db.Migrate(context.Background()); !as(err, &newer) {
			t.Errorf("Migrate: %v, want a NewerError", err)
		}
		if _, err := db.Migrations(context.Background()); !as(err, &newer) {
			t.Errorf("Migrations: %v, want a NewerError", err)
		}
	})
}
