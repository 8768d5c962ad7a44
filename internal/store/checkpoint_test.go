package store_test

import (
	"context"
	stdsql "database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"acs-aec.org/hub/internal/store"
)

// Those who write on and on while others read leave a log of bounded length, and the
// last that closes the database leaves none.
func TestTheLogOfSQLiteStaysShort(t *testing.T) {
	t.Parallel()
	path, link := filepath.Join(t.TempDir(), "hub.db"), filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil { // as to another disk
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), "sqlite:"+link, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.SQL().ExecContext(t.Context(), "CREATE TABLE filled (n INTEGER PRIMARY KEY, text TEXT)"); err != nil {
		t.Fatal(err)
	}
	const most = 96 << 20 // some is written while a long log is copied
	text := make([]byte, 1<<20)
	for i := range text {
		text[i] = 'x'
	}
	reader := func(ctx context.Context) {
		for ctx.Err() == nil {
			_ = db.Read(ctx, "SELECT COUNT(*) FROM filled WHERE n < 10", nil, func(scan func(to ...any) error) error {
				var n int
				return scan(&n)
			})
		}
	}
	reading, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		reader(reading)
	}()
	size := func() int64 {
		log, err := os.Stat(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return log.Size()
	}
	write := func(bytes int) (longest int64) {
		for written := 0; written < bytes; written += len(text) {
			if _, err := db.SQL().ExecContext(t.Context(), "INSERT INTO filled (text) VALUES (?)", string(text)); err != nil {
				t.Fatal(err)
			}
			longest = max(longest, size())
		}
		return longest
	}
	if longest := write(250 << 20); longest > most {
		t.Errorf("a log of %d MB", longest>>20)
	}
	stop()
	<-ended
	// Who reads for long makes it long. It is short again when that has ended.
	other, err := stdsql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	long, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := long.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM filled").Scan(&n); err != nil {
		t.Fatal(err)
	}
	if longest := write(120 << 20); longest < 120<<20 {
		t.Fatalf("a log of %d MB while somebody reads", longest>>20)
	}
	if err := long.Rollback(); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); size() > 33<<20; write(1) {
		if time.Since(began) > time.Minute {
			t.Fatalf("the log has %d MB still", size()>>20)
		}
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); !os.IsNotExist(err) {
		t.Error("the log is left behind", err)
	}
}
