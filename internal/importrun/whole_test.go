package importrun_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/document"
	entrun "acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/relatedactivity"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/iati/sample"
	"acs-aec.org/hub/internal/importrun"
)

// counts are how many rows of each kind there are beside the core of activities.
func counts(w *dbtest.World) string {
	ctx, c := w.System(), w.DB.Client
	return fmt.Sprintf("budgets %d documents %d related %d results %d indicators %d periods %d tags %d markers %d conditions %d",
		c.Budget.Query().CountX(ctx), c.Document.Query().CountX(ctx), c.RelatedActivity.Query().CountX(ctx), c.Result.Query().CountX(ctx),
		c.Indicator.Query().CountX(ctx), c.IndicatorPeriod.Query().CountX(ctx), c.ActivityTag.Query().CountX(ctx),
		c.PolicyMarker.Query().CountX(ctx), c.ActivityCondition.Query().CountX(ctx))
}

// TestImportKeepsEverything looks at what becomes of an activity that has every
// element, and of the same one with other budgets and no results.
func TestImportKeepsEverything(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx, c := service(w), w.As(t, w.Secretariat), w.DB.Client
		if _, err := s.Import(ctx, content("full.xml", sample.Full), nil); err != nil {
			t.Fatal(err)
		}
		if got, want := counts(w), "budgets 3 documents 5 related 2 results 2 indicators 3 periods 2 tags 2 markers 1 conditions 2"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		a := c.Activity.Query().OnlyX(w.System())
		if a.Flagged || a.Language != "en" || a.Currency != "USD" || !a.Humanitarian || len(a.Further.Contacts) != 1 || len(a.Further.Locations) != 1 ||
			a.Further.CRS == nil || a.Further.FSS == nil || a.Further.BudgetItems == nil || len(a.Further.Title) != 3 {
			t.Errorf("%+v\n%+v", a, a.Further)
		}
		places := map[document.Place]int{}
		for _, d := range c.Document.Query().AllX(w.System()) {
			places[d.Place]++
		}
		if places[document.PlaceBaseline] != 1 || places[document.PlaceActual] != 1 || places[document.PlaceActivity] != 1 {
			t.Errorf("documents at %v", places)
		}

		// A related activity is joined when it comes.
		parent := strings.ReplaceAll(plan(1, "Parent"), "XM-TEST-1", "XM-ACS-FULL-0")
		if _, err := s.Import(ctx, content("parent.xml", file(parent)), nil); err != nil {
			t.Fatal(err)
		}
		r := c.RelatedActivity.Query().Where(relatedactivity.Ref("XM-ACS-FULL-0")).WithOther().OnlyX(w.System())
		if r.Edges.Other == nil || r.Edges.Other.IatiIdentifier != "XM-ACS-FULL-0" {
			t.Errorf("related to %v", r.Edges.Other)
		}

		// A change replaces what was there, and tells which parts changed.
		from, to := strings.Index(sample.Full, "<result "), strings.Index(sample.Full, "<crs-add>")
		changed := strings.Replace(sample.Full[:from]+sample.Full[to:], "1000.50", "1000.75", 1)
		if _, err := s.Import(ctx, content("full.xml", changed), nil); err != nil {
			t.Fatal(err)
		}
		if got, want := counts(w), "budgets 3 documents 1 related 2 results 0 indicators 0 periods 0 tags 2 markers 1 conditions 2"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		facts := told(t, w)
		var parts []string
		for _, p := range facts[len(facts)-1].Changes {
			parts = append(parts, p.Field)
		}
		if !slices.Equal(parts, []string{"budgets", "results"}) {
			t.Errorf("told that %v changed", parts)
		}
	})
}

// wrong is a plan that breaks a rule: its actual start lies far ahead.
func wrong(n int) string {
	return strings.Replace(plan(n, "Wrong"), `iso-date="2020-01-01"`, `iso-date="2999-01-01"`, 1)
}

// TestErrorsFlagOrRefuse shows both settings of what becomes of an activity with
// errors.
func TestErrorsFlagOrRefuse(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx, c := service(w), w.As(t, w.Secretariat), w.DB.Client
		refuse := content("tests.xml", file(plan(0, "Right"), wrong(1)))
		refuse.OnError = entrun.OnErrorRefuse
		run, err := s.Import(ctx, refuse, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := importrun.Summary("tests", run), "tests: 1 activities (1 new, 0 updated, 0 unchanged), 2 transactions, 0 critical, 1 errors, 0 warnings, 1 left out"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		run, err = s.Import(ctx, content("tests.xml", file(plan(0, "Right"), wrong(1))), nil)
		if err != nil || run.Created != 1 || run.Unchanged != 1 || run.LeftOut != 0 {
			t.Fatal(run, err)
		}
		flagged := c.Activity.Query().Where(activity.Flagged(true)).OnlyX(w.System())
		if flagged.IatiIdentifier != "XM-TEST-1" {
			t.Errorf("flagged is %s", flagged.IatiIdentifier)
		}
		// Refused now, it is in its dataset still and stays as it is.
		before := state(t, w)
		if run, err = s.Import(ctx, refuse, nil); err != nil || run.LeftOut != 1 || run.Vanished != 0 || run.Unchanged != 1 {
			t.Fatal(run, err)
		}
		if after := state(t, w); !strings.HasPrefix(after, before) {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
	})
}

// TestVanishedActivities shows that what a dataset does not have any more is
// marked, and cleared when it comes back, changed or not.
func TestVanishedActivities(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx, c := service(w), w.As(t, w.Secretariat), w.DB.Client
		bring := func(want string, vanished int, activities ...string) {
			t.Helper()
			before := w.Told(t)
			run, err := s.Import(ctx, content("tests.xml", file(activities...)), nil)
			if err != nil {
				t.Fatal(err)
			}
			var told []string
			for _, k := range w.Told(t)[len(before):] {
				if strings.HasPrefix(k, "Activity") {
					told = append(told, k)
				}
			}
			if got := strings.Join(told, " "); got != want {
				t.Errorf("told %s, want %s", got, want)
			}
			if n := c.Activity.Query().Where(activity.VanishedAtNotNil()).CountX(w.System()); n != vanished {
				t.Errorf("%d are vanished, want %d: %s", n, vanished, importrun.Summary("tests", run))
			}
		}
		if _, err := s.Import(ctx, content("others.xml", file(plan(9, "Other"))), nil); err != nil {
			t.Fatal(err)
		}
		bring("ActivityImported ActivityImported ActivityImported", 0, plans(3)...)
		bring("ActivityVanished ActivityVanished", 2, plan(0, "Plan 0"))
		bring("", 2, plan(0, "Plan 0"))
		bring("ActivityReturned ActivityImported", 0, plan(0, "Plan 0"), plan(1, "Plan 1"), plan(2, "Renamed"))
		if n := c.Activity.Query().CountX(w.System()); n != 4 {
			t.Errorf("%d activities", n)
		}
	})
}

// TestVanishingGoesOn shows that marking goes on where something stopped it, and
// that nothing is told twice.
func TestVanishingGoesOn(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx, c := service(w), w.As(t, w.Secretariat), w.DB.Client
		if _, err := s.Import(ctx, content("tests.xml", file(plans(450)...)), nil); err != nil {
			t.Fatal(err)
		}
		at, reached := stopAt("vanish", 2)
		s.At(at)
		if _, err := s.Import(ctx, content("tests.xml", file(plans(10)...)), nil); err == nil || !reached() {
			t.Fatalf("not stopped: %v", err)
		}
		s.At(func(context.Context, string) error { return nil })
		run, err := s.Import(ctx, content("tests.xml", file(plans(10)...)), nil)
		if err != nil || run.Status != entrun.StatusApplied || run.Vanished != 440 {
			t.Fatal(run, err)
		}
		told := strings.Join(w.Told(t), " ")
		if n := strings.Count(told, "ActivityVanished"); n != 440 {
			t.Errorf("told of %d", n)
		}
		if n := c.Activity.Query().Where(activity.VanishedAtNotNil()).CountX(w.System()); n != 440 {
			t.Errorf("%d are vanished", n)
		}
	})
}

// TestOwnActivities shows which activities become the ACS's own.
func TestOwnActivities(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx, c := service(w), w.As(t, w.Secretariat), w.DB.Client
		s.Organisation = "XM-ACS"
		if _, err := s.Import(ctx, content("others.xml", file(plan(1, "Other"))), nil); err != nil {
			t.Fatal(err)
		}
		mine := func(n int) string { return strings.ReplaceAll(plan(n, "Mine"), `ref="XM-TEST"`, `ref="XM-ACS"`) }
		own := content("own.xml", file(mine(0), mine(1), plan(2, "Foreign")))
		own.Own = true
		run, err := s.Import(ctx, own, nil)
		if err != nil || run.Created != 1 || run.LeftOut != 2 || run.Critical != 2 {
			t.Fatal(run, err)
		}
		a := c.Activity.Query().Where(activity.OriginEQ(activity.OriginOwn)).OnlyX(w.System())
		if a.IatiIdentifier != "XM-TEST-0" || !a.Published {
			t.Errorf("own is %+v", a)
		}
		var rules []string
		for _, i := range c.ImportIssue.Query().Order(ent.Asc("position")).AllX(w.System()) {
			if i.Severity == "CRITICAL" {
				rules = append(rules, i.Rule)
			}
		}
		if !slices.Equal(rules, []string{"not-own-activity", "foreign-activity"}) {
			t.Errorf("broken %v", rules)
		}
	})
}
