package graph_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/graphqlws"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/server"
	"acs-aec.org/hub/internal/viewer"
)

// importing is a world whose node takes files to import, over HTTP, and tells over
// websockets how far it has come.
type importing struct {
	*filed
	imports *importrun.Service
}

func withImports(t *testing.T, test func(t *testing.T, w *importing)) {
	t.Helper()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		test(t, w.importing(t))
	})
}

func (w *world) importing(t *testing.T) *importing {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	f := w.filed(t)
	s := importrun.New(w.Runner)
	s.Files, s.Logger, s.Organisation = f.files, quiet, "XM-OWN"
	engine := live.New(live.Options{
		Log: w.Log, Client: w.DB.Client, Accounts: account.New(w.Runner), Personal: w.Personal, Sources: graph.Personal(w.Runner),
		Now: w.Now, NewID: w.NewID, Logger: quiet, ProgressEvery: 10 * time.Millisecond,
	})
	r, err := graph.New(w.Runner)
	if err != nil {
		t.Fatal(err)
	}
	r = r.WithAttachments(f.Service).WithImports(s).WithLive(engine)
	w.api = apiOver(r)
	srv, err := server.New(server.Config{
		Schema: graph.Schema(r), Attachments: f.Service, Imports: s, UploadLimit: 1 << 20, Log: quiet, BodyTime: 5 * time.Second,
		Live: graphqlws.Adapt(engine.Attach),
		Authenticate: func(_ context.Context, c server.Credentials) (*viewer.Viewer, error) {
			if v := w.Viewers()[c.Bearer+c.Session]; v != nil {
				return v, nil
			}
			return nil, apperr.ErrSignIn
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { engine.Run(ctx) })
	running.Go(func() { s.Work(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	web := httptest.NewServer(srv.Handler())
	t.Cleanup(web.Close)
	f.url = web.URL
	return &importing{f, s}
}

const (
	uploadImportFile = `mutation($in: UploadImportFileInput!) { uploadImportFile(input: $in) {
		importFile { id name version size sha256 isKept keptUntil uploadedBy { name } createdAt } cursor eventIds } }`
	checkImport  = `mutation($in: CheckImportInput!) { checkImport(input: $in) { run { id status revision datasetName startedBy { name } file { id } plan { created } } cursor eventIds } }`
	applyImport  = `mutation($in: ApplyImportInput!) { applyImport(input: $in) { run { id status appliedBy { name } viewerCanApply viewerCanCancel } cursor eventIds } }`
	cancelImport = `mutation($in: CancelImportInput!) { cancelImport(input: $in) { run { id status created } cursor eventIds } }`
	readRun      = `query($r: ID!) { node(id: $r) { ... on ImportRun { ` + runFields + ` leftOut vanished revision viewerCanApply viewerCanCancel checkedAt onError own
		plan { created updated unchanged vanished } file { name } appliedBy { name } issues(first: 5) { totalCount nodes { severity rule line } } } } }`
	progressOf = `subscription($r: ID!) { importProgress(runId: $r) { phase done total unit at run { id status critical errors warnings issues(first: 1) { totalCount } } } }`
)

// sendsFile uploads a file by the multipart specification.
func (w *importing) sendsFile(tb testing.TB, who, name, xml string, more vars) *answer {
	tb.Helper()
	in := vars{}
	for k, v := range more {
		in[k] = v
	}
	return w.uploadBy(tb, uploadImportFile, who, name, "application/xml", xml, in)
}

// file is a file that the Secretariat has uploaded.
func (w *importing) file(tb testing.TB, name, xml string) uuid.UUID {
	tb.Helper()
	return w.sendsFile(tb, "secretariat", name, xml, nil).ok().id("uploadImportFile.importFile.id")
}

// check has a file checked and waits for the end.
func (w *importing) check(tb testing.TB, f uuid.UUID, more vars) uuid.UUID {
	tb.Helper()
	in := vars{"fileId": f}
	for k, v := range more {
		in[k] = v
	}
	run := w.ask(tb, w.Secretariat, checkImport, vars{"in": in}).ok().id("checkImport.run.id")
	w.follows(tb, "secretariat", run)
	return run
}

// apply has a checked run applied and waits for the end.
func (w *importing) apply(tb testing.TB, run uuid.UUID) {
	tb.Helper()
	rev := w.ask(tb, w.Secretariat, readRun, vars{"r": run}).ok().at("node.revision")
	w.ask(tb, w.Secretariat, applyImport, vars{"in": vars{"runId": run, "expectedRevision": rev}}).ok().is("applyImport.run.status", "APPLYING")
	w.follows(tb, "secretariat", run)
}

// progress is what importProgress tells.
type progress struct {
	Phase, Unit string
	Done, Total int
	Run         struct {
		Status   string
		Critical int
	}
}

// follows follows a run over a websocket until the stream ends, and gives all that
// came, or the code with which it was refused.
func (w *importing) follows(tb testing.TB, who string, run uuid.UUID) (got []progress, refused string) {
	tb.Helper()
	h := http.Header{}
	if who != "nobody" {
		h.Set("Authorization", "Bearer "+who)
	}
	d := websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}}
	conn, _, err := d.DialContext(tb.Context(), "ws"+strings.TrimPrefix(w.url, "http")+"/graphql", h) //nolint:bodyclose // a websocket has none
	if err != nil {
		tb.Fatal(err)
	}
	defer conn.Close()
	say := func(m any) {
		if err := conn.WriteJSON(m); err != nil {
			tb.Fatal(err)
		}
	}
	say(map[string]any{"type": "connection_init"})
	say(map[string]any{"id": "1", "type": "subscribe", "payload": map[string]any{"query": progressOf, "variables": map[string]any{"r": id.Format(run)}}})
	for {
		var m struct {
			Type    string
			Payload json.RawMessage
		}
		if err := conn.ReadJSON(&m); err != nil {
			tb.Fatal(err)
		}
		switch m.Type {
		case "next":
			var p struct {
				Data   struct{ ImportProgress *progress }
				Errors []any
			}
			if err := json.Unmarshal(m.Payload, &p); err != nil || p.Data.ImportProgress == nil || len(p.Errors) > 0 {
				tb.Fatalf("%v: %s", err, m.Payload)
			}
			got = append(got, *p.Data.ImportProgress)
		case "error":
			var errs []struct{ Extensions struct{ Code string } }
			if err := json.Unmarshal(m.Payload, &errs); err != nil || len(errs) != 1 {
				tb.Fatalf("%v: %s", err, m.Payload)
			}
			return got, errs[0].Extensions.Code
		case "complete":
			return got, ""
		}
	}
}

func TestImportOverTheAPI(t *testing.T) {
	t.Parallel()
	withImports(t, func(t *testing.T, w *importing) {
		xml := published("2.03", 1, 2, 0, 3)
		// Others may do nothing of it, and learn nothing.
		some := w.file(t, "some.xml", published("2.03", 9))
		ready := w.check(t, some, nil)
		for who, v := range w.Viewers() {
			if who == "secretariat" {
				continue
			}
			refusal, name := "FORBIDDEN", who
			if who == "nobody" {
				refusal, name = "UNAUTHENTICATED", ""
			}
			w.tells(t, func() {
				w.sendsFile(t, name, "bank.xml", xml, nil).refused(refusal)
				w.ask(t, v, checkImport, vars{"in": vars{"fileId": some}}).refused(refusal)
				w.ask(t, v, applyImport, vars{"in": vars{"runId": ready, "expectedRevision": 1}}).refused(refusal)
				w.ask(t, v, cancelImport, vars{"in": vars{"runId": ready}}).refused(refusal)
				if _, code := w.follows(t, who, ready); code != "NOT_FOUND" {
					t.Errorf("%s is told %q", who, code)
				}
				a := w.ask(t, v, `query($f: ID!, $r: ID!) { nodes(ids: [$f, $r]) { id } importRuns { totalCount } }`, vars{"f": some, "r": ready}).ok()
				a.is("nodes.0", nil).is("nodes.1", nil).is("importRuns.totalCount", 0.0)
			})
		}
		w.keeps(t, 1)
		w.ask(t, w.Secretariat, cancelImport, vars{"in": vars{"runId": ready}}).ok()

		var file, run uuid.UUID
		w.tells(t, func() {
			a := w.sendsFile(t, "secretariat", `C:\data\bank.xml`, xml, vars{"idempotencyKey": "k"}).ok()
			file = a.id("uploadImportFile.importFile.id")
			a.is("uploadImportFile.importFile.name", "bank").is("uploadImportFile.importFile.version", "2.03").is("uploadImportFile.importFile.size", float64(len(xml))).
				is("uploadImportFile.importFile.isKept", true).is("uploadImportFile.importFile.uploadedBy.name", "Secretariat").
				is("uploadImportFile.importFile.keptUntil", "2026-11-26T14:05:00.000000Z")
			// The same file is the same upload, by a key and without.
			for _, more := range []vars{{"idempotencyKey": "k"}, {}, {"idempotencyKey": "l"}} {
				w.sendsFile(t, "secretariat", "bank.xml", xml, more).ok().is("uploadImportFile.importFile.id", id.Format(file))
			}
			w.sendsFile(t, "secretariat", "bank.xml", published("2.03", 7), vars{"idempotencyKey": "k"}).refused("IDEMPOTENCY_KEY_REUSED", "input.idempotencyKey")
			w.keeps(t, 2)
		})
		w.tells(t, func() {
			run = w.check(t, file, vars{"idempotencyKey": "c", "onError": "IMPORT"})
			w.ask(t, w.Secretariat, checkImport, vars{"in": vars{"fileId": file, "idempotencyKey": "c"}}).ok().is("checkImport.run.id", id.Format(run)).
				is("checkImport.run.status", "CHECKED").is("checkImport.run.datasetName", "bank").is("checkImport.run.file.id", id.Format(file))
			w.ask(t, w.Secretariat, checkImport, vars{"in": vars{"fileId": file}}).ok().is("checkImport.run.id", id.Format(run))
			w.ask(t, w.Secretariat, checkImport, vars{"in": vars{"fileId": file, "idempotencyKey": "c", "own": true}}).refused("IDEMPOTENCY_KEY_REUSED")
		}, "ImportChecked")
		a := w.ask(t, w.Secretariat, readRun, vars{"r": run}).ok()
		a.is("node.status", "CHECKED").is("node.activities", 3.0).is("node.created", 0.0).is("node.leftOut", 1.0).is("node.critical", 1.0).
			is("node.plan.created", 3.0).is("node.plan.updated", 0.0).is("node.plan.unchanged", 0.0).is("node.plan.vanished", 0.0).
			is("node.viewerCanApply", true).is("node.viewerCanCancel", true).is("node.file.name", "bank").is("node.finishedAt", nil)
		if n := a.at("node.issues.totalCount").(float64); n < 4 { // each lacks a date
			t.Errorf("%v issues", n)
		}
		w.ask(t, w.Nobody, `{ activities { totalCount } }`, nil).ok().is("activities.totalCount", 0.0)
		rev := a.at("node.revision").(float64)
		w.tells(t, func() {
			w.ask(t, w.Secretariat, applyImport, vars{"in": vars{"runId": run, "expectedRevision": rev - 1}}).refused("CONFLICT")
			w.ask(t, w.Secretariat, applyImport, vars{"in": vars{"runId": w.NewID(id.ImportRun), "expectedRevision": 1}}).refused("NOT_FOUND")
			w.ask(t, w.Secretariat, applyImport, vars{"in": vars{"runId": file, "expectedRevision": 1}}).refused("INVALID_INPUT", "input.runId")
			w.ask(t, w.Secretariat, checkImport, vars{"in": vars{"fileId": w.NewID(id.Upload)}}).refused("NOT_FOUND")
			w.ask(t, w.Secretariat, checkImport, vars{"in": vars{"fileId": file, "datasetName": "a/b"}}).refused("INVALID_INPUT", "input.datasetName")
		})
		w.tells(t, func() {
			in := vars{"in": vars{"runId": run, "expectedRevision": rev, "idempotencyKey": "a"}}
			w.ask(t, w.Secretariat, applyImport, in).ok().is("applyImport.run.status", "APPLYING").is("applyImport.run.appliedBy.name", "Secretariat").
				is("applyImport.run.viewerCanApply", false).is("applyImport.run.viewerCanCancel", true)
			w.follows(t, "secretariat", run)
			w.ask(t, w.Secretariat, applyImport, in).ok().is("applyImport.run.status", "APPLIED")
			w.ask(t, w.Secretariat, applyImport, vars{"in": vars{"runId": run, "expectedRevision": rev}}).refused("CONFLICT")
		}, "OrganisationCreated", "ActivityImported", "ActivityImported", "ActivityImported", "ImportApplied")
		w.ask(t, w.Secretariat, readRun, vars{"r": run}).ok().is("node.status", "APPLIED").is("node.created", 3.0).is("node.appliedBy.name", "Secretariat")

		// The next file of the dataset: one changed, one the same, one gone, one new.
		w.Clock.Add(time.Hour)
		next := w.file(t, "later.xml", strings.Replace(published("2.03", 1, 2, 4), "Plan 2", "Plan two", 1))
		second := w.check(t, next, vars{"datasetName": "bank"})
		w.ask(t, w.Secretariat, readRun, vars{"r": second}).ok().is("node.plan.created", 1.0).is("node.plan.updated", 1.0).is("node.plan.unchanged", 1.0).is("node.plan.vanished", 1.0)
		third := w.check(t, w.file(t, "last.xml", published("2.03", 1)), vars{"datasetName": "bank"})
		w.Clock.Add(time.Hour)
		w.apply(t, second)
		w.ask(t, w.Secretariat, readRun, vars{"r": second}).ok().is("node.created", 1.0).is("node.updated", 1.0).is("node.unchanged", 1.0).is("node.vanished", 1.0)
		// What was checked before that does not hold any more.
		rev = w.ask(t, w.Secretariat, readRun, vars{"r": third}).ok().at("node.revision").(float64)
		w.tells(t, func() {
			w.ask(t, w.Secretariat, applyImport, vars{"in": vars{"runId": third, "expectedRevision": rev}}).refused("CONFLICT")
			w.ask(t, w.Secretariat, readRun, vars{"r": third}).ok().is("node.status", "CHECKED").is("node.viewerCanApply", false).is("node.viewerCanCancel", true)
			var e *apperr.Error
			if _, err := w.imports.Apply(w.System(), third, nil); !errors.As(err, &e) || e.Code != apperr.Conflict || !strings.Contains(e.Sentence(i18n.EN), "Another file of the dataset") {
				t.Errorf("by the command: %v", err)
			}
		})
		w.ask(t, w.Secretariat, `{ importRuns { nodes { id viewerCanApply } } }`, nil).ok().is("importRuns.nodes.0.viewerCanApply", false).is("importRuns.nodes.0.id", id.Format(third))
		// The same file is checked anew by the command, rather than that check applied.
		again, err := w.imports.Import(w.System(), importrun.Source{Name: "bank.xml", Open: func() (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(published("2.03", 1))), nil
		}}, nil)
		if err != nil || again.ID == third || again.Status != "APPLIED" || again.Vanished != 2 {
			t.Errorf("%+v, %v", again, err)
		}
	})
}

func TestImportFilesAreListed(t *testing.T) {
	t.Parallel()
	withImports(t, func(t *testing.T, w *importing) {
		first := w.file(t, "bank.xml", published("2.03", 1))
		w.Clock.Add(24 * time.Hour)
		second := w.file(t, "fund.xml", published("2.02", 2, 3))
		run := w.check(t, first, nil)
		w.apply(t, run)
		w.Clock.Add(time.Hour)
		other := w.check(t, first, vars{"datasetName": "other"})
		const list = `query($f: ImportFileFilter, $o: ImportFileOrder) { importFiles(filter: $f, orderBy: $o) { totalCount edges { node { id } } nodes {
			id name kind version size sha256 isKept keptUntil createdAt uploadedBy { name } runs { totalCount nodes { id status datasetName file { id } } } applied: runs(filter: { status: APPLIED }) { totalCount } } } }`
		a := w.ask(t, w.Secretariat, list, nil).ok()
		sum := sha256.Sum256([]byte(published("2.03", 1)))
		a.is("importFiles.totalCount", 2.0).is("importFiles.nodes.0.id", id.Format(second)).is("importFiles.edges.1.node.id", id.Format(first)).
			is("importFiles.nodes.0.version", "2.02").is("importFiles.nodes.0.runs.totalCount", 0.0).
			is("importFiles.nodes.1.name", "bank").is("importFiles.nodes.1.kind", "IATI_ACTIVITIES").is("importFiles.nodes.1.uploadedBy.name", "Secretariat").
			is("importFiles.nodes.1.size", float64(len(published("2.03", 1)))).is("importFiles.nodes.1.sha256", hex.EncodeToString(sum[:])).
			is("importFiles.nodes.1.runs.totalCount", 2.0).is("importFiles.nodes.1.applied.totalCount", 1.0).
			is("importFiles.nodes.1.runs.nodes.0.id", id.Format(other)).is("importFiles.nodes.1.runs.nodes.1.id", id.Format(run)).is("importFiles.nodes.1.runs.nodes.1.file.id", id.Format(first))
		for _, c := range []struct {
			filter, order vars
			want          string
		}{
			{vars{"name": "bank"}, nil, "bank"},
			{vars{"sha256": hex.EncodeToString(sum[:])}, nil, "bank"},
			{vars{"from": w.Clock.Now().Format(time.DateOnly)}, nil, "fund"},
			{vars{"isKept": true}, vars{"field": "NAME", "direction": "ASC"}, "bank,fund"},
			{vars{"isKept": false}, nil, ""},
			{vars{"uploadedById": w.NewID(id.Person)}, nil, ""},
			{vars{}, vars{"field": "SIZE", "direction": "DESC"}, "fund,bank"},
		} {
			in := vars{"f": c.filter}
			if c.order != nil {
				in["o"] = c.order
			}
			if got := strings.Join(w.ask(t, w.Secretariat, list, in).ok().all("importFiles.nodes.*.name"), ","); got != c.want {
				t.Errorf("%v %v: %s, want %s", c.filter, c.order, got, c.want)
			}
		}
		w.ask(t, w.Secretariat, list, vars{"f": vars{"sha256": "00"}}).refused("INVALID_INPUT", "filter.sha256")
		for who, v := range w.Viewers() {
			if who != "secretariat" {
				w.ask(t, v, list, vars{"f": vars{"name": "bank"}}).ok().is("importFiles.totalCount", 0.0).is("importFiles.nodes.0", nil)
			}
		}
		// Files that are kept no more stay in the list.
		w.Clock.Add(30 * 24 * time.Hour)
		w.ask(t, w.Secretariat, list, vars{"f": vars{"isKept": false}}).ok().is("importFiles.totalCount", 2.0).is("importFiles.nodes.0.isKept", false)
		one := `{ importFiles(first: 1) { nodes { name uploadedBy { name } runs { nodes { status viewerCanApply } } } } }`
		both := strings.Replace(one, "first: 1", "first: 100", 1)
		cost := func(query string) int64 { // the least, for the node looks for work beside it
			least := int64(1 << 30)
			for range 5 {
				least = min(least, w.statements(func() { w.ask(t, w.Secretariat, query, nil).ok() }))
			}
			return least
		}
		w.check(t, w.file(t, "third.xml", published("2.03", 5)), nil)
		if few, many := cost(one), cost(both); few != many {
			t.Errorf("%d statements for one, %d for all", few, many)
		}
	})
}

func TestImportProgress(t *testing.T) {
	t.Parallel()
	withImports(t, func(t *testing.T, w *importing) {
		var numbers []int
		for n := range 1500 {
			numbers = append(numbers, n+1)
		}
		f, _, err := w.imports.Upload(w.As(t, w.Secretariat), importrun.Uploading{Name: "many", Content: strings.NewReader(published("2.03", numbers...))}, nil)
		if err != nil {
			t.Fatal(err)
		}
		run := w.ask(t, w.Secretariat, checkImport, vars{"in": vars{"fileId": f.ID}}).ok().id("checkImport.run.id")
		grows := func(all []progress, unit, status string) {
			t.Helper()
			last := all[len(all)-1]
			if len(all) < 3 || last.Phase != "RESTING" || last.Run.Status != status || last.Done != last.Total || last.Total == 0 || last.Unit != unit {
				t.Errorf("%d answers, the last one %+v", len(all), last)
			}
			for i, p := range all[1:] {
				if p.Done < all[i].Done || p.Total < p.Done || p.Unit != unit {
					t.Errorf("%+v after %+v", p, all[i])
				}
			}
		}
		got, _ := w.follows(t, "secretariat", run)
		grows(got, "BYTES", "CHECKED")
		// Who comes late is told at once.
		if got, _ := w.follows(t, "secretariat", run); len(got) != 1 || got[0].Phase != "RESTING" || got[0].Run.Status != "CHECKED" {
			t.Errorf("late: %+v", got)
		}
		rev := w.ask(t, w.Secretariat, readRun, vars{"r": run}).ok().at("node.revision")
		w.ask(t, w.Secretariat, applyImport, vars{"in": vars{"runId": run, "expectedRevision": rev}}).ok()
		got, _ = w.follows(t, "secretariat", run)
		grows(got, "ACTIVITIES", "APPLIED")
		if _, code := w.follows(t, "secretariat", w.NewID(id.ImportRun)); code != "NOT_FOUND" {
			t.Errorf("no run: %q", code)
		}
	})
}

func TestImportFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	withImports(t, func(t *testing.T, w *importing) {
		w.imports.Limit = 900_000
		for name, xml := range map[string]string{
			"empty": "", "text": "hello", "JSON": `{"a": 1}`, "other XML": "<rss/>", "version": published("1.05", 1), "no version": "<iati-activities/>",
			"document type": "<!DOCTYPE iati-activities>\n" + published("2.03", 1), "entities": `<!DOCTYPE x [<!ENTITY a "b">]><iati-activities version="2.03">&a;</iati-activities>`,
			"too large": published("2.03", 1) + strings.Repeat(" ", 900_000),
		} {
			w.tells(t, func() { w.sendsFile(t, "secretariat", name, xml, nil).refused("INVALID_INPUT", "input.file") })
			q := url.Values{"name": {name}}
			r := w.do(t, "secretariat", http.MethodPost, "/imports?"+q.Encode(), strings.NewReader(xml), "GraphQL-Preflight", "1")
			if r.StatusCode != http.StatusBadRequest || r.told() != "INVALID_INPUT input.file" {
				t.Errorf("%s: %d %s", name, r.StatusCode, r.body)
			}
		}
		w.keeps(t, 0)
		seen := map[string]bool{}
		for _, l := range i18n.Langs {
			ctx := i18n.With(w.As(t, w.Secretariat), l)
			_, _, err := w.imports.Upload(ctx, importrun.Uploading{Name: "x", Content: strings.NewReader("<rss/>")}, nil)
			var e *apperr.Error
			if !errors.As(err, &e) || e.Extra["rule"] != "root" || e.Extra["line"] != 1 || seen[e.Sentence(l)] {
				t.Errorf("%s: %v", l, err)
			}
			seen[e.Sentence(l)] = true
		}
		// What is wrong further on is found by the check, and refuses the file.
		whole := published("2.03", 1, 2)
		f := w.file(t, "cut.xml", whole[:len(whole)-30])
		w.tells(t, func() {
			run := w.check(t, f, nil)
			a := w.ask(t, w.Secretariat, readRun, vars{"r": run}).ok().is("node.status", "REFUSED").is("node.plan", nil).is("node.viewerCanApply", false)
			if a.at("node.refusal") == nil || a.at("node.refusalLine") == nil {
				t.Errorf("refused without a reason: %s", a.raw)
			}
			w.ask(t, w.Secretariat, applyImport, vars{"in": vars{"runId": run, "expectedRevision": 1}}).refused("CONFLICT")
			w.ask(t, w.Secretariat, cancelImport, vars{"in": vars{"runId": run}}).refused("CONFLICT")
		}, "ImportRefused")
	})
}

func TestImportFilesByHTTP(t *testing.T) {
	t.Parallel()
	withImports(t, func(t *testing.T, w *importing) {
		xml := published("2.03", 1)
		large := strings.Replace(xml, "<iati-activity ", strings.Repeat(" ", 2<<20)+"<iati-activity ", 1) // more than a multipart request may have
		w.sendsFile(t, "secretariat", "large.xml", large, nil).refused("QUERY_TOO_COSTLY")
		post := func(who, body string, headers ...string) reply {
			t.Helper()
			return w.do(t, who, http.MethodPost, "/imports?name=large.xml&idempotencyKey=k", strings.NewReader(body), headers...)
		}
		for who, status := range map[string]int{"": 401, "stranger": 403, "council": 403} {
			if r := post(who, large, "GraphQL-Preflight", "1"); r.StatusCode != status {
				t.Errorf("%q: %d %s", who, r.StatusCode, r.body)
			}
		}
		if r := post("secretariat", large); r.StatusCode != http.StatusForbidden {
			t.Errorf("without a preflight: %d", r.StatusCode)
		}
		if r := w.do(t, "secretariat", http.MethodGet, "/imports?name=x", nil, "GraphQL-Preflight", "1"); r.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("GET: %d", r.StatusCode)
		}
		w.keeps(t, 0)
		var first string
		for range 2 {
			r := post("secretariat", large, "GraphQL-Preflight", "1")
			var a struct {
				Data struct {
					UploadImportFile struct {
						ImportFile struct{ ID, Name, KeptUntil string }
					}
				}
			}
			if err := json.Unmarshal([]byte(r.body), &a); err != nil || r.StatusCode != http.StatusCreated || a.Data.UploadImportFile.ImportFile.Name != "large" {
				t.Fatalf("%d %v %s", r.StatusCode, err, r.body)
			}
			if got := a.Data.UploadImportFile.ImportFile.ID; first == "" {
				first = got
			} else if got != first {
				t.Error("the same file is another upload")
			}
		}
		if r := post("secretariat", xml, "GraphQL-Preflight", "1"); r.told() != "IDEMPOTENCY_KEY_REUSED input.idempotencyKey" {
			t.Errorf("another file under the same key: %s", r.body)
		}
		w.keeps(t, 1)
		u, err := id.Parse(first)
		if err != nil {
			t.Fatal(err)
		}
		w.apply(t, w.check(t, u, nil))
		w.ask(t, w.Nobody, `{ activities { totalCount } }`, nil).ok().is("activities.totalCount", 1.0)
	})
}

func TestImportRunsOverTheAPICostTheSameStatements(t *testing.T) {
	t.Parallel()
	withImports(t, func(t *testing.T, w *importing) {
		query := `{ importRuns(first: 100) { nodes { datasetName revision viewerCanApply viewerCanCancel plan { created } file { name isKept uploadedBy { name } } startedBy { name } appliedBy { name } } } }`
		add := func(from, to int) {
			for n := from; n < to; n++ {
				run := w.check(t, w.file(t, fmt.Sprint("d", n), published("2.03", n)), nil)
				if n%2 == 0 {
					w.apply(t, run)
				}
			}
		}
		cost := func() int64 { // the least, for the node looks for work beside it
			least := int64(1 << 30)
			for range 5 {
				least = min(least, w.statements(func() { w.ask(t, w.Secretariat, query, nil).ok() }))
			}
			return least
		}
		add(1, 3)
		few := cost()
		add(3, 9)
		if many := cost(); many != few {
			t.Errorf("%d statements for 2 runs, %d for 8", few, many)
		}
	})
}

// A file of the reference data comes to the same over the API as by the command.
func TestReferenceFilesOverTheAPI(t *testing.T) {
	t.Parallel()
	path := filepath.Join(referenceData(t), "iati", "caf-acs.xml")
	if _, err := os.Stat(path); err != nil {
		t.Skip(err)
	}
	withImports(t, func(t *testing.T, w *importing) {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		r := w.do(t, "secretariat", http.MethodPost, "/imports?name=caf-acs.xml", io.NopCloser(file), "GraphQL-Preflight", "1")
		var a struct {
			Data struct {
				UploadImportFile struct{ ImportFile struct{ ID string } }
			}
		}
		if err := json.Unmarshal([]byte(r.body), &a); err != nil || r.StatusCode != http.StatusCreated {
			t.Fatalf("%d %s", r.StatusCode, r.body)
		}
		u, err := id.Parse(a.Data.UploadImportFile.ImportFile.ID)
		if err != nil {
			t.Fatal(err)
		}
		run := w.check(t, u, nil)
		plan := w.ask(t, w.Secretariat, readRun, vars{"r": run}).ok()
		w.apply(t, run)
		got := w.ask(t, w.Secretariat, readRun, vars{"r": run}).ok().is("node.created", plan.at("node.plan.created"))
		// By the command everything is there already, the same.
		again, err := importrun.New(w.Runner).Import(w.System(), importrun.File(path), nil)
		if err != nil {
			t.Fatal(err)
		}
		for field, n := range map[string]int{
			"activities": again.Unchanged, "transactions": again.Transactions, "critical": again.Critical, "errors": again.Errors, "warnings": again.Warnings, "leftOut": again.LeftOut,
		} {
			got.is("node."+field, float64(n))
		}
		if again.Created+again.Updated+again.Vanished != 0 {
			t.Error(importrun.Summary("by the command", again))
		}
	})
}
