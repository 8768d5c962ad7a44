package chaos

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/history"
)

// load is what a node holds.
type load struct{ goroutines, files, heap float64 }

// measure reads a node's metrics.
func measure(ctx context.Context, base string) (load, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/metrics", nil)
	if err != nil {
		return load{}, err
	}
	r.Close = true
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return load{}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return load{}, fmt.Errorf("%s/metrics: %s", base, resp.Status)
	}
	var out load
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			continue
		}
		switch name {
		case "go_goroutines":
			out.goroutines = v
		case "process_open_fds":
			out.files = v
		case "go_memstats_heap_inuse_bytes":
			out.heap = v
		}
	}
	return out, lines.Err()
}

// Goroutines is how many a node has.
func Goroutines(ctx context.Context, base string) (float64, error) {
	now, err := measure(ctx, base)
	return now.goroutines, err
}

// How far above its base a node may stay: pools and caches fill.
const (
	moreGoroutines = 16
	moreFiles      = 24
	moreHeap       = 96 << 20
	leakTime       = 40 * time.Second
)

// settled waits until every node has come back to its base and no connection to
// the database is in the middle of something, and says what has not.
func settled(ctx context.Context, d *Deployment, base load) []history.Violation {
	ctx, cancel := context.WithTimeout(ctx, leakTime)
	defer cancel()
	for {
		found := leaks(ctx, d, base)
		if len(found) == 0 || ctx.Err() != nil {
			return found
		}
		before := found
		pause(ctx, 500*time.Millisecond)
		if ctx.Err() != nil {
			return before
		}
	}
}

func leaks(ctx context.Context, d *Deployment, base load) (found []history.Violation) {
	say := func(format string, args ...any) {
		found = append(found, history.Violation{Kind: history.Leak, What: fmt.Sprintf(format, args...)})
	}
	for i, u := range d.URLs {
		now, err := measure(ctx, u)
		if err != nil {
			say("node %d: %v", i+1, err)
			continue
		}
		for _, m := range []struct {
			what       string
			now, limit float64
		}{
			{"goroutines", now.goroutines, base.goroutines + moreGoroutines},
			{"open files", now.files, base.files + moreFiles},
			{"bytes of heap", now.heap, base.heap + moreHeap},
		} {
			if m.now > m.limit {
				say("node %d holds %.0f %s, nobody is there any more and %.0f were to be expected at most", i+1, m.now, m.what, m.limit)
			}
		}
	}
	if isPostgres(d.Database) {
		n, err := busyConnections(ctx, d.Database)
		if err != nil {
			say("ask PostgreSQL for its connections: %v", err)
		} else if n > 0 {
			say("%d connections to PostgreSQL are in the middle of a transaction", n)
		}
	}
	return found
}

// busyConnections counts the hub's connections that are within a transaction.
func busyConnections(ctx context.Context, database string) (n int, err error) {
	db, err := sql.Open("postgres", database)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND xact_start IS NOT NULL
		AND now() - xact_start > interval '1 second'`).Scan(&n)
	return n, err
}
