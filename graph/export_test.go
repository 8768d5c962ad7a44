package graph_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/server"
	"acs-aec.org/hub/internal/table"
	"acs-aec.org/hub/internal/viewer"
)

const exportLink = `query($of: ExportInput!, $format: ExportFormat! = CSV, $hxl: Boolean! = false, $in: LanguageTag) {
	export(of: $of, format: $format, hxl: $hxl, in: $in) { url expiresAt mediaType } }`

// door is the server over the world. Whoever the header names asks.
func (w *world) door(tb testing.TB) http.Handler {
	tb.Helper()
	r, err := graph.New(w.Runner)
	if err != nil {
		tb.Fatal(err)
	}
	viewers := w.Viewers()
	s, err := server.New(server.Config{
		Schema: graph.Schema(r), Exports: r,
		Authenticate: func(_ context.Context, c server.Credentials) (*viewer.Viewer, error) { return viewers[c.Bearer], nil },
	})
	if err != nil {
		tb.Fatal(err)
	}
	return s.Handler()
}

// fetched fetches a path as one of the viewers.
func fetched(tb testing.TB, door http.Handler, who, path string) *httptest.ResponseRecorder {
	tb.Helper()
	req := httptest.NewRequestWithContext(tb.Context(), http.MethodGet, path, nil)
	if who != "nobody" {
		req.Header.Set("Authorization", "Bearer "+who)
	}
	rec := httptest.NewRecorder()
	door.ServeHTTP(rec, req)
	return rec
}

func TestExportsAreWhatOneMaySee(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		w.importedActivity(t, "XM-1-A", "2", 1, 2)
		hidden := w.ownActivity(t, "ACS-HIDDEN", vars{"title": vars{"en": "=Hidden", "fr": "Cachée"}, "countries": []any{
			vars{"code": "JM", "percentage": "40"}, vars{"code": "TT", "percentage": "60.0"},
		}})
		w.ask(t, w.Secretariat, recordTransaction, vars{"in": vars{
			"activityId": hidden, "typeCode": "3", "date": "2020-02-29", "value": vars{"amount": "-0000012.500000", "currency": "EUR"},
			"description": vars{"en": "@SUM(1)"}, "providerId": w.Donor,
		}}).ok()
		door := w.door(t)
		link := func(who string, in vars) string {
			return w.ask(t, w.Viewers()[who], exportLink, in).ok().at("export.url").(string)
		}
		for who, rows := range map[string]int{"nobody": 2, "stranger": 2, "partner": 2, "committee": 2, "council": 3, "secretariat": 3} {
			rec := fetched(t, door, who, link(who, vars{"of": vars{"transactions": vars{}}}))
			if rec.Code != http.StatusOK || strings.Count(rec.Body.String(), "\r\n") != rows+1 || strings.Contains(rec.Body.String(), "ACS-HIDDEN") != (rows == 3) {
				t.Errorf("%s: %d\n%s", who, rec.Code, rec.Body)
			}
		}
		rec := fetched(t, door, "secretariat", link("secretariat", vars{"of": vars{"transactions": vars{"currency": "EUR"}}, "hxl": true, "in": "fr"}))
		lines := strings.Split(strings.TrimSpace(rec.Body.String()), "\r\n")
		if len(lines) != 3 || !strings.HasPrefix(lines[1], ",#activity+id,#activity+name") ||
			!strings.Contains(lines[2], `,ACS-HIDDEN,Cachée,3,Décaissement,2020-02-29,2020-02-29,-12.500000,EUR,Donor,`) || !strings.Contains(lines[2], `,JM 40; TT 60.0,`) ||
			!strings.Contains(lines[2], `,'@SUM(1),`) {
			t.Errorf("the file is\n%s", rec.Body)
		}
		if got := rec.Header().Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="Transactions.csv"`) {
			t.Errorf("it is called %q", got)
		}

		// Somebody else's link, and one that is over, find nothing.
		mine := link("secretariat", vars{"of": vars{"activities": vars{}}, "format": "XLSX"})
		for _, who := range []string{"nobody", "chair", "partner"} {
			if rec := fetched(t, door, who, mine); rec.Code != http.StatusNotFound {
				t.Errorf("%s opens the Secretariat's link: %d", who, rec.Code)
			}
		}
		forged := mine[:len(mine)-2] + "AA"
		if rec := fetched(t, door, "secretariat", forged); rec.Code != http.StatusNotFound {
			t.Errorf("a forged link: %d", rec.Code)
		}
		sheet, err := table.Open(bytes.NewReader(fetched(t, door, "secretariat", mine).Body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for ; err == nil; n++ {
			_, err = sheet.Next()
		}
		if n-1 != 2 || sheet.Header[0] != "IATI identifier" {
			t.Errorf("%d activities under %q, %v", n-1, sheet.Header, err)
		}
		w.Clock.Add(6 * time.Minute)
		if rec := fetched(t, door, "secretariat", mine); rec.Code != http.StatusNotFound {
			t.Errorf("an old link: %d", rec.Code)
		}

		// Rights are those of the fetching.
		public := link("nobody", vars{"of": vars{"activities": vars{"text": "hidden"}}, "format": "JSONL"})
		if rec := fetched(t, door, "nobody", public); rec.Code != http.StatusOK || rec.Body.Len() != 0 {
			t.Errorf("a stranger's search: %d %s", rec.Code, rec.Body)
		}
		a := w.ask(t, w.Secretariat, `query($id: ID!) { node(id: $id) { ... on Activity { revision } } }`, vars{"id": hidden}).ok()
		w.ask(t, w.Secretariat, `mutation($in: PublishActivityInput!) { publishActivity(input: $in) { cursor } }`,
			vars{"in": vars{"id": hidden, "expectedRevision": a.at("node.revision")}}).ok()
		if rec := fetched(t, door, "nobody", public); !strings.Contains(rec.Body.String(), `"title":"=Hidden"`) {
			t.Errorf("once published: %d %s", rec.Code, rec.Body)
		}

		long := make([]any, 4000)
		for i := range long {
			long[i] = w.NewID(id.Activity).String()
		}
		w.ask(t, w.Secretariat, exportLink, vars{"of": vars{"transactions": vars{"typeCode": long}}}).refused("INVALID_INPUT", "of")
		w.ask(t, w.Secretariat, exportLink, vars{"of": vars{}}).refused("INVALID_INPUT", "of")
	})
}

// More rows than a page, each once; and statements that depend on pages.
func TestALongExportHasEachRowOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const many = 1203
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			now, u := w.Time(), w.NewID(id.Activity)
			tx.Activity.Create().SetID(u).SetCreatedAt(now).SetUpdatedAt(now).SetIatiIdentifier("XM-1-A").SetOrigin(activity.OriginImported).
				SetStatusCode("2").SetPublished(true).SetTitleText(i18n.Text{EN: "Many", Authentic: i18n.EN}).SaveX(ctx)
			var rows []*ent.TransactionCreate
			for n := range many {
				rows = append(rows, tx.Transaction.Create().SetID(w.NewID(id.Transaction)).SetCreatedAt(now).SetUpdatedAt(now).SetActivityID(u).SetPosition(n).
					SetTypeCode("3").SetValuePublished(strconv.Itoa(n)).SetValueMicro(int64(n)*money.Micro).SetValueCurrency("USD"))
			}
			for len(rows) > 0 {
				some := rows[:min(500, len(rows))]
				tx.Transaction.CreateBulk(some...).ExecX(ctx)
				rows = rows[len(some):]
			}
			return nil
		})
		door := w.door(t)
		link := w.ask(t, w.Nobody, exportLink, vars{"of": vars{"transactions": vars{}}, "format": "JSONL"}).ok().at("export.url").(string)
		var body []byte
		statements := w.statements(func() {
			var err error
			if body, err = io.ReadAll(fetched(t, door, "nobody", link).Body); err != nil {
				t.Fatal(err)
			}
		})
		seen := map[string]bool{}
		for line := range strings.Lines(string(body)) {
			seen[line] = true
		}
		if len(seen) != many || bytes.Count(body, []byte("\n")) != many {
			t.Errorf("%d lines, %d different, want %d", bytes.Count(body, []byte("\n")), len(seen), many)
		}
		if statements > 20 {
			t.Errorf("%d statements for three pages", statements)
		}
	})
}
