package importrun_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/importrun"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// service is a service that loses patience fast.
func service(w *dbtest.World) *importrun.Service {
	s := importrun.New(w.Runner)
	s.SetPatience(20 * time.Millisecond)
	return s
}

// content is a source of its own.
func content(name, xml string) importrun.Source {
	return importrun.Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(xml)), nil }}
}

// file writes a file of activities.
func file(activities ...string) string {
	return `<?xml version="1.0"?><iati-activities version="2.03">` + "\n" + strings.Join(activities, "\n") + "\n</iati-activities>"
}

// plan is an activity with two transactions, one of them without a reference.
func plan(n int, title string) string {
	return fmt.Sprintf(`<iati-activity xml:lang="en" default-currency="USD">
<iati-identifier>XM-TEST-%d</iati-identifier>
<reporting-org ref="XM-TEST" type="40"><narrative>Test Bank</narrative><narrative xml:lang="es">Banco de prueba</narrative></reporting-org>
<title><narrative>%s</narrative></title>
<description><narrative>What it is about</narrative></description>
<participating-org ref="XM-TEST" type="40" role="1"><narrative>Test Bank</narrative></participating-org>
<participating-org ref="XM-PART-%d" type="10" role="4"><narrative>Ministry %d</narrative></participating-org>
<activity-status code="2"/>
<activity-date type="2" iso-date="2020-01-01"/>
<recipient-country code="JM" percentage="60"/><recipient-country code="BB" percentage="40"/>
<sector vocabulary="1" code="43060"/>
<transaction ref="C-1"><transaction-type code="2"/><transaction-date iso-date="2020-02-01"/><value value-date="2020-02-01">1000.50</value>
<provider-org ref="XM-TEST"><narrative>Test Bank</narrative></provider-org></transaction>
<transaction><transaction-type code="3"/><transaction-date iso-date="2020-03-01"/><value value-date="2020-03-01" currency="EUR">-250</value></transaction>
</iati-activity>`, n, title, n%3, n%3)
}

// plans are so many activities.
func plans(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = plan(i, fmt.Sprintf("Plan %d", i))
	}
	return out
}

// state is everything that an import leaves, but for identifiers and moments.
func state(tb testing.TB, w *dbtest.World) string {
	tb.Helper()
	ctx, c := w.System(), w.DB.Client
	var b strings.Builder
	as, err := c.Activity.Query().Order(ent.Asc(activity.FieldIatiIdentifier)).
		WithParticipants(func(q *ent.ActivityParticipantQuery) { q.Order(ent.Asc("position")) }).
		WithAllocations(func(q *ent.AllocationQuery) { q.Order(ent.Asc("dimension", "position")) }).
		WithTransactions(func(q *ent.TransactionQuery) {
			q.Order(ent.Asc("position")).WithAllocations(func(q *ent.AllocationQuery) { q.Order(ent.Asc("dimension", "position")) })
		}).All(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	for _, a := range as {
		fmt.Fprintln(&b, a.IatiIdentifier, a.Origin, a.Published, a.TitleText().EN, a.Revision, a.ReportingRef, a.ReportingID != nil, a.DatasetName, a.Line)
		for _, p := range a.Edges.Participants {
			fmt.Fprintln(&b, " participant", p.Position, p.RoleCode, p.Ref, p.Name, p.OrganisationID != nil)
		}
		for _, l := range a.Edges.Allocations {
			fmt.Fprintln(&b, " share", l.Dimension, l.Position, l.Vocabulary, l.Code, l.PercentagePublished, l.CountryID != nil)
		}
		for _, t := range a.Edges.Transactions {
			fmt.Fprintln(&b, " transaction", t.Position, t.TypeCode, t.Ref, t.ValuePublished, deref(t.ValueMicro), t.ValueCurrency, t.CurrencyAssumed, t.ProviderID != nil, len(t.Edges.Allocations))
		}
	}
	orgs := c.Organisation.Query().Order(ent.Asc("identifier")).AllX(ctx)
	for _, o := range orgs {
		if o.Identifier != nil {
			fmt.Fprintln(&b, "organisation", *o.Identifier, o.NameEn, o.NameEs, o.Kinds)
		}
	}
	runs := c.ImportRun.Query().Order(ent.Asc("id")).AllX(ctx)
	for _, r := range runs {
		fmt.Fprintln(&b, importrun.Summary(r.DatasetName, r), r.Status, r.AppliedTo)
	}
	return b.String()
}

func deref(p *int64) int64 {
	if p == nil {
		return 0
	}
	return *p
}

// told is what the events of imported activities tell.
func told(tb testing.TB, w *dbtest.World) []eventlog.Facts {
	tb.Helper()
	var out []eventlog.Facts
	for _, e := range w.DB.Client.LogEntry.Query().Where(logentry.Kind("ActivityImported")).Order(ent.Asc(logentry.FieldSeq)).AllX(w.System()) {
		f, err := eventlog.DecodeFacts(e.Facts)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

var errStop = errors.New("stopped here")

// stopAt stops the n-th time that a step is reached.
func stopAt(step string, n int) (at func(context.Context, string) error, reached func() bool) {
	seen := 0
	return func(_ context.Context, s string) error {
		if s != step {
			return nil
		}
		if seen++; seen == n {
			return errStop
		}
		return nil
	}, func() bool { return seen >= n }
}

// reference is the folder with the reference data. The test skips without it.
func reference(tb testing.TB) string {
	tb.Helper()
	if dir := os.Getenv("HUB_TEST_REFERENCE_DATA"); dir != "" {
		return dir
	}
	at, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for ; at != filepath.Dir(at); at = filepath.Dir(at) {
		dir := filepath.Join(at, "shared", "data")
		if _, err := os.Stat(filepath.Join(dir, "golden.json")); err == nil {
			return dir
		}
	}
	tb.Skip("no reference data: set HUB_TEST_REFERENCE_DATA to its folder, or put it into shared/data beside the checkout")
	return ""
}
