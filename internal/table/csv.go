package table

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"
)

type csvWriter struct {
	w       *csv.Writer
	columns []Column
	row     []string
}

func newCSV(w io.Writer, columns []Column, o Options) (*csvWriter, error) {
	c := &csvWriter{w: csv.NewWriter(w), columns: columns, row: make([]string, len(columns))}
	c.w.UseCRLF = true // RFC 4180
	head := titles(columns)
	for i := range head {
		head[i] = harmless(head[i])
	}
	if err := c.w.Write(head); err != nil {
		return nil, err
	}
	if tags := hashtags(columns); o.HXL && tags != nil {
		if err := c.w.Write(tags); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *csvWriter) Row(cells []Cell) error {
	if err := fits(c.columns, cells); err != nil {
		return err
	}
	for i, cell := range cells {
		c.row[i] = string(cell)
		if c.columns[i].Kind == Text {
			c.row[i] = harmless(c.row[i])
		}
	}
	return c.w.Write(c.row)
}

func (c *csvWriter) Close(...[]Cell) error {
	c.w.Flush()
	return c.w.Error()
}

// harmless puts an apostrophe before a text that a spreadsheet would take for a
// formula, as OWASP advises: one that begins with = + - @, a tabulator or a line
// break, also after white space, and their full-width forms.
func harmless(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '\t', '\r', '\n':
		return "'" + s
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(s))
	if strings.ContainsRune("=+-@＝＋－＠", first) {
		return "'" + s
	}
	return s
}
