package demo_test

import (
	"testing"
	"time"

	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/demo"
	"acs-aec.org/hub/internal/store"
)

// BenchmarkFill is what the first start of the demonstration waits for, with
// passwords at their full cost.
func BenchmarkFill(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		r, err := command.Open(b.Context(), dbtest.Open(b, dbtest.SQLite(b), store.Options{}), time.Now)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if _, err := demo.Fill(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}
