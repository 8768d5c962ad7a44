package store

import (
	"context"
	sqldriver "database/sql/driver"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/lib/pq"
)

// Rows that ent inserts at once are one parameter for each value: PostgreSQL parses and
// binds tens of thousands, which takes longer than to insert them. They are sent as one
// array for each column instead.

// fewestInBulk is of how many rows on this is worth it.
const fewestInBulk = 8

// bulk is an insert of several rows.
type bulk struct {
	table   string
	columns []string
	values  [][]any // by row
	rest    string  // of the statement
}

// bulkOf reads an insert as ent writes it; nil for any other statement, and for one
// with parameters after its rows.
func bulkOf(statement string, args []any) *bulk {
	rest, ok := strings.CutPrefix(statement, `INSERT INTO "`)
	if !ok {
		return nil
	}
	b := &bulk{}
	if b.table, rest, ok = strings.Cut(rest, `" ("`); !ok {
		return nil
	}
	columns, rest, ok := strings.Cut(rest, `") VALUES (`)
	if !ok {
		return nil
	}
	b.columns = strings.Split(columns, `", "`)
	b.values = make([][]any, 0, len(args)/len(b.columns)+1)
	next := 0
	for {
		row := make([]any, len(b.columns))
		for i := range row {
			if i > 0 {
				if rest, ok = strings.CutPrefix(rest, ", "); !ok {
					return nil
				}
			}
			if after, null := strings.CutPrefix(rest, "NULL"); null {
				rest = after
				continue
			}
			place := "$" + strconv.Itoa(next+1)
			if rest, ok = strings.CutPrefix(rest, place); !ok || next == len(args) {
				return nil
			}
			row[i] = args[next]
			next++
		}
		b.values = append(b.values, row)
		if rest, ok = strings.CutPrefix(rest, ")"); !ok {
			return nil
		}
		after, more := strings.CutPrefix(rest, ", (")
		if !more {
			break
		}
		rest = after
	}
	b.rest = rest
	if next != len(args) || strings.Contains(rest, "$") {
		return nil
	}
	return b
}

// arrays is the statement with one array for each column, whose types are given;
// false where it must be sent as it is.
func (b *bulk) arrays(types map[string]string) (statement string, args []any, ok bool, err error) {
	var s strings.Builder
	fmt.Fprintf(&s, `INSERT INTO "%s" ("%s") SELECT * FROM UNNEST(`, b.table, strings.Join(b.columns, `", "`))
	for i, c := range b.columns {
		t := types[c]
		if t == "" || strings.HasSuffix(t, "]") { // arrays of arrays would come apart
			return "", nil, false, nil
		}
		if i > 0 {
			s.WriteString(", ")
		}
		fmt.Fprintf(&s, "$%d::%s[]", i+1, t)
		list := make([]byte, 0, 16*len(b.values))
		list = append(list, '{')
		for n, row := range b.values {
			if n > 0 {
				list = append(list, ',')
			}
			if list, err = appendElement(list, row[i], t); err != nil {
				return "", nil, false, fmt.Errorf("store: %s of %s: %w", c, b.table, err)
			}
		}
		args = append(args, string(append(list, '}')))
	}
	s.WriteString(")")
	s.WriteString(b.rest)
	return s.String(), args, true, nil
}

// appendElement writes a value as an element of an array of PostgreSQL's.
func appendElement(list []byte, value any, columnType string) ([]byte, error) {
	v, err := sqldriver.DefaultParameterConverter.ConvertValue(value)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return append(list, "NULL"...), nil
	case int64:
		return strconv.AppendInt(list, v, 10), nil
	case float64:
		return strconv.AppendFloat(list, v, 'g', -1, 64), nil
	case bool:
		return strconv.AppendBool(list, v), nil
	case time.Time:
		return appendQuoted(list, string(pq.FormatTimestamp(v))), nil
	case []byte:
		if columnType == "bytea" {
			return append(hex.AppendEncode(append(list, `"\\x`...), v), '"'), nil
		}
		return appendQuoted(list, string(v)), nil
	case string:
		return appendQuoted(list, v), nil
	}
	return nil, fmt.Errorf("%T has no form in an array", v) //nolint:err113 // the driver's values are those above
}

func appendQuoted(list []byte, s string) []byte {
	list = append(list, '"')
	for {
		i := strings.IndexAny(s, `"\`)
		if i < 0 {
			break
		}
		list = append(append(list, s[:i]...), '\\', s[i])
		s = s[i+1:]
	}
	return append(append(list, s...), '"')
}

// inBulk is a statement as it is sent.
func (t *observedTx) inBulk(ctx context.Context, statement string, args any) (string, any, error) {
	list, ok := args.([]any)
	if !ok || t.driver.Dialect() != dialect.Postgres || len(list) < fewestInBulk {
		return statement, args, nil
	}
	b := bulkOf(statement, list)
	if b == nil || len(b.values) < fewestInBulk {
		return statement, args, nil
	}
	types, err := t.types(ctx, b.table)
	if err != nil {
		return "", nil, err
	}
	sent, arrays, ok, err := b.arrays(types)
	if err != nil || !ok {
		return statement, args, err
	}
	return sent, arrays, nil
}

// types are those of the columns of a table. They are read once: only a migration
// changes them, and none changes those of columns that are there.
func (t *observedTx) types(ctx context.Context, table string) (map[string]string, error) {
	if kept, ok := t.driver.types.Load(table); ok {
		types, _ := kept.(map[string]string)
		return types, nil
	}
	var rows entsql.Rows
	err := t.Tx.Query(ctx, "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped",
		[]any{`"` + table + `"`}, &rows)
	if err != nil {
		return nil, fmt.Errorf("store: read the types of %s: %w", table, err)
	}
	defer rows.Close()
	types := map[string]string{}
	for rows.Next() {
		var name, of string
		if err := rows.Scan(&name, &of); err != nil {
			return nil, fmt.Errorf("store: read the types of %s: %w", table, err)
		}
		types[name] = of
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: read the types of %s: %w", table, err)
	}
	t.driver.types.Store(table, types)
	return types, nil
}
