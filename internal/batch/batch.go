// Package batch lets rows that were read together load their edges together.
//
// A list of rows shares one Set. The first row that is asked for an edge loads
// it for the whole Set with one statement; its siblings find it there. So the
// number of statements of a request follows from its shape, not from its rows,
// whatever walks the rows: no waiting, no timer, no goroutine.
//
// A Set lives as long as the request that made it and holds nothing else.
package batch

import (
	"context"
	"sync"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/viewer"
)

// Set is rows of one kind that were read together. A row without a Set is a
// Set of its own.
type Set[T any] struct {
	rows []T

	mu   sync.Mutex // protects memo
	memo map[any]*cell
}

type cell struct {
	once  sync.Once
	value any
	err   error
}

// Member is a row that can belong to a Set.
type Member[T any] interface {
	SetSiblings(*Set[T])
}

// Join makes the rows siblings. It returns them.
func Join[T Member[T]](rows []T) []T {
	s := &Set[T]{rows: rows}
	for _, r := range rows {
		r.SetSiblings(s)
	}
	return rows
}

// Of makes a Set of rows without telling the rows.
func Of[T any](rows ...T) *Set[T] { return &Set[T]{rows: rows} }

// Rows are the members.
func (s *Set[T]) Rows() []T { return s.rows }

// Memo computes a value once for the whole Set and keeps it, an error too. The
// key must name what is computed, with all arguments that change it.
func Memo[T, V any](s *Set[T], key any, compute func(rows []T) (V, error)) (V, error) {
	s.mu.Lock()
	if s.memo == nil {
		s.memo = map[any]*cell{}
	}
	c := s.memo[key]
	if c == nil {
		c = &cell{}
		s.memo[key] = c
	}
	s.mu.Unlock()
	c.once.Do(func() { c.value, c.err = compute(s.rows) })
	v, _ := c.value.(V)
	return v, c.err
}

// Once is Memo for callers that do not know the kind of the rows. The key is kept
// apart from those of other fields by field.
func (s *Set[T]) Once(field string, key any, compute func() (any, error)) (any, error) {
	return Memo(s, onceKey{field, key}, func([]T) (any, error) { return compute() })
}

type onceKey struct {
	field string
	key   any
}

// One is the row at the other end of an edge that has at most one, nil if there
// is none or the viewer may not see it. ref gives the reference that a row
// holds; load reads the rows with these ids, each once, in any order.
func One[T any, E interface {
	comparable
	Member[E]
}](ctx context.Context, s *Set[T], row T, edge string, ref func(T) *uuid.UUID,
	load func(context.Context, []uuid.UUID) ([]E, error), id func(E) uuid.UUID,
) (E, error) {
	var none E
	want := ref(row)
	if want == nil {
		return none, nil
	}
	found, err := Memo(s, edge, func(rows []T) (map[uuid.UUID]E, error) {
		ids := distinct(rows, ref)
		ends, err := load(ctx, ids)
		if err != nil {
			return nil, err
		}
		Join(ends)
		out := make(map[uuid.UUID]E, len(ends))
		for _, e := range ends {
			out[id(e)] = e
		}
		return out, nil
	})
	if err != nil {
		return none, err
	}
	end := found[*want]
	if end == none {
		viewer.Differs(ctx) // hidden from all of an audience together is not hidden from each
	}
	return end, nil
}

// Many are the rows that refer to this one, in the order in which load gives
// them. Only for edges that are short by their nature: others are connections.
func Many[T any, E Member[E]](ctx context.Context, s *Set[T], row T, edge string, id func(T) uuid.UUID,
	load func(context.Context, []uuid.UUID) ([]E, error), ref func(E) uuid.UUID,
) ([]E, error) {
	found, err := Memo(s, edge, func(rows []T) (map[uuid.UUID][]E, error) {
		ids := distinct(rows, func(t T) *uuid.UUID { u := id(t); return &u })
		ends, err := load(ctx, ids)
		if err != nil {
			return nil, err
		}
		Join(ends)
		out := make(map[uuid.UUID][]E, len(ids))
		for _, e := range ends {
			out[ref(e)] = append(out[ref(e)], e)
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	return found[id(row)], nil
}

// distinct are the references of the rows, each once.
func distinct[T any](rows []T, ref func(T) *uuid.UUID) []uuid.UUID {
	seen := make(map[uuid.UUID]struct{}, len(rows))
	ids := make([]uuid.UUID, 0, len(rows))
	for _, r := range rows {
		u := ref(r)
		if u == nil {
			continue
		}
		if _, dup := seen[*u]; !dup {
			seen[*u] = struct{}{}
			ids = append(ids, *u)
		}
	}
	return ids
}
