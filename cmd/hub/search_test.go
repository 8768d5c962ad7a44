package main

import (
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/demo"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/store"
)

// TestReindex takes the documents of a database away, notices it, and brings them
// back.
func TestReindex(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		db := dbtest.Open(t, address, store.Options{})
		r, err := command.Open(system(t.Context()), db, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := demo.Fill(system(t.Context()), r); err != nil {
			t.Fatal(err)
		}
		check := func() string { return hub(t, "check", "--database", address).out }
		if got := check(); !strings.Contains(got, "everything is indexed") {
			t.Errorf("a new database: %s", got)
		}
		whole := db.Client.SearchDocument.Query().CountX(system(t.Context()))
		if whole == 0 {
			t.Fatal("nothing of the demonstration can be found")
		}
		if _, err := db.SQL().ExecContext(t.Context(), "DELETE FROM search_documents"); err != nil {
			t.Fatal(err)
		}
		if got := check(); !strings.Contains(got, "WRONG  search") || !strings.Contains(got, "hub search reindex") {
			t.Errorf("without documents: %s", got)
		}
		s := fine(t, "search", "reindex", "--database", address)
		if !strings.Contains(s.out, "can be found") {
			t.Errorf("%s%s", s.out, s.err)
		}
		if n := db.Client.SearchDocument.Query().CountX(system(t.Context())); n != whole {
			t.Errorf("%d documents, want %d", n, whole)
		}
		if got := check(); !strings.Contains(got, "everything is indexed") {
			t.Errorf("indexed anew: %s", got)
		}
		service, err := search.New(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := service.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := service.Rebuild(t.Context()); err != nil { // and no more: as if it was interrupted
			t.Fatal(err)
		}
		if got := check(); !strings.Contains(got, "being indexed") {
			t.Errorf("under way: %s", got)
		}
		if s := fine(t, "search", "reindex", "--database", address); !strings.Contains(s.err, "going on after") {
			t.Errorf("going on: %s%s", s.out, s.err)
		}
	})
}
