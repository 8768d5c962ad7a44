package writing

import (
	"context"
	"io"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Rows remembers what was written of rows. The zero value remembers nothing; it
// belongs to one answer.
type Rows struct {
	met map[rowKey]*written
}

// NewRows remembers rows for the answer to an operation. It gives nil, which
// remembers nothing, where the same row may look different within an operation:
// mutations change rows and who is asking, subscriptions have many answers, and
// what only counts costs has no operation.
func NewRows(op *graphql.OperationContext) *Rows {
	if op == nil || op.Operation == nil || op.Operation.Operation != ast.Query {
		return nil
	}
	return &Rows{}
}

// rowKey is a row in memory under a selection: fields that are collected for many
// rows are one and the same list.
type rowKey struct {
	row       any
	selection *ast.Selection
	length    int
}

// written is what was written of a row.
type written struct {
	value graphql.Marshaler
	text  []byte // of value, once it was asked for again
}

// Once writes a row under a selection with write, or as it was written before in
// the same answer. Rows that are read together share those at the other end of
// their edges: fifty messages have ten authors. What went wrong is done again each
// time, since errors tell where they happened.
func Once[T comparable](ctx context.Context, rows *Rows, sel ast.SelectionSet, row T, write func(context.Context, ast.SelectionSet, T) graphql.Marshaler) graphql.Marshaler {
	var none T
	if rows == nil || row == none || len(sel) == 0 {
		return write(ctx, sel, row)
	}
	key := rowKey{row, &sel[0], len(sel)}
	if w := rows.met[key]; w != nil {
		return w
	}
	before := len(graphql.GetErrors(ctx))
	m := write(ctx, sel, row)
	if m == graphql.Null || len(graphql.GetErrors(ctx)) != before {
		return m
	}
	if rows.met == nil {
		rows.met = map[rowKey]*written{}
	}
	w := &written{value: m}
	rows.met[key] = w
	return w
}

// MarshalGQL writes the row.
func (w *written) MarshalGQL(to io.Writer) {
	if w.text == nil {
		w.text, w.value = Text(w.value), nil
	}
	_, _ = to.Write(w.text) // a writer's error is told to whoever gave it
}
