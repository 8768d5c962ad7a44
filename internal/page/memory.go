package page

import (
	"cmp"
	"context"
	"slices"
	"sort"

	"github.com/google/uuid"
)

// MemoryOrder is what a list in memory runs by: a text that no two rows have the
// same. Its name goes into cursors, so that those of another order are refused.
type MemoryOrder[T any] struct {
	Name string
	Desc bool
	Key  func(T) string
}

func (o MemoryOrder[T]) name() string {
	if o.Desc {
		return "memory " + o.Name + " desc"
	}
	return "memory " + o.Name
}

// Memory is a list of rows that are in memory, in any order. It is for lists that a
// program carries with it: every page sorts all of them.
func Memory[T any](p *Pager, rows []T, order MemoryOrder[T], args Args, size int) (*Connection[T], error) {
	w, err := cut(p, Order[T]{Column: order.name()}, args, size)
	if err != nil {
		return nil, err
	}
	compare := cmp.Compare[string]
	if order.Desc {
		compare = func(a, b string) int { return cmp.Compare(b, a) }
	}
	return &Connection[T]{
		cursor: func(row T) (string, error) { return p.seal(order.name(), order.Key(row), nil, uuid.Nil) },
		count:  func(context.Context) (int, error) { return len(rows), nil },
		fetch: func(context.Context) (*slice[T], error) {
			all := slices.SortedFunc(slices.Values(rows), func(a, b T) int { return compare(order.Key(a), order.Key(b)) })
			from, to := 0, len(all)
			if w.after != nil {
				from = sort.Search(len(all), func(i int) bool { return compare(order.Key(all[i]), *w.after.Text) > 0 })
			}
			if w.before != nil {
				to = sort.Search(len(all), func(i int) bool { return compare(order.Key(all[i]), *w.before.Text) >= 0 })
			}
			all = all[from:max(from, to)]
			if w.backwards {
				all = all[max(0, len(all)-w.size-1):]
				slices.Reverse(all)
			} else {
				all = all[:min(len(all), w.size+1)]
			}
			return trim(all, w), nil
		},
	}, nil
}
