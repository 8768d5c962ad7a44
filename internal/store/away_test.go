package store_test

import (
	"context"
	"database/sql"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/store"
)

// TestADatabaseThatIsAway asks one behind a door that is closed, and one that ends
// the connection.
func TestADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	closed, err := sql.Open("postgres", "postgres://hub@"+address+"/hub?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	defer closed.Close()
	if err := closed.PingContext(t.Context()); !store.IsAway(err) {
		t.Errorf("nobody listens: %v", err)
	}
	db := dbtest.Open(t, dbtest.EmptyPostgres(t), store.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if _, err := db.SQL().ExecContext(ctx, `SELECT pg_terminate_backend(pg_backend_pid())`); !store.IsAway(err) {
		t.Errorf("the connection was ended: %v", err)
	}
	for code, away := range map[pqerror.Code]bool{"57P03": true, "08006": true, "53300": true, "23505": false, "42601": false} {
		if store.IsAway(&pq.Error{Code: code}) != away {
			t.Errorf("%s: %v", code, !away)
		}
	}
	if _, err := db.SQL().ExecContext(ctx, `SELECT nonsense`); store.IsAway(err) || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("a fault of ours: %v", err)
	}
}
