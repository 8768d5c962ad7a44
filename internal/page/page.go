// Package page cuts lists into Relay pages by keyset.
//
// A Connection fetches when its first field is asked for and only what that
// field needs: edges, nodes and pageInfo share one fetch of first+1 rows;
// totalCount counts, and only if it is asked. Connections of siblings (the
// messages of each of twenty threads) share one statement.
//
// Page cursors are sealed: they hold the values that the list is ordered by.
package page

import (
	"context"
	"errors"
	"slices"
	"sync"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

// MaxSize is the largest page.
const MaxSize = 100

// Args are the arguments of a connection field.
type Args struct {
	First  *int
	After  *string
	Last   *int
	Before *string
}

// Source reads rows of one kind. Conditions may also order and limit.
type Source[T any] interface {
	// All reads the rows; modify changes the finished statement, nil leaves it.
	All(ctx context.Context, modify func(*sql.Selector), conditions ...func(*sql.Selector)) ([]T, error)
	// Count counts the rows.
	Count(ctx context.Context, conditions ...func(*sql.Selector)) (int, error)
	// CountBy counts the rows for each value of a column of identifiers.
	CountBy(ctx context.Context, column string, conditions ...func(*sql.Selector)) (map[uuid.UUID]int, error)
	// ID is the identifier of a row.
	ID(row T) uuid.UUID
}

// Info says where a page stands.
type Info struct {
	HasNextPage, HasPreviousPage bool
	StartCursor, EndCursor       *string
}

// Edge is an entry of a page.
type Edge[T any] struct {
	Node   T
	cursor func() (string, error)
}

// Cursor is where the entry stands.
func (e *Edge[T]) Cursor(context.Context) (string, error) { return e.cursor() }

// Connection is a page that is read when it is asked for.
type Connection[T any] struct {
	fetch  func(ctx context.Context) (*slice[T], error)
	count  func(ctx context.Context) (int, error)
	cursor func(T) (string, error)

	once sync.Once
	got  *slice[T]
	err  error
}

// Cut is a connection of a page that fetch cuts out of an order of its own. It says
// whether there is more before and after the rows; cursor is where a row stands.
// Such a list has no count.
func Cut[T any](fetch func(ctx context.Context) (rows []T, before, after bool, err error), cursor func(T) (string, error)) *Connection[T] {
	return &Connection[T]{
		cursor: cursor,
		count:  func(context.Context) (int, error) { return 0, errNoCount },
		fetch: func(ctx context.Context) (*slice[T], error) {
			rows, before, after, err := fetch(ctx)
			return &slice[T]{rows: rows, before: before, afterAll: after}, err
		},
	}
}

var errNoCount = errors.New("page: this list is not counted")

// slice is a page that was read.
type slice[T any] struct {
	rows             []T
	before, afterAll bool // whether there is more before, after
}

func (c *Connection[T]) read(ctx context.Context) (*slice[T], error) {
	c.once.Do(func() { c.got, c.err = c.fetch(ctx) })
	return c.got, c.err
}

// Nodes are the entries of the page.
func (c *Connection[T]) Nodes(ctx context.Context) ([]T, error) {
	got, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	return got.rows, nil
}

// Edges are the entries of the page with their cursors.
func (c *Connection[T]) Edges(ctx context.Context) ([]*Edge[T], error) {
	got, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	edges := make([]*Edge[T], len(got.rows))
	for i, row := range got.rows {
		edges[i] = &Edge[T]{Node: row, cursor: func() (string, error) { return c.cursor(row) }}
	}
	return edges, nil
}

// PageInfo says where the page stands.
func (c *Connection[T]) PageInfo(ctx context.Context) (*Info, error) {
	got, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	info := &Info{HasNextPage: got.afterAll, HasPreviousPage: got.before}
	if n := len(got.rows); n > 0 {
		start, err := c.cursor(got.rows[0])
		if err != nil {
			return nil, err
		}
		end, err := c.cursor(got.rows[n-1])
		if err != nil {
			return nil, err
		}
		info.StartCursor, info.EndCursor = &start, &end
	}
	return info, nil
}

// TotalCount counts all that the viewer may see and the filter admits.
func (c *Connection[T]) TotalCount(ctx context.Context) (int, error) { return c.count(ctx) }

// window is what a page asks of its list.
type window struct {
	size      int
	backwards bool
	after     *position
	before    *position
}

var (
	msgSize = i18n.Message{
		EN: "Ask for 1 to 100 entries.", ES: "Pida de 1 a 100 elementos.", FR: "Demandez de 1 à 100 éléments.",
	}
	msgBothEnds = i18n.Message{
		EN: "Ask for first or for last, not for both.", ES: "Pida first o last, no ambos.", FR: "Demandez first ou last, pas les deux.",
	}
	msgCursor = i18n.Message{
		EN: "This is not a cursor of this list in this order.", ES: "Este no es un cursor de esta lista en este orden.",
		FR: "Ce n'est pas un curseur de cette liste dans cet ordre.",
	}
)

// Size is how many entries a page has, and whether they are read from the end; size
// is how many where the arguments name none. It refuses both ends at once, and what
// is not 1 to MaxSize: INVALID_INPUT.
func (args Args) Size(size int) (n int, backwards bool, err error) {
	n, field := size, "first"
	switch {
	case args.First != nil && args.Last != nil:
		return n, false, apperr.Invalid("last", msgBothEnds)
	case args.First != nil:
		n = *args.First
	case args.Last != nil:
		n, backwards, field = *args.Last, true, "last"
	}
	if n < 1 || n > MaxSize {
		return n, backwards, apperr.Invalid(field, msgSize).With("limit", MaxSize)
	}
	return n, backwards, nil
}

// BrokenCursor refuses the argument that is no cursor of its list.
func BrokenCursor(argument string) error { return apperr.Invalid(argument, msgCursor) }

// cut turns arguments into a window, or refuses them.
func cut[T any](p *Pager, order Order[T], args Args, size int) (window, error) {
	n, backwards, err := args.Size(size)
	if err != nil {
		return window{}, err
	}
	w := window{size: n, backwards: backwards}
	if w.after, err = p.open(order.name(), args.After); err != nil {
		return w, BrokenCursor("after")
	}
	if w.before, err = p.open(order.name(), args.Before); err != nil {
		return w, BrokenCursor("before")
	}
	return w, nil
}

// trim turns rows that were read in the window's direction, one more than its
// size, into a page.
func trim[T any](rows []T, w window) *slice[T] {
	more := len(rows) > w.size
	if more {
		rows = rows[:w.size]
	}
	if w.backwards {
		slices.Reverse(rows)
		return &slice[T]{rows: rows, before: more || w.after != nil, afterAll: w.before != nil}
	}
	return &slice[T]{rows: rows, before: w.after != nil, afterAll: more || w.before != nil}
}
