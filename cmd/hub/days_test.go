package main

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"

	bodies "acs-aec.org/hub/internal/body"
)

func TestUntilTomorrow(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]time.Duration{
		"2026-11-24T03:59:59.5Z": 500 * time.Millisecond,
		"2026-11-24T04:00:00Z":   24 * time.Hour,
		"2026-12-31T23:00:00Z":   5 * time.Hour,
		"2028-02-29T00:00:00Z":   4 * time.Hour,
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := untilTomorrow(now); got != want {
			t.Errorf("at %s: %v, want %v", at, got, want)
		}
	}
}

// TestServingTellsWhatPassedMeanwhile lets two nodes begin on a database that
// holds a seat whose days came and went while none served.
func TestServingTellsWhatPassedMeanwhile(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		db := dbtest.Open(t, address, store.Options{})
		ctx := system(t.Context())
		before := dbtest.Start.AddDate(-1, 0, 0)
		old, err := command.Open(ctx, db, func() time.Time { return before })
		if err != nil {
			t.Fatal(err)
		}
		name, first, last := "A committee", date.Date("2025-12-01"), date.Date("2025-12-24")
		s := bodies.New(old)
		b, _, err := s.Create(ctx, bodies.CreateInput{Code: "X", Name: &i18n.TextInput{En: &name}, Kind: body.KindOther}, nil)
		if err != nil {
			t.Fatal(err)
		}
		in := bodies.AssignInput{Body: b.ID, Role: seat.RoleMember, Period: bodies.Period{From: &first, To: &last}}
		if _, _, err := s.AssignSeat(ctx, in, nil); err != nil {
			t.Fatal(err)
		}
		nodes := 1
		if db.Path == "" {
			nodes = 2
		}
		for range nodes {
			_, end := begin(t, "serve", "--listen", "127.0.0.1:0", "--database="+address)
			defer end()
		}
		told := func() []string {
			kinds, err := db.Client.LogEntry.Query().Order(logentry.BySeq()).Select(logentry.FieldKind).Strings(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return kinds
		}
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for late := time.After(20 * time.Second); len(told()) < 4; {
			select {
			case <-tick.C:
			case <-late:
				t.Fatalf("told %v", told())
			}
		}
		if got := told(); !slices.Equal(got, []string{"BodyCreated", "SeatAssigned", "SeatStarted", "SeatEnded"}) {
			t.Errorf("told %v", got)
		}
	})
}

// TestAKilledNodeTellsNothingTwice kills processes while they tell of many seats.
func TestAKilledNodeTellsNothingTwice(t *testing.T) {
	t.Parallel()
	const n = 400
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		w := dbtest.NewWorld(t, address)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			for range n {
				err := tx.Seat.Create().SetID(w.NewID(id.Seat)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(w.OtherCommittee).
					SetRole(seat.RoleMember).SetValidFrom("2025-12-01").SetValidTo("2025-12-24").SetPhase(seat.PhaseToCome).Exec(ctx)
				if err != nil {
					return err
				}
			}
			return nil
		})
		told := func() int { return count(t, w.DB.Client.LogEntry.Query().Count) }
		for range 3 {
			before := told()
			process := exec.CommandContext(t.Context(), os.Args[0], "serve", "--listen", "127.0.0.1:0", "--database="+address)
			process.Env = append(os.Environ(), asHub+"=1")
			if err := process.Start(); err != nil {
				t.Fatal(err)
			}
			tick := time.NewTicker(time.Millisecond)
			for late := time.After(60 * time.Second); told() == before && before < 2*n; {
				select {
				case <-tick.C:
				case <-late:
					t.Fatal("the process tells nothing")
				}
			}
			tick.Stop()
			if err := process.Process.Kill(); err != nil {
				t.Error(err)
			}
			_ = process.Wait() // it was killed
		}
		if err := bodies.New(w.Runner).PassTime(w.System()); err != nil { // what is left
			t.Fatal(err)
		}
		var rows []struct {
			Subject uuid.UUID `sql:"subject_id"`
			Count   int       `sql:"count"`
		}
		err := w.DB.Client.LogEntry.Query().GroupBy(logentry.FieldSubjectID).Aggregate(ent.Count()).Scan(w.System(), &rows)
		if err != nil || len(rows) != n {
			t.Errorf("%d seats are told of, want %d: %v", len(rows), n, err)
		}
		for _, r := range rows {
			if r.Count != 2 { // it began, it ended
				t.Errorf("%d events of a seat", r.Count)
			}
		}
	})
}
