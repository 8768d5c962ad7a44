package store

import (
	"context"
	stdsql "database/sql"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// SQLite copies its write-ahead log into the database by whichever commit finds it long
// enough, and who waits for that commit waits for the disk as well. A checkpointer does
// so beside: commits write the log alone.
type checkpointer struct {
	path          string
	beside, write *stdsql.DB
	stop          context.CancelFunc
	ended         chan struct{}
}

const (
	// checkpointEvery is how often it is looked whether the log has grown.
	checkpointEvery = 250 * time.Millisecond
	// mostFrames is from how many pages of the log on writers wait until it is copied:
	// it begins anew only where all of it was, which those who write on and on prevent.
	mostFrames = 8000
)

// newCheckpointer begins. The connections to the database beside others are its own.
func newCheckpointer(ctx context.Context, path string, beside, write *stdsql.DB) *checkpointer {
	if whole, err := filepath.EvalSymlinks(path); err == nil {
		path = whole // SQLite keeps the log beside the file that a link leads to
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx)) // until it is closed
	beside.SetMaxOpenConns(1)
	c := &checkpointer{path: path, beside: beside, write: write, stop: stop, ended: make(chan struct{})}
	go func() {
		defer close(c.ended)
		c.run(ctx)
	}()
	return c
}

// close ends it. The last connection that is closed copies what is left.
func (c *checkpointer) close() error {
	c.stop()
	<-c.ended
	return c.beside.Close()
}

func (c *checkpointer) run(ctx context.Context) {
	look := time.NewTicker(checkpointEvery)
	defer look.Stop()
	var copied time.Time
	enough := mostFrames
	for {
		select {
		case <-look.C:
		case <-ctx.Done():
			return
		}
		log, err := os.Stat(c.path + "-wal")
		if err == nil && log.ModTime().Equal(copied) {
			continue
		}
		var busy, frames, done int
		if c.beside.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &frames, &done) != nil {
			continue // it is tried again
		}
		if err == nil { // else nobody knows whether the log has changed
			copied = log.ModTime()
		}
		switch {
		case frames < mostFrames:
			enough = mostFrames
		case frames >= enough && c.anew(ctx) != nil: // somebody reads for long
			enough = frames + mostFrames
		}
	}
}

// anew copies the rest of the log while nobody writes, and lets it begin anew. It fails
// where somebody reads for longer than writers can wait.
func (c *checkpointer) anew(ctx context.Context) (err error) {
	w, err := c.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer w.Close()
	if _, err := w.ExecContext(ctx, "PRAGMA busy_timeout = 50"); err != nil {
		return err
	}
	defer func() {
		_, back := w.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = "+busyTimeout)
		err = errors.Join(err, back)
	}()
	var busy, frames, done int
	if err := w.QueryRowContext(ctx, "PRAGMA wal_checkpoint(RESTART)").Scan(&busy, &frames, &done); err != nil {
		return err
	}
	if busy != 0 {
		return errRead
	}
	return nil
}

var errRead = errors.New("store: somebody reads")
