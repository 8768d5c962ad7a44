package publication_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	activities "acs-aec.org/hub/internal/activity"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/iati/sample"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/publication"
	"acs-aec.org/hub/internal/share"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func service(w *dbtest.World) *publication.Service {
	return &publication.Service{Client: w.DB.Client, Now: w.Clock.Now, Organisation: publication.Organisation{Ref: "XM-ACS", Type: "40", Name: "ACS"}}
}

// own imports a file as the ACS's own.
func own(t *testing.T, w *dbtest.World, text string) {
	t.Helper()
	w.Now = func() time.Time { // every look at the clock is later
		w.Clock.Add(time.Millisecond)
		return w.Clock.Now()
	}
	s := importrun.New(w.Runner)
	s.Organisation = "XM-ACS"
	_, err := s.Import(w.System(), importrun.Source{
		Name: "own.xml", Own: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// export writes the file and names what is left out.
func export(t *testing.T, w *dbtest.World) (string, []publication.Left) {
	t.Helper()
	var b bytes.Buffer
	var left []publication.Left
	n, err := service(w).Write(t.Context(), &b, func(l publication.Left) { left = append(left, l) })
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(b.String(), "<iati-activity "); got != n {
		t.Errorf("%d activities are written, %d counted", got, n)
	}
	return b.String(), left
}

// files are real ones, and one that has every element, as if the ACS reported them.
func files(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{"full": sample.Full, "sandy shorelines": sample.SandyShorelines()}
	if dir := os.Getenv("HUB_TEST_REFERENCE_DATA"); dir != "" {
		paths, err := filepath.Glob(filepath.Join(dir, "iati", "*.xml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			raw, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			out[filepath.Base(p)] = string(raw)
		}
	}
	reporting := regexp.MustCompile(`(?s)<reporting-org[^>]*>`)
	for name, text := range out {
		out[name] = reporting.ReplaceAllString(text, `<reporting-org ref="XM-ACS" type="40">`)
	}
	return out
}

// TestExportImportExport takes files as the ACS's own, exports them, imports that
// into an empty database and exports it: the same bytes, without an error, and each
// activity says what it said.
func TestExportImportExport(t *testing.T) {
	t.Parallel()
	for name, text := range files(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.EachAddress(t, func(t *testing.T, address string) {
				first := dbtest.NewWorld(t, address)
				own(t, first, text)
				all, err := service(first).Assembled(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range all {
					was := first.DB.Client.Activity.Query().Where(activity.IatiIdentifier(a.Identifier)).OnlyX(first.System())
					if sum := a.Sum(); !bytes.Equal(sum[:], was.Digest) {
						t.Errorf("%s says something else: %v", a.Identifier, iati.Changed(was.Parts, a.Parts))
					}
				}
				var nothing bytes.Buffer
				if _, err := service(first).Write(t.Context(), &nothing, func(publication.Left) {}); apperr.CodeOf(err) == apperr.NotFound {
					if nothing.Len() != 0 {
						t.Errorf("nothing is published, and this is written: %s", nothing.String())
					}
					t.Skip("no activity of the file keeps the rules of publication")
				}
				once, left := export(t, first)
				if got := strings.Count(once, "<iati-activity ") + len(left); got != len(all) {
					t.Errorf("%d of %d", got, len(all))
				}
				var errors []iati.Issue
				_, err = iati.Reader{Now: first.Clock.Now()}.Read(t.Context(), strings.NewReader(once), func(_ context.Context, c iati.Checked) error {
					for _, i := range c.Issues {
						if i.Severity != iati.Warning && i.Rule != "no-activities" {
							errors = append(errors, i)
						}
					}
					return nil
				})
				if err != nil || len(errors) > 0 {
					t.Errorf("%v %v", err, errors)
				}
				other := dbtest.SQLite(t)
				if !strings.HasPrefix(address, "sqlite:") {
					other = dbtest.Postgres(t)
				}
				second := dbtest.NewWorld(t, other)
				own(t, second, once)
				if twice, _ := export(t, second); twice != once {
					t.Error("exported again, it is another file")
				}
				t.Logf("%d activities, %d left out", len(all)-len(left), len(left))
			})
		})
	}
}

// TestWhatIsPublished shows who is in the file: own activities that are public,
// also those that were entered here.
func TestWhatIsPublished(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		ctx := w.As(t, w.Secretariat)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Country.Create().SetID(w.NewID(id.Country)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetIso2("JM").
				SetNameText(i18n.Text{EN: "Jamaica", Authentic: i18n.EN}).Exec(ctx)
		})
		s := activities.New(w.Runner)
		start := activities.CreateInput{
			IATIIdentifier: "XM-ACS-NEW", Title: &i18n.TextInput{En: text("New"), Es: text("Nuevo")}, Status: activities.Implementation,
			Sectors:   []share.Sector{{Vocabulary: "1", Code: "43060"}},
			Countries: []share.Country{{Code: "JM"}},
		}
		day := w.Clock.Now().Format("2006-01-02")
		start.PlannedStart = datep(day)
		made, _, err := s.Create(ctx, start, nil)
		if err != nil {
			t.Fatal(err)
		}
		hidden := start
		hidden.IATIIdentifier = "XM-ACS-HIDDEN"
		if _, _, err := s.Create(ctx, hidden, nil); err != nil {
			t.Fatal(err)
		}
		_, _, err = s.Record(ctx, activities.RecordInput{ // it names one that is not public
			Activity: made.ID, TypeCode: "3", Date: date.Date(day), Value: &money.Input{Amount: "5", Currency: "USD"}, ReceiverActivity: text("XM-ACS-HIDDEN"),
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		incomplete := start
		incomplete.IATIIdentifier, incomplete.Sectors = "XM-ACS-BROKEN", nil
		broken, _, err := s.Create(ctx, incomplete, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Publish(ctx, broken.ID, broken.Revision); err != nil {
			t.Fatal(err)
		}
		// One that breaks a rule is left out, and a file without an activity is none.
		var b bytes.Buffer
		out := 0
		n, err := service(w).Write(t.Context(), &b, func(publication.Left) { out++ })
		if !errors.Is(err, publication.ErrNothing) || n != 0 || b.Len() != 0 || out != 1 {
			t.Errorf("something is public: %d, %d left out, %v\n%s", n, out, err, b.String())
		}
		if there, err := service(w).Any(t.Context()); there || err != nil {
			t.Errorf("there is something: %v", err)
		}
		before, err := service(w).Revision(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err = s.Publish(ctx, made.ID, made.Revision); err != nil {
			t.Fatal(err)
		}
		if there, err := service(w).Any(t.Context()); !there || err != nil {
			t.Errorf("there is nothing: %v", err)
		}
		after, err := service(w).Revision(t.Context())
		if err != nil || after == before {
			t.Errorf("revision %s, then %s: %v", before, after, err)
		}
		if again, err := service(w).Revision(t.Context()); err != nil || again != after {
			t.Errorf("revision %s, then %s: %v", after, again, err)
		}
		own(t, w, sample.Full)
		s2 := importrun.New(w.Runner)
		_, err = s2.Import(w.System(), importrun.Source{Name: "others.xml", Open: func() (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(sample.SandyShorelines())), nil
		}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, left := export(t, w)
		if strings.Count(got, "<iati-activity ") != 2 || !strings.Contains(got, "XM-ACS-FULL-1") || strings.Contains(got, "HIDDEN") ||
			!strings.Contains(got, `<reporting-org ref="XM-ACS" type="40">`) || !strings.Contains(got, `<participating-org ref="XM-ACS" type="40" role="2">`) ||
			!strings.Contains(got, `<narrative xml:lang="es">Nuevo</narrative>`) || !strings.Contains(got, `last-updated-datetime="2024-05-01T10:00:00Z"`) {
			t.Errorf("published:\n%s", got)
		}
		if len(left) != 1 || left[0].Identifier != "XM-ACS-BROKEN" || left[0].Issues[0].Rule != "6.2.2" {
			t.Errorf("left out: %v", left)
		}

		// An edit moves the activity's own date on.
		full := w.DB.Client.Activity.Query().Where(activity.IatiIdentifier("XM-ACS-FULL-1")).OnlyX(w.System())
		w.Clock.Add(time.Hour)
		if _, _, err := s.Edit(ctx, activities.EditInput{ID: full.ID, ExpectedRevision: full.Revision, Title: &i18n.TextInput{En: text("Renamed")}}); err != nil {
			t.Fatal(err)
		}
		got, _ = export(t, w)
		if strings.Contains(got, "2024-05-01T10:00:00Z") || !strings.Contains(got, "Renamed") || strings.Contains(got, "Everything") {
			t.Errorf("after an edit:\n%s", got)
		}

		// So does a correction of a transaction, of which nothing of before is left.
		paid := w.DB.Client.Transaction.Query().Where(transaction.ActivityID(full.ID), transaction.Ref("T1")).OnlyX(w.System())
		_, _, err = s.EditTransaction(ctx, activities.EditTransactionInput{
			ID: paid.ID, ExpectedRevision: paid.Revision, Value: command.Field[money.Input]{Given: true, Value: &money.Input{Amount: "12.5", Currency: "XCD"}},
			Provider: command.Field[uuid.UUID]{Given: true, Value: &w.Donor},
		})
		if err != nil {
			t.Fatal(err)
		}
		got, _ = export(t, w)
		_, got, _ = strings.Cut(got, `<transaction ref="T1"`)
		got, _, _ = strings.Cut(got, "</transaction>")
		if !strings.Contains(got, `currency="XCD"`) || !strings.Contains(got, ">12.5<") || !strings.Contains(got, "<narrative>Donor</narrative>") ||
			strings.Contains(got, "Korea") || strings.Contains(got, "XM-KR") || !strings.Contains(got, `<receiver-org ref="XM-ACS">`) {
			t.Errorf("after a correction:\n%s", got)
		}
	})
}

// Percentages that nearly make 100 are published as such that do, once for all;
// relations to what is not public are not.
func TestWhatIsPublishedIsWhole(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := activities.New(w.Runner)
		if _, _, err := s.Create(w.As(t, w.Secretariat), activities.CreateInput{IATIIdentifier: "XM-ACS-HIDDEN", Title: &i18n.TextInput{En: text("H")}, Status: activities.Pipeline}, nil); err != nil {
			t.Fatal(err)
		}
		own(t, w, `<iati-activities version="2.03"><iati-activity xml:lang="en" default-currency="USD" last-updated-datetime="2024-05-01T10:00:00Z">
<iati-identifier>XM-ACS-THIRDS</iati-identifier><reporting-org ref="XM-ACS" type="40"><narrative>ACS</narrative></reporting-org>
<title><narrative>Thirds</narrative></title><description><narrative>D</narrative></description>
<participating-org ref="XM-ACS" role="1" type="40"><narrative>ACS</narrative></participating-org>
<activity-status code="2"/><activity-date type="2" iso-date="2020-01-01"/>
<recipient-country code="JM" percentage="33.33"/><recipient-country code="TT" percentage="33.33"/><recipient-region vocabulary="1" code="1031" percentage="33.33"/>
<sector vocabulary="1" code="43060" percentage="50.2"/><sector vocabulary="1" code="43050" percentage="50.2"/>
<related-activity type="1" ref="XM-ACS-HIDDEN"/><related-activity type="3" ref="XM-ELSEWHERE"/></iati-activity></iati-activities>`)
		got, left := export(t, w)
		if len(left) != 0 {
			t.Fatalf("left out: %v", left)
		}
		for _, want := range []string{
			`code="JM" percentage="33.34"`, `code="TT" percentage="33.33"`, `code="1031" vocabulary="1" percentage="33.33"`, `code="43060" percentage="50"`, `code="43050" percentage="50"`,
			`ref="XM-ELSEWHERE"`,
		} {
			if !strings.Contains(got, want) {
				t.Errorf("no %s in\n%s", want, got)
			}
		}
		if strings.Contains(got, "HIDDEN") {
			t.Errorf("what is not public is named:\n%s", got)
		}
		own(t, w, got)
		if again, _ := export(t, w); again != got {
			t.Errorf("imported and exported again:\n%s\nwant\n%s", again, got)
		}
	})
}

func text(s string) *string { return &s }

func datep(s string) *date.Date {
	d := date.Date(s)
	return &d
}
