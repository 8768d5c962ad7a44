package store

import (
	"context"
	"sync"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// driver reads with one pool of connections and writes with another; for
// PostgreSQL they are the same.
type driver struct {
	write, read *entsql.Driver
	observe     func(ctx context.Context, statement string)
	types       sync.Map // of the columns of tables, by name
}

func (d *driver) see(ctx context.Context, statement string) {
	if d.observe != nil {
		d.observe(ctx, statement)
	}
}

// Exec runs a statement outside of a transaction.
func (d *driver) Exec(ctx context.Context, query string, args, v any) error {
	d.see(ctx, query)
	return Told(d.write.Exec(ctx, query, args, v))
}

// Query reads outside of a transaction.
func (d *driver) Query(ctx context.Context, query string, args, v any) error {
	d.see(ctx, query)
	return Told(d.read.Query(ctx, query, args, v))
}

// Tx begins a transaction, with SQLite an IMMEDIATE one.
func (d *driver) Tx(ctx context.Context) (dialect.Tx, error) {
	tx, err := d.write.Tx(ctx)
	if err != nil {
		return nil, err
	}
	observed := &observedTx{Tx: tx, driver: d}
	if s := stateOf(ctx); s != nil {
		s.raw = observed
	}
	return observed, nil
}

// Close does nothing: DB.Close closes both pools.
func (d *driver) Close() error { return nil }

// Dialect is the name of the dialect.
func (d *driver) Dialect() string { return d.write.Dialect() }

type observedTx struct {
	dialect.Tx
	driver *driver
}

func (t *observedTx) Exec(ctx context.Context, query string, args, v any) error {
	t.driver.see(ctx, query)
	query, args, err := t.inBulk(ctx, query, args)
	if err != nil {
		return err
	}
	return t.Tx.Exec(ctx, query, args, v)
}

func (t *observedTx) Query(ctx context.Context, query string, args, v any) error {
	t.driver.see(ctx, query)
	query, args, err := t.inBulk(ctx, query, args)
	if err != nil {
		return err
	}
	return t.Tx.Query(ctx, query, args, v)
}
