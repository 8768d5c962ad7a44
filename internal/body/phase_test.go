package body

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
)

// days is a world whose time passes.
type days struct {
	*dbtest.World
	bodies
}

// bodies are a level deeper, so that what both have is the World's.
type bodies struct{ *Service }

func eachDays(t *testing.T, test func(t *testing.T, d *days)) {
	t.Helper()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) { test(t, &days{w, bodies{New(w.Runner)}}) })
}

// day is so many days from today.
func (d *days) day(n int) *date.Date {
	out := date.Of(d.Clock.Now().AddDate(0, 0, n))
	return &out
}

// give gives a seat from one day to another, counted from today.
func (d *days) give(t *testing.T, from, to int) *ent.Seat {
	t.Helper()
	row, _, err := d.AssignSeat(d.As(t, d.Secretariat), AssignInput{
		Body: d.OtherCommittee, Role: seat.RoleMember, Person: &d.Partner.Person, Period: Period{From: d.day(from), To: d.day(to)},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func (d *days) employ(t *testing.T, from, to int) *ent.StaffPost {
	t.Helper()
	title := "Officer"
	row, _, err := d.AssignStaffPost(d.As(t, d.Secretariat), AssignPostInput{
		Body: d.SecretariatBody, Person: d.Stranger.Person, Title: &i18n.TextInput{En: &title}, Period: Period{From: d.day(from), To: d.day(to)},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// of are the events about a seat or post, without those that give it.
func (d *days) of(t *testing.T, u uuid.UUID) []string {
	t.Helper()
	kinds, err := d.DB.Client.LogEntry.Query().Where(logentry.SubjectID(u)).Order(ent.Asc(logentry.FieldSeq)).
		Select(logentry.FieldKind).Strings(d.System())
	if err != nil {
		t.Fatal(err)
	}
	return kinds[1:]
}

// tell lets the worker work, and checks what it tells at all.
func (d *days) tell(t *testing.T, when string, kinds ...string) {
	t.Helper()
	before := len(d.Told(t))
	for range 2 { // the second time nothing is left
		if err := d.PassTime(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	got := d.Told(t)[before:]
	slices.Sort(got)
	slices.Sort(kinds)
	if !slices.Equal(got, kinds) {
		t.Errorf("%s: told %v, want %v", when, got, kinds)
	}
}

func TestTheDaysAreTold(t *testing.T) {
	t.Parallel()
	eachDays(t, func(t *testing.T, d *days) {
		past, today, next := d.give(t, -9, -1), d.give(t, 0, 0), d.give(t, 1, 2)
		post, endless := d.employ(t, 1, 2), d.give(t, 1, 400)
		for name, c := range map[string]struct{ got, want string }{
			"past": {string(past.Phase), "OVER"}, "today": {string(today.Phase), "IN_FORCE"},
			"next": {string(next.Phase), "TO_COME"}, "post": {string(post.Phase), "TO_COME"},
		} {
			if c.got != c.want {
				t.Errorf("%s: the phase is %s, want %s", name, c.got, c.want)
			}
		}
		d.tell(t, "on the day")
		midnight := time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC) // in Port of Spain
		d.Clock.Set(midnight.Add(-time.Microsecond))
		d.tell(t, "before midnight")
		d.Clock.Set(midnight)
		d.tell(t, "after midnight", "SeatEnded", "SeatStarted", "SeatStarted", "StaffPostStarted")
		d.Clock.Set(midnight.Add(-time.Hour))
		d.tell(t, "the clock was set back")
		d.Clock.Set(midnight.Add(24 * time.Hour))
		d.tell(t, "a day later")
		d.Clock.Add(24 * time.Hour)
		d.tell(t, "two days later", "SeatEnded", "StaffPostEnded")

		for name, c := range map[string]struct {
			of   uuid.UUID
			want []string
		}{
			"past": {past.ID, nil}, "today": {today.ID, []string{"SeatEnded"}}, "next": {next.ID, []string{"SeatStarted", "SeatEnded"}},
			"post": {post.ID, []string{"StaffPostStarted", "StaffPostEnded"}}, "endless": {endless.ID, []string{"SeatStarted"}},
		} {
			if got := d.of(t, c.of); !slices.Equal(got, c.want) {
				t.Errorf("%s: told %v, want %v", name, got, c.want)
			}
		}
		e := d.DB.Client.LogEntry.Query().Where(logentry.SubjectID(post.ID), logentry.Kind("StaffPostEnded")).OnlyX(d.System())
		if e.ActorID != nil || e.PersonID == nil || *e.PersonID != d.Stranger.Person || e.BodyID == nil || *e.BodyID != d.SecretariatBody || !e.Public {
			t.Errorf("the event is %+v", e)
		}
		if row := d.DB.Client.Seat.GetX(d.System(), next.ID); row.Revision != next.Revision || row.Phase != seat.PhaseOver {
			t.Errorf("the seat is %+v", row)
		}
	})
}

// TestDaysThatNobodyTold have both been told when the hub comes back, in order.
func TestDaysThatNobodyTold(t *testing.T) {
	t.Parallel()
	eachDays(t, func(t *testing.T, d *days) {
		row, post := d.give(t, 1, 2), d.employ(t, 3, 3)
		d.Clock.Add(30 * 24 * time.Hour)
		d.tell(t, "a month later", "SeatStarted", "SeatEnded", "StaffPostStarted", "StaffPostEnded")
		if got := d.of(t, row.ID); !slices.Equal(got, []string{"SeatStarted", "SeatEnded"}) {
			t.Errorf("the seat: %v", got)
		}
		if got := d.of(t, post.ID); !slices.Equal(got, []string{"StaffPostStarted", "StaffPostEnded"}) {
			t.Errorf("the post: %v", got)
		}
	})
}

// TestManyWorkers tell each thing once, a few in each transaction.
func TestManyWorkers(t *testing.T) {
	t.Parallel()
	const n = 130
	eachDays(t, func(t *testing.T, d *days) {
		d.Write(t, func(ctx context.Context, tx *ent.Client) error {
			for i := range n {
				err := tx.Seat.Create().SetID(d.NewID(id.Seat)).SetCreatedAt(d.Time()).SetUpdatedAt(d.Time()).SetBodyID(d.OtherCommittee).
					SetRole(seat.RoleMember).SetNillableValidFrom(d.day(1)).SetNillableValidTo(d.day(1 + i%2)).SetPhase(seat.PhaseToCome).Exec(ctx)
				if err != nil {
					return err
				}
			}
			return nil
		})
		d.Clock.Add(2 * 24 * time.Hour)
		var working sync.WaitGroup
		for range 4 {
			working.Go(func() {
				if err := d.PassTime(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		working.Wait()
		d.tell(t, "after them") // nothing is left
		entries := d.DB.Client.LogEntry.Query().Order(ent.Asc(logentry.FieldSeq)).AllX(d.System())
		told := map[uuid.UUID][]string{}
		for _, e := range entries {
			told[e.SubjectID] = append(told[e.SubjectID], e.Kind)
		}
		kinds := map[string]int{}
		for _, k := range told {
			kinds[fmt.Sprint(k)]++
		}
		if kinds["[SeatStarted SeatEnded]"] != n/2 || kinds["[SeatStarted]"] != n/2 || len(kinds) != 2 {
			t.Errorf("told %v", kinds)
		}
	})
}

// TestAnEditTellsTheDaysFirst changes seats and posts whose day has come, before
// the worker or beside it.
func TestAnEditTellsTheDaysFirst(t *testing.T) {
	t.Parallel()
	eachDays(t, func(t *testing.T, d *days) {
		ctx, title := d.As(t, d.Secretariat), "Director"
		began, ended, post, postponed := d.give(t, 1, 9), d.give(t, 0, 0), d.employ(t, 1, 9), d.give(t, 1, 9)
		d.Clock.Add(24 * time.Hour)
		edit := func(in EditSeatInput) {
			t.Helper()
			in.ExpectedRevision = 1
			if _, _, err := d.EditSeat(ctx, in); err != nil {
				t.Fatal(err)
			}
		}
		chair := seat.RoleChair
		edit(EditSeatInput{ID: began.ID, Role: command.Field[seat.Role]{Given: true, Value: &chair}})
		edit(EditSeatInput{ID: ended.ID, To: command.Field[date.Date]{Given: true, Value: d.day(1)}})
		edit(EditSeatInput{ID: postponed.ID, From: command.Field[date.Date]{Given: true, Value: d.day(2)}})
		if _, _, err := d.EditStaffPost(ctx, EditPostInput{ID: post.ID, ExpectedRevision: 1, Title: &i18n.TextInput{En: &title}}); err != nil {
			t.Fatal(err)
		}
		d.tell(t, "after the edits")
		d.Clock.Add(2 * 24 * time.Hour)
		d.tell(t, "two days later", "SeatStarted", "SeatEnded")
		for name, c := range map[string]struct {
			of   uuid.UUID
			want []string
		}{
			"began":     {began.ID, []string{"SeatStarted", "SeatEdited"}},
			"prolonged": {ended.ID, []string{"SeatEnded", "SeatEdited", "SeatEnded"}},
			"postponed": {postponed.ID, []string{"SeatStarted", "SeatEdited", "SeatStarted"}},
			"post":      {post.ID, []string{"StaffPostStarted", "StaffPostEdited"}},
		} {
			if got := d.of(t, c.of); !slices.Equal(got, c.want) {
				t.Errorf("%s: told %v, want %v", name, got, c.want)
			}
		}
	})
}

func TestAnEditBesideTheWorker(t *testing.T) {
	t.Parallel()
	eachDays(t, func(t *testing.T, d *days) {
		var rows []*ent.Seat
		for range 20 {
			rows = append(rows, d.give(t, 1, 9))
		}
		d.Clock.Add(24 * time.Hour)
		ctx, clerk := d.As(t, d.Secretariat), seat.RoleClerk
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() {
				if err := d.PassTime(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			for _, row := range slices.Backward(rows) {
				in := EditSeatInput{ID: row.ID, ExpectedRevision: 1, Role: command.Field[seat.Role]{Given: true, Value: &clerk}}
				if _, _, err := d.EditSeat(ctx, in); err != nil {
					t.Error(err)
				}
			}
		})
		all.Wait()
		for _, row := range rows {
			if got := d.of(t, row.ID); !slices.Equal(got, []string{"SeatStarted", "SeatEdited"}) {
				t.Errorf("told %v", got)
			}
		}
	})
}

// TestAnEditByAClockThatIsBehind does not make what was told be told again.
func TestAnEditByAClockThatIsBehind(t *testing.T) {
	t.Parallel()
	eachDays(t, func(t *testing.T, d *days) {
		row := d.give(t, 1, 9)
		d.Clock.Add(24 * time.Hour)
		d.tell(t, "the day has come", "SeatStarted")
		d.Clock.Add(-24 * time.Hour)
		clerk := seat.RoleClerk
		in := EditSeatInput{ID: row.ID, ExpectedRevision: 1, Role: command.Field[seat.Role]{Given: true, Value: &clerk}}
		if _, _, err := d.EditSeat(d.As(t, d.Secretariat), in); err != nil {
			t.Fatal(err)
		}
		d.Clock.Add(24 * time.Hour)
		d.tell(t, "the day has come again")
	})
}
