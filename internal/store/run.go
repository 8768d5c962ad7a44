package store

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
)

var errNotPrepared = errors.New("store: the transaction cannot prepare statements")

// Run runs a statement of SQL in the transaction of the context, once with each
// list of arguments; it is parsed once. It is for what ent says too slowly or not
// at all, and knows no privacy rules: the caller is the hub itself.
func Run(ctx context.Context, statement string, args ...[]any) error {
	if len(args) == 0 {
		return nil
	}
	tx, s, err := under(ctx)
	if err != nil {
		return err
	}
	stmt, err := tx.PrepareContext(ctx, statement)
	if err != nil {
		return fmt.Errorf("store: prepare: %w", Told(err))
	}
	defer stmt.Close()
	for _, a := range args {
		s.raw.driver.see(ctx, statement)
		if _, err := stmt.ExecContext(ctx, a...); err != nil {
			return fmt.Errorf("store: run: %w", Told(err))
		}
	}
	return nil
}

// under is the transaction of the context.
func under(ctx context.Context) (*stdsql.Tx, *txState, error) {
	s := stateOf(ctx)
	if s == nil {
		return nil, nil, errNoTx
	}
	t, ok := s.raw.Tx.(*entsql.Tx)
	if !ok {
		return nil, nil, errNotPrepared
	}
	tx, ok := t.ExecQuerier.(*stdsql.Tx)
	if !ok {
		return nil, nil, errNotPrepared
	}
	return tx, s, nil
}

// Ask reads with a statement of SQL in the transaction of the context and hands over
// each row: Read's counterpart.
func Ask(ctx context.Context, statement string, args []any, row func(scan func(to ...any) error) error) error {
	tx, s, err := under(ctx)
	if err != nil {
		return err
	}
	s.raw.driver.see(ctx, statement)
	rows, err := tx.QueryContext(ctx, statement, args...)
	return each(rows, err, row)
}

// Read reads with a statement of SQL outside of transactions and hands over each row:
// scan is that of database/sql. It is for what ent reads too slowly, and knows no
// privacy rules: the caller is the hub itself.
func (db *DB) Read(ctx context.Context, statement string, args []any, row func(scan func(to ...any) error) error) error {
	db.driver.see(ctx, statement)
	rows, err := db.statements.QueryContext(ctx, statement, args...)
	return each(rows, err, row)
}

func each(rows *stdsql.Rows, err error, row func(scan func(to ...any) error) error) error {
	if err != nil {
		return fmt.Errorf("store: read: %w", Told(err))
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("store: read: %w", Told(err))
	}
	return nil
}

// DialectIn is the dialect of the transaction of the context; "" outside of one.
func DialectIn(ctx context.Context) string {
	if s := stateOf(ctx); s != nil {
		return s.db.Dialect
	}
	return ""
}
