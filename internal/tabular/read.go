package tabular

import (
	"context"
	"errors"
	"io"
	"slices"

	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/table"
)

// MaxRows is how many rows a table may have.
const MaxRows = 2_000_000

// Issue is something that is wrong with a cell; its row is not taken.
type Issue struct {
	// Rule is a word that stays.
	Rule string
	Line int
	// Column is the name of the column, or the key of the field where there is none.
	Column  string
	Message i18n.Message
	Args    []any
}

// Record is a row.
type Record struct {
	Line int
	// Values are the fields that are not empty, in the form that their Form says: codes
	// rather than names, amounts multiplied, countries by their two letters.
	Values map[string]string
	// Issues are what is wrong with it: a row that has any cannot be taken.
	Issues []Issue
}

// Reader reads the tables of a kind.
type Reader struct {
	Kind    *Kind
	Mapping Mapping
}

var msgTooMany = i18n.Message{
	EN: "The table has more than %d rows. Divide it.", ES: "La tabla tiene más de %d filas. Divídala.", FR: "Le tableau a plus de %d lignes. Divisez-le.",
}

// Read hands the rows of a table over in their order. It returns a *table.Refusal
// if the table can't be read, or not any further; the handler's error as it is.
func (r Reader) Read(ctx context.Context, in io.Reader, handle func(context.Context, Record) error) error {
	t, err := table.Open(in)
	if err != nil {
		return err
	}
	defer t.Close()
	at, m, args := places(r.Kind, r.Mapping, t.Header)
	if m != nil {
		return &table.Refusal{Message: *m, Args: args, Line: 1}
	}
	for n := 0; ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if n == MaxRows {
			return &table.Refusal{Message: msgTooMany, Args: []any{MaxRows}, Line: row.Line}
		}
		if err := handle(ctx, record(t, at, row)); err != nil {
			return err
		}
	}
}

// record reads one row.
func record(t *table.Reader, at []place, row table.Row) Record {
	rec := Record{Line: row.Line, Values: make(map[string]string, len(at))}
	if len(row.Cells) > len(t.Header) {
		rec.Issues = append(rec.Issues, Issue{"cells", row.Line, "", msgCells, []any{len(row.Cells), len(t.Header)}})
	}
	for _, p := range at {
		text := p.constant
		if p.column >= 0 {
			text = row.Cells[p.column]
		}
		if code, ok := p.codes[fold(text)]; ok {
			text = code
		}
		if text == "" {
			if p.Required {
				rec.Issues = append(rec.Issues, p.issue(row.Line, "missing", msgEmpty, p.Key))
			}
			continue
		}
		value, rule, m, args := p.value(t, text)
		if rule != "" {
			rec.Issues = append(rec.Issues, p.issue(row.Line, rule, m, args...))
			continue
		}
		rec.Values[p.Key] = value
	}
	return rec
}

func (p place) issue(line int, rule string, m i18n.Message, args ...any) Issue {
	column := p.title
	if column == "" {
		column = p.Key
	}
	return Issue{rule, line, column, m, slices.Clip(args)}
}
