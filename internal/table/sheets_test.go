package table

import (
	"bytes"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestALongTableGoesOnInAnotherSheet(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	x, err := newXLSX(&b, []Column{{Key: "n", Title: "N", Kind: Number}}, Options{Name: "Flows"})
	if err != nil {
		t.Fatal(err)
	}
	x.rowsPerSheet = 4
	for n := range 5 {
		if err := x.Row([]Cell{Cell(strconv.Itoa(n))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close([]Cell{"10"}, []Cell{"11"}, []Cell{"12"}, []Cell{"13"}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got := ""
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		got += sheet + ":"
		for _, r := range rows {
			got += " " + r[0]
		}
		got += "; "
	}
	if got != "Flows: N 0 1; Flows 2: N 2 3; Flows 3: N 4 10 11; Flows 4: N 12 13; " {
		t.Errorf("the sheets are %s", got)
	}
}
