package main

import (
	"context"
	"errors"
	"fmt"

	"acs-aec.org/hub/internal/store"
)

type migrateCmd struct {
	Status migrateStatusCmd `cmd:"" help:"List the steps and say which are applied."`
	Up     migrateUpCmd     `cmd:"" help:"Apply the steps that are missing."`
}

type (
	migrateStatusCmd struct{}
	migrateUpCmd     struct{}
)

// openRaw opens a database whatever its form is.
func (c *cli) openRaw(ctx context.Context) (*store.DB, error) {
	name, err := c.database()
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, name, store.Options{})
	if errors.Is(err, store.ErrAddress) {
		return nil, usageError{fmt.Errorf("--database: %w", err)}
	}
	return db, err
}

// Run lists the steps.
func (m *migrateStatusCmd) Run(ctx context.Context, t terminal, c *cli) error {
	db, err := c.openRaw(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	steps, err := db.Migrations(ctx)
	if err != nil {
		return err
	}
	for _, s := range steps {
		state := "missing"
		if s.Applied {
			state = "applied"
		}
		say(t.out, "%s  %s", state, s.Name)
	}
	return nil
}

// Run applies what is missing.
func (m *migrateUpCmd) Run(ctx context.Context, t terminal, c *cli) error {
	db, err := c.openRaw(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	n, err := db.Migrate(ctx)
	if err != nil {
		return err
	}
	say(t.out, "%d steps applied", n)
	return nil
}
