package funding_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	ents "acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/activity"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dashboard"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/exchange"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/organisation"
	"acs-aec.org/hub/internal/share"
	"acs-aec.org/hub/internal/viewer"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// play is a world in which money changes at random.
type play struct {
	*dbtest.World
	t          *testing.T
	r          *rand.Rand
	activities *activity.Service
	imports    *importrun.Service
	sums       *funding.Service
	programmes []uuid.UUID
	agreements []uuid.UUID
	parties    []uuid.UUID
	n          int
	files      []string
}

func newPlay(t *testing.T, w *dbtest.World, seed uint64) *play {
	t.Helper()
	p := &play{
		World: w, t: t, r: rand.New(rand.NewPCG(seed, 7)), activities: activity.New(w.Runner), imports: importrun.New(w.Runner), //nolint:gosec // a test's dice
		sums: funding.New(w.Runner), parties: []uuid.UUID{w.Donor, w.Other},
	}
	w.Write(t, func(ctx context.Context, tx *ent.Client) error {
		now := w.Time()
		for _, code := range []string{"JM", "TT", "GP"} {
			tx.Country.Create().SetID(w.NewID(id.Country)).SetCreatedAt(now).SetUpdatedAt(now).SetIso2(code).SetNameText(i18n.Text{EN: code, Authentic: i18n.EN}).ExecX(ctx)
		}
		for i, area := range []programme.Area{programme.AreaTrade, programme.AreaTransport} {
			u := w.NewID(id.Programme)
			tx.Programme.Create().SetID(u).SetCreatedAt(now).SetUpdatedAt(now).SetCode(fmt.Sprint("P", i)).SetArea(area).SetStatus(programme.StatusAdopted).
				SetTitleText(i18n.Text{EN: "P", Authentic: i18n.EN}).ExecX(ctx)
			p.programmes = append(p.programmes, u)
		}
		u := w.NewID(id.Agreement)
		tx.Agreement.Create().SetID(u).SetCreatedAt(now).SetUpdatedAt(now).SetKind(agreement.KindProtocol).SetStatus(agreement.StatusSigned).
			SetTitleText(i18n.Text{EN: "A", Authentic: i18n.EN}).ExecX(ctx)
		p.agreements = []uuid.UUID{u}
		for _, ref := range []string{"XM-GIVER", "XM-TAKER"} {
			u := w.NewID(id.Organisation)
			tx.Organisation.Create().SetID(u).SetCreatedAt(now).SetUpdatedAt(now).SetIdentifier(ref).SetKinds([]string{}).SetNameText(i18n.Text{EN: ref, Authentic: i18n.EN}).SetFolded(ref).ExecX(ctx)
			p.parties = append(p.parties, u)
		}
		return nil
	})
	_, _, _, err := exchange.New(w.Runner).Import(w.As(t, w.Secretariat), exchange.Input{
		Source: "S", FileName: "r.csv", Content: []byte("currency,year,lcu_per_usd\nEUR,2019,0.9\nEUR,2020,0.875506396987998\nXCD,2020,2.7\n"),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *play) pick(list ...string) string { return list[p.r.IntN(len(list))] }

func one[T any](p *play, list []T) *T {
	if len(list) == 0 || p.r.IntN(4) == 0 {
		return nil
	}
	return &list[p.r.IntN(len(list))]
}

// identifier names an activity, there or not yet there.
func (p *play) identifier() string {
	return p.pick("OWN", "XM-BANK") + fmt.Sprint("-", p.r.IntN(8))
}

func (p *play) amount() string {
	return p.pick("", "-") + fmt.Sprint(p.r.IntN(1_000_000), ".", p.r.IntN(100)) + p.pick("", "0001")
}

func (p *play) countries() []share.Country {
	percent := func(s string) *string { return &s }
	switch p.r.IntN(4) {
	case 0:
		return nil
	case 1:
		return []share.Country{{Code: "JM"}}
	case 2:
		return []share.Country{{Code: "JM"}, {Code: "TT"}, {Code: "GP"}}
	}
	return []share.Country{{Code: "GP", Percentage: percent("12.5")}, {Code: "TT", Percentage: percent("87.5")}}
}

func (p *play) sectors() []share.Sector {
	if p.r.IntN(3) == 0 {
		return []share.Sector{{Vocabulary: "99", Code: "SEA"}}
	}
	return []share.Sector{{Vocabulary: "1", Code: p.pick("43060", "41010")}, {Vocabulary: "1", Code: "21040"}}
}

func (p *play) day() date.Date {
	return date.Date(p.pick("2018", "2019", "2020") + "-0" + fmt.Sprint(1+p.r.IntN(9)) + "-11")
}

// step changes money in one way. It says what it did.
func (p *play) step() string {
	ctx := p.As(p.t, p.Secretariat)
	own, err := p.DB.Client.Activity.Query().Where(ents.OriginEQ(ents.OriginOwn)).Order(ent.Asc(ents.FieldID)).All(p.System())
	if err != nil {
		p.t.Fatal(err)
	}
	var a *ent.Activity
	if len(own) > 0 {
		a = own[p.r.IntN(len(own))]
	}
	p.n++
	switch n := p.r.IntN(12); {
	case a == nil || n == 0:
		_, _, err = p.activities.Create(ctx, activity.CreateInput{
			IATIIdentifier: fmt.Sprint("OWN-", p.r.IntN(8)), Title: &i18n.TextInput{En: ptr("T")}, Status: activity.Pipeline, Programme: one(p, p.programmes), Agreement: one(p, p.agreements),
			Countries: p.countries(), Sectors: p.sectors(),
		}, nil)
		return fmt.Sprint("create ", err)
	case n < 5:
		_, _, err = p.activities.Record(ctx, activity.RecordInput{
			Activity: a.ID, TypeCode: p.pick("1", "2", "3", "4", "5", "11", "12"), Date: p.day(), Value: &money.Input{Amount: p.amount(), Currency: p.pick("USD", "EUR", "XCD", "HTG")},
			Provider: one(p, p.parties), Receiver: one(p, p.parties), ProviderActivity: ptr(p.identifier()), ReceiverActivity: ptr(p.identifier()),
		}, nil)
		return fmt.Sprint("record ", err)
	case n == 5:
		t, found := p.DB.Client.Transaction.Query().Where(transaction.ActivityID(a.ID)).First(p.System())
		if found != nil {
			return "nothing to correct"
		}
		_, _, err = p.activities.EditTransaction(ctx, activity.EditTransactionInput{
			ID: t.ID, ExpectedRevision: t.Revision, TypeCode: command.Set(p.pick("1", "3", "4")), Value: command.Set(money.Input{Amount: p.amount(), Currency: p.pick("USD", "EUR")}),
			Date: command.Set(p.day()), Provider: command.Field[uuid.UUID]{Given: true, Value: one(p, p.parties)}, ReceiverActivity: command.Set(p.identifier()),
		})
		return fmt.Sprint("correct ", err)
	case n == 6:
		_, _, err = p.activities.Publish(ctx, a.ID, a.Revision)
		return fmt.Sprint("publish ", err)
	case n == 7:
		_, _, err = p.activities.Edit(ctx, activity.EditInput{
			ID: a.ID, ExpectedRevision: a.Revision, Countries: command.Set(p.countries()), Sectors: command.Set(p.sectors()),
			Programme: command.Field[uuid.UUID]{Given: true, Value: one(p, p.programmes)},
		})
		return fmt.Sprint("edit ", err)
	case n == 8:
		all, found := p.DB.Client.Activity.Query().Order(ent.Asc(ents.FieldID)).All(p.System())
		if found != nil {
			p.t.Fatal(found)
		}
		a = all[p.r.IntN(len(all))]
		_, _, err = p.activities.Classify(ctx, activity.ClassifyInput{
			ID: a.ID, ExpectedRevision: a.Revision, Programme: command.Field[uuid.UUID]{Given: true, Value: one(p, p.programmes)},
			Agreement: command.Field[uuid.UUID]{Given: true, Value: one(p, p.agreements)},
		})
		return fmt.Sprint("classify ", err)
	case n == 9 && len(p.parties) > 2:
		from := p.parties[len(p.parties)-1]
		o, found := p.DB.Client.Organisation.Get(p.System(), from)
		if found != nil {
			p.t.Fatal(found)
		}
		p.parties = p.parties[:len(p.parties)-1]
		_, _, err = organisation.New(p.Runner).Merge(ctx, organisation.MergeInput{ID: from, ExpectedRevision: o.Revision, Into: p.parties[p.r.IntN(2)]})
		return fmt.Sprint("merge ", err)
	case n == 10 && p.r.IntN(3) == 0:
		// Not counted any more, as after a migration.
		p.Write(p.t, func(ctx context.Context, tx *ent.Client) error { return funding.Forget(ctx, tx) })
		for more := true; more; {
			if more, err = p.sums.Count(p.System()); err != nil {
				p.t.Fatal(err)
			}
		}
		return "count anew"
	}
	var b strings.Builder
	b.WriteString(`<iati-activities version="2.03">`)
	for n := range 1 + p.r.IntN(4) {
		p.publish(&b, n*2+p.r.IntN(2))
	}
	xml := b.String() + "</iati-activities>"
	if len(p.files) > 0 && p.r.IntN(3) == 0 {
		xml = p.files[p.r.IntN(len(p.files))] // as it was once before
	}
	p.files = append(p.files, xml)
	gone := p.gone()
	run, err := p.imports.Import(ctx, importrun.Source{
		Name: p.pick("f.xml", "g.xml"), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(xml)), nil },
	}, nil)
	if err != nil {
		return fmt.Sprint("import ", err)
	}
	now := p.gone()
	if slices.ContainsFunc(gone, func(u uuid.UUID) bool { return !slices.Contains(now, u) }) {
		return "return"
	}
	if run.Vanished > 0 {
		return "vanish"
	}
	return fmt.Sprint("import ", run, err)
}

// gone are the activities that vanished.
func (p *play) gone() []uuid.UUID {
	return p.DB.Client.Activity.Query().Where(ents.VanishedAtNotNil()).IDsX(p.System())
}

func ptr[T any](v T) *T { return &v }

// publish writes an activity as another organisation publishes it.
func (p *play) publish(b *strings.Builder, n int) {
	fmt.Fprintf(b, `<iati-activity xml:lang="en" default-currency="EUR"><iati-identifier>XM-BANK-%d</iati-identifier>
<reporting-org ref="%s" type="40"><narrative>Bank</narrative></reporting-org><title><narrative>T %d</narrative></title>
<description><narrative>D</narrative></description><participating-org ref="XM-BANK" role="1"><narrative>Bank</narrative></participating-org>
<activity-status code="2"/><activity-date type="2" iso-date="2018-01-01"/>`, n, p.pick("XM-BANK", "XM-GIVER"), p.n)
	b.WriteString(p.pick("", `<recipient-country code="JM"/>`, `<recipient-country code="JM" percentage="33.33"/><recipient-country code="TT" percentage="33.33"/><recipient-country code="CU" percentage="33.33"/>`,
		`<recipient-country code="JM" percentage="10"/><recipient-region code="1031" percentage="60"/><recipient-region code="389" percentage="30"/>`, `<recipient-country code="JM" percentage="40"/>`))
	b.WriteString(p.pick("", `<sector code="43060"/>`, `<sector code="43060" percentage="14.3"/><sector code="43050" percentage="85.7"/>`, `<sector vocabulary="2" code="410"/>`, `<sector vocabulary="99" code="X"/>`))
	for range p.r.IntN(5) {
		currency := p.pick("", ` currency="USD"`, ` currency="HTG"`)
		dated := p.pick(fmt.Sprintf(` value-date="%s"`, p.day()), "")
		fmt.Fprintf(b, `<transaction><transaction-type code="%s"/><transaction-date iso-date="%s"/><value%s%s>%s</value>`, p.pick("1", "2", "3", "4", "11", "77"), p.day(), currency, dated, p.pick(p.amount(), p.amount(), "much", "333.3333333", "-12000000000000", "0.1234567890123456789012345678901234567890"))
		b.WriteString(p.pick("", fmt.Sprintf(`<provider-org ref="XM-GIVER" provider-activity-id="%s"/>`, p.identifier()), `<provider-org><narrative>Someone</narrative></provider-org>`))
		b.WriteString(p.pick("", fmt.Sprintf(`<receiver-org ref="XM-TAKER" receiver-activity-id="%s"/>`, p.identifier()), `<receiver-org ref="XM-UNKNOWN"/>`))
		b.WriteString(p.pick("", `<sector code="15110"/>`))
		b.WriteString(p.pick("", `<recipient-country code="TT"/>`))
		b.WriteString("</transaction>")
	}
	b.WriteString("</iati-activity>\n")
}

// queries are such as are answered from kept sums.
func (p *play) queries() []funding.Query {
	var out []funding.Query
	one := []string{"JM"}
	for _, currency := range []string{"USD", ""} {
		for _, by := range [][]funding.Dimension{
			{},
			{funding.Year},
			{funding.Year, funding.TransactionType, funding.Country},
			{funding.Country},
			{funding.SectorOf, funding.Year},
			{funding.SectorCategory},
			{funding.Provider},
			{funding.Receiver},
			{funding.Programme},
			{funding.Area, funding.Currency},
			{funding.Agreement, funding.Year},
		} {
			q := funding.Query{GroupBy: by, Currency: currency}
			out = append(out, q)
			q.Filter.Parties = []uuid.UUID{p.parties[p.r.IntN(len(p.parties))]}
			out = append(out, q)
		}
	}
	partner, err := p.DB.Client.Organisation.Get(p.System(), p.parties[p.r.IntN(2)])
	if err != nil {
		p.t.Fatal(err)
	}
	partner.Kinds = []string{"DONOR"}
	for _, tile := range dashboard.ForOrganisation(partner).Tiles {
		out = append(out, tile.Query)
	}
	from, to := date.Date("2019-01-01"), date.Date("2019-12-31")
	two, none := []uuid.UUID{p.parties[0], p.parties[1]}, []uuid.UUID{}
	return append(out,
		funding.Query{GroupBy: []funding.Dimension{funding.Year}, Currency: "EUR", Filter: funding.Filter{Countries: one}},
		funding.Query{GroupBy: []funding.Dimension{funding.Country}, Currency: "EUR", Filter: funding.Filter{Countries: []string{funding.Unallocated}}},
		funding.Query{GroupBy: []funding.Dimension{funding.Country}, Currency: "USD", Filter: funding.Filter{Countries: []string{funding.Regional}}},
		funding.Query{Currency: "USD", Filter: funding.Filter{Sectors: &funding.Sectors{Codes: []string{"43060"}}}},
		funding.Query{Currency: "USD", GroupBy: []funding.Dimension{funding.Year}, Filter: funding.Filter{Providers: p.parties[:1], From: &from}},
		funding.Query{Currency: "USD", GroupBy: []funding.Dimension{funding.Agreement}, Measures: []funding.Measure{funding.Spent, funding.Other}, Filter: funding.Filter{From: &from, To: &to}},
		funding.Query{Currency: "USD", GroupBy: []funding.Dimension{funding.Country}, Filter: funding.Filter{Providers: two}},
		funding.Query{Currency: "USD", GroupBy: []funding.Dimension{funding.SectorOf}, Filter: funding.Filter{Receivers: two}},
		funding.Query{Currency: "USD", GroupBy: []funding.Dimension{funding.Receiver}, Filter: funding.Filter{Providers: two, Receivers: two}},
		funding.Query{Currency: "USD", GroupBy: []funding.Dimension{funding.Year}, Filter: funding.Filter{Parties: two[:1], Providers: two, Currencies: []string{"USD"}}},
		funding.Query{Currency: "USD", Filter: funding.Filter{Providers: none}},
		funding.Query{Currency: "", GroupBy: []funding.Dimension{funding.Provider}, Filter: funding.Filter{Currencies: []string{"USD", "HTG"}, Types: []string{"3", "1"}}},
	)
}

// shown is a summary as text.
func shown(s *funding.Summary) string {
	var b strings.Builder
	amounts := func(as []*funding.Amount) {
		for _, a := range as {
			fmt.Fprint(&b, " ", a.Measure, " ", a.Currency, " ", a.Exact(), " ", a.Figure, " ", a.Share, " ", a.Count, ";")
		}
		b.WriteString("\n")
	}
	for _, r := range s.Rows {
		for _, k := range r.Keys {
			b.WriteString(k.String() + ", ")
		}
		fmt.Fprint(&b, r.Count)
		for _, n := range r.NotConverted {
			fmt.Fprint(&b, " not ", *n)
		}
		amounts(r.Amounts)
	}
	amounts(s.Totals)
	amounts(s.Excluded.Amounts)
	fmt.Fprintln(&b, s.Count, s.Excluded.Count, s.Notes.DatesAssumed, s.Notes.WithoutAmount, s.Notes.WithoutDate)
	for _, n := range s.Notes.NotConverted {
		fmt.Fprintln(&b, *n)
	}
	for _, i := range s.Notes.Unallocated {
		fmt.Fprint(&b, i.Dimension, i.Reason, i.Count)
		amounts(i.Amounts)
	}
	return b.String()
}

// Whatever changes money, the sums that are kept are those that a recount gives, and
// what is answered from them is what adding up gives, for each who asks.
func TestKeptSumsEqualARecount(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		const steps = 60
		p := newPlay(t, w, seed())
		scans := funding.New(w.Runner).Scanning()
		var done []string
		for range steps {
			done = append(done, p.step())
			kept, counted, err := funding.KeptAndCounted(w.System(), w.DB.Client)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(kept, counted) {
				t.Fatalf("after %s:\nkept\n%s\ncounted\n%s", strings.Join(done, "\n"), strings.Join(minus(kept, counted), "\n"), strings.Join(minus(counted, kept), "\n"))
			}
			if len(done)%5 != 0 {
				continue
			}
			for name, v := range map[string]*viewer.Viewer{"nobody": w.Nobody, "partner": w.Partner, "council": w.Council, "secretariat": w.Secretariat} {
				for _, q := range p.queries() {
					if !funding.IsKept(q, v) {
						t.Fatalf("%+v is not answered from kept sums", q)
					}
					got, err := p.sums.Summarise(w.As(t, v), q)
					if err != nil {
						t.Fatal(err)
					}
					want, err := scans.Summarise(w.As(t, v), q)
					if err != nil {
						t.Fatal(err)
					}
					if shown(got) != shown(want) {
						t.Fatalf("%s, %+v, after %d steps:\nkept\n%s\nadded up\n%s", name, q, len(done), shown(got), shown(want))
					}
				}
			}
		}
		for _, verb := range []string{"create <nil>", "record <nil>", "correct <nil>", "publish <nil>", "edit <nil>", "classify <nil>", "merge <nil>", "count anew", "import ", "vanish", "return"} {
			if !slices.ContainsFunc(done, func(s string) bool { return strings.HasPrefix(s, verb) }) {
				t.Errorf("never: %s, in %d steps", verb, steps)
			}
		}
	})
}

// seed is that of the dice: HUB_TEST_SEED gives another one.
func seed() uint64 {
	if n, err := strconv.ParseUint(os.Getenv("HUB_TEST_SEED"), 10, 64); err == nil {
		return n
	}
	return 2
}

// minus are the lines of the one that the other does not have.
func minus(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}
