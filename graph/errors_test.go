package graph_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"entgo.io/ent/dialect"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/i18n"
)

// A full disk is told to people in words, and to whoever runs the hub with its
// cause.
func TestAFullDisk(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		statements := []string{"VACUUM", "PRAGMA max_page_count = 1"}
		if w.DB.Dialect == dialect.Postgres {
			statements = []string{
				"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$",
				"CREATE TRIGGER full_disk BEFORE INSERT ON country_groups FOR EACH ROW EXECUTE FUNCTION full_disk()",
			}
		}
		for _, s := range statements {
			if _, err := w.DB.SQL().ExecContext(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		for l, want := range map[i18n.Lang]string{i18n.EN: "The disk is full", i18n.ES: "El disco está lleno", i18n.FR: "Le disque est plein"} {
			before := w.Told(t)
			var log bytes.Buffer
			logged := graph.WithRequest(w.As(t, w.Secretariat), graph.Request{ID: "r", Log: slog.New(slog.NewTextHandler(&log, nil))})
			var a *answer
			for i := range 100 { // until the pages that are there are full
				in := vars{"code": fmt.Sprint(l, i), "name": vars{"en": strings.Repeat("x", 200)}}
				if a = w.askAs(logged, t, l, createGroup, vars{"in": in}); len(a.Errors) > 0 {
					break
				}
				before = w.Told(t)
			}
			a.refused("UNAVAILABLE")
			if s := a.Errors[0].Message; !strings.HasPrefix(s, want) {
				t.Errorf("%s: %q", l, s)
			}
			if got := w.Told(t); len(got) != len(before) {
				t.Errorf("told %v", got[len(before):])
			}
			if !strings.Contains(log.String(), "full") && !strings.Contains(log.String(), "extend") || !strings.Contains(log.String(), "ERROR") {
				t.Errorf("the log says %q", log.String())
			}
		}
	})
}
