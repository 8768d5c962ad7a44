package store

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect"
)

// Tidy lets SQLite count what is in tables that have grown, so that it plans statements
// by what there is: PostgreSQL does so by itself. It looks at a bounded number of rows of
// each index, and is for after much was written.
func (db *DB) Tidy(ctx context.Context) error {
	if db.Dialect != dialect.SQLite {
		return nil
	}
	c, err := db.SQL().Conn(ctx)
	if err != nil {
		return fmt.Errorf("store: tidy: %w", err)
	}
	defer c.Close()
	for _, statement := range []string{
		"PRAGMA analysis_limit = 1000",
		"PRAGMA optimize = 0x10002", //nolint:misspell // SQLite spells it so. Of all tables; 2: count
		// Other connections look at the counts again when the schema has changed.
		"CREATE VIEW IF NOT EXISTS tidied AS SELECT 1 AS one", "DROP VIEW IF EXISTS tidied",
	} {
		if _, err := c.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("store: tidy: %w", Told(err))
		}
	}
	return nil
}
