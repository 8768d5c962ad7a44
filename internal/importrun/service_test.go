package importrun_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	entrun "acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/viewer"
)

// TestCodesOfAnyLetters: codes that no list has are kept, whatever they are written in.
func TestCodesOfAnyLetters(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		xml := plan(1, `"A" \ {B} 中 'C' NULL`)
		for from, to := range map[string]string{
			`<sector vocabulary="1" code="43060"/>`: `<sector vocabulary="1" code="abé12" percentage="40"/><sector vocabulary="1" code="日本語経済" percentage="60"/>`,
			`code="JM"`:                             `code="é"`,
			`role="4"`:                              `role="ñ"`,
			`<transaction-type code="2"/>`:          `<transaction-type code="ü\{&quot;"/>`,
		} {
			if !strings.Contains(xml, from) {
				t.Fatal(from)
			}
			xml = strings.Replace(xml, from, to, 1)
		}
		run, err := service(w).Import(w.As(t, w.Secretariat), content("letters", file(xml)), nil)
		if err != nil || run.Created != 1 {
			t.Fatal(run, err)
		}
		a := w.DB.Client.Activity.Query().OnlyX(w.System())
		if got := a.TitleText().EN; got != `"A" \ {B} 中 'C' NULL` {
			t.Errorf("the title is %q", got)
		}
		for _, s := range w.DB.Client.FundingShare.Query().AllX(w.System()) {
			if !utf8.ValidString(s.Code) {
				t.Errorf("%s has the code %q", s.Axis, s.Code)
			}
		}
		sums, err := funding.New(w.Runner).Summarise(w.As(t, w.Secretariat), funding.Query{GroupBy: []funding.Dimension{funding.SectorCategory}, Currency: "USD"})
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, r := range sums.Rows {
			codes = append(codes, *r.Keys[0].Code)
		}
		if got := strings.Join(codes, " "); got != "abé 日本語" {
			t.Errorf("the categories are %s", got)
		}
	})
}

func TestImport(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := service(w), w.As(t, w.Secretariat)
		run, err := s.Import(ctx, content("folder/tests.xml", file(plans(3)...)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := importrun.Summary("tests.xml", run), "tests.xml: 3 activities (3 new, 0 updated, 0 unchanged), 6 transactions, 0 critical, 0 errors, 0 warnings"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if run.DatasetName != "tests" || run.Version != "2.03" || len(run.Sha256) != 32 || run.Size == 0 || run.FinishedAt == nil || *run.StartedByID != w.Secretariat.Person {
			t.Errorf("%+v", run)
		}
		want := []string{
			"ImportChecked", "OrganisationCreated", "OrganisationCreated", "OrganisationCreated", "OrganisationCreated",
			"ActivityImported", "ActivityImported", "ActivityImported", "ImportApplied",
		}
		if got := w.Told(t); !slices.Equal(got, want) {
			t.Errorf("told %v", got)
		}
		for _, f := range told(t, w) {
			if !f.New || *f.Run != run.ID {
				t.Errorf("told %+v", f)
			}
		}
		got := state(t, w)
		for _, line := range []string{
			"XM-TEST-0 IMPORTED true Plan 0 1 XM-TEST true tests 2\n",
			" participant 1 4 XM-PART-0 Ministry 0 true\n",
			" share COUNTRY 0  JM 60 false\n", " share SECTOR 0 1 43060  false\n",
			" transaction 0 2 C-1 1000.50 1000500000 USD true true 0\n", " transaction 1 3  -250 -250000000 EUR false false 0\n",
			"organisation XM-TEST Test Bank Banco de prueba []\n",
		} {
			if !strings.Contains(got, line) {
				t.Errorf("no %q in\n%s", line, got)
			}
		}

		// The same again changes nothing and tells nothing of activities.
		before := w.Told(t)
		again, err := s.Import(ctx, content("tests.xml", file(plans(3)...)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if again.ID == run.ID || again.Unchanged != 3 || again.Created+again.Updated != 0 || again.Transactions != 6 {
			t.Errorf("again: %s", importrun.Summary("tests.xml", again))
		}
		if got := w.Told(t)[len(before):]; !slices.Equal(got, []string{"ImportChecked", "ImportApplied"}) {
			t.Errorf("again told %v", got)
		}
		if n := w.DB.Client.StagedItem.Query().Where(stageditem.RunID(again.ID), stageditem.ActivityIDNotNil(), stageditem.PayloadIsNil()).CountX(w.System()); n != 3 {
			t.Errorf("%d items of the second run know their activity", n)
		}
	})
}

func TestAlteredActivity(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx, c := service(w), w.As(t, w.Secretariat), w.DB.Client
		if _, err := s.Import(ctx, content("tests", file(plans(3)...)), nil); err != nil {
			t.Fatal(err)
		}
		one := c.Activity.Query().Where(activity.IatiIdentifier("XM-TEST-1")).OnlyX(w.System())
		before := map[string]any{}
		for _, tr := range one.QueryTransactions().AllX(w.System()) {
			before[tr.TypeCode] = tr.ID
		}
		altered := strings.Replace(plan(1, "Altered"), `<activity-date type="2" iso-date="2020-01-01"/>`, `<activity-date type="1" iso-date="2020-01-02"/>`, 1)
		altered = strings.Replace(altered, `<transaction ref="C-1">`, `<transaction ref="C-0"><transaction-type code="1"/><transaction-date iso-date="2020-01-01"/><value value-date="2020-01-01">7</value><recipient-country code="JM"/></transaction><transaction ref="C-1">`, 1)
		altered = strings.Replace(altered, `<transaction><transaction-type code="3"/><transaction-date iso-date="2020-03-01"/><value value-date="2020-03-01" currency="EUR">-250</value></transaction>`, "", 1)
		run, err := s.Import(ctx, content("others", file(plan(0, "Plan 0"), altered, plan(2, "Plan 2"))), nil)
		if err != nil {
			t.Fatal(err)
		}
		if run.Updated != 1 || run.Unchanged != 2 || run.Created != 0 {
			t.Error(importrun.Summary("others", run))
		}
		facts := told(t, w)
		if len(facts) != 4 || facts[3].New || *facts[3].Run != run.ID {
			t.Errorf("told %+v", facts)
		}
		now := c.Activity.GetX(w.System(), one.ID)
		if now.TitleEn != "Altered" || now.Revision != 2 || now.ActualStart != nil || *now.PlannedStart != "2020-01-02" || *now.RunID != run.ID || now.DatasetName != "others" {
			t.Errorf("%+v", now)
		}
		trs := now.QueryTransactions().Order(ent.Asc("position")).AllX(w.System())
		if len(trs) != 2 || trs[0].TypeCode != "1" || trs[1].TypeCode != "2" || trs[1].ID != before["2"] || trs[1].Revision != 2 {
			t.Errorf("%v", trs)
		}
		// Taking the addition back leaves no trace of it.
		if _, err := s.Import(ctx, content("others", file(plan(1, "Plan 1"))), nil); err != nil {
			t.Fatal(err)
		}
		if n := c.Transaction.Query().CountX(w.System()); n != 6 {
			t.Errorf("%d transactions", n)
		}
		if n := c.Allocation.Query().CountX(w.System()); n != 9 {
			t.Errorf("%d allocations", n)
		}
		if n := c.ActivityParticipant.Query().CountX(w.System()); n != 6 {
			t.Errorf("%d participants", n)
		}
	})
}

func TestOwnActivitiesStay(t *testing.T) {
	t.Parallel()
	own := func(ctx context.Context, w *dbtest.World, tx *ent.Client, identifier string) error {
		return tx.Activity.Create().SetID(w.NewID(id.Activity)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).
			SetIatiIdentifier(identifier).SetOrigin(activity.OriginOwn).SetStatusCode("1").SetTitleEn("Our own").Exec(ctx)
	}
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := service(w), w.As(t, w.Secretariat)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error { return own(ctx, w, tx, "XM-TEST-1") })
		run, err := s.Check(ctx, content("tests", file(plans(3)...)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if run.Activities != 2 || run.Transactions != 4 || run.Critical != 1 || run.Status != entrun.StatusChecked {
			t.Error(importrun.Summary("checked", run))
		}
		// Another becomes the ACS's own between check and application.
		w.Write(t, func(ctx context.Context, tx *ent.Client) error { return own(ctx, w, tx, "XM-TEST-2") })
		if run, err = s.Apply(ctx, run.ID, nil); err != nil {
			t.Fatal(err)
		}
		if run.Activities != 1 || run.Transactions != 2 || run.Critical != 2 || run.Created != 1 {
			t.Error(importrun.Summary("applied", run))
		}
		for _, i := range run.QueryIssues().AllX(w.System()) {
			if i.Rule != "own-activity" || i.Line == 0 || i.ActivityIdentifier == "" || i.MessageEs == "" || i.MessageFr == "" {
				t.Errorf("%+v", i)
			}
		}
		for _, name := range []string{"XM-TEST-1", "XM-TEST-2"} {
			a := w.DB.Client.Activity.Query().Where(activity.IatiIdentifier(name)).OnlyX(w.System())
			if a.TitleEn != "Our own" || a.Origin != activity.OriginOwn || a.Revision != 1 {
				t.Errorf("%+v", a)
			}
		}
	})
}

func TestRefusedFilesChangeNothing(t *testing.T) {
	t.Parallel()
	many := strings.Join(plans(250), "\n")
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := service(w), w.As(t, w.Secretariat)
		for name, xml := range map[string]string{
			"version":   `<iati-activities version="1.05">` + many + `</iati-activities>`,
			"no-end":    `<iati-activities version="2.03">` + many,
			"text":      "not a file of activities",
			"other":     `<?xml version="1.0"?><html/>`,
			"malformed": `<iati-activities version="2.03">` + many + `<iati-activity></iati-activities>`,
		} {
			before := w.Told(t)
			run, err := s.Import(ctx, content(name, xml), nil)
			if err != nil {
				t.Fatal(name, err)
			}
			if run.Status != entrun.StatusRefused || run.RefusalEn == "" || run.RefusalEs == "" || run.RefusalFr == "" || run.FinishedAt == nil || run.Activities != 0 {
				t.Errorf("%s: %+v", name, run)
			}
			if strings.HasPrefix(name, "mal") && run.RefusalLine < 250 {
				t.Errorf("%s: line %d", name, run.RefusalLine)
			}
			if got := w.Told(t)[len(before):]; !slices.Equal(got, []string{"ImportRefused"}) {
				t.Errorf("%s told %v", name, got)
			}
			if _, err := s.Apply(ctx, run.ID, nil); apperr.CodeOf(err) != apperr.Conflict {
				t.Errorf("%s: applying it: %v", name, err)
			}
		}
		if n := w.DB.Client.StagedItem.Query().CountX(w.System()) + w.DB.Client.Activity.Query().CountX(w.System()); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}

func TestWhoMayImport(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := service(w)
		run, err := s.Check(w.System(), content("tests", file(plans(1)...)), nil)
		if err != nil || run.StartedByID != nil {
			t.Fatal(run, err)
		}
		before, log := state(t, w), w.Told(t)
		for name, v := range w.Viewers() {
			want := apperr.Forbidden
			switch v {
			case w.Nobody:
				want = apperr.Unauthenticated
			case w.Secretariat:
				continue
			}
			ctx := w.As(t, v)
			_, check := s.Check(ctx, content("other", file(plans(1)...)), nil)
			_, apply := s.Apply(ctx, run.ID, nil)
			_, both := s.Import(ctx, content("tests", file(plans(1)...)), nil)
			for _, err := range []error{check, apply, both} {
				if apperr.CodeOf(err) != want {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		if state(t, w) != before || !slices.Equal(w.Told(t), log) {
			t.Error("something changed")
		}
		if _, err := s.Apply(w.As(t, w.Secretariat), w.NewID(id.ImportRun), nil); apperr.CodeOf(err) != apperr.NotFound {
			t.Error(err)
		}
		if _, err := s.Import(w.As(t, w.Secretariat), importrun.File("no-such-file.xml"), nil); err == nil {
			t.Error("a file that is not there")
		}
		if _, err := s.Import(viewer.With(t.Context(), viewer.System()), content("tests", file(plans(1)...)), nil); err != nil {
			t.Error("the hub itself:", err)
		}
	})
}

func TestDatasetName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"caf-acs.xml": "caf-acs", "/a/b/worldbank.sv.xml": "worldbank.sv", `C:\files\x.XML`: "x", "": "dataset", ".xml": "dataset", "..": "dataset",
		"a\x00b\nc.xml": "abc", "Añadido": "Añadido", "/": "dataset", strings.Repeat("é", 150) + ".xml": strings.Repeat("é", 100),
	} {
		if got := importrun.DatasetName(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

// TestSQLiteKnowsWhatThereIs: after an import SQLite plans by what tables hold, on
// every connection.
func TestSQLiteKnowsWhatThereIs(t *testing.T) {
	t.Parallel()
	w := dbtest.NewWorld(t, dbtest.SQLite(t))
	if _, err := service(w).Import(w.As(t, w.Secretariat), content("counted", file(plans(30)...)), nil); err != nil {
		t.Fatal(err)
	}
	var stat string
	err := w.DB.SQL().QueryRowContext(w.System(), "SELECT stat FROM sqlite_stat1 WHERE idx = 'fundingshare_axis_code_vocabulary'").Scan(&stat)
	if err != nil || stat == "" {
		t.Errorf("%q, %v", stat, err)
	}
	if n := w.DB.Client.Activity.Query().CountX(w.System()); n != 30 {
		t.Errorf("%d activities", n)
	}
}
