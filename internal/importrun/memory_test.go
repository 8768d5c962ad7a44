package importrun_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/google/uuid"

	entrun "acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/importrun"
)

// TestMemoryDoesNotGrowWithTheFile uploads, checks and applies three thousand activities
// and ten thousand, and compares what is held at each step. It runs beside no other
// test.
func TestMemoryDoesNotGrowWithTheFile(t *testing.T) { //nolint:paralleltest // what others hold counts too
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		held := func() int64 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return int64(m.HeapAlloc) //nolint:gosec // some megabytes
		}
		most := func(n, often int) (peak int64) {
			s := keeping(t, w)
			before, steps := held(), 0
			s.At(func(_ context.Context, at string) error {
				if at == "stage" || at == "half applied" {
					if steps++; steps%often == 0 {
						peak = max(peak, held()-before)
					}
				}
				return nil
			})
			source := endless(n)
			content, err := source.Open()
			if err != nil {
				t.Fatal(err)
			}
			f, _, err := s.Upload(w.As(t, w.Secretariat), importrun.Uploading{Name: source.Name, Content: content}, nil)
			if err != nil {
				t.Fatal(err)
			}
			peak = max(peak, held()-before)
			stop := works(t, s)
			defer stop()
			run := func(u uuid.UUID, want entrun.Status) {
				t.Helper()
				if r := rests(t, w, u); r.Status != want {
					t.Fatal(r)
				}
			}
			u := begun(t, w, s, f)
			run(u, entrun.StatusApplied)
			return peak
		}
		most(50, 5) // what is made once
		few := most(3000, 2)
		many := most(10_000, 5)
		// A step and the next one in hand are no more than that. The larger file alone has
		// 12 MB as text, its activities ten times that.
		const inHand = 24 << 20
		if few < 1<<20 || many > max(few, inHand)+(16<<20) {
			t.Errorf("%d bytes for three thousand activities, %d for ten thousand", few, many)
		}
		t.Logf("%.1f MB for three thousand activities, %.1f MB for ten thousand", float64(few)/(1<<20), float64(many)/(1<<20))
	})
}
