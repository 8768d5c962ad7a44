package reference_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/notice"
	"acs-aec.org/hub/internal/reference"
	"acs-aec.org/hub/internal/store"

	entnotice "acs-aec.org/hub/ent/generated/ent/notice"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var errChanged = errors.New("changed their mind")

// TestReferencesHaveNoGaps dispatches 16 notices at once, a third of which fail
// after the number was taken, in a year and in the next, whose first moment is
// midnight in Port of Spain.
func TestReferencesHaveNoGaps(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := notice.New(w.Runner)
		as := w.As(t, w.Secretariat)
		title := "A notice"
		draft := func(body uuid.UUID) *ent.Notice {
			n, _, err := s.Draft(as, notice.DraftInput{
				Body: body, Title: &i18n.TextInput{En: &title}, Content: &i18n.TextInput{En: &title}, Seats: []uuid.UUID{w.Chair.Seats[0].ID},
			}, nil)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, at := range []struct {
			now  string
			year int
		}{{"2027-01-01T03:59:59.999999Z", 2026}, {"2027-01-01T04:00:00Z", 2027}} {
			now, err := time.Parse(time.RFC3339Nano, at.now)
			if err != nil {
				t.Fatal(err)
			}
			w.Clock.Set(now)
			var drafts []*ent.Notice
			for i := range 16 {
				drafts = append(drafts, draft([]uuid.UUID{w.SecretariatBody, w.SpecialCommittee}[i%2]))
			}
			var all sync.WaitGroup
			errs := make([]error, len(drafts))
			for i, n := range drafts {
				all.Go(func() {
					errs[i] = store.InTx(as, w.DB, func(ctx context.Context, _ *ent.Client) error {
						if _, _, err := s.Dispatch(ctx, n.ID, n.Revision); err != nil {
							return err
						}
						if i%3 == 0 {
							return errChanged
						}
						return nil
					})
				})
			}
			all.Wait()
			want := map[uuid.UUID][]string{}
			for i, err := range errs {
				failed := i%3 == 0
				if failed != errors.Is(err, errChanged) || !failed && err != nil {
					t.Errorf("dispatch %d: %v", i, err)
				}
				if !failed {
					code := map[uuid.UUID]string{w.SecretariatBody: "SEC", w.SpecialCommittee: "SC-DRR"}[drafts[i].BodyID]
					list := want[drafts[i].BodyID]
					want[drafts[i].BodyID] = append(list, fmt.Sprintf("%s/%d/%03d", code, at.year, len(list)+1))
				}
			}
			for body, refs := range want {
				got, err := w.DB.Client.Notice.Query().Where(entnotice.BodyID(body), entnotice.Year(at.year)).All(w.System())
				if err != nil {
					t.Fatal(err)
				}
				var given []string
				for _, n := range got {
					given = append(given, *n.Reference)
				}
				if slices.Sort(given); !slices.Equal(given, refs) {
					t.Errorf("%d: given %v, want %v", at.year, given, refs)
				}
			}
		}
		// What failed takes the next numbers, and what is void keeps its own.
		rest, err := w.DB.Client.Notice.Query().Where(entnotice.StatusEQ(entnotice.StatusDraft), entnotice.BodyID(w.SecretariatBody)).First(w.System())
		if err != nil {
			t.Fatal(err)
		}
		n, _, err := s.Dispatch(as, rest.ID, rest.Revision)
		if err != nil {
			t.Fatal(err)
		}
		before := *n.Reference
		if n, _, err = s.Void(as, n.ID, n.Revision, "a mistake"); err != nil || *n.Reference != before {
			t.Fatalf("void: %v, %v", n, err)
		}
		another := draft(w.SecretariatBody)
		if another, _, err = s.Dispatch(as, another.ID, another.Revision); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(before, "/006") || !strings.HasSuffix(*another.Reference, "/007") {
			t.Errorf("after five: %s, then %s", before, *another.Reference)
		}
	})
}

func TestText(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]int{"SN/2026/001": 1, "SN/2026/014": 14, "SN/2026/999": 999, "SN/2026/1000": 1000} {
		if got := reference.Text("SN", 2026, n); got != want {
			t.Errorf("%d is written %s, want %s", n, got, want)
		}
	}
}

// TestANumberNeedsATransaction shows that no number is lost outside of one.
func TestANumberNeedsATransaction(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		b, err := w.DB.Client.Body.Get(w.System(), w.CouncilBody)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := reference.Next(w.System(), w.DB.Client, b, w.Time()); err == nil {
			t.Errorf("gives %v", r)
		}
	})
}
