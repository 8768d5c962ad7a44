package fundingtest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/exchangerate"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
)

// PerActivity is how many transactions an activity has.
const PerActivity = 10

// How many there are of what activities are about, whatever their number.
const (
	donors     = 30
	receivers  = 60
	programmes = 12
	agreements = 20
)

const (
	countries = "AGBSBBBZDMGDGYHTJMKNLCVCSRTTCRSVGTHNNICOMXVECUDOPA" // 25
	sectors   = "11110112201211012220122611302014010140211403015110151121513016010160202101021020220102311023210240102503031110311203213041010430304304043060"
	types     = "2333433536" // of the transactions of an activity
)

// at is the identifier of the nth of a kind.
func at(kind id.Kind, n int) uuid.UUID {
	return uuid.MustParse(fmt.Sprintf("019ac000-0000-7000-80%02x-%012x", byte(kind), n))
}

// Donor is the largest of the donors; it reports a fifth of the activities.
func Donor() uuid.UUID { return at(id.Organisation, 0) }

// Fill puts so many transactions into a database, with rates for their currencies,
// and counts them: PerActivity an activity, twenty years, six types, three
// currencies, one country or two, one to six sectors with percentages. Every twentieth
// transaction is between two activities, and every fiftieth activity is one of the
// ACS's own that is not published.
func Fill(tb testing.TB, w *dbtest.World, transactions int) {
	tb.Helper()
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error { return around(ctx, w, tx) })
	activities := (transactions + PerActivity - 1) / PerActivity
	for _, statement := range statements(w.DB.Dialect, activities) {
		if _, err := w.DB.SQL().ExecContext(context.Background(), statement); err != nil {
			tb.Fatalf("%v: %s", err, statement)
		}
	}
	s := funding.New(w.Runner)
	s.CountAtOnce = 2000
	for more := true; more; {
		var err error
		if more, err = s.Count(w.System()); err != nil {
			tb.Fatal(err)
		}
	}
	// As PostgreSQL's own housekeeping does, and hub optimises SQLite when it closes.
	tidy := "ANALYZE" //nolint:misspell // SQL spells it so
	if w.DB.Dialect == dialect.Postgres {
		tidy = "VACUUM " + tidy
	}
	if _, err := w.DB.SQL().ExecContext(context.Background(), tidy); err != nil {
		tb.Fatal(err)
	}
}

// around writes what activities are about.
func around(ctx context.Context, w *dbtest.World, tx *ent.Client) error {
	now := w.Time()
	for n := range donors + receivers {
		kinds := []string{"DONOR"}
		if n >= donors {
			kinds = []string{}
		}
		name := fmt.Sprint("Organisation ", n)
		tx.Organisation.Create().SetID(at(id.Organisation, n)).SetCreatedAt(now).SetUpdatedAt(now).SetKinds(kinds).
			SetNameText(i18n.Text{EN: name, Authentic: i18n.EN}).SetFolded(i18n.Fold(name)).ExecX(ctx)
	}
	areas := []programme.Area{programme.AreaTrade, programme.AreaTransport}
	for n := range programmes {
		tx.Programme.Create().SetID(at(id.Programme, n)).SetCreatedAt(now).SetUpdatedAt(now).SetCode(fmt.Sprint("P", n)).SetArea(areas[n%len(areas)]).
			SetStatus(programme.StatusAdopted).SetTitleText(i18n.Text{EN: fmt.Sprint("Programme ", n), Authentic: i18n.EN}).ExecX(ctx)
	}
	for n := range agreements {
		tx.Agreement.Create().SetID(at(id.Agreement, n)).SetCreatedAt(now).SetUpdatedAt(now).SetKind(agreement.KindProtocol).
			SetStatus(agreement.StatusSigned).SetTitleText(i18n.Text{EN: fmt.Sprint("Agreement ", n), Authentic: i18n.EN}).ExecX(ctx)
	}
	source, origin := w.NewID(id.RateSource), w.NewID(id.RateImport)
	tx.ExchangeRateSource.Create().SetID(source).SetCreatedAt(now).SetName("S").ExecX(ctx)
	tx.ExchangeRateImport.Create().SetID(origin).SetCreatedAt(now).SetSourceID(source).SetSha256([]byte{1}).SetCreated(1).SetChanged(0).SetUnchanged(0).ExecX(ctx)
	for year := 2004; year < 2026; year++ {
		for currency, rate := range map[string]string{"EUR": "0.875506396987998", "CAD": "1.3414"} {
			tx.ExchangeRate.Create().SetID(w.NewID(id.ExchangeRate)).SetCreatedAt(now).SetUpdatedAt(now).SetSourceID(source).SetOriginID(origin).
				SetCurrency(currency).SetYear(year).SetPublished(rate).SetQuote(exchangerate.QuotePerUSD).ExecX(ctx)
		}
	}
	return nil
}

// forms are those of the numbers of activities as a statement's source, and of the
// identifier of the nth of a kind as text and as a row's.
func forms(kind string, activities int) (source string, text, row func(k id.Kind, n string) string) {
	hex, series, ref := "printf('%%012x', %s)", "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n + 1 < %d) ", "%s"
	if kind == dialect.Postgres {
		hex, series, ref = "lpad(to_hex((%s)::bigint), 12, '0')", "WITH s AS (SELECT n::bigint FROM generate_series(0, %d - 1) AS t(n)) ", "(%s)::uuid"
	}
	text = func(k id.Kind, n string) string {
		return fmt.Sprintf("'019ac000-0000-7000-80%02x-' || ", byte(k)) + fmt.Sprintf(hex, n)
	}
	return fmt.Sprintf(series, activities), text, func(k id.Kind, n string) string { return fmt.Sprintf(ref, text(k, n)) }
}

// Budgets gives the activities that Fill made of so many transactions three budgets
// each, and parents: of four activities each is below the one before.
func Budgets(tb testing.TB, w *dbtest.World, transactions int) {
	tb.Helper()
	source, _, row := forms(w.DB.Dialect, (transactions+PerActivity-1)/PerActivity)
	list := []string{fmt.Sprintf("INSERT INTO related_activities (id, created_at, position, type_code, ref, activity_id, related_id) %s"+
		"SELECT %s, %s, 0, '1', 'XM-' || CAST(n - 1 AS TEXT), %s, %s FROM s WHERE n %% 4 > 0", source, row(id.Related, "n"), moment,
		row(id.Activity, "n"), row(id.Activity, "n - 1"))}
	for year := 2021; year < 2024; year++ {
		list = append(list, fmt.Sprintf("INSERT INTO budgets (id, created_at, kind, position, type_code, period_start, period_end, value_date, value_published, value_micro, value_currency, activity_id) %s"+
			"SELECT %s, %s, 'BUDGET', %d, '1', '%d-01-01', '%[5]d-12-31', '%[5]d-01-01', '1', 1000000 + n, 'USD', %s FROM s", source,
			row(id.Budget, fmt.Sprintf("n * 8 + %d", year-2021)), moment, year-2021, year, row(id.Activity, "n")))
	}
	tidy := "ANALYZE" //nolint:misspell // SQL spells it so
	if w.DB.Dialect == dialect.Postgres {
		tidy = "VACUUM " + tidy
	}
	for _, statement := range append(list, tidy) {
		if _, err := w.DB.SQL().ExecContext(context.Background(), statement); err != nil {
			tb.Fatalf("%v: %s", err, statement)
		}
	}
}

// moment is when everything was written.
const moment = "'2026-11-23 14:05:00+00:00'"

// statements insert activities, what they state and their transactions. All follows
// from the numbers of the activities.
func statements(kind string, activities int) []string {
	source, text, row := forms(kind, activities)
	code := func(list string, n string, width int) string {
		return fmt.Sprintf("SUBSTR('%s', CAST(1 + (%s) %% %d * %d AS INT), %d)", list, n, len(list)/width, width, width)
	}
	// Of a thousand places those of the first donors are the widest.
	donor := fmt.Sprintf("CAST(%d * (n * 7919 %% 1000) * (n * 7919 %% 1000) / 1000000 AS INT)", donors)
	own := "n % 50 = 7"
	shares := func(number int, dimension, code, percent string, where string) string {
		return fmt.Sprintf("INSERT INTO allocations (id, created_at, dimension, position, vocabulary, code, percentage_published, percentage_micro, activity_id) %s "+
			"SELECT %s, %s, '%s', %d, '%s', %s, CAST(%s AS TEXT), %s * 1000000, %s FROM s WHERE %s", source,
			row(id.Allocation, fmt.Sprintf("n * 16 + %d", number)), moment, dimension, number%8, map[string]string{"COUNTRY": "", "SECTOR": "1"}[dimension],
			code, percent, percent, row(id.Activity, "n"), where)
	}
	country := func(n string) string { return code(countries, n, 2) }
	out := []string{
		fmt.Sprintf("INSERT INTO activities (id, created_at, updated_at, iati_identifier, origin, status_code, published, reporting_ref, reporting_id, programme_id, agreement_id, funding_counted) %s "+
			"SELECT %s, %s, %s, 'XM-' || CAST(n AS TEXT), CASE WHEN %s THEN 'OWN' ELSE 'IMPORTED' END, CAST(2 + n %% 3 AS TEXT), NOT (%s), 'XM', %s, "+
			"CASE WHEN n %% 3 < 2 THEN %s END, CASE WHEN n %% 5 = 0 THEN %s END, FALSE FROM s", source,
			row(id.Activity, "n"), moment, moment, own, own, row(id.Organisation, donor), row(id.Programme, fmt.Sprintf("n %% %d", programmes)),
			row(id.Agreement, fmt.Sprintf("n / 5 %% %d", agreements))),
		shares(0, "COUNTRY", country("n * 31 + n / 25"), "CASE WHEN n % 4 = 0 THEN 60 ELSE 100 END", "TRUE"),
		shares(1, "COUNTRY", country("n * 31 + n / 25 + 7"), "40", "n % 4 = 0"),
	}
	// Of one sector, of two, of three and of six.
	for i, percents := range [][]int{{100}, {60, 40}, {50, 30, 20}, {30, 25, 20, 10, 10, 5}} {
		for j, percent := range percents {
			out = append(out, shares(8+j, "SECTOR", code(sectors, fmt.Sprintf("n / 4 * 13 + %d", j*5), 5), fmt.Sprint(percent), fmt.Sprintf("n %% 4 = %d", i)))
		}
	}
	for i := range PerActivity {
		k := fmt.Sprintf("(n * %d + %d)", PerActivity, i)
		day := fmt.Sprintf("CAST(2005 + (n * 3 + %d + n / 7) %% 20 AS TEXT) || '-' || %s || '-15'", i*2, code("010203040506070809101112", k+" * 7", 2))
		valued := fmt.Sprintf("CASE WHEN %s %% 11 = 0 THEN NULL ELSE %s END", k, day)
		other := "NULL"
		if types[i] == '3' && i < 4 {
			other = fmt.Sprintf("CASE WHEN n %% 6 = 0 THEN %s END", row(id.Activity, fmt.Sprintf("(n + 1) %% %d", activities)))
		}
		receiver := "''"
		if i%3 != 0 {
			receiver = text(id.Organisation, fmt.Sprintf("%d + n * 17 %% %d", donors, receivers))
		}
		out = append(out, fmt.Sprintf("INSERT INTO transactions (id, created_at, updated_at, activity_id, position, type_code, date, value_date, value_published, value_micro, value_currency, provider_key, receiver_key, receiver_activity_id) %s "+
			"SELECT %s, %s, %s, %s, %d, '%c', %s, %s, '1', 1000000 + %s * 37, CASE WHEN %s %% 10 = 9 THEN 'CAD' WHEN %s %% 10 > 6 THEN 'EUR' ELSE 'USD' END, %s, %s, %s FROM s",
			source, row(id.Transaction, k), moment, moment, row(id.Activity, "n"), i, types[i], day, valued, k, donor, donor, text(id.Organisation, donor), receiver, other))
	}
	if kind != dialect.Postgres { // there each is quick enough by itself
		return []string{"BEGIN; " + strings.Join(out, "; ") + "; COMMIT"}
	}
	return out
}
