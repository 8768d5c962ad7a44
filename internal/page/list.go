package page

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/internal/batch"
)

// Row is a row that can have siblings.
type Row[T any] interface {
	batch.Member[T]
	comparable
}

// List is a list that stands for itself. size is the page's size where the
// arguments name none.
func List[T Row[T]](p *Pager, src Source[T], order Order[T], args Args, size int, conditions ...func(*sql.Selector)) (*Connection[T], error) {
	w, err := cut(p, order, args, size)
	if err != nil {
		return nil, err
	}
	return &Connection[T]{
		cursor: cursorOf(p, src, order),
		fetch: func(ctx context.Context) (*slice[T], error) {
			all := append(conditions[:len(conditions):len(conditions)],
				order.beyond(w.after, false), order.beyond(w.before, true),
				func(s *sql.Selector) { order.orderBy(s, w.backwards); s.Limit(w.size + 1) })
			rows, err := src.All(ctx, nil, all...)
			if err != nil {
				return nil, err
			}
			cut := trim(rows, w)
			batch.Join(cut.rows)
			return cut, nil
		},
		count: func(ctx context.Context) (int, error) { return src.Count(ctx, conditions...) },
	}, nil
}

// Parent is the row that a nested list belongs to.
type Parent[P any] struct {
	Row P
	// Siblings are the rows read together with it.
	Siblings *batch.Set[P]
	ID       func(P) uuid.UUID
	// Key names the list among all that siblings have: the field of the query.
	Key any
	// Column is the list's column that refers to the parent.
	Column string
}

// Nested is a list that belongs to a row. The lists of all siblings are read by
// one statement, and counted by one.
func Nested[P any, T Row[T]](p *Pager, parent Parent[P], src Source[T], order Order[T], args Args, size int, conditions ...func(*sql.Selector)) (*Connection[T], error) {
	w, err := cut(p, order, args, size)
	if err != nil {
		return nil, err
	}
	among := func(rows []P) func(*sql.Selector) {
		if len(rows) == 1 { // of one, an index gives the order too
			only := parent.ID(rows[0])
			return func(s *sql.Selector) { s.Where(sql.EQ(s.C(parent.Column), only)) }
		}
		ids := make([]uuid.UUID, len(rows))
		for i, r := range rows {
			ids[i] = parent.ID(r)
		}
		return batch.In(parent.Column, ids)
	}
	id := parent.ID(parent.Row)
	return &Connection[T]{
		cursor: cursorOf(p, src, order),
		fetch: func(ctx context.Context) (*slice[T], error) {
			pages, err := batch.Memo(parent.Siblings, memoKey{parent.Key, "page"}, func(rows []P) (map[uuid.UUID]*slice[T], error) {
				all := append(conditions[:len(conditions):len(conditions)],
					among(rows), order.beyond(w.after, false), order.beyond(w.before, true))
				limit := firstOfEach(parent.Column, order, w)
				if len(rows) == 1 { // an only child needs no ranking
					all, limit = append(all, func(s *sql.Selector) { order.orderBy(s, w.backwards); s.Limit(w.size + 1) }), nil
				}
				found, err := src.All(ctx, limit, all...)
				if err != nil {
					return nil, err
				}
				return group(found, w, refOf(src, parent.Column)), nil
			})
			if err != nil {
				return nil, err
			}
			if s := pages[id]; s != nil {
				return s, nil
			}
			return trim[T](nil, w), nil
		},
		count: func(ctx context.Context) (int, error) {
			counts, err := batch.Memo(parent.Siblings, memoKey{parent.Key, "count"}, func(rows []P) (map[uuid.UUID]int, error) {
				return src.CountBy(ctx, parent.Column, append(conditions[:len(conditions):len(conditions)], among(rows))...)
			})
			return counts[id], err
		},
	}, nil
}

type memoKey struct {
	field any
	what  string
}

func cursorOf[T any](p *Pager, src Source[T], order Order[T]) func(T) (string, error) {
	return func(row T) (string, error) {
		var value any
		if order.Column != "id" {
			value = order.Value(row)
		}
		var group *uuid.UUID
		if order.Group != "" {
			u := order.GroupOf(row)
			group = &u
		}
		return p.seal(order.name(), value, group, src.ID(row))
	}
}

// group cuts rows, which come parent by parent, into one page for each.
func group[T Row[T]](rows []T, w window, ref func(T) uuid.UUID) map[uuid.UUID]*slice[T] {
	of := map[uuid.UUID][]T{}
	for _, r := range rows {
		of[ref(r)] = append(of[ref(r)], r)
	}
	pages := make(map[uuid.UUID]*slice[T], len(of))
	var kept []T
	for parent, list := range of {
		pages[parent] = trim(list, w)
		kept = append(kept, pages[parent].rows...)
	}
	batch.Join(kept)
	return pages
}

// refOf reads the parent that a row refers to.
func refOf[T any](src Source[T], column string) func(T) uuid.UUID {
	r := src.(Referrer[T])
	return func(row T) uuid.UUID { return r.Ref(row, column) }
}

// Referrer is a source whose rows refer to others.
type Referrer[T any] interface {
	// Ref is the identifier that the row's column holds; uuid.Nil if none.
	Ref(row T, column string) uuid.UUID
}

// firstOfEach limits the statement to the first rows of each parent, one more
// than the page has, in the order of the list.
func firstOfEach[T any](column string, order Order[T], w window) func(*sql.Selector) {
	return func(s *sql.Selector) {
		d := sql.Dialect(s.Dialect())
		s.SetDistinct(false)
		inner := d.Table("inner_rows")
		ranked := d.Select("*").From(inner)
		number := sql.RowNumber().PartitionBy(inner.C(column)).OrderExpr(order.terms(ranked, w.backwards)...)
		ranked.AppendSelectExprAs(number, "place_of_row")
		with := d.With("inner_rows").As(s.Clone()).With("ranked_rows").As(ranked)
		outer := d.Table("ranked_rows").As(s.TableName())
		*s = *d.Select(s.UnqualifiedColumns()...).From(outer).
			Where(sql.LTE(outer.C("place_of_row"), w.size+1)).
			OrderBy(outer.C(column), outer.C("place_of_row")).
			Prefix(with)
	}
}
