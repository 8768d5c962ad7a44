package table

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"acs-aec.org/hub/internal/date"
)

// Kind is what the cells of a column are.
type Kind int

// The kinds of cells.
const (
	Text Kind = iota
	// Number is an exact decimal number.
	Number
	// Day is a calendar date.
	Day
	// Truth is true or false.
	Truth
)

// Column is a column of a table.
type Column struct {
	// Key names it in JSON lines: unique, small letters and underscores.
	Key string
	// Title stands in the first row, in the language of the person.
	Title string
	// HXL is its hashtag with attributes, such as "#value+usd"; "" is none.
	HXL  string
	Kind Kind
	// Computed are numbers that may have more digits than a spreadsheet holds and are
	// to be computed with there nevertheless: it keeps the nearest that it can.
	Computed bool
}

// Cell is the content of a cell; "" is an empty one. A Number is written with a
// point and without exponent, a Day as YYYY-MM-DD, a Truth as "true" or "false".
type Cell string

// Bool is the cell of a truth.
func Bool(b bool) Cell {
	if b {
		return "true"
	}
	return "false"
}

// Writer writes the rows of one table.
type Writer interface {
	// Row writes a row with a cell for each column.
	Row(cells []Cell) error
	// Close writes what is left, with the rows of totals where the format has such.
	Close(totals ...[]Cell) error
}

// Format is a format of tables.
type Format string

// The formats.
const (
	CSV   Format = "CSV"
	XLSX  Format = "XLSX"
	JSONL Format = "JSONL"
)

// MediaType is what the format is called in HTTP.
func (f Format) MediaType() string {
	switch f {
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case JSONL:
		return "application/jsonl; charset=utf-8"
	}
	return "text/csv; charset=utf-8; header=present"
}

// Extension is how names of such files end, with the dot.
func (f Format) Extension() string { return "." + strings.ToLower(string(f)) }

// Options say how a table is written.
type Options struct {
	// Name is that of the sheet in a spreadsheet.
	Name string
	// HXL adds the row of hashtags under the titles, in CSV and XLSX.
	HXL bool
}

// New begins to write a table.
func New(f Format, w io.Writer, columns []Column, o Options) (Writer, error) {
	switch f {
	case CSV:
		return newCSV(w, columns, o)
	case XLSX:
		return newXLSX(w, columns, o)
	case JSONL:
		return &jsonLines{w: w, columns: columns}, nil
	}
	return nil, fmt.Errorf("table: no format %q", f)
}

var decimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// fits says what is wrong with a row; it is a mistake of the caller.
func fits(columns []Column, cells []Cell) error {
	if len(cells) != len(columns) {
		return fmt.Errorf("table: a row has %d cells for %d columns", len(cells), len(columns))
	}
	for i, c := range cells {
		if c == "" {
			continue
		}
		ok := true
		switch columns[i].Kind {
		case Number:
			ok = decimal.MatchString(string(c))
		case Day:
			_, err := date.Parse(string(c))
			ok = err == nil
		case Truth:
			ok = c == "true" || c == "false"
		case Text:
		}
		if !ok {
			return fmt.Errorf("table: column %s cannot hold %q", columns[i].Key, c)
		}
	}
	return nil
}

// hashtags is the row of HXL; nil if no column has one.
func hashtags(columns []Column) []string {
	tagged := false
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.HXL
		tagged = tagged || c.HXL != ""
	}
	if !tagged {
		return nil
	}
	return row
}

func titles(columns []Column) []string {
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.Title
	}
	return row
}
