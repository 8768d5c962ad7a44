package table

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Limits of a sheet.
const (
	sheetRows = excelize.TotalRows
	cellChars = excelize.TotalCellChars
)

type xlsxWriter struct {
	w             io.Writer
	file          *excelize.File
	columns       []Column
	o             Options
	sheets        int
	stream        *excelize.StreamWriter
	next          int // row, from 1
	rowsPerSheet  int
	head, tag     int // styles
	day, total    int
	dayTotal      int
	values        []any
	headersOfEach int
}

func newXLSX(w io.Writer, columns []Column, o Options) (*xlsxWriter, error) {
	x := &xlsxWriter{w: w, file: excelize.NewFile(), columns: columns, o: o, rowsPerSheet: sheetRows, values: make([]any, len(columns))}
	day := "yyyy-mm-dd"
	for at, style := range map[*int]*excelize.Style{
		&x.head:     {Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7EEF4"}}},
		&x.tag:      {Font: &excelize.Font{Italic: true, Color: "666666"}},
		&x.day:      {CustomNumFmt: &day},
		&x.total:    {Font: &excelize.Font{Bold: true}, Border: []excelize.Border{{Type: "top", Style: 1, Color: "000000"}}},
		&x.dayTotal: {Font: &excelize.Font{Bold: true}, CustomNumFmt: &day, Border: []excelize.Border{{Type: "top", Style: 1, Color: "000000"}}},
	} {
		var err error
		if *at, err = x.file.NewStyle(style); err != nil {
			return nil, errors.Join(fmt.Errorf("table: style: %w", err), x.file.Close())
		}
	}
	if err := x.sheet(); err != nil {
		return nil, errors.Join(err, x.file.Close())
	}
	return x, nil
}

// sheet begins a sheet. The titles and hashtags stay in sight.
func (x *xlsxWriter) sheet() error {
	x.sheets++
	name := sheetName(x.o.Name, x.sheets)
	if x.sheets == 1 {
		if err := x.file.SetSheetName(x.file.GetSheetName(0), name); err != nil {
			return fmt.Errorf("table: name the sheet: %w", err)
		}
	} else if _, err := x.file.NewSheet(name); err != nil {
		return fmt.Errorf("table: add a sheet: %w", err)
	}
	var err error
	if x.stream, err = x.file.NewStreamWriter(name); err != nil {
		return fmt.Errorf("table: begin a sheet: %w", err)
	}
	rows := [][]string{titles(x.columns)}
	if tags := hashtags(x.columns); x.o.HXL && tags != nil {
		rows = append(rows, tags)
	}
	x.headersOfEach = len(rows)
	for i, c := range x.columns {
		width := 14.0
		if c.Kind == Text {
			width = 28
		}
		if err := x.stream.SetColWidth(i+1, i+1, width); err != nil {
			return fmt.Errorf("table: width of a column: %w", err)
		}
	}
	corner := "A" + strconv.Itoa(len(rows)+1)
	err = x.stream.SetPanes(&excelize.Panes{
		Freeze: true, YSplit: len(rows), TopLeftCell: corner, ActivePane: "bottomLeft",
		Selection: []excelize.Selection{{SQRef: corner, ActiveCell: corner, Pane: "bottomLeft"}},
	})
	if err != nil {
		return fmt.Errorf("table: freeze the titles: %w", err)
	}
	x.next = 1
	for n, row := range rows {
		style := x.head
		if n > 0 {
			style = x.tag
		}
		for i, s := range row {
			x.values[i] = excelize.Cell{StyleID: style, Value: clip(s)}
		}
		if err := x.put(); err != nil {
			return err
		}
	}
	return nil
}

func (x *xlsxWriter) put() error {
	if err := x.stream.SetRow("A"+strconv.Itoa(x.next), x.values); err != nil {
		return fmt.Errorf("table: write a row: %w", err)
	}
	x.next++
	return nil
}

// Row writes a row. A table that is longer than a sheet goes on in another one.
func (x *xlsxWriter) Row(cells []Cell) error {
	if err := fits(x.columns, cells); err != nil {
		return err
	}
	if err := x.room(x.rowsPerSheet - 1); err != nil { // one row is kept for the totals
		return err
	}
	return x.cells(cells, 0, x.day)
}

// room begins another sheet where the last row of this one is there.
func (x *xlsxWriter) room(last int) error {
	if x.next <= last {
		return nil
	}
	if err := x.stream.Flush(); err != nil {
		return fmt.Errorf("table: end a sheet: %w", err)
	}
	return x.sheet()
}

func (x *xlsxWriter) cells(cells []Cell, style, dayStyle int) error {
	for i, c := range cells {
		cell := excelize.Cell{StyleID: style}
		switch {
		case c == "":
			cell.Value = nil
		case x.columns[i].Kind == Number:
			cell.Value = number(string(c), x.columns[i].Computed)
		case x.columns[i].Kind == Day:
			cell.StyleID = dayStyle
			cell.Value = serial(string(c))
		case x.columns[i].Kind == Truth:
			cell.Value = c == "true"
		default:
			cell.Value = clip(string(c))
		}
		x.values[i] = cell
	}
	return x.put()
}

// Close writes the totals and the file, once, and takes temporary files away.
func (x *xlsxWriter) Close(totals ...[]Cell) (err error) {
	defer func() { err = errors.Join(err, x.file.Close()) }()
	for _, cells := range totals {
		if err := fits(x.columns, cells); err != nil {
			return err
		}
		if err := x.room(x.rowsPerSheet); err != nil {
			return err
		}
		if err := x.cells(cells, x.total, x.dayTotal); err != nil {
			return err
		}
	}
	if err := x.stream.Flush(); err != nil {
		return fmt.Errorf("table: end the sheet: %w", err)
	}
	if err := x.file.Write(x.w); err != nil {
		return fmt.Errorf("table: write the spreadsheet: %w", err)
	}
	return nil
}

// number is a number as a spreadsheet can hold it: exactly, or as a text; the nearest
// that it can hold, if that is enough and keeps three decimals.
func number(s string, nearest bool) any {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	digits := strings.TrimLeft(strings.NewReplacer("-", "", ".", "").Replace(s), "0")
	if strings.Contains(s, ".") {
		digits = strings.TrimRight(digits, "0")
	}
	whole, _, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if len(digits) > 15 && (!nearest || len(whole) > 12) {
		return s
	}
	return f
}

// serial is the number of a day in a spreadsheet; days before 1900-03-01, which
// spreadsheets count differently, stay texts.
func serial(s string) any {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || s < "1900-03-01" {
		return s
	}
	return int(t.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
}

// clip cuts what a cell cannot hold.
func clip(s string) string {
	if r := []rune(s); len(r) > cellChars {
		return string(r[:cellChars-1]) + "…"
	}
	return s
}

// sheetName is a name that spreadsheets admit: at most 31 characters, some not.
func sheetName(name string, n int) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) || r < ' ' {
			return ' '
		}
		return r
	}, name)
	end := ""
	if n > 1 {
		end = " " + strconv.Itoa(n)
	}
	r := []rune(strings.TrimSpace(name))
	if len(r) > 31-len(end) {
		r = r[:31-len(end)]
	}
	if len(r) == 0 {
		r = []rune("Data")
	}
	return strings.TrimSpace(string(r)) + end
}
