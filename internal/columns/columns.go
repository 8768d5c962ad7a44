// Package columns says which columns of its tables an operation reads, so that
// rows are not read whole where a few columns are enough.
//
// Invariant: a table of which nothing is said is read whole. Who says something
// of one must know all that looks at its rows.
package columns

import "context"

// Need says what is read, by table.
type Need map[string]Columns

// Columns are some of the columns of a table.
type Columns struct {
	// Fields are those that the fields asked for show.
	Fields []string
	// Orders are those by which lists of the table run, and find their way on.
	Orders []string
}

type key struct{}

// With returns a context whose rows need no more than this.
func With(ctx context.Context, n Need) context.Context { return context.WithValue(ctx, key{}, n) }

func of(ctx context.Context, table string) (Columns, bool) {
	n, _ := ctx.Value(key{}).(Need)
	c, ok := n[table]
	return c, ok
}

// AtEdge are the columns to read of rows at the other end of an edge; none: all.
func AtEdge(ctx context.Context, table string) []string {
	c, _ := of(ctx, table)
	return c.Fields
}

// InList are the columns to read of rows of a list; none: all.
func InList(ctx context.Context, table string) []string {
	c, ok := of(ctx, table)
	if !ok {
		return nil
	}
	return append(c.Fields[:len(c.Fields):len(c.Fields)], c.Orders...)
}
