package tabular_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/table"
	"acs-aec.org/hub/internal/tabular"
)

func read(t testing.TB, k *tabular.Kind, m tabular.Mapping, file []byte) ([]tabular.Record, error) {
	t.Helper()
	var out []tabular.Record
	err := tabular.Reader{Kind: k, Mapping: m}.Read(t.Context(), bytes.NewReader(file), func(_ context.Context, r tabular.Record) error {
		out = append(out, r)
		return nil
	})
	return out, err
}

func TestColumnsAreKnownByNameInThreeLanguages(t *testing.T) {
	t.Parallel()
	for _, header := range []string{
		"activity_identifier,ref,type,date,amount,currency,Provider,Receiver",
		"Identificador de la actividad;Referencia;Tipo;Fecha;Importe;Moneda;PROVEEDOR;Receptor",
		"identifiant de l’activité\tréférence\ttype\tdate\tmontant\tdevise\tfournisseur\tBénéficiaire", //nolint:misspell // French
	} {
		sep := header[strings.IndexAny(header, ",;\t"):][:1]
		row := strings.Join([]string{"XM-1-A", " R 1 ", "3", "2024-02-29", "-12.50", "usd", "Korea", "ACS"}, sep)
		named := strings.Join([]string{"XM-1-A", "R2", "Décaissement", "2024-03-01", "0", "EUR", "", "Haïti"}, sep)
		rows, err := read(t, tabular.Transactions, nil, []byte(header+"\n"+row+"\n#activity+id"+sep+"#x"+"\n"+named+"\n"))
		if err != nil || len(rows) != 2 {
			t.Fatalf("%s: %v, %+v", header, err, rows)
		}
		v := rows[0].Values
		if len(rows[0].Issues) > 0 || v["ref"] != "R 1" || v["type"] != "3" || v["amount"] != "-12.50" || v["currency"] != "USD" || v["provider"] != "Korea" || v["receiver"] != "ACS" {
			t.Errorf("%s: %+v", header, rows[0])
		}
		if v := rows[1].Values; v["type"] != "3" || v["receiver"] != "Haïti" {
			t.Errorf("%s: %+v", header, rows[1])
		}
	}
}

func TestMappings(t *testing.T) {
	t.Parallel()
	m, err := tabular.ParseMapping(tabular.AidStatistics, []byte(`{"source": {"constant": "OECD CRS"}, "recipient": {"column": "Recipient ISO2"},
		"amount": {"column": "value_usd_million", "times": "1000000"}, "currency": {"constant": "USD"}, "donor": {"column": "donor", "codes": {"901": "World Bank"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := read(t, tabular.AidStatistics, m, []byte("year,recipient_iso2,donor,value_usd_million\n2012,ag,901,0.1849908939\n2013,JM,Korea,9223372036855\n"))
	if err != nil || len(rows) != 2 {
		t.Fatal(err, rows)
	}
	if v := rows[0].Values; v["amount"] != "184990.8939" || v["donor"] != "World Bank" || v["recipient"] != "AG" || v["source"] != "OECD CRS" || v["year"] != "2012" {
		t.Errorf("%+v", rows[0])
	}
	if i := rows[1].Issues; len(i) != 1 || i[0].Rule != "inexact" || i[0].Column != "value_usd_million" || i[0].Line != 3 {
		t.Errorf("%+v", rows[1])
	}
	for text, says := range map[string]string{
		`[]`: "no JSON", `{"amount": {"column": "a", "by": 1}}`: "no JSON", `{} {}`: "no JSON", `{"money": {"column": "a"}}`: "no field",
		`{"amount": {}}`: "either a column or a constant", `{"amount": {"column": "a", "constant": "b"}}`: "either a column or a constant",
		`{"amount": {"column": "a", "times": "0"}}`: "positive number", `{"donor": {"column": "a", "times": "2"}}`: "positive number",
		`{"amount": {"column": "a", "times": "1e999999999"}}`: "positive number", `{"donor": {"constant": "` + strings.Repeat("x", 500) + `"}}`: "too long",
	} {
		_, err := tabular.ParseMapping(tabular.AidStatistics, []byte(text))
		var a *apperr.Error
		if !errors.As(err, &a) || a.Code != apperr.InvalidInput || a.Field != "mapping" || !strings.Contains(a.Sentence(i18n.EN), says) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestTablesThatDoNotFitAreRefusedWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		m    tabular.Mapping
		file string
		says string
	}{
		"missing columns": {nil, "year,donor\n2012,Korea\n", "source, recipient, amount, currency"},
		"no such column":  {tabular.Mapping{"amount": {Column: "Betrag"}}, "year\n", `no column "Betrag"`},
		"twice":           {nil, "year,Year\n", `Two columns are called "Year"`},
		"not text":        {nil, "year,\xff\n", "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := read(t, tabular.AidStatistics, c.m, []byte(c.file))
			var refused *table.Refusal
			if !errors.As(err, &refused) || !strings.Contains(refused.Error(), c.says) {
				t.Fatal(err)
			}
			if refused.In(i18n.ES) == refused.In(i18n.EN) || refused.In(i18n.FR) == refused.In(i18n.EN) {
				t.Error("it is not said in three languages")
			}
		})
	}
}

func TestWhatIsWrongWithACellIsSaid(t *testing.T) {
	t.Parallel()
	const header = "activity_identifier,ref,type,date,amount,currency,value_date\n"
	good := []string{"A", "1", "3", "2024-01-01", "1", "USD", "2024-01-02"}
	for at, texts := range map[int]map[string]string{
		0: {"": "missing", strings.Repeat("x", 401): "too-long"}, 2: {"99": "code", "": "missing", "Gift": "code"},
		3: {"01/02/2024": "day", "2024-02-30": "day", "45000": "day"}, 4: {"1,5": "number", "1e3x": "number", "": "missing", "0.1234567": "inexact", "99999999999999999999": "inexact"},
		5: {"US": "currency", "ZZZ": "currency"}, 6: {"2024": "day"},
	} {
		for text, rule := range texts {
			row := append([]string(nil), good...)
			row[at] = text
			if strings.Contains(text, ",") {
				row[at] = `"` + text + `"`
			}
			rows, err := read(t, tabular.Transactions, nil, []byte(header+strings.Join(row, ",")+"\n"))
			if err != nil || len(rows) != 1 || len(rows[0].Issues) != 1 || rows[0].Issues[0].Rule != rule || rows[0].Issues[0].Line != 2 {
				t.Errorf("column %d, %q: %v %+v, want %s", at, text, err, rows, rule)
				continue
			}
			i := rows[0].Issues[0]
			for _, l := range i18n.Langs {
				if s := i.Message.In(l, append([]any(nil), i.Args...)...); s == "" || strings.Contains(s, "%!") {
					t.Errorf("%s in %s: %q", rule, l, s)
				}
			}
		}
	}
	rows, err := read(t, tabular.Transactions, nil, []byte(header+strings.Join(good, ",")+",extra\n"))
	if err != nil || len(rows) != 1 || len(rows[0].Issues) != 1 || rows[0].Issues[0].Rule != "cells" {
		t.Errorf("a cell too many: %v %+v", err, rows)
	}
}

func TestSpreadsheets(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w, err := table.New(table.XLSX, &b, []table.Column{
		{Key: "a", Title: "Activity identifier"},
		{Key: "r", Title: "Reference"},
		{Key: "t", Title: "Type", Kind: table.Number},
		{Key: "d", Title: "Date", Kind: table.Day},
		{Key: "m", Title: "Amount", Kind: table.Number},
		{Key: "c", Title: "Currency"},
	}, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row([]table.Cell{"XM-1-A", "1", "3", "2024-02-29", "120988337.25", "USD"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	rows, err := read(t, tabular.Transactions, nil, b.Bytes())
	if err != nil || len(rows) != 1 || len(rows[0].Issues) > 0 {
		t.Fatal(err, rows)
	}
	if v := rows[0].Values; v["type"] != "3" || v["date"] != "2024-02-29" || v["amount"] != "120988337.25" {
		t.Errorf("%+v", v)
	}
}

// The published table of the CRS, of which each row must be understood.
func TestAidStatisticsOfTheCRS(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("HUB_TEST_REFERENCE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	file, err := os.ReadFile(filepath.Join(dir, "crs_acs_2012_2019.csv"))
	if err != nil {
		t.Skip("no reference data: set HUB_TEST_REFERENCE_DATA to its folder, or put it into shared/data beside the checkout")
	}
	rows, err := read(t, tabular.AidStatistics, tabular.Mapping{
		"source": {Constant: "OECD CRS"}, "recipient": {Column: "recipient_iso2"}, "amount": {Column: "value_usd_million", Times: "1000000"}, "currency": {Constant: "USD"},
	}, file)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if len(r.Issues) > 0 {
			t.Errorf("line %d: %+v", r.Line, r.Issues)
		}
		if r.Line == 663 && r.Values["amount"] != "265.533723" { // 265.5337228 dollars
			t.Errorf("an amount of seven decimals is %s", r.Values["amount"])
		}
	}
	if want := bytes.Count(bytes.TrimSpace(file), []byte("\n")); len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("activity_identifier,ref,type,date,amount,currency\nA,1,3,2024-01-01,1,USD\n"), []byte(`{"amount": {"column": "amount", "times": "0.5"}}`))
	f.Fuzz(func(t *testing.T, file, mapping []byte) {
		m, err := tabular.ParseMapping(tabular.Transactions, mapping)
		if err != nil {
			m = nil
		}
		_, _ = read(t, tabular.Transactions, m, file)
	})
}
