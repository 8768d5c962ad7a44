package country_test

import (
	"sync"
	"testing"

	"pgregory.net/rapid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/country"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestOneOfFourMembershipsAtOnceIsRecorded(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := country.New(w.Runner)
		kinds := []membership.Kind{membership.KindMember, membership.KindObserver, membership.KindAssociate, membership.KindMember}
		errs := make([]error, len(kinds))
		var wait sync.WaitGroup
		for i, k := range kinds {
			wait.Go(func() {
				_, _, errs[i] = s.Record(w.As(t, w.Secretariat), country.RecordInput{Organisation: &w.Donor, Kind: k}, nil)
			})
		}
		wait.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if apperr.CodeOf(err) != apperr.Conflict {
				t.Error(err)
			}
		}
		if n := w.DB.Client.Membership.Query().CountX(w.System()); n != 1 || won != 1 || len(w.Told(t)) != 1 {
			t.Errorf("%d rows, %d answers, told %v", n, won, w.Told(t))
		}
	})
}

func TestPeriodsOverlapOnlyIfTheyShareADay(t *testing.T) {
	t.Parallel()
	days := []date.Date{"2019-12-31", "2020-01-01", "2020-01-31", "2020-02-01", "2020-02-29", "2020-03-01", "2020-12-31", "2021-01-01"}
	dates := []date.Partial{"2019", "2020", "2021", "2020-01", "2020-02", "2019-12-31", "2020-01-01", "2020-01-31", "2020-02-01", "2020-12-31"}
	draw := func(t *rapid.T, name string) country.Period {
		pick := func(end string) *date.Partial {
			if i := rapid.IntRange(-1, len(dates)-1).Draw(t, name+end); i >= 0 {
				return &dates[i]
			}
			return nil
		}
		return country.Period{From: pick(" from"), To: pick(" to")}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		if !a.InOrder() || !b.InOrder() {
			t.Skip()
		}
		shared := false
		for _, d := range days {
			shared = shared || a.Holds(d) && b.Holds(d)
		}
		of := func(p country.Period) *ent.Membership { return &ent.Membership{ValidFrom: p.From, ValidTo: p.To} }
		if got := country.Overlap(of(a), of(b)); got != shared || got != country.Overlap(of(b), of(a)) {
			t.Fatalf("overlap is %v, a day in common: %v", got, shared)
		}
	})
}
