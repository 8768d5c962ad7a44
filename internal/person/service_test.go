package person_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	entperson "acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/person"
	"acs-aec.org/hub/internal/viewer"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// Of all who take each other's access away at once, somebody of the Secretariat
// keeps it.
func TestTheSecretariatIsNeverLeftAlone(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s := person.New(w.Runner)
		staff := []*viewer.Viewer{w.Secretariat}
		for range 3 {
			staff = append(staff, w.AddPost(t, w.AddPerson(t, "Officer", uuid.Nil), w.SecretariatBody))
		}
		var good, refused atomic.Int64
		var all sync.WaitGroup
		for i, v := range staff { // each disables the next
			all.Go(func() {
				switch _, _, err := s.Disable(w.As(t, v), staff[(i+1)%len(staff)].Person, 1); apperr.CodeOf(err) {
				case "":
					good.Add(1)
				case apperr.Conflict:
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if good.Load() != 3 || refused.Load() != 1 || len(w.Told(t)) != 3 {
			t.Errorf("%d lost their access, %d were refused, told %v", good.Load(), refused.Load(), w.Told(t))
		}
	})
}

func TestOneOfFourAtOnceDisables(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := person.New(w.Runner), w.As(t, w.Secretariat)
		var good, refused atomic.Int64
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				switch _, _, err := s.Disable(ctx, w.Stranger.Person, 1); apperr.CodeOf(err) {
				case "":
					good.Add(1)
				case apperr.Conflict:
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if told := w.Told(t); good.Load() != 1 || refused.Load() != 3 || !slices.Equal(told, []string{"PersonDisabled"}) {
			t.Errorf("%d disabled, %d were refused, told %v", good.Load(), refused.Load(), told)
		}
	})
}

// The same wish at once is one person; the same address at once is refused.
func TestCreatingAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := person.New(w.Runner), w.As(t, w.Secretariat)
		var secrets, same, taken atomic.Int64
		key := "once"
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				if i%2 == 0 {
					_, secret, _, err := s.Create(ctx, person.CreateInput{Email: "a@test.invalid", Name: "A"}, &key)
					if err != nil {
						t.Error(err)
					}
					same.Add(1)
					if secret != "" {
						secrets.Add(1)
					}
					return
				}
				_, _, _, err := s.Create(ctx, person.CreateInput{Email: "b@test.invalid", Name: "B"}, nil)
				if apperr.CodeOf(err) == apperr.AlreadyExists {
					taken.Add(1)
				} else if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		n := w.DB.Client.Person.Query().Where(entperson.EmailIn("a@test.invalid", "b@test.invalid")).CountX(w.System())
		if n != 2 || secrets.Load() != 1 || same.Load() != 4 || taken.Load() != 3 || len(w.Told(t)) != 2 {
			t.Errorf("%d persons, %d secrets, %d refused, told %v", n, secrets.Load(), taken.Load(), w.Told(t))
		}
	})
}
