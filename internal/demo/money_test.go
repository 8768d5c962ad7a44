package demo_test

import (
	"context"
	"errors"
	"io"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/importissue"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dashboard"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/demo"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/prospect"
	"acs-aec.org/hub/internal/publication"
	"acs-aec.org/hub/internal/store"
)

// tiles are the answers of a dashboard's tiles, as who asks sees them.
func tiles(ctx context.Context, t *testing.T, r *command.Runner, u uuid.UUID) []*funding.Summary {
	t.Helper()
	d, err := dashboard.Find(ctx, r.DB.Client, u)
	if err != nil || d == nil {
		t.Fatalf("no dashboard: %v", err)
	}
	var out []*funding.Summary
	for _, tile := range d.Tiles {
		s, err := funding.New(r).Summarise(tile.Viewer(ctx), tile.Query)
		if err != nil {
			t.Fatalf("%s: %v", tile.Heading.EN, err)
		}
		out = append(out, s)
		if len(s.Rows) == 0 || s.Count == 0 {
			t.Errorf("%s / %s is empty", d.Heading.EN, tile.Heading.EN)
		}
		for _, a := range s.Totals {
			if a.Currency != "USD" {
				t.Errorf("%s / %s is told in %s", d.Heading.EN, tile.Heading.EN, a.Currency)
			}
		}
		if len(s.Notes.NotConverted) > 0 || s.Notes.WithoutAmount+s.Notes.WithoutDate > 0 {
			t.Errorf("%s / %s: %+v", d.Heading.EN, tile.Heading.EN, s.Notes)
		}
	}
	return out
}

// figure is a total of a summary; "" if there is none.
func figure(s *funding.Summary, m funding.Measure) string {
	for _, a := range s.Totals {
		if a.Measure == m {
			return a.Figure
		}
	}
	return ""
}

func TestDashboardsShowMoney(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		bank := dashboard.OfOrganisation(w.Organisations["DEMO-BANK"])
		portfolio := tiles(as(t, r, w, "nobody"), t, r, dashboard.PortfolioID)
		all := tiles(as(t, r, w, "secretariat"), t, r, dashboard.SecretariatID)
		theirs := tiles(as(t, r, w, "bank"), t, r, bank)
		tiles(as(t, r, w, "focal"), t, r, dashboard.OfCountry(w.Countries["JM"]))
		if public, same := figure(portfolio[0], funding.Spent), figure(tiles(as(t, r, w, "bank"), t, r, dashboard.PortfolioID)[0], funding.Spent); public != same {
			t.Errorf("the public portfolio says %s to nobody and %s to the bank", public, same)
		}
		byYear := all[4]
		if public, whole := figure(portfolio[1], funding.Spent), figure(byYear, funding.Spent); public == "" || public == whole {
			t.Errorf("the public portfolio and the Secretariat's both say that %s was spent", public)
		}
		// Each says of its own what nobody else adds: the second phase is a pledge of the other donor.
		pledge := funding.Query{
			Filter: funding.Filter{Providers: []uuid.UUID{w.Organisations["DEMO-COOPERATION"]}}, Measures: []funding.Measure{funding.IncomingPledge}, Currency: "USD",
		}
		for who, want := range map[string]string{"nobody": "3000000.00", "partner": "3000000.00", "bank": "3000000.00", "secretariat": "3700000.00"} {
			s, err := funding.New(r).Summarise(as(t, r, w, who), pledge)
			if err != nil || figure(s, funding.IncomingPledge) != want {
				t.Errorf("%s is told of pledges of %s, %v; want %s", who, figure(s, funding.IncomingPledge), err, want)
			}
		}
		if theirs[0].Count == 0 || figure(theirs[1], funding.IncomingFunds) != "1900000.00" {
			t.Errorf("the bank received %s", figure(theirs[1], funding.IncomingFunds))
		}
	})
}

func TestMoneyIsCountedOnce(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		ctx := as(t, r, w, "nobody")
		s, err := funding.New(r).Summarise(ctx, funding.Query{Measures: []funding.Measure{funding.IncomingFunds}, Currency: "USD"})
		if err != nil {
			t.Fatal(err)
		}
		// What comes from outside is the cooperation agency's money: two payments to the bank, two to the ACS.
		if got := figure(s, funding.IncomingFunds); s.Count != 4 || s.Excluded.Count != 8 {
			t.Errorf("%s came in, %d flows are left out", got, s.Excluded.Count)
		}
		where, err := funding.New(r).Conditions(ctx, s.Query, true)
		if err != nil {
			t.Fatal(err)
		}
		q := r.DB.Client.Transaction.Query()
		for _, p := range where {
			q.Where(p)
		}
		pairs := map[string]bool{}
		for _, x := range q.WithActivity().AllX(ctx) {
			pairs[x.ProviderActivityRef+" > "+x.Edges.Activity.IatiIdentifier] = true
		}
		for _, want := range []string{
			"XI-IATI-ACSDEMO-BANK-WARNING > XI-IATI-ACSDEMO-DEMO-WARNING", "XI-IATI-ACSDEMO-BANK-COAST > XI-IATI-ACSDEMO-BANK-COAST-BEACHES",
		} {
			if !pairs[want] {
				t.Errorf("%s is not told as internal: %v", want, pairs)
			}
		}
	})
}

func TestUnallocatedMoneyIsExplained(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		s, err := funding.New(r).Summarise(as(t, r, w, "nobody"), funding.Query{
			GroupBy: []funding.Dimension{funding.Country}, Measures: []funding.Measure{funding.Spent}, Currency: "USD",
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := s.Notes.Unallocated; len(n) != 1 || n[0].Reason != funding.WrongSum || n[0].Amounts[0].Figure != "4500000.00" {
			t.Errorf("the note: %+v", n)
		}
		row := slices.IndexFunc(s.Rows, func(r *funding.Row) bool { return r.Keys[0].Code != nil && *r.Keys[0].Code == funding.Unallocated })
		if row < 0 || s.Rows[row].Amounts[0].Figure != "4500000.00" {
			t.Errorf("the row: %d of %d", row, len(s.Rows))
		}
	})
}

func TestBankIsPlainlyFictitious(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		ctx, c := system(t), r.DB.Client
		for _, o := range c.Organisation.Query().Where(organisation.IdentifierHasPrefix("XI-IATI-ACSDEMO-")).AllX(ctx) {
			if !strings.Contains(o.NameEn, "Demonstration") {
				t.Errorf("%s is called %s", *o.Identifier, o.NameEn)
			}
		}
		marked := activity.Or(activity.OriginEQ(activity.OriginImported), activity.IatiIdentifierHasPrefix("XI-IATI-ACSDEMO-DEMO-"))
		for _, a := range c.Activity.Query().Where(marked).AllX(ctx) {
			if !strings.HasPrefix(a.TitleEn, "Demonstration:") || !strings.HasPrefix(a.TitleEs, "Demostración:") || !strings.HasPrefix(a.TitleFr, "Démonstration :") {
				t.Errorf("%s is called %s / %s / %s", a.IatiIdentifier, a.TitleEn, a.TitleEs, a.TitleFr)
			}
		}
		// No fictitious money is told of what is real.
		real := organisation.And(organisation.Not(organisation.IdentifierHasPrefix("XI-IATI-ACSDEMO")))
		if n := c.Transaction.Query().Where(transaction.DateGTE("2019"), transaction.Or(
			transaction.HasProviderWith(organisation.Or(real, organisation.IdentifierIsNil())),
			transaction.HasReceiverWith(organisation.Or(real, organisation.IdentifierIsNil())),
			transaction.HasActivityWith(activity.Not(marked)),
		)).CountX(ctx); n != 0 {
			t.Errorf("%d fictitious transactions name somebody real", n)
		}
		// What is wrong with the file is wrong on purpose.
		var wrong []string
		for _, i := range c.ImportIssue.Query().Order(ent.Asc(importissue.FieldPosition)).AllX(ctx) {
			wrong = append(wrong, i.Rule+" "+i.ActivityIdentifier)
		}
		slices.Sort(wrong)
		if want := []string{"3.1.2 XI-IATI-ACSDEMO-BANK-HEALTH", "3.1.2 XI-IATI-ACSDEMO-BANK-PORTS"}; !slices.Equal(slices.Compact(wrong), want) {
			t.Errorf("issues: %v", wrong)
		}
	})
}

// Projects of which no source states a start are no valid IATI: nothing is made up for
// them, so they are left out for that, and all else is published.
func TestPublicationOfTheWorldLeavesOutOnlyWhatIsNotKnown(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, _ *demo.World) {
		s := &publication.Service{Client: r.DB.Client, Now: r.Now, Organisation: publication.Organisation{
			Ref: publication.Placeholder, Type: "40", Name: "Association of Caribbean States",
		}}
		missing := []string{"xsd-missing", "6.11.1", "6.2.2", "3.7.1"} // a date, a start, a sector, a place
		left := 0
		n, err := s.Write(t.Context(), io.Discard, func(l publication.Left) {
			left++
			a := r.DB.Client.Activity.Query().Where(activity.IatiIdentifier(l.Identifier)).OnlyX(system(t))
			if a.PlannedStart != nil || a.ActualStart != nil || strings.HasPrefix(a.TitleEn, "Demonstration:") {
				t.Errorf("%s is left out, though its start is known", l.Identifier)
			}
			for _, i := range l.Issues {
				if !slices.Contains(missing, i.Rule) {
					t.Errorf("%s breaks %s: %s", l.Identifier, i.Rule, i.Message.EN)
				}
			}
		})
		if err != nil || n != 4 || left != 9 {
			t.Errorf("%d activities, %d left out, %v", n, left, err)
		}
	})
}

func TestVanishedActivityIsMarked(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		ctx := as(t, r, w, "nobody")
		gone := r.DB.Client.Activity.Query().Where(activity.VanishedAtNotNil()).OnlyX(ctx)
		if gone.IatiIdentifier != "XI-IATI-ACSDEMO-BANK-FERRIES" {
			t.Errorf("%s has vanished", gone.IatiIdentifier)
		}
		q := funding.Query{Measures: []funding.Measure{funding.Spent}, Currency: "USD", Filter: funding.Filter{Activities: []uuid.UUID{gone.ID}}}
		if s, err := funding.New(r).Summarise(ctx, q); err != nil || s.Count != 0 {
			t.Errorf("%d of its payments count, %v", s.Count, err)
		}
	})
}

func TestProspectsOfTheWorld(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		ctx := as(t, r, w, "secretariat")
		report, err := prospect.Find(ctx, r.DB.Client, funding.New(r), prospect.Query{Today: date.Of(r.Now())})
		if err != nil {
			t.Fatal(err)
		}
		with := map[string]bool{}
		for _, p := range report.Prospects {
			if len(p.Donors) > 0 && p.Total.Cmp(big.NewRat(1, 1)) > 0 {
				with[p.Donors[0].Name] = len(p.Agreements) > 0
			}
		}
		if len(with) != 3 || !with["Demonstration Development Bank"] || with["Demonstration Climate Fund"] {
			t.Errorf("prospects, and whether there is an agreement: %v", with)
		}
	})
}

func TestWhatStoppedTheBankIsFinished(t *testing.T) {
	t.Parallel()
	// The context ends after the world was made, while the bank's file is brought in.
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		cut := dbtest.Open(t, address, store.Options{Observe: func(_ context.Context, statement string) {
			if strings.Contains(statement, "staged_items") {
				cancel()
			}
		}})
		r, err := command.Open(t.Context(), cut, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := demo.FillCheaply(ctx, r); !errors.Is(err, context.Canceled) {
			t.Fatalf("it was not cut off: %v", err)
		}
		c := cut.Client
		if n := c.Activity.Query().Where(activity.OriginEQ(activity.OriginImported)).CountX(system(t)); n != 0 || !c.Person.Query().ExistX(system(t)) {
			t.Errorf("%d activities came in", n)
		}
		if _, err := demo.FillCheaply(t.Context(), r); err != nil {
			t.Fatalf("the next start: %v", err)
		}
		if n := c.Activity.Query().Where(activity.ProgrammeIDNotNil(), activity.OriginEQ(activity.OriginImported)).CountX(system(t)); n != 8 {
			t.Errorf("%d activities of the bank belong to a programme", n)
		}
		// The start after that has nothing to do any more.
		if _, err := demo.FillCheaply(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if n := c.ImportRun.Query().CountX(system(t)); n != 2 {
			t.Errorf("%d imports", n)
		}
		if n := c.LogEntry.Query().Where(logentry.Kind("ActivityEdited")).CountX(system(t)); n != 8 {
			t.Errorf("%d activities were told to be edited", n)
		}
	})
}
