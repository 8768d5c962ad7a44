package body

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func as[T any](err error, target *T) bool { return errors.As(err, target) }

// atOnce runs an action n times at once and counts its outcomes.
func atOnce(t *testing.T, n int, action func() error) (good, conflicts int64) {
	t.Helper()
	var ok, no atomic.Int64
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			switch err := action(); apperr.CodeOf(err) {
			case "":
				ok.Add(1)
			case apperr.Conflict:
				no.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	return ok.Load(), no.Load()
}

func TestOneOfFourAtOnceGetsTheChair(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := New(w.Runner), w.As(t, w.Secretariat)
		good, conflicts := atOnce(t, 4, func() error {
			_, _, err := s.AssignSeat(ctx, AssignInput{Body: w.OtherCommittee, Role: seat.RoleChair}, nil)
			return err
		})
		if told := w.Told(t); good != 1 || conflicts != 3 || !slices.Equal(told, []string{"SeatAssigned"}) {
			t.Errorf("%d were given, %d refused, told %v", good, conflicts, told)
		}
		row := w.DB.Client.Seat.Query().Where(seat.BodyID(w.OtherCommittee)).OnlyX(w.System())
		good, conflicts = atOnce(t, 4, func() error {
			_, _, err := s.EndSeat(ctx, row.ID, 1, nil)
			return err
		})
		if told := w.Told(t); good != 1 || conflicts != 3 || !slices.Equal(told, []string{"SeatAssigned", "SeatEnded"}) {
			t.Errorf("%d ended it, %d were refused, told %v", good, conflicts, told)
		}
	})
}

// A body can't be dissolved while somebody is given a seat in it.
func TestDissolvingAndAssigningAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := New(w.Runner), w.As(t, w.Secretariat)
		var turn atomic.Int64
		good, conflicts := atOnce(t, 2, func() error {
			if turn.Add(1) == 1 {
				_, _, err := s.Dissolve(ctx, w.OtherCommittee, 1)
				return err
			}
			_, _, err := s.AssignSeat(ctx, AssignInput{Body: w.OtherCommittee, Role: seat.RoleMember}, nil)
			return err
		})
		if good != 1 || conflicts != 1 || len(w.Told(t)) != 1 {
			t.Errorf("%d went through, %d were refused, told %v", good, conflicts, w.Told(t))
		}
	})
}

// Clerks and observers have no vote unless somebody says so.
func TestWhoVotes(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := New(w.Runner), w.As(t, w.Secretariat)
		since := date.Partial("2020")
		kinds := map[string][]membership.Kind{
			"none": nil, "member": {membership.KindMember}, "associate": {membership.KindAssociate}, "observer": {membership.KindObserver},
			"observer and associate": {membership.KindObserver, membership.KindAssociate},
		}
		for name, of := range kinds {
			u := w.AddOrganisation(t, name)
			w.Write(t, func(ctx context.Context, tx *ent.Client) error {
				for _, k := range of {
					err := tx.Membership.Create().SetID(w.NewID(id.Membership)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).
						SetOrganisationID(u).SetKind(k).SetValidFrom(since).Exec(ctx)
					if err != nil {
						return err
					}
				}
				return nil
			})
			give := func(in AssignInput) bool {
				in.Body, in.Organisation = w.OtherCommittee, &u
				row, _, err := s.AssignSeat(ctx, in, nil)
				if err != nil {
					t.Fatal(err)
				}
				return row.Votes
			}
			early, yes := date.Date("2019-01-01"), true
			if got, want := give(AssignInput{Role: seat.RoleMember}), name != "observer"; got != want {
				t.Errorf("%s: votes %v", name, got)
			}
			if !give(AssignInput{Role: seat.RoleMember, Period: Period{From: &early}}) {
				t.Errorf("%s: no vote before it was an observer", name)
			}
			if give(AssignInput{Role: seat.RoleClerk}) || !give(AssignInput{Role: seat.RoleMember, Votes: &yes}) {
				t.Errorf("%s: a clerk votes, or what was said does not count", name)
			}
		}
	})
}

// Commands are parts of others: all or nothing.
func TestCommandsCompose(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := New(w.Runner), w.As(t, w.Secretariat)
		name := "A commission"
		both := func(role seat.Role) error {
			_, _, err := command.Do(ctx, w.Runner, func(ctx context.Context, _ *ent.Client) (*ent.Seat, error) {
				b, _, err := s.Create(ctx, CreateInput{Code: "COM", Name: &i18n.TextInput{En: &name}, Kind: body.KindOther}, nil)
				if err != nil {
					return nil, err
				}
				first, _, err := s.AssignSeat(ctx, AssignInput{Body: b.ID, Role: seat.RoleChair}, nil)
				if err != nil {
					return nil, err
				}
				_, _, err = s.AssignSeat(ctx, AssignInput{Body: b.ID, Role: role}, nil)
				return first, err
			})
			return err
		}
		if err := both(seat.RoleChair); apperr.CodeOf(err) != apperr.Conflict {
			t.Errorf("two chairs: %v", err)
		}
		if n := w.DB.Client.Body.Query().Where(body.Code("COM")).CountX(w.System()); n != 0 || len(w.Told(t)) != 0 {
			t.Errorf("%d bodies are left, told %v", n, w.Told(t))
		}
		if err := both(seat.RoleMember); err != nil {
			t.Error(err)
		}
		if got := w.Told(t); !slices.Equal(got, []string{"BodyCreated", "SeatAssigned", "SeatAssigned"}) {
			t.Errorf("told %v", got)
		}
	})
}

// Two units can't be made each other's parent at once.
func TestNoCycles(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := New(w.Runner), w.As(t, w.Secretariat)
		units := []uuid.UUID{w.AddBody(t, "A", body.KindOther), w.AddBody(t, "B", body.KindOther), w.AddBody(t, "C", body.KindOther)}
		var turn atomic.Int64
		var refused atomic.Int64
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				n := turn.Add(1) - 1
				_, _, err := s.Edit(ctx, EditInput{ID: units[n], ExpectedRevision: 1, Parent: command.Set(units[(n+1)%3])})
				var e *apperr.Error
				if as(err, &e) && e.Code == apperr.InvalidInput && e.Field == "input.parentId" {
					refused.Add(1)
				} else if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if refused.Load() != 1 || len(w.Told(t)) != 2 {
			t.Errorf("%d were refused, told %v", refused.Load(), w.Told(t))
		}
		// Several units belong to one.
		for _, code := range []string{"U1", "U2", "U3"} {
			name := code
			b, _, err := s.Create(ctx, CreateInput{Code: code, Name: &i18n.TextInput{En: &name}, Kind: body.KindSecretariat, Parent: &w.SecretariatBody}, nil)
			if err != nil || b.ParentID == nil || *b.ParentID != w.SecretariatBody {
				t.Errorf("%s: %+v, %v", code, b, err)
			}
		}
		if sec := w.DB.Client.Body.GetX(w.System(), w.SecretariatBody); sec.ParentID != nil {
			t.Errorf("the Secretariat belongs to %v", sec.ParentID)
		}
	})
}
