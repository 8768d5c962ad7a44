package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// dataFolder is where a person's programs keep their data.
func dataFolder(name string) (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, name), nil
	}
	if dir := os.Getenv("LocalAppData"); runtime.GOOS == "windows" && dir != "" {
		return filepath.Join(dir, name), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no data folder is known here (%w): name one with --data", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", name), nil
	}
	return filepath.Join(home, ".local", "share", name), nil
}

// database names the database that the command line means.
func (c *cli) database() (string, error) {
	if c.Database != "" {
		return c.Database, nil
	}
	dir := c.Data
	if dir == "" {
		var err error
		if dir, err = dataFolder("hub"); err != nil {
			return "", err
		}
	}
	return "sqlite:" + filepath.Join(dir, "hub.db"), nil
}

// logger writes to the terminal's error channel, as JSON: one line an event.
func (c *cli) logger(t terminal) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Log)); err != nil {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(t.err, &slog.HandlerOptions{Level: level}))
}

// opened is a database with what commands run with.
type opened struct {
	*command.Runner
	database, nats string // their names
	reports        reporting
}

func (o *opened) Close() error { return o.DB.Close() }

// open opens the database for a command on this machine. An embedded one is made
// and migrated by itself; PostgreSQL must have been migrated.
func (c *cli) open(ctx context.Context, t terminal) (*opened, error) {
	return c.openWith(ctx, t, ready)
}

// openMigrated opens the database and brings it to the form that this binary
// needs, whatever it is.
func (c *cli) openMigrated(ctx context.Context, t terminal) (*opened, error) {
	return c.openWith(ctx, t, func(ctx context.Context, db *store.DB) error {
		_, err := db.Migrate(ctx)
		return err
	})
}

func (c *cli) openWith(ctx context.Context, t terminal, prepare func(ctx context.Context, db *store.DB) error) (*opened, error) {
	db, err := c.openRaw(ctx)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	r, err := command.Open(ctx, db, t.now)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	name, err := c.database()
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &opened{Runner: r, database: name, nats: c.NATS, reports: c.reporting}, nil
}

// ready migrates an embedded database, and refuses one of PostgreSQL that is not
// migrated.
func ready(ctx context.Context, db *store.DB) error {
	if db.Path != "" {
		_, err := db.Migrate(ctx)
		return err
	}
	steps, err := db.Migrations(ctx)
	if err != nil {
		return err
	}
	missing := 0
	for _, s := range steps {
		if !s.Applied {
			missing++
		}
	}
	if missing > 0 {
		return fmt.Errorf("the database lacks %d migrations: run hub migrate up first", missing)
	}
	return nil
}

// system is a context in which the hub itself asks.
func system(ctx context.Context) context.Context { return viewer.With(ctx, viewer.System()) }

// say writes a line for people.
func say(w interface{ Write([]byte) (int, error) }, format string, args ...any) {
	_, _ = fmt.Fprintf(w, strings.TrimSuffix(format, "\n")+"\n", args...)
}
