package store

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/lib/pq"    // the driver for PostgreSQL
	_ "modernc.org/sqlite" // the driver for SQLite

	"acs-aec.org/hub/ent/generated/ent"
	_ "acs-aec.org/hub/ent/generated/ent/runtime" // policies, defaults, checks of the entities
)

// DB is an open database.
type DB struct {
	// Client reads outside of transactions; writing goes through InTx.
	Client *ent.Client
	// Dialect is dialect.SQLite or dialect.Postgres.
	Dialect string
	// Path is the file of an embedded database, "" for PostgreSQL.
	Path string

	write, read *stdsql.DB
	statements  *prepared
	driver      *driver
	checkpoints *checkpointer // of SQLite; nil: commits do it
}

// Options change how a database is opened. The zero Options are right for
// serving.
type Options struct {
	// Observe is told every statement before it runs. It must not keep arguments.
	Observe func(ctx context.Context, statement string)
	// Connections bounds the connections to PostgreSQL, and the reading ones of
	// SQLite; 0 is a bound that suits the machine.
	Connections int
	// Careless gives up durability for speed: for tests only.
	Careless bool
}

// ErrAddress says that a database is not named as it must be.
var ErrAddress = errors.New("the database is named sqlite:PATH or postgres://USER@HOST/NAME")

// Open opens the database that is named "sqlite:PATH" or "postgres://…". It
// makes the file of an embedded database if there is none, and checks that
// PostgreSQL answers. It does not migrate.
func Open(ctx context.Context, name string, o Options) (*DB, error) {
	if err := ValidName(name); err != nil {
		return nil, err
	}
	if path, ok := EmbeddedPath(name); ok {
		return openSQLite(ctx, path, o)
	}
	return openPostgres(ctx, name, o)
}

// ValidName returns ErrAddress for what can't be the name of a database.
func ValidName(name string) error {
	path, embedded := EmbeddedPath(name)
	if embedded && path != "" || strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://") {
		return nil
	}
	return ErrAddress
}

// longestLog is how many bytes of the disk SQLite's log keeps once it begins anew: more
// where somebody read for long.
const longestLog = "33554432"

// busyTimeout is for how many milliseconds SQLite waits for other processes.
const busyTimeout = "5000"

func openSQLite(ctx context.Context, path string, o Options) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the database's folder: %w", err)
	}
	// The file holds people's words: for its owner alone.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the path is the operator's own
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	synchronous := "FULL"
	if o.Careless {
		synchronous = "OFF"
	}
	address := func(pragmas ...string) string {
		q := url.Values{"_time_format": {"sqlite"}, "_timezone": {"UTC"}, "_txlock": {"immediate"}}
		for _, p := range append([]string{
			"busy_timeout(" + busyTimeout + ")", "journal_mode(WAL)", "journal_size_limit(" + longestLog + ")", "foreign_keys(1)",
			"synchronous(" + synchronous + ")", "cache_size(-16000)", "secure_delete(1)",
		}, pragmas...) {
			q.Add("_pragma", p)
		}
		return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
	}
	var beside []string
	if !o.Careless {
		beside = append(beside, "wal_autocheckpoint(0)")
	}
	write, err := stdsql.Open("sqlite", address(beside...))
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	write.SetMaxOpenConns(1)
	if err := write.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), write.Close())
	}
	read, err := stdsql.Open("sqlite", address("query_only(1)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), write.Close())
	}
	n := o.Connections
	if n == 0 {
		n = max(4, 2*runtime.NumCPU())
	}
	read.SetMaxOpenConns(n)
	read.SetMaxIdleConns(n)
	db := newDB(dialect.SQLite, path, write, read, o)
	if !o.Careless {
		copies, err := stdsql.Open("sqlite", address(beside...))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open the database: %w", err), db.Close())
		}
		db.checkpoints = newCheckpointer(ctx, path, copies, write)
	}
	return db, nil
}

var errNoTLS = errors.New("the server does not speak TLS: let it, or add ?sslmode=disable to its address where nobody else listens on the way there")

func openPostgres(ctx context.Context, address string, o Options) (*DB, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, ErrAddress
	}
	q := u.Query()
	setDefault := func(key, value string) {
		if !q.Has(key) {
			q.Set(key, value)
		}
	}
	// A transaction that stays open slows the numbering of the log for everyone.
	setDefault("idle_in_transaction_session_timeout", "5000")
	setDefault("application_name", "hub")
	setDefault("connect_timeout", "10")
	setDefault("timezone", "UTC")
	u.RawQuery = q.Encode()
	db, err := stdsql.Open("postgres", u.String())
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", hideSecrets(err, u))
	}
	n := o.Connections
	if n == 0 {
		n = 16
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		if errors.Is(err, pq.ErrSSLNotSupported) {
			err = errNoTLS
		}
		return nil, errors.Join(fmt.Errorf("reach the database: %w", hideSecrets(err, u)), db.Close())
	}
	return newDB(dialect.Postgres, "", db, db, o), nil
}

// hideSecrets takes the password out of what a driver says.
func hideSecrets(err error, u *url.URL) error {
	password, ok := u.User.Password()
	if !ok || password == "" || !strings.Contains(err.Error(), password) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), password, "…"))
}

func newDB(d, path string, write, read *stdsql.DB, o Options) *DB {
	db := &DB{Dialect: d, Path: path, write: write, read: read, statements: newPrepared(read)}
	db.driver = &driver{
		write: entsql.OpenDB(d, write), read: entsql.NewDriver(d, entsql.Conn{ExecQuerier: db.statements}), observe: o.Observe,
	}
	db.Client = ent.NewClient(ent.Driver(db.driver))
	return db
}

// Close closes the database.
func (db *DB) Close() error {
	db.statements.forget()
	if db.read == db.write {
		return db.write.Close()
	}
	var checkpoints error
	if db.checkpoints != nil {
		checkpoints = db.checkpoints.close()
	}
	return errors.Join(checkpoints, db.read.Close(), db.write.Close())
}

// Ping says whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.read.PingContext(ctx); err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	return nil
}

// SQL is the writing connection pool, for what ent cannot say: migrations,
// copies, measurements.
func (db *DB) SQL() *stdsql.DB { return db.write }

// Shown is a database's name without its password.
func Shown(name string) string {
	u, err := url.Parse(name)
	if err != nil || u.User == nil {
		return name
	}
	return u.Redacted()
}

// EmbeddedPath is the file of an embedded database; false for another.
func EmbeddedPath(name string) (string, bool) { return strings.CutPrefix(name, "sqlite:") }
