package graph_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/transport"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/viewer"
)

const (
	ratesCSV = "currency,year,lcu_per_usd,note\nEUR,2020,0.875506396987998,a\nEUR,2021,0.845376564367945,b\nXCD,2020,2.7,\nJPY,2020,106.7745822624372,\nZZZ,2020,5,\n"

	importRates = `mutation($file: Upload!, $source: String!, $dry: Boolean!, $key: String) {
		importExchangeRates(input: { file: $file, source: $source, dryRun: $dry, idempotencyKey: $key }) {
			import { id source fileName sha256 created changed unchanged importedBy { name } }
			report { created changed unchanged errors warnings issues { severity line message } } cursor eventIds } }`
	readRates = `{ exchangeRates(orderBy: { field: CURRENCY }) { totalCount nodes { currency year published revision } } exchangeRateImports { totalCount } }`
)

// upload sends a file of rates as the multipart specification has it.
func (w *world) upload(tb testing.TB, v *viewer.Viewer, csv, source string, dry bool, key any) *answer {
	tb.Helper()
	return w.sends(tb, v, importRates, map[string]any{"source": source, "dry": dry, "key": key}, csv)
}

// sends sends a file as the variable "file", as the multipart specification has it.
func (w *world) sends(tb testing.TB, v *viewer.Viewer, query string, variables map[string]any, file string) *answer {
	tb.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	variables["file"] = nil
	operations, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		tb.Fatal(err)
	}
	_ = form.WriteField("operations", string(operations))
	_ = form.WriteField("map", `{"0": ["variables.file"]}`)
	part, err := form.CreateFormFile("0", "rates.csv")
	if err != nil {
		tb.Fatal(err)
	}
	_, _ = part.Write([]byte(file))
	_ = form.Close()
	r, err := graph.New(w.Runner)
	if err != nil {
		tb.Fatal(err)
	}
	api := handler.New(graph.Schema(r))
	api.AddTransport(transport.MultipartForm{})
	api.SetErrorPresenter(graph.ErrorPresenter)
	api.SetRecoverFunc(graph.Recover)
	ctx := i18n.With(viewer.With(tb.Context(), v), cmp.Or(v.Language, i18n.EN))
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", &body)
	req.Header.Set("Content-Type", form.FormDataContentType())
	rec := httptest.NewRecorder()
	api.ServeHTTP(rec, req)
	a := &answer{tb: tb, raw: rec.Body.String()}
	if err := json.Unmarshal(rec.Body.Bytes(), a); err != nil {
		tb.Fatalf("%v: %s", err, a.raw)
	}
	return a
}

func TestExchangeRatesAreImportedByTheSecretariat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.tells(t, func() {
			for name, v := range w.Viewers() {
				for _, dry := range []bool{true, false} {
					switch name {
					case "secretariat":
					case "nobody":
						w.upload(t, v, ratesCSV, "IMF", dry, nil).refused("UNAUTHENTICATED")
					default:
						w.upload(t, v, ratesCSV, "IMF", dry, nil).refused("FORBIDDEN")
					}
				}
			}
			a := w.upload(t, w.Secretariat, ratesCSV, "IMF", true, nil).ok().is("importExchangeRates.import", nil).
				is("importExchangeRates.report.created", 5.0).is("importExchangeRates.report.warnings", 1.0).is("importExchangeRates.report.errors", 0.0)
			a.is("importExchangeRates.report.issues.0.severity", "WARNING").is("importExchangeRates.report.issues.0.line", 6.0).
				is("importExchangeRates.report.issues.0.message", "The code ZZZ is not in the list Currency. The rate is kept.")
			w.ask(t, w.Nobody, readRates, nil).ok().is("exchangeRates.totalCount", 0.0).is("exchangeRateImports.totalCount", 0.0)
		})
		w.tells(t, func() {
			a := w.upload(t, w.Secretariat, ratesCSV, "  IMF ", false, "key").ok().is("importExchangeRates.import.created", 5.0).
				is("importExchangeRates.import.source", "IMF").is("importExchangeRates.import.fileName", "rates.csv").
				is("importExchangeRates.import.importedBy.name", "Secretariat").is("importExchangeRates.report.warnings", 1.0)
			again := w.upload(t, w.Secretariat, ratesCSV, "IMF", false, "key").ok()
			again.is("importExchangeRates.import.id", a.at("importExchangeRates.import.id")).is("importExchangeRates.eventIds.0", a.at("importExchangeRates.eventIds.0"))
			w.upload(t, w.Secretariat, ratesCSV+"EUR,2022,0.95,\n", "IMF", false, "key").refused("IDEMPOTENCY_KEY_REUSED")
		}, "ExchangeRatesImported")
		w.tells(t, func() { // the same numbers again, however they are written
			same := strings.Replace(ratesCSV, "2.7,", "2.700,", 1)
			w.upload(t, w.Secretariat, same, "IMF", false, nil).ok().is("importExchangeRates.import.unchanged", 5.0).is("importExchangeRates.import.changed", 0.0)
		})
		w.tells(t, func() {
			corrected := strings.NewReplacer("0.875506396987998", "0.8755", "2021-", "").Replace(ratesCSV)
			w.upload(t, w.Secretariat, corrected, "IMF", true, nil).ok().is("importExchangeRates.report.changed", 1.0).is("importExchangeRates.report.unchanged", 4.0)
			w.upload(t, w.Secretariat, corrected, "IMF", false, nil).ok().is("importExchangeRates.import.changed", 1.0)
		}, "ExchangeRatesImported", "ExchangeRateCorrected")
		for name, v := range w.Viewers() {
			a := w.ask(t, v, `{ exchangeRates(filter: { currency: ["EUR", "XCD"], toYear: 2020, source: "IMF" }, orderBy: { field: CURRENCY }) {
				totalCount nodes { id currency currencyItem { name } year published quote unitsPerUsd source revision import { changed importedBy { name } } } }
				exchangeRateImports { totalCount nodes { changed } }
				eventLog(in: { everything: true }, first: 50) { envelopes { event { __typename
					... on ExchangeRatesImported { import { created changed } } ... on ExchangeRateCorrected { rate { currency year } changes { field before after } } } } } }`, nil).ok()
			a.is("exchangeRates.totalCount", 2.0).is("exchangeRates.nodes.0.currency", "EUR").is("exchangeRates.nodes.0.currencyItem.name", "Euro").
				is("exchangeRates.nodes.0.published", "0.8755").is("exchangeRates.nodes.0.revision", 2.0).is("exchangeRates.nodes.0.source", "IMF").
				is("exchangeRates.nodes.0.import.changed", 1.0).is("exchangeRates.nodes.1.published", "2.7").is("exchangeRates.nodes.1.quote", "UNITS_PER_USD").
				is("exchangeRateImports.totalCount", 3.0).is("exchangeRateImports.nodes.0.changed", 1.0)
			at := slices.Index(a.all("eventLog.envelopes.*.event.__typename"), "ExchangeRateCorrected")
			if at < 0 {
				t.Errorf("%s is not told of the correction: %s", name, a.raw)
				continue
			}
			event := fmt.Sprintf("eventLog.envelopes.%d.event.", at)
			a.is(event+"rate.currency", "EUR").is(event+"changes.0.field", "published").is(event+"changes.0.before", "0.875506396987998").
				is(event+"changes.0.after", "0.8755")
			u := a.at("exchangeRates.nodes.0.id")
			w.ask(t, v, `query($id: ID!) { node(id: $id) { ... on ExchangeRate { year } } }`, vars{"id": u}).ok().is("node.year", 2020.0)
		}
	})
}

func TestFilesOfRatesThatAreWrongChangeNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		head := "currency,date,usd_per_unit\n"
		for _, c := range []struct{ what, csv, message string }{
			{"nothing", "", "Line 1: The file has no rates."},
			{"no columns", "EUR,2020,1\n", "Line 1: Name the columns in the first line"},
			{"a column twice", "currency,year,date,lcu_per_usd\nEUR,2020,2020-12-31,1\n", "Line 1: Name the columns in the first line"},
			{"no rates", head, "Line 1: The file has no rates."},
			{"no currency", head + "EUR,2020,1\neuro,2020,1\n", "Line 3: “euro” is not a currency"},
			{"no year", head + "EUR,20,1\n", "Line 2: “20” is not a year from 1900"},
			{"a year to come", head + "EUR,2101,1\n", "Line 2: “2101” is not a year from 1900"},
			{"zero", head + "EUR,2020,0.0\n", "Line 2: “0.0” is not a rate"},
			{"below zero", head + "EUR,2020,-1\n", "Line 2: “-1” is not a rate"},
			{"a comma", head + "EUR,2020,\"1,5\"\n", "Line 2: “1,5” is not a rate"},
			{"no number", head + "EUR,2020,NaN\n", "Line 2: “NaN” is not a rate"},
			{"a fraction", head + "EUR,2020,1/3\n", "Line 2: “1/3” is not a rate"},
			{"two rates", head + "EUR,2020-01-01,1.1\nXCD,2020,0.37\nEUR,2020-12-31,1.2\n", "Line 4: EUR of 2020 stands already in line 2"},
			{"a dollar of another", head + "USD,2020,1.1\n", "Line 2: Rates are against the United States dollar"},
			{"a cell too many", head + "EUR,2020,1.1,2\n", "Line 2: This line has 4 cells, the first one 3."},
			{"a quotation mark", head + "EUR,2020,\"1.1\n", "Line 2: This is not a line of comma-separated values"},
			{"no text", head + "EUR,2020,\xff\n", "Line 1: The file is not text in UTF-8."},
			{"too many", "currency,year,lcu_per_usd\n" + manyRates(5001), "Line 5002: The file is too large"},
			{"too large", head + strings.Repeat(" ", exchange.MaxBytes), "Line 1: The file is too large"},
		} {
			w.tells(t, func() {
				a := w.upload(t, w.Secretariat, c.csv, "IMF", false, nil).refused("INVALID_INPUT", "input.file")
				if !strings.HasPrefix(a.Errors[0].Message, c.message) {
					t.Errorf("%s: %s", c.what, a.Errors[0].Message)
				}
				dry := w.upload(t, w.Secretariat, c.csv, "IMF", true, nil).ok().is("importExchangeRates.import", nil)
				if dry.at("importExchangeRates.report.errors") == 0.0 {
					t.Errorf("%s: a dry run finds no error", c.what)
				}
			})
		}
		w.tells(t, func() {
			w.upload(t, w.Secretariat, ratesCSV, " ", false, nil).refused("INVALID_INPUT", "input.source")
			w.upload(t, w.Secretariat, ratesCSV, strings.Repeat("s", 201), true, nil).refused("INVALID_INPUT", "input.source")
			spanish := *w.Secretariat
			spanish.Language = i18n.ES
			a := w.upload(t, &spanish, head+"euro,2020,1\n", "IMF", false, nil).refused("INVALID_INPUT", "input.file")
			if !strings.HasPrefix(a.Errors[0].Message, "Línea 2: «euro» no es una moneda") {
				t.Error(a.Errors[0].Message)
			}
		})
		w.ask(t, w.Nobody, readRates, nil).ok().is("exchangeRates.totalCount", 0.0).is("exchangeRateImports.totalCount", 0.0)
		// The dollar of a dollar, and the same rate twice, say nothing new; semicolons divide as well.
		w.upload(t, w.Secretariat, "\xef\xbb\xbfCurrency;Date;USD_per_unit\nUSD;2020;1\nEUR;2020-12-31;1.25\nEUR;2020;1.250\n", "ECB", false, nil).ok().
			is("importExchangeRates.import.created", 1.0)
		w.ask(t, w.Nobody, `{ exchangeRates { nodes { published quote unitsPerUsd } } }`, nil).ok().is("exchangeRates.nodes.0.published", "1.25").
			is("exchangeRates.nodes.0.quote", "USD_PER_UNIT").is("exchangeRates.nodes.0.unitsPerUsd", "0.8")
	})
}

func manyRates(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Q%c%c,%d,1.5\n", 'A'+i%26, 'A'+i/26%26, 1990+i/676)
	}
	return b.String()
}

// dated writes a transaction of an amount, a currency and dates; nil is none.
func (w *world) dated(tb testing.TB, activity int, currency string, micro *int64, valueDate, day *date.Date) {
	tb.Helper()
	u := w.importedActivity(tb, fmt.Sprintf("XM-C-%d", activity), "2", 1)
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		q := tx.Transaction.Update().Where(transaction.ActivityID(u)).SetValueCurrency(currency)
		command.Put(micro, q.SetValueMicro, q.ClearValueMicro)
		q.SetValuePublished("x") // a text that is not the hub's way to write it
		command.Put(valueDate, q.SetValueDate, q.ClearValueDate)
		command.Put(day, q.SetDate, q.ClearDate)
		return q.Exec(ctx)
	})
}

func ref[T any](v T) *T { return &v }

func TestTransactionsAreConverted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.upload(t, w.Secretariat, ratesCSV, "IMF", false, nil).ok()
		w.upload(t, w.Secretariat, "currency,year,usd_per_unit\nEUR,2020,2\nGBP,2020,1.25\n", "ECB", false, nil).ok()
		hundred := ref(int64(100_000_000))
		for i, r := range []struct {
			currency       string
			micro          *int64
			valueDate, day *date.Date
		}{
			{"EUR", hundred, ref(date.Date("2020-03-01")), ref(date.Date("2019-01-01"))},
			{"EUR", hundred, nil, ref(date.Date("2021-03-01"))},
			{"EUR", ref(int64(-100_000_000)), ref(date.Date("2020-03-01")), nil},
			{"USD", ref(int64(1_234_567)), nil, nil},
			{"XCD", hundred, ref(date.Date("2020-03-01")), nil},
			{"GBP", hundred, ref(date.Date("2020-03-01")), nil},
			{"EUR", hundred, ref(date.Date("2022-03-01")), nil},
			{"EUR", hundred, nil, nil},
			{"EUR", nil, ref(date.Date("2020-03-01")), nil},
			{"QQQ", hundred, ref(date.Date("2020-03-01")), nil},
		} {
			w.dated(t, i, r.currency, r.micro, r.valueDate, r.day)
		}
		query := `query($to: CurrencyCode!, $source: String) { transactions(orderBy: { field: POSITION }) { nodes { activity { iatiIdentifier }
			converted(to: $to, source: $source) { amount currency rate rateIsExact rates { currency published source } year source dateAssumed notConverted } } } }`
		line := func(a *answer, i int) string {
			for n, of := range a.all("transactions.nodes.*.activity.iatiIdentifier") {
				if of != fmt.Sprintf("XM-C-%d", i) {
					continue
				}
				at := func(field string) any { return a.at(fmt.Sprintf("transactions.nodes.%d.converted.%s", n, field)) }
				if at("notConverted") != nil {
					return fmt.Sprint(at("notConverted"), " ", at("amount"), " ", at("rate"))
				}
				return fmt.Sprint(at("amount"), " ", at("currency"), " at ", at("rate"), " ", at("rateIsExact"), " of ", at("year"), " by ", at("source"), " ", at("dateAssumed"),
					" ", len(at("rates").([]any)))
			}
			return "not there"
		}
		for _, c := range []struct {
			to     string
			source any
			want   []string
		}{
			{"USD", nil, []string{
				"114.22 USD at 1.14219610895 false of 2020 by IMF false 1", "118.29 USD at 1.18290480497 false of 2021 by IMF true 1",
				"-114.22 USD at 1.14219610895 false of 2020 by IMF false 1", "1.234567 USD at 1 true of <nil> by <nil> false 0",
				"37.04 USD at 0.37037037037 false of 2020 by IMF false 1", "125.00 USD at 1.25 true of 2020 by ECB false 1",
				"NO_RATE <nil> <nil>", "NO_DATE <nil> <nil>", "NO_AMOUNT <nil> <nil>", "NO_RATE <nil> <nil>",
			}},
			{"USD", "ECB", []string{"200.00 USD at 2 true of 2020 by ECB false 1", "NO_RATE <nil> <nil>", "-200.00 USD at 2 true of 2020 by ECB false 1"}},
			{"JPY", nil, []string{
				"12196 JPY at 121.957512395 false of 2020 by IMF false 2", "NO_RATE <nil> <nil>", "-12196 JPY at 121.957512395 false of 2020 by IMF false 2",
				"NO_DATE <nil> <nil>", "3955 JPY at 39.5461415787 false of 2020 by IMF false 2", "NO_RATE <nil> <nil>",
			}},
			{"EUR", nil, []string{"100 EUR at 1 true of <nil> by <nil> false 0"}},
		} {
			a := w.ask(t, w.Nobody, query, vars{"to": c.to, "source": c.source}).ok()
			for i, want := range c.want {
				if got := line(a, i); got != want {
					t.Errorf("%d to %s by %v: %s, want %s", i, c.to, c.source, got, want)
				}
			}
		}
		a := w.ask(t, w.Nobody, `{ transactions(first: 1) { nodes { converted(to: "ZZZ") { amount } } } }`, nil)
		a.refused("INVALID_INPUT", "to").is("transactions.nodes.0.converted", nil)
		// A source that comes later changes no figure that is there.
		w.upload(t, w.Secretariat, "currency,year,lcu_per_usd\nEUR,2020,3\nEUR,2022,4\n", "AAA", false, nil).ok()
		a = w.ask(t, w.Nobody, query, vars{"to": "USD"}).ok()
		if got := line(a, 0); got != "114.22 USD at 1.14219610895 false of 2020 by IMF false 1" {
			t.Errorf("after a later source: %s", got)
		}
		if got := line(a, 6); got != "25.00 USD at 0.25 true of 2022 by AAA false 1" {
			t.Errorf("what earlier sources lack: %s", got)
		}
	})
}

// Converting a page costs the same, whatever its length and its currencies.
func TestConvertingCostsTwoStatements(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.upload(t, w.Secretariat, ratesCSV, "IMF", false, nil).ok()
		w.upload(t, w.Secretariat, ratesCSV, "Other", false, nil).ok()
		count := func(query string) int64 { return w.statements(func() { w.ask(t, w.Nobody, query, nil).ok() }) }
		day := ref(date.Date("2020-03-01"))
		plain := `{ transactions { nodes { value { amount } } } }`
		with := `{ transactions { nodes { value { amount } converted(to: "JPY") { amount source rates { source import { createdAt } } } } } }`
		for i := range 12 {
			w.dated(t, i, []string{"EUR", "XCD", "USD"}[i%3], ref(int64(1_000_000)), day, nil)
			if more := count(with) - count(plain); more > 3 { // rates, their sources, their imports
				t.Fatalf("converting %d transactions costs %d statements", i+1, more)
			}
		}
	})
}

// The published averages of the reference data, brought in whole, convert as an
// independent computation does.
func TestReferenceRates(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("HUB_TEST_REFERENCE_DATA")
	if here, err := filepath.Abs("."); err == nil && dir == "" {
		for d := here; d != filepath.Dir(d) && dir == ""; d = filepath.Dir(d) {
			if _, err := os.Stat(filepath.Join(d, "shared", "data", "fx_annual_imf_lcu_per_usd.csv")); err == nil {
				dir = filepath.Join(d, "shared", "data")
			}
		}
	}
	raw, err := os.ReadFile(filepath.Join(dir, "fx_annual_imf_lcu_per_usd.csv"))
	if err != nil {
		t.Skip("the reference data is not here: put it into ../shared/data, or name its folder in HUB_TEST_REFERENCE_DATA")
	}
	each(t, func(t *testing.T, w *world) {
		a := w.upload(t, w.Secretariat, string(raw), "IMF", false, nil).ok()
		a.is("importExchangeRates.import.created", float64(bytes.Count(raw, []byte("\n"))-1)).is("importExchangeRates.report.warnings", 0.0)
		w.upload(t, w.Secretariat, string(raw), "IMF", false, nil).ok().is("importExchangeRates.import.created", 0.0).is("importExchangeRates.import.changed", 0.0)
		w.dated(t, 1, "JMD", ref(int64(1_000_000_000_000)), ref(date.Date("2024-07-01")), nil)
		w.dated(t, 2, "HTG", ref(int64(1_000_000)), ref(date.Date("2024-07-01")), nil)
		a = w.ask(t, w.Nobody, `{ transactions(orderBy: { field: VALUE, direction: DESC }) { nodes { usd: converted(to: "USD") { amount } ttd: converted(to: "TTD") { amount } } } }`, nil).ok()
		a.is("transactions.nodes.0.usd.amount", "6392.25").is("transactions.nodes.0.ttd.amount", "43148.45").is("transactions.nodes.1.usd.amount", nil)
	})
}
