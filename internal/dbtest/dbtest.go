// Package dbtest gives each test a fresh, migrated database of its own: SQLite
// always, PostgreSQL where its server is found.
//
// PostgreSQL is the server that HUB_TEST_DATABASE_URL names, or a private cluster
// that is started once for the tests of a package and ends with them, from the
// binaries in PATH or in /usr/lib/postgresql. Without either, its tests skip and
// say why; with HUB_REQUIRE_POSTGRES=1 they fail instead.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"acs-aec.org/hub/internal/store"
)

// Main runs the tests of a package and stops the PostgreSQL that they started:
//
//	func TestMain(m *testing.M) { dbtest.Main(m) }
func Main(m *testing.M) {
	code := m.Run()
	stop()
	os.Exit(code)
}

// Each runs a test on each kind of database, the kinds side by side.
func Each(t *testing.T, test func(t *testing.T, db *store.DB)) {
	t.Helper()
	EachWith(t, store.Options{}, test)
}

// EachWith is Each with options.
func EachWith(t *testing.T, o store.Options, test func(t *testing.T, db *store.DB)) {
	t.Helper()
	EachAddress(t, func(t *testing.T, address string) {
		t.Helper()
		test(t, Open(t, address, o))
	})
}

// EachAddress runs a test with the address of a migrated database of each kind.
func EachAddress(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t))
	})
}

// Open opens a database until the test ends.
func Open(tb testing.TB, address string, o store.Options) *store.DB {
	tb.Helper()
	o.Careless = true
	db, err := store.Open(context.Background(), address, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}

// template is the migrated file that SQLite's databases are copies of.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "hub-template-") // outlives the test that comes first
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a folder for temporary files
	path := filepath.Join(dir, "hub.db")
	db, err := store.Open(context.Background(), "sqlite:"+path, store.Options{Careless: true})
	if err != nil {
		return nil, err
	}
	if _, err := db.Migrate(context.Background()); err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil { // folds the write-ahead log into the file
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // a file of our own
})

// SQLite is the address of a migrated database in a file of the test.
func SQLite(tb testing.TB) string {
	tb.Helper()
	content, err := template()
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "hub.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	return "sqlite:" + path
}

// schemas numbers the schemas of this process.
var schemas atomic.Int64

// Postgres is the address of a migrated schema of the test. It skips the test
// where there is no PostgreSQL, or fails it if HUB_REQUIRE_POSTGRES is set.
func Postgres(tb testing.TB) string {
	tb.Helper()
	address := EmptyPostgres(tb)
	db := Open(tb, address, store.Options{Connections: 1})
	if _, err := db.Migrate(context.Background()); err != nil {
		tb.Fatal(err)
	}
	return address
}

// EmptyPostgres is the address of an empty schema of the test.
func EmptyPostgres(tb testing.TB) string {
	tb.Helper()
	server, err := cluster()
	if err != nil {
		if os.Getenv("HUB_REQUIRE_POSTGRES") != "" {
			tb.Fatalf("HUB_REQUIRE_POSTGRES is set, but: %v", err)
		}
		tb.Skipf("no PostgreSQL: %v", err)
	}
	schema := fmt.Sprintf("hub_test_%d_%d", os.Getpid(), schemas.Add(1))
	admin(tb, server, "CREATE SCHEMA "+schema)
	tb.Cleanup(func() { admin(tb, server, "DROP SCHEMA "+schema+" CASCADE") })
	u, err := url.Parse(server)
	if err != nil {
		tb.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func admin(tb testing.TB, server, statement string) {
	tb.Helper()
	db, err := sql.Open("postgres", server)
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		tb.Errorf("%s: %v", statement, err)
	}
}
