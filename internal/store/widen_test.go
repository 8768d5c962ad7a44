package store_test

import (
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	discussion "acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/ent/migrations"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// TestEveryWidenedCheckIsTested finds the tables whose checks a step writes where
// SQLite keeps them, and asks for each that TestChecksAreWidenedInPlace looks at it.
func TestEveryWidenedCheckIsTested(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(migrations.Files, "sqlite/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	tables := regexp.MustCompile(`(?i)UPDATE sqlite_schema SET .* name = '([a-z_]+)'`)
	widened := map[string]bool{}
	for _, name := range files {
		text, err := fs.ReadFile(migrations.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		all := tables.FindAllStringSubmatch(string(text), -1)
		if n := strings.Count(string(text), "UPDATE sqlite_schema"); n != len(all) {
			t.Errorf("%s: %d checks are widened, of %d the table is found", name, n, len(all))
		}
		for _, m := range all {
			widened[m[1]] = true
		}
	}
	tested := slices.Sorted(maps.Keys(widenings()))
	if got := slices.Sorted(maps.Keys(widened)); !slices.Equal(got, tested) {
		t.Errorf("the checks of %v are widened, those of %v are tested", got, tested)
	}
}

// widening is what a table takes and refuses once its check is widened: columns and
// values behind those that all rows have.
type widening struct {
	columns        string
	taken, refused []string
}

// What rows of tables with widened checks refer to.
const (
	widenOrg  = "'01935a00-0000-7000-8003-000000000001'"
	widenBody = "'01935a00-0000-7000-8006-000000000001'"
	widenMeet = "'01935a00-0000-7000-8032-000000000001'"
	widenWho  = "'01935a00-0000-7000-8001-000000000001'"
)

// widenings are the tables whose checks are widened, by their names.
func widenings() map[string]widening {
	const hook = "'n', 'https://example.org', 'BY_HAND', 'PAUSED', 's', 1, " + widenOrg + ", " + widenWho + ", "
	return map[string]widening{
		"threads": {
			"updated_at, organisation_id, meeting_id",
			[]string{"created_at, " + widenOrg + ", NULL", "created_at, NULL, " + widenMeet},
			[]string{"created_at, NULL, NULL", "created_at, " + widenOrg + ", " + widenMeet, "created_at, NULL, " + widenOrg},
		},
		"legal_holds": {
			"reason, organisation_id, meeting_id",
			[]string{"'x', NULL, " + widenMeet, "'x', " + widenOrg + ", NULL"},
			[]string{"'x', NULL, NULL", "'x', " + widenOrg + ", " + widenMeet},
		},
		"webhooks": {
			"updated_at, name, url, state_reason, state, secret, position_seq, position_tag, owner_id, body_id, meeting_id",
			[]string{"created_at, " + hook + "NULL, NULL", "created_at, " + hook + "NULL, " + widenMeet, "created_at, " + hook + widenBody + ", NULL"},
			[]string{"created_at, " + hook + widenBody + ", " + widenMeet},
		},
		"retention_schedules": {
			"updated_at, kind",
			[]string{"created_at, 'BODY'", "created_at, 'OPPORTUNITY'", "created_at, 'MEETING'"},
			[]string{"created_at, 'WEATHER'"},
		},
		"import_runs": {
			"updated_at, dataset_name, status, work",
			[]string{
				"created_at, 'd', 'CHECKING', 'WAITING'", "created_at, 'd', 'CHECKED', 'NONE'", "created_at, 'd', 'APPLYING', 'TAKEN'", "created_at, 'd', 'APPLIED', 'NONE'",
				"created_at, 'd', 'REFUSED', 'NONE'", "created_at, 'd', 'CANCELLED', 'WAITING'",
			},
			[]string{"created_at, 'd', 'GONE', 'NONE'", "created_at, 'd', 'CANCELLED', 'LATER'"},
		},
	}
}

// TestChecksAreWidenedInPlace brings a database with rows to the steps that widen
// checks: what is there stays, readers that were connected before see the new tables,
// and the checks hold as they are written.
func TestChecksAreWidenedInPlace(t *testing.T) {
	t.Parallel()
	const (
		before = 20261126000000
		org    = "01935a00-0000-7000-8003-000000000001"
		body   = "01935a00-0000-7000-8006-000000000001"
		thread = "01935a00-0000-7000-800f-000000000001"
		meet   = "01935a00-0000-7000-8032-000000000001"
		now    = "'2026-11-26 00:00:00+00:00'"
		insert = "INSERT INTO threads (id, created_at, updated_at"
	)
	db := dbtest.Open(t, "sqlite:"+filepath.Join(t.TempDir(), "hub.db"), store.Options{})
	files, err := fs.Sub(migrations.Files, "sqlite")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db.SQL(), files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	do := func(statement string) error {
		_, err := db.SQL().ExecContext(t.Context(), statement)
		return err
	}
	must := func(statement string) {
		t.Helper()
		if err := do(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	must("INSERT INTO organisations (id, created_at, updated_at, kinds, aliases) VALUES ('" + org + "', " + now + ", " + now + ", '[]', '[]')")
	must("INSERT INTO bodies (id, created_at, updated_at, code, kind) VALUES ('" + body + "', " + now + ", " + now + ", 'X', 'OTHER')")
	must(insert + ", organisation_id) VALUES ('" + thread + "', " + now + ", " + now + ", '" + org + "')")
	must("INSERT INTO import_runs (id, created_at, updated_at, dataset_name, status) VALUES ('" + org + "', " + now + ", " + now + ", 'old', 'CHECKED')")
	must("INSERT INTO staged_items (id, created_at, position, identifier, digest, line, run_id) VALUES ('" + org + "', " + now + ", 1, 'XM-1', x'00', 1, '" + org + "')")
	must("INSERT INTO thread_audiences (id, created_at, thread_id, body_id) VALUES ('" + org + "', " + now + ", '" + thread + "', '" + body + "')")
	system := viewer.With(t.Context(), viewer.System())
	if n, err := db.Client.Thread.Query().Count(system); err != nil || n != 1 { // on a connection that has read the tables by then
		t.Fatalf("%d discussions, %v", n, err)
	}
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"SELECT count(*) FROM threads":          "1",
		"SELECT count(*) FROM thread_audiences": "1",
		"SELECT count(*) FROM import_runs WHERE dataset_name = 'old' AND status = 'CHECKED' AND staged = 1 AND work = 'NONE'": "1",
		"PRAGMA integrity_check":                        "ok",
		"SELECT count(*) FROM pragma_foreign_key_check": "0",
		"SELECT count(*) FROM pragma_foreign_key_list('threads') WHERE \"table\" = 'meetings'": "1",
	} {
		var got string
		if err := db.SQL().QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s gives %q, %v; want %s", query, got, err, want)
		}
	}
	must("INSERT INTO meetings (id, created_at, updated_at, starts, ends, time_zone, body_id) VALUES ('" + meet + "', " + now + ", " + now +
		", " + now + ", '2026-11-27 00:00:00+00:00', 'UTC', '" + body + "')")
	must(insert + ", meeting_id) VALUES ('01935a00-0000-7000-800f-000000000002', " + now + ", " + now + ", '" + meet + "')")
	if n, err := db.Client.Thread.Query().Where(discussion.MeetingIDNotNil()).Count(system); err != nil || n != 1 {
		t.Errorf("a reader that was connected before finds %d discussions on meetings, %v", n, err)
	}
	must("INSERT INTO persons (id, created_at, updated_at, name, email) VALUES (" + widenWho + ", " + now + ", " + now + ", 'Ana', 'ana@example.org')")
	n := 0
	for table, w := range widenings() {
		row := func(values string) string {
			n++
			values = strings.Replace(values, "created_at", now, 1)
			if table == "retention_schedules" {
				must("DELETE FROM retention_schedules") // one of a kind
			}
			return fmt.Sprintf("INSERT INTO %s (id, created_at, %s) VALUES ('01935a00-0000-7000-80ff-%012d', %s, %s)", table, w.columns, n, now, values)
		}
		for _, values := range w.taken {
			must(row(values))
		}
		for _, values := range w.refused {
			if statement := row(values); do(statement) == nil {
				t.Errorf("%s is taken", statement)
			}
		}
	}
}
