package store

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect"
)

// Backup writes a copy of the database into a new file, as it is at one moment,
// while others read and write. SQLite copies itself; PostgreSQL's is made by its
// own pg_dump, in the custom format. The file is whole or not there.
// A full disk is ErrFull.
func Backup(ctx context.Context, name, file string) (err error) {
	defer func() { err = Told(err) }()
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("%s exists already: name another file", file)
	}
	partial := file + ".partial"
	defer os.Remove(partial) //nolint:errcheck // gone if all went well
	if err := emptyFile(partial); err != nil {
		return err
	}
	if path, ok := strings.CutPrefix(name, "sqlite:"); ok {
		err = backupSQLite(ctx, path, partial)
	} else {
		err = backupPostgres(ctx, name, partial)
	}
	if err != nil {
		return err
	}
	if err := settle(partial); err != nil {
		return err
	}
	return os.Rename(partial, file)
}

func backupSQLite(ctx context.Context, path, to string) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("there is no database: %w", err)
	}
	db, err := stdsql.Open("sqlite", fileAddress(path, "busy_timeout(10000)"))
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	return nil
}

// emptyFile makes a file that only its owner reads, in the place of what an interrupted
// copy left. Both databases write into it.
func emptyFile(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the operator names it
	if err != nil {
		return err
	}
	return f.Close()
}

// fileAddress names a file of SQLite to its driver.
func fileAddress(path string, pragmas ...string) string {
	q := url.Values{"_pragma": pragmas}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// Restore puts a copy that Backup wrote in the place of the database. Nothing may
// use the database meanwhile: a hub that serves an embedded one is noticed. What
// an embedded database held is kept beside it, in the file whose name is
// returned; "" if there was none. The copy is checked first: one that is broken
// or newer than this binary changes nothing. A full disk is ErrFull.
func Restore(ctx context.Context, name, file string, now time.Time) (kept string, err error) {
	defer func() { err = Told(err) }()
	if path, ok := strings.CutPrefix(name, "sqlite:"); ok {
		return restoreSQLite(ctx, path, file, now)
	}
	return "", restorePostgres(ctx, name, file)
}

func restoreSQLite(ctx context.Context, path, file string, now time.Time) (string, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	incoming := path + ".restoring"
	defer os.Remove(incoming) //nolint:errcheck // gone if all went well
	if err := copyFile(file, incoming); err != nil {
		return "", err
	}
	if err := checkCopy(ctx, incoming); err != nil {
		return "", fmt.Errorf("%s can't be restored: %w", file, err)
	}
	kept := ""
	if _, err := os.Stat(path); err == nil {
		if err := alone(ctx, path); err != nil {
			return "", err
		}
		kept = fmt.Sprintf("%s.before-%s", path, now.UTC().Format("20060102-150405"))
		if err := os.Rename(path, kept); err != nil {
			return "", err
		}
	}
	for _, rest := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + rest); err != nil && !errors.Is(err, os.ErrNotExist) {
			return kept, err
		}
	}
	return kept, os.Rename(incoming, path)
}

// ErrInUse says that another process uses the embedded database.
var ErrInUse = errors.New("the database is in use: stop the hub that serves it first")

// alone folds the write-ahead log into the file and checks that nobody else has
// it open: SQLite leaves the mode of a write-ahead log only then.
func alone(ctx context.Context, path string) error {
	db, err := stdsql.Open("sqlite", fileAddress(path, "busy_timeout(1000)"))
	if err != nil {
		return err
	}
	defer db.Close()
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode=DELETE").Scan(&mode); err != nil || mode != "delete" {
		return ErrInUse
	}
	return nil
}

// checkCopy says what is wrong with a copy of an embedded database.
func checkCopy(ctx context.Context, path string) error {
	probe, err := stdsql.Open("sqlite", fileAddress(path))
	if err != nil {
		return err
	}
	defer probe.Close()
	var verdict string
	if err := probe.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("it is no copy of a hub: %w", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("it is damaged: %s", verdict)
	}
	var n int
	err = probe.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name IN ('goose_db_version', 'log_head', 'log_entries')").Scan(&n)
	if err != nil || n != 3 {
		return errors.Join(errors.New("it is no copy of a hub"), err)
	}
	if err := probe.Close(); err != nil {
		return err
	}
	db, err := openSQLite(ctx, path, Options{Connections: 1})
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Migrations(ctx)
	return errors.Join(err, db.Close(), os.RemoveAll(path+"-wal"), os.RemoveAll(path+"-shm"))
}

func copyFile(from, to string) error {
	in, err := os.Open(from) //nolint:gosec // the operator names it
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600) //nolint:gosec // beside the database
	if err != nil {
		return err
	}
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return errors.Join(out.Sync(), out.Close())
}

// settle makes sure that a file is on disk.
func settle(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // a file that was just written
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func backupPostgres(ctx context.Context, address, to string) error {
	args, env, err := connection(address)
	if err != nil {
		return err
	}
	return tool(ctx, "pg_dump", env, append(args, "--format=custom", "--no-owner", "--no-privileges", "--file="+to)...)
}

func restorePostgres(ctx context.Context, address, file string) error {
	if _, err := os.Stat(file); err != nil {
		return err
	}
	_, env, err := connection(address)
	if err != nil {
		return err
	}
	return tool(ctx, "pg_restore", env, "--dbname="+environment(env, "PGDATABASE"), "--clean", "--if-exists", "--no-owner", "--no-privileges",
		"--single-transaction", "--exit-on-error", file)
}

// connection says to PostgreSQL's programs, in their environment and not in the
// list of processes, which database is meant.
func connection(address string) (args, env []string, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, nil, ErrAddress
	}
	password, _ := u.User.Password()
	user := u.User.Username()
	database := strings.TrimPrefix(u.Path, "/")
	if database == "" {
		database = user
	}
	for k, v := range map[string]string{
		"PGHOST": u.Hostname(), "PGPORT": u.Port(), "PGUSER": user, "PGPASSWORD": password, "PGDATABASE": database,
		"PGSSLMODE": u.Query().Get("sslmode"),
	} {
		if v != "" {
			env = append(env, k+"="+v)
		}
	}
	if schema := u.Query().Get("search_path"); schema != "" {
		args = append(args, "--schema="+schema)
	}
	return args, env, nil
}

func environment(env []string, name string) string {
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			return v
		}
	}
	return ""
}

// tool runs one of PostgreSQL's own programs.
func tool(ctx context.Context, name string, env []string, args ...string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // a fixed pattern is never malformed
		if len(found) == 0 {
			return fmt.Errorf("PostgreSQL's program %s is needed for this and is not in PATH: install PostgreSQL's client programs", name)
		}
		path = slices.Max(found)
	}
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // PostgreSQL's own program
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, firstLine(string(out)))
	}
	return nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// ClockDifference is how far this machine's clock is ahead of the database's.
// For an embedded database it is 0.
func (db *DB) ClockDifference(ctx context.Context, now func() time.Time) (time.Duration, error) {
	if db.Dialect != dialect.Postgres {
		return 0, nil
	}
	var theirs time.Time
	before := now()
	if err := db.read.QueryRowContext(ctx, "SELECT clock_timestamp()").Scan(&theirs); err != nil {
		return 0, fmt.Errorf("read the database's clock: %w", err)
	}
	return before.Add(now().Sub(before) / 2).Sub(theirs), nil
}
