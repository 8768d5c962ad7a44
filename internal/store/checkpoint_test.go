package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"acs-aec.org/hub/internal/store"
)

// Those who write on and on while others read leave a log of bounded length, and the
// last that closes the database leaves none.
func TestTheLogOfSQLiteStaysShort(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "hub.db")
	db, err := store.Open(t.Context(), "sqlite:"+path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.SQL().ExecContext(t.Context(), "CREATE TABLE filled (n INTEGER PRIMARY KEY, text TEXT)"); err != nil {
		t.Fatal(err)
	}
	const most = 96 << 20 // some is written while a long log is copied
	text := make([]byte, 64<<10)
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
	written, longest := 0, int64(0)
	for written < 400<<20 {
		if _, err := db.SQL().ExecContext(t.Context(), "INSERT INTO filled (text) VALUES (?)", string(text)); err != nil {
			t.Fatal(err)
		}
		written += len(text)
		if log, err := os.Stat(path + "-wal"); err == nil {
			longest = max(longest, log.Size())
		}
	}
	stop()
	<-ended
	if longest > most {
		t.Errorf("a log of %d MB after %d MB were written", longest>>20, written>>20)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); !os.IsNotExist(err) {
		t.Error("the log is left behind", err)
	}
}
