package table_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/table"
)

var columns = []table.Column{
	{Key: "funder", Title: "Bailleur", HXL: "#org+funder"},
	{Key: "amount", Title: "Montant", HXL: "#value+usd", Kind: table.Number},
	{Key: "day", Title: "Date", HXL: "#date", Kind: table.Day},
	{Key: "humanitarian", Title: "Humanitaire", Kind: table.Truth},
}

func write(t testing.TB, f table.Format, o table.Options, rows [][]table.Cell, totals []table.Cell) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := table.New(f, &b, columns, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	var last [][]table.Cell
	if totals != nil {
		last = append(last, totals)
	}
	if err := w.Close(last...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t testing.TB, b []byte) ([]string, []table.Row, *table.Reader) {
	t.Helper()
	r, err := table.Open(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	var rows []table.Row
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r.Header, rows, r
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

var sample = [][]table.Cell{
	{"Agencia «Ñandú», S.A.", "15247314146.123456", "2024-02-29", "true"},
	{"=HYPERLINK(\"http://x\")", "-120988337", "", "false"},
	{"plain\nline", "", "1899-01-01", ""},
}

func TestNothingIsRoundedAndNothingIsAFormula(t *testing.T) {
	t.Parallel()
	t.Run("CSV", func(t *testing.T) {
		t.Parallel()
		b := write(t, table.CSV, table.Options{HXL: true}, sample, []table.Cell{"Total", "1", "", ""})
		rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := [][]string{
			{"Bailleur", "Montant", "Date", "Humanitaire"},
			{"#org+funder", "#value+usd", "#date", ""},
			{"Agencia «Ñandú», S.A.", "15247314146.123456", "2024-02-29", "true"},
			{"'=HYPERLINK(\"http://x\")", "-120988337", "", "false"},
			{"plain\nline", "", "1899-01-01", ""},
		}
		if len(rows) != len(want) {
			t.Fatalf("%d rows, want %d: %q", len(rows), len(want), rows)
		}
		for i := range want {
			if strings.Join(rows[i], "|") != strings.Join(want[i], "|") {
				t.Errorf("row %d is %q, want %q", i, rows[i], want[i])
			}
		}
	})
	t.Run("JSON lines", func(t *testing.T) {
		t.Parallel()
		lines := bytes.Split(bytes.TrimSpace(write(t, table.JSONL, table.Options{}, sample, nil)), []byte("\n"))
		if len(lines) != 3 {
			t.Fatalf("%d lines", len(lines))
		}
		d := json.NewDecoder(bytes.NewReader(lines[0]))
		d.UseNumber()
		var first map[string]any
		if err := d.Decode(&first); err != nil {
			t.Fatal(err)
		}
		if first["amount"] != json.Number("15247314146.123456") || first["humanitarian"] != true || first["day"] != "2024-02-29" {
			t.Errorf("the first line is %s", lines[0])
		}
		if !bytes.Contains(lines[2], []byte(`"amount":null`)) {
			t.Errorf("an empty number is not null: %s", lines[2])
		}
	})
	t.Run("XLSX", func(t *testing.T) {
		t.Parallel()
		b := write(t, table.XLSX, table.Options{Name: "Who funds: what/where?", HXL: true}, sample, []table.Cell{"Total", "15126325809.5", "", ""})
		f, err := excelize.OpenReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		sheet := f.GetSheetName(0)
		if sheet != "Who funds  what where" {
			t.Errorf("the sheet is called %q", sheet)
		}
		for cell, want := range map[string]struct {
			value string
			typ   excelize.CellType
		}{
			"A1": {"Bailleur", excelize.CellTypeInlineString}, "B2": {"#value+usd", excelize.CellTypeInlineString},
			"B3": {"15247314146.123456", excelize.CellTypeInlineString}, // 17 digits: no spreadsheet can hold it
			"C3": {"45351", excelize.CellTypeUnset}, "D3": {"1", excelize.CellTypeBool},
			"A4": {"=HYPERLINK(\"http://x\")", excelize.CellTypeInlineString}, "B4": {"-120988337", excelize.CellTypeUnset},
			"C5": {"1899-01-01", excelize.CellTypeInlineString}, "B6": {"15126325809.5", excelize.CellTypeUnset},
		} {
			value, err := f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			typ, err := f.GetCellType(sheet, cell)
			if err != nil {
				t.Fatal(err)
			}
			formula, _ := f.GetCellFormula(sheet, cell)
			truth := want.typ == excelize.CellTypeBool && value == "TRUE"
			if value != want.value && !truth || typ != want.typ || formula != "" {
				t.Errorf("%s is %q (type %d, formula %q), want %q (type %d)", cell, value, typ, formula, want.value, want.typ)
			}
		}
		if shown, _ := f.GetCellValue(sheet, "C3"); shown != "2024-02-29" {
			t.Errorf("a day shows as %q", shown)
		}
		panes, err := f.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 2 {
			t.Errorf("the titles are not frozen: %+v, %v", panes, err)
		}
	})
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	t.Parallel()
	for _, f := range []table.Format{table.CSV, table.XLSX} {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			header, rows, r := read(t, write(t, f, table.Options{HXL: true}, sample, nil))
			if strings.Join(header, "|") != "Bailleur|Montant|Date|Humanitaire" || len(rows) != 3 {
				t.Fatalf("%q, %d rows", header, len(rows))
			}
			if rows[1].Cells[0] != "=HYPERLINK(\"http://x\")" {
				t.Errorf("a text that looks like a formula came back as %q", rows[1].Cells[0])
			}
			if rows[0].Line != 3 || rows[0].Cells[0] != "Agencia «Ñandú», S.A." {
				t.Errorf("the first row is %+v", rows[0])
			}
			if n, ok := r.NumberOf(rows[0].Cells[1]); !ok || n != "15247314146.123456" {
				t.Errorf("the amount is %q", rows[0].Cells[1])
			}
			if d, ok := r.DayOf(rows[0].Cells[2]); !ok || d != "2024-02-29" {
				t.Errorf("the day is %q", rows[0].Cells[2])
			}
			if n, ok := r.NumberOf(rows[1].Cells[1]); !ok || n != "-120988337" {
				t.Errorf("the second amount is %q", rows[1].Cells[1])
			}
		})
	}
}

func TestRowsThatDoNotFitAreMistakes(t *testing.T) {
	t.Parallel()
	for _, f := range []table.Format{table.CSV, table.XLSX, table.JSONL} {
		w, err := table.New(f, io.Discard, columns, table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range [][]table.Cell{{"a"}, {"a", "1e5", "", ""}, {"a", "", "29/02/2024", ""}, {"a", "", "", "yes"}, {"a", "=1", "", ""}} {
			if err := w.Row(row); err == nil {
				t.Errorf("%s took %q", f, row)
			}
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestFilesThatCannotBeReadSayWhy(t *testing.T) {
	t.Parallel()
	whole := string(write(t, table.XLSX, table.Options{}, sample, nil))
	for name, c := range map[string]struct {
		file, says string
		line       int
	}{
		"empty":       {"", "no row with the names", 1},
		"blank":       {"\n\n,,\n", "no row with the names", 1},
		"latin 1":     {"a,b\nPanam\xe1,1\n", "UTF-8", 2},
		"quotes":      {"a,b\n\"x,1\ny,2\n", "quotation mark", 2},
		"wide":        {strings.Repeat("a,", 250) + "a\n", "more than 200 columns", 1},
		"a long cell": {"a\n" + strings.Repeat("x", 40_000) + "\n", "more than 32767", 2},
		"no line":     {"a\n" + strings.Repeat("x", 7_000_000), "more than 32767", 2},
		"half a zip":  {whole[:len(whole)/2], "no spreadsheet", 1},
		"another zip": {"PK\x03\x04" + strings.Repeat("x", 100), "is packed", 1},
		"gzip":        {"\x1f\x8b\x08", "is packed", 1},
		"XLS":         {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "no XLSX", 1},
		"PDF":         {"%PDF-1.4", "is a PDF", 1},
		"a web page":  {"\n<!doctype html><table>", "web page", 1},
		"JSON":        {"[{\"a\": 1}]", "is JSON", 1},
		"IATI":        {"<?xml version=\"1.0\"?><iati-activities/>", "hub import iati", 1},
		"UTF-16":      {"\xff\xfea\x00,\x00b\x00", "UTF-8", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := table.Open(strings.NewReader(c.file))
			for err == nil {
				_, err = r.Next()
			}
			var refused *table.Refusal
			if !errors.As(err, &refused) || !strings.Contains(refused.Error(), c.says) || refused.Line != c.line {
				t.Fatalf("%v", err)
			}
			if refused.In(i18n.FR) == refused.In(i18n.EN) || refused.In(i18n.ES) == refused.In(i18n.EN) {
				t.Error("it is not said in three languages")
			}
		})
	}
}

func TestSeparatorsAndForms(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"\xef\xbb\xbfa;b\n1;2,5\n", "a\tb\n1\t2,5\n", "a,b\n1,\"2,5\"\n"} {
		header, rows, r := read(t, []byte(file))
		if strings.Join(header, "|") != "a|b" || len(rows) != 1 || rows[0].Cells[1] != "2,5" {
			t.Errorf("%q is %q, %+v", file, header, rows)
		}
		if _, ok := r.NumberOf("2,5"); ok {
			t.Error("2,5 is read as a number: it may mean two")
		}
		if _, ok := r.DayOf("45351"); ok {
			t.Error("a number is a day in a CSV")
		}
		if n, ok := r.NumberOf("4e-05"); !ok || n != "0.00004" {
			t.Errorf("4e-05 is %q", n)
		}
		if d, ok := r.DayOf("2024-02-29T10:00:00Z"); !ok || d != "2024-02-29" {
			t.Errorf("a moment is the day %q", d)
		}
		for _, no := range []string{"2024-01-01Tgarbage", "03/04/2026", "2026-02-30", "", "2026"} {
			if d, ok := r.DayOf(no); ok {
				t.Errorf("%q is the day %s", no, d)
			}
		}
	}
}

// A spreadsheet holds the number it shows, or a text: property over random numbers.
func FuzzNumbersStayExact(f *testing.F) {
	for _, s := range []string{"0.1", "123456789012345", "1234567890123456", "-0.000001", "99999999999999.9", "00012.50"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, ok := new(big.Rat).SetString(s)
		var b bytes.Buffer
		w, err := table.New(table.XLSX, &b, columns[1:2], table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Row([]table.Cell{table.Cell(s)}); err != nil || s == "" {
			_ = w.Close()
			return
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		_, rows, r := read(t, b.Bytes())
		n, isNumber := r.NumberOf(rows[0].Cells[0])
		got, read := new(big.Rat).SetString(n)
		if !ok || !isNumber || !read || got.Cmp(want) != 0 {
			t.Fatalf("%q became %q", s, rows[0].Cells[0])
		}
	})
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("a,b\n1,2\n"))
	f.Add(write(f, table.XLSX, table.Options{}, sample, nil))
	f.Fuzz(func(_ *testing.T, b []byte) {
		r, err := table.Open(bytes.NewReader(b))
		for err == nil {
			_, err = r.Next()
		}
		if r != nil {
			_ = r.Close()
		}
	})
}
