package store_test

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	discussion "acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/ent/migrations"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// TestChecksAreWidenedInPlace brings a database with a discussion to the step that
// lets discussions be about meetings: what is there stays, readers that were
// connected before see the new tables, and the checks hold as they are written.
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
	must("INSERT INTO thread_audiences (id, created_at, thread_id, body_id) VALUES ('" + org + "', " + now + ", '" + thread + "', '" + body + "')")
	system := viewer.With(t.Context(), viewer.System())
	if n, err := db.Client.Thread.Query().Count(system); err != nil || n != 1 { // on a connection that has read the tables by then
		t.Fatalf("%d discussions, %v", n, err)
	}
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"SELECT count(*) FROM threads":                  "1",
		"SELECT count(*) FROM thread_audiences":         "1",
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
	for _, bad := range []string{
		") VALUES ('01935a00-0000-7000-800f-000000000003', " + now + ", " + now + ")",
		", organisation_id, meeting_id) VALUES ('01935a00-0000-7000-800f-000000000004', " + now + ", " + now + ", '" + org + "', '" + meet + "')",
		", meeting_id) VALUES ('01935a00-0000-7000-800f-000000000005', " + now + ", " + now + ", '" + org + "')",
	} {
		if err := do(insert + bad); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
	must("INSERT INTO retention_schedules (id, created_at, updated_at, kind) VALUES ('" + org + "', " + now + ", " + now + ", 'MEETING')")
	must("INSERT INTO legal_holds (id, created_at, reason, meeting_id) VALUES ('" + org + "', " + now + ", 'x', '" + meet + "')")
	if do("INSERT INTO legal_holds (id, created_at, reason, meeting_id, organisation_id) VALUES ('"+body+"', "+now+", 'x', '"+meet+"', '"+org+"')") == nil {
		t.Error("a hold on two things is taken")
	}
}
