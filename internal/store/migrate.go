package store

import (
	"context"
	"fmt"
	"io/fs"

	"entgo.io/ent/dialect"
	"github.com/pressly/goose/v3"

	"acs-aec.org/hub/ent/migrations"
)

// Migration is one step of the database's form.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// NewerError says that the database was migrated by a newer binary.
type NewerError struct{ Database, Binary int64 }

func (e *NewerError) Error() string {
	return fmt.Sprintf("the database is at version %d, this binary knows %d: use a newer binary", e.Database, e.Binary)
}

func (db *DB) migrations() (*goose.Provider, error) {
	d, dir := goose.DialectSQLite3, "sqlite"
	if db.Dialect == dialect.Postgres {
		d, dir = goose.DialectPostgres, "postgres"
	}
	files, err := fs.Sub(migrations.Files, dir)
	if err != nil {
		return nil, err
	}
	p, err := goose.NewProvider(d, db.write, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("store: read the migrations: %w", err)
	}
	return p, nil
}

// Migrations lists the steps that this binary knows, the oldest first, and says
// which are applied. It returns a NewerError for a database that is newer.
func (db *DB) Migrations(ctx context.Context) ([]Migration, error) {
	p, err := db.migrations()
	if err != nil {
		return nil, err
	}
	if err := checkVersion(ctx, p); err != nil {
		return nil, err
	}
	status, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: read the state of migrations: %w", err)
	}
	out := make([]Migration, len(status))
	for i, s := range status {
		out[i] = Migration{Version: s.Source.Version, Name: s.Source.Path, Applied: s.State == goose.StateApplied}
	}
	return out, nil
}

// Migrate applies the steps that are missing and returns how many it applied.
// A database that is newer than the binary is left alone: NewerError.
func (db *DB) Migrate(ctx context.Context) (int, error) {
	p, err := db.migrations()
	if err != nil {
		return 0, err
	}
	if err := checkVersion(ctx, p); err != nil {
		return 0, err
	}
	done, err := p.Up(ctx)
	if err != nil {
		return len(done), fmt.Errorf("store: migrate: %w", err)
	}
	return len(done), nil
}

func checkVersion(ctx context.Context, p *goose.Provider) error {
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("store: read the version of the database: %w", err)
	}
	if current > target {
		return &NewerError{Database: current, Binary: target}
	}
	return nil
}
