package activity_test

import (
	"context"
	"math/big"
	"testing"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	ents "acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/internal/activity"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/money"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// imported records an imported activity with transactions of these millionths.
func imported(t *testing.T, w *dbtest.World, identifier, status, typeCode, currency string, micros ...int64) {
	t.Helper()
	w.Write(t, func(ctx context.Context, tx *ent.Client) error {
		a, err := tx.Activity.Create().SetID(w.NewID(id.Activity)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).
			SetIatiIdentifier(identifier).SetOrigin(ents.OriginImported).SetStatusCode(status).SetDatasetName("set-" + identifier).
			SetTitleText(i18n.Text{EN: identifier, Authentic: i18n.EN}).Save(ctx)
		if err != nil {
			return err
		}
		creates := make([]*ent.TransactionCreate, len(micros))
		for i, m := range micros {
			creates[i] = tx.Transaction.Create().SetID(w.NewID(id.Transaction)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).
				SetActivityID(a.ID).SetPosition(i).SetTypeCode(typeCode).SetValuePublished(money.Format(m)).SetValueMicro(m).SetValueCurrency(currency)
		}
		return tx.Transaction.CreateBulk(creates...).Exec(ctx)
	})
}

func TestSumsAreExactBeyond64Bits(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		const top = int64(9_223_372_036_854_775_807)
		want := new(big.Int)
		for n := range 4 {
			var micros []int64
			for i := range int64(90) {
				m := top - i
				micros = append(micros, m)
				want.Add(want, big.NewInt(m))
			}
			imported(t, w, string(rune('A'+n)), "2", "3", "USD", micros...)
		}
		imported(t, w, "E", "4", "3", "EUR", -top, -top, 1, -999_999, 4_294_967_296, -4_294_967_297)
		imported(t, w, "F", "77", "11", "USD", 500_000, 15_247_314_146_000_000)
		totals, err := activity.ReadTotals(w.As(t, w.Nobody), w.DB.Client)
		if err != nil {
			t.Fatal(err)
		}
		minus := new(big.Int).Mul(big.NewInt(-top), big.NewInt(2))
		minus.Add(minus, big.NewInt(-999_999))
		sums := []activity.Sum{
			{TypeCode: "3", Currency: "EUR", Amount: money.FormatBig(minus), Count: 6},
			{TypeCode: "3", Currency: "USD", Amount: money.FormatBig(want), Count: 360},
			{TypeCode: "11", Currency: "USD", Amount: "15247314146.5", Count: 2},
		}
		if len(totals.BySum) != len(sums) {
			t.Fatalf("%+v", totals.BySum)
		}
		for i, s := range sums {
			if totals.BySum[i] != s {
				t.Errorf("%+v, want %+v", totals.BySum[i], s)
			}
		}
		counts := []activity.StatusCount{{Code: "2", Count: 4}, {Code: "4", Count: 1}, {Code: "77", Count: 1}}
		for i, c := range counts {
			if totals.ByStatus[i] != c {
				t.Errorf("%+v, want %+v", totals.ByStatus[i], c)
			}
		}
		one, err := activity.ReadTotals(w.As(t, w.Nobody), w.DB.Client, func(s *sql.Selector) { s.Where(sql.EQ(s.C(ents.FieldDatasetName), "set-F")) })
		if err != nil || len(one.BySum) != 1 || one.BySum[0].Amount != "15247314146.5" || len(one.ByStatus) != 1 {
			t.Errorf("%+v, %v", one, err)
		}
	})
}
