package funding_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/id"
)

// filled is a world with so many transactions, five an activity, of the shape of the
// files that are published: most in dollars, of twenty years, four types, thirty
// organisations, each activity for one country or two.
func filled(b *testing.B, address string, size int) *dbtest.World {
	b.Helper()
	w := dbtest.NewWorld(b, address)
	ctx := context.Background()
	db := w.DB.SQL()
	exec := func(statement string) {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			b.Fatal(err)
		}
	}
	insert := func(into string) (add func(row string, args ...any), flush func()) {
		var rows []string
		flush = func() {
			if len(rows) > 0 {
				exec("INSERT INTO " + into + " VALUES " + strings.Join(rows, ", "))
				rows = rows[:0]
			}
		}
		return func(row string, args ...any) { rows = append(rows, fmt.Sprintf(row, args...)) }, flush
	}
	parties := make([]uuid.UUID, 30)
	for i := range parties {
		parties[i] = w.AddOrganisation(b, fmt.Sprint("Donor ", i), "DONOR")
	}
	programmes := make([]uuid.UUID, 6)
	w.Write(b, func(ctx context.Context, tx *ent.Client) error {
		for i := range programmes {
			programmes[i] = w.NewID(id.Programme)
			tx.Programme.Create().SetID(programmes[i]).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetCode(fmt.Sprint("P", i)).SetArea("TRADE").SetStatus("ADOPTED").ExecX(ctx)
		}
		return nil
	})
	activities, flushActivities := insert("activities (id, created_at, updated_at, iati_identifier, origin, status_code, published, reporting_ref, programme_id, funding_counted)")
	shares, flushShares := insert("funding_shares (owner_id, axis, vocabulary, code, region, numerator, denominator, leads, leads_code, leads_region)")
	transactions, flushTransactions := insert("transactions (id, created_at, updated_at, activity_id, position, type_code, date, value_date, value_published, value_micro, value_currency, provider_key, receiver_key)")
	countries := strings.Fields("AG BS BB BZ DM GD GY HT JM KN LC VC SR TT CR SV GT HN NI CO MX VE CU DO PA")
	const at = "'2026-11-23 14:05:00+00:00'"
	exec("BEGIN")
	if w.DB.Dialect == "postgres" {
		exec("COMMIT") // each connection of its own
	}
	for n := range (size + 4) / 5 {
		if n%200 == 0 {
			flushActivities()
			flushShares()
			flushTransactions()
		}
		a := w.NewID(id.Activity)
		activities("('%s', %s, %s, 'XM-%d', 'IMPORTED', '2', TRUE, 'XM', '%s', TRUE)", a, at, at, n, programmes[n%6])
		first, second := countries[n%25], countries[(n+7)%25]
		if n%4 == 0 {
			shares("('%s', 'PLACE', '', '%s', 'NATIONAL', 3, 5, TRUE, TRUE, TRUE)", a, first)
			shares("('%s', 'PLACE', '', '%s', 'NATIONAL', 2, 5, FALSE, TRUE, FALSE)", a, second)
		} else {
			shares("('%s', 'PLACE', '', '%s', 'NATIONAL', 1, 1, TRUE, TRUE, TRUE)", a, first)
		}
		sector := 11000 + n%40*110
		shares("('%s', 'SECTOR', '1', '%d', '', 1, 1, TRUE, TRUE, TRUE)", a, sector)
		shares("('%s', 'CATEGORY', '', '%d', '', 1, 1, TRUE, TRUE, TRUE)", a, sector/100)
		for i := range 5 {
			k := n*5 + i
			currency := "USD"
			if k%20 == 0 {
				currency = "EUR"
			}
			day := fmt.Sprintf("%d-%02d-15", 2005+k%20, 1+k%12)
			transactions("('%s', %s, %s, '%s', %d, '%s', '%s', '%s', '1', %d, '%s', '%s', '%s')", w.NewID(id.Transaction), at, at, a, i,
				[]string{"2", "3", "3", "3", "4"}[i], day, day, 1_000_000+k*37, currency, parties[k%30], parties[(k+11)%30])
		}
	}
	flushActivities()
	flushShares()
	flushTransactions()
	if w.DB.Dialect != "postgres" {
		exec("COMMIT")
		exec("ANALYZE") //nolint:misspell // SQL spells it so
	} else {
		exec("ANALYZE") //nolint:misspell // SQL spells it so
	}
	if err := funding.CountAll(w.System(), w.DB); err != nil {
		b.Fatal(err)
	}
	w.Write(b, func(ctx context.Context, tx *ent.Client) error { return rates(ctx, w, tx) })
	w.Donor = parties[3]
	return w
}

// rates are of the euro, of every year.
func rates(ctx context.Context, w *dbtest.World, tx *ent.Client) error {
	source, origin := w.NewID(id.RateSource), w.NewID(id.RateImport)
	tx.ExchangeRateSource.Create().SetID(source).SetCreatedAt(w.Time()).SetName("S").ExecX(ctx)
	tx.ExchangeRateImport.Create().SetID(origin).SetCreatedAt(w.Time()).SetSourceID(source).SetSha256([]byte{1}).SetCreated(1).SetChanged(0).SetUnchanged(0).ExecX(ctx)
	for year := 2005; year < 2025; year++ {
		tx.ExchangeRate.Create().SetID(w.NewID(id.ExchangeRate)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetSourceID(source).SetOriginID(origin).
			SetCurrency("EUR").SetYear(year).SetPublished("0.9").SetQuote("UNITS_PER_USD").ExecX(ctx)
	}
	return nil
}

// sizes are the numbers of transactions: HUB_BENCH_SIZES names others.
func sizes(b *testing.B) []int {
	b.Helper()
	list := os.Getenv("HUB_BENCH_SIZES")
	if list == "" {
		list = "1000 100000"
	}
	var out []int
	for _, s := range strings.Fields(list) {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

// tiles are the twelve of a partner's dashboard.
func tiles(party uuid.UUID) []funding.Query {
	var out []funding.Query
	for _, by := range [][]funding.Dimension{
		{},
		{funding.Year},
		{funding.TransactionType},
		{funding.Year, funding.TransactionType},
		{funding.Country},
		{funding.Country, funding.Year},
		{funding.SectorCategory},
		{funding.SectorOf},
		{funding.Agreement},
		{funding.Programme},
		{funding.Area},
		{funding.Receiver},
	} {
		out = append(out, funding.Query{GroupBy: by, Currency: "USD", First: 50, Filter: funding.Filter{Parties: []uuid.UUID{party}}})
	}
	return out
}

func BenchmarkSums(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		for _, size := range sizes(b) {
			b.Run(fmt.Sprint(kind, "/", size), func(b *testing.B) {
				address := ""
				if kind == "sqlite" {
					address = dbtest.SQLite(b)
				} else {
					address = dbtest.Postgres(b)
				}
				w := filled(b, address, size)
				s := funding.New(w.Runner)
				s.Limit = 1 << 40
				ctx := w.As(b, w.Partner)
				run := func(name string, queries ...funding.Query) {
					b.Run(name, func(b *testing.B) {
						for b.Loop() {
							for _, q := range queries {
								if _, err := s.Summarise(ctx, q); err != nil {
									b.Fatal(err)
								}
							}
						}
					})
				}
				run("tiles of a partner", tiles(w.Donor)...)
				run("kept, country and year", funding.Query{GroupBy: []funding.Dimension{funding.Country, funding.Year}, Currency: "USD"})
				run("added up, country and status", funding.Query{GroupBy: []funding.Dimension{funding.Country, funding.Status}, Currency: "USD"})
				b.Run("by hand, country and status", func(b *testing.B) {
					for b.Loop() {
						rows, err := w.DB.SQL().QueryContext(ctx, `SELECT COALESCE(f.code, '-'), a.status_code, t.type_code, t.value_currency, SUBSTR(COALESCE(t.value_date, t.date), 1, 4),
							SUM(t.value_micro / 1000000 * f.numerator / f.denominator), COUNT(*)
							FROM transactions t JOIN activities a ON a.id = t.activity_id LEFT JOIN funding_shares f ON f.owner_id = t.activity_id AND f.axis = 'PLACE' AND f.vocabulary = ''
							WHERE a.origin = 'IMPORTED' OR a.published GROUP BY 1, 2, 3, 4, 5`)
						if err != nil {
							b.Fatal(err)
						}
						n := 0
						for rows.Next() {
							n++
						}
						if err := rows.Err(); err != nil || n == 0 {
							b.Fatal(n, err)
						}
						_ = rows.Close()
					}
				})
				run("added up, provider and sector", funding.Query{GroupBy: []funding.Dimension{funding.Provider, funding.SectorOf}, Currency: "USD"})
			})
		}
	}
}
