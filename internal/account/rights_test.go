package account_test

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// TestLive shows which sessions and tokens are good, and until when.
func TestLive(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		now := w.Time()
		token := func(v *viewer.Viewer, life time.Duration) uuid.UUID {
			_, row, err := w.CreateToken(w.System(), v.Person, "program", life)
			if err != nil {
				t.Fatal(err)
			}
			return row.ID
		}
		first, second := w.signIn(t), w.signIn(t)
		short, long, theirs := token(w.Committee, time.Hour), token(w.Committee, 300*24*time.Hour), token(w.Chair, 2*time.Hour)
		asked := []uuid.UUID{first.Session.ID, second.Session.ID, short, long, theirs, w.NewID(id.Session), w.NewID(id.Token), short}
		is := func(what string, want map[uuid.UUID]time.Time) {
			t.Helper()
			var got map[uuid.UUID]time.Time
			var err error
			cost := w.statements(func() { got, err = w.Live(t.Context(), asked) })
			if err != nil || cost != 1 || !maps.EqualFunc(got, want, time.Time.Equal) {
				t.Errorf("%s: %v, want %v; %d statements, %v", what, got, want, cost, err)
			}
		}
		month := now.Add(30 * 24 * time.Hour)
		all := map[uuid.UUID]time.Time{
			first.Session.ID: month, second.Session.ID: month,
			short: now.Add(time.Hour), long: now.Add(300 * 24 * time.Hour), theirs: now.Add(2 * time.Hour),
		}
		is("at first", all)

		if _, err := w.EndSession(w.As(t, w.Committee), first.Session.ID); err != nil {
			t.Fatal(err)
		}
		delete(all, first.Session.ID)
		is("one is ended", all)

		w.Clock.Add(time.Hour)
		delete(all, short)
		is("one has expired", all)

		if _, err := w.Authenticate(t.Context(), "", second.Secret); err != nil { // an hour later: it lives on
			t.Fatal(err)
		}
		all[second.Session.ID] = w.Time().Add(30 * 24 * time.Hour)
		is("one lives on", all)

		w.tells(t, func() {
			if err := w.RevokeToken(w.As(t, w.Committee), long); err != nil {
				t.Fatal(err)
			}
		}, "SessionEnded")
		delete(all, long)
		is("one is revoked", all)

		w.set(t, w.Chair, func(u *ent.PersonUpdateOne) { u.SetStatus(person.StatusDisabled) })
		delete(all, theirs)
		is("one has no access", all)

		if got, err := w.Live(t.Context(), nil); err != nil || len(got) > 0 {
			t.Errorf("of none: %v, %v", got, err)
		}
	})
}

// TestViewersKnowTheirEnd shows when the session or token of a viewer expires.
func TestViewersKnowTheirEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		in := w.signIn(t)
		secret, row, err := w.CreateToken(w.System(), w.Committee.Person, "program", 100*24*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		month := 30 * 24 * time.Hour
		if want := w.Time().Add(month); !in.Viewer.Expires.Equal(want) {
			t.Errorf("who signs in: %v, want %v", in.Viewer.Expires, want)
		}
		end := w.Time().Add(month)
		for _, later := range []time.Duration{0, 30 * time.Minute, 2 * time.Hour} {
			w.Clock.Add(later)
			if later > time.Hour { // it is moved at most once an hour
				end = w.Time().Add(month)
			}
			if v, err := w.Authenticate(t.Context(), "", in.Secret); err != nil || !v.Expires.Equal(end) {
				t.Errorf("a session %v later: %v, want %v, %v", later, v.Expires, end, err)
			}
		}
		if v, err := w.Authenticate(t.Context(), secret, ""); err != nil || !v.Expires.Equal(row.ExpiresAt) {
			t.Errorf("a token: %v, want %v, %v", v.Expires, row.ExpiresAt, err)
		}
		if v, err := w.Load(t.Context(), w.Committee.Person); err != nil || !v.Expires.IsZero() {
			t.Errorf("without either: %v, %v", v.Expires, err)
		}
	})
}

// TestRightsByDay shows that the rights of many, loaded once, are those that
// each would have if they were loaded on the day itself.
func TestRightsByDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var persons []uuid.UUID
		for _, v := range w.Viewers() {
			persons = append(persons, v.Person) // nobody too
		}
		persons = append(persons, w.NewID(id.Person))
		w.set(t, w.Stranger, func(u *ent.PersonUpdateOne) { u.SetLanguage(i18n.ES) })
		w.set(t, w.Council, func(u *ent.PersonUpdateOne) { u.SetStatus(person.StatusDisabled) })
		day := func(n int) date.Date { return date.Of(w.Now().AddDate(0, 0, n)) }
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			for i, period := range [][2]int{{-9, -1}, {-9, 0}, {0, 0}, {0, 2}, {1, 1}, {2, 9}, {3, 9}} {
				from, to := day(period[0]), day(period[1])
				err := tx.Seat.Create().SetID(w.NewID(id.Seat)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(w.OtherCommittee).
					SetRole(seat.RoleMember).SetPersonID(w.Partner.Person).SetValidFrom(from).SetValidTo(to).Exec(ctx)
				if err != nil {
					return err
				}
				err = tx.StaffPost.Create().SetID(w.NewID(id.StaffPost)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(w.SecretariatBody).
					SetPersonID(w.Chair.Person).SetTitleText(i18n.Text{EN: fmt.Sprintf("Officer %d", i), Authentic: i18n.EN}).
					SetValidFrom(from).SetValidTo(to).Exec(ctx)
				if err != nil {
					return err
				}
			}
			return nil
		})
		rights, err := w.Rights(t.Context(), persons)
		if err != nil {
			t.Fatal(err)
		}
		if len(rights) != 6 || rights[w.Council.Person].On(day(0)).SignedIn() {
			t.Errorf("%d have rights", len(rights))
		}
		seats := 0
		for n := range 5 {
			for p, r := range rights {
				want, err := w.Load(t.Context(), p)
				if got := r.On(day(0)); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("on day %d: %+v, want %+v, %v", n, got, want, err)
				} else {
					seats += len(got.Seats)
				}
			}
			w.Clock.Add(24 * time.Hour)
		}
		if want := 5*4 + 2*(3+2+2+2+2); seats != want {
			t.Errorf("%d seats, want %d", seats, want)
		}
		one := w.statements(func() { _, err = w.Rights(t.Context(), persons[:1]) })
		many := w.statements(func() { _, err = w.Rights(t.Context(), persons) })
		if one > 2 || many != 2 || err != nil {
			t.Errorf("%d statements for one, %d for many, %v", one, many, err)
		}
	})
}
